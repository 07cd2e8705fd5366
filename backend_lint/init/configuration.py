"""The configuration that a project begins with: all that is usually said, with comments, and nothing that hides a finding."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from backend_lint.agents.settings import Refusal
from backend_lint.engine.registry import Registry
from backend_lint.engine.schema import toml_value
from backend_lint.findings.model import Severity

if TYPE_CHECKING:
    from backend_lint.init.look import Look

OWN_FILE, PROJECT_FILE = "backend-lint.toml", "pyproject.toml"

_HEADING = "tool.backend-lint"


def text(look: Look, registry: Registry, *, in_project_file: bool) -> str:
    """The configuration's text: a table of `pyproject.toml`, or the whole of a file of its own."""
    prefix = f"{_HEADING}." if in_project_file else ""
    families = ", ".join(family for family in registry.families if family != "general")
    lines = [
        *([f"[{_HEADING}]"] if in_project_file else []),
        "# `backend-lint config show FILE` says what holds for a file and why, `backend-lint config schema` which keys there are.",
        "",
        '# From which severity on a check fails: "error", "warning", "note" or "never".',
        'fail-on = "warning"',
        "",
        "# Rules that are off, by code, beginning of a code (BL3), name or family:",
        f"# {families}.",
        "ignore = []",
        "",
        "# Files and folders that are not checked, as in .gitignore. Tests, migrations and examples are left out anyway.",
        "exclude = []",
        "",
        "# What the code itself does not say: dotted names of functions that validate what they are given, that build responses, that open",
        "# database sessions.",
        '# validators = ["app.checks.ensure_valid"]',
        '# response-helpers = ["app.http.answer"]',
        '# session-factories = ["app.db.open_session"]',
        *_settings(look),
        "",
        "# Rules that are off in some files.",
        f"# [{prefix}per-file-ignores]",
        '# "scripts/**" = ["types"]',
        "",
        "# Other severities: error, warning, note (shown with --pedantic, fails nothing) or off.",
        *_types(look),
        f"# [{prefix}severity]",
        '# types = "note"',
    ]
    return "\n".join(lines) + "\n"


def _settings(look: Look) -> list[str]:
    """Which settings modules production uses, as a line to be corrected: where the tool is right it needs none."""
    django = [each for each in look.settings if each.is_django]
    served = [each.name for each in django if not each.is_for_development]
    if len(django) < 2 or not served:
        return []
    return [
        "# The modules that production takes its settings from; found without it:",
        f"# settings-modules = {toml_value(served)}",
    ]


def _types(look: Look) -> list[str]:
    found = sum(finding.family == "types" and finding.severity is not Severity.NOTE for finding in look.result.findings)
    if not found or look.annotated * 2 > look.functions:
        return []
    share = look.annotated * 100 // look.functions
    return [f"# {share} % of the functions here have type annotations; {found} of {len(look.result.findings)} findings are about them."]


def with_table(before: str, table: str) -> str | None:
    """The text of `pyproject.toml` with the table at its end and all else as it was; None where that cannot be. Raises `Refusal` when it is
    not valid."""
    newline = "\r\n" if "\r\n" in before else "\n"
    gap = "" if not before.strip() else newline if before.endswith("\n") else newline * 2
    after = before + gap + table.replace("\n", newline)
    old, new = parsed(before), parsed(after)
    tool = new.get("tool") if new is not None else None
    if old is None:
        raise Refusal(f"{PROJECT_FILE} is not valid TOML; correct it first")
    if not isinstance(tool, dict) or tool.pop("backend-lint", None) is None or _without_empty(new or {}) != _without_empty(old):
        # As when `tool` is written as an inline table.
        return None
    return after


def _without_empty(document: dict[str, object]) -> dict[str, object]:
    return {key: value for key, value in document.items() if key != "tool" or value}


def parsed(document: str) -> dict[str, object] | None:
    """The document that a TOML text holds; None when it holds none."""
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    try:
        found: dict[str, object] = tomllib.loads(document.replace("\r\n", "\n"))
    except (tomllib.TOMLDecodeError, RecursionError):
        return None
    return found
