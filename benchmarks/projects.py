"""Copies of a project to measure on, so that nothing of the project itself is changed."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from backend_lint.engine.discovery import discover


@dataclass(frozen=True)
class Project:
    """A folder and its Python files, with the number of their lines."""

    folder: Path
    files: tuple[Path, ...]
    lines: int

    @property
    def middle(self) -> Path:
        """A file of usual length."""
        return sorted(self.files, key=lambda file: (file.stat().st_size, str(file)))[len(self.files) // 2]


def opened(folder: Path) -> Project:
    """The project in a folder, with the files that `check` would look at without a configuration."""
    found = discover([folder], Path.cwd(), lambda root: lambda path: False)
    files = tuple(each.root / path for each in found for path in each.targets)
    return Project(folder, files, sum(file.read_bytes().count(b"\n") for file in files))


def copied(project: Project, folder: Path) -> Project:
    """A copy of a project's Python files."""
    return _put(project, project.files, folder)


def grown(project: Project, folder: Path, lines: int) -> Project:
    """A project of about so many lines: the first files of `project`, or several copies of it, each in a folder of another name."""
    made: list[Project] = []
    missing = lines
    while missing > 0:
        taken: list[Path] = []
        for file in project.files:
            if missing <= 0:
                break
            taken.append(file)
            missing -= file.read_bytes().count(b"\n")
        made.append(_put(project, taken, folder / f"part{len(made) + 1}"))
        if not project.lines:
            break
    (folder / "pyproject.toml").touch()
    return Project(folder, tuple(file for each in made for file in each.files), sum(each.lines for each in made))


def _put(project: Project, files: Sequence[Path], folder: Path) -> Project:
    top = project.folder.resolve()
    placed = []
    lines = 0
    for file in files:
        target = folder / file.relative_to(top)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, target)
        placed.append(target)
        lines += target.read_bytes().count(b"\n")
    return Project(folder, tuple(placed), lines)
