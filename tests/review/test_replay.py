"""The replay of a history: its counts, and that sharing between commits changes no answer."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.review.repositories import Repo
from tests.review.sources import CLEAN, handlers, leak

SOURCE = Path(__file__).resolve().parents[2]


def test_replay(tmp_path: Path) -> None:
    repo = Repo(tmp_path / "work")
    repo.commit({"a.py": CLEAN})
    repo.commit({"a.py": leak()}, message="adds one")
    repo.commit({"a.py": "# moved\n\n" + leak()})
    repo.commit({"README": "no Python\n"})
    repo.commit({"b.py": handlers("one", "two")}, message="adds two")
    repo.commit({"a.py": CLEAN})
    expected = {commit: len(repo.review(commit=commit, select=["BL301"]).new) for commit in repo.git("rev-list", "HEAD").split()}
    command = [sys.executable, "benchmarks/replay.py", str(repo.folder), "--select", "BL301", "--json", str(tmp_path / "new.json")]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(SOURCE), str(SOURCE / "rules")])}
    done = subprocess.run(command, cwd=SOURCE, env=environment, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    entries = json.loads((tmp_path / "new.json").read_text())
    assert [(entry["subject"], len(entry["new"])) for entry in entries if entry["new"]] == [("adds one", 1), ("adds two", 2)]
    assert all(len(entry["new"]) == expected[entry["commit"]] for entry in entries)
    assert done.stdout.startswith("5 commits, 2 of them add 3 findings; 1 are fixed; 0 internal errors")
    rows = {line[:20].strip(): line[20:].split() for line in done.stdout.splitlines()[4:]}
    assert rows["this review"] == ["3", "0", "0", "0", "0"]
    assert rows["baseline of lines"] == ["4", "0", "1", "0", "1"]
    assert rows["changed files"] == ["4", "0", "1", "0", "1"]
