"""What is said of baselines: what is in them, and what an edit does to them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

import msgspec

from backend_lint.engine.baseline_edit import Edit
from backend_lint.engine.baselines import Baseline
from backend_lint.engine.result import StaleEntry
from backend_lint.findings.baseline import Entry
from backend_lint.findings.suppression import has_expired
from backend_lint.report.json_ import encode
from backend_lint.report.plain import plural, visible

VERSION = 1

#: So many entries are named where they are told by the way.
_NAMED = 10


class EntryRecord(msgspec.Struct):
    """An entry as reports spell it; the order of the fields is that of the keys."""

    rule: str
    path: str
    function: str | None
    statement: str
    ordinal: int
    until: str | None
    reason: str | None
    expired: bool


def entry_record(entry: Entry, today: str) -> EntryRecord:
    """An entry as reports spell it."""
    return EntryRecord(
        rule=entry.rule,
        path=entry.path,
        function=entry.scope or None,
        statement=entry.statement,
        ordinal=entry.ordinal,
        until=entry.until or None,
        reason=entry.reason or None,
        expired=has_expired(entry.until, today),
    )


def as_json(baselines: Iterable[Baseline], today: str) -> str:
    """The baselines as one JSON object, with each entry on a line of its own."""
    files = []
    for each in baselines:
        entries = ",\n".join(encode(entry_record(entry, today)) for entry in each.entries)
        files.append(f'{{"file": {encode(each.shown)}, "entries": [{entries and f"{chr(10)}{entries}{chr(10)}"}]}}')
    return f'{{"version": {VERSION}, "baselines": [{", ".join(files)}]}}\n'


def as_text(baseline: Baseline, today: str, names: Mapping[str, str]) -> Iterator[str]:
    """A baseline in lines for people. `names` has the names of rules by code."""
    for entry in baseline.entries:
        yield _told(entry, names.get(entry.rule, ""), today)
    yield _summary(baseline, today)


def _summary(baseline: Baseline, today: str) -> str:
    entries = baseline.entries
    told = f"{visible(baseline.shown)}: {counted(len(entries))}"
    if entries:
        told += f": {_by_rule(entries)}"
    reasons = sum(bool(entry.reason) for entry in entries)
    expired = sum(has_expired(entry.until, today) for entry in entries)
    more = [f"{reasons:,} with a reason"] * bool(reasons) + [f"{expired:,} expired"] * bool(expired)
    return f"{told}; {', '.join(more)}." if more else f"{told}."


def _by_rule(entries: Iterable[Entry]) -> str:
    counts = Counter(entry.rule for entry in entries)
    return ", ".join(f"{rule} {count:,}" for rule, count in sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def _told(entry: Entry, name: str, today: str) -> str:
    told = f"{visible(entry.path)}: {entry.rule}{f' {name}' if name else ''}"
    if entry.scope:
        told += f" in {visible(entry.scope)}"
    if entry.until:
        told += f" ({'expired' if has_expired(entry.until, today) else 'until'} {entry.until})"
    return f"{told} -- {visible(entry.reason)}" if entry.reason else told


def counted(number: int) -> str:
    """`1 entry`, `2 entries`."""
    return f"{number:,} {'entry' if number == 1 else 'entries'}"


def stale_lines(stale: Iterable[StaleEntry], shown: Mapping[str, str]) -> Iterator[str]:
    """What a check says of entries that hide nothing, and what to do about them. `shown` has the paths of baselines in messages."""
    listed = list(stale)
    for gone, verb in ((False, "hide nothing any more"), (True, "have expired")):
        found = [each for each in listed if each.has_expired is gone]
        if not found:
            continue
        files = ", ".join(dict.fromkeys(visible(shown.get(each.baseline, each.baseline)) for each in found))
        yield f"{files}: {counted(len(found))} {_agreeing(verb, len(found))}:"
        yield from (f"  {_told(each.entry, '', '')}" for each in found[:_NAMED])
        if len(found) > _NAMED:
            yield f"  and {len(found) - _NAMED:,} more"
    if listed:
        yield "remove them with `backend-lint baseline prune`" if len(listed) > 1 else "remove it with `backend-lint baseline prune`"


def _agreeing(verb: str, number: int) -> str:
    return verb if number != 1 else verb.replace("hide ", "hides ").replace("have ", "has ")


def edit_lines(edit: Edit, *, is_dry: bool = False) -> Iterator[str]:
    """What an edit does to a baseline."""
    would = "would be " if is_dry else ""
    shown = visible(edit.baseline.shown)
    if edit.baseline.data is None:
        files = len({entry.path for entry in edit.after})
        by_rule = f": {_by_rule(edit.after)}" if edit.after else ""
        yield f"{shown}: {would}made with {counted(len(edit.after))} for {plural(files, 'file')}{by_rule}"
        return
    for entries, verb in (
        (edit.stale, "removed: nothing is left for it to hide"),
        (edit.expired, "removed: expired"),
        (edit.moved, "moved: its file was renamed"),
        (edit.added, "added"),
    ):
        yield from (f"{shown}: {_told(entry, '', '')}: {would}{verb}" for entry in entries)
    if not edit.is_needed:
        yield f"{shown}: up to date with {counted(len(edit.after))}"
    else:
        removed = len(edit.stale) + len(edit.expired)
        done = f"{removed:,} removed, {len(edit.moved):,} moved, {len(edit.added):,} added"
        yield f"{shown}: {done}; {counted(len(edit.after))} {would}left"
