"""Baselines made and brought up to date. A baseline shrinks by itself and grows only on purpose, with a reason."""

from __future__ import annotations

import contextlib
import dataclasses
import os
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import msgspec

from backend_lint.engine.baselines import Baseline, Baselines
from backend_lint.engine.check import ProjectConfigurations, Request, check_paths
from backend_lint.engine.discovery import discover
from backend_lint.engine.result import Result
from backend_lint.engine.roots import project_root
from backend_lint.engine.settings import ConfigurationFault
from backend_lint.findings.baseline import SYNTAX_ERROR, Entry, entries_of, remarks_in, render
from backend_lint.findings.model import Finding


@dataclass(frozen=True, kw_only=True)
class Acceptance:
    """What is to be accepted: the findings in the files for which `wants` holds, for a reason, and until a day ("" for good)."""

    reason: str
    until: str = ""
    wants: Callable[[Path], bool] = lambda path: True


@dataclass(frozen=True, kw_only=True)
class Edit:
    """What is to become of one baseline: its entries `after` the edit, and how these come from those before it."""

    baseline: Baseline
    after: tuple[Entry, ...]
    added: tuple[Entry, ...] = ()
    stale: tuple[Entry, ...] = ()
    expired: tuple[Entry, ...] = ()
    moved: tuple[Entry, ...] = ()

    @property
    def is_needed(self) -> bool:
        """Whether the file would be another one."""
        return self.baseline.data != self.text.encode()

    @property
    def text(self) -> str:
        """The text of the baseline after the edit, with the remarks that were in it at its head."""
        data = self.baseline.data or b""
        return render(self.after, remarks_in(data.decode("utf-8", "replace")))

    def write(self) -> None:
        """Write the file, all of it or nothing. Raises OSError."""
        place = os.path.realpath(self.baseline.place.file)
        handle, temporary = tempfile.mkstemp(prefix=".backend-lint-", dir=os.path.dirname(place))
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(self.text.encode())
            with contextlib.suppress(OSError):
                os.chmod(temporary, os.stat(place).st_mode & 0o777 if os.path.exists(place) else 0o666 & ~_umask())
            os.replace(temporary, place)
        except BaseException:
            with contextlib.suppress(OSError):
                os.unlink(temporary)
            raise


def root_of(request: Request) -> Path:
    """The root of the project that the user works in."""
    current = Path(os.path.realpath(request.current))
    return project_root(current, current)


def baselines_of(request: Request) -> Baselines:
    """The baselines of the project that the user works in. Raises `ConfigurationFault`."""
    configurations = ProjectConfigurations(request)
    root = root_of(request)
    (files,) = discover([root], request.current, lambda each: configurations.of(each).excluded)
    return configurations.baselines(files)


def created(request: Request) -> tuple[Result, list[Edit]]:
    """The result of a check of the whole project, and the baselines that hide all of it, which there must not be yet. Raises
    `ConfigurationFault`."""
    baselines = baselines_of(request)
    present = [each.shown for each in baselines.found if each.data is not None]
    if present:
        message = "there is this baseline already; bring it up to date with `backend-lint baseline update`, which adds nothing on its own"
        raise ConfigurationFault([f"{shown}: {message}" for shown in present])
    result = check_paths([root_of(request)], dataclasses.replace(request, by_baseline=False))
    edits = []
    for baseline, findings in _by_baseline(baselines, result.findings):
        made = tuple(entries_of(findings, lambda finding: baseline.spelled(str(result.root), finding.path)))  # noqa: B023 - used at once
        if made or baseline.place.is_named:
            edits.append(Edit(baseline=baseline, after=made, added=made))
    return result, edits


def updated(request: Request, acceptance: Acceptance | None = None) -> tuple[Result, list[Edit]]:
    """The result of a check of the whole project, and its baselines without the entries that hide nothing, with those of renamed files
    under the files' new names, and with what is accepted. Raises `ConfigurationFault`."""
    baselines = baselines_of(request)
    result = check_paths([root_of(request)], request)
    edits = []
    for baseline, findings in _by_baseline(baselines, result.findings):
        if baseline.data is None and acceptance is None:
            continue
        file = baseline.place.file
        stale = {each.entry: each for each in result.stale if each.baseline == file}
        moved = {each.entry: each.moved_to for each in result.moved if each.baseline == file}
        kept = [entry for entry in baseline.entries if entry not in stale and entry not in moved]
        renamed = _renumbered(kept, moved)
        added: list[Entry] = []
        if acceptance is not None:
            wanted = [finding for finding in findings if acceptance.wants(result.root / finding.path)]
            made = entries_of(wanted, lambda each: baseline.spelled(str(result.root), each.path), [*kept, *renamed])  # noqa: B023 - at once
            added = [msgspec.structs.replace(entry, reason=acceptance.reason, until=acceptance.until) for entry in made]
        if baseline.data is None and not added:
            continue
        edits.append(
            Edit(
                baseline=baseline,
                after=tuple(sorted([*kept, *renamed, *added])),
                added=tuple(added),
                stale=tuple(entry for entry, each in stale.items() if not each.has_expired),
                expired=tuple(entry for entry, each in stale.items() if each.has_expired),
                moved=tuple(renamed),
            )
        )
    return result, edits


def _renumbered(kept: Iterable[Entry], moved: dict[Entry, str]) -> list[Entry]:
    """The entries of renamed files under the new names, with numbers that no other entry has."""
    taken = {(*entry.key, entry.ordinal) for entry in kept}
    renamed = []
    for entry, path in moved.items():
        new = msgspec.structs.replace(entry, path=path, ordinal=1)
        while (*new.key, new.ordinal) in taken:
            new = msgspec.structs.replace(new, ordinal=new.ordinal + 1)
        taken.add((*new.key, new.ordinal))
        renamed.append(new)
    return renamed


def _by_baseline(baselines: Baselines, findings: Iterable[Finding]) -> list[tuple[Baseline, list[Finding]]]:
    """Each baseline with the findings that could be accepted in it."""
    by_number: dict[int, list[Finding]] = {number: [] for number in range(len(baselines.found))}
    for finding in findings:
        if finding.rule != SYNTAX_ERROR and finding.path in baselines.index:
            by_number[baselines.index[finding.path]].append(finding)
    return [(baselines.found[number], found) for number, found in by_number.items()]


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
