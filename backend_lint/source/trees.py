"""The files of a git tree as a `FileSource`: what is staged, what a patch makes, a revision."""

from __future__ import annotations

import errno
import os
import subprocess
from collections.abc import Mapping, Sequence
from typing import Any

from backend_lint.source.files import FileSource
from backend_lint.source.git import Repository

#: How a file begins whose content Git LFS keeps elsewhere, https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md.
_POINTER = b"version https://git-lfs.github.com/spec/"


class GitTree:
    """The files of one tree. It may be handed to other processes: each reads through a git process of its own."""

    def __init__(self, repository: Repository, blobs: Mapping[str, str]) -> None:
        """`blobs` maps the path of each file to the id of its content, as `Repository.files_in` gives them."""
        self.blobs = dict(blobs)
        self._repository = repository
        self._process: subprocess.Popen[bytes] | None = None
        self._owner = 0
        self._known: dict[str, bytes] = {}

    def list(self) -> Sequence[str]:
        """The paths of all files, sorted."""
        return sorted(self.blobs)

    def read(self, path: str) -> bytes:
        """The bytes of a file. Raises `FileNotFoundError` when the tree has none, and OSError when the repository lacks its content."""
        blob = self.blobs.get(path)
        if blob is None:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), path)
        data = self._known.get(blob)
        if data is None:
            data = self._known[blob] = self._fetch(blob, path)
        return data

    def _fetch(self, blob: str, path: str) -> bytes:
        process = self._running()
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            process.stdin.write(blob.encode("ascii") + b"\n")
            process.stdin.flush()
            words = process.stdout.readline().split()
            if len(words) != 3 or words[1] != b"blob":
                raise OSError(errno.EIO, "the repository does not have this file's content", path)
            size = int(words[2])
            data = process.stdout.read(size)
            process.stdout.read(1)
        except (BrokenPipeError, ValueError):
            self.close()
            raise OSError(errno.EIO, "git stopped while it was asked for this file", path) from None
        if len(data) != size:
            self.close()
            raise OSError(errno.EIO, "git stopped while it was asked for this file", path)
        if data.startswith(_POINTER):
            raise OSError(errno.EIO, "its content is kept by Git LFS, outside of the repository", path)
        return data

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._owner != os.getpid():
            self._process = self._repository.batch()
            self._owner = os.getpid()
        return self._process

    def close(self) -> None:
        """End the git process, if one runs."""
        process, self._process = self._process, None
        if process is not None and self._owner == os.getpid():
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    pipe.close()
            process.wait()

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_process": None, "_known": {}}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)


class Layered:
    """One source in front of another: a file is read from the first that lists it. What neither lists is not there, whatever the disk
    holds, so that both sides of a comparison see files by the same rule."""

    def __init__(self, front: GitTree, back: FileSource) -> None:
        self.front = front
        self.back = back
        self._listed = frozenset(back.list())

    def list(self) -> Sequence[str]:
        """The paths of all files of both, sorted."""
        return sorted({*self.front.list(), *self._listed})

    def read(self, path: str) -> bytes:
        """The bytes of a file. Raises OSError as the two do."""
        if path not in self.front.blobs and path in self._listed:
            return self.back.read(path)
        return self.front.read(path)
