"""JUnit's XML: a suite for each file with findings, a failed case for each finding.

It holds to both the schema of Ant's task, which asks for more attributes, and that of Jenkins, which allows fewer elements. Names of cases
have no lines in them, so that a case is the same one as long as the finding is. Continuous integration may take a report without cases for
a failed one, so that a clean run is a case that passed.
"""

from __future__ import annotations

import os
import time
from collections import Counter
from itertools import groupby
from xml.etree.ElementTree import Element

from backend_lint.findings.model import Severity
from backend_lint.report.listing import Item, Listing
from backend_lint.report.output import Output
from backend_lint.report.xml_ import element, write

_TOOL = "backend-lint"


def render(listing: Listing, output: Output) -> None:
    """Write the document. Notes are skipped cases, since they fail nothing; what kept the run from being complete is a case with an
    error."""
    root = element(None, "testsuites")
    made = _now()
    for path, items in groupby(sorted(listing.items, key=_path), key=_path):
        _add_suite(root, output.display(path), list(items), output, made)
    if listing.problems or not listing.items:
        suite = _suite(root, _TOOL, made, tests=max(len(listing.problems), 1), errors=len(listing.problems))
        for problem in listing.problems:
            place = output.display(problem.path) if problem.path is not None else _TOOL
            case = element(suite, "testcase", name=problem.kind, classname=place, time="0")
            element(case, "error", problem.message, message=problem.message, type=problem.kind)
        if not listing.problems:
            element(suite, "testcase", name="no findings", classname=_TOOL, time="0")
        _end(suite, "\n".join(listing.verdict))
    write(root, output)


def _add_suite(root: Element, name: str, items: list[Item], output: Output, made: str) -> None:
    skipped = sum(item.finding.severity in (Severity.NOTE, Severity.OFF) for item in items)
    suite = _suite(root, name, made, tests=len(items), failures=len(items) - skipped, skipped=skipped)
    seen: Counter[str] = Counter()
    for item in items:
        finding = item.finding
        title = f"{finding.rule} {finding.name}" + (f" in {finding.function}" if finding.function else "")
        seen[title] += 1
        title = title if seen[title] == 1 else f"{title} ({seen[title]})"
        case = element(suite, "testcase", name=title, classname=name, time="0")
        if finding.severity in (Severity.NOTE, Severity.OFF):
            element(case, "skipped", _told(item, output), message=finding.message)
        else:
            element(case, "failure", _told(item, output), message=finding.message, type=f"{finding.severity.value}: {finding.rule}")
    _end(suite, "")


def _suite(root: Element, name: str, made: str, *, tests: int, failures: int = 0, errors: int = 0, skipped: int = 0) -> Element:
    counts = {"tests": tests, "failures": failures, "errors": errors, "skipped": skipped}
    identity: dict[str, str | int] = {"name": name, "package": _TOOL, "id": len(root), "timestamp": made, "hostname": "localhost"}
    suite = element(root, "testsuite", **identity, **counts, time="0")
    element(suite, "properties")
    return suite


def _end(suite: Element, said: str) -> None:
    element(suite, "system-out", said)
    element(suite, "system-err")


def _told(item: Item, output: Output) -> str:
    finding = item.finding
    lines = [f"{output.display(finding.path)}:{finding.line}:{finding.column}: {finding.message}"]
    lines += [f"  {output.display(step.path)}:{step.line}: {step.message}" for step in finding.trace]
    lines += [f"help: {finding.help}"] if finding.help else []
    lines += [f"new: {item.remark}"] if item.remark else []
    return "\n".join(lines)


def _path(item: Item) -> str:
    return item.finding.path


def _now() -> str:
    """The time in UTC, without the zone, which the schema refuses; the one that https://reproducible-builds.org/specs/source-date-epoch
    names where it is set."""
    named = os.environ.get("SOURCE_DATE_EPOCH", "")
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(int(named) if named.isdecimal() else None))
