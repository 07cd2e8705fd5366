"""What would a review have said of a project's history? Prints a table, and writes the new findings for reading.

    python benchmarks/replay.py REPOSITORY... [--last N] [--json FILE]

The last N commits of each repository that are no merges and touch Python are reviewed in one process, each against its first parent. The
table sets the usual ways of deciding what is new beside the review's, whose answer is taken for the truth: read the findings to judge it.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections import Counter, OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from backend_lint.engine.cache_folder import Cache
from backend_lint.engine.discovery import ProjectFiles
from backend_lint.engine.result import Result
from backend_lint.engine.runner import run
from backend_lint.engine.selection import Choice
from backend_lint.engine.settings import CommandLine, Configurations
from backend_lint.findings.model import Finding
from backend_lint.review.change import ChangeRequest, opened
from backend_lint.review.delta import Delta
from backend_lint.review.gate import Rules, review
from backend_lint.review.history import last_commits
from backend_lint.review.model import Review
from backend_lint.source.git import GitFault, Repository
from backend_lint.source.trees import GitTree


def main() -> int:
    arguments = _parser().parse_args()
    choice = Choice(select=tuple(arguments.select.split(",")) if arguments.select else None)
    rules = Rules(command_line=CommandLine(choice=choice), use_config=False, jobs=1)
    with tempfile.TemporaryDirectory() as folder:
        return _replay(arguments, rules, Cache(Path(folder), None))


def _replay(arguments: argparse.Namespace, rules: Rules, cache: Cache) -> int:
    tally, listed = Tally(), []
    begun = time.perf_counter()
    for folder in arguments.repositories:
        repository = Repository.find(folder)
        known = KnownTrees(cache)
        for commit in (each.id for each in reversed(last_commits(repository, arguments.last))):
            try:
                with opened(repository, ChangeRequest(commit=commit)) as change:
                    found = review(change, rules, known)
                    delta = Delta(change.before, change.after, {*change.before.list(), *change.after.list()})
            except GitFault as fault:
                print(f"{folder} {commit[:10]}: {fault.message}", file=sys.stderr)
                continue
            tally.add(found, delta, *known.sides())
            listed.append(_entry(folder, repository, commit, found, delta))
            print(f"{folder} {commit[:10]} {found.verdict}: {len(found.new)} new, {found.seconds:.1f} s", file=sys.stderr)
    tally.seconds = time.perf_counter() - begun
    print(tally.table())
    if arguments.json:
        arguments.json.write_text(json.dumps(listed, indent=1), encoding="utf-8")
    return 1 if tally.problems else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="Review the last commits of repositories and compare ways of deciding what is new.")
    parser.add_argument("repositories", nargs="+", type=Path, help="git repositories, with or without a working tree")
    parser.add_argument("--last", type=int, default=200, metavar="N", help="commits of each (default: 200)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write what is new in each commit")
    parser.add_argument("--select", metavar="RULES", help="the rules to use, as for a check (default: those of a check)")
    return parser


class KnownTrees:
    """Analyses the sides of changes, and remembers the last ones: what a commit leaves is what the next one begins with. Syntax trees come
    from the cache, for most files are the same in all commits."""

    def __init__(self, cache: Cache, size: int = 4) -> None:
        self._cache = cache
        self._size = size
        self._known: OrderedDict[tuple[tuple[str, str], ...], Result] = OrderedDict()
        self._asked: list[Result] = []

    def __call__(self, files: ProjectFiles, configurations: Configurations) -> Result:
        assert isinstance(files.source, GitTree), "commits are trees"
        key = tuple(sorted(item for item in files.source.blobs.items() if item[0].endswith((".py", ".pyi", ".json", ".yaml", ".yml"))))
        if key not in self._known:
            self._known[key] = run(files, configurations, jobs=1, cache=self._cache)
        self._known.move_to_end(key)
        while len(self._known) > self._size:
            self._known.popitem(last=False)
        self._asked.append(self._known[key])
        return self._known[key]

    def sides(self) -> tuple[list[Finding], list[Finding]]:
        """The findings before and after the last change; none when nothing had to be analysed."""
        asked, self._asked = self._asked, []
        return (asked[0].findings, asked[1].findings) if asked else ([], [])


def _identity(finding: Finding) -> tuple[object, ...]:
    return finding.rule, finding.path, finding.line, finding.column, finding.end_line, finding.end_column


@dataclass
class Tally:
    """The counts of the table. In each way of deciding, `missed` are new findings that it would not show, `old` those it shows that are
    not new; `green` and `red` are the commits about which it is wrong."""

    commits: int = 0
    with_new: int = 0
    new: int = 0
    fixed: int = 0
    problems: int = 0
    unparsed: int = 0
    seconds: float = 0.0
    causes: Counter[str] = field(default_factory=Counter)
    shown: Counter[str] = field(default_factory=Counter)
    missed: Counter[str] = field(default_factory=Counter)
    old: Counter[str] = field(default_factory=Counter)
    green: Counter[str] = field(default_factory=Counter)
    red: Counter[str] = field(default_factory=Counter)

    def add(self, found: Review, delta: Delta, before: Sequence[Finding], after: Sequence[Finding]) -> None:
        """Count a commit. `before` and `after` are all findings of its sides."""
        new = {_identity(each.finding) for each in found.new}
        self.commits += 1
        self.with_new += bool(new)
        self.new += len(new)
        self.fixed += len(found.fixed)
        self.problems += len(found.problems)
        self.unparsed += found.verdict == "incomplete" and not found.problems
        self.causes.update(each.cause.kind for each in found.new)
        lines = {(finding.rule, finding.path, finding.line) for finding in before}
        messages = {(finding.rule, finding.path, finding.message) for finding in before}
        ways = {
            "changed lines": [each for each in after if _is_on_changed_lines(each, delta)],
            "changed files": [each for each in after if each.path in delta.files],
            "baseline of lines": [each for each in after if (each.rule, each.path, each.line) not in lines],
            "baseline as a set": [each for each in after if (each.rule, each.path, each.message) not in messages],
            "this review": [each for each in after if _identity(each) in new],
        }
        for way, reported in ways.items():
            identities = {_identity(finding) for finding in reported}
            self.shown[way] += len(identities)
            self.missed[way] += len(new - identities)
            self.old[way] += len(identities - new)
            self.green[way] += bool(new) and not identities
            self.red[way] += bool(identities) and not new

    def table(self) -> str:
        """The table in words."""
        head = f"{self.commits} commits, {self.with_new} of them add {self.new} findings; {self.fixed} are fixed; {self.problems} internal "
        head += f"errors, {self.unparsed} commits with files that do not parse; {self.seconds:.0f} s\n"
        head += "causes: " + ", ".join(f"{kind} {count}" for kind, count in self.causes.most_common()) + "\n\n"
        lines = [f"{'':<20}{'shown':>8}{'missed':>8}{'old':>8}{'falsely green':>15}{'falsely red':>13}"]
        for way, shown in self.shown.items():
            counts = f"{shown:>8}{self.missed[way]:>8}{self.old[way]:>8}{self.green[way]:>15}{self.red[way]:>13}"
            lines += [f"{way:<20}{counts}"]
        return head + "\n".join(lines)


def _is_on_changed_lines(finding: Finding, delta: Delta) -> bool:
    file = delta.files.get(finding.path)
    return file is not None and file.hunk_at(finding.line, finding.line) is not None


def _entry(folder: Path, repository: Repository, commit: str, found: Review, delta: Delta) -> dict[str, Any]:
    """What is new in a commit, for reading; and what stands on changed lines and is taken for old all the same."""
    subject = repository.run("log", "-1", "--format=%s", commit).decode("utf-8", "replace").strip()
    new = [
        {
            "rule": each.finding.rule,
            "place": f"{each.finding.path}:{each.finding.line}",
            "function": each.finding.function,
            "severity": each.finding.severity.value,
            "message": each.finding.message,
            "trace": [f"{step.path}:{step.line} {step.message}" for step in each.finding.trace],
            "cause": msgspec.to_builtins(each.cause),
        }
        for each in found.new
    ]
    fixed = [f"{finding.rule} {finding.path}:{finding.line} {finding.message}" for finding in found.fixed]
    edited = [f"{each.rule} {each.path}:{each.line} {each.message}" for each in found.existing if _is_on_changed_lines(each, delta)]
    problems = [problem.message for problem in found.problems]
    return {
        "repository": str(folder), "commit": commit, "subject": subject, "verdict": found.verdict, "new": new, "fixed": fixed,
        "problems": problems, "edited": edited,
    }  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
