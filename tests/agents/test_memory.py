"""What is remembered of a session, and where."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from backend_lint.agents.memory import Memory, folder_for


def test_it_lasts_for_one_session_of_one_repository(tmp_path: Path) -> None:
    top = tmp_path / "work"
    assert Memory(top, "s", folder=tmp_path).remember("stop", "key")
    assert Memory(top, "s", folder=tmp_path).last("stop") == "key"
    assert Memory(top, "t", folder=tmp_path).last("stop") is None
    assert Memory(tmp_path / "other", "s", folder=tmp_path).last("stop") is None
    Memory(top, "s", folder=tmp_path).remember("stop", None)
    assert Memory(top, "s", folder=tmp_path).last("stop") is None


def test_old_and_broken_files_are_nothing(tmp_path: Path) -> None:
    for session, age, known in (("", 7_200, None), ("s", 7_200, "key"), ("s", 30 * 86_400, None)):
        Memory(tmp_path, session, folder=tmp_path).remember("stop", "key")
        for file in tmp_path.glob("*.json"):
            os.utime(file, (file.stat().st_atime - age, file.stat().st_mtime - age))
        assert Memory(tmp_path, session, folder=tmp_path).last("stop") == known
    for text in ("", "[]", "{", '{"stop": 1}', "[" * 100_000):
        (file,) = [each for each in tmp_path.glob("*.json") if each.name != "x"][:1] or [tmp_path / "x.json"]
        file.write_text(text)
        assert Memory(tmp_path, "s", folder=tmp_path).last("stop") is None


def test_the_folder_is_the_users_and_outside_of_the_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    top = tmp_path / "work"
    top.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    cache = {"XDG_CACHE_HOME": str(tmp_path / "cache"), "LOCALAPPDATA": str(tmp_path / "cache")}
    assert folder_for(top, cache) == tmp_path / "cache" / "backend-lint" / "agents"
    inside = {"XDG_CACHE_HOME": str(top / ".cache"), "LOCALAPPDATA": str(top / ".cache")}
    found = folder_for(top, inside)
    assert found is not None
    assert found.parent.parent == tmp_path / "temporary"
    assert not list(top.iterdir())
    assert folder_for(tmp_path, inside) is None
