"""`backend-lint review`: its reports, exit codes and messages."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from importlib.resources import files as package_files
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.review.repositories import Repo

Run = Callable[..., subprocess.CompletedProcess[str]]
SCHEMA = json.loads((package_files("backend_lint.report") / "schema" / "review-1.schema.json").read_text(encoding="utf-8"))
LEAK = """
from flask import Flask

app = Flask(__name__)


@app.route("/x|y")
def show():
    try:
        return "fine"
    except Exception as error:
        return str(error)
"""


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    found = Repo(tmp_path / "work")
    found.commit({"web/old.py": LEAK})
    found.commit({"web/new.py": LEAK, "web/quiet.py": LEAK.replace("str(error)", "str(error)  # backend-lint: ignore[BL301] -- why not")})
    return found


def reviewed(run: Run, repo: Repo, *words: str) -> dict[str, Any]:
    answer = run("review", "--format", "json", "--select", "BL301", *words, folder=repo.folder)
    data = json.loads(answer.stdout)
    jsonschema.Draft202012Validator(SCHEMA).validate(data)
    assert answer.returncode == {"pass": 0, "fail": 1, "incomplete": 2}[data["verdict"]]
    assert isinstance(data, dict)
    return data


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


def test_json(run: Run, repo: Repo) -> None:
    data = reviewed(run, repo, "--commit", "HEAD", "--show-existing")
    assert data["verdict"] == "fail"
    assert [(new["path"], new["line"], new["cause"]["kind"], new["fails"]) for new in data["new"]] == [("web/new.py", 11, "line", True)]
    assert data["counts"]["existing"] == len(data["existing"]) == 1
    assert [item["kind"] for item in data["policy"]] == ["suppressed-finding", "suppression"]
    assert data["base"]["commit"] == repo.git("rev-parse", "HEAD^")
    assert data["head"]["commit"] == repo.git("rev-parse", "HEAD")


def test_patch_from_standard_input_is_judged_by_the_base(run: Run, repo: Repo, tmp_path: Path) -> None:
    patch = repo.git("diff", "--no-color", "--no-ext-diff", "HEAD^", "HEAD") + "\n"
    repo.git("reset", "-q", "--hard", "HEAD^")
    (tmp_path / "change.diff").write_text(patch)
    data = reviewed(run, repo, "--patch", str(tmp_path / "change.diff"))
    assert sorted(new["path"] for new in data["new"]) == ["web/new.py", "web/quiet.py"]
    answer = run("review", "--format", "json", "--select", "BL301", "--patch", "-", folder=repo.folder, text=patch.encode())
    assert json.loads(answer.stdout)["new"] == data["new"]


def test_agent_format(run: Run, repo: Repo) -> None:
    answer = run("review", "--format", "agent", "--select", "BL301", "--commit", "HEAD", folder=repo.folder)
    lines = answer.stdout.splitlines()
    assert lines[0].startswith("VERDICT fail: 1 new, 0 fixed, 1 existing (not yours, leave them). base: the parent of ")
    assert lines[1] == "1. BL301 exception-text-in-response web/new.py:11 in show"
    assert [line.split(":")[0].strip() for line in lines[2:7]] == ["what", "why", "do", "dont", "done_when"]
    assert lines[-1] == "recheck: backend-lint review --format agent --commit HEAD    explain: backend-lint rule NAME"


def test_agent_format_is_bounded(run: Run, repo: Repo) -> None:
    repo.commit({f"web/more{number}.py": LEAK for number in range(30)})
    words = ["review", "--format", "agent", "--select", "BL301", "--commit", "HEAD", "--max-chars", "3000"]
    answer = run(*words, folder=repo.folder)
    assert len(answer.stdout) <= 3000
    assert "more: fix these first" in answer.stdout
    few = run(*words, "--max-findings", "2", folder=repo.folder)
    assert "28 more: fix these first" in few.stdout


def test_markdown_escapes_what_comes_from_the_project(run: Run, repo: Repo) -> None:
    answer = run("review", "--format", "markdown", "--select", "BL301", "--commit", "HEAD", folder=repo.folder)
    assert answer.stdout.startswith("### backend-lint: Fail\n")
    assert "| error | `web/new.py:11` | **BL301** " in answer.stdout
    assert "**This change makes the gate wider:**" in answer.stdout


@pytest.mark.parametrize("format_", ["text", "concise"])
def test_reports_for_people(run: Run, repo: Repo, format_: str) -> None:
    answer = run("review", "--format", format_, "--select", "BL301", "--commit", "HEAD", "--show-existing", folder=repo.folder)
    assert answer.returncode == 1
    assert "web/new.py:11" in answer.stdout
    assert "this change wrote web/new.py:11" in answer.stdout
    assert "existing: " in answer.stdout
    assert answer.stdout.splitlines()[-1].startswith(
        "FAIL  1 new, 0 fixed, 1 existing not shown, 1 suppressed, 2 changes to the gate; base: "
    )


def test_from_a_folder_below_the_top(run: Run, repo: Repo) -> None:
    answer = run("review", "--format", "concise", "--select", "BL301", "--commit", "HEAD", folder=repo.folder / "web")
    assert answer.stdout.startswith("new.py:11:")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--base", "nowhere"], 'there is no commit "nowhere"'),
        (["--range", "HEAD"], '"HEAD" is no range of revisions'),
        (["--patch", "none.diff"], "none.diff: cannot read this patch"),
        (["--base", "HEAD", "--staged"], "give one of --base"),
        (["--config", "a.toml", "--no-config"], "exclude each other"),
        (["--select", "nonsense"], "unknown rule"),
    ],
)
def test_what_cannot_be_done_is_2(run: Run, repo: Repo, words: list[str], message: str) -> None:
    answer = run("review", *words, folder=repo.folder)
    assert answer.returncode == 2
    assert message in answer.stderr
    assert "Traceback" not in answer.stderr


def test_a_program_is_told_as_well_that_it_could_not_be_done(run: Run, repo: Repo) -> None:
    data = reviewed(run, repo, "--base", "nowhere")
    assert data["verdict"] == "incomplete"
    assert data["errors"][0]["message"].startswith("there is no commit")
    answer = run("review", "--format", "agent", "--base", "nowhere", folder=repo.folder)
    assert answer.stdout.startswith("VERDICT incomplete: there is no commit")


def test_no_repository(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    (tmp_path / "inner").mkdir()
    answer = run("review", folder=tmp_path / "inner")
    assert answer.returncode == 2
    assert "not a git repository" in answer.stderr


def test_broken_configuration(run: Run, repo: Repo) -> None:
    repo.commit({"backend-lint.toml": "nonsense = 1\n"})
    answer = run("review", "--commit", "HEAD", folder=repo.folder)
    assert answer.returncode == 2
    assert "backend-lint.toml" in answer.stderr
