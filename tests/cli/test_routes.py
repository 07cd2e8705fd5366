"""`backend-lint routes` as a user runs it."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

from tests.insight.projects import DJANGO, FASTAPI

Run = Callable[..., subprocess.CompletedProcess[str]]
Write = Callable[[dict[str, str]], Path]


def test_the_routes_of_a_folder(run: Run, write: Write) -> None:
    root = write(FASTAPI)
    answer = run("routes", "routers", folder=root / "app", env={"COLUMNS": "80"})
    assert (answer.returncode, answer.stderr) == (0, "")
    assert answer.stdout.startswith("routers/orders.py  (fastapi)\n")
    # The prefix comes from a file that was not named.
    assert "/api/orders" in answer.stdout
    assert run("routes", "main.py", folder=root / "app").stdout == "No routes found.\n"


def test_json_of_several_projects(run: Run, write: Write) -> None:
    root = write({f"{name}/{path}": text for name, files in (("a", FASTAPI), ("b", DJANGO)) for path, text in files.items()})
    for name in ("a", "b"):
        (root / name / ".git").mkdir()
    (root / ".git").rmdir()
    answer = run("routes", "a", "b", "--format", "json", "--all", folder=root)
    assert (answer.returncode, answer.stderr) == (0, "")
    found = json.loads(answer.stdout)
    assert {route["path"].split("/")[0] for route in found["routes"]} == {"a", "b"}
    assert found["summary"]["frameworks"] == ["django", "drf", "fastapi"]
    assert all(step["path"].split("/")[0] in ("a", "b") for route in found["routes"] for step in route["mounts"])


def test_the_cache_changes_nothing(run: Run, write: Write) -> None:
    root = write(FASTAPI)
    first, again, without = (run("routes", *words, folder=root).stdout for words in ((), (), ("--no-cache",)))
    assert first == again == without


def test_a_file_that_cannot_be_parsed(run: Run, write: Write) -> None:
    root = write({**FASTAPI, "app/broken.py": "def (\n"})
    answer = run("routes", folder=root)
    assert answer.returncode == 2
    assert "/api/orders" in answer.stdout
    assert answer.stderr.startswith("backend-lint: error: app/broken.py:1: cannot be parsed")


def test_bad_input(run: Run, write: Write) -> None:
    root = write({"a.py": "", "backend-lint.toml": "selct = 1\n"})
    for words in (("nowhere",), ("",), ("a.py",)):
        answer = run("routes", *words, folder=root)
        assert (answer.returncode, answer.stdout) == (2, "")
        assert "Traceback" not in answer.stderr
        assert answer.stderr
