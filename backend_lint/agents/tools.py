"""What the server's tools do: questions of an agent in, bounded text out. Nothing is written anywhere."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from backend_lint.report.output import Output
from backend_lint.report.plain import plural, visible

if TYPE_CHECKING:
    from backend_lint.engine.result import Result
    from backend_lint.findings.model import Finding

#: Clients cut answers near 25,000 tokens; this is far below in any language.
MAX_CHARACTERS = 16_000
MAX_FINDINGS = 50

_RANK = {"error": 0, "warning": 1, "note": 2, "off": 3}


class ToolFault(Exception):
    """A question cannot be answered; `args[0]` says why, for the one who asked."""


def check(root: Path, paths: Sequence[str] = (), select: Sequence[str] = (), *, pedantic: bool = False) -> str:
    """The findings in files and folders below `root`, the most severe first. Raises `ToolFault`."""
    from backend_lint.engine.cache_folder import find
    from backend_lint.engine.check import Request, check_paths
    from backend_lint.engine.discovery import MissingPath
    from backend_lint.engine.selection import Choice
    from backend_lint.engine.settings import CommandLine, ConfigurationFault

    real = Path(os.path.realpath(root))
    named = [_inside(real, path) for path in paths] or [real]
    line = CommandLine(choice=Choice(select=tuple(select) if select else None), pedantic=pedantic or None)
    try:
        result = check_paths(named, Request(current=real, command_line=line, jobs=1, cache=find()))
    except ConfigurationFault as fault:
        raise ToolFault("\n".join(fault.messages)) from None
    except MissingPath as fault:
        raise ToolFault(str(fault)) from None
    return _checked(result, real)


def review(
    root: Path,
    *,
    base: str | None = None,
    staged: bool = False,
    commit: str | None = None,
    range_: str | None = None,
    patch: str | None = None,
    policy: Literal["base", "head"] | None = None,
) -> str:
    """What a change of the repository that `root` lies in adds, as `backend-lint review --format agent` tells it. Raises `ToolFault`."""
    from backend_lint.engine.cache_folder import find
    from backend_lint.engine.settings import ConfigurationFault
    from backend_lint.report.reviews import render_agent
    from backend_lint.review.change import ChangeRequest, opened
    from backend_lint.review.gate import Rules
    from backend_lint.review.gate import review as judge
    from backend_lint.source.git import GitFault, Repository

    if sum([base is not None, staged, commit is not None, range_ is not None, patch is not None]) > 1:
        raise ToolFault("give one of base, staged, commit, range and patch")
    data = patch.encode("utf-8", "surrogateescape") if patch is not None else None
    request = ChangeRequest(base=base, staged=staged, commit=commit, range=range_, patch=data)
    rules = Rules(policy=policy or ("base" if patch is not None else "head"), jobs=1, cache=find())
    try:
        with opened(Repository.find(root), request) as change:
            found = judge(change, rules)
    except GitFault as fault:
        raise ToolFault(f"VERDICT incomplete: {fault.message}{f'; {fault.hint}' if fault.hint else ''}") from None
    except ConfigurationFault as fault:
        raise ToolFault("VERDICT incomplete: " + "\n".join(fault.messages)) from None
    parts: list[str] = []
    output = Output(write=parts.append, read=_no_source)
    render_agent(found, output, max_findings=MAX_FINDINGS, max_chars=MAX_CHARACTERS, again="call this tool again with the same arguments")
    return bounded("".join(parts))


def explain_rule(selector: str) -> str:
    """The documentation of a rule by its code or name, or the table of a family, in Markdown. Raises `ToolFault`."""
    from backend_lint.engine.registry import built_in
    from backend_lint.report.rules import as_markdown, table_as_markdown

    registry = built_in()
    chosen = [registry.by_code[code] for code in sorted(registry.matching(selector))]
    if not chosen:
        near = registry.nearest(selector)
        raise ToolFault(f'there is no rule "{visible(selector)[:100]}"' + (f'; did you mean "{near}"?' if near else ""))
    if len(chosen) == 1 and selector not in registry.families:
        return bounded(as_markdown(chosen[0]))
    return bounded(table_as_markdown(chosen))


def bounded(text: str, most: int = MAX_CHARACTERS) -> str:
    """A text, cut where it is longer than `most` characters, and saying so."""
    note = "\n... (cut here)\n"
    return text if len(text) <= most else text[: most - len(note)] + note


def _inside(root: Path, path: str) -> Path:
    try:
        real = Path(os.path.realpath(root / path))
    except (OSError, ValueError):
        raise ToolFault(f"{visible(path)[:200]}: this is no path") from None
    if real != root and root not in real.parents:
        raise ToolFault(f"{visible(path)[:200]}: this path is outside of the folder that the server was started for, {root}")
    return real


def _checked(result: Result, root: Path) -> str:
    from backend_lint.report.summary import by_severity

    def shown(path: str) -> str:
        try:
            return visible((result.root / path).relative_to(root).as_posix())
        except ValueError:
            return visible(path)

    counts = ", ".join(plural(count, severity.value) for severity, count in by_severity(result).items() if count)
    parts = [f"{counts or 'nothing found'} in {plural(result.files, 'file')}"]
    if result.suppressed:
        parts.append(f"{plural(result.suppressed, 'finding')} suppressed by comments")
    if result.baselined:
        parts.append(f"{plural(len(result.baselined), 'finding')} in the baseline")
    if result.notes_hidden:
        parts.append(f"{plural(result.notes_hidden, 'note')} not shown (pedantic shows them)")
    text = "; ".join(parts) + "\n"
    for problem in result.problems[:5]:
        place = f"{shown(problem.path)}: " if problem.path else ""
        text += f"incomplete: {place}{visible(problem.message)}\n"
    ordered = sorted(result.findings, key=lambda each: (_RANK[each.severity.value], each.path, each.line, each.rule))
    for number, finding in enumerate(ordered, 1):
        block = "".join(f"{line}\n" for line in _block(number, finding, shown(finding.path), [shown(step.path) for step in finding.trace]))
        if number > MAX_FINDINGS or len(text) + len(block) > MAX_CHARACTERS - 100:
            text += f"{len(ordered) - number + 1} more: correct these first, or name fewer paths\n"
            break
        text += block
    return bounded(text)


def _block(number: int, finding: Finding, path: str, steps: list[str]) -> Iterator[str]:
    where = f" in {visible(finding.function)}" if finding.function else ""
    yield f"{number}. {finding.severity.value} {finding.rule} {finding.name} {path}:{finding.line}{where}"
    yield f"   what: {visible(finding.message)}"
    if steps:
        yield "   why: " + " -> ".join(
            f"{visible(step.message)} ({place}:{step.line})" for step, place in zip(finding.trace, steps, strict=True)
        )
    yield f"   do: {visible(finding.help)}"


def _no_source(path: str) -> str:
    raise OSError("no source is shown to an agent")
