"""The files of a project, and those among them that are to be checked."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from backend_lint.engine.ignores import Ignores, is_environment, is_left_out, is_left_out_in
from backend_lint.engine.result import Problem
from backend_lint.engine.roots import project_root
from backend_lint.source.files import FileSource, WorkingTree

SUFFIXES = (".py", ".pyi")

#: Says whether the configuration leaves out a root-relative path from checking; a folder's has a slash at its end.
Excluded = Callable[[str], bool]


class MissingPath(Exception):
    """A path that was named does not exist or is neither a file nor a folder; `args[0]` is the message."""


@dataclass(kw_only=True)
class ProjectFiles:
    """What a run looks at: `targets` are the files to check, `all` every Python file of the project, which questions across files may read.

    Paths are relative to `root`, in POSIX form, sorted. `problems` tells what could not be read while looking for the targets. `source`
    is where the files come from when that is not the disk; it then says which files there are. `is_whole` is whether the targets are all
    that the project has, but for what the configuration leaves out.
    """

    root: Path
    targets: tuple[str, ...]
    problems: list[Problem] = field(default_factory=list)
    source: FileSource | None = None
    is_whole: bool = False

    @cached_property
    def all(self) -> tuple[str, ...]:
        """Listed when first asked for: a check of a single file may never need it. What cannot be read is passed over."""
        listed = python_files(self.source) if self.source is not None else (entry.path for entry in walk(self.root))
        return tuple(sorted({*listed, *self.targets}))

    def opened(self, texts: Mapping[str, bytes] | None = None) -> FileSource:
        """Where the files' bytes come from; `texts` stand for those of some files on the disk."""
        return WorkingTree(self.root, self.all, texts) if self.source is None else self.source


def files_in(source: FileSource, root: Path, excluded: Excluded) -> ProjectFiles:
    """The files of a source as a project under `root`, to be checked are all that are not `excluded` with a folder above them."""

    targets = tuple(path for path in python_files(source) if not _is_excluded(path, excluded))
    return ProjectFiles(root=root, targets=targets, source=source, is_whole=True)


def _is_excluded(path: str, excluded: Excluded) -> bool:
    """Whether a file, or a folder above it, is left out."""
    parts = path.split("/")
    return excluded(path) or any(excluded("/".join(parts[:index]) + "/") for index in range(1, len(parts)))


def python_files(source: FileSource) -> list[str]:
    """The Python files of a source that are the project's own, sorted: folders that customarily hold no code of it are left out."""
    listed = source.list()
    known = frozenset(listed)
    return [path for path in listed if path.endswith(SUFFIXES) and _is_text(path) and not is_left_out_in(path, known)]


@dataclass(frozen=True)
class Entry:
    """A Python file that a walk met. `linked` is true of those reached through a symbolic link: they are read where they really lie."""

    path: str
    linked: bool = False


def discover(
    targets: Sequence[Path], current: Path, excluded: Callable[[Path], Excluded], *, force_exclude: bool = False
) -> list[ProjectFiles]:
    """The projects that `targets` lie in, each with the files that are to be checked.

    `targets` are files and folders, relative to `current`; a file that is named is always taken, unless `force_exclude` says that what the
    configuration leaves out is left out nevertheless. `excluded` gives, for a project's root,
    the question which paths its configuration leaves out. Raises `MissingPath`.
    """
    current = Path(os.path.realpath(current))
    projects: dict[Path, list[Path]] = {}
    for target in targets:
        real = Path(os.path.realpath(current / target))
        if not real.is_file() and not real.is_dir():
            state = "is no file and no folder" if os.path.lexists(real) else "does not exist"
            raise MissingPath(f"{target}: this path {state}")
        projects.setdefault(project_root(real, current), []).append(real)
    return [_files_of(root, inside, excluded(root), force_exclude=force_exclude) for root, inside in projects.items()]


