"""Checks of one project after another, with texts that change in between: what a change does not concern is taken from the check before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from backend_lint.engine.analysis import Analysis, FileReport
from backend_lint.engine.cache import Session
from backend_lint.engine.offers import Offer, Proposing
from backend_lint.engine.pool import processors
from backend_lint.engine.registry import Registry, load_pack
from backend_lint.engine.reuse import Reuse
from backend_lint.engine.whole import Work, assemble, made_anew, without_collector
from backend_lint.semantics.memo import file_bit
from backend_lint.semantics.searches import Findings

if TYPE_CHECKING:
    from backend_lint.engine.baselines import Hiding
    from backend_lint.engine.cache_folder import Cache
    from backend_lint.engine.discovery import ProjectFiles
    from backend_lint.engine.plan import Plans
    from backend_lint.engine.registry import Packs
    from backend_lint.engine.result import Result
    from backend_lint.engine.runner import Progress
    from backend_lint.engine.timings import Timings

#: A process has to work out again what another knows of the project, so it pays when it has so many files to check.
_WORTH_A_PROCESS = 10


@dataclass
class Seen:
    """What a check came to: the reports by path, that on the project as a whole under None, and the fixes offered, by path."""

    reports: dict[str | None, FileReport] = field(default_factory=dict)
    offers: dict[str, list[Offer]] = field(default_factory=dict)


class Rechecks:
    """The checks of the targets of `files`. With a `cache`, what earlier runs have left there is used; reports on texts that are not on the
    disk are kept here and not there. `jobs` is the number of processes, None for what pays; without a cache it is one."""

    def __init__(
        self,
        files: ProjectFiles,
        plans: Plans,
        pack: Packs,
        hiding: Hiding,
        cache: Cache | None = None,
        jobs: int | None = None,
        progress: Progress | None = None,
        timings: Timings | None = None,
    ) -> None:
        self._files = files
        self._plans = plans
        self._pack = pack
        self._hiding = hiding
        self._cache = cache
        self._jobs = jobs
        self._progress = progress
        self._timings = timings
        self._shelf: dict[bytes, bytes] = {}
        self._texts: dict[str, bytes] | None = None
        self._last = Seen()
        if hiding.baselines is not None:
            hiding.baselines.load()

    @property
    def is_quick(self) -> bool:
        """Whether a check of all files costs no more than one of those that a change concerns."""
        return self._cache is not None

    @property
    def registry(self) -> Registry:
        return load_pack(self._pack)

    def whole(self, texts: Mapping[str, bytes]) -> Result:
        """The result of a check of all files, some of which hold other `texts` than on the disk."""
        return self.result(self.check(texts, self._files.targets))

    def result(self, seen: Seen) -> Result:
        """The result that some reports come to."""
        return assemble(self._files, self._plans, self.registry, list(seen.reports.values()), self._hiding)

    def resting(self, paths: Sequence[str], others: Sequence[str]) -> list[str]:
        """Those of the `others` on which one of the last reports on files rests, as far as that can be told."""
        bits = 0
        for path in paths:
            if path in self._last.reports:
                bits |= int.from_bytes(self._last.reports[path].rests, "little")
        places = {path: place for place, path in enumerate(self._files.all)}
        return [path for path in others if path in places and bits & file_bit(places[path])]

    def check(self, texts: Mapping[str, bytes], paths: Sequence[str], *, unsafe: bool | None = None, is_trial: bool = False) -> Seen:
        """Check some files. Unless `unsafe` is None, safe fixes are offered and, where it is true, the others too. What is found out in a
        trial is of no use to the next check."""
        is_all = tuple(paths) == self._files.targets
        if self._texts is not None and self._texts == texts and unsafe is None and all(path in self._last.reports for path in paths):
            return self._last if is_all else Seen({path: self._last.reports[path] for path in paths})
        source = self._files.opened(texts)
        session = Session(self._cache, self._files.root, source, self._timings) if self._cache is not None else None
        analysis = Analysis(self._files.root, self._files.all, source, self._plans, self.registry, session, self._timings)
        reuse = None
        known: dict[str, FileReport] = {}
        if session is not None and not is_trial:
            reuse = Reuse(session, self._files, self._plans, self._pack, self._shelf)
            known = reuse.find(analysis.project)
        only = {path: codes for path in paths if path in known and (codes := _fixable(known[path], unsafe))}
        wanted = tuple(path for path in paths if path not in known or path in only)
        work = Work(
            files=self._files,
            source=source,
            plans=self._plans,
            pack=self._pack,
            processes=self._processes(len(wanted)),
            is_kept=False,
            session=session,
            cache=self._cache,
            timings=self._timings,
            hiding=self._hiding,
            proposing=None if unsafe is None else Proposing(unsafe, only),
        )
        seen = Seen({path: known[path] for path in paths if path in known})
        made: list[FileReport] = []
        found = Findings()
        analysis.proposing = work.proposing
        with without_collector():
            for report in made_anew(work, analysis, wanted, found):
                if report.path is not None:
                    seen.offers[report.path], report.offers = report.offers, []
                if report.path not in only:
                    seen.reports[report.path] = report
                    made.append(report)
                if is_all and self._progress is not None:
                    self._progress(sum(path is not None for path in seen.reports), len(paths))
        if reuse is not None and not any(problem.kind == "internal" for report in made for problem in report.problems):
            found.add(analysis.project.searches.news())
            reuse.keep(made, found)
        if session is not None:
            session.write()
        if is_all and not is_trial:
            self._texts, self._last = dict(texts), seen
        return seen

    def _processes(self, files: int) -> int:
        if self._cache is None:
            return 1
        return self._jobs or max(1, min(processors(), files // _WORTH_A_PROCESS))


def _fixable(report: FileReport, unsafe: bool | None) -> frozenset[str]:
    """The rules of which a report has findings with fixes."""
    if unsafe is None:
        return frozenset()
    return frozenset(finding.rule for finding in report.findings if finding.fix == "safe" or (unsafe and finding.fix == "unsafe"))
