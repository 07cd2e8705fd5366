"""What a cached answer depends on besides the project: the analyser itself.

A release is known by its version, wherever and whenever it was installed: a pipeline installs it anew each time. Whoever works on the
analyser or on a rule pack has many states of one version, so there the sizes and times of the source files count as well, and an installed
pack of somebody else's is known by its text. A few hundred files are looked at in two milliseconds.
"""

from __future__ import annotations

import importlib.util
import os
import sys
from collections.abc import Callable, Iterator
from functools import cache
from hashlib import blake2b
from pathlib import Path

import msgspec

import backend_lint
from backend_lint.engine.registry import BUILT_IN_PACK, Packs, Registry

_SIZE = 12


@cache
def of_trees() -> bytes:
    """What trees depend on: the code that makes them, the parser, and the interpreter's tables of characters and codecs."""
    hashed = blake2b(_versions(), digest_size=_SIZE)
    for folder in backend_lint.__path__:
        _add(hashed, os.path.join(folder, "source"), _size if _is_installed(folder) else _state)
    return hashed.digest()


@cache
def of_analyser(pack: Packs) -> bytes | None:
    """What findings depend on: all of the analyser, and the rules of a package or of several packs. None when nobody can say what the rules
    are."""
    if isinstance(pack, Registry):
        return None
    if isinstance(pack, tuple):
        parts = [of_analyser(each) if isinstance(each, str) else each.digest.encode() for each in pack]
        return None if None in parts else blake2b(repr(parts).encode(), digest_size=_SIZE).digest()
    hashed = blake2b(_versions() + pack.encode(), digest_size=_SIZE)
    folders = _folders(pack)
    if not folders:
        file = _file(pack)
        if file is None:
            return None
        hashed.update(repr(_text(file)).encode())
    for folder in backend_lint.__path__:
        _add(hashed, folder, _size if _is_installed(folder) else _state)
    for folder in folders:
        known_by = _state if not _is_installed(folder) else _size if pack == BUILT_IN_PACK else _text
        _add(hashed, folder, known_by)
    return hashed.digest()


def _versions() -> bytes:
    parser = [_text(os.path.join(folder, "_version.py")) for folder in _folders("libcst")]
    return repr((backend_lint.__version__, sys.version_info[:3], msgspec.__version__, parser)).encode()


def _folders(package: str) -> list[str]:
    """The folders of a package, found without importing it where that can be."""
    known = sys.modules.get(package)
    if known is not None:
        return [folder for folder in getattr(known, "__path__", ()) if os.path.isdir(folder)]
    try:
        spec = importlib.util.find_spec(package)
    except (ImportError, AttributeError, ValueError):
        return []
    return [folder for folder in (spec and spec.submodule_search_locations) or () if os.path.isdir(folder)]


def _file(module: str) -> str | None:
    """The file of a module that is no package; None when it has none."""
    try:
        spec = importlib.util.find_spec(module)
    except (ImportError, AttributeError, ValueError):
        return None
    return spec.origin if spec is not None and spec.origin is not None and spec.origin.endswith(".py") else None


def _is_installed(folder: str) -> bool:
    """Whether a package was installed, and is not where somebody works on it."""
    return not {"site-packages", "dist-packages"}.isdisjoint(Path(folder).parts)


def _add(hashed: blake2b, folder: str, known_by: Callable[[str], object]) -> None:
    for path in sorted(_sources(folder)):
        hashed.update(repr((os.path.relpath(path, folder), known_by(path))).encode("utf-8", "surrogateescape"))


def _sources(folder: str) -> Iterator[str]:
    pending = [folder]
    while pending:
        try:
            with os.scandir(pending.pop()) as entries:
                for entry in entries:
                    if entry.name.endswith(".py"):
                        yield entry.path
                    elif entry.name != "__pycache__" and entry.is_dir():
                        pending.append(entry.path)
        except OSError:
            continue


def _size(path: str) -> int | None:
    try:
        return os.stat(path).st_size
    except OSError:
        return None


def _state(path: str) -> tuple[int, int] | None:
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_size, found.st_mtime_ns


def _text(path: str) -> bytes | None:
    try:
        return blake2b(Path(path).read_bytes()).digest()
    except OSError:
        return None
