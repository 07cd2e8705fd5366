"""Reading files through the one interface."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from backend_lint.source.files import FileSource, WorkingTree


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "a.py").write_bytes(b"a\r\n")
    (tmp_path / "b.py").write_bytes(b"b")
    return tmp_path


def test_reading_and_listing(root: Path) -> None:
    source: FileSource = WorkingTree(root, ["b.py", "app/a.py"])
    assert source.list() == ("app/a.py", "b.py")
    assert source.read("app/a.py") == b"a\r\n"


def test_files_that_are_not_listed_can_be_read(root: Path) -> None:
    assert WorkingTree(root, []).read("b.py") == b"b"


def test_the_overlay_goes_first(root: Path) -> None:
    source = WorkingTree(root, ["b.py"], {"b.py": b"", "new/c.py": b"c"})
    assert source.list() == ("b.py", "new/c.py")
    assert source.read("b.py") == b""
    assert source.read("new/c.py") == b"c"


@pytest.mark.parametrize("path", ["none.py", "app/none.py", "../b.py", "app/../../b.py", "/etc/hosts"])
def test_what_is_not_there(root: Path, path: str) -> None:
    with pytest.raises(FileNotFoundError):
        WorkingTree(root, []).read(path)


def test_folders_and_pipes_are_no_files(root: Path) -> None:
    source = WorkingTree(root, [])
    with pytest.raises(IsADirectoryError):
        source.read("app")
    if hasattr(os, "mkfifo"):
        os.mkfifo(root / "pipe.py")
        with pytest.raises(OSError, match="not a regular file"):
            source.read("pipe.py")