def _files_of(root: Path, targets: Sequence[Path], excluded: Excluded, *, force_exclude: bool) -> ProjectFiles:
    found: set[str] = set()
    problems: list[Problem] = []
    for target in targets:
        path = target.relative_to(root).as_posix()
        if target.is_file():
            if not force_exclude or not _is_excluded(path, excluded):
                found.add(path)
            continue
        start = "" if path == "." else path
        rule = _never if start and excluded(start + "/") else excluded
        found.update(entry.path for entry in walk(root, start, rule, problems) if not entry.linked)
    return ProjectFiles(root=root, targets=tuple(sorted(found)), problems=problems, is_whole=root in targets)


def _never(path: str) -> bool:
    return False


def walk(root: Path, start: str = "", excluded: Excluded = _never, problems: list[Problem] | None = None) -> Iterator[Entry]:
    """The Python files below the folder `start` of `root` (both without symbolic links in their path), in no particular order.

    `.gitignore` files hold from `root` down, and folders that customarily hold no code of the project are passed over. Symbolic links are
    followed inside `root` only, each linked folder once and not through further links to folders, so that a walk always ends. What cannot
    be read is added to `problems`.
    """
    top = str(root)
    ignores = Ignores.at_root(root)
    parts = start.split("/") if start else []
    for index in range(len(parts)):
        ignores = ignores.below(root, "/".join(parts[: index + 1]))
    linked_folders: set[str] = set()
    # Folders to look into, with what holds around them and whether they were reached through a link.
    pending: list[tuple[str, Ignores, bool]] = [(start, ignores, False)]
    while pending:
        folder, ignores, linked = pending.pop()
        try:
            with os.scandir(os.path.join(top, folder) if folder else top) as listing:
                entries = list(listing)
        except OSError as fault:
            _note(problems, folder or ".", f"cannot list this folder: {fault.strerror or fault}")
            continue
        if folder != start:
            # The listing says what holds below, so that nothing has to be looked for in each folder.
            names = {entry.name for entry in entries}
            if is_environment(names):
                continue
            if ".gitignore" in names:
                ignores = ignores.below(top, folder)
        for entry in entries:
            name = entry.name
            try:
                is_folder = entry.is_dir()
                if not is_folder and not (name.endswith(SUFFIXES) and entry.is_file()):
                    continue
            except OSError:
                continue
            path = f"{folder}/{name}" if folder else name
            is_link = entry.is_symlink()
            if not _is_text(name):
                if not is_folder:
                    shown = path.encode("utf-8", "backslashreplace").decode()
                    _note(problems, shown, "the file's name is not valid UTF-8, so it is not checked")
                continue
            if is_folder:
                if is_left_out(name, entry.path) or ignores.match(path + "/") or excluded(path + "/"):
                    continue
                if is_link:
                    real = os.path.realpath(entry.path)
                    if (
                        linked
                        or real in linked_folders
                        or not _is_inside(real, top)
                        or _is_inside(os.path.realpath(top + "/" + folder), real)
                    ):
                        continue
                    linked_folders.add(real)
                pending.append((path, ignores, linked or is_link))
            elif not ignores.match(path) and not excluded(path) and (not is_link or _is_inside(os.path.realpath(entry.path), top)):
                yield Entry(path, linked or is_link)


def _is_inside(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder.rstrip("/") + "/")


def _is_text(name: str) -> bool:
    """False for a name whose bytes Python could only keep as lone surrogates: no report could spell it."""
    return name.isascii() or not any("\ud800" <= letter <= "\udfff" for letter in name)


def _note(problems: list[Problem] | None, path: str, message: str) -> None:
    if problems is not None:
        problems.append(Problem(kind="unreadable", path=path, message=message))


def for_stdin(name: Path, current: Path) -> ProjectFiles:
    """The project of a file whose text comes from elsewhere; `name`, relative to `current`, need not exist."""
    current = Path(os.path.realpath(current))
    real = Path(os.path.realpath(current / name))
    root = project_root(real, current)
    return ProjectFiles(root=root, targets=(real.relative_to(root).as_posix(),))
