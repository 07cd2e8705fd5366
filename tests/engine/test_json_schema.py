"""The JSON Schema of the configuration: it must say of each configuration what the tool itself says."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend_lint.engine.json_schema import MEANINGS, default_of, json_schema
from backend_lint.engine.registry import Registry, built_in
from backend_lint.engine.schema import KEYS, Checker, same_type
from backend_lint.rule import Severity

from .conftest import make_rule

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

DOCS = Path(__file__).resolve().parents[2] / "docs"

#: Rules with options of all types.
RULES = Registry([
    make_rule("BL000", "syntax-error", "general", Severity.ERROR),
    make_rule("BL101", "logic-in-route", "layering", options={"most": 8, "names": ("a",), "ratio": 0.5, "strict": False, "mode": "x"}),
    make_rule("BP101", "query-in-loop", "practice", Severity.OFF),
])  # fmt: skip


def is_valid(table: dict[str, Any], registry: Registry) -> bool:
    return jsonschema.Draft7Validator(json_schema(registry)).is_valid(table)


def is_accepted(table: dict[str, Any], registry: Registry) -> bool:
    checker = Checker(registry, ())
    checker.check(table)
    return not checker.faults


def test_it_is_a_schema() -> None:
    jsonschema.Draft7Validator.check_schema(json_schema(built_in()))


def test_the_documents_have_it_as_it_is() -> None:
    """`make docs` writes it."""
    assert json.loads((DOCS / "configuration.schema.json").read_text(encoding="utf-8")) == json_schema(built_in())


def test_the_documented_example_is_valid() -> None:
    text = (DOCS / "configuration.md").read_text(encoding="utf-8")
    example = tomllib.loads(text.split("```toml\n")[1].split("```")[0])["tool"]["backend-lint"]
    jsonschema.validate(example, json_schema(built_in()), jsonschema.Draft7Validator)
    assert is_accepted(example, built_in())


def test_each_key_is_explained_here_and_in_the_documents() -> None:
    text = (DOCS / "configuration.md").read_text(encoding="utf-8")
    assert set(MEANINGS) == set(KEYS)
    assert [key for key in KEYS if f"| `{key}" not in text] == []


def test_defaults_are_valid() -> None:
    assert is_accepted({key: default_of(key) for key in KEYS if default_of(key) is not None}, built_in())


def test_each_option_of_a_rule_is_offered_with_its_default() -> None:
    offered = json_schema(RULES)["properties"]["rules"]["properties"]["logic-in-route"]["properties"]
    (rule,) = (rule for rule in RULES.rules if rule.options)
    assert set(offered) == set(rule.options)
    assert all(same_type(each["default"], rule.options[option]) for option, each in offered.items())


_SELECTOR = st.sampled_from(
    ["ALL", "all", "layering", "Layering", "BL1", "bl101", "BL", "B", "BL101", "BL1011", "101", "", "query-in-loop", "BP1", "bP"]
)
_SEVERITY = st.sampled_from(["error", "warning", "note", "off", "Error", "never", True])
_WRONG = st.sampled_from([0, 1.5, True, "text", [], [1], {}, {"a": 1}])
_NAME = st.sampled_from(["a.b", "a", "a b", "", "1a", ".a", "a.", "é.x"])
_OPTION = st.one_of(st.sampled_from([1, 2.5, True, "x", ["a"], [1], []]), _WRONG)
_VALUES: dict[str, st.SearchStrategy[Any]] = {
    "select": st.lists(_SELECTOR, max_size=2),
    "per-file-ignores": st.dictionaries(st.sampled_from(["a/", "*.py"]), st.one_of(st.lists(_SELECTOR, max_size=2), _WRONG), max_size=2),
    "exclude": st.lists(st.sampled_from(["a/", "*.py"]), max_size=2),
    "severity": st.dictionaries(_SELECTOR, _SEVERITY, max_size=2),
    "fail-on": _SEVERITY,
    "pedantic": st.booleans(),
    "validators": st.lists(_NAME, max_size=2),
    "rules": st.dictionaries(
        st.sampled_from(["logic-in-route", "bl101", "BL101", "query-in-loop", "logic"]),
        st.one_of(st.dictionaries(st.sampled_from(["most", "names", "ratio", "strict", "mode", "x"]), _OPTION, max_size=2), _WRONG),
        max_size=1,
    ),
    "selct": _WRONG,
}


@given(st.fixed_dictionaries({}, optional={key: st.one_of(values, _WRONG) for key, values in _VALUES.items()}))
@settings(max_examples=300, deadline=None)
def test_it_accepts_what_the_tool_accepts(table: dict[str, Any]) -> None:
    assert is_valid(table, RULES) == is_accepted(table, RULES)


@pytest.mark.parametrize("key", sorted(KEYS))
def test_each_key_has_one_type(key: str) -> None:
    verdicts = {repr(value): (is_valid({key: value}, RULES), is_accepted({key: value}, RULES)) for value in (1, True, "x y", ["x y"], {})}
    assert [shown for shown, (one, other) in verdicts.items() if one != other] == []
