"""What the documentation of a rule shows as bad is reported by the rule, and what it shows instead is not."""

from __future__ import annotations

import pytest

from backend_lint.engine.entries import RuleEntry
from backend_lint.engine.registry import built_in
from backend_lint.findings.model import Severity
from backend_lint.report.documentation import EXAMPLE, INSTEAD, documentation, frameworks
from tests.rules.examples import Example, examples
from tests.support import lint

ALL = [example for rule in built_in().rules for example in examples(rule)]

#: Rules about comments count only what other rules have looked at.
_ABOUT_COMMENTS = "BL00"

#: Rules of which each framework has its own code to show, but for those that have nothing of the kind: what FastAPI validates by its types,
#: who commits in Django, sessions that are Django's own.
_LACKING = {
    "BL201": {"fastapi"},
    "BL202": {"flask"},
    "BL204": {"fastapi"},
    "BL401": {"flask"},
    "BL402": {"django"},
    "BL602": {"django"},
    "BL700": {"fastapi"},
    "BL901": {"django"},
    "BL903": {"django"},
    "BL905": {"django"},
}


def found(example: Example) -> list[tuple[int, Severity, str]]:
    """What the rule reports in the lines of an example, counted from its first."""
    files, path, before = example.project()
    selected = ["ALL"] if example.code.startswith(_ABOUT_COMMENTS) else [example.code]
    # A project of untyped functions shows as a whole only.
    targets = () if example.code == "BL700" else (path,)
    result = lint(files, select=selected, pedantic=True, targets=targets)
    assert [problem.detail or problem.message for problem in result.problems] == []
    reported = [finding for finding in result.findings if finding.rule == example.code and finding.path == path]
    return [(finding.line - before, finding.severity, finding.message) for finding in reported if finding.line > before]


@pytest.mark.parametrize("example", [each for each in ALL if each.is_bad], ids=lambda each: each.name)
def test_a_bad_example_is_reported(example: Example) -> None:
    # A note would be what reviewers dispute: no example of a fault.
    assert [severity for _, severity, _ in found(example) if severity is not Severity.NOTE] != []


@pytest.mark.parametrize("example", [each for each in ALL if not each.is_bad], ids=lambda each: each.name)
def test_what_to_use_instead_is_not(example: Example) -> None:
    assert found(example) == []


@pytest.mark.parametrize("rule", [rule for rule in built_in().rules if rule.family != "general"], ids=lambda rule: rule.code)
def test_each_framework_that_a_rule_concerns_has_its_example(rule: RuleEntry) -> None:
    told = documentation(rule)
    expected = {"fastapi", "flask", "django"} - _LACKING.get(rule.code, set())
    assert frameworks(told.section(EXAMPLE)) == expected
    assert frameworks(told.section(INSTEAD)) == expected
