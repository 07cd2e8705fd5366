"""Files that have not changed are not read again; those that may have changed are."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from backend_lint.engine import file_states
from backend_lint.engine.file_states import FileStates, digest_of
from backend_lint.source.files import WorkingTree

HOUR = 3_600_000_000_000


class Counting(WorkingTree):
    """A working tree that counts what is read."""

    def __init__(self, root: Path) -> None:
        super().__init__(root, ())
        self.asked: list[str] = []

    def read(self, path: str) -> bytes:
        self.asked.append(path)
        return super().read(path)


@pytest.fixture
def tree(tmp_path: Path) -> Counting:
    return Counting(tmp_path)


def later(monkeypatch: pytest.MonkeyPatch, by: int = HOUR) -> None:
    """Let so many nanoseconds pass."""
    now = time.time_ns
    monkeypatch.setattr(file_states.time, "time_ns", lambda: now() + by)


def looked_at(tree: Counting, path: str) -> FileStates:
    """What the next run knows after one that has read a file."""
    states = FileStates(tree.root)
    states.read(tree, path)
    tree.asked.clear()
    return FileStates(tree.root, states.encoded())


def test_a_file_that_has_not_changed_is_not_read_again(tree: Counting, monkeypatch: pytest.MonkeyPatch) -> None:
    (tree.root / "a.py").write_bytes(b"x = 1\n")
    later(monkeypatch)
    states = looked_at(tree, "a.py")
    assert (states.digest(tree, "a.py"), tree.asked, states.has_changed) == (digest_of(b"x = 1\n"), [], False)


@pytest.mark.parametrize("content", [b"x = 2\n", b"x = 12\n"])
def test_a_file_that_has_changed_is(tree: Counting, monkeypatch: pytest.MonkeyPatch, content: bytes) -> None:
    file = tree.root / "a.py"
    file.write_bytes(b"x = 1\n")
    later(monkeypatch)
    states = looked_at(tree, "a.py")
    file.write_bytes(content)
    os.utime(file, ns=(0, file.stat().st_mtime_ns + 10_000_000))
    assert (states.digest(tree, "a.py"), tree.asked) == (digest_of(content), ["a.py"])


def test_an_edit_of_the_same_size_in_the_same_tick_of_the_clock_is_seen(tree: Counting) -> None:
    file = tree.root / "a.py"
    file.write_bytes(b"x = 1\n")
    before = file.stat()
    states = looked_at(tree, "a.py")
    file.write_bytes(b"x = 2\n")
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert states.digest(tree, "a.py") == digest_of(b"x = 2\n")


@pytest.mark.skipif(os.name == "nt", reason="there is no time of the inode's change there")
def test_an_edit_whose_time_was_put_back_is_seen_at_any_time(tree: Counting, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tree.root / "a.py"
    file.write_bytes(b"x = 1\n")
    before = file.stat()
    later(monkeypatch)
    states = looked_at(tree, "a.py")
    time.sleep(0.02)
    file.write_bytes(b"x = 2\n")
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert states.digest(tree, "a.py") == digest_of(b"x = 2\n")


def test_a_time_from_the_future_says_nothing(tree: Counting, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tree.root / "a.py"
    file.write_bytes(b"x = 1\n")
    os.utime(file, ns=(0, time.time_ns() + 3 * HOUR))
    later(monkeypatch)
    assert looked_at(tree, "a.py").digest(tree, "a.py") == digest_of(b"x = 1\n")
    assert tree.asked == ["a.py"]


def test_files_that_are_gone_or_unreadable_have_no_digest_and_are_forgotten(tree: Counting, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("a.py", "b.py"):
        (tree.root / name).write_bytes(b"x = 1\n")
    later(monkeypatch)
    states = FileStates(tree.root)
    for name in ("a.py", "b.py"):
        states.read(tree, name)
    (tree.root / "a.py").unlink()
    (tree.root / "folder.py").mkdir()
    states = FileStates(tree.root, states.encoded())
    assert [states.digest(tree, name) for name in ("a.py", "folder.py", "nowhere.py", "../b.py")] == [None] * 4
    tree.asked.clear()
    assert (FileStates(tree.root, states.encoded()).digest(tree, "b.py"), tree.asked) == (digest_of(b"x = 1\n"), [])


@pytest.mark.parametrize("data", [b"", b"\xc1", b"\x81\xa1a\x93\x01\x02\x03", b"\x81" * 10_000, b"\x91" * 1_000_000])
def test_what_cannot_be_read_says_nothing(tree: Counting, data: bytes) -> None:
    (tree.root / "a.py").write_bytes(b"x = 1\n")
    assert FileStates(tree.root, data).digest(tree, "a.py") == digest_of(b"x = 1\n")
