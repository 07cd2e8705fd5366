"""`backend-lint init`: what it sees, what it writes, and that it leaves all else as it is."""

from __future__ import annotations

import json
import os
import pty
import re
import select
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from backend_lint.cli.terminal import fitted
from backend_lint.engine.registry import built_in
from backend_lint.engine.schema import Checker
from backend_lint.init.configuration import parsed

Run = Callable[..., subprocess.CompletedProcess[str]]

SOURCE = Path(__file__).resolve().parents[2]
EXAMPLES = SOURCE / "examples"

PYPROJECT = """\
# Ours.
[project]
name = "billing"   # not to be touched
[tool.ruff]
line-length = 100
"""


APP = """\
from flask import Flask

app = Flask(__name__)


@app.get("/ratio/<int:total>")
def ratio(total: int) -> str:
    try:
        return str(1 / total)
    except Exception as error:
        return str(error)
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A small project with findings in a repository of its own."""
    root = tmp_path / "project"
    (root / "billing").mkdir(parents=True)
    (root / "billing" / "__init__.py").write_text("")
    (root / "billing" / "app.py").write_text(APP)
    subprocess.run(["git", "init", "-q", "."], cwd=root, check=True)
    return root


def copied(framework: str, folder: Path, version: str = "before") -> Path:
    root = folder / framework
    shutil.copytree(EXAMPLES / framework / version, root, ignore=shutil.ignore_patterns("__pycache__"))
    subprocess.run(["git", "init", "-q", "."], cwd=root, check=True)
    return root


def texts(root: Path) -> dict[str, bytes]:
    """All files but those of git, by path."""
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file() and ".git" not in path.relative_to(root).parts
    }


def served_by(root: Path) -> None:
    """Give a project the traces of a service and an agent."""
    (root / ".github").mkdir()
    (root / ".claude").mkdir()


class TestLook:
    @pytest.mark.parametrize(
        ("framework", "lines"),
        [
            ("fastapi", ["FastAPI: 16 handlers.", "Databases: sqlalchemy, sqlite3; 5 models.", "Settings: app/config.py."]),
            (
                "flask",
                ["Flask: 15 handlers.", "Databases: flask_sqlalchemy, sqlalchemy, sqlite3; 4 models.", "Settings: billing/config.py."],
            ),
            (
                "django",
                [
                    "Django and Django REST framework: 16 handlers.",
                    "Databases: django, sqlite3; 6 models.",
                    "Settings: config/settings.py.",
                ],
            ),
        ],
    )
    def test_what_a_project_is(self, run: Run, tmp_path: Path, framework: str, lines: list[str]) -> None:
        answer = run("init", "--dry-run", folder=copied(framework, tmp_path))
        assert answer.returncode == 0
        assert answer.stdout.splitlines()[1:4] == lines

    def test_what_a_check_reports(self, run: Run, tmp_path: Path) -> None:
        project = copied("flask", tmp_path)
        told = run("init", "--dry-run", folder=project).stdout
        found = json.loads(run("check", "--format", "json", folder=project).stdout)["findings"]
        errors = sum(finding["severity"] == "error" for finding in found)
        assert f"A check reports {errors} errors and {len(found) - errors} warnings (and 14 notes with --pedantic):" in told
        families = {finding["family"] for finding in found}
        line = next(line for line in told.splitlines() if line.startswith("  types "))
        assert dict(part.split(" ") for part in line.strip().split(", ")) == {
            family: str(sum(finding["family"] == family for finding in found)) for family in families
        }

    def test_source_roots_and_production_settings(self, run: Run, write: Callable[..., Path]) -> None:
        settings = "INSTALLED_APPS = []\nROOT_URLCONF = 'shop.urls'\nMIDDLEWARE = []\n"
        root = write({
            "src/manage.py": "import django\n",
            "src/shop/settings/base.py": settings,
            "src/shop/settings/live.py": "from shop.settings.base import *\n" + settings,
            "src/shop/settings/dev.py": "from shop.settings.base import *\n" + settings,
            "src/shop/tests/test_a.py": "",
        })  # fmt: skip
        answer = run("init", folder=root)
        assert "Imports start in: src." in answer.stdout
        assert "src/shop/settings/dev.py (development)" in answer.stdout
        assert "5 Python files, 1 test file among them." in answer.stdout
        assert '# settings-modules = ["src.shop.settings.base"' not in (root / "backend-lint.toml").read_text()
        assert re.search(r'# settings-modules = \["shop[.\w]*base", "shop[.\w]*live"\]', (root / "backend-lint.toml").read_text())

    def test_no_python(self, run: Run, write: Callable[..., Path]) -> None:
        answer = run("init", folder=write({"README.md": ""}))
        assert answer.returncode == 0
        assert "0 Python files" in answer.stdout
        assert "A check reports nothing." in answer.stdout


