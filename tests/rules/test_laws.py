"""What must hold for every rule and project: findings do not hang on the order of files, and fingerprints not on blank lines."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backend_lint.engine.analysis import Analysis
from backend_lint.engine.discovery import ProjectFiles
from backend_lint.engine.plan import make_plans
from backend_lint.engine.registry import BUILT_IN_PACK, load_pack
from backend_lint.engine.selection import Choice
from backend_lint.engine.settings import CommandLine, Configurations
from backend_lint.source import nodes as n
from backend_lint.source.files import WorkingTree
from backend_lint.source.parse import parse
from tests.rules.fixtures import FOLDER, load
from tests.support import lint

NAMES = [
    "BL101/fastapi_shop", "BL102/django_stock", "BL203/flask", "BL205/django", "BL301/exception_helper", "BL503/django_project",
    "BL701/flask_app", "BL902/across_files",
]  # fmt: skip
FIXTURES = {name: load(FOLDER / f"{name}.py") for name in NAMES}
CODES = sorted(load_pack(BUILT_IN_PACK).by_code)
FEW = settings(max_examples=5, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
FILLERS = ["", "# a comment", "# another: with a colon, and (parens"]

Place = tuple[str, int, int, str, str, str]


def found_in_order(files: dict[str, str], order: list[str]) -> list[Place]:
    """The findings of all rules when files are given, and checked, in this order."""
    paths = tuple(order)
    given_files = ProjectFiles(root=Path("/project-without-files"), targets=paths)
    given_files.__dict__["all"] = paths
    registry = load_pack(BUILT_IN_PACK)
    line = CommandLine(choice=Choice(select=tuple(CODES)), pedantic=True)
    plans = make_plans(given_files, Configurations(given_files.root, registry, line, use_files=False))
    analysis = Analysis(
        given_files.root,
        paths,
        WorkingTree(given_files.root, paths, {path: text.encode() for path, text in files.items()}),
        plans,
        registry,
    )
    reports = [*(analysis.check_file(path) for path in paths), analysis.check_project()]
    return sorted((f.path, f.line, f.column, f.rule, f.message, f.severity.value) for report in reports for f in report.findings)


@pytest.mark.parametrize("name", NAMES)
def test_the_order_of_files_changes_no_finding(name: str) -> None:
    files = FIXTURES[name].files
    sorted_first = found_in_order(files, sorted(files))
    assert sorted_first != []

    @FEW
    @given(st.permutations(sorted(files)))
    def holds(order: list[str]) -> None:
        assert found_in_order(files, order) == sorted_first

    holds()


@pytest.mark.parametrize("name", NAMES)
def test_blank_lines_and_comments_keep_fingerprints(name: str) -> None:
    files = FIXTURES[name].files
    before = fingerprints(files)
    assert before != Counter()

    @FEW
    @given(st.data())
    def holds(data: st.DataObject) -> None:
        assert fingerprints({path: spread(path, text, data) for path, text in files.items()}) == before

    holds()


def fingerprints(files: dict[str, str]) -> Counter[tuple[str, str]]:
    return Counter((finding.rule, finding.fingerprint) for finding in lint(files, select=CODES, pedantic=True).findings)


def spread(path: str, text: str, data: st.DataObject) -> str:
    """The text with lines put in before some of its statements, first ones excepted: a comment there may speak of the whole file."""
    tree = parse(path, text.encode())
    starts = sorted({tree.line(node.start) for node in n.walk(tree.body) if isinstance(node, n.Stmt)})[1:]
    lines = text.splitlines(keepends=True)
    places = [line for line in starts if not lines[line - 1].lstrip().startswith(("elif", "else", "case"))]
    chosen = data.draw(st.lists(st.tuples(st.sampled_from(places), st.sampled_from(FILLERS)), max_size=6)) if places else []
    for line, filler in sorted(chosen, reverse=True):
        indent = lines[line - 1][: len(lines[line - 1]) - len(lines[line - 1].lstrip())]
        lines.insert(line - 1, f"{indent}{filler}\n" if filler else "\n")
    return "".join(lines)
