"""Setting agents up in a project: which files change and how, as a plan that can be shown before it is carried out."""

from __future__ import annotations

import contextlib
import difflib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from backend_lint.agents import instructions, settings
from backend_lint.agents.events import Agent
from backend_lint.agents.hosts import HOSTS, Host
from backend_lint.agents.settings import Refusal

#: A settings file that is larger is none.
_LARGEST = 1_000_000


@dataclass(frozen=True, kw_only=True)
class FileChange:
    """What becomes of a file: `before` and `after` are its bytes, None where there is no file. `path` is relative to the project."""

    path: str
    before: bytes | None
    after: bytes | None

    @property
    def is_empty(self) -> bool:
        """Whether the file stays as it is."""
        return self.before == self.after

    def diff(self) -> Iterator[str]:
        """The lines of a unified diff, without their ends."""
        old, new = (_lines(data) for data in (self.before, self.after))
        names = ("/dev/null" if self.before is None else f"a/{self.path}", "/dev/null" if self.after is None else f"b/{self.path}")
        yield from difflib.unified_diff(old, new, *names, lineterm="")


@dataclass(frozen=True, kw_only=True)
class Status:
    """How far a host is set up: the events for which its settings call the hook, and those that lack it."""

    host: Host
    there: list[str]
    missing: list[str]


def installation(root: Path, agents: Sequence[Agent], command: str) -> list[FileChange]:
    """What sets agents up in the project in the folder `root`; `command` is how the tool is run. Raises `Refusal`."""
    changes = [change(root, HOSTS[agent].path, partial(settings.with_hooks, HOSTS[agent], command=command)) for agent in agents]
    changes.append(change(root, instructions.PATH, partial(instructions.with_block, command=command)))
    return changes


def removal(root: Path, agents: Sequence[Agent]) -> list[FileChange]:
    """What takes the settings of agents out again, and with the last of them the block in AGENTS.md. Raises `Refusal`."""
    changes = [change(root, HOSTS[agent].path, partial(settings.without_hooks, HOSTS[agent])) for agent in agents]
    if not any(status.there for status in statuses(root, [agent for agent in HOSTS if agent not in agents])):
        changes.append(change(root, instructions.PATH, instructions.without_block))
    return changes


def statuses(root: Path, agents: Sequence[Agent]) -> list[Status]:
    """How far agents are set up. Raises `Refusal`."""
    found = []
    for agent in agents:
        there, missing = settings.is_installed(HOSTS[agent], _decoded(HOSTS[agent].path, _read(root, HOSTS[agent].path)))
        found.append(Status(host=HOSTS[agent], there=there, missing=missing))
    return found


def has_instructions(root: Path) -> bool:
    """Whether AGENTS.md has the block. Raises `Refusal`."""
    return instructions.has_block(_decoded(instructions.PATH, _read(root, instructions.PATH)))


def carry_out(root: Path, change: FileChange) -> None:
    """Write a file, or remove it and its folder when that is empty then. Raises OSError."""
    place = Path(os.path.realpath(root / change.path))
    if change.after is None:
        place.unlink(missing_ok=True)
        if place.parent != Path(os.path.realpath(root)):
            with contextlib.suppress(OSError):
                place.parent.rmdir()
        return
    place.parent.mkdir(parents=True, exist_ok=True)
    handle, written = tempfile.mkstemp(dir=place.parent, prefix=f".{place.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(change.after)
        if place.exists():
            shutil.copymode(place, written)
        else:
            os.chmod(written, 0o666 & ~_umask())
        os.replace(written, place)
    except OSError:
        with contextlib.suppress(OSError):
            os.unlink(written)
        raise


def change(root: Path, path: str, edit: Callable[[str | None], str | None]) -> FileChange:
    """What `edit` makes of the text of a file, which is None where there is none. Raises `Refusal`."""
    before = _read(root, path)
    mark = b"\xef\xbb\xbf" if before is not None and before.startswith(b"\xef\xbb\xbf") else b""
    after = edit(_decoded(path, before))
    return FileChange(path=path, before=before, after=None if after is None else mark + after.encode("utf-8"))


def _read(root: Path, path: str) -> bytes | None:
    place = root / path
    if not os.path.lexists(place):
        return None
    if not place.is_file():
        raise Refusal(f"{path} is no regular file")
    try:
        if place.stat().st_size > _LARGEST:
            raise Refusal(f"{path} is too large to be a settings file")
        return place.read_bytes()
    except OSError as fault:
        raise Refusal(f"{path} cannot be read: {fault.strerror or fault}") from None


def _decoded(path: str, data: bytes | None) -> str | None:
    try:
        return None if data is None else data.removeprefix(b"\xef\xbb\xbf").decode("utf-8")
    except UnicodeDecodeError:
        raise Refusal(f"{path} is not UTF-8") from None


def _lines(data: bytes | None) -> list[str]:
    return data.decode("utf-8", "replace").removesuffix("\n").split("\n") if data else []


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
