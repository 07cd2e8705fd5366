"""The reports of a review: the verdict, what is new and why, and what the change does to the gate."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from backend_lint.findings.model import Finding, Step
from backend_lint.report.markdown import code, escaped
from backend_lint.report.output import Output
from backend_lint.report.plain import plural, visible
from backend_lint.report.text import FindingText
from backend_lint.review.model import NewFinding, Review, Side
from backend_lint.review.shown import grouped

#: How much an agent's report holds unless it is told otherwise, in findings and in characters.
MAX_FINDINGS = 20
MAX_CHARACTERS = 8_000

_RANK = {"error": 0, "warning": 1, "note": 2, "off": 3}


def ordered(new: Iterable[NewFinding]) -> list[NewFinding]:
    """New findings, those that fail first, then the most severe, then by place."""
    return sorted(
        new, key=lambda each: (not each.fails, _RANK[each.finding.severity.value], each.finding.path, each.finding.line, each.finding.rule)
    )


def _shown(review: Review, output: Output) -> list[NewFinding]:
    return ordered(grouped(review.new) if output.grouped else review.new)


# --- for people


def render_text(review: Review, output: Output, *, show_existing: bool = False) -> None:
    """Write each new finding with its source and its cause, what the change does to the gate, and the verdict."""
    text = FindingText(review.root, output)
    for new in _shown(review, output):
        remarks = [("new", cause(new))]
        output.write("\n".join(text.finding(new.finding, remarks)) + "\n\n")
    for finding in review.existing if show_existing else ():
        output.write(f"existing: {_place(finding, output)}: {finding.rule} {visible(finding.message)}\n")
    _write_policy(review, output)
    for remark in review.remarks if not output.quiet else ():
        output.write(f"Note: {visible(remark)}.\n")
    style = {"pass": "clear", "fail": "error", "incomplete": "error"}[review.verdict]
    output.write(text.paint([(style, review.verdict.upper()), ("", f"  {summary(review)}")]) + "\n")


def render_concise(review: Review, output: Output, *, show_existing: bool = False) -> None:
    """Write a line for each new finding, what the change does to the gate, and the verdict."""
    for new in _shown(review, output):
        output.write(f"{_place(new.finding, output)}: {new.finding.rule} {visible(new.finding.message)} [{visible(cause(new))}]\n")
    for finding in review.existing if show_existing else ():
        output.write(f"{_place(finding, output)}: existing: {finding.rule} {visible(finding.message)}\n")
    _write_policy(review, output)
    output.write(f"{review.verdict.upper()}  {summary(review)}\n")


def _write_policy(review: Review, output: Output) -> None:
    for item in review.policy:
        place = visible(output.display(item.path)) + (f":{item.line}" if item.line else "")
        word = "error" if review.is_policy_failing else "note"
        output.write(f"{word}[gate]: {place}: this change {visible(item.message)}\n")
    if review.policy and not output.quiet:
        output.write("\n")


def summary(review: Review) -> str:
    """The verdict's numbers in a line."""
    counted = [f"{len(review.new):,} new", f"{len(review.fixed):,} fixed", f"{len(review.existing):,} existing not shown"]
    if review.suppressed:
        counted.append(f"{review.suppressed:,} suppressed")
    if review.baselined:
        counted.append(f"{review.baselined:,} in the baseline")
    if review.policy:
        counted.append(plural(len(review.policy), "change") + " to the gate")
    said = ", ".join(counted)
    if review.verdict == "incomplete":
        said += f"; {plural(max(len(review.problems), review.unparsed), 'problem')} kept the review from being complete"
    files = f"{plural(review.files, 'file')}, {review.unparsed} unparsed" if review.files else "no file had to be analysed"
    return f"{said}; base: {_side(review.base)}; head: {_side(review.head)}; {files}"


def _side(side: Side) -> str:
    if side.commit is None:
        return visible(side.label)
    return visible(side.label) if side.commit[:10] in side.label else f"{visible(side.label)} ({side.commit[:10]})"


def _place(finding: Finding, output: Output) -> str:
    return f"{visible(output.display(finding.path))}:{finding.line}:{finding.column}"


def cause(new: NewFinding) -> str:
    """What caused a new finding, in words."""
    if new.was_suppressed:
        return "a comment hid this before the change"
    return new.cause.sentence + (f" ({new.cause.hunk})" if new.cause.hunk and new.cause.kind != "line" else "")


def render_fault(message: str, hint: str, output: Output) -> None:
    """Write why a review could not be done, and what would help."""
    output.write(f"INCOMPLETE  {visible(message)}{f'; {visible(hint)}' if hint else ''}\n")


# --- for a pull request


