"""The GitHub action and the job for GitLab: their own commands, run as those services run them."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.review.repositories import Repo
from tests.review.sources import CLEAN, leak

SOURCE = Path(__file__).resolve().parents[2]
ACTION = yaml.safe_load((SOURCE / "action.yml").read_text(encoding="utf-8"))
GITLAB = yaml.safe_load((SOURCE / "ci/gitlab.yml").read_text(encoding="utf-8"))


class Runner:
    """A shallow clone on a machine of a service, and what it needs to run commands there."""

    def __init__(self, folder: Path, origin: Repo, reference: str, depth: str = "1") -> None:
        self.folder = folder / "checkout"
        self.summary = folder / "summary.md"
        self.folder.mkdir()
        tool = folder / "runner/backend-lint/bin/backend-lint"
        tool.parent.mkdir(parents=True)
        tool.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m backend_lint "$@"\n')
        tool.chmod(0o755)
        clean = {key: value for key, value in os.environ.items() if not key.startswith(("GIT_", "PRE_COMMIT", "GITHUB_", "CI"))}
        self.environment = {
            **clean,
            "PATH": os.pathsep.join([str(tool.parent), clean["PATH"]]),
            "PYTHONPATH": os.pathsep.join([str(SOURCE), str(SOURCE / "rules")]),
            "HOME": str(folder),
            "RUNNER_TEMP": str(folder / "runner"),
            "GITHUB_STEP_SUMMARY": str(self.summary),
        }
        self.run("git init -q . && git remote add origin " + shlex.quote(f"file://{origin.folder}"))
        self.run(f"git fetch -q --no-tags {f'--depth={depth}' if depth else ''} origin {reference} && git checkout -q --detach FETCH_HEAD")

    def run(self, script: str, **variables: str) -> subprocess.CompletedProcess[str]:
        command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script]
        environment = {**self.environment, **variables}
        return subprocess.run(command, cwd=self.folder, env=environment, capture_output=True, text=True, timeout=120, check=False)

    def action(self, inputs: dict[str, str], **variables: str) -> subprocess.CompletedProcess[str]:
        """Run the steps of the action after the one that installs it, as far as they succeed."""
        values = {name: each["default"] for name, each in ACTION["inputs"].items()} | inputs
        done: subprocess.CompletedProcess[str] | None = None
        for step in ACTION["runs"]["steps"][1:]:
            given = {name: _filled(text, values) for name, text in step["env"].items()}
            assert _filled(step["working-directory"], values) == "."
            done = self.run(step["run"], **given, **variables)
            if done.returncode:
                break
        assert done is not None
        return done


def _filled(text: str, inputs: dict[str, str]) -> str:
    for name, value in inputs.items():
        text = text.replace(f"${{{{ inputs.{name} }}}}", value)
    assert "${{" not in text
    return text


@pytest.fixture
def origin(tmp_path: Path) -> Repo:
    """A repository with a pull request and the merge that GitHub makes for it."""
    repo = Repo(tmp_path / "origin")
    repo.git("config", "uploadpack.allowAnySHA1InWant", "true")
    repo.commit({"shop/old.py": leak(), "shop/clean.py": CLEAN})
    repo.git("checkout", "-q", "-b", "topic")
    repo.commit({"shop/new.py": leak("new")})
    repo.git("checkout", "-q", "main")
    repo.commit({"shop/meanwhile.py": leak("meanwhile")})
    repo.git("checkout", "-q", "--detach")
    repo.git("merge", "-q", "--no-ff", "-m", "merge", "topic")
    repo.git("update-ref", "refs/pull/1/merge", "HEAD")
    repo.git("checkout", "-q", "main")
    return repo


GITHUB = {"GITHUB_ACTIONS": "true", "GITHUB_BASE_REF": "main", "GITHUB_REF": "refs/pull/1/merge"}


class TestAction:
    def test_pull_request(self, origin: Repo, tmp_path: Path) -> None:
        runner = Runner(tmp_path, origin, "refs/pull/1/merge")
        done = runner.action({"args": "--select BL301 --format concise"}, **GITHUB)
        assert done.returncode == 1, done.stderr
        lines = done.stdout.splitlines()
        assert lines[0].startswith("shop/new.py:11:26: BL301")
        assert lines[1].startswith("FAIL  1 new, 0 fixed, 2 existing not shown")
        assert runner.summary.read_text().startswith("### backend-lint: Fail\n")

    def test_annotations_and_the_report_for_people(self, origin: Repo, tmp_path: Path) -> None:
        runner = Runner(tmp_path, origin, "refs/pull/1/merge")
        done = runner.action({"args": "--select BL301", "sarif": "new.sarif"}, **GITHUB)
        assert done.returncode == 1, done.stderr
        lines = done.stdout.splitlines()
        assert lines[0].startswith("::error file=shop/new.py,line=11,")
        assert [line for line in lines if line.startswith("FAIL  1 new, 0 fixed, 2 existing not shown")]
        assert runner.summary.read_text().count("### backend-lint") == 1
        (sarif,) = json.loads((runner.folder / "new.sarif").read_text())["runs"]
        assert [result["baselineState"] for result in sarif["results"]] == ["new"]

    def test_without_annotations(self, origin: Repo, tmp_path: Path) -> None:
        runner = Runner(tmp_path, origin, "refs/pull/1/merge")
        done = runner.action({"args": "--select BL301", "annotations": "false", "summary": "false"}, **GITHUB)
        assert done.stdout.startswith("error[BL301 ")
        assert not runner.summary.exists()

    def test_clean_push(self, origin: Repo, tmp_path: Path) -> None:
        origin.commit({"shop/fine.py": "X = 1\n"})
        runner = Runner(tmp_path, origin, "main")
        done = runner.action({"args": "--select BL301", "summary": "false"}, GITHUB_ACTIONS="true")
        assert done.returncode == 0, done.stderr
        assert "PASS" in done.stdout
        assert not runner.summary.exists()

    def test_push_of_several_commits(self, origin: Repo, tmp_path: Path) -> None:
        before = origin.git("rev-parse", "HEAD")
        origin.commit({"shop/one.py": leak("one")})
        origin.commit({"shop/two.py": "X = 1\n"})
        runner = Runner(tmp_path, origin, "main")
        done = runner.action({"args": "--select BL301 --format concise", "base": before}, GITHUB_ACTIONS="true")
        assert done.returncode == 1, done.stderr
        assert done.stdout.startswith("shop/one.py:11:26: BL301")

    def test_branch_as_the_base(self, origin: Repo, tmp_path: Path) -> None:
        runner = Runner(tmp_path, origin, "refs/pull/1/merge")
        done = runner.action({"args": "--select BL301 --format concise", "base": "main"}, **GITHUB)
        assert done.returncode == 1, done.stderr
        assert done.stdout.startswith("shop/new.py:11:26: BL301")

    def test_arguments_are_no_commands(self, origin: Repo, tmp_path: Path) -> None:
        runner = Runner(tmp_path, origin, "refs/pull/1/merge")
        done = runner.action({"args": "--select BL301; touch pwned $(touch pwned) *"}, **GITHUB)
        assert done.returncode == 2
        assert not (runner.folder / "pwned").exists()
        done = runner.action({"base": "$(touch pwned)"}, **GITHUB)
        assert done.returncode != 0
        assert not (runner.folder / "pwned").exists()

    def test_inputs_reach_scripts_through_variables_only(self) -> None:
        for step in ACTION["runs"]["steps"]:
            assert "${{" not in step["run"]


class TestGitLab:
    def script(self, part: str) -> str:
        job: dict[str, Any] = GITLAB["backend-lint"]
        return "\n".join(job[part])

    def test_merge_request(self, origin: Repo, tmp_path: Path) -> None:
        base = origin.git("merge-base", "main", "topic")
        runner = Runner(tmp_path, origin, "topic", depth="")
        variables = {"CI": "true", "CI_MERGE_REQUEST_DIFF_BASE_SHA": base, "BACKEND_LINT_ARGS": "--select BL301 --format concise"}
        done = runner.run(self.script("script"), **variables)
        assert done.returncode == 1, done.stderr
        assert done.stdout.startswith("shop/new.py:11:26: BL301")
        artifacts = GITLAB["backend-lint"]["artifacts"]
        (report,) = artifacts["paths"]
        assert "shop/new.py:11" in (runner.folder / report).read_text()
        # What is new there GitLab finds out itself, by comparing with the target branch.
        quality = json.loads((runner.folder / artifacts["reports"]["codequality"]).read_text())
        assert {item["location"]["path"] for item in quality if item["check_name"] == "BL301"} == {"shop/old.py", "shop/new.py"}

    def test_target_branch(self, origin: Repo, tmp_path: Path) -> None:
        runner = Runner(tmp_path, origin, "main")
        job = GITLAB["backend-lint-quality"]
        assert job["extends"] == "backend-lint"
        done = runner.run("\n".join(job["script"]), CI="true")
        assert (done.returncode, done.stdout) == (0, ""), done.stderr
        name = GITLAB["backend-lint"]["artifacts"]["reports"]["codequality"]
        paths = {item["location"]["path"] for item in json.loads((runner.folder / name).read_text()) if item["check_name"] == "BL301"}
        assert paths == {"shop/old.py", "shop/meanwhile.py"}

    def test_base_that_is_not_there(self, origin: Repo, tmp_path: Path) -> None:
        base = origin.git("merge-base", "main", "topic")
        runner = Runner(tmp_path, origin, "topic")
        done = runner.run(self.script("script"), CI_MERGE_REQUEST_DIFF_BASE_SHA=base, BACKEND_LINT_ARGS="--select BL301")
        assert done.returncode == 2
        assert f"git fetch --depth=1 origin {base}" in done.stderr
        assert GITLAB["backend-lint"]["variables"]["GIT_DEPTH"] == "0"
