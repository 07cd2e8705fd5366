"""Files of a project that describe its API, and where they are looked for."""

from __future__ import annotations

import os
from collections.abc import Iterable

#: Larger documents are not read.
MAX_BYTES = 2_000_000
_SUFFIXES = (".yaml", ".yml")
_MAX_DEPTH = 3
_MAX_FILES = 40
_SKIPPED = frozenset({"node_modules", "venv", "env", "site-packages", "__pycache__", "dist", "build"})


def among(paths: Iterable[str]) -> list[str]:
    """Those of some root-relative paths that may be API descriptions: in the top folders, by their names."""
    found: list[str] = []
    for path in paths:
        *folders, name = path.split("/")
        if len(folders) <= _MAX_DEPTH and _may_be_document(name) and not any(_is_passed_by(folder) for folder in folders):
            found.append(path)
    return found[:_MAX_FILES]


def on_disk(top: str) -> list[str]:
    """The files below the folder `top` that may be API descriptions, relative to it. Symbolic links are not followed."""
    found: list[str] = []
    for folder, folders, names in os.walk(top):
        relative = os.path.relpath(folder, top)
        depth = 0 if relative == "." else relative.count(os.sep) + 1
        folders[:] = [] if depth >= _MAX_DEPTH else sorted(name for name in folders if not _is_passed_by(name))
        for name in sorted(names):
            if _may_be_document(name) and len(found) < _MAX_FILES:
                full = os.path.join(folder, name)
                try:
                    if not os.path.islink(full) and os.path.getsize(full) <= MAX_BYTES:
                        found.append(name if relative == "." else f"{relative}/{name}".replace(os.sep, "/"))
                except OSError:
                    continue
    return found


def _may_be_document(name: str) -> bool:
    lower = name.lower()
    return lower.endswith(_SUFFIXES) or (lower.endswith(".json") and ("api" in lower or "swagger" in lower))


def _is_passed_by(folder: str) -> bool:
    return folder in _SKIPPED or folder.startswith(".")
