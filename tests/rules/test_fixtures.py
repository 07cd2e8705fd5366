"""Each fixture's findings are exactly those it marks, and each rule has enough of them."""

from __future__ import annotations

from collections import Counter

import pytest

from backend_lint.engine.registry import built_in
from backend_lint.findings.model import Severity
from tests.rules.fixtures import FOLDER, Fixture, fixtures
from tests.support import lint

ALL = list(fixtures())


@pytest.mark.parametrize("fixture", ALL, ids=lambda f: f"{f.code}-{f.name}")
def test_findings_are_those_marked(fixture: Fixture) -> None:
    result = lint(fixture.files, select=[fixture.code], pedantic=True)
    assert [problem.detail or problem.message for problem in result.problems] == []
    found = {(f.path, f.line, f.rule, f.severity is Severity.NOTE) for f in result.findings}
    assert found == {e for e in fixture.expected if e[2] == fixture.code}


@pytest.mark.parametrize("fixture", [f for f in ALL if f.is_quiet], ids=lambda f: f"{f.code}-{f.name}")
def test_quiet_fixtures_mark_nothing(fixture: Fixture) -> None:
    assert not any(code == fixture.code and not note for _, _, code, note in fixture.expected)


def test_every_rule_has_reported_and_quiet_cases() -> None:
    """Eight reported and eight quiet cases a rule; a quiet case is a function or a file without a marker in a quiet fixture."""
    reported: Counter[str] = Counter()
    quiet: Counter[str] = Counter()
    for fixture in ALL:
        reported[fixture.code] += sum(code == fixture.code for _, _, code, _ in fixture.expected)
        if fixture.is_quiet:
            quiet[fixture.code] += sum(text.count("# quiet:") for text in fixture.files.values())
    few = {code: (reported[code], quiet[code]) for code in {*reported, *quiet} if reported[code] < 8 or quiet[code] < 8}
    assert few == {}


def test_fixture_folders_name_rules() -> None:
    known = set(built_in().by_code)
    folders = {path.name for path in FOLDER.iterdir() if path.is_dir()}
    assert folders <= known
