"""A run that nobody has made before: check the files, in one process or several, and put the reports together."""

from __future__ import annotations

import gc
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import msgspec

from backend_lint.engine.analysis import Analysis, FileReport, without_repeats
from backend_lint.engine.baselines import Hiding
from backend_lint.engine.cache import Session
from backend_lint.engine.cache_folder import Cache
from backend_lint.engine.discovery import ProjectFiles
from backend_lint.engine.offers import Proposing
from backend_lint.engine.plan import Plans
from backend_lint.engine.pool import FILES_WORTH_A_POOL, Job, check_in_processes, default_jobs, trees_in_processes
from backend_lint.engine.registry import Packs, Registry, load_pack
from backend_lint.engine.result import Result, order
from backend_lint.engine.reuse import Reuse
from backend_lint.engine.timings import Timings, phase
from backend_lint.findings import fingerprint, suppression
from backend_lint.findings.model import Finding
from backend_lint.semantics.roles import is_set_apart
from backend_lint.semantics.searches import Findings
from backend_lint.source.files import FileSource


@dataclass(frozen=True, kw_only=True)
class Work:
    """What is to be done: check the targets of `files`, whose bytes come from `source`, by `plans` with the rules of `pack`, in so many
    processes, None for as many as pay. `session` is the cache as this process uses it, `cache` where others find it; they are there or not
    together. `is_kept` is whether reports on single files are taken from the cache and left there. `hiding` says what may hide findings,
    `proposing` for what fixes are to be offered."""

    files: ProjectFiles
    source: FileSource
    plans: Plans
    pack: Packs
    processes: int | None
    is_kept: bool
    session: Session | None
    cache: Cache | None
    timings: Timings | None
    hiding: Hiding
    proposing: Proposing | None = None


def analyse(work: Work, progress: Callable[[int, int], None] | None) -> Result:
    """The result of the work. `progress` is told how many of how many files are done."""
    with phase(work.timings, "load rules"):
        registry = load_pack(work.pack)
    reports: list[FileReport] = []
    done = 0
    if work.files.targets:
        with without_collector():
            for report in _reports(work, registry):
                reports.append(report)
                if report.path is not None:
                    done += 1
                    if progress is not None:
                        progress(done, len(work.files.targets))
    with phase(work.timings, "assemble"):
        return assemble(work.files, work.plans, registry, reports, work.hiding)


def _reports(work: Work, registry: Registry) -> Iterator[FileReport]:
    files, session = work.files, work.session
    with phase(work.timings, "load rules"):
        analysis = Analysis(files.root, files.all, work.source, work.plans, registry, session, work.timings)
    known: dict[str, FileReport] = {}
    reuse = Reuse(session, files, work.plans, work.pack) if session is not None and work.is_kept else None
    if reuse is not None:
        with phase(work.timings, "look up"):
            known = reuse.find(analysis.project)
        if work.timings is not None:
            work.timings.count("reports asked for", len(files.targets))
            work.timings.count("reports found", len(known))
    yield from known.values()
    made: list[FileReport] = []
    findings = Findings()
    for report in made_anew(work, analysis, tuple(path for path in files.targets if path not in known), findings):
        made.append(report)
        yield report
    if reuse is not None and not any(problem.kind == "internal" for report in made for problem in report.problems):
        with phase(work.timings, "write cache"):
            findings.add(analysis.project.searches.news())
            reuse.keep(made, findings)


def made_anew(work: Work, analysis: Analysis, paths: tuple[str, ...], findings: Findings) -> Iterator[FileReport]:
    """The reports on some files and on the project as a whole. What searches found in other processes is added to `findings`."""
    processes = min(work.processes or default_jobs(len(paths)), max(1, len(paths)))
    if processes > 1:
        whole: list[FileReport] = []
        done: set[str | None] = set()
        try:
            trees = _trees(work, paths, processes)
            for part in check_in_processes(_job(work, paths, trees), processes, lambda: whole.append(analysis.check_project())):
                if work.session is not None and part.seen is not None:
                    work.session.add(part.seen)
                if work.timings is not None and part.timings is not None:
                    work.timings.add(part.timings)
                findings.add(part.findings)
                done.update(report.path for report in part.reports)
                yield from part.reports
        except OSError:
            # No semaphores or no processes to be had, as in some sandboxes: the same work in this one.
            for path in paths:
                if path not in done:
                    yield analysis.check_file(path)
        yield from whole or [analysis.check_project()]
    else:
        for path in paths:
            yield analysis.check_file(path)
        yield analysis.check_project()


