from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.review.repositories import Repo

Run = Callable[..., subprocess.CompletedProcess[str]]

NAME = ".backend-lint-baseline"
SHOWN = """\
from flask import Flask

app = Flask(__name__)


@app.get("/orders")
def orders():
    try:
        return load()
    except Exception as error:
        return {"error": str(error)}, 500
"""
MENDED = SHOWN.replace("str(error)", '"failed"')
SELECT = '[tool.backend-lint]\nselect = ["BL301"]\n'


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    found = Repo(tmp_path / "shop", hostile=False)
    found.commit({"pyproject.toml": SELECT, "app/a.py": SHOWN})
    return found


def test_adoption_from_a_failing_check_to_a_clean_one(run: Run, repo: Repo) -> None:
    root = repo.folder
    assert run("check", folder=root).returncode == 1

    made = run("baseline", "create", folder=root / "app")
    assert (made.returncode, made.stdout) == (0, f"{root}/{NAME}: made with 1 entry for 1 file: BL301 1\n")
    assert f"`{NAME} merge=union` in .gitattributes" in made.stderr
    clean = run("check", folder=root)
    assert clean.returncode == 0
    assert "Not shown: 1 finding in the baseline (--no-baseline)." in clean.stdout
    assert run("check", "--no-baseline", folder=root).returncode == 1
    summary = json.loads(run("check", "--format", "json", folder=root).stdout)["summary"]
    assert (summary["findings"], summary["baselined"], summary["stale_entries"]) == (0, 1, 0)

    again = run("baseline", "create", folder=root)
    assert again.returncode == 2
    assert "there is this baseline already" in again.stderr


def test_stale_entries_are_named_with_the_command_that_removes_them(run: Run, repo: Repo) -> None:
    root = repo.folder
    run("baseline", "create", folder=root)
    repo.write({"app/a.py": MENDED})
    told = run("check", folder=root)
    assert told.returncode == 0
    assert told.stderr.splitlines() == [
        f"backend-lint: note: {NAME}: 1 entry hides nothing any more:",
        "backend-lint:   app/a.py: BL301 in orders",
        "backend-lint: note: remove it with `backend-lint baseline prune`",
    ]
    assert run("check", "--strict", folder=root).returncode == 1
    (entry,) = json.loads(run("check", "--format", "json", "-q", folder=root).stdout)["stale"]
    assert (entry["rule"], entry["path"], entry["function"], entry["expired"]) == ("BL301", "app/a.py", "orders", None)

    text = (root / NAME).read_text()
    dry = run("baseline", "prune", "--dry-run", folder=root)
    assert "would be removed: nothing is left for it to hide" in dry.stdout
    assert (root / NAME).read_text() == text
    assert "1 removed, 0 moved, 0 added; 0 entries left" in run("baseline", "prune", folder=root).stdout
    assert (root / NAME).read_text() == "# backend-lint baseline, version 1\n"
    assert "up to date with 0 entries" in run("baseline", "prune", folder=root).stdout


def test_nothing_is_accepted_without_a_reason(run: Run, repo: Repo) -> None:
    root = repo.folder
    for words, said in (
        (["--accept"], "--accept needs a --reason"),
        (["--accept", "--reason", " -- "], "--accept needs a --reason"),
        (["--reason", "because"], "go with --accept"),
        (["app"], "go with --accept"),
        (["--accept", "--reason", "x", "--until", "soon"], "is no day"),
        (["--accept", "--reason", "x", "--until", "2020-01-31"], "is over"),
        (["--accept", "--reason", "x", "nowhere"], "does not exist"),
    ):
        answer = run("baseline", "update", *words, folder=root)
        assert (answer.returncode, said in answer.stderr) == (2, True), answer.stderr
    assert not (root / NAME).exists()

    (root / NAME).write_text("# backend-lint baseline, version 1\n")
    left = run("baseline", "update", folder=root)
    assert "1 finding not in the baseline" in left.stderr
    done = run("baseline", "update", "--accept", "--reason", "next \x1b[2J release", "--until", "2999-12-31", "app", folder=root)
    assert (done.returncode, "added" in done.stdout, "\x1b" in done.stdout) == (0, True, False)
    assert run("check", folder=root).returncode == 0


def test_what_is_accepted_is_shown(run: Run, repo: Repo) -> None:
    root = repo.folder
    assert "there is no baseline" in run("baseline", "show", folder=root).stderr
    entry = "BL301 app/a.py orders 0123456789abcdef 1 until=2020-01-31 -- \u202enext release"
    (root / NAME).write_text(f"# backend-lint baseline, version 1\n{entry}\n")
    shown = run("baseline", "show", folder=root)
    assert shown.stdout == (
        "app/a.py: BL301 exception-text-in-response in orders (expired 2020-01-31) -- \\u202enext release\n"
        f"{NAME}: 1 entry: BL301 1; 1 with a reason, 1 expired.\n"
    )
    (told,) = json.loads(run("baseline", "show", "--format", "json", folder=root).stdout)["baselines"]
    assert told["file"] == NAME
    assert [(each["rule"], each["until"], each["expired"]) for each in told["entries"]] == [("BL301", "2020-01-31", True)]


def test_what_cannot_be_used_is_told_without_a_traceback(run: Run, repo: Repo) -> None:
    root = repo.folder
    (root / NAME).write_text("# backend-lint baseline, version 1\n<<<<<<< HEAD\n")
    for words in (["check"], ["baseline", "show"], ["baseline", "prune"], ["baseline", "update"]):
        answer = run(*words, folder=root)
        assert (answer.returncode, answer.stdout) == (2, "")
        assert answer.stderr == f"backend-lint: error: {NAME}:2: an unfinished merge: keep the lines of both sides, without the marks\n"
    answer = run("check", "--baseline", "nowhere", folder=root)
    assert (answer.returncode, "nowhere: there is no such baseline" in answer.stderr) == (2, True)
    assert run("check", "--baseline", "a", "--no-baseline", folder=root).returncode == 2


def test_a_file_that_does_not_parse_stays_reported(run: Run, repo: Repo) -> None:
    repo.write({"app/b.py": "def f(:\n"})
    made = run("baseline", "create", folder=repo.folder)
    assert "1 file cannot be parsed, which no baseline hides" in made.stderr
    answer = run("check", "--format", "concise", folder=repo.folder)
    assert (answer.returncode, answer.stdout.splitlines()[0].split()[:2]) == (1, ["app/b.py:1:6:", "BL000"])
