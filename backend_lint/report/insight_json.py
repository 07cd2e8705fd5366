"""Explanations and views of files as JSON. Their schemas are `schema/explanation-1.schema.json` and `schema/file-1.schema.json`.

Within `version` 1 keys may be added, never removed or given another meaning.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from backend_lint.insight.model import Explanation, Fact, FileView, Section
from backend_lint.report.json_ import encode, finding_record
from backend_lint.report.output import Output
from backend_lint.report.routes_json import route_record

VERSION = 1


def render_explanation(found: Explanation, output: Output) -> None:
    """Write an explanation as one JSON object."""
    display = output.display
    told = {
        "version": VERSION,
        "rule": found.code,
        "name": found.name,
        "family": found.family,
        "path": display(found.place.path),
        "line": found.place.line,
        "source": found.source,
        "function": found.function,
        "verdict": found.verdict,
        "findings": [finding_record(finding, display) for finding in found.findings],
        "reasons": facts(found.reasons, display),
        "sections": [_section(section, display) for section in found.sections],
        "elsewhere": [finding_record(finding, display) for finding in found.elsewhere],
    }
    output.write(encode(told) + "\n")


def render_file(view: FileView, output: Output) -> None:
    """Write how a file is seen as one JSON object."""
    display = output.display
    told = {
        "version": VERSION,
        "path": display(view.path),
        "configuration": view.configuration or None,
        "excluded": view.is_excluded,
        "module": view.module or None,
        "source_root": view.source_root or None,
        "role": view.role or None,
        "fault": view.fault or None,
        "frameworks": list(view.frameworks),
        "handlers": [route_record(route, display) for route in view.handlers],
        "rules": {
            "on": [{"rule": rule.code, "name": rule.name, "severity": rule.severity} for rule in view.on],
            "off": facts(view.off, display),
        },
        "unresolved_imports": facts(view.unresolved_imports, display),
        "calls": {"all": view.calls, "known": view.known, "unknown": facts(view.unknown_calls, display)},
        "weakened": [{"family": each.family, "rules": list(each.rules), "because": each.because} for each in view.weakened],
    }
    output.write(encode(told) + "\n")


def facts(found: Iterable[Fact], display: Callable[[str], str]) -> list[dict[str, object]]:
    """Facts with their places, null for those of no single place, and the steps on from there."""
    return [
        {
            "message": fact.text,
            "path": display(fact.place.path) if fact.place is not None else None,
            "line": fact.place.line if fact.place is not None else None,
            "trace": facts(fact.steps, display),
        }
        for fact in found
    ]


def _section(section: Section, display: Callable[[str], str]) -> dict[str, object]:
    return {"title": section.title, "facts": facts(section.facts, display), "left_out": section.left_out}
