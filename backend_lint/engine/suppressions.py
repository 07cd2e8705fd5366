"""The suppression comments of a project, with what each of them hides, and since when."""

from __future__ import annotations

import dataclasses
import os
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from backend_lint.engine.baselines import today
from backend_lint.engine.check import Request, check_paths
from backend_lint.engine.registry import Registry
from backend_lint.engine.result import Result
from backend_lint.findings.comments import Directive
from backend_lint.findings.suppression import EXPIRED, INVALID, UNUSED, WITHOUT_REASON, Catalogue, apply, has_expired
from backend_lint.source.git import Blame, GitFault, Repository

Status = Literal["in use", "unused", "expired", "invalid"]

_ABOUT_COMMENTS = frozenset({UNUSED, WITHOUT_REASON, INVALID, EXPIRED})


@dataclass(frozen=True, kw_only=True)
class Suppression:
    """A comment in the file at a path relative to the root of the result.

    `rules` are the codes of the rules that it names; `hides` counts the findings that it covers, notes among them. Its `status` is "unused"
    only where that is certain: rules that did not look leave it "in use", with nothing to hide. `blame` is None where that is not known.
    """

    path: str
    directive: Directive
    rules: tuple[str, ...]
    hides: int
    status: Status
    blame: Blame | None = None


def suppressions(paths: Sequence[Path], request: Request, registry: Registry) -> tuple[Result, list[Suppression]]:
    """The comments in files and folders, in the order of their places, and the result of the check that says what they hide. Comments for
    other linters are left out. Raises `ConfigurationFault` and `MissingPath`."""
    line = dataclasses.replace(request.command_line, pedantic=True)
    result = check_paths(paths, dataclasses.replace(request, command_line=line, by_baseline=False))
    day = today()
    catalogue = Catalogue(registry.infos())
    covered = [finding for finding in (*result.findings, *result.hidden) if finding.rule not in _ABOUT_COMMENTS]
    counts = apply(covered, result.directives, rules=registry.infos(), ran=lambda path, code: False, today=day).counts
    unused = {(finding.path, finding.line, finding.column) for finding in (*result.findings, *result.hidden) if finding.rule == UNUSED}
    found: list[Suppression] = []
    for path, directives in sorted(result.directives.items()):
        for directive, count in zip(directives, counts[path], strict=True):
            look = catalogue.find_noqa if directive.kind == "noqa" else catalogue.find
            rules = sorted({code for written in directive.codes for code in look(written)})
            if directive.kind == "noqa" and not (rules or count):
                continue
            status: Status = "in use"
            if directive.problem or any(not look(written) for written in directive.codes if directive.kind != "noqa"):
                status = "invalid"
            elif (path, directive.line, directive.column) in unused:
                status = "unused"
            elif has_expired(directive.until, day):
                status = "expired"
            found.append(Suppression(path=path, directive=directive, rules=tuple(rules), hides=count, status=status))
    return result, _with_ages(result.root, found)


def _with_ages(root: Path, found: Iterable[Suppression]) -> list[Suppression]:
    """The same with what git knows of their lines."""
    by_path: dict[str, list[Suppression]] = defaultdict(list)
    for each in found:
        by_path[each.path].append(each)
    repositories: dict[str, Repository | None] = {}
    aged: list[Suppression] = []
    for path, listed in by_path.items():
        folder = os.path.dirname(os.path.join(root, path))
        if folder not in repositories:
            repositories[folder] = _repository(folder, repositories.values())
        blames = _blames(repositories[folder], os.path.join(root, path), listed)
        aged += [dataclasses.replace(each, blame=blames.get(each.directive.line)) for each in listed]
    return aged


def _repository(folder: str, known: Iterable[Repository | None]) -> Repository | None:
    """The repository of a folder: one that is known, unless the folder has another one of its own."""
    for each in known:
        if each is not None and folder.startswith(f"{each.top}/") and not os.path.lexists(os.path.join(folder, ".git")):
            return each
    try:
        found = Repository.find(Path(folder))
    except GitFault:
        return None
    return None if found.is_bare or found.commit("HEAD") is None else found


def _blames(repository: Repository | None, file: str, listed: Sequence[Suppression]) -> dict[int, Blame]:
    if repository is None:
        return {}
    inside = os.path.relpath(file, os.path.realpath(repository.top))
    try:
        return repository.blamed(inside, sorted({each.directive.line for each in listed}))
    except GitFault:
        return {}