def render_markdown(review: Review, output: Output, *, show_existing: bool = False) -> None:
    """Write a comment for a pull request, in GitHub's and GitLab's Markdown."""
    word = {"pass": "Pass", "fail": "Fail", "incomplete": "Incomplete"}[review.verdict]
    output.write(f"### backend-lint: {word}\n\n{escaped(summary(review))}\n")
    listed = _shown(review, output)
    if listed:
        output.write("\n| | Where | What | Cause |\n|---|---|---|---|\n")
        for new in listed:
            finding = new.finding
            place = code(f"{output.display(finding.path)}:{finding.line}")
            what = f"**{finding.rule}** {escaped(finding.message)}<br>{escaped(finding.help)}"
            output.write(f"| {finding.severity.value} | {place} | {what} | {escaped(cause(new))} |\n")
    if review.policy:
        output.write("\n**This change makes the gate wider:**\n\n")
        for item in review.policy:
            output.write(f"- {code(output.display(item.path) + (f':{item.line}' if item.line else ''))}: {escaped(item.message)}\n")
    if show_existing and review.existing:
        output.write(f"\n<details><summary>{plural(len(review.existing), 'existing finding')}</summary>\n\n")
        for finding in review.existing:
            output.write(f"- {code(f'{output.display(finding.path)}:{finding.line}')} {finding.rule} {escaped(finding.message)}\n")
        output.write("\n</details>\n")
    for problem in review.problems:
        output.write(f"\n> {escaped(problem.message)}\n")


# --- for an agent


def render_agent(
    review: Review,
    output: Output,
    *,
    max_findings: int = MAX_FINDINGS,
    max_chars: int = MAX_CHARACTERS,
    again: str = "backend-lint review --format agent",
) -> None:
    """Write compact text for a coding agent: the verdict first, then what to do about each new finding, the most severe first.

    `max_findings` and `max_chars` bound it: what does not fit is counted. `again` is the command that checks again. Names, messages and
    paths come from the analysed project and are escaped; nothing of its source is quoted.
    """
    failing = [new for new in _shown(review, output) if new.fails]
    counted = f"{len(review.new)} new, {len(review.fixed)} fixed, {len(review.existing)} existing (not yours, leave them)"
    head = f"VERDICT {review.verdict}: {counted}. base: {_side(review.base)}\n"
    tail = f"recheck: {again}    explain: backend-lint rule NAME\n"
    problems = "".join(f"incomplete: {visible(f'{p.path}: ' if p.path else '')}{visible(p.message)}\n" for p in review.problems[:5])
    remarks = "".join(f"note: {visible(remark)}\n" for remark in review.remarks)
    gate = "".join(_gate_lines(review, output.display))
    room = max_chars - len(head) - len(tail) - len(problems) - len(remarks) - 60
    kept: list[str] = []
    for number, new in enumerate(failing[:max_findings], 1):
        block = "".join(f"{line}\n" for line in _block(number, new, output.display))
        if len(block) > room:
            break
        room -= len(block)
        kept.append(block)
    if len(gate) > room:
        gate = f"gate: widened in {plural(len(review.policy), 'place')}; undo that\n"
    more = len(failing) - len(kept)
    output.write(head + problems + "".join(kept))
    if more:
        output.write(f"{more} more: fix these first, then check again\n")
    output.write(gate + remarks + tail)


def render_agent_fault(message: str, hint: str, output: Output) -> None:
    """Write the verdict of a review that could not be done."""
    output.write(f"VERDICT incomplete: {visible(message)}{f'; {visible(hint)}' if hint else ''}\n")


def _block(number: int, new: NewFinding, display: Callable[[str], str]) -> Iterator[str]:
    finding = new.finding
    where = f"{visible(display(finding.path))}:{finding.line}"
    yield f"{number}. {finding.rule} {finding.name} {where}" + (f" in {visible(finding.function)}" if finding.function else "")
    yield f"   what: {visible(finding.message)}"
    why = " -> ".join(_step(step, display) for step in finding.trace)
    caused = visible(cause(new))
    yield f"   why: {why}; {caused}" if why else f"   why: {caused}"
    yield f"   do: {visible(finding.help)}"
    yield "   dont: suppress it, catch and ignore it, or move the code where it is not checked"
    scope = f"`{visible(finding.function)}`" if finding.function else visible(display(finding.path))
    yield f"   done_when: {finding.rule} is not reported in {scope}"


def _step(step: Step, display: Callable[[str], str]) -> str:
    return f"{visible(step.message)} ({visible(display(step.path))}:{step.line})"


def _gate_lines(review: Review, display: Callable[[str], str]) -> Iterator[str]:
    for item in review.policy:
        place = visible(display(item.path)) + (f":{item.line}" if item.line else "")
        yield f"gate: {place} {visible(item.message)}{'; undo this' if review.is_policy_failing else ''}\n"
