"""`backend-lint agent`: what it shows, and what it refuses."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., subprocess.CompletedProcess[str]]
Write = Callable[[dict[str, str | bytes]], Path]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    root = tmp_path / "project"
    (root / "app").mkdir(parents=True)
    subprocess.run(["git", "init", "-q"], cwd=root, check=True)
    return root


def test_install_status_uninstall(run: Run, project: Path) -> None:
    first = run("agent", "install", "--host", "claude", folder=project / "app")
    assert (first.returncode, first.stderr) == (0, "")
    assert "+++ b/.claude/settings.json" in first.stdout
    assert '+            "command": "backend-lint hook --agent claude",' in first.stdout
    assert first.stdout.splitlines()[-2:] == ["wrote .claude/settings.json", "wrote AGENTS.md"]
    again = run("agent", "install", "--host", "claude", folder=project)
    assert again.stdout == "Nothing to do: all of it is there already.\n"
    status = run("agent", "status", folder=project)
    assert status.stdout.splitlines() == [
        "Claude Code: installed (.claude/settings.json)",
        "Codex: not installed (.codex/hooks.json)",
        "Gemini CLI: not installed (.gemini/settings.json)",
        "Cursor: not installed (.cursor/hooks.json)",
        "Instructions: installed (AGENTS.md)",
    ]
    gone = run("agent", "uninstall", folder=project)
    assert gone.stdout.splitlines()[-2:] == ["removed .claude/settings.json", "removed AGENTS.md"]
    assert sorted(path.name for path in project.iterdir()) == [".git", "app"]
    assert run("agent", "uninstall", folder=project).stdout == "Nothing to do: nothing of it is there.\n"


def test_a_dry_run_shows_and_writes_nothing(run: Run, project: Path) -> None:
    answer = run("agent", "install", "--dry-run", folder=project)
    assert answer.returncode == 0
    for path in (".claude/settings.json", ".codex/hooks.json", ".gemini/settings.json", ".cursor/hooks.json", "AGENTS.md"):
        assert f"+++ b/{path}\n" in answer.stdout
    assert "wrote" not in answer.stdout
    assert sorted(path.name for path in project.iterdir()) == [".git", "app"]


def test_a_broken_file_is_left_alone_and_so_is_all_else(run: Run, project: Path) -> None:
    (project / ".cursor").mkdir()
    (project / ".cursor" / "hooks.json").write_text('{"version": 1,}\n')
    for words in (["install"], ["uninstall"], ["status"]):
        answer = run("agent", *words, folder=project)
        assert answer.returncode == 2
        assert ".cursor/hooks.json is not valid JSON (line 1: " in answer.stderr
        assert "Traceback" not in answer.stderr
    assert (project / ".cursor" / "hooks.json").read_text() == '{"version": 1,}\n'
    assert sorted(path.name for path in project.iterdir()) == [".cursor", ".git", "app"]


def test_the_command_is_one_that_is_known_again(run: Run, project: Path) -> None:
    answer = run("agent", "install", "--host", "codex", "--command", "uv run backend-lint", folder=project)
    assert '"command": "uv run backend-lint hook --agent codex"' in answer.stdout
    assert answer.stdout.splitlines()[-1] == "Note: Codex runs a new hook once it is trusted: /hooks."
    for command in ("make lint", "backend-lint\nx", ""):
        answer = run("agent", "install", "--command", command, folder=project)
        assert (answer.returncode, answer.stdout) == (2, "")


def test_what_a_file_holds_cannot_reach_the_terminal(run: Run, project: Path) -> None:
    (project / "AGENTS.md").write_text("\x1b[31mred\n")
    answer = run("agent", "install", "--dry-run", folder=project)
    assert "\x1b" not in answer.stdout
    assert "\\x1b[31mred" in answer.stdout
