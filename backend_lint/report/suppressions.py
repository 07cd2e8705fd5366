"""The list of suppression comments, with reasons and ages."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Sequence

import msgspec

from backend_lint.engine.suppressions import Suppression
from backend_lint.report.json_ import encode, write_lines
from backend_lint.report.output import Output
from backend_lint.report.plain import plural, visible

VERSION = 1

_DAY = 24 * 60 * 60


class SuppressionRecord(msgspec.Struct):
    """A comment as the report spells it; the order of the fields is that of the keys."""

    path: str
    line: int
    column: int
    kind: str
    written: list[str]
    rules: list[str]
    reason: str | None
    until: str | None
    status: str
    hides: int
    since: str | None
    age_days: int | None
    at_least: bool
    commit: str | None
    problem: str | None


def render_json(found: Sequence[Suppression], output: Output, now: float) -> None:
    """Write the comments as one JSON object, each on a line of its own. `now` is the time by which ages are told."""
    output.write(f'{{"version": {VERSION}, "suppressions": [')
    write_lines(output, (_record(each, output.display, now) for each in found))
    output.write(f'], "summary": {encode(_summary(found))}}}\n')


def _record(each: Suppression, display: Callable[[str], str], now: float) -> SuppressionRecord:
    directive, blame = each.directive, each.blame
    return SuppressionRecord(
        path=display(each.path),
        line=directive.line,
        column=directive.column,
        kind=directive.kind,
        written=list(directive.codes),
        rules=list(each.rules),
        reason=directive.reason or None,
        until=directive.until or None,
        status=each.status.replace(" ", "-"),
        hides=each.hides,
        since=_day(blame.seconds) if blame is not None else None,
        age_days=_age(blame.seconds, now) if blame is not None else None,
        at_least=blame is not None and blame.is_cut_off,
        commit=blame.commit if blame is not None else None,
        problem=directive.problem or None,
    )


def _summary(found: Sequence[Suppression]) -> dict[str, object]:
    counts = Counter(each.status for each in found)
    return {
        "suppressions": len(found),
        "files": len({each.path for each in found}),
        "hides": sum(each.hides for each in found if each.status != "expired"),
        "unused": counts["unused"],
        "expired": counts["expired"],
        "invalid": counts["invalid"],
        "without_reason": sum(_is_without_reason(each) for each in found),
    }


def render_text(found: Sequence[Suppression], output: Output, now: float) -> None:
    """Write a line for each comment, with its reason, and what they come to."""
    for each in found:
        directive = each.directive
        named = f"[{', '.join(map(visible, directive.codes))}]" if directive.codes else ""
        parts = [f"{directive.kind}{named}", _state(each)]
        if directive.until and each.status != "expired":
            parts.append(f"until {directive.until}")
        parts.append(_told_age(each, now))
        output.write(f"{visible(output.display(each.path))}:{directive.line}: {', '.join(filter(None, parts))}\n")
        if directive.problem:
            output.write(f"    {visible(directive.problem)}\n")
        if directive.kind != "noqa":
            output.write(f"    {visible(directive.reason) if directive.reason else '(no reason)'}\n")
    if not output.quiet:
        output.write(f"{sentence(found)}\n")


def sentence(found: Sequence[Suppression]) -> str:
    """What the comments come to, in a line."""
    if not found:
        return "No suppressions."
    counts = _summary(found)
    files = plural(len({each.path for each in found}), "file")
    hidden = plural(sum(each.hides for each in found if each.status != "expired"), "finding")
    told = f"{plural(len(found), 'suppression')} in {files} {'hides' if len(found) == 1 else 'hide'} {hidden}"
    words = {"unused": "unused", "expired": "expired", "invalid": "invalid", "without_reason": "without a reason"}
    more = ", ".join(f"{counts[key]} {word}" for key, word in words.items() if counts[key])
    return f"{told}; {more}." if more else f"{told}."


def _state(each: Suppression) -> str:
    if each.status == "expired":
        return f"expired {each.directive.until}"
    if each.status == "in use":
        return f"hides {each.hides:,}" if each.hides else "hides nothing"
    return each.status


def _told_age(each: Suppression, now: float) -> str:
    if each.blame is None:
        return ""
    days = _age(each.blame.seconds, now)
    least = "at least " if each.blame.is_cut_off else ""
    return f"{least}{plural(days, 'day')} old ({_day(each.blame.seconds)})"


def _is_without_reason(each: Suppression) -> bool:
    return each.directive.kind != "noqa" and not each.directive.reason


def _age(seconds: int, now: float) -> int:
    return max(0, int(now - seconds) // _DAY)


def _day(seconds: int) -> str:
    """The day of a moment, where the user is; a time that no calendar has is that of the beginning."""
    try:
        return time.strftime("%Y-%m-%d", time.localtime(seconds))
    except (OverflowError, ValueError, OSError):
        return "1970-01-01"
