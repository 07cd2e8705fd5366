"""`check --fix` and `check --diff`, as they are typed."""

from __future__ import annotations

import subprocess
from pathlib import Path
from textwrap import dedent

import pytest

from backend_lint.cli.group import run

_VIEW = dedent("""
    import sqlite3


    def find(number: str) -> int:
        connection = sqlite3.connect("a.db")
        row = connection.execute("SELECT 1").fetchone()
        connection.close()
        return row[0]


    def ask(url: str) -> int:
        connection = sqlite3.connect(url)
        return connection.execute("SELECT 2").fetchone()[0]
    """).lstrip()


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "pyproject.toml").write_text("")
    (tmp_path / "view.py").write_text(_VIEW)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_check_says_how_much_could_be_fixed(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["check", "--select", "BL902"]) == 1
    out = capsys.readouterr().out
    assert "[*] 1 fixable with --fix (1 more with --unsafe-fixes)." in out
    assert "error[BL902 unclosed-connection] [*]: " in out
    assert (project / "view.py").read_text() == _VIEW


def test_fix_writes_and_reports_what_is_left(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["check", "--select", "BL902", "--fix", "--format", "concise"]) == 1
    out, err = capsys.readouterr()
    assert err == "backend-lint: fixed 1 finding in 1 file\n"
    assert out.startswith("view.py:12:18: BL902 ")
    assert run(["check", "--select", "BL902", "--fix", "--unsafe-fixes", "-q"]) == 0
    assert "sqlite3.connect(url)) as connection" in (project / "view.py").read_text()
    assert run(["check", "--select", "BL902", "--fix", "--unsafe-fixes"]) == 0
    assert "fixed" not in capsys.readouterr().err


def test_diff_shows_what_git_can_apply_and_changes_nothing(project: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    assert run(["check", "--select", "BL902", "--diff", "--unsafe-fixes"]) == 1
    out, err = capfdbinary.readouterr()
    assert b"would fix 2 findings in 1 file" in err
    assert (project / "view.py").read_text() == _VIEW
    subprocess.run(["git", "apply"], input=out, cwd=project, check=True)
    assert run(["check", "--select", "BL902", "--diff", "--unsafe-fixes"]) == 0
    assert b"nothing to fix" in capfdbinary.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--fix", "--diff"], "--fix and --diff exclude each other"),
        (["--unsafe-fixes"], "--unsafe-fixes goes with --fix or --diff"),
        (["--fix", "-"], "not for standard input"),
        (["--diff", "--format", "json"], "--diff prints a patch"),
        (["--diff", "--format", "text", "--format", "json:out.json"], "--diff prints a patch"),
    ],
)
def test_options_that_do_not_go_together(arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["check", *arguments]) == 2
    assert said in capsys.readouterr().err
