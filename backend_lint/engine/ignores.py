"""Files that are left out: by `.gitignore` (https://git-scm.com/docs/gitignore), by custom, and by patterns of the same form."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from backend_lint.engine.gitignore import Patterns

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

#: Folders that hold no code of the project's own: repositories' data, environments, installed packages, caches, build results.
EXCLUDED_FOLDERS = frozenset({
    ".git", ".hg", ".svn", ".bzr", "_darcs", ".jj", ".venv", "venv", "virtualenv", ".virtualenv", "node_modules", "bower_components",
    "site-packages", "dist-packages", "__pycache__", "__pypackages__", ".tox", ".nox", ".eggs", ".direnv", ".pixi", ".pyenv",
    ".mypy_cache", ".pytest_cache", ".ruff_cache", ".pytype", ".pyre", ".hypothesis", ".ipynb_checkpoints", ".cache", ".idea", ".vscode",
})  # fmt: skip

#: Folders that a build fills, unless they are packages of the project.
BUILD_FOLDERS = frozenset({"build", "dist", "_build", "buck-out"})


def spec_of(lines: Iterable[str]) -> GitIgnoreSpec | None:
    """The patterns of `lines`, with those left out that are none; None when nothing remains."""
    kept = [_without_stars(line) for line in lines if line.strip() and not line.lstrip().startswith("#")]
    if not kept:
        return None
    # Imported when there are patterns: it brings a package of back ends along.
    from pathspec import GitIgnoreSpec

    try:
        return GitIgnoreSpec.from_lines(kept)
    except ValueError:
        valid = [line for line in kept if is_pattern(line)]
        return GitIgnoreSpec.from_lines(valid) if valid else None


def _without_stars(line: str) -> str:
    """`lib/**` is all that is in lib and not lib itself, so that a later pattern can take something back. The parser of patterns takes it
    for lib as well; `lib/*` says the same and is understood, since what is below an ignored folder is never asked about."""
    return line.rstrip()[:-1] if line.rstrip().endswith("/**") else line


def is_pattern(line: str) -> bool:
    """Whether `line` is a pattern as `.gitignore` takes them."""
    from pathspec import GitIgnoreSpec

    try:
        GitIgnoreSpec.from_lines([line])
    except ValueError:
        return False
    return True


def read_patterns(path: str) -> Patterns | None:
    """The patterns in a file; None when there is no such file, or nothing in it."""
    try:
        with open(path, encoding="utf-8-sig", errors="replace") as file:
            text = file.read()
    except (OSError, ValueError):
        return None
    return Patterns(text.splitlines()) or None


class Ignores:
    """The `.gitignore` files that hold in one folder, outermost first, each with the length of its folder's path.

    Paths are relative to the root, in POSIX form; a folder's has a slash at its end when it is asked about.
    """

    __slots__ = ("_files",)

    def __init__(self, files: tuple[tuple[int, Patterns], ...] = ()) -> None:
        self._files = files

    @classmethod
    def at_root(cls, root: Path | str) -> Ignores:
        """Those at the top: the repository's own exclude file, then the top `.gitignore`."""
        found = (read_patterns(f"{root}/.git/info/exclude"), read_patterns(f"{root}/.gitignore"))
        return cls(tuple((0, patterns) for patterns in found if patterns is not None))

    def below(self, root: Path | str, folder: str) -> Ignores:
        """Those that hold in `folder`, a child of the folder these hold in."""
        patterns = read_patterns(f"{root}/{folder}/.gitignore")
        return self if patterns is None else Ignores((*self._files, (len(folder) + 1, patterns)))

    def match(self, path: str) -> bool:
        """Whether `path`, of an entry in this folder, is ignored. The innermost file that says something decides."""
        for length, patterns in reversed(self._files):
            verdict = patterns.verdict(path[length:])
            if verdict is not None:
                return verdict
        return False


def ignored_from(root: Path, target: Path) -> Path | None:
    """The outermost part of `target`'s path below the repository `root` that its `.gitignore` files leave out, None when none does."""
    parts = target.relative_to(root).parts
    if not parts:
        return None
    ignores = Ignores.at_root(root)
    for index in range(len(parts)):
        path = "/".join(parts[: index + 1])
        is_folder = index < len(parts) - 1 or target.is_dir()
        if ignores.match(path + "/" if is_folder else path):
            return root / path
        if is_folder:
            ignores = ignores.below(root, path)
    return None


def is_environment(names: Collection[str]) -> bool:
    """Whether a folder with entries of these names is a virtual environment, whatever its own (PEP 405: it holds `pyvenv.cfg`)."""
    return "pyvenv.cfg" in names


def is_left_out_in(path: str, files: frozenset[str]) -> bool:
    """Whether the file at `path` lies in a folder that is left out by custom, where `files` are all there are."""
    *folders, _ = path.split("/")
    above = ""
    for name in folders:
        above = f"{above}/{name}" if above else name
        if name in EXCLUDED_FOLDERS or name.endswith(".egg-info") or f"{above}/pyvenv.cfg" in files:
            return True
        if name in BUILD_FOLDERS and f"{above}/__init__.py" not in files:
            return True
    return False


def is_left_out(name: str, folder: str) -> bool:
    """Whether the folder `name`, at the absolute path `folder`, is left out by custom for its name. See `is_environment` too."""
    if name in EXCLUDED_FOLDERS or name.endswith(".egg-info"):
        return True
    return name in BUILD_FOLDERS and not os.path.lexists(f"{folder}/__init__.py")
