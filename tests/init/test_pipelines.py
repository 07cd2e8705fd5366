"""The jobs for GitHub and GitLab. That their commands do what they should is tested with those of `docs/ci.md`, which are the same."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from backend_lint.agents.settings import Refusal
from backend_lint.init.pipelines import runs_it, with_job, workflow

SOURCE = Path(__file__).resolve().parents[2]


def test_the_job_is_the_one_that_is_documented() -> None:
    documented = yaml.safe_load((SOURCE / "ci/gitlab.yml").read_text(encoding="utf-8"))
    assert yaml.safe_load(with_job(None, "backend-lint")) == documented


def test_the_workflow_installs_what_it_is_told_and_reviews() -> None:
    made = yaml.safe_load(workflow("backend-lint==1.2.3"))
    # YAML 1.1 takes `on` for a truth value.
    assert (made[True], made["permissions"]) == ("pull_request", {"contents": "read"})
    steps = made["jobs"]["review"]["steps"]
    assert steps[0]["with"] == {"fetch-depth": 2}
    assert steps[2]["run"].endswith(" backend-lint==1.2.3")
    assert steps[3]["run"] == 'backend-lint review --format github --summary "$GITHUB_STEP_SUMMARY"'
    assert runs_it([workflow("backend-lint")])


@pytest.mark.parametrize(
    ("text", "stage"),
    [
        ("build:\n  script: [make]\n", "test"),
        ("stages: [build, test, deploy]\nbuild:\n  script: [make]\n", "test"),
        ("stages:\n  - build\n  - check # all of it\n\nbuild:\n  stage: build\n  script: [make]", "build"),
        ("stages:\n- 'lint'\n- deploy\n", "lint"),
        ("# ours\r\n---\r\ninclude: /x.yml\r\nstages: [lint]\r\n", "lint"),
        (".hidden: &x\n  a: 1\n'quoted job':\n  <<: *x\n  script: |\n    echo\n\n", "test"),
    ],
)
def test_the_job_stands_behind_the_others(text: str, stage: str) -> None:
    after = with_job(text, "backend-lint")
    jobs = yaml.safe_load(with_job(None, "backend-lint"))
    jobs["backend-lint"]["stage"] = stage
    assert yaml.safe_load(after) == {**yaml.safe_load(text), **jobs}
    assert after.startswith(text.rstrip("\r\n"))
    assert with_job(after, "backend-lint") == after


@pytest.mark.parametrize("text", ["{build: {script: [make]}}\n", "--- {a: 1}\n...\n"])
def test_another_form_is_left_alone(text: str) -> None:
    with pytest.raises(Refusal, match=r"\.gitlab-ci\.yml"):
        with_job(text, "backend-lint")
