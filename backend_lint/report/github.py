"""Annotations for GitHub Actions, and the summary of a job's step.

A step shows ten errors, ten warnings and ten notices and drops the rest without a word, so the worst come first, ten of a kind, and a last
notice counts the others. The report for people follows, as the log shows of an annotation its message only; in it the runner is told not to
look for commands, for it quotes the source of the analysed project.
https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
"""

from __future__ import annotations

import secrets

from backend_lint.engine.result import Problem
from backend_lint.findings.model import Severity
from backend_lint.report.listing import Item, Listing
from backend_lint.report.markdown import code, escaped, row, table
from backend_lint.report.output import Output
from backend_lint.report.plain import plural, visible

#: How many annotations of a kind a step shows.
MOST_OF_A_KIND = 10

#: How many bytes the summary of a step can hold; GitHub refuses a longer one as a whole.
MOST_BYTES = 1024 * 1024

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice", Severity.OFF: "notice"}

#: How many steps of a proof an annotation tells.
_STEPS = 5


def render(listing: Listing, output: Output) -> None:
    """Write the annotations, then the report for people unless `output.quiet`."""
    errors = [_of_problem(problem) for problem in listing.problems]
    rest = [(_COMMANDS[item.finding.severity], _annotation(item)) for item in listing.worst_first()]
    annotations = [*(("error", each) for each in errors), *rest]
    room = dict.fromkeys(("error", "warning", "notice"), MOST_OF_A_KIND)
    kinds = [kind for kind, _ in annotations]
    if any(kinds.count(kind) > most for kind, most in room.items()):
        room["notice"] -= 1
    left_out = 0
    for kind, annotation in annotations:
        room[kind] -= 1
        if room[kind] < 0:
            left_out += 1
        else:
            output.write(annotation)
    if left_out:
        where = "the log" if output.quiet else "the log and in the summary of the job"
        output.write(_command("notice", f"{plural(left_out, 'more finding')} in {where}", title="backend-lint"))
    if output.quiet:
        return
    token = secrets.token_hex(16)
    output.write(f"::stop-commands::{token}\n")
    listing.text(output)
    output.write(f"::{token}::\n")


def summary(listing: Listing, output: Output, room: int = MOST_BYTES) -> None:
    """Write the summary of the step in Markdown, the worst findings first, in at most `room` bytes of UTF-8."""
    head = f"### backend-lint\n\n{escaped(' '.join(listing.verdict))}\n"
    head += "".join(f"\n> {_where(problem)}{escaped(problem.message)}\n" for problem in listing.problems[:20])
    rows = [row(item.finding, item.finding.path, item.remark) for item in listing.worst_first()]
    room -= len(head.encode("utf-8", "replace")) + len(table([])) + 100
    kept: list[str] = []
    for line in rows:
        room -= len(line.encode("utf-8", "replace"))
        if room < 0:
            break
        kept.append(line)
    output.write(head)
    if kept:
        output.write("\n" + table(kept))
    if len(kept) < len(rows):
        output.write(f"\n{plural(len(rows) - len(kept), 'more finding')}: the summary has no room for more.\n")


def _where(problem: Problem) -> str:
    return f"{code(problem.path)}: " if problem.path is not None else ""


def _annotation(item: Item) -> str:
    finding = item.finding
    lines = [finding.message, f"help: {finding.help}" if finding.help else "", f"new: {item.remark}" if item.remark else ""]
    word, noun = ("at", "place") if finding.occurrences else ("via", "step")
    lines += [f"{word} {step.path}:{step.line}: {step.message}" for step in finding.trace[:_STEPS]]
    if len(finding.trace) > _STEPS:
        lines.append(f"and {plural(len(finding.trace) - _STEPS, f'more {noun}')}")
    place: dict[str, str | int] = {"file": finding.path, "line": finding.line, "endLine": finding.end_line}
    # GitHub takes columns within a line only.
    if finding.end_line == finding.line:
        place |= {"col": finding.column, "endColumn": max(finding.end_column, finding.column + 1)}
    text = "\n".join(visible(line) for line in lines if line)
    return _command(_COMMANDS[finding.severity], text, **place, title=f"{finding.rule} {finding.name}")


def _of_problem(problem: Problem) -> str:
    place = {"file": problem.path} if problem.path is not None else {}
    return _command("error", visible(problem.message), **place, title="backend-lint: incomplete")


def _command(command: str, message: str, **properties: str | int) -> str:
    """A workflow command. `message` may have several lines."""
    said = ",".join(f"{name}={_property(visible(str(value)))}" for name, value in properties.items())
    return f"::{command} {said}::{_data(message)}\n"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
