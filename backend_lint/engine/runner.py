"""A run: from files and settings to a result."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import msgspec

from backend_lint.engine.analysis import Analysis, FileReport, without_repeats
from backend_lint.engine.discovery import ProjectFiles
from backend_lint.engine.plan import Plans, make_plans
from backend_lint.engine.pool import Job, check_in_processes, default_jobs
from backend_lint.engine.registry import BUILT_IN_PACK, Registry, load_pack
from backend_lint.engine.result import Result
from backend_lint.engine.settings import Configurations
from backend_lint.findings import fingerprint, suppression
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
    pack: str = BUILT_IN_PACK,
) -> Result:
    """Check the targets of `files` with the rules of the package `pack`.

    `jobs` is the number of processes, by default what pays. `texts` gives the text of files that is not what lies on the disk (path to
    bytes); with it one process does all. Raises `ConfigurationFault`.
    """
    begun = time.perf_counter()
    registry = load_pack(pack)
    plans = make_plans(files, configurations)
    reports: list[FileReport] = []
    if files.targets:
        with _without_collector():
            for report in _reports(files, plans, registry, pack, jobs, dict(texts or {})):
                reports.append(report)
                if progress is not None and report.path is not None:
                    progress(sum(each.path is not None for each in reports), len(files.targets))
    result = _assemble(files, plans, registry, reports)
    result.seconds = time.perf_counter() - begun
    return result


def _reports(
    files: ProjectFiles, plans: Plans, registry: Registry, pack: str, jobs: int | None, texts: dict[str, bytes]
) -> Iterator[FileReport]:
    processes = 1 if texts else jobs or default_jobs(len(files.targets))
    source = files.opened(texts)
    analysis = Analysis(files.root, files.all, source, plans, registry)
    if processes > 1:
        job = Job(root=files.root, files=files.all, source=source, plans=plans, pack=pack)
        whole: list[FileReport] = []
        done: set[str | None] = set()
        try:
            for report in check_in_processes(job, processes, lambda: whole.append(analysis.check_project())):
                done.add(report.path)
                yield report
        except OSError:
            # No semaphores or no processes to be had, as in some sandboxes: the same work in this one.
            for path in files.targets:
                if path not in done:
                    yield analysis.check_file(path)
        yield from whole or [analysis.check_project()]
    else:
        for path in files.targets:
            yield analysis.check_file(path)
        yield analysis.check_project()


def _assemble(files: ProjectFiles, plans: Plans, registry: Registry, reports: Sequence[FileReport]) -> Result:
    """Put the parts together, in an order that does not depend on who was first."""
    by_path = {report.path: report for report in reports}
    whole = by_path.get(None) or FileReport(path=None)
    found = without_repeats(sorted((finding for report in reports for finding in report.findings), key=_order))

    def ran(path: str, code: str) -> bool:
        report = by_path.get(path)
        return report is not None and code in report.completed and code in whole.completed

    applied = suppression.apply(
        fingerprint.assign(found),
        {report.path: report.directives for report in reports if report.path is not None and report.directives},
        rules=registry.infos(),
        ran=ran,
    )
    result = Result(root=files.root, findings=[], problems=list(files.problems), files=len(files.targets))
    for finding in sorted((*applied.kept, *_own_severity(fingerprint.assign(applied.extra), plans, registry)), key=_order):
        plan = plans.of(finding.path)
        if plan is None:
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
    result.directives = {report.path: report.directives for report in reports if report.path is not None and report.directives}
    problems = [problem for report in reports for problem in report.problems]
    result.problems.extend(sorted(problems, key=lambda problem: (problem.path or "", problem.rule or "", problem.message)))
    return result


def _own_severity(extra: Sequence[Finding], plans: Plans, registry: Registry) -> Iterator[Finding]:
    """Findings about suppression comments, with the severity that holds in their file."""
    for finding in extra:
        plan = plans.of(finding.path)
        if plan is not None:
            yield msgspec.structs.replace(finding, severity=plan.severity_of(registry.by_code[finding.rule]))


def _order(finding: Finding) -> tuple[object, ...]:
    return finding.path, finding.line, finding.column, finding.rule, finding.end_line, finding.end_column, finding.message


@contextmanager
def _without_collector() -> Iterator[None]:
    """Trees are large and have few cycles: the collector would walk them again and again for nothing."""
    was_on = gc.isenabled()
    gc.disable()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()
        if was_on:
            gc.enable()


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
        merged.files += result.files
        merged.suppressed += result.suppressed
        merged.notes_hidden += result.notes_hidden
        merged.failing += result.failing
        merged.seconds += result.seconds
    merged.findings.sort(key=_order)
    return merged


def _moved(finding: Finding, prefix: str) -> Finding:
    trace = tuple(msgspec.structs.replace(step, path=f"{prefix}/{step.path}") for step in finding.trace)
    return msgspec.structs.replace(finding, path=f"{prefix}/{finding.path}", trace=trace)
