"""Commits in the command lines of agents."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend_lint.agents.commands import Commit, commit_in

HERE = Path("/shop")


def commit(folder: str = "/shop", *, staged: bool = True) -> Commit:
    return Commit(folder=Path(folder), is_staged=staged)


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("git commit -m 'x'", commit()),
        ("git commit", commit()),
        ("git commit --amend --no-edit", commit()),
        ("git commit -S -m x -q", commit()),
        ("git commit -mfix", commit()),
        ("GIT_AUTHOR_NAME=me git commit -m x", commit()),
        ("/usr/bin/git -c user.name=x commit -m y", commit()),
        ("sudo -E git commit -m x", commit()),
        ("git -C sub commit -m x", commit("/shop/sub")),
        ("cd sub && git commit -m x", commit("/shop/sub")),
        ("cd /other\ngit commit -m x", commit("/other")),
        ('cd "$PROJECT" && git commit -m x', commit()),
        ("git -C ~/sub commit -m x", commit(os.path.expanduser("~/sub"))),
        ("make test && git commit -m 'a; b && c'", commit()),
        ("(git commit -m x)", commit()),
        ("bash -lc 'cd sub && git commit -m x'", commit("/shop/sub")),
        ("git commit -m \"$(cat <<'EOF'\nTell it's done\nEOF\n)\"", commit()),
        ("git add -A && git commit -m x", commit(staged=False)),
        ("git rm old.py; git commit -m x", commit(staged=False)),
        ("git commit -am x", commit(staged=False)),
        ("git commit --all -m x", commit(staged=False)),
        ("git commit -m x app.py", commit(staged=False)),
        ("git commit -m x -- app.py", commit(staged=False)),
        ("git commit -m 'not closed", commit(staged=False)),
        ("git commit -F message.txt --author 'me <m@example.org>'", commit()),
        ("git commit -m -a", commit()),
    ],
)
def test_commits(command: str, expected: Commit) -> None:
    assert commit_in(command, HERE) == expected


@pytest.mark.parametrize(
    "command",
    [
        "", "git status", "git log --grep commit", "echo git commit", "git commit-tree abc", "grep -r 'git commit' .", "git show commit",
        "echo 'git commit -m x'", "git stash -m commit", "commit", "./git-commit.sh", "echo don't; ls commit",
    ],
)  # fmt: skip
def test_no_commits(command: str) -> None:
    assert commit_in(command, HERE) is None


@settings(deadline=None)
@given(st.text(alphabet="git comi-C'\"\\;&|()\n$ad", max_size=60))
def test_any_command_line_can_be_looked_at(command: str) -> None:
    found = commit_in(command, HERE)
    assert found is None or "commit" in command