class TestConfiguration:
    def test_only_the_configuration_is_written_where_nobody_can_be_asked(self, run: Run, project: Path) -> None:
        served_by(project)
        before = texts(project)
        answer = run("init", folder=project / "billing")
        assert (answer.returncode, answer.stderr) == (0, "")
        assert set(texts(project)) - set(before) == {"backend-lint.toml"}
        assert answer.stdout.startswith(f"Project: {project}\n")
        assert answer.stdout.splitlines()[-5:] == [
            "wrote backend-lint.toml (configuration)",
            "baseline: left out (--baseline adds it)",
            "pre-commit hook: left out (--pre-commit adds it)",
            "job for continuous integration: left out (--ci github adds it)",
            "hooks for coding agents: left out (--agent claude adds it)",
        ]

    @pytest.mark.parametrize("text", [PYPROJECT, PYPROJECT.rstrip("\n"), PYPROJECT.replace("\n", "\r\n"), "", "[[a]]\nb = 1\n"])
    def test_the_project_file_keeps_all_it_says(self, run: Run, project: Path, text: str) -> None:
        (project / "pyproject.toml").write_bytes(text.encode())
        assert run("init", folder=project).returncode == 0
        after = (project / "pyproject.toml").read_bytes().decode()
        assert after.startswith(text)
        assert ("\r\n" in after) == ("\r\n" in text)
        told = parsed(after)
        assert told is not None
        assert told["tool"].pop("backend-lint") == {"fail-on": "warning", "ignore": [], "exclude": []}  # type: ignore[attr-defined]
        assert {key: value for key, value in told.items() if value} == {key: value for key, value in (parsed(text) or {}).items() if value}
        assert run("config", "check", folder=project).stdout.endswith("1 configuration file, no faults.\n")

    def test_a_project_file_that_takes_no_table_is_left_alone(self, run: Run, project: Path) -> None:
        text = "tool = {ruff = {line-length = 100}}\n"
        (project / "pyproject.toml").write_text(text)
        assert "wrote backend-lint.toml" in run("init", folder=project).stdout
        assert (project / "pyproject.toml").read_text() == text

    def test_it_changes_nothing_that_holds(self, run: Run, project: Path) -> None:
        def told() -> dict[str, object]:
            found = json.loads(run("config", "show", "--format", "json", folder=project).stdout)
            return {"rules": found["rules"], "values": {each["key"]: each["value"] for each in found["values"]}}

        before = told()
        assert run("init", folder=project).returncode == 0
        assert told() == before

    @pytest.mark.parametrize("framework", ["flask", "django"])
    def test_what_it_proposes_in_comments_is_valid(self, run: Run, tmp_path: Path, framework: str) -> None:
        root = copied(framework, tmp_path)
        run("init", folder=root)
        text = (root / "backend-lint.toml").read_text()
        proposed = re.sub(r'^# (?=[\["\w-]+ = |\["|\[)', "", text, flags=re.MULTILINE)
        assert proposed.count("\n# ") < text.count("\n# ") - 4
        table = parsed(proposed)
        assert table is not None
        checker = Checker(built_in(), ())
        checker.check(table)
        assert checker.faults == []
        assert {"validators", "response-helpers", "session-factories", "per-file-ignores", "severity"} <= set(table)

    def test_a_faulty_configuration_is_told(self, run: Run, project: Path) -> None:
        (project / "pyproject.toml").write_text("[tool.backend-lint]\nselct = []\n")
        answer = run("init", "--yes", folder=project)
        assert (answer.returncode, answer.stdout) == (2, "")
        assert "error: pyproject.toml:2:1: tool.backend-lint.selct: unknown key" in answer.stderr

    def test_anothers_faulty_file_is_left_alone(self, run: Run, project: Path) -> None:
        (project / "pyproject.toml").write_text("[tool.ruff\n")
        before = texts(project)
        answer = run("init", "--yes", folder=project)
        assert answer.returncode == 2
        assert "error: configuration: pyproject.toml is not valid TOML; correct it first; nothing was changed" in answer.stderr
        assert texts(project) == before


