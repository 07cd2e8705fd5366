"""A quick look at one file that was just edited: what is new in it since the last commit.

Only that file is checked after the edit, though questions may lead into others. What the edit causes elsewhere is left to the review of the
whole change.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec

from backend_lint.engine.analysis import overrides
from backend_lint.engine.cache_folder import Cache
from backend_lint.engine.discovery import SUFFIXES, ProjectFiles, files_in
from backend_lint.engine.packs import packs_for
from backend_lint.engine.plan import reaches
from backend_lint.engine.registry import BUILT_IN_PACK, SYNTAX_ERROR, Packs, Registry, load_pack
from backend_lint.engine.result import Result
from backend_lint.engine.runner import run
from backend_lint.engine.selection import Choice
from backend_lint.engine.settings import CommandLine, Configurations
from backend_lint.findings.model import Finding
from backend_lint.review import policy
from backend_lint.review.causes import cause_of
from backend_lint.review.change import Change
from backend_lint.review.delta import Delta
from backend_lint.review.matching import match
from backend_lint.review.model import NewFinding, Review
from backend_lint.review.scopes import Scopes
from backend_lint.review.silencing import Silencing

#: From so many other files that are being edited a finding may have been moved here.
MAX_OTHERS = 8


def advise(
    change: Change, path: str, others: Sequence[str] = (), *, pack: Packs = BUILT_IN_PACK, cache: Cache | None = None
) -> Review | None:
    """What a change adds to the file at a root-relative path, by the configuration before the change; None when there is nothing to say
    about that file: it is the same, it is gone, or the configuration leaves it out. `others` are the other files that the change touches:
    what was moved here from one of them is not new. `cache` is where to look for what is known already. Raises `ConfigurationFault`."""
    if not path.endswith(SUFFIXES):
        return None
    pack = packs_for(change.root, CommandLine(), base=pack, source=change.before)
    registry = load_pack(pack)
    settings = Configurations(change.root, registry, CommandLine(choice=_for_one_file(registry)), source=change.before)
    known = set(change.before.list())
    present = change.after.list()
    # A file that is new may be an old one by another name.
    gone = () if path in known else known.difference(present)
    sources = [each for each in others if each in known and each.endswith(SUFFIXES)][:MAX_OTHERS]
    delta = Delta(change.before, change.after, {path, *sources, *(each for each in gone if each.endswith(SUFFIXES))})
    if path not in delta.files or path not in files_in(change.after, change.root, settings.excluded).targets:
        return None
    after = run(ProjectFiles(root=change.root, targets=(path,), source=change.after), settings, jobs=1, pack=pack, cache=cache)
    found = Review(root=change.root, verdict="pass", base=change.base, head=change.head, files=1, changed=1)
    found.problems = list(after.problems)
    old = delta.old_path(path)
    before = Result(root=change.root, findings=[])
    after = _only(after, [path])
    targets = sorted({*([old] if old is not None else ()), *sources})
    if targets and (after.findings or after.hidden):
        known_before = ProjectFiles(root=change.root, targets=tuple(targets), source=change.before)
        before = run(known_before, settings, jobs=1, pack=pack, cache=cache)
        found.problems += before.problems
    _compare(found, path, _only(before, targets), after, change, delta, settings, registry)
    return found


def _for_one_file(registry: Registry) -> Choice:
    """All rules but those that look at the project as a whole: they would read all of it."""
    return Choice(ignore=tuple(rule.code for rule in registry.rules if overrides(rule(), "check_project")))


def _only(result: Result, paths: Sequence[str]) -> Result:
    findings, hidden = ([each for each in listed if each.path in paths] for listed in (result.findings, result.hidden))
    return msgspec.structs.replace(result, findings=findings, hidden=hidden)


def _compare(
    found: Review, path: str, before: Result, after: Result, change: Change, delta: Delta, settings: Configurations, registry: Registry
) -> None:
    old_scopes, scopes = Scopes(change.before), Scopes(change.after)
    hidden = {id(finding) for finding in after.hidden}
    matches = match(
        [*before.findings, *before.hidden],
        [*after.findings, *after.hidden],
        delta,
        old_scopes,
        scopes,
    )
    directives = {path: after.directives[path]} if path in after.directives else {}
    added = policy.added_directives(before.directives, directives, delta)

    def add(finding: Finding) -> None:
        level = settings.of_file(finding.path).fail_on
        cause = cause_of(finding, delta, scopes)
        found.new.append(NewFinding(finding=finding, cause=cause, fails=reaches(finding.severity, level)))

    found.existing = [new for _, new in matches.pairs if id(new) not in hidden]
    found.suppressed = len(after.hidden)
    # Of a file that could not be parsed before, nothing is known but which lines are new.
    was_unknown = any(finding.rule == SYNTAX_ERROR and finding.path == delta.old_path(path) for finding in before.findings)
    for finding in matches.new:
        if was_unknown and delta.files[path].hunk_at(finding.line, finding.end_line) is None:
            found.existing.append(finding)
        elif id(finding) not in hidden or policy.hides(added, finding, registry):
            add(finding)
    gone = [finding for finding in matches.fixed if finding.path == delta.old_path(path)]
    silencing, silenced = Silencing(change.before, change.after, delta, old_scopes, scopes, registry).items(matches.new, gone)
    found.fixed = [finding for finding in gone if id(finding) not in silenced]
    found.policy = [*policy.suppression_items(added, registry), *silencing]
    found.is_policy_failing = bool(found.policy)
    if any(new.fails for new in found.new) or found.is_policy_failing:
        found.verdict = "fail"


def inside(top: Path, path: Path) -> str | None:
    """The path of a file relative to a repository's folder, in POSIX form; None for one outside. Both are real paths."""
    try:
        return path.relative_to(top).as_posix()
    except ValueError:
        return None
