"""What the files of a project held when they were last looked at, so that one that has not changed since need not be read."""

from __future__ import annotations

import os
import time
from hashlib import blake2b
from pathlib import Path
from typing import TypeAlias

import msgspec

from backend_lint.source.files import FileSource, WorkingTree

#: Size, time of the last change of the content and of the inode in nanoseconds, inode, digest of the content.
State: TypeAlias = tuple[int, int, int, int, bytes]

#: A file may change again without its time changing while the clock of its file system stands still: up to two seconds (FAT). What changed
#: so shortly before it was looked at is read again the next time; git calls it racily clean.
_RACY = 2_000_000_000

DIGEST = 20


def digest_of(data: bytes) -> bytes:
    """What a file's content is known by."""
    return blake2b(data, digest_size=DIGEST).digest()


class FileStates:
    """The states of the files below `root`. `data` is what `encoded` gave when the project was last looked at."""

    def __init__(self, root: Path, data: bytes | None = None) -> None:
        self._root = str(root)
        self._known: dict[str, State] = {}
        self.seen: dict[str, State] = {}
        if data is not None:
            try:
                self._known = _decoder.decode(data)
            except (msgspec.DecodeError, RecursionError):
                self._known = {}

    def digest(self, source: FileSource, path: str) -> bytes | None:
        """The digest of a file's content, which is read where it may have changed; None when it cannot be read."""
        before = self._stat(path)
        known = self._known.get(path)
        if before is not None and known is not None and known[:4] == _numbers(before):
            return known[4]
        taken = time.time_ns()
        try:
            data = source.read(path)
        except OSError:
            self._forget(path)
            return None
        found = digest_of(data)
        self._note(path, before, taken, found)
        return found

    def read(self, source: FileSource, path: str) -> tuple[bytes, bytes]:
        """The bytes of a file and their digest. Raises OSError."""
        before, taken = self._stat(path), time.time_ns()
        data = source.read(path)
        found = digest_of(data)
        self._note(path, before, taken, found)
        return data, found

    def add(self, seen: dict[str, State]) -> None:
        """Add what another process has seen."""
        self.seen.update(seen)

    @property
    def has_changed(self) -> bool:
        """Whether there is something new to keep."""
        return any(self._known.get(path) != state for path, state in self.seen.items())

    def encoded(self) -> bytes:
        """All that is known of files that are still there, to be kept for the next time."""
        kept = {path: state for path, state in self._known.items() if path in self.seen or os.path.lexists(f"{self._root}/{path}")}
        return _encoder.encode({**kept, **self.seen})

    def _stat(self, path: str) -> os.stat_result | None:
        try:
            return os.stat(f"{self._root}/{path}")
        except (OSError, ValueError):
            return None

    def _note(self, path: str, before: os.stat_result | None, taken: int, digest: bytes) -> None:
        # The state is older than the content or as old: when the file changed between the two, the next look at it sees another state.
        if before is None or max(before.st_mtime_ns, _changed(before)) + _RACY > taken:
            self._forget(path)
        else:
            self.seen[path] = (*_numbers(before), digest)

    def _forget(self, path: str) -> None:
        self._known.pop(path, None)
        self.seen.pop(path, None)


def _changed(found: os.stat_result) -> int:
    """When the inode changed last. On Windows that field is the time of the file's making, which says nothing."""
    return 0 if os.name == "nt" else found.st_ctime_ns


def _numbers(found: os.stat_result) -> tuple[int, int, int, int]:
    return found.st_size, found.st_mtime_ns, _changed(found), found.st_ino


def is_on_disk(source: FileSource) -> bool:
    """Whether a source gives what lies on the disk and nothing else."""
    return isinstance(source, WorkingTree) and not source.overlay


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(dict[str, State])
