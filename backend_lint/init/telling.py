"""What a look at a project has found, in a few lines for people."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from backend_lint.findings.model import Severity
from backend_lint.report.plain import plural, visible

if TYPE_CHECKING:
    from backend_lint.init.look import Look

#: How many names are listed before the rest is counted.
_LISTED = 3


def lines(look: Look) -> Iterator[str]:
    """The lines of the report."""
    tests = f", {plural(look.tests, 'test file')} among them" if look.tests else ", none of tests"
    yield f"{plural(look.files, 'Python file')}{tests}."
    made_with = _listed(look.frameworks, " and ") or "None of the frameworks FastAPI, Flask and Django"
    yield f"{made_with}: {plural(look.handlers, 'handler')}."
    if look.databases:
        yield f"Databases: {_listed([visible(name) for name in look.databases])}; {plural(look.models, 'model')}."
    if look.settings:
        yield f"Settings: {_listed([_settings(each.path, is_development=each.is_for_development) for each in look.settings])}."
    if any(look.roots):
        yield f"Imports start in: {_listed([visible(folder) or 'the top folder' for folder in look.roots])}."
    if look.functions:
        share = look.annotated * 100 // look.functions
        yield f"Types: {share} % of the functions have annotations ({look.annotated:,} of {look.functions:,})."
    yield from _findings(look)


def _findings(look: Look) -> Iterator[str]:
    notes = f" (and {plural(look.result.notes_hidden, 'note')} with --pedantic)" if look.result.notes_hidden else ""
    hidden = f"; the baseline hides {len(look.result.baselined):,}" if look.result.baselined else ""
    if not look.result.findings:
        yield f"A check reports nothing{notes}{hidden}."
        return
    counted = [plural(count, severity.value) for severity in Severity if (count := look.severities[severity])]
    yield f"A check reports {' and '.join(counted)}{notes}{hidden}:"
    yield f"  {', '.join(f'{family} {count:,}' for family, count in look.families)}"


def _settings(path: str, *, is_development: bool) -> str:
    return f"{visible(path)} (development)" if is_development else visible(path)


def _listed(names: list[str] | tuple[str, ...], last: str = ", ") -> str:
    if len(names) > _LISTED:
        return f"{', '.join(names[:_LISTED])} and {len(names) - _LISTED} more"
    return last.join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else "".join(names)
