"""Findings of one cause on the command line."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

from tests.review.repositories import Repo
from tests.review.test_shown import BLOCKING, MILD, routes

Run = Callable[..., subprocess.CompletedProcess[str]]
Write = Callable[[dict[str, str | bytes]], Path]


def test_a_check_shows_the_cause_and_on_request_each_place(run: Run, write: Write) -> None:
    root = write({"app/rates.py": BLOCKING, "app/one.py": routes("a", "b"), "app/two.py": routes("c")})
    words = ("check", "--select", "BL801", "--format", "concise", "--quiet")
    together = run(*words, folder=root)
    assert together.returncode == 1
    assert together.stdout == (
        "app/rates.py:5:5: BL801 fetch calls requests.get, which blocks the event loop (3 places): "
        "app/one.py:10, app/one.py:15, app/two.py:10\n"
    )
    each = run(*words, "--no-group", folder=root)
    assert (each.returncode, [line.split(":")[0] for line in each.stdout.splitlines()]) == (1, ["app/one.py", "app/one.py", "app/two.py"])


def test_json_keeps_each_finding(run: Run, write: Write) -> None:
    root = write({"app/rates.py": BLOCKING, "app/one.py": routes("a", "b")})
    words = ("check", "--select", "BL801", "--format", "json")
    together, each = (json.loads(run(*words, *more, folder=root).stdout) for more in ((), ("--no-group",)))
    (group,) = together["groups"]
    assert {finding["group"] for finding in together["findings"]} == {group["fingerprint"]}
    assert (each["groups"], {finding["group"] for finding in each["findings"]}) == ([], {None})
    assert [f["fingerprint"] for f in together["findings"]] == [f["fingerprint"] for f in each["findings"]]


def test_a_review_shows_what_one_edit_causes_once(run: Run, tmp_path: Path) -> None:
    repo = Repo(tmp_path / "work")
    repo.commit({"app/rates.py": MILD, "app/one.py": routes("a", "b")})
    repo.commit({"app/rates.py": BLOCKING})
    words = ("review", "--commit", "HEAD", "--select", "BL801", "--format", "concise")
    assert [line.split(":")[0] for line in run(*words, folder=repo.folder).stdout.splitlines()[:-1]] == ["app/rates.py"]
    lines = run(*words, "--no-group", folder=repo.folder).stdout.splitlines()
    assert [line.split(":")[0] for line in lines[:-1]] == ["app/one.py", "app/one.py"]
