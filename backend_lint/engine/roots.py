"""Which folder a file belongs to: the project root that paths, configuration and imports are relative to."""

from __future__ import annotations

import os
from pathlib import Path

from backend_lint.engine.ignores import ignored_from

#: Files that mark a project's folder where there is no repository.
MARKERS = ("pyproject.toml", "setup.py", "setup.cfg", "manage.py", "backend-lint.toml")

#: Files that a project's folder usually holds, looked for where there is none of the above.
HINTS = ("requirements.txt", "Pipfile", "tox.ini", "Dockerfile", "docker-compose.yml", "README.md", "README.rst", "LICENSE")


def project_root(target: Path, current: Path, home: Path | None = None) -> Path:
    """The project root of `target`, a real absolute path that need not exist; `current` is the directory the user works in.

    It is the nearest folder upwards that is a repository; else the nearest with one of `MARKERS`, or of `HINTS`; else `current` when that
    holds the target and no other projects; else the target's own folder. A repository that ignores the target is not its project, and
    neither are the home folder (`home`, by default the user's) or the top of a file system, unless they are the target: they would make
    a stranger's files part of the project.
    """
    folder = target if target.is_dir() else target.parent
    limit = _home() if home is None else home
    candidates = [folder, *(above for above in _folders_above(folder, limit))]
    for candidate in candidates:
        if os.path.lexists(candidate / ".git"):
            ignored = ignored_from(candidate, target)
            if ignored is None:
                return candidate
            candidates = [inside for inside in candidates if inside == ignored or ignored in inside.parents]
            break
    for marks in (MARKERS, HINTS):
        for candidate in candidates:
            if any((candidate / mark).is_file() for mark in marks):
                return candidate
    if current in candidates and (current == folder or not _holds_projects(current)):
        return current
    return folder


def _holds_projects(folder: Path) -> bool:
    """Whether a folder is one where somebody keeps several projects, so that it is none itself."""
    marks = (".git", "requirements.txt", *MARKERS)
    try:
        with os.scandir(folder) as entries:
            return any(entry.is_dir() and any(os.path.lexists(os.path.join(entry.path, mark)) for mark in marks) for entry in entries)
    except OSError:
        return False


def _folders_above(folder: Path, home: Path | None) -> list[Path]:
    """The folders above, nearest first, up to the home folder or the border of the file system, both left out."""
    found: list[Path] = []
    try:
        device = folder.stat().st_dev
    except OSError:
        device = None
    for above in folder.parents:
        if above in (home, above.parent):
            break
        try:
            if device is not None and above.stat().st_dev != device:
                break
        except OSError:
            break
        found.append(above)
    return found


def _home() -> Path | None:
    try:
        return Path(os.path.realpath(Path.home()))
    except (RuntimeError, OSError):
        return None
