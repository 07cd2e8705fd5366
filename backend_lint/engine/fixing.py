"""Fixes: from findings to changed texts, of which no more is kept than does away with findings and brings no new ones.

Rules propose changes where they report (`backend_lint.fixes`), so the files with fixable findings are checked once more, with the proposals
kept. Those of a file that do not touch each other are made together; then the file is checked as it would be, and a change whose finding
is still there, or that brings another, is taken back. That is repeated until nothing more changes. In the end the whole project is checked
as it would be, for a change of one file may concern another.
"""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from backend_lint.engine.cache_folder import Cache
from backend_lint.engine.check import ProjectConfigurations, Request
from backend_lint.engine.discovery import ProjectFiles, discover
from backend_lint.engine.fix_comments import comment_fix
from backend_lint.engine.fix_rounds import Workshop, count
from backend_lint.engine.plan import make_plans
from backend_lint.engine.result import Result
from backend_lint.engine.runner import merge, run
from backend_lint.findings import suppression
from backend_lint.findings.model import Finding
from backend_lint.fixes.proposal import Edit, Fix
from backend_lint.source.decoding import encoding_of
from backend_lint.source.parse import parse
from backend_lint.source.statements import suppressions

__all__ = ["ChangedFile", "Edit", "Fix", "Fixed", "fix_paths", "fixes_for"]

#: How often a project is checked as a whole for what is still to be fixed.
_MAX_PASSES = 3


@dataclass(frozen=True)
class ChangedFile:
    """A file with its bytes before and after, and how many findings that does away with. `path` is relative to the result's root."""

    path: str
    before: bytes
    after: bytes
    fixes: int


@dataclass
class Fixed:
    """What fixes came to: `result` is the check of the texts as they would be, `files` are those that change, `refused` the findings whose
    fix was not made, with the reason. Nothing is written."""

    result: Result
    files: list[ChangedFile] = field(default_factory=list)
    refused: list[tuple[Finding, str]] = field(default_factory=list)


def fix_paths(paths: Sequence[Path], request: Request, *, unsafe: bool = False) -> Fixed:
    """Check files and folders as `check_paths` does, and make the fixes that are safe; with `unsafe` the others too.

    Raises `ConfigurationFault` and `MissingPath`.
    """
    configurations = ProjectConfigurations(request)
    projects = discover(paths, request.current, lambda root: configurations.of(root).excluded, force_exclude=request.force_exclude)
    with _cached(request) as cached:
        parts = [_fix_project(files, configurations, cached, unsafe=unsafe) for files in projects]
    top = Path(os.path.commonpath([part.result.root for part in parts]))
    whole = Fixed(merge([part.result for part in parts], top))
    for part in parts:
        prefix = part.result.root.relative_to(top).as_posix() if len(parts) > 1 else "."
        whole.files += [
            changed if prefix == "." else ChangedFile(f"{prefix}/{changed.path}", changed.before, changed.after, changed.fixes)
            for changed in part.files
        ]
        whole.refused += part.refused
    return whole


@contextmanager
def _cached(request: Request) -> Iterator[Request]:
    """A request with a cache, for each check takes from the one before what has not changed: where none is to be used, one that is thrown
    away."""
    if request.cache is not None:
        yield request
        return
    with TemporaryDirectory(prefix="backend-lint-", ignore_cleanup_errors=True) as folder:
        yield dataclasses.replace(request, cache=Cache(Path(folder, "cache"), Path(folder, "own")))


