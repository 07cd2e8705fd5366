"""A run: from files and settings to a result, which may be known already."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import msgspec

from backend_lint.engine.baselines import Hiding
from backend_lint.engine.cache import Session
from backend_lint.engine.cache_folder import Cache
from backend_lint.engine.discovery import ProjectFiles
from backend_lint.engine.plan import make_plans
from backend_lint.engine.registry import BUILT_IN_PACK, Packs
from backend_lint.engine.result import Result, order
from backend_lint.engine.settings import Configurations
from backend_lint.engine.timings import Timings, phase
from backend_lint.findings.model import Finding

#: Told how many of how many files are done.
Progress = Callable[[int, int], None]


def run(
    files: ProjectFiles,
    configurations: Configurations,
    *,
    jobs: int | None = None,
    texts: Mapping[str, bytes] | None = None,
    progress: Progress | None = None,
    pack: Packs = BUILT_IN_PACK,
    cache: Cache | None = None,
    timings: Timings | None = None,
    hiding: Hiding | None = None,
) -> Result:
    """Check the targets of `files` with the rules of the package `pack`.

    `jobs` is the number of processes, by default what pays. `texts` gives the text of files that is not what lies on the disk (path to
    bytes); with it one process does all. `cache` is where to look for what is known already and to keep what is found out; without it all
    is done anew. `timings` is filled with where the time went. `hiding` says what may hide findings, by default comments alone. Raises
    `ConfigurationFault`.
    """
    begun = time.perf_counter()
    hiding = hiding or Hiding()
    with phase(timings, "configure"):
        plans = make_plans(files, configurations)
    session = key = found = None
    with phase(timings, "discover"):
        source = files.opened(texts)
    with phase(timings, "look up"):
        if cache is not None and files.targets:
            session = Session(cache, files.root, source, timings)
            # A text from elsewhere is likely to change with each question, and what could not be listed may be there the next time.
            key = session.run_key(files, plans, pack, hiding.key) if not texts and not files.problems else None
            found = session.find_run(key, files.root, hiding.today) if key is not None else None
    if found is None:
        # Imported for work that has to be done: it takes ten times as long as to find that there is none.
        from backend_lint.engine.whole import Work, analyse

        if hiding.baselines is not None:
            hiding.baselines.load()
        work = Work(
            files=files,
            source=source,
            plans=plans,
            pack=pack,
            processes=1 if texts else jobs,
            is_kept=key is not None,
            session=session,
            cache=cache,
            timings=timings,
            hiding=hiding,
        )
        found = analyse(work, progress)
        if session is not None and key is not None:
            session.keep_run(key, found, hiding.days(found))
    elif timings is not None:
        timings.count("runs found")
    if session is not None:
        session.write()
    found.seconds = time.perf_counter() - begun
    return found


def merge(results: Sequence[Result], top: Path) -> Result:
    """The results of several projects as one, with paths relative to `top`, a folder above all of them."""
    if len(results) == 1:
        return results[0]
    merged = Result(root=top, findings=[])
    for result in results:
        prefix = result.root.relative_to(top).as_posix()
        merged.findings.extend(_moved(finding, prefix) for finding in result.findings)
        merged.problems += [
            msgspec.structs.replace(problem, path=f"{prefix}/{problem.path}") if problem.path else problem for problem in result.problems
        ]
        merged.hidden.extend(_moved(finding, prefix) for finding in result.hidden)
        merged.directives.update({f"{prefix}/{path}": found for path, found in result.directives.items()})
        merged.baselined.extend(_moved(finding, prefix) for finding in result.baselined)
        merged.stale += result.stale
        merged.moved += result.moved
        merged.partly_ignored += result.partly_ignored
        merged.files += result.files
        merged.suppressed += result.suppressed
        merged.notes_hidden += result.notes_hidden
        merged.failing += result.failing
        merged.seconds += result.seconds
    merged.findings.sort(key=order)
    return merged


def _moved(finding: Finding, prefix: str) -> Finding:
    trace = tuple(msgspec.structs.replace(step, path=f"{prefix}/{step.path}") for step in finding.trace)
    cause = finding.cause
    if cause is not None and cause.path:
        cause = msgspec.structs.replace(cause, path=f"{prefix}/{cause.path}")
    return msgspec.structs.replace(finding, path=f"{prefix}/{finding.path}", trace=trace, cause=cause)
