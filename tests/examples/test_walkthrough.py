"""The walkthrough in the README, run as it stands there: each command in one shell, what it prints compared with what is shown.

Of the surroundings it needs what the tool's own installation needs: the dependencies are those of the tests, so that nothing is fetched.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import sysconfig
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import yaml

SOURCE = Path(__file__).resolve().parents[2]

#: What an installation from a clone is made of.
PARTS = ("backend_lint", "rules", "examples", "pyproject.toml", "README.md", "LICENSE", "CHANGELOG.md")

#: What is printed between the outputs of two commands.
MARK = "\x1e"


@dataclass
class Command:
    """A command of the walkthrough, and the lines that are shown below it."""

    text: str
    shown: list[str] = field(default_factory=list)


def commands() -> list[Command]:
    """The commands in the walkthrough's console blocks: lines after `$ `, each with the lines after `> ` that continue it."""
    readme = (SOURCE / "README.md").read_text(encoding="utf-8")
    section = readme.split("\n## From nothing to a gate\n")[1].split("\n## ")[0]
    found: list[Command] = []
    for block in re.findall(r"^```console\n(.*?)^```", section, re.MULTILINE | re.DOTALL):
        for line in block.splitlines():
            if line.startswith("$ "):
                found.append(Command(line[2:]))
            elif line == ">" or line.startswith("> "):
                found[-1].text += f"\n{line[2:]}"
            else:
                found[-1].shown.append(line)
    return found


def matches(shown: list[str], printed: str) -> bool:
    """Whether what was printed is what is shown, where `...` stands for anything."""
    pattern = re.escape("\n".join(shown)).replace(re.escape("..."), ".*")
    return re.fullmatch(pattern, printed.rstrip("\n"), re.DOTALL) is not None


def environment(folder: Path) -> dict[str, str]:
    """Somebody's own computer: a name for commits, no settings of others, and the index of packages is what is installed here."""
    clean = {
        key: value
        for key, value in os.environ.items()
        if not key.startswith(("GIT_", "GITHUB_", "CI", "PRE_COMMIT", "BACKEND_LINT", "PIP_"))
    }
    (folder / "home").mkdir()
    (folder / "home" / ".gitconfig").write_text("[user]\nname = T\nemail = t@example.org\n[advice]\ndetachedHead = false\n")
    return {
        **clean,
        "HOME": str(folder / "home"),
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), clean["PATH"]]),
        "PYTHONPATH": sysconfig.get_path("purelib"),
        "PIP_NO_INDEX": "1",
        "PIP_NO_BUILD_ISOLATION": "0",
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "PIP_NO_WARN_CONFLICTS": "1",
        "PIP_NO_COMPILE": "1",
        "NO_COLOR": "1",
    }


@pytest.fixture(scope="module")
def walk(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str], list[tuple[Command, str]]]:
    """The folder in which the walkthrough was made, its environment, and each command with what it printed."""
    folder = tmp_path_factory.mktemp("walk")
    clone = folder / "backend-lint"
    clone.mkdir()
    for part in PARTS:
        if (SOURCE / part).is_dir():
            shutil.copytree(SOURCE / part, clone / part, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(SOURCE / part, clone / part)
    listed = commands()
    script = "exec 2>&1\n" + "".join(f"{each.text}\ncode=$?; printf '{MARK}'; (exit $code)\n" for each in listed)
    env = environment(folder)
    done = subprocess.run(["bash", "--norc"], input=script, cwd=folder, env=env, capture_output=True, text=True, timeout=240, check=False)
    outputs = done.stdout.split(MARK)
    assert len(outputs) == len(listed) + 1, done.stdout + done.stderr
    return folder, env, list(zip(listed, outputs, strict=False))


def test_each_command_prints_what_is_shown(walk: tuple[Path, dict[str, str], list[tuple[Command, str]]]) -> None:
    for command, printed in walk[2]:
        assert matches(command.shown, printed), f"$ {command.text}\n{printed}\ninstead of\n" + "\n".join(command.shown)


def test_all_that_is_promised_is_there() -> None:
    text = "\n".join(command.text for command in commands())
    for step in ("pip install", "backend-lint init", "backend-lint check", "baseline create", "backend-lint review", "--range"):
        assert step in text


def test_the_job_fails_and_then_passes(walk: tuple[Path, dict[str, str], list[tuple[Command, str]]]) -> None:
    """The workflow that `init` wrote, its commands run on the merge that GitHub makes of a pull request."""
    folder, env, _ = walk
    project = folder / "billing"
    workflow = yaml.safe_load((project / ".github/workflows/backend-lint.yml").read_text(encoding="utf-8"))
    checkout, _python, install, review = workflow["jobs"]["review"]["steps"]
    assert install["run"].startswith("python -m pip install ")

    def git(*arguments: str, cwd: Path = project) -> str:
        return subprocess.run(["git", *arguments], cwd=cwd, env=env, check=True, capture_output=True, text=True).stdout.strip()

    def job(topic: str) -> subprocess.CompletedProcess[str]:
        git("checkout", "-q", "--detach", "main")
        git("merge", "-q", "--no-ff", "-m", "merge", topic)
        merge = git("rev-parse", "HEAD")
        git("update-ref", "refs/pull/1/merge", merge)
        runner = folder / f"runner-{topic}"
        runner.mkdir()
        git("init", "-q", ".", cwd=runner)
        depth = checkout["with"]["fetch-depth"]
        git("fetch", "-q", "--no-tags", f"--depth={depth}", f"file://{project}", "refs/pull/1/merge", cwd=runner)
        git("checkout", "-q", "--detach", "FETCH_HEAD", cwd=runner)
        given = {
            **env,
            "PATH": os.pathsep.join([str(folder / "venv/bin"), env["PATH"]]),
            "GITHUB_ACTIONS": "true",
            "GITHUB_BASE_REF": "main",
            "GITHUB_REF": "refs/pull/1/merge",
            "GITHUB_SHA": merge,
            "GITHUB_STEP_SUMMARY": str(folder / f"summary-{topic}.md"),
        }
        command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", review["run"]]
        return subprocess.run(command, cwd=runner, env=given, capture_output=True, text=True, timeout=120, check=False)

    git("checkout", "-q", "-b", "worse", "main")
    with (project / "billing/views/customers.py").open("a") as file:
        file.write("\n\n@bp.get('/<int:customer_id>/name')\ndef name_of(customer_id: int) -> str:\n")
        file.write("    return db.session.get(Customer, customer_id).name\n")
    git("add", "billing")
    git("commit", "-q", "-m", "worse")
    failed = job("worse")
    assert failed.returncode == 1, failed.stdout + failed.stderr
    assert "BL613" in failed.stdout
    assert "\nFAIL  1 new" in failed.stdout
    assert (folder / "summary-worse.md").read_text().startswith("### backend-lint: Fail")
    passed = job("customer-names")
    assert passed.returncode == 0, passed.stdout + passed.stderr
    assert "PASS  0 new" in passed.stdout
