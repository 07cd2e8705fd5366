"""The configuration that holds for a path: as TOML that could be used as it is, with the origin of each value beside it, and as JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from backend_lint.engine.schema import spelled, toml_value
from backend_lint.report.plain import plural, visible

if TYPE_CHECKING:
    from backend_lint.engine.effective import Effective, Origin

#: How wide a value may be with its origin still beside it, in characters.
_COLUMN = 60


def as_text(found: Effective, shown: str) -> str:
    """The report for people; `shown` is how they named the path."""
    lines = [f"# {visible(shown)}: {visible(found.file) or 'no configuration, the defaults hold'}"]
    if found.is_excluded:
        lines.append("# It is left out of a check of its folder: `exclude` matches it.")
    rows = [(f"{spelled(value.path)} = {toml_value(value.value)}", _origin(value.origin)) for value in found.values]
    width = min(max(len(row) for row, _ in rows), _COLUMN)
    lines.extend(f"{row:<{width}}  # {origin}" for row, origin in rows)
    lines.append("")
    if found.rules:
        lines.append(f"# {found.on} of {plural(found.known, 'rule')} are on. Other than by default are:")
        name = max(len(state.rule.name) for state in found.rules)
        lines.extend(
            f"#   {state.rule.code} {state.rule.name:<{name}}  {state.severity.value:<7}  {_because(state.origin)}" for state in found.rules
        )
    else:
        lines.append(f"# {found.on} of {plural(found.known, 'rule')} are on, as by default.")
    return "\n".join(lines) + "\n"


def as_json(found: Effective) -> str:
    """The same for programs."""
    values = [
        {"key": spelled(value.path), "path": list(value.path), "value": value.value, "origin": _origin_json(value.origin)}
        for value in found.values
    ]
    rules = [
        {"code": state.rule.code, "name": state.rule.name, "severity": state.severity.value, "origin": _origin_json(state.origin)}
        for state in found.rules
    ]
    told = {
        "path": found.path,
        "file": found.file or None,
        "excluded": found.is_excluded,
        "values": values,
        "rules": {"on": found.on, "known": found.known, "changed": rules},
    }
    return json.dumps(told, indent=2) + "\n"


def _origin(origin: Origin) -> str:
    if not origin.file:
        return "default"
    return visible(origin.file) + (f":{origin.line}" if origin.line is not None else "")


def _because(origin: Origin) -> str:
    place = f" ({_origin(origin)})" if origin.file else " (command line)"
    return f"{visible(origin.key)}{place}"


def _origin_json(origin: Origin) -> dict[str, Any] | None:
    return {"file": origin.file, "line": origin.line, "key": origin.key} if origin.file else None
