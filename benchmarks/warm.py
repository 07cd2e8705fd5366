"""Is a check with a cache right, and how much does it have to do again? Walks a project's history and compares with checks without cache.

    python benchmarks/warm.py REPOSITORY... [--last N]

Each of the last N commits that touch Python is checked twice: with the cache that the commits before it have left, and without one. Prints
how many reports had to be made anew and how long both took; the exit code is 1 when any finding differs.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from pathlib import Path

from backend_lint.engine.cache_folder import Cache
from backend_lint.engine.discovery import files_in
from backend_lint.engine.registry import BUILT_IN_PACK, load_pack
from backend_lint.engine.result import Result
from backend_lint.engine.runner import run
from backend_lint.engine.settings import CommandLine, Configurations
from backend_lint.engine.timings import Timings
from backend_lint.source.git import Repository
from backend_lint.source.trees import GitTree


def main() -> int:
    arguments = _parser().parse_args()
    differing = 0
    for folder in arguments.repositories:
        with tempfile.TemporaryDirectory() as place:
            differing += _walk(Repository.find(folder), arguments.last, Cache(Path(place, "cache"), Path(place, "own")))
    return 1 if differing else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="Compare checks with and without a cache over the history of repositories.")
    parser.add_argument("repositories", nargs="+", type=Path, help="git repositories, with or without a working tree")
    parser.add_argument("--last", type=int, default=50, metavar="N", help="commits of each (default: 50)")
    return parser


def _walk(repository: Repository, last: int, cache: Cache) -> int:
    """How many commits of a repository have findings of which a check with the cache says something else."""
    differing, shares, ratios = 0, [], []
    commits = repository.run("rev-list", "--no-merges", f"--max-count={last}", "HEAD", "--", "*.py").decode("ascii").split()
    for commit in reversed(commits):
        timings = Timings()
        warm, warm_seconds = _check(repository, commit, cache, timings)
        cold, cold_seconds = _check(repository, commit, None, None)
        asked, found = timings.counts.get("reports asked for", 0), timings.counts.get("reports found", 0)
        is_same = warm.findings == cold.findings and warm.hidden == cold.hidden
        differing += not is_same
        if found:
            shares.append((asked - found) / asked)
            ratios.append(warm_seconds / cold_seconds)
        note = "" if is_same else "  DIFFERS"
        print(f"{commit[:10]} {asked - found:>5} of {asked} reports anew, {warm_seconds:.2f} s of {cold_seconds:.2f} s{note}")
        for finding in (
            () if is_same else [each for each in (*warm.findings, *cold.findings) if (each in warm.findings) != (each in cold.findings)]
        ):
            side = "only warm" if finding in warm.findings else "only cold"
            print(f"    {side}: {finding.rule} {finding.path}:{finding.line} {finding.message}")
    if shares:
        middle = f"anew: median {statistics.median(shares):.1%}; time: median {statistics.median(ratios):.2f}"
        print(f"{len(commits)} commits, {differing} differ; {middle}")
    return differing


def _check(repository: Repository, commit: str, cache: Cache | None, timings: Timings | None) -> tuple[Result, float]:
    registry = load_pack(BUILT_IN_PACK)
    source = GitTree(repository, repository.files_in(repository.tree_of(commit)))
    root = repository.top
    configurations = Configurations(root, registry, CommandLine(pedantic=True), use_files=False, source=source)
    begun = time.perf_counter()
    found = run(files_in(source, root, configurations.excluded), configurations, jobs=1, cache=cache, timings=timings)
    return found, time.perf_counter() - begun


if __name__ == "__main__":
    sys.exit(main())
