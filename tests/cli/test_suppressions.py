from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

from tests.review.repositories import Repo

Run = Callable[..., subprocess.CompletedProcess[str]]

HANDLER = """

@app.get("/{name}")
def {name}():
    try:
        return load()
    except Exception as error:
        return {{"error": str(error)}}, 500  # {comment}
"""
HEAD = "from flask import Flask\n\napp = Flask(__name__)\n"


def handlers(*comments: str) -> str:
    return HEAD + "".join(HANDLER.format(name=f"handler{number}", comment=comment) for number, comment in enumerate(comments))


def test_all_are_listed_with_reasons_and_ages(run: Run, tmp_path: Path) -> None:
    repo = Repo(tmp_path / "shop", hostile=False)
    text = handlers(
        "backend-lint: ignore[BL301] until=2999-12-31 -- operators \x07only",
        "backend-lint: ignore[exposure] until=2020-01-31 -- until the move",
        "backend-lint: ignore[BL501] -- nothing secret",
        "noqa: BL301, E501",
        "noqa: E501",
    )
    repo.write({"pyproject.toml": '[tool.backend-lint]\nselect = ["BL0", "BL301", "BL501"]\n', "app/a.py": text})
    repo.git("add", "-A")
    repo.git("commit", "-q", "-m", "old", "--date", "2020-01-31T12:00:00Z")
    repo.write({"app/a.py": text + HANDLER.format(name="last", comment="backend-lint: ignore[BL301]")})

    listed = run("suppressions", folder=repo.folder)
    lines = listed.stdout.splitlines()
    assert listed.returncode == 0
    assert lines[0].startswith("app/a.py:11: ignore[BL301], hides 1, until 2999-12-31, ")
    assert lines[0].endswith(" days old (2020-01-31)")
    assert lines[1] == "    operators \\x07only"
    assert lines[2].startswith("app/a.py:19: ignore[exposure], expired 2020-01-31, ")
    assert lines[4].startswith("app/a.py:27: ignore[BL501], unused, ")
    assert lines[6].startswith("app/a.py:35: noqa[BL301, E501], hides 1, ")
    assert lines[7:] == [
        "app/a.py:51: ignore[BL301], hides 1",
        "    (no reason)",
        "5 suppressions in 1 file hide 3 findings; 1 unused, 1 expired, 1 without a reason.",
    ]

    found = json.loads(run("suppressions", "app", "--format", "json", folder=repo.folder).stdout)
    assert [each["status"] for each in found["suppressions"]] == ["in-use", "expired", "unused", "in-use", "in-use"]
    first, last = found["suppressions"][0], found["suppressions"][-1]
    assert (first["path"], first["line"], first["rules"], first["until"]) == ("app/a.py", 11, ["BL301"], "2999-12-31")
    assert (first["since"], len(first["commit"]), first["at_least"]) == ("2020-01-31", 40, False)
    assert first["age_days"] > 2000
    assert (last["reason"], last["since"], last["age_days"], last["commit"]) == (None, None, None, None)
    assert found["summary"]["hides"] == 3


def test_without_a_repository_there_are_no_ages(run: Run, write: Callable[[dict[str, str]], Path]) -> None:
    root = write({"app/a.py": handlers("backend-lint: ignore[BL301] -- operators only"), "app/b.py": "x = 1\n"})
    listed = run("suppressions", folder=root)
    assert listed.stdout.splitlines()[0] == "app/a.py:11: ignore[BL301], hides 1"
    assert run("suppressions", "app/b.py", folder=root).stdout == "No suppressions.\n"
    assert run("suppressions", "nowhere", folder=root).returncode == 2


def test_audit_shows_what_comments_hide(run: Run, write: Callable[[dict[str, str]], Path]) -> None:
    root = write({"pyproject.toml": '[tool.backend-lint]\nselect = ["BL0", "BL301"]\n'})
    write({"app/a.py": handlers("backend-lint: ignore[BL301] -- operators only", "backend-lint: ignore[BL3O1]")})
    usual = run("check", "--format", "concise", folder=root)
    assert [line.split()[1] for line in usual.stdout.splitlines()[:-1]] == ["BL301", "BL002", "BL003"]
    assert "1 finding suppressed by a comment" in usual.stdout
    audit = run("check", "--no-suppressions", "--format", "concise", folder=root)
    assert [line.split()[1] for line in audit.stdout.splitlines()[:-1]] == ["BL301", "BL301"]
    assert "suppressed" not in audit.stdout
