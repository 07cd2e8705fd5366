"""Where the bytes of a project's files come from.

An analysis asks a `FileSource` and nothing else, so that the same analysis runs over the working tree, over what is staged, and over a
revision.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol


class FileSource(Protocol):
    """One state of a project's files, which does not change while it is looked at. Paths are relative to the root, in POSIX form."""

    def read(self, path: str) -> bytes:
        """The bytes of a file. Raises OSError, `FileNotFoundError` when there is no such file."""
        ...

    def list(self) -> Sequence[str]:
        """The paths of all files that belong to the project, sorted."""
        ...


class WorkingTree:
    """The files on disk under `root`.

    `paths` are the files that belong to the project; others can be read too. `overlay` holds bytes that stand for a file's own, whether it
    exists or not: what an editor or a pipe hands in.
    """

    def __init__(self, root: Path, paths: Sequence[str], overlay: Mapping[str, bytes] | None = None) -> None:
        self.root = root
        self._folder = str(root).rstrip("/")
        self.overlay = dict(overlay or {})
        self._paths = tuple(sorted({*paths, *self.overlay}))

    def read(self, path: str) -> bytes:
        """The bytes of a file.

        Raises `FileNotFoundError` when there is none, and another OSError when it cannot be read or is no regular file: reading a pipe
        or a device may never end.
        """
        found = self.overlay.get(path)
        if found is not None:
            return found
        if path.startswith("/") or ".." in path.split("/"):
            raise FileNotFoundError(errno.ENOENT, "not inside the project", path)
        file = f"{self._folder}/{path}"
        # Asked before it is opened: to open a pipe is to wait for its other end.
        mode = os.stat(file).st_mode
        if stat.S_ISDIR(mode):
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), path)
        if not stat.S_ISREG(mode):
            raise OSError(errno.EINVAL, "not a regular file", path)
        with open(file, "rb", buffering=0) as opened:
            return opened.read()

    def list(self) -> Sequence[str]:
        """The paths of all files that belong to the project and of those in the overlay, sorted."""
        return self._paths
