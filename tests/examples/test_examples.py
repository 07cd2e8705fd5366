"""The example projects are what they say: `before/` has the findings that it marks and no other, `after/` has none."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from backend_lint.engine.check import Request, check_paths
from backend_lint.engine.registry import built_in
from backend_lint.engine.result import Result
from backend_lint.engine.selection import Choice
from backend_lint.engine.settings import CommandLine

EXAMPLES = Path(__file__).parents[2] / "examples"
FRAMEWORKS = ("fastapi", "flask", "django")
_EXPECT = re.compile(r"#\s*expect:\s*([^#\n]+)$")


def check(framework: str, version: str, folder: Path, *, pedantic: bool = False) -> Result:
    """What all rules find in a copy of an example: as the project that it is, outside of this one and of a folder called `examples`."""
    root = folder / framework
    shutil.copytree(EXAMPLES / framework / version, root, ignore=shutil.ignore_patterns("__pycache__", ".venv", ".env"))
    line = CommandLine(choice=Choice(select=("ALL",)), pedantic=pedantic)
    return check_paths([root], Request(current=root, command_line=line, use_config=False, jobs=1))


def marked(framework: str) -> set[tuple[str, int, str]]:
    """The findings that the markers of a `before/` ask for, as (path, 1-based line, code), of the rules that there are."""
    root = EXAMPLES / framework / "before"
    found = set()
    for file in root.rglob("*.py"):
        for number, text in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
            match = _EXPECT.search(text)
            if match:
                found.update((file.relative_to(root).as_posix(), number, code.strip()) for code in match[1].split(","))
    return {marker for marker in found if marker[2] in built_in().by_code}


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_the_first_draft_has_the_findings_it_marks(framework: str, tmp_path: Path) -> None:
    result = check(framework, "before", tmp_path)
    assert [problem.message for problem in result.problems] == []
    found = {(finding.path, finding.line, finding.rule) for finding in result.findings}
    expected = marked(framework)
    assert {"missed": sorted(expected - found), "not marked": sorted(found - expected)} == {"missed": [], "not marked": []}


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_the_accepted_version_has_no_findings(framework: str, tmp_path: Path) -> None:
    result = check(framework, "after", tmp_path, pedantic=True)
    assert [problem.message for problem in result.problems] == []
    assert [(finding.path, finding.line, finding.rule, finding.message) for finding in result.findings] == []


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_the_accepted_version_hides_nothing(framework: str) -> None:
    texts = {file: file.read_text(encoding="utf-8") for file in (EXAMPLES / framework / "after").rglob("*.py")}
    assert len(texts) > 20
    assert [file for file, text in texts.items() if "backend-lint:" in text or "expect:" in text] == []


def test_markers_name_all_families() -> None:
    codes = {code for framework in FRAMEWORKS for _, _, code in marked(framework)}
    rules = {code: rule for code, rule in built_in().by_code.items() if not code.startswith("BL0")}
    assert {rule.family for code, rule in rules.items() if code in codes} == {rule.family for rule in rules.values()}
