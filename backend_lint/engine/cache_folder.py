"""Where the cache lies, and whether a file that lies there may be believed.

The cache is the user's: by default it is kept in the user's own cache folder. Where the user wants it inside of the project, somebody else
may have put a file there that says what they like: so every entry is sealed with a secret that is kept in the user's own folder, outside of
the project, and a file that was not begun with it is left alone.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from backend_lint.engine.store import Store

#: The variable that names another folder.
VARIABLE = "BACKEND_LINT_CACHE_DIR"
_FILE, _SECRET = "cache.sqlite", "secret"
_SECRET_SIZE = 32


@dataclass(frozen=True)
class Cache:
    """A cache in `folder`; `own` is the folder of the user's where the secret is kept, None where there is none to be had. It says where
    and no more, so it may be handed to other processes."""

    folder: Path
    own: Path | None

    @property
    def file(self) -> Path:
        return self.folder / _FILE

    def store(self, root: Path) -> Store | None:
        """The store for a check of the project under `root`; None where nothing that lies there could be believed."""
        is_inside = _is_inside(self.folder, root) or _is_inside(self.file, root)
        own = None if self.own is None or _is_inside(self.own, root) else self.own
        secret = _secret(own) if own is not None else None
        if secret is None and is_inside:
            return None
        return Store(self.file, secret or b"", only_own=is_inside)

    def store_anywhere(self) -> Store:
        """The store for who asks about the cache itself, whatever it is of."""
        return Store(self.file)


def find(folder: Path | None = None, variables: Mapping[str, str] | None = None) -> Cache | None:
    """The cache in `folder`, else in that of the environment, else in the user's own; None when the environment names no home."""
    known = os.environ if variables is None else variables
    own = _own(known)
    named = folder or (Path(known[VARIABLE]) if known.get(VARIABLE) else None)
    chosen = Path(os.path.abspath(named)) if named is not None else own
    return None if chosen is None else Cache(chosen, own)


def _own(variables: Mapping[str, str]) -> Path | None:
    """The user's cache folder: https://specifications.freedesktop.org/basedir-spec/latest/, and what goes for it elsewhere."""
    home = variables.get("USERPROFILE" if sys.platform == "win32" else "HOME")
    if sys.platform == "win32":
        named, usual = variables.get("LOCALAPPDATA"), "AppData/Local"
    elif sys.platform == "darwin":
        named, usual = variables.get("XDG_CACHE_HOME"), "Library/Caches"
    else:
        named, usual = variables.get("XDG_CACHE_HOME"), ".cache"
    if (not named or not os.path.isabs(named)) and home:
        named = os.path.join(home, usual)
    return Path(named) / "backend-lint" if named and os.path.isabs(named) else None


def _secret(own: Path) -> bytes | None:
    """The user's secret, made when there is none yet; None where it cannot be kept."""
    file = own / _SECRET
    with contextlib.suppress(OSError):
        known = _read_secret(file)
        if known is not None:
            return known
    try:
        own.mkdir(mode=0o700, parents=True, exist_ok=True)
        # Whole before it has its name: another run may ask for it at the same moment.
        made = own / f"{_SECRET}.{os.getpid()}.{os.urandom(4).hex()}"
        handle = os.open(made, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        try:
            with os.fdopen(handle, "wb") as opened:
                opened.write(os.urandom(_SECRET_SIZE))
            _give_name(made, file)
        finally:
            with contextlib.suppress(OSError):
                os.unlink(made)
        return _read_secret(file)
    except OSError:
        return None


def _give_name(made: Path, file: Path) -> None:
    """Give a new secret its name, unless there is one by that name that can be used."""
    if os.path.lexists(file) and _read_secret(file) is None:
        os.replace(made, file)
        return
    try:
        os.link(made, file)
    except FileExistsError:
        return
    except OSError:
        # A file system without links: the later of two runs wins, and the earlier one's entries are not believed.
        os.replace(made, file)


def _read_secret(file: Path) -> bytes | None:
    """The secret in a file that nobody else can have written. Raises OSError."""
    with contextlib.suppress(FileNotFoundError):
        found = os.stat(file)
        if hasattr(os, "getuid") and (found.st_uid != os.getuid() or found.st_mode & 0o077):
            return None
        data = file.read_bytes()
        return data if len(data) == _SECRET_SIZE else None
    return None


def _is_inside(path: Path, top: Path) -> bool:
    """Whether a path lies in a folder, as it is written or where its links lead."""
    limits = {os.path.abspath(top), os.path.realpath(top)}
    ways = {os.path.abspath(path), os.path.realpath(path)}
    return any(way == limit or way.startswith(limit.rstrip(os.sep) + os.sep) for way in ways for limit in limits)
