"""The jobs for continuous integration: a workflow of its own on GitHub, entries of `.gitlab-ci.yml` on GitLab. See `docs/ci.md`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Literal

from backend_lint.agents.settings import Refusal

Service = Literal["github", "gitlab"]

WORKFLOWS = ".github/workflows"
GITHUB_PATH = f"{WORKFLOWS}/backend-lint.yml"
GITLAB_PATH = ".gitlab-ci.yml"

_WORKFLOW = """\
# What a pull request adds fails; what was there before does not.
name: backend-lint
on: pull_request
permissions:
  contents: read
jobs:
  review:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v5
        with:
          fetch-depth: 2 # what is checked out is a merge, and its first parent the base
      - uses: actions/setup-python@v6
        with:
          python-version: "3.12"
      - name: Install backend-lint
        run: python -m pip install --quiet --disable-pip-version-check {requirement}
      - name: Review the change
        run: backend-lint review --format github --summary "$GITHUB_STEP_SUMMARY"
"""

_JOB = """\
# What a merge request adds fails; what was there before does not. Both jobs tell GitLab all that is found, to show what is new or gone.
backend-lint:
  stage: {stage}
  image: python:3.12-slim
  variables:
    GIT_DEPTH: "0"
    BACKEND_LINT_ARGS: ""
  before_script:
    - command -v git >/dev/null || (apt-get update -qq && apt-get install -qq --no-install-recommends git)
    - python -m pip install --quiet --disable-pip-version-check {requirement}
  script:
    - backend-lint check --fail-on never --quiet --format gitlab:gl-code-quality-report.json
    - backend-lint review --summary backend-lint.md $BACKEND_LINT_ARGS
  artifacts:
    when: always
    paths: [backend-lint.md]
    reports:
      codequality: gl-code-quality-report.json
  rules:
    - if: $CI_PIPELINE_SOURCE == "merge_request_event"

backend-lint-quality:
  extends: backend-lint
  variables:
    GIT_DEPTH: "1"
  script:
    - backend-lint check --fail-on never --quiet --format gitlab:gl-code-quality-report.json
  rules:
    - if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH
"""

_STAGES = re.compile(r"^stages:[ \t]*(?:\[([^\]\n]*)\]|(?:#.*)?\n((?:[ \t]*(?:#.*)?\n|[ \t]*-[ \t].*(?:\n|$))+))", re.MULTILINE)
_NAME = re.compile(r"[\w.-]+")
#: A line at the margin that begins neither a comment nor an entry of the file: an entry behind it might not be one.
_ODD = re.compile(r"^(?!#|-\s|---\s*$|['\"]?[.\w$-][^\n]*?['\"]?\s*:(?:\s|$))\S", re.MULTILINE)


def runs_it(texts: Iterable[str]) -> bool:
    """Whether one of the texts of a service's files runs this tool already."""
    return any("backend-lint" in text for text in texts)


def workflow(requirement: str) -> str:
    """The text of the workflow for GitHub. `requirement` is what pip installs."""
    return _WORKFLOW.format(requirement=requirement)


def with_job(text: str | None, requirement: str) -> str:
    """The text of `.gitlab-ci.yml` with the job at its end; `text` is None when there is no file. Raises `Refusal`."""
    if text is None or not text.strip():
        return _JOB.format(stage="test", requirement=requirement)
    if runs_it([text]):
        return text
    if _ODD.search(text):
        raise Refusal(f"{GITLAB_PATH} is not written as entries at the margin")
    newline = "\r\n" if "\r\n" in text else "\n"
    job = _JOB.format(stage=_stage(text.replace("\r\n", "\n")), requirement=requirement).replace("\n", newline)
    return text.rstrip("\r\n") + newline * 2 + job


def _stage(text: str) -> str:
    """The stage for the job: `test`, unless the file has stages of its own without one of that name; then the first of these."""
    found = _STAGES.search(text)
    if found is None:
        return "test"
    named = [
        match[0]
        for line in (found[1] or found[2]).replace(",", "\n").splitlines()
        if (match := _NAME.search(line.partition("#")[0].strip(" -\t'\"")))
    ]
    return "test" if "test" in named or not named else named[0]