def _trees(work: Work, paths: Sequence[str], processes: int) -> dict[bytes, bytes]:
    """The trees that the cache lacks and that the check of many files will ask for. Raises OSError."""
    session = work.session
    wanted = [path for path in work.files.all if not is_set_apart(path)] if len(paths) > FILES_WORTH_A_POOL else []
    lacking = session.without_tree(wanted) if session is not None else wanted
    if session is not None:
        session.close()
    with phase(work.timings, "parse"):
        found = trees_in_processes(work.files.root, work.source, lacking, processes) if lacking else {}
    if session is not None:
        session.keep_trees(found)
    return found


def _job(work: Work, paths: tuple[str, ...], trees: Mapping[bytes, bytes]) -> Job:
    return Job(
        root=work.files.root,
        files=work.files.all,
        paths=paths,
        trees=trees,
        source=work.source,
        plans=work.plans,
        pack=work.pack,
        cache=work.cache,
        is_timed=work.timings is not None,
        proposing=work.proposing,
    )


def assemble(files: ProjectFiles, plans: Plans, registry: Registry, reports: Sequence[FileReport], hiding: Hiding) -> Result:
    """Put the parts together, in an order that does not depend on who was first."""
    by_path = {report.path: report for report in reports}
    whole = by_path.get(None) or FileReport(path=None)
    found = without_repeats(sorted((finding for report in reports for finding in report.findings), key=order))

    def ran(path: str, code: str) -> bool:
        report = by_path.get(path)
        return report is not None and code in report.completed and code in whole.completed

    def ran_for_all(path: str, code: str) -> bool:
        return ran(path, code) and (files.is_whole or not registry.by_code[code].caused_elsewhere)

    directives = {report.path: report.directives for report in reports if report.path is not None and report.directives}
    elsewhere = {path: found for report in reports for path, found in report.elsewhere.items()}
    applied = suppression.apply(
        fingerprint.assign(found),
        {**elsewhere, **directives} if hiding.by_comments else {},
        rules=registry.infos(),
        ran=ran_for_all,
        today=hiding.today,
    )
    result = Result(root=files.root, findings=[], problems=list(files.problems), files=len(files.targets))
    kept = sorted((*applied.kept, *_own_severity(fingerprint.assign(applied.extra), plans, registry)), key=order)
    baselined: Container[int] = ()
    if hiding.baselines is not None:
        baselined, result.stale, result.moved = hiding.baselines.hide(
            kept, hiding.today, lambda path, code: code not in registry.by_code or ran(path, code)
        )
    for place, finding in enumerate(kept):
        plan = plans.of(finding.path)
        if plan is None:
            continue
        if place in baselined:
            if plan.shows(finding.severity):
                result.baselined.append(finding)
            continue
        if not plan.shows(finding.severity):
            result.notes_hidden += 1
            continue
        result.findings.append(finding)
        result.failing += plan.fails(finding.severity)
    for finding in applied.suppressed:
        plan = plans.of(finding.path)
        if plan is not None and plan.shows(finding.severity):
            result.hidden.append(finding)
    result.suppressed = len(result.hidden)
    result.directives = directives
    result.partly_ignored = sum(plans.plans[place].is_partial for place in plans.index.values())
    problems = [problem for report in reports for problem in report.problems]
    result.problems.extend(sorted(problems, key=lambda problem: (problem.path or "", problem.rule or "", problem.message)))
    return result


def _own_severity(extra: Sequence[Finding], plans: Plans, registry: Registry) -> Iterator[Finding]:
    """Findings about suppression comments, with the severity that holds in their file."""
    for finding in extra:
        plan = plans.of(finding.path)
        if plan is not None:
            yield msgspec.structs.replace(finding, severity=plan.severity_of(registry.by_code[finding.rule]))


@contextmanager
def without_collector() -> Iterator[None]:
    """Trees are large and have few cycles: the collector would walk them again and again for nothing."""
    was_on = gc.isenabled()
    gc.disable()
    gc.freeze()
    try:
        yield
    finally:
        # What was made goes to the oldest generation: among the youngest, the next object would have all of it walked.
        gc.freeze()
        gc.unfreeze()
        if was_on:
            gc.enable()
