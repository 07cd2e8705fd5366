"""Changed files written to the disk: each at once or not at all, with its mode, and never outside of the project."""

from __future__ import annotations

import os
import stat
import tempfile
from collections.abc import Sequence
from pathlib import Path

from backend_lint.engine.fixing import ChangedFile
from backend_lint.engine.result import Problem


def write(root: Path, files: Sequence[ChangedFile]) -> list[Problem]:
    """Write changed files below `root`; the problems of those that could not be written, which are left as they were."""
    problems = []
    for file in files:
        try:
            _write(os.path.realpath(root), file)
        except OSError as fault:
            problems.append(Problem(kind="unwritable", path=file.path, message=f"cannot write the fixes: {fault.strerror or fault}"))
    return problems


def _write(root: str, file: ChangedFile) -> None:
    """Put a new file in the place of one. Raises OSError where it is not what was read, or lies elsewhere."""
    path = os.path.realpath(os.path.join(root, file.path))
    if not path.startswith(root.rstrip(os.sep) + os.sep):
        raise OSError("a link leads out of the project")
    with open(path, "rb") as present:
        mode = os.fstat(present.fileno()).st_mode
        if not stat.S_ISREG(mode) or present.read() != file.before:
            raise OSError("the file has changed since it was checked")
    if not os.access(path, os.W_OK):
        raise OSError("the file is read-only")
    handle, name = tempfile.mkstemp(prefix=".", suffix=".fix", dir=os.path.dirname(path))
    try:
        with os.fdopen(handle, "wb") as new:
            new.write(file.after)
            new.flush()
            os.fsync(new.fileno())
        os.chmod(name, stat.S_IMODE(mode))
        os.replace(name, path)
    except BaseException:
        os.unlink(name)
        raise
