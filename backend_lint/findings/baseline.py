"""The baseline: findings that were there when the tool was adopted, or that somebody has accepted, as text to be committed.

    # backend-lint baseline, version 1
    BL301 app/api/orders.py create_order 8f3a2b1c9d0e4f5a 1
    BL501 app/settings.py - 0c4be2a97f13d560 1 until=2027-01-31 -- replaced with the next deployment

One entry a line: rule, path, enclosing function (`-` for none), hash of the statement, and a number that tells equal ones apart. What moves
without being changed (lines, columns, messages) is no part of it, so that only a change of a statement touches its line, and two
branches' files merge by keeping the lines of both. That the numbers tell equal entries apart makes the file a multiset: with two entries,
two such findings are hidden, and a third one is not.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

import msgspec

from backend_lint.findings.comments import is_day
from backend_lint.findings.fingerprint import digest, place
from backend_lint.findings.model import Finding
from backend_lint.findings.suppression import has_expired

#: The code of what no baseline hides: that a file cannot be parsed, so that nothing in it was checked.
SYNTAX_ERROR = "BL000"

VERSION = 1

_HEAD = "# backend-lint baseline, version "
_HASH_SIZE = 8
_LINE = re.compile(
    r"(?P<rule>[A-Z]+[0-9]+) (?P<path>\S+) (?P<scope>\S+) (?P<statement>[0-9a-f]{16}) (?P<ordinal>[1-9][0-9]{0,8})"
    r"(?: until=(?P<until>\S+))?(?: -- (?P<reason>.*\S))?"
)
#: The marks that git leaves where a merge did not come out, https://git-scm.com/docs/git-merge#_how_conflicts_are_presented.
_CONFLICT = ("<<<<<<< ", "=======", ">>>>>>> ", "||||||| ")


class Entry(msgspec.Struct, frozen=True, order=True):
    """A finding that is accepted. `path` is relative to the folder that the baseline is about; `scope` is the qualified name of the
    function, "" for none; `ordinal` counts equal ones from 1. `until` is the last day on which it hides anything, "" for no such day;
    `reason` says why it was accepted, "" for what was there at the beginning."""

    rule: str
    path: str
    scope: str
    statement: str
    ordinal: int
    until: str = ""
    reason: str = ""

    @property
    def key(self) -> tuple[str, str, str, str]:
        """What equal ones have in common."""
        return self.rule, self.path, self.scope, self.statement


class MalformedBaseline(Exception):
    """A text that is no baseline; `line` is the 1-based line that is wrong, `message` what is wrong with it."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line
        self.message = message


def parse(text: str) -> list[Entry]:
    """The entries in a text, sorted, each once; of those that differ in reason and day alone, the one that holds longest. A text without
    any line is an empty baseline. Raises `MalformedBaseline`."""
    found: dict[tuple[object, ...], Entry] = {}
    is_known = False
    for number, line in enumerate(text.removeprefix("\ufeff").splitlines(), 1):
        line = line.rstrip()
        if line.startswith(_HEAD):
            version = line.removeprefix(_HEAD)
            if version != str(VERSION):
                raise MalformedBaseline(number, f"this is version {version[:20]} of the format, and this release knows {VERSION}")
            is_known = True
        elif line and not line.startswith("#"):
            if not is_known:
                raise MalformedBaseline(number, f"there is no line `{_HEAD}{VERSION}` before the first entry")
            entry = _entry(line, number)
            identity = (*entry.key, entry.ordinal)
            known = found.get(identity)
            if known is None or _lasts(entry) > _lasts(known):
                found[identity] = entry
    return sorted(found.values())


def _entry(line: str, number: int) -> Entry:
    match = _LINE.fullmatch(line)
    if match is None:
        if line.startswith(_CONFLICT):
            raise MalformedBaseline(number, "an unfinished merge: keep the lines of both sides, without the marks")
        raise MalformedBaseline(number, "this is no entry: rule, path, function, hash and number, with one blank between")
    until = match["until"] or ""
    if until and not is_day(until):
        raise MalformedBaseline(number, f"`until={until[:40]}` is no day: write until=YYYY-MM-DD")
    path, scope = _unquoted(match["path"]), _unquoted(match["scope"])
    reason = match["reason"] or ""
    return Entry(match["rule"], path, "" if scope == "-" else scope, match["statement"], int(match["ordinal"]), until, reason)


def _lasts(entry: Entry) -> tuple[bool, str, str]:
    return not entry.until, entry.until, entry.reason


def render(entries: Iterable[Entry], remarks: Iterable[str] = ()) -> str:
    """The text of a baseline with these entries; `remarks` are lines for people, which begin with `#`."""
    return "".join(f"{line}\n" for line in (f"{_HEAD}{VERSION}", *remarks, *map(line_of, sorted(entries))))


def remarks_in(text: str) -> list[str]:
    """The lines of a baseline that are for people."""
    return [line for line in text.removeprefix("\ufeff").splitlines() if line.startswith("#") and not line.startswith(_HEAD)]


def line_of(entry: Entry) -> str:
    """An entry as its line has it."""
    line = f"{entry.rule} {_quoted(entry.path)} {_quoted(entry.scope) or '-'} {entry.statement} {entry.ordinal}"
    if entry.until:
        line += f" until={entry.until}"
    reason = " ".join("".join(letter if letter.isprintable() else " " for letter in entry.reason).split())
    return f"{line} -- {reason}" if reason else line


