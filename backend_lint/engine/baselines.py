"""The baselines of a project: which file holds for which of its files, and what it hides there.

Next to each configuration there may be one, or the configuration names it; as with configurations, the nearest counts alone. The paths
in it are relative to the folder of the configuration.
"""

from __future__ import annotations

import os
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING

from backend_lint.engine.result import Result, StaleEntry
from backend_lint.engine.settings import ConfigurationFault, Configurations, Settings
from backend_lint.findings.baseline import Entry, MalformedBaseline, match, parse
from backend_lint.findings.model import Finding

if TYPE_CHECKING:
    from backend_lint.engine.discovery import ProjectFiles

#: The name of a baseline that no configuration names.
NAME = ".backend-lint-baseline"

CREATE = "make it with `backend-lint baseline create`"


def today() -> str:
    """The day by which suppressions and entries of baselines expire, `YYYY-MM-DD`."""
    return time.strftime("%Y-%m-%d")


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a baseline lies, or would lie: the `file` and the `folder` that its paths are relative to, both absolute. `is_named` is whether
    somebody has named the file, so that it has to be there."""

    file: str
    folder: str
    is_named: bool = False


def place_of(settings: Settings, root: Path) -> Place:
    """Where the baseline of the files lies that settings hold for."""
    folder = settings.folder or str(root)
    file = os.path.normpath(os.path.join(folder, settings.baseline or NAME))
    return Place(file=file, folder=folder, is_named=settings.baseline is not None)


def _named_place(named: Path, root: Path, all_settings: Iterable[Settings]) -> Place:
    """Where the baseline lies that the command line names for all files: one that a configuration means is read as that one."""
    file = os.path.realpath(named)
    for settings in all_settings:
        place = place_of(settings, root)
        if os.path.realpath(place.file) == file:
            return replace(place, is_named=True)
    beside = os.path.dirname(file)
    is_above = f"{root}/".startswith(f"{beside.rstrip('/')}/")
    return Place(file=file, folder=beside if is_above else str(root), is_named=True)


class Baseline:
    """The baseline at a place, whose bytes are `data`; None when there is none yet. `shown` is its path in messages."""

    def __init__(self, place: Place, shown: str, data: bytes | None) -> None:
        self.place = place
        self.shown = shown
        self.data = data

    @cached_property
    def entries(self) -> list[Entry]:
        """What is in it. Raises `ConfigurationFault`."""
        if self.data is None:
            return []
        try:
            return parse(self.data.decode("utf-8"))
        except UnicodeDecodeError as fault:
            raise ConfigurationFault([f"{self.shown}: this baseline is no UTF-8 text (at byte {fault.start})"]) from None
        except MalformedBaseline as fault:
            raise ConfigurationFault([f"{self.shown}:{fault.line}: {fault.message}"]) from None

    def spelled(self, root: str, path: str) -> str:
        """A root-relative path as the entries have it."""
        if self.place.folder == root:
            return path
        return os.path.relpath(f"{root}/{path}", self.place.folder).replace(os.sep, "/")

    def path_in(self, root: str, path: str) -> str:
        """The root-relative path that an entry means; one that begins with `..` lies outside."""
        if self.place.folder == root:
            return path
        return os.path.relpath(os.path.join(self.place.folder, path), root).replace(os.sep, "/")


class Baselines:
    """The baselines for the files of a project under `root`, and by path which of them is whose."""

    def __init__(self, root: Path, found: Sequence[Baseline], index: Mapping[str, int], files: ProjectFiles | None = None) -> None:
        self._root = str(root)
        self.found = found
        self.index = index
        self._files = files

    @classmethod
    def of(cls, files: ProjectFiles, configurations: Configurations, named: Path | None = None) -> Baselines:
        """Those for the targets of `files`; the one at the root is among them. `named` is the file that the command line names for all.
        Raises `ConfigurationFault` when one that somebody has named cannot be read."""
        found = read(files.root, files.targets, configurations, _from_disk, named)
        return cls(files.root, found.found, found.index, files)

    def of_file(self, path: str) -> Baseline:
        """The baseline for one of the files."""
        return self.found[self.index[path]]

    @cached_property
    def key(self) -> object:
        """What the findings that are hidden depend on; None when there is no baseline."""
        if all(each.data is None for each in self.found):
            return None
        held = [(each.place.folder, None if each.data is None else blake2b(each.data, digest_size=20).digest()) for each in self.found]
        return held, dict(self.index) if len(self.found) > 1 else None

    def load(self) -> None:
        """Read what is in them, so that what is wrong is known before the work begins. Raises `ConfigurationFault`."""
        for each in self.found:
            _ = each.entries

    def days(self) -> set[str]:
        """The days on which entries expire."""
        return {entry.until for each in self.found for entry in each.entries if entry.until}

    def hide(
        self, findings: Sequence[Finding], day: str, has_looked: Callable[[str, str], bool]
    ) -> tuple[set[int], list[StaleEntry], list[StaleEntry]]:
        """The indices of what the baselines hide on a day of all findings of a run, the entries that hide nothing, and those that hide
        something in a file that was renamed. `has_looked(path, rule)` is as for `findings.baseline.match`, with a
        root-relative path."""
        by_baseline: dict[int, list[int]] = defaultdict(list)
        for place, finding in enumerate(findings):
            if finding.path in self.index:
                by_baseline[self.index[finding.path]].append(place)
        hidden: set[int] = set()
        stale: list[StaleEntry] = []
        moved: list[StaleEntry] = []
        for number, baseline in enumerate(self.found):
            if not baseline.entries:
                continue
            places = by_baseline[number]
            matched = match(
                baseline.entries,
                [findings[place] for place in places],
                # mypy infers no lambda that has a default, and without one each would see the last baseline.
                path_of=lambda finding, baseline=baseline: baseline.spelled(self._root, finding.path),  # type: ignore[misc]
                today=day,
                has_looked=lambda path, rule, baseline=baseline: has_looked(baseline.path_in(self._root, path), rule),  # type: ignore[misc]
                is_gone=lambda path, baseline=baseline: self._is_gone(baseline, path),  # type: ignore[misc]
            )
            hidden.update(places[each] for each in matched.hidden)
            file = baseline.place.file
            stale += [StaleEntry(baseline=file, entry=entry) for entry in matched.stale]
            stale += [StaleEntry(baseline=file, entry=entry, has_expired=True) for entry in matched.expired]
            moved += [StaleEntry(baseline=file, entry=entry, moved_to=path) for entry, path in matched.moved]
        return hidden, stale, moved

    def _is_gone(self, baseline: Baseline, path: str) -> bool:
        inside = baseline.path_in(self._root, path)
        return inside not in self._present and not inside.startswith("../")

    @cached_property
    def _present(self) -> frozenset[str]:
        return frozenset(self._files.all if self._files is not None else self.index)


def read(
    root: Path, paths: Iterable[str], configurations: Configurations, load: Callable[[str], bytes | None], named: Path | None = None
) -> Baselines:
    """The baselines for root-relative paths. `load` gives the bytes of the file at an absolute path, None when there is none; it may raise
    OSError. Raises `ConfigurationFault`."""
    by_path = {path: configurations.of_file(path) for path in paths}
    all_settings = list({id(each): each for each in (configurations.of_folder(""), *by_path.values())}.values())
    if named is not None:
        places = dict.fromkeys(map(id, all_settings), _named_place(named, root, all_settings))
    else:
        places = {id(each): place_of(each, root) for each in all_settings}
    numbers = {place: number for number, place in enumerate(dict.fromkeys(places.values()))}
    found = [_read(place, configurations.shown(Path(place.file)), load) for place in numbers]
    return Baselines(root, found, {path: numbers[places[id(settings)]] for path, settings in by_path.items()})


def _read(place: Place, shown: str, load: Callable[[str], bytes | None]) -> Baseline:
    try:
        return Baseline(place, shown, load(place.file))
    except OSError as fault:
        raise ConfigurationFault([f"{shown}: cannot read this baseline: {fault.strerror or fault}"]) from None


def missing(baselines: Baselines) -> list[str]:
    """What to say of the baselines that somebody has named and that are not there."""
    return [f"{each.shown}: there is no such baseline; {CREATE}" for each in baselines.found if each.place.is_named and each.data is None]


def _from_disk(file: str) -> bytes | None:
    try:
        with open(file, "rb") as opened:
            return opened.read()
    except FileNotFoundError:
        return None


@dataclass(frozen=True, kw_only=True)
class Hiding:
    """What may hide findings in a run: the comments in the files unless `by_comments` is False, and `baselines`. `today` is the day by
    which both expire."""

    by_comments: bool = True
    baselines: Baselines | None = None
    today: str = field(default_factory=today)

    def days(self, result: Result) -> tuple[str, str]:
        """The last day before today, and the next one, at whose end something expires that hides findings in a result; "" for no such
        day."""
        until = {directive.until for directives in result.directives.values() for directive in directives if directive.until}
        if self.baselines is not None:
            until |= self.baselines.days()
        return max((day for day in until if day < self.today), default=""), min((day for day in until if day >= self.today), default="")

    @property
    def key(self) -> object:
        """What the result of a run depends on besides the files, but for the day; None for the usual."""
        baselines = self.baselines.key if self.baselines is not None else None
        return None if self.by_comments and baselines is None else (self.by_comments, baselines)