def fixes_for(result: Result, path: str, text: str, request: Request | None = None) -> list[Fix]:
    """The fixes, safe and unsafe, of what `result` found in the file `path` (relative to the result's root), in the order of the findings.

    `text` is the file as it was checked, decoded; edits are offsets in it. `request` is the one that was checked by: it says which
    configuration holds. A fix is not tried out here: each is made alone, and whoever takes it checks again. Raises `ConfigurationFault`.
    """
    if not any(finding.path == path and finding.fixable for finding in result.findings):
        return []
    request = request or Request(current=result.root)
    configurations = ProjectConfigurations(request)
    files = ProjectFiles(root=result.root, targets=(path,))
    shop = _workshop(files, configurations, request, unsafe=True)
    data = text.encode("utf-8", "surrogatepass")
    shop.texts[path] = text.encode(encoding_of(data), "replace")
    checked = shop.check([path], propose=True, is_trial=True)[path]
    if checked.text != text:
        return []
    places = {_place(finding): finding.fingerprint for finding in result.findings if finding.path == path}
    fixes = [
        (candidate.finding, Fix(candidate.fix.title, candidate.fix.safety, candidate.fix.edits, places[_place(candidate.finding)]))
        for candidate in checked.offered
        if _place(candidate.finding) in places
    ]
    unused = [finding for finding in result.findings if finding.path == path and finding.rule == suppression.UNUSED]
    if unused and checked.is_sound:
        tree = parse(path, shop.texts[path])
        directives = suppressions(tree)
        fixes += [(finding, fix) for finding in unused if (fix := comment_fix(tree, finding, directives)) is not None]
    return [fix for _, fix in sorted(fixes, key=lambda pair: (pair[0].line, pair[0].column, pair[0].rule))]


def _place(finding: Finding) -> tuple[object, ...]:
    return finding.rule, finding.line, finding.column, finding.end_line, finding.end_column, finding.message


def _workshop(files: ProjectFiles, configurations: ProjectConfigurations, request: Request, *, unsafe: bool) -> Workshop:
    plans = make_plans(files, configurations.of(files.root))
    return Workshop(
        files=files,
        plans=plans,
        pack=configurations.packs(files.root),
        hiding=configurations.hiding(files),
        cache=request.cache,
        unsafe=unsafe,
        jobs=request.jobs,
        progress=request.progress,
        timings=request.timings,
    )


def _fix_project(files: ProjectFiles, configurations: ProjectConfigurations, request: Request, *, unsafe: bool) -> Fixed:
    shop = _workshop(files, configurations, request, unsafe=unsafe)
    first = result = run(
        files,
        configurations.of(files.root),
        jobs=request.jobs,
        progress=request.progress,
        pack=shop.pack,
        cache=request.cache,
        timings=request.timings,
        hiding=shop.hiding,
    )
    for _ in range(_MAX_PASSES):
        wanted = [finding for finding in result.findings if shop.is_wanted(finding)]
        if not wanted:
            break
        before = dict(shop.texts)
        shop.remove_comments(wanted, result.directives)
        shop.repair({finding.path for finding in wanted if finding.rule != suppression.UNUSED})
        if shop.texts == before:
            break
        result = _settled(shop.whole(), first, shop)
    source = files.opened()
    changed = [ChangedFile(path, source.read(path), data, len(shop.made.get(path, ()))) for path, data in sorted(shop.texts.items())]
    return Fixed(result, changed, shop.refused)


def _settled(now: Result, first: Result, shop: Workshop) -> Result:
    """The result of a check after fixes, of which those are taken back that have brought findings elsewhere."""
    worse = _worse(now, first)
    while worse and shop.texts:
        for path in _blamed(sorted(worse), first, shop):
            shop.take_back(path, f"{min(worse)} would get a new finding")
        now = shop.whole()
        worse = _worse(now, first)
    return now


def _worse(now: Result, first: Result) -> set[str]:
    """The files with more findings of a kind than there were, those hidden by comments counted as well."""
    before = count((*first.findings, *first.hidden))
    return {key[1] for key, amount in count((*now.findings, *now.hidden)).items() if amount > before[key]}


def _blamed(paths: Sequence[str], first: Result, shop: Workshop) -> list[str]:
    """Changed files without whose changes some files have no more findings than at first: as few as halving them leaves, and all where
    that does not tell."""
    before = {path: count(finding for finding in (*first.findings, *first.hidden) if finding.path == path) for path in paths}

    def heals(without: Sequence[str]) -> bool:
        others = {path: data for path, data in shop.texts.items() if path not in without}
        checked = shop.check(paths, others, is_trial=True)
        return all(not (count(checked[path].shown) - before[path]) for path in paths)

    changed = sorted(shop.texts)
    blamed = shop.checks.resting(paths, changed)
    if not blamed or not heals(blamed):
        blamed = changed
    while len(blamed) > 1:
        middle = len(blamed) // 2
        half = next((part for part in (blamed[:middle], blamed[middle:]) if heals(part)), None)
        if half is None:
            break
        blamed = half
    return blamed
