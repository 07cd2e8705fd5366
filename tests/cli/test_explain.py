"""`backend-lint explain` and `backend-lint debug` as a user runs them."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.insight.projects import FASTAPI

Run = Callable[..., subprocess.CompletedProcess[str]]
Write = Callable[[dict[str, str]], Path]


def test_what_a_check_reports_is_explained(run: Run, write: Write) -> None:
    root = write(FASTAPI)
    reported = json.loads(run("check", "--select", "async", "--format", "json", folder=root).stdout)["findings"]
    (finding,) = reported
    answer = run("explain", f"{finding['name']}@{finding['path']}:{finding['line']}:{finding['column']}", folder=root)
    assert (answer.returncode, answer.stderr) == (0, "")
    assert answer.stdout.startswith(f"BL801 blocking-call-in-async at {finding['path']}:{finding['line']}: reported\n")
    as_json = json.loads(run("explain", f"bl801@orders.py:{finding['line']}", "--format", "json", folder=root / "app/routers").stdout)
    (explained,) = as_json["findings"]
    assert explained["message"] == finding["message"]
    assert as_json["path"] == "orders.py"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("explain", "BL801"), "is no place (expected RULE@FILE:LINE"),
        (("explain", "BL801@a.py:x"), "is no place (expected RULE@FILE:LINE"),
        (("explain", "BL801@b.py:1"), "b.py: this path does not exist"),
        (("explain", "BL801@app:1"), "app: this is no file"),
        (("explain", "BL801@a.py:7"), "a.py has 1 lines"),
        (("explain", "blocking-call-in-asynk@a.py:1"), 'unknown rule "blocking-call-in-asynk"; did you mean "blocking-call-in-async"?'),
        (("explain", "BL801@a.py:1", "--config", "none.toml"), "none.toml"),
        (("debug", "b.py"), "b.py: this path does not exist"),
        (("debug", "app"), "app: this is no file"),
    ],
)
def test_bad_input(run: Run, write: Write, words: tuple[str, ...], message: str) -> None:
    answer = run(*words, folder=write({"a.py": "x = 1\n", "app/b.py": ""}))
    assert (answer.returncode, answer.stdout) == (2, "")
    assert message in answer.stderr
    assert "Traceback" not in answer.stderr


def test_how_a_file_is_seen(run: Run, write: Write) -> None:
    root = write({**FASTAPI, "backend-lint.toml": 'ignore = ["layering"]\n'})
    answer = run("debug", "routers/orders.py", folder=root / "app")
    assert (answer.returncode, answer.stderr) == (0, "")
    assert f"configuration  {root}/backend-lint.toml" in answer.stdout
    assert "PUT /api/orders/{order_id} -> replace (routers/orders.py:22)" in answer.stdout
    found = json.loads(run("debug", "app/routers/orders.py", "--format", "json", folder=root).stdout)
    assert (found["module"], found["role"], found["calls"]["unknown"]) == ("app.routers.orders", "application", [])
    assert not any(rule["rule"].startswith("BL1") for rule in found["rules"]["on"])


def test_a_file_that_cannot_be_parsed(run: Run, write: Write) -> None:
    root = write({"a.py": "def (\n"})
    seen, explained = run("debug", "a.py", folder=root), run("explain", "BL801@a.py:1", folder=root)
    assert seen.returncode == 2
    assert "not parsed" in seen.stdout
    assert explained.returncode == 0
    assert "the file cannot be parsed" in explained.stdout
