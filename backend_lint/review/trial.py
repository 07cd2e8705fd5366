"""What rules would have blocked if they had been on: the last commits of a repository, each reviewed as it was made."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from backend_lint.engine.cache_folder import Cache
from backend_lint.engine.result import Problem
from backend_lint.findings.model import Finding
from backend_lint.review.change import ChangeRequest, opened
from backend_lint.review.gate import Rules, review
from backend_lint.review.history import Commit
from backend_lint.source.git import GitFault, Repository

#: Told how many of how many commits are done.
Progress = Callable[[int, int], None]


@dataclass(frozen=True, kw_only=True)
class Blocked:
    """A commit that a review would have failed, and the new findings for which it would have."""

    commit: Commit
    findings: list[Finding]


@dataclass(frozen=True, kw_only=True)
class Skipped:
    """A commit that could not be reviewed completely, and why."""

    commit: Commit
    reason: str


@dataclass(kw_only=True)
class Trial:
    """The outcome for the rules with these `codes`, newest commits first.

    `commits` are those that were to be reviewed, of which `reviewed` have been; the user may have had enough before the end. `mild` counts
    new findings that fail nothing, `standing` those that were there after the newest commit already; None where that is not known.
    """

    root: Path
    codes: Collection[str]
    commits: list[Commit]
    reviewed: int = 0
    blocked: list[Blocked] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    mild: int = 0
    standing: int | None = None

    @property
    def is_complete(self) -> bool:
        """Whether all commits have been looked at."""
        return self.reviewed + len(self.skipped) == len(self.commits)

    @property
    def findings(self) -> list[Finding]:
        """The new findings for which commits would have been blocked."""
        return [finding for each in self.blocked for finding in each.findings]

    @property
    def per_100(self) -> float:
        """How many of a hundred commits would have been blocked."""
        return round(100 * len(self.blocked) / self.reviewed, 1) if self.reviewed else 0.0

    def by_file(self) -> list[tuple[str, int]]:
        """The files in which the findings are, those with most first."""
        counts = Counter(finding.path for finding in self.findings)
        return sorted(counts.items(), key=lambda item: (-item[1], item[0]))

    def by_rule(self) -> list[tuple[str, int, int]]:
        """For each rule with findings the number of commits that it would have blocked, and of its findings; most commits first."""
        commits = Counter(code for each in self.blocked for code in {finding.rule for finding in each.findings})
        findings = Counter(finding.rule for finding in self.findings)
        return sorted(((code, count, findings[code]) for code, count in commits.items()), key=lambda item: (-item[1], item[0]))


def try_out(repository: Repository, commits: list[Commit], codes: Collection[str], rules: Rules, progress: Progress | None = None) -> Trial:
    """Review each of the commits by `rules`, which select the `codes`, against its first parent. An interruption ends it with what is known
    by then. Raises `ConfigurationFault`."""
    found = Trial(root=repository.top, codes=codes, commits=commits)
    if rules.cache is not None:
        _go_through(repository, rules, found, progress)
    else:
        # What a commit leaves is what the next one begins with, so something has to remember it.
        with TemporaryDirectory(prefix="backend-lint-", ignore_cleanup_errors=True) as folder:
            kept = dataclasses.replace(rules, cache=Cache(Path(folder, "cache"), Path(folder, "own")))
            _go_through(repository, kept, found, progress)
    return found


def _go_through(repository: Repository, rules: Rules, found: Trial, progress: Progress | None) -> None:
    try:
        for number, commit in enumerate(found.commits):
            if progress is not None:
                progress(number, len(found.commits))
            _look_at(repository, commit, rules, found)
    except KeyboardInterrupt:
        return


def _look_at(repository: Repository, commit: Commit, rules: Rules, found: Trial) -> None:
    try:
        with opened(repository, ChangeRequest(commit=commit.id)) as change:
            outcome = review(change, rules)
    except GitFault as fault:
        found.skipped.append(Skipped(commit=commit, reason=fault.message))
        return
    problem = next((each for each in outcome.problems if each.kind == "internal"), None)
    if problem is not None:
        found.skipped.append(Skipped(commit=commit, reason=_said(problem)))
        return
    new = [each for each in outcome.new if each.finding.rule in found.codes]
    if outcome.files and found.standing is None and not found.reviewed:
        found.standing = len(new) + sum(finding.rule in found.codes for finding in outcome.existing)
    failing = [each.finding for each in new if each.fails]
    found.mild += len(new) - len(failing)
    if failing:
        found.blocked.append(Blocked(commit=commit, findings=failing))
    found.reviewed += 1


def _said(problem: Problem) -> str:
    return f"{problem.path}: {problem.message}" if problem.path else problem.message
