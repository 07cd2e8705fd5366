"""The patterns of one `.gitignore` (https://git-scm.com/docs/gitignore), for a walk that asks about a folder before what is in it.

Such a walk never asks about what lies below an ignored folder. So nearly every pattern is a comparison of names, which needs no regular
expression and is done for all patterns at once; `pathspec` takes those that are not.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

#: Whether a path is meant, which has a slash at its end when it is a folder.
Test = Callable[[str], bool]

#: Sets of characters as `fnmatch` understands them too.
_SETS = re.compile(r"\[!?[^]\[!^\\/:][^]\[\\/:]*\]")


class Patterns:
    """The patterns in lines of text; what is no pattern is left out. Where several mean a path, the last one decides."""

    __slots__ = ("_included", "_names", "_others", "_paths", "_suffixes")

    def __init__(self, lines: Iterable[str]) -> None:
        #: By the number of each pattern whether it ignores, or takes back.
        self._included: list[bool] = []
        # Each pattern is in one of these, by its number, with whether it means folders only.
        self._names: dict[str, list[tuple[int, bool]]] = {}
        self._suffixes: list[tuple[str, int, bool]] = []
        self._paths: dict[str, list[tuple[int, bool]]] = {}
        self._others: list[tuple[Test, int, bool]] = []
        for line in lines:
            if line.strip() and not line.lstrip().startswith("#"):
                self._add(line.rstrip())

    def __bool__(self) -> bool:
        return bool(self._included)

    def verdict(self, path: str) -> bool | None:
        """Whether `path`, relative to the patterns' folder and with a slash at its end when it is a folder, is ignored (True) or taken back
        (False); None when no pattern means it."""
        is_folder = path.endswith("/")
        bare = path[:-1] if is_folder else path
        name = bare[bare.rfind("/") + 1 :]
        last = -1
        for number, of_folders in (*self._names.get(name, ()), *self._paths.get(bare, ())):
            if number > last and (is_folder or not of_folders):
                last = number
        for suffix, number, of_folders in self._suffixes:
            if number > last and name.endswith(suffix) and (is_folder or not of_folders):
                last = number
        for test, number, of_folders in self._others:
            if number > last and (is_folder or not of_folders) and test(path):
                last = number
        return self._included[last] if last >= 0 else None

    def _add(self, line: str) -> None:
        number = len(self._included)
        pattern = line.removeprefix("!")
        of_folders = pattern.endswith("/")
        body = pattern.rstrip("/")
        is_anywhere = body.startswith("**/")
        if is_anywhere:
            body = body[3:]
        is_below = body.endswith("/**")
        if is_below:
            body = body[:-3]
        is_name = "/" not in body and not is_below
        body = body.removeprefix("/")
        if not body and not is_below:
            return
        if not body or "\\" in body or "**" in body or "//" in pattern or "[" in _SETS.sub("", body):
            test = _by_pathspec(line)
            if test is None:
                return
            self._others.append((test, number, False))  # it minds the slash itself
        elif not any(mark in body for mark in "*?[") and (is_name or not (is_anywhere or is_below)):
            table = self._names if is_name else self._paths
            table.setdefault(body, []).append((number, of_folders))
        elif is_name and body.startswith("*") and not any(mark in body[1:] for mark in "*?["):
            self._suffixes.append((body[1:], number, of_folders))
        else:
            self._others.append(
                (_of_name(body) if is_name else _of_parts(body, is_anywhere=is_anywhere, is_below=is_below), number, of_folders)
            )
        self._included.append(not line.startswith("!"))


def _of_name(pattern: str) -> Test:
    matches = _glob(pattern)
    return lambda path: matches(path.rstrip("/").rpartition("/")[2])


def _of_parts(pattern: str, *, is_anywhere: bool, is_below: bool) -> Test:
    """The test of a pattern with slashes, `is_anywhere` of one that begins with `**/`, `is_below` of one that ends with `/**`."""
    tests = [_glob(part) for part in pattern.split("/")]

    def matches(path: str) -> bool:
        parts = path.rstrip("/").split("/")
        end = len(parts) - len(tests)
        if end < is_below:
            return False
        starts = range(end) if is_anywhere and is_below else (end,) if is_anywhere else (0,) if is_below or end == 0 else ()
        return any(all(test(part) for test, part in zip(tests, parts[start:], strict=False)) for start in starts)

    return matches


def _glob(pattern: str) -> Test:
    if not any(mark in pattern for mark in "*?["):
        return lambda name: name == pattern
    from fnmatch import translate

    match = re.compile(translate(pattern)).match
    return lambda name: match(name) is not None


def _by_pathspec(line: str) -> Test | None:
    """The test of a pattern that is more than names; None for what is no pattern."""
    from backend_lint.engine.ignores import spec_of

    spec = spec_of([line.removeprefix("!")])
    return spec.match_file if spec is not None else None
