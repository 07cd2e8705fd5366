"""`backend-lint trial`: what rules would have blocked in a history."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from importlib.resources import files as package_files
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.review.repositories import Repo
from tests.review.sources import CLEAN, handlers, leak

Run = Callable[..., subprocess.CompletedProcess[str]]
SCHEMA = json.loads((package_files("backend_lint.report") / "schema" / "trial-1.schema.json").read_text(encoding="utf-8"))

#: Reports each function called `bad`; only on trial so far.
PACK = '''
from backend_lint.rule import Rule, Severity


class Bad(Rule):
    """A function called bad."""

    code = "ACME1"
    name = "bad-name"
    family = "acme"
    severity = Severity.WARNING
    preview = True

    def check_function(self, function, context):
        if function.node.name == "bad":
            context.report(function.node, "a bad name", help="find another", end=function.node.name_end, function=function)
'''


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    """Two of five commits add leaks; one moves a leak, one touches no Python, one takes a leak away."""
    found = Repo(tmp_path / "work")
    found.commit({"a.py": CLEAN}, message="begin")
    found.commit({"a.py": leak()}, message="adds one")
    found.commit({"a.py": "# moved\n\n" + leak()}, message="moves it")
    found.commit({"README": "no Python\n"}, message="words")
    found.commit({"b.py": handlers("one", "two")}, message="adds two")
    found.commit({"a.py": CLEAN}, message="takes one away")
    return found


def tried(run: Run, repo: Repo, *words: str, code: int = 0) -> dict[str, Any]:
    answer = run("trial", "--format", "json", "--jobs", "1", *words, folder=repo.folder)
    assert answer.returncode == code, answer.stderr
    data = json.loads(answer.stdout)
    jsonschema.Draft202012Validator(SCHEMA).validate(data)
    assert isinstance(data, dict)
    return data


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


def test_counts_what_a_review_of_each_commit_would_have_said(run: Run, repo: Repo) -> None:
    data = tried(run, repo, "BL301")
    assert [(each["subject"], len(each["findings"])) for each in data["commits"]] == [("adds two", 2), ("adds one", 1)]
    assert (data["asked"], data["reviewed"], data["blocked"], data["findings"], data["per_100"]) == (5, 5, 2, 3, 40.0)
    assert data["by_file"] == [{"path": "b.py", "findings": 2}, {"path": "a.py", "findings": 1}]
    assert (data["standing"], data["complete"], data["skipped"]) == (2, True, [])


def test_text_shows_examples_and_numbers(run: Run, repo: Repo) -> None:
    answer = run("trial", "exception-text-in-response", "--examples", "1", folder=repo.folder)
    assert answer.returncode == 0
    lines = answer.stdout.splitlines()
    assert lines[0].endswith(" adds two")
    assert [line.split(": ")[0].rpartition(":")[0] for line in lines[1:3]] == ["  b.py:11", "  b.py:19"]
    assert "... and 1 more commit (--examples)" in lines
    assert (
        "BL301 exception-text-in-response: would have blocked 2 of 5 commits (40 per 100), by 3 new findings in 2 files." in answer.stdout
    )
    assert "2 findings of the kind are there today, which a review lets be." in answer.stdout


def test_the_last_commits_of_a_branch(run: Run, repo: Repo) -> None:
    assert tried(run, repo, "BL301", "--last", "2")["asked"] == 2
    repo.git("branch", "old", "HEAD~4")
    data = tried(run, repo, "BL301", "--branch", "old")
    assert [each["subject"] for each in data["commits"]] == ["adds one"]


def test_a_rule_of_a_pack_that_is_on_trial_and_younger_than_the_history(run: Run, repo: Repo) -> None:
    repo.commit({"c.py": "def bad() -> None:\n    return None\n"}, message="names it badly")
    repo.write({"tools/acme.py": PACK})
    data = tried(run, repo, "ACME1", "--rule-pack", "./tools/acme.py")
    assert [(each["subject"], [f["path"] for f in each["findings"]]) for each in data["commits"]] == [("names it badly", ["c.py"])]


def test_todays_configuration_holds_for_all_commits(run: Run, repo: Repo) -> None:
    repo.write({"backend-lint.toml": 'per-file-ignores = {"b.py" = ["BL301"]}\nselect = ["BL1"]\n'})
    assert [each["subject"] for each in tried(run, repo, "BL301")["commits"]] == ["adds one"]
    assert len(tried(run, repo, "BL301", "--no-config")["commits"]) == 2


def test_a_rule_that_the_configuration_has_off_is_refused(run: Run, repo: Repo) -> None:
    repo.write({"backend-lint.toml": 'severity = {BL301 = "off"}\n'})
    answer = run("trial", "BL301", folder=repo.folder)
    assert (answer.returncode, answer.stdout) == (2, "")
    assert "BL301: the configuration gives it the severity off; try it with --no-config" in answer.stderr


def test_several_rules_are_told_apart(run: Run, repo: Repo) -> None:
    data = tried(run, repo, "BL301,BL7")
    assert {"code": "BL301", "commits": 2, "findings": 3} in data["by_rule"]
    assert len(data["rules"]) > 2


def test_a_merge_is_not_looked_at_and_its_branch_is(run: Run, repo: Repo) -> None:
    repo.git("checkout", "-q", "-b", "side")
    repo.commit({"side.py": handlers("three")}, message="on a branch")
    repo.git("checkout", "-q", "main")
    repo.commit({"c.py": CLEAN}, message="meanwhile")
    repo.git("merge", "-q", "--no-ff", "-m", "merge", "side")
    data = tried(run, repo, "BL301")
    assert data["asked"] == 7
    assert "on a branch" in [each["subject"] for each in data["commits"]]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["BL999"], 'RULE: unknown rule "BL999"'),
        (["BL301", "--branch", "nowhere"], "nowhere: no such revision"),
        (["BL301", "--branch=--output=x"], "no such revision"),
        (["BL301", "--config", "a", "--no-config"], "exclude each other"),
        ([","], "RULE cannot be empty"),
        ([], "Missing argument"),
    ],
)
def test_what_is_wrong_is_told(run: Run, repo: Repo, words: list[str], said: str) -> None:
    answer = run("trial", *words, folder=repo.folder)
    assert answer.returncode == 2
    assert said in answer.stderr
    assert "Traceback" not in answer.stderr


def test_a_history_without_python_and_no_history_are_told(run: Run, tmp_path: Path) -> None:
    empty = Repo(tmp_path / "empty")
    answer = run("trial", "BL301", folder=empty.folder)
    assert (answer.returncode, "no commit yet" in answer.stderr) == (2, True)
    empty.commit({"README": "words\n"})
    answer = run("trial", "BL301", folder=empty.folder)
    assert (answer.returncode, "touches Python" in answer.stderr) == (2, True)


def test_the_repository_is_only_read(run: Run, repo: Repo) -> None:
    before = repo.snapshot()
    tried(run, repo, "BL301")
    assert repo.snapshot() == before


def test_subjects_cannot_steer_the_terminal(run: Run, repo: Repo) -> None:
    repo.commit({"d.py": handlers("four")}, message="\x1b[31mred\u202e")
    assert "\x1b" not in run("trial", "BL301", folder=repo.folder).stdout


def test_an_interruption_gives_what_is_known_by_then(repo: Repo) -> None:
    # The third commit is interrupted as by a user's Ctrl-C, at a place where the work is under way.
    code = f"""
import os, signal
from backend_lint.review import trial
real, seen = trial.review, []
def review(change, rules):
    seen.append(change)
    if len(seen) == 3:
        os.kill(os.getpid(), {int(signal.SIGINT)})
    return real(change, rules)
trial.review = review
from backend_lint.cli.main import main
main(["trial", "BL301", "--format", "json", "--jobs", "1"])
"""
    source = Path(__file__).resolve().parents[2]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(source), str(source / "rules")])}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=repo.folder, env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    data = json.loads(done.stdout)
    jsonschema.Draft202012Validator(SCHEMA).validate(data)
    assert (done.returncode, data["complete"], data["reviewed"]) == (130, False, 2)
    assert [each["subject"] for each in data["commits"]] == ["adds two"]
