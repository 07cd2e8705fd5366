"""The commits of a repository that can be looked at one by one."""

from __future__ import annotations

from typing import NamedTuple

from backend_lint.source.git import GitFault, Repository


class Commit(NamedTuple):
    """A commit: its id, the day on which it was made (`YYYY-MM-DD`) and the first line of its message."""

    id: str
    day: str
    subject: str


def last_commits(repository: Repository, number: int, start: str = "HEAD") -> list[Commit]:
    """The last commits up to the revision `start` that are no merges and touch Python, the newest first. Raises `GitFault` where there is
    no such revision."""
    found = repository.commit(start)
    if found is None:
        hint = "fetch it first" if repository.is_shallow else "name a branch, a tag or a commit"
        raise GitFault(f"{start}: no such revision" if start != "HEAD" else "the repository has no commit yet", hint)
    said = repository.run(
        "rev-list", "--no-merges", f"--max-count={number}", "--date=short", "--format=%H%x09%cd%x09%s", found, "--", "*.py"
    ).decode("utf-8", "replace")
    # Before each line of the format stands one that names the commit.
    return [Commit(*line.split("\t", 2)) for line in said.split("\n")[1::2]]