class TestAll:
    def test_all_of_it_and_again(self, run: Run, project: Path) -> None:
        served_by(project)
        before = texts(project)
        first = run("init", "--yes", folder=project)
        assert (first.returncode, first.stderr) == (0, "")
        made = texts(project)
        assert set(made) - set(before) == {
            "backend-lint.toml",
            ".backend-lint-baseline",
            ".gitattributes",
            ".pre-commit-config.yaml",
            ".github/workflows/backend-lint.yml",
            ".claude/settings.json",
            "AGENTS.md",
        }
        assert {path: made[path] for path in before} == before
        assert run("check", folder=project).returncode == 0
        again = run("init", "--yes", folder=project)
        assert (again.returncode, again.stderr) == (0, "")
        assert again.stdout.splitlines()[-6:] == [
            "configuration: there already: backend-lint.toml",
            "baseline: there already",
            "pre-commit hook: there already",
            "job for continuous integration: there already",
            "hooks for coding agents: there already",
            "Nothing to do.",
        ]
        assert texts(project) == made

    def test_a_dry_run_is_a_patch_of_it(self, run: Run, project: Path, tmp_path: Path) -> None:
        served_by(project)
        (project / "pyproject.toml").write_text(PYPROJECT)
        (project / ".pre-commit-config.yaml").write_text(
            "repos:\n  - repo: https://example.org/x\n    rev: v1\n    hooks:\n      - id: x\n"
        )
        before = texts(project)
        shown = run("init", "--dry-run", folder=project)
        assert texts(project) == before
        twin = tmp_path / "twin"
        shutil.copytree(project, twin)
        subprocess.run(["git", "apply", "-"], cwd=twin, input=shown.stdout, text=True, check=True)
        assert run("init", "--yes", folder=project).returncode == 0
        assert texts(twin) == texts(project)
        assert len(texts(twin)) == len(before) + 5

    def test_what_is_wanted_is_said_by_options(self, run: Run, project: Path) -> None:
        answer = run("init", "--no-baseline", "--pre-commit", "--ci", "gitlab", "--agent", "cursor", folder=project)
        assert answer.returncode == 0
        assert {".pre-commit-config.yaml", ".gitlab-ci.yml", ".cursor/hooks.json", "AGENTS.md"} <= set(texts(project))
        assert ".backend-lint-baseline" not in texts(project)

    def test_what_is_not_wanted_is_left_out(self, run: Run, project: Path) -> None:
        served_by(project)
        before = set(texts(project))
        run("init", "--yes", "--no-baseline", "--no-pre-commit", "--ci", "none", "--agent", "none", folder=project)
        assert set(texts(project)) - before == {"backend-lint.toml"}

    def test_the_service_is_seen_by_its_files_or_the_remote(self, run: Run, project: Path) -> None:
        assert "neither GitHub nor GitLab is seen here" in run("init", "--dry-run", folder=project).stdout
        subprocess.run(["git", "remote", "add", "origin", "git@gitlab.example.org:us/billing.git"], cwd=project, check=True)
        assert "+++ b/.gitlab-ci.yml" in run("init", "--dry-run", folder=project).stdout
        (project / ".github").mkdir()
        assert "+++ b/.github/workflows/backend-lint.yml" in run("init", "--dry-run", folder=project).stdout

    def test_without_a_repository(self, run: Run, project: Path) -> None:
        shutil.rmtree(project / ".git")
        answer = run("init", "--yes", folder=project)
        assert answer.returncode == 0
        assert "pre-commit hook: not possible: this is no git repository" in answer.stdout
        assert (project / ".backend-lint-baseline").exists()
        assert not (project / ".gitattributes").exists()

    def test_a_clean_project_needs_no_baseline(self, run: Run, tmp_path: Path) -> None:
        root = copied("fastapi", tmp_path, "after")
        answer = run("init", "--yes", folder=root)
        assert "baseline: not needed: nothing is found" in answer.stdout
        assert not (root / ".backend-lint-baseline").exists()

    def test_a_file_that_cannot_be_edited(self, run: Run, project: Path) -> None:
        (project / ".pre-commit-config.yaml").write_text("{repos: []}\n")
        before = texts(project)
        asked_for = run("init", "--pre-commit", folder=project)
        assert asked_for.returncode == 2
        assert "error: pre-commit hook: .pre-commit-config.yaml has no list" in asked_for.stderr
        assert texts(project) == before
        answer = run("init", "--yes", folder=project)
        assert answer.returncode == 0
        assert "note: pre-commit hook: .pre-commit-config.yaml has no list `repos:` in block style; add it by hand" in answer.stderr
        assert (project / "backend-lint.toml").exists()

    def test_how_hooks_run_the_tool(self, run: Run, project: Path) -> None:
        run("init", "--pre-commit", "--agent", "claude", "--command", "uv run backend-lint", folder=project)
        hook = yaml.safe_load((project / ".pre-commit-config.yaml").read_text())["repos"][0]["hooks"][0]
        assert hook["entry"] == "uv run backend-lint review --pre-commit"
        assert "uv run backend-lint hook --agent claude" in (project / ".claude/settings.json").read_text()
        for command in ("make lint", "backend-lint\nx", ""):
            assert run("init", "--command", command, folder=project).returncode == 2

    def test_what_a_file_holds_cannot_reach_the_terminal(self, run: Run, project: Path) -> None:
        (project / ".pre-commit-config.yaml").write_text("repos: []\n# \x1b[31mred\n")
        answer = run("init", "--dry-run", folder=project)
        assert "\x1b" not in answer.stdout
        assert "\\x1b[31mred" in answer.stdout


