"""Where imports lead: from a dotted name and the importing file to a file of the project.

Nothing has to be configured. A source root is whatever folder makes an import work, as it would when the project is run: the project's top,
`src/`, the folder of `manage.py`, `backend/`, each app of a monorepo. The folder nearest to the importing file wins, so two apps whose
modules have the same names are kept apart.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from functools import cached_property
from posixpath import dirname
from typing import TypeAlias

#: An import: its leading dots, the name behind them, and the file in which it stands.
Import: TypeAlias = tuple[int, str, str]
#: Files whose folder is where a project is started or installed from.
ROOT_MARKERS = ("manage.py", "pyproject.toml", "setup.py", "setup.cfg", "requirements.txt")


class Layout:
    """The project's Python files, seen as modules. Paths are relative to the project root, in POSIX form.

    `asked` holds all imports that were asked for, with their answers. An answer hangs on which files there are, so these are what has to be
    asked again when that has changed.
    """

    def __init__(self, files: Iterable[str], external_names: frozenset[str] = frozenset()) -> None:
        self.files = frozenset(files)
        self._external = external_names
        self._by_stem: dict[str, list[tuple[tuple[str, ...], str]]] = {}
        self._packages: set[str] = set()
        #: All folders that hold a file, directly or not.
        self.folders: set[str] = set()
        for path in self.files:
            parts = tuple(path[:-3].split("/")) if path.endswith(".py") else tuple(path[:-4].split("/"))
            if path.endswith(".pyi") and path[:-1] in self.files:
                continue
            if parts[-1] == "__init__":
                parts = parts[:-1]
                self._packages.add(dirname(path))
            if parts:
                self._by_stem.setdefault(parts[-1], []).append((parts, path))
            folder = dirname(path)
            while folder not in self.folders:
                self.folders.add(folder)
                folder = dirname(folder)
        self.asked: dict[Import, str | None] = {}
        self._absolute: dict[tuple[str, str], str | None] = {}
        self._names: dict[str, str] = {}
        self._roots = {dirname(path) for path in self.files if path.endswith("manage.py")}

    @cached_property
    def names(self) -> frozenset[bytes]:
        """The names of all folders and modules, each by itself."""
        found = {folder.rpartition("/")[2] for folder in self.folders}
        found.update(self._by_stem)
        found.discard("")
        return frozenset(name.encode("utf-8", "surrogatepass") for name in found)

    def is_package(self, path: str) -> bool:
        return path.endswith(("/__init__.py", "/__init__.pyi")) or path in ("__init__.py", "__init__.pyi")

    def module_name(self, path: str) -> str:
        """The dotted name a file has as a module: from its outermost package, or from the project root where there are no packages."""
        known = self._names.get(path)
        if known is None:
            parts = path.rsplit(".", 1)[0].split("/")
            if parts[-1] == "__init__":
                parts.pop()
            first = len(parts) - 1
            if any(p for p in self._packages):
                folder = dirname(path)
                if self.is_package(path):
                    folder = dirname(folder)
                while folder in self._packages and first > 0:
                    first -= 1
                    folder = dirname(folder)
            if first == len(parts) - 1 and first > 0 and dirname(path) not in self._roots:
                first = 1 if parts[0] in ("src", "lib") else 0
            known = self._names[path] = ".".join(parts[first:]) or "__init__"
        return known

    def resolve(self, dotted: str, importer: str) -> str | None:
        """The file that `import dotted` loads when it stands in the file `importer`; None when it is not the project's."""
        return self.imported(0, dotted, importer)

    def imported(self, level: int, dotted: str, importer: str) -> str | None:
        """The file that `from <level dots>dotted import ...` loads when it stands in `importer`, absolute where there are no dots."""
        key = (level, dotted, importer)
        if key not in self.asked:
            folder = dirname(importer)
            self.asked[key] = self._below(level, dotted, folder) if level else self._absolutely(dotted, folder)
        return self.asked[key]

    def _absolutely(self, dotted: str, folder: str) -> str | None:
        key = (dotted, folder)
        if key not in self._absolute:
            self._absolute[key] = self._search(tuple(dotted.split(".")), folder)
        return self._absolute[key]

    def _below(self, level: int, dotted: str, folder: str) -> str | None:
        for _ in range(level - 1):
            folder = dirname(folder)
        inside = dotted.replace(".", "/")
        base = "/".join(part for part in (folder, inside) if part)
        return self._file_at(base)

    def submodule(self, package: str, name: str) -> str | None:
        """The file of the module `name` inside the package whose `__init__` file is `package`."""
        return self.imported(1, name, package)

    def _file_at(self, base: str) -> str | None:
        # A package hides a module of its name beside it, as it does for Python.
        for candidate in (f"{base}/__init__.py", f"{base}.py", f"{base}/__init__.pyi", f"{base}.pyi"):
            candidate = candidate.lstrip("/")
            if candidate in self.files:
                return candidate
        return None

    def _search(self, parts: tuple[str, ...], folder: str) -> str | None:
        best: tuple[tuple[int, ...], str] | None = None
        for candidate, path in self._by_stem.get(parts[-1], ()):
            if len(candidate) < len(parts) or candidate[-len(parts) :] != parts:
                continue
            root = "/".join(candidate[: len(candidate) - len(parts)])
            rank: tuple[int, ...] | None = self._rank(root, folder, parts[0], single=len(parts) == 1)
            if rank is None:
                continue
            rank = (*rank, int(self.is_package(path)))
            if best is None or rank > best[0] or (rank == best[0] and path < best[1]):
                best = (rank, path)
        return best[1] if best else None

    def _rank(self, root: str, folder: str, first: str, *, single: bool) -> tuple[int, int, int] | None:
        """How plausible it is that `root` is on the import path of a file in `folder`; None for not at all."""
        is_ancestor = root == "" or folder == root or folder.startswith(root + "/")
        in_package = root in self._packages
        marked = (
            root == ""
            or root in self._roots
            or root.rsplit("/", 1)[-1] in ("src", "lib")
            or any(f"{root}/{marker}" in self.files for marker in ROOT_MARKERS)
        )
        if first in sys.stdlib_module_names or first in self._external:
            # A file named like a library shadows it only from a real source root.
            if in_package or not marked:
                return None
            if single and not is_ancestor:
                return None
        if not is_ancestor and in_package:
            return None
        depth = root.count("/") + 1 if root else 0
        common = 0
        for left, right in zip(root.split("/"), folder.split("/"), strict=False):
            if left != right:
                break
            common += 1
        return (0 if in_package else 1, common if is_ancestor else common - 100, -depth if not is_ancestor else depth)
