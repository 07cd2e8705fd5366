"""The shape of a configuration as a JSON Schema, for editors: https://json-schema.org/draft-07/schema, which taplo and SchemaStore read.

It accepts what `engine.schema` accepts, but for what patterns cannot say: a pattern of `.gitignore` is any text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from backend_lint.engine.registry import ALL, Registry
from backend_lint.engine.schema import FAIL_LEVELS, KEYS, SEVERITIES, Checker

_DRAFT = "http://json-schema.org/draft-07/schema#"

#: Key -> what it means, in a sentence.
MEANINGS = {
    "select": "Only these rules: codes, their beginnings (BL3), names or families.",
    "extend-select": "These rules too, which are off by default.",
    "ignore": "Not these rules.",
    "per-file-ignores": "Patterns as in .gitignore, each with the rules that are off in the files it matches.",
    "exclude": "Patterns of files and folders that are not checked, as in .gitignore.",
    "baseline": "The file with the findings that are accepted, relative to this one.",
    "severity": "The severity of rules, by code, name or family.",
    "fail-on": "From which severity on the exit code is 1.",
    "pedantic": "Report notes too.",
    "include-tests": "Check tests, migrations and examples as well.",
    "validators": "Dotted names of project functions that validate what they are given.",
    "response-helpers": "Dotted names of project functions whose arguments a client sees.",
    "session-factories": "Dotted names of functions or classes that open a database session.",
    "settings-modules": "Dotted names of modules that production takes its settings from.",
    "rule-packs": "Rule packs besides the built-in one: packages, or paths relative to this file, loaded where the user allows it.",
    "preview": "Treat rules that are on trial like all others.",
    "rules": "Options of single rules, by name or code.",
}

_NAME = r"^[^\W\d]\w*(\.[^\W\d]\w*)*$"

_Shape = Callable[[Registry], dict[str, Any]]


def json_schema(registry: Registry) -> dict[str, Any]:
    """The schema of `[tool.backend-lint]`, and of the whole of `backend-lint.toml`, with the rules of `registry`."""
    properties = {}
    for key, test in KEYS.items():
        default, shape = _SHAPES[test]
        properties[key] = {"description": MEANINGS[key], **shape(registry)}
        if key != "select" and default is not None:
            properties[key]["default"] = default
    return {
        "$schema": _DRAFT,
        "title": "backend-lint",
        "description": "Configuration of backend-lint: [tool.backend-lint] in pyproject.toml, or backend-lint.toml.",
        "type": "object",
        "additionalProperties": False,
        "properties": properties,
        "definitions": {"selector": _selector(registry), "severity": {"type": "string", "enum": list(SEVERITIES)}},
    }


def default_of(key: str) -> Any:
    """What holds for a key that is not stated; {} for a table, None where no value says it."""
    return None if key == "select" else _SHAPES[KEYS[key]][0]


def _selector(registry: Registry) -> dict[str, Any]:
    """What `Registry.matching` understands. The names are listed for editors, which offer them; the pattern has beginnings, in any case."""
    beginnings = sorted({code[:length].upper() for code in registry.by_code for length in range(2, len(code) + 1)})
    kept = [each for each in (*beginnings, ALL) if len(each.rstrip("0123456789")) > 1]
    pattern = "|".join("".join(f"[{letter}{letter.lower()}]" if letter.isalpha() else letter for letter in each) for each in kept)
    return {
        "type": "string",
        "anyOf": [
            {"enum": [*registry.families, *registry.by_name, *registry.by_code, ALL]},
            {"pattern": f"^({pattern})$"},
        ],
    }


def _strings(inner: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": inner}


def _selectors(registry: Registry) -> dict[str, Any]:
    return _strings({"$ref": "#/definitions/selector"})


def _patterns(registry: Registry) -> dict[str, Any]:
    return _strings({"type": "string"})


def _names(registry: Registry) -> dict[str, Any]:
    return _strings({"type": "string", "pattern": _NAME})


def _file(registry: Registry) -> dict[str, Any]:
    return {"type": "string", "pattern": r"\S"}


def _packs(registry: Registry) -> dict[str, Any]:
    return _strings({"type": "string", "minLength": 1})


def _flag(registry: Registry) -> dict[str, Any]:
    return {"type": "boolean"}


def _fail_level(registry: Registry) -> dict[str, Any]:
    return {"type": "string", "enum": list(FAIL_LEVELS)}


def _per_file(registry: Registry) -> dict[str, Any]:
    return {"type": "object", "additionalProperties": _selectors(registry)}


def _severities(registry: Registry) -> dict[str, Any]:
    severity = {"$ref": "#/definitions/severity"}
    known = dict.fromkeys((*registry.families, *registry.by_name, *registry.by_code), severity)
    return {"type": "object", "properties": known, "propertyNames": {"$ref": "#/definitions/selector"}, "additionalProperties": severity}


def _rules(registry: Registry) -> dict[str, Any]:
    """Tables by name and by code; a code is understood in any case, which a pattern says."""
    by_name: dict[str, Any] = {}
    by_code: dict[str, Any] = {}
    for rule in registry.rules:
        options = {
            "type": "object",
            "description": f"{rule.code} {rule.name}: {rule.summary}",
            "additionalProperties": False,
            "properties": {option: _option(default) for option, default in rule.options.items()},
        }
        by_name[rule.name] = options
        by_code[f"^{''.join(f'[{each}{each.lower()}]' if each.isalpha() else each for each in rule.code)}$"] = options
    return {"type": "object", "additionalProperties": False, "properties": by_name, "patternProperties": by_code}


def _option(default: Any) -> dict[str, Any]:
    return {**_kind(default), "default": sorted(default, key=str) if isinstance(default, (set, frozenset)) else _plain(default)}


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _kind(value: Any) -> dict[str, Any]:
    """The schema of what has the type of `value`, as `schema.same_type` sees it."""
    if isinstance(value, bool):
        return {"type": "boolean"}
    if isinstance(value, int):
        return {"type": "integer"}
    if isinstance(value, float):
        return {"type": "number"}
    if isinstance(value, str):
        return {"type": "string"}
    assert isinstance(value, Iterable), "options are plain values and collections of them"
    return _strings(_kind(next(iter(value), "")))


#: What tests a key's value -> what holds where the key is not stated, and the schema of the value.
_SHAPES: dict[Callable[..., None], tuple[Any, _Shape]] = {
    Checker.selectors: ([], _selectors),
    Checker.per_file: ({}, _per_file),
    Checker.patterns: ([], _patterns),
    Checker.severities: ({}, _severities),
    Checker.fail_level: ("warning", _fail_level),
    Checker.flag: (False, _flag),
    Checker.names: ([], _names),
    Checker.packs: ([], _packs),
    Checker.file: (None, _file),
    Checker.rule_options: ({}, _rules),
}
