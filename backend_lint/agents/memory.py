"""What an agent was told already in a session, kept in the user's cache so that it is not told twice.

Never in the repository; where nothing can be kept, nothing is remembered.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

#: A session that has no name is forgotten after this, in seconds; any other after two weeks.
_ANONYMOUS, _LONGEST = 3_600.0, 14 * 86_400.0
#: So many kinds of things are remembered of one session.
_MOST = 500


class Memory:
    """What was said in one session about one repository: by subject, the key of what was said last."""

    def __init__(self, top: Path, session: str, *, folder: Path | None = None) -> None:
        """`top` is the repository's folder; `folder` is where to keep it, by default a folder of the user's."""
        self._folder = folder if folder is not None else folder_for(top)
        name = hashlib.sha256(f"{os.path.realpath(top)}\0{session}".encode("utf-8", "surrogateescape")).hexdigest()[:32]
        self._file = self._folder / f"{name}.json" if self._folder is not None else None
        self._said = self._load(_LONGEST if session else _ANONYMOUS)

    def last(self, subject: str) -> str | None:
        """The key of what was last said about a subject."""
        return self._said.get(subject)

    def remember(self, subject: str, key: str | None) -> bool:
        """Remember what is said about a subject, None for nothing. Whether it could be kept."""
        if self._said.get(subject) == key:
            return self._file is not None
        self._said.pop(subject, None)
        if key is not None:
            self._said[subject] = key
        return self._save()

    def _load(self, longest: float) -> dict[str, str]:
        if self._file is None:
            return {}
        try:
            if time.time() - self._file.stat().st_mtime > longest:
                return {}
            known = json.loads(self._file.read_text(encoding="utf-8"))
        except (OSError, ValueError, RecursionError):
            return {}
        if not isinstance(known, dict):
            return {}
        return {subject: key for subject, key in known.items() if isinstance(key, str)}

    def _save(self) -> bool:
        if self._file is None or self._folder is None:
            return False
        kept = dict(list(self._said.items())[-_MOST:])
        try:
            handle, written = tempfile.mkstemp(dir=self._folder, suffix=".new")
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                json.dump(kept, file)
            os.replace(written, self._file)
        except OSError:
            return False
        self._forget_old()
        return True

    def _forget_old(self) -> None:
        assert self._folder is not None, "what was saved has a folder"
        limit = time.time() - _LONGEST
        with contextlib.suppress(OSError), os.scandir(self._folder) as entries:
            for entry in entries:
                with contextlib.suppress(OSError):
                    if entry.name.endswith((".json", ".new")) and entry.stat(follow_symlinks=False).st_mtime < limit:
                        os.unlink(entry.path)


def folder_for(top: Path, variables: Mapping[str, str] | None = None) -> Path | None:
    """A folder of the user's own outside of the repository `top`, made when it is not there; None when there is none to be had."""
    known = os.environ if variables is None else variables
    user = str(os.getuid()) if hasattr(os, "getuid") else "user"
    for folder in (_cache(known), Path(tempfile.gettempdir()) / f"backend-lint-{user}"):
        if folder is None or _is_inside(folder, top):
            continue
        place = folder / "agents"
        try:
            place.mkdir(mode=0o700, parents=True, exist_ok=True)
            owner = os.stat(folder).st_uid
        except OSError:
            continue
        # In a folder that all may write to, somebody else could have made it first.
        if (not hasattr(os, "getuid") or owner == os.getuid()) and os.access(place, os.W_OK):
            return place
    return None


def _cache(variables: Mapping[str, str]) -> Path | None:
    """The user's cache, https://specifications.freedesktop.org/basedir-spec/latest/."""
    if sys.platform == "win32":
        named = variables.get("LOCALAPPDATA")
    else:
        named = variables.get("XDG_CACHE_HOME")
        home = variables.get("HOME")
        if (not named or not os.path.isabs(named)) and home:
            named = os.path.join(home, "Library/Caches" if sys.platform == "darwin" else ".cache")
    return Path(named) / "backend-lint" if named and os.path.isabs(named) else None


def _is_inside(folder: Path, top: Path) -> bool:
    real = Path(os.path.realpath(folder))
    limit = Path(os.path.realpath(top))
    return real == limit or limit in real.parents
