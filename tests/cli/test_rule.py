from __future__ import annotations

import json
import subprocess
from collections.abc import Callable

import pytest

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.mark.parametrize("selector", ["BL000", "bl000", "syntax-error"])
def test_one_rule_is_explained(run: Run, selector: str) -> None:
    answer = run("rule", selector)
    assert (answer.returncode, answer.stderr) == (0, "")
    assert "BL000" in answer.stdout
    assert "Why is this bad" in answer.stdout


def test_all_rules_are_listed(run: Run) -> None:
    answer = run("rule")
    assert (answer.returncode, answer.stderr) == (0, "")
    for word in ("BL000", "syntax-error", "BL003", "invalid-suppression", "general"):
        assert word in answer.stdout


def test_a_family_or_a_beginning_lists_its_rules(run: Run) -> None:
    for selector in ("general", "BL00"):
        answer = run("rule", selector)
        assert answer.returncode == 0
        assert "BL003" in answer.stdout


def test_machine_readable_forms(run: Run) -> None:
    assert json.loads(run("rule", "BL000", "--format", "json").stdout)
    assert json.loads(run("rule", "--format", "json").stdout)
    assert run("rule", "BL000", "--format", "markdown").stdout.startswith("#")


def test_an_unknown_rule_is_a_usage_error_with_the_nearest_name(run: Run) -> None:
    answer = run("rule", "syntax-eror")
    assert (answer.returncode, answer.stdout) == (2, "")
    assert 'there is no rule "syntax-eror"; did you mean "syntax-error"?' in answer.stderr