def _quoted(text: str) -> str:
    """A text in one word: blanks, per cents and what does not print as %XX of their bytes."""
    if text.isidentifier() or re.fullmatch(r"[\w./-]*", text, re.ASCII):
        return text
    return "".join(
        letter if letter.isprintable() and letter not in " %" else "".join(f"%{byte:02X}" for byte in _bytes(letter)) for letter in text
    )


def _bytes(letter: str) -> bytes:
    return letter.encode("utf-8", "surrogatepass")


def _unquoted(word: str) -> str:
    if "%" not in word:
        return word
    from urllib.parse import unquote

    return unquote(word, errors="surrogatepass")


# --- what is hidden


class Matched(msgspec.Struct, frozen=True):
    """`hidden` are the places of the findings that entries hide; `stale` the entries that have nothing to hide, `expired` those that would
    hide something and hold no more, `moved` those that hide something in a file that was renamed, with its path now."""

    hidden: list[int]
    stale: list[Entry]
    expired: list[Entry]
    moved: list[tuple[Entry, str]]


def hash_of(finding: Finding) -> str:
    """The hash of a finding's statement, as entries have it."""
    return digest(finding.statement, size=_HASH_SIZE)


def entries_of(findings: Iterable[Finding], path_of: Callable[[Finding], str], known: Iterable[Entry] = ()) -> list[Entry]:
    """Entries for findings, beside those that are `known` already: equal ones are numbered on, by their places. What cannot be accepted, a
    file that does not parse, gets none. `path_of` gives a finding's path as the baseline spells it."""
    taken: dict[tuple[str, str, str, str], set[int]] = defaultdict(set)
    for entry in known:
        taken[entry.key].add(entry.ordinal)
    made: list[Entry] = []
    for finding in sorted(findings, key=place):
        if finding.rule == SYNTAX_ERROR:
            continue
        key = (finding.rule, path_of(finding), finding.function or "", hash_of(finding))
        ordinal = next(number for number in range(1, len(taken[key]) + 2) if number not in taken[key])
        taken[key].add(ordinal)
        made.append(Entry(*key, ordinal))
    return sorted(made)


def match(
    entries: Sequence[Entry],
    findings: Sequence[Finding],
    *,
    path_of: Callable[[Finding], str],
    today: str,
    has_looked: Callable[[str, str], bool],
    is_gone: Callable[[str], bool],
) -> Matched:
    """Which findings a baseline hides. Each entry hides one finding of its rule, path, function and statement; of equal findings, the first
    ones are hidden.

    Entries of a file that is gone hide, when nothing else is there for them to hide, such a finding in another file: it was renamed.
    `today` is the day by which entries expire. `has_looked(path, rule)` says whether the rule looked at the whole file in this run, and
    `is_gone(path)` whether there is no such file any more: only then can an entry be called stale. Give all findings, notes that are not
    shown as well.
    """
    waiting: dict[tuple[str, str, str, str], list[Entry]] = defaultdict(list)
    for entry in sorted(entries, key=lambda entry: (has_expired(entry.until, today), entry.ordinal)):
        waiting[entry.key].append(entry)
    for line in waiting.values():
        line.reverse()
    found: dict[int, Entry] = {}
    left: list[int] = []
    places = [index for index, finding in enumerate(findings) if finding.rule != SYNTAX_ERROR]
    places.sort(key=lambda index: (findings[index].path, place(findings[index])))
    for index in places:
        finding = findings[index]
        line = waiting.get((finding.rule, path_of(finding), finding.function or "", hash_of(finding)), [])
        if line:
            found[index] = line.pop()
        else:
            left.append(index)
    without_file = _of_files_that_are_gone(waiting, is_gone)
    moved: list[tuple[Entry, str]] = []
    for index in left if without_file else ():
        finding = findings[index]
        line = without_file.get((finding.rule, finding.function or "", hash_of(finding)), []) if finding.statement else []
        if line:
            found[index] = line.pop()
            moved.append((found[index], path_of(finding)))
    used = set(map(id, found.values()))
    held = [index for index, entry in found.items() if not has_expired(entry.until, today)]
    stale = [
        entry
        for entry in entries
        if id(entry) not in used and (is_gone(entry.path) or has_looked(entry.path, entry.rule) or entry.rule == SYNTAX_ERROR)
    ]
    expired = [entry for entry in found.values() if has_expired(entry.until, today)]
    return Matched(sorted(held), sorted(stale), sorted(expired), sorted(moved))


def _of_files_that_are_gone(
    waiting: dict[tuple[str, str, str, str], list[Entry]], is_gone: Callable[[str], bool]
) -> dict[tuple[str, str, str], list[Entry]]:
    """The entries that have found nothing in a file that is gone, by all but that file."""
    moved: dict[tuple[str, str, str], list[Entry]] = defaultdict(list)
    known: dict[str, bool] = {}
    for (rule, path, scope, statement), line in waiting.items():
        if line and path not in known:
            known[path] = is_gone(path)
        if line and known[path]:
            moved[rule, scope, statement].extend(line)
    return moved
