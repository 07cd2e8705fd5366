"""The walk through `docs/writing-rules.md`, taken as it stands there: its files written, its commands run, their output compared."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parents[2]
PAGE = SOURCE / "docs" / "writing-rules.md"

_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
#: A file is named at the end of the text before its block.
_NAMED = re.compile(r"`([\w./-]+\.(?:py|toml))`:\n\n$")


def steps() -> Iterator[tuple[str, str, str]]:
    """What the page has one do: ("file", path, text) and ("run", command, what it shows), in their order."""
    page = PAGE.read_text(encoding="utf-8")
    for match in _BLOCK.finditer(page):
        language, text = match.groups()
        named = _NAMED.search(page, 0, match.start())
        if named is not None and language in ("python", "toml"):
            yield "file", named[1], text
        elif language == "console":
            for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
                command, _, shown = part.partition("\n")
                yield "run", command, shown


def matches(shown: str, printed: str) -> bool:
    """Whether what is printed is what is shown, where `...` stands for any lines."""
    pattern = "".join(".*" if line == "...\n" else re.escape(line) for line in shown.splitlines(keepends=True))
    return re.fullmatch(pattern, printed, re.DOTALL) is not None


@pytest.fixture(scope="module")
def walked(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[tuple[str, str, str]]]:
    """The folder after the walk, and of each command what was shown and printed."""
    folder = tmp_path_factory.mktemp("walk")
    (folder / ".git").mkdir()
    bin_ = tmp_path_factory.mktemp("bin")
    (bin_ / "backend-lint").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m backend_lint "$@"\n')
    (bin_ / "python").write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    for file in bin_.iterdir():
        file.chmod(0o755)
    environment = {
        **{key: value for key, value in os.environ.items() if not key.startswith(("BACKEND_LINT_", "PYTEST_"))},
        "PATH": os.pathsep.join([str(bin_), os.environ["PATH"]]),
        "PYTHONPATH": os.pathsep.join([str(SOURCE), str(SOURCE / "rules")]),
        "XDG_CACHE_HOME": str(tmp_path_factory.mktemp("cache")),
        "COLUMNS": "80",
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        "NO_COLOR": "1",
    }
    done = []
    for kind, name, text in steps():
        if kind == "file":
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text, encoding="utf-8")
        else:
            answer = subprocess.run(
                ["sh", "-c", f"{name} 2>&1"], cwd=folder, env=environment, capture_output=True, text=True, timeout=120, check=False
            )
            done.append((name, text, answer.stdout))
    return folder, done


def test_each_command_prints_what_is_shown(walked: tuple[Path, list[tuple[str, str, str]]]) -> None:
    _, done = walked
    assert len(done) >= 5
    differing = [f"$ {command}\n{printed}" for command, shown, printed in done if not matches(shown, printed)]
    assert not differing, "\n".join(differing)


def test_the_rule_over_libcst_trees_passes_its_samples(walked: tuple[Path, list[tuple[str, str, str]]]) -> None:
    folder, _ = walked
    imports = "from printing import NoPrint\nfrom backend_lint.testing import assert_rule, cases\n"
    code = f"{imports}assert_rule(NoPrint)\nprint(len(cases(NoPrint)))"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(SOURCE), str(SOURCE / "rules"), str(folder / "rules")])}
    answer = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert (answer.stdout, answer.stderr) == ("2\n", "")
