"""`backend-lint completion`: the script, and what it makes a shell offer."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.mark.parametrize(("shell", "mark"), [("bash", "complete -o"), ("zsh", "#compdef backend-lint"), ("fish", "complete --no-files")])
def test_the_script_is_that_of_the_shell(run: Run, shell: str, mark: str) -> None:
    answer = run("completion", shell)
    assert (answer.returncode, answer.stderr) == (0, "")
    assert mark in answer.stdout
    assert f"_BACKEND_LINT_COMPLETE={shell}_complete" in answer.stdout


def test_another_shell_is_a_usage_error(run: Run) -> None:
    answer = run("completion", "csh")
    assert (answer.returncode, answer.stdout) == (2, "")
    assert "'bash', 'zsh', 'fish'" in answer.stderr


def offered(run: Run, *words: str) -> list[str]:
    """What bash would offer for the last word of a command line."""
    env = {"COMP_WORDS": " ".join(["backend-lint", *words]), "COMP_CWORD": str(len(words)), "_BACKEND_LINT_COMPLETE": "bash_complete"}
    answer = run(env=env)
    assert (answer.returncode, answer.stderr) == (0, "")
    return [line.partition(",")[2] for line in answer.stdout.splitlines()]


def test_commands_options_and_rules_are_offered(run: Run) -> None:
    assert offered(run, "comp") == ["completion"]
    assert offered(run, "check", "--stat") == ["--statistics"]
    assert offered(run, "check", "--format", "conc") == ["concise"]
    assert offered(run, "rule", "BL30") == ["BL301", "BL302", "BL303"]
    assert offered(run, "check", "--select", "valid") == ["validation"]
    assert offered(run, "review", "--ignore", "types,expos") == ["types,exposure"]


@pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash")
def test_bash_offers_it(run: Run, tmp_path: Path) -> None:
    script = run("completion", "bash").stdout
    (tmp_path / "backend-lint").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m backend_lint "$@"\n')
    (tmp_path / "backend-lint").chmod(0o755)
    source = Path(__file__).resolve().parents[2]
    asked = "COMP_WORDS=(backend-lint rule expo); COMP_CWORD=2; _backend_lint_completion backend-lint; echo ${COMPREPLY[@]}"
    answer = subprocess.run(
        ["bash", "--norc", "-c", f"{script}\n{asked}"],
        env={
            **os.environ,
            "PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": os.pathsep.join([str(source), str(source / "rules")]),
        },
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert (answer.stdout, answer.stderr) == ("exposure\n", "")


@pytest.mark.parametrize("words", [["completion", "bash"], []])
def test_a_reader_who_has_left_is_no_fault(words: list[str]) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    source = Path(__file__).resolve().parents[2]
    asked = {"COMP_WORDS": "backend-lint ", "COMP_CWORD": "1", "_BACKEND_LINT_COMPLETE": "bash_complete"} if not words else {}
    answer = subprocess.run(
        [sys.executable, "-m", "backend_lint", *words],
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(source), str(source / "rules")]), **asked},
        stdout=writer,
        stderr=subprocess.PIPE,
        text=True,
        timeout=60,
        check=False,
    )
    os.close(writer)
    assert (answer.returncode, answer.stderr) == (0, "")
