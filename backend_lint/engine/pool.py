"""Checks files in several processes, each with a project of its own. The answer does not depend on their number."""

from __future__ import annotations

import contextlib
import gc
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from backend_lint.engine import stored_trees
from backend_lint.engine.analysis import Analysis, FileReport
from backend_lint.engine.cache import Seen, Session
from backend_lint.engine.cache_folder import Cache
from backend_lint.engine.file_states import digest_of
from backend_lint.engine.offers import Proposing
from backend_lint.engine.plan import Plans
from backend_lint.engine.registry import Packs, load_pack
from backend_lint.engine.result import Problem
from backend_lint.engine.timings import Timings
from backend_lint.semantics.searches import Findings
from backend_lint.source.files import FileSource

#: With fewer files to check, starting processes costs more than they save.
FILES_WORTH_A_POOL = 150

#: Chunks a process: enough to even out files of unequal cost, few enough that neighbours, which import each other, stay together.
_CHUNKS_PER_PROCESS = 4
_USUAL_SIZE = 4_000

_worker: _Worker | None = None
_source: FileSource | None = None

Argument = TypeVar("Argument")


@dataclass(frozen=True, kw_only=True)
class Job:
    """What a process needs to begin: the project, and the name of the rule pack, which it imports itself.

    `paths` are to be checked; `trees` are those that are made already, see `trees_in_processes`. `cache` is where the process finds and
    leaves others; `is_timed` has it say where its time went. `proposing` says for what fixes are to be offered.
    """

    root: Path
    files: tuple[str, ...]
    paths: tuple[str, ...]
    source: FileSource
    trees: Mapping[bytes, bytes]
    plans: Plans
    pack: Packs
    cache: Cache | None = None
    is_timed: bool = False
    proposing: Proposing | None = None


@dataclass(frozen=True)
class Done:
    """What a process hands back of one chunk: the reports, what searches found, what was read for them, and where the time went since it
    was last said."""

    reports: list[FileReport]
    findings: Findings = field(default_factory=Findings)
    seen: Seen | None = None
    timings: Timings | None = None


def default_jobs(files: int) -> int:
    """How many processes to use for that many files to check."""
    if files <= FILES_WORTH_A_POOL:
        return 1
    return max(1, min(processors(), files // 50))


def processors() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def may_fork() -> bool:
    """Whether to fork processes: that is quick, and safe where there is one thread and the system's libraries allow it."""
    return sys.platform.startswith("linux") and threading.active_count() == 1


def chunks(paths: Sequence[str], sizes: Sequence[int], count: int) -> list[list[str]]:
    """`paths` in at most `count` runs of about the same size in bytes, in their order."""
    total = sum(sizes) or 1
    found: list[list[str]] = [[]]
    done = 0
    for path, size in zip(paths, sizes, strict=True):
        if found[-1] and len(found) < count and done * count >= total * len(found):
            found.append([])
        found[-1].append(path)
        done += size
    return [chunk for chunk in found if chunk]


def check_in_processes(job: Job, jobs: int, meanwhile: Callable[[], None]) -> Iterator[Done]:
    """The reports on all files under check, in the order in which they are done. `meanwhile` is run while the processes work.

    No cache may be open in this process when it begins: connections to a database do not outlive a fork. A process that dies is told as a
    problem of the files it had. Raises OSError where no processes can be started.
    """
    parts = _parts(job.root, job.paths, jobs)
    with _pool(min(jobs, len(parts)), _begin, job) as pool:
        waiting: dict[Future[Done], list[str]] = {pool.submit(_check, part): part for part in parts}
        meanwhile()
        for future in as_completed(waiting):
            try:
                yield future.result()
            except BrokenProcessPool:
                message = "not checked: the process that checked it died, perhaps for want of memory; try --jobs 1"
                lost = [Problem(kind="internal", path=path, message=message) for path in waiting[future]]
                yield Done([FileReport(path=problem.path, problems=[problem]) for problem in lost])


def trees_in_processes(root: Path, source: FileSource, paths: Sequence[str], jobs: int) -> dict[bytes, bytes]:
    """The trees of some files as `stored_trees` has them, by the digests of the files.

    Every process that checks asks for most of a project's trees, and to make one takes eighty times as long as to read it: so they are made
    once before. A file that cannot be read has none, and a process that dies leaves its trees to be made by who asks for them. Raises
    OSError where no processes can be started.
    """
    parts = _parts(root, paths, jobs)
    found: dict[bytes, bytes] = {}
    with _pool(min(jobs, len(parts)), _begin_parsing, source) as pool:
        for future in as_completed([pool.submit(_parse, part) for part in parts]):
            with contextlib.suppress(BrokenProcessPool):
                found.update(future.result())
    return found


def _parts(root: Path, paths: Sequence[str], jobs: int) -> list[list[str]]:
    return chunks(paths, [_size(root / path) for path in paths], jobs * _CHUNKS_PER_PROCESS)


@contextmanager
def _pool(jobs: int, begin: Callable[[Argument], None], argument: Argument) -> Iterator[ProcessPoolExecutor]:
    """So many processes, each of which begins with `begin`. Raises OSError where none can be started."""
    context = multiprocessing.get_context("fork" if may_fork() else "spawn")
    others = set(multiprocessing.active_children())
    with ProcessPoolExecutor(jobs, mp_context=context, initializer=begin, initargs=(argument,)) as pool:
        try:
            yield pool
        except BaseException:
            # Interrupted: nobody wants the rest, and the processes, which do not hear the interruption, would be waited for.
            for process in set(multiprocessing.active_children()) - others:
                process.terminate()
            raise


def _size(file: Path) -> int:
    """The size of a file; of one that is not on the disk, as in a revision, a usual one."""
    try:
        return file.stat().st_size
    except OSError:
        return _USUAL_SIZE


class _Worker:
    """One process's analysis of the project, and its part of the cache."""

    def __init__(self, job: Job) -> None:
        self._timings = Timings() if job.is_timed else None
        self._session = None if job.cache is None else Session(job.cache, job.root, job.source, self._timings, shares=True)
        registry = load_pack(job.pack)
        self._analysis = Analysis(
            job.root, job.files, job.source, job.plans, registry, self._session, self._timings, job.trees, job.proposing
        )

    def check(self, paths: Sequence[str]) -> Done:
        """Check some files, and leave their trees in the cache."""
        reports = [self._analysis.check_file(path) for path in paths]
        seen = None
        if self._session is not None:
            self._session.write_trees()
            seen = self._session.seen()
        return Done(reports, self._analysis.project.searches.news(), seen, None if self._timings is None else self._timings.taken())


def _begin(job: Job) -> None:
    global _worker
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.disable()
    _worker = _Worker(job)


def _check(paths: Sequence[str]) -> Done:
    assert _worker is not None, "the process has begun"
    return _worker.check(paths)


def _begin_parsing(source: FileSource) -> None:
    global _source
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.disable()
    _source = source


def _parse(paths: Sequence[str]) -> dict[bytes, bytes]:
    assert _source is not None, "the process has begun"
    found: dict[bytes, bytes] = {}
    for path in paths:
        try:
            data = _source.read(path)
        except OSError:
            continue
        made = stored_trees.made(path, data)
        if made is not None:
            found[digest_of(data)] = made
    return found