def test_on_a_terminal_it_asks(project: Path) -> None:
    """Each thing that is not there yet is asked for once, and done when the answer is yes."""
    served_by(project)
    code, shown = answered(project, {"baseline": "n", ".pre-commit-config.yaml": "y", "GitHub": "", "Claude Code": "n"})
    assert code == 0
    assert ".backend-lint-baseline" not in texts(project)
    assert ".pre-commit-config.yaml" in texts(project)
    assert ".github/workflows/backend-lint.yml" in texts(project)
    assert "AGENTS.md" not in texts(project)
    assert "baseline: left out (--baseline adds it)" in shown
    code, shown = answered(project, {"baseline": "y", "Claude Code": "y"})
    assert code == 0
    assert {".backend-lint-baseline", "AGENTS.md"} <= set(texts(project))
    code, shown = answered(project, {})
    assert (code, "Nothing to do." in shown) == (0, True)


def answered(folder: Path, answers: dict[str, str]) -> tuple[int, str]:
    """Run `init` on a terminal and answer its questions, in order, each of which holds a word; the exit code and all that was shown."""
    ours, theirs = pty.openpty()
    paths = os.pathsep.join([str(SOURCE), str(SOURCE / "rules")])
    process = subprocess.Popen(
        [sys.executable, "-m", "backend_lint", "init"],
        cwd=folder,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env={**os.environ, "PYTHONPATH": paths},
    )
    os.close(theirs)
    shown, asked = "", 0
    pending = list(answers.items())
    try:
        while select.select([ours], [], [], 60)[0]:
            try:
                data = os.read(ours, 4096)
            except OSError:
                break
            if not data:
                break
            shown += data.decode()
            question = shown[asked:].rpartition("\n")[2]
            if question.rstrip().endswith("[Y/n]:"):
                word, answer = pending.pop(0)
                assert word in question
                asked = len(shown)
                os.write(ours, f"{answer}\n".encode())
        assert pending == [], shown
        return process.wait(timeout=60), shown
    finally:
        process.kill()
        process.wait()
        os.close(ours)


def test_lines_are_broken_between_words_where_a_terminal_is_narrow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    line = f"  {', '.join(f'family {number}' for number in range(20))}"
    monkeypatch.setenv("COLUMNS", "40")
    assert fitted(line) == line, "a pipe's reader gets it whole"
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    broken = fitted(line).splitlines()
    assert max(map(len, broken)) <= 40
    assert [each[:3] for each in broken[:2]] == ["  f", "    "[:3]]
    assert " ".join(each.strip() for each in broken) == line.strip()
    assert fitted("short") == "short"
