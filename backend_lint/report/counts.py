"""What `--statistics` counts: how many findings of which rule, family, folder and file, and how many of them can be fixed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from backend_lint.engine.result import Result
from backend_lint.findings.model import Finding, Severity

#: How many folders a table shows at most, and how deep it looks for as many as are worth a table.
MOST_FOLDERS = 10
_DEEPEST = 12


class Count(NamedTuple):
    """How many findings have something in common, which `key` names. `fixable` counts those that the tool can fix."""

    key: str
    errors: int
    warnings: int
    notes: int
    fixable: int

    @property
    def all(self) -> int:
        return self.errors + self.warnings + self.notes


def by_rule(result: Result) -> list[Count]:
    """By the rules' codes, most first."""
    return _counted((finding.rule, finding) for finding in result.findings)


def by_family(result: Result) -> list[Count]:
    """By family, most first."""
    return _counted((finding.family, finding) for finding in result.findings)


def by_file(result: Result) -> list[Count]:
    """By file, most first."""
    return _counted((finding.path, finding) for finding in result.findings)


def by_folder(result: Result, depth: int | None = None) -> list[Count]:
    """By the folder that the files lie in, directly or not, most first; "" for the top. `depth` is how many parts of the paths count; by
    default so many that there are several folders, and not too many for a table."""
    paths = [finding.path for finding in result.findings]
    chosen = _depth(paths) if depth is None else depth
    return _counted((folder_of(finding.path, chosen), finding) for finding in result.findings)


def by_every_folder(result: Result) -> list[Count]:
    """By all folders above a finding at any depth, in the order of their paths."""
    found = _counted((folder, finding) for finding in result.findings for folder in _folders(finding.path))
    return sorted(found, key=lambda count: count.key)


def folder_of(path: str, depth: int) -> str:
    """The first `depth` folders of a file's path, fewer where there are not as many."""
    return "/".join(path.split("/")[:-1][:depth])


def _folders(path: str) -> list[str]:
    parts = path.split("/")[:-1]
    return ["/".join(parts[:depth]) for depth in range(len(parts) + 1)]


def _depth(paths: Iterable[str]) -> int:
    """The depth at which there are the most folders that a table has room for."""
    listed = list(paths)
    best = 0
    for depth in range(1, _DEEPEST):
        if len({folder_of(path, depth) for path in listed}) > MOST_FOLDERS:
            break
        if len({folder_of(path, depth) for path in listed}) > len({folder_of(path, best) for path in listed}):
            best = depth
    return best or 1


def _counted(keyed: Iterable[tuple[str, Finding]]) -> list[Count]:
    severities: dict[str, Counter[Severity]] = {}
    fixable: Counter[str] = Counter()
    for key, finding in keyed:
        severities.setdefault(key, Counter())[finding.severity] += 1
        fixable[key] += finding.fixable
    counts = [
        Count(key, found[Severity.ERROR], found[Severity.WARNING], found[Severity.NOTE], fixable[key]) for key, found in severities.items()
    ]
    return sorted(counts, key=lambda count: (-count.all, count.key))
