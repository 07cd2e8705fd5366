from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., subprocess.CompletedProcess[str]]

#: Variables that change what the command prints.
_SETTINGS = ("NO_COLOR", "FORCE_COLOR", "BACKEND_LINT_FORMAT", "COLUMNS", "CI", "GITHUB_ACTIONS", "GITHUB_STEP_SUMMARY")


@pytest.fixture
def write(tmp_path: Path) -> Callable[[dict[str, str | bytes]], Path]:
    """Writes files below a fresh folder that is a repository of its own, which comes back."""

    def make(files: dict[str, str | bytes]) -> Path:
        root = tmp_path / "project"
        (root / ".git").mkdir(parents=True, exist_ok=True)
        for path, content in files.items():
            file = root / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content if isinstance(content, bytes) else content.encode())
        return root

    return make


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Runs the command as a user does. `folder` is where, `text` its standard input, `env` is added to the environment."""

    def start(
        *words: str, folder: Path | None = None, text: bytes | None = None, env: dict[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        source = Path(__file__).resolve().parents[2]
        clean = {key: value for key, value in os.environ.items() if key not in _SETTINGS}
        paths = os.pathsep.join([str(source), str(source / "rules")])
        answer = subprocess.run(
            [sys.executable, "-m", "backend_lint", *words],
            cwd=folder or tmp_path,
            input=text or b"",
            capture_output=True,
            timeout=120,
            check=False,
            env={**clean, "PYTHONPATH": paths, "PYTHONIOENCODING": "utf-8", **(env or {})},
        )
        return subprocess.CompletedProcess(answer.args, answer.returncode, answer.stdout.decode(), answer.stderr.decode())

    return start
