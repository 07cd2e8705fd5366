"""Changes of a tree come to edits of the text, and to no more than that."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import libcst as cst
import pytest
from hypothesis import given
from hypothesis import strategies as st
from libcst.metadata import CodePosition, MetadataWrapper, PositionProvider

from backend_lint.engine.registry import built_in
from backend_lint.fixes.editing import Editing, difference
from backend_lint.fixes.places import Places
from backend_lint.fixes.proposal import NotFixable, apply
from backend_lint.source import nodes as n
from backend_lint.source.parse import parse

_LINES = st.lists(st.sampled_from(["a\n", "b\n", "    c\n", "\n", "d\r\n", "ä = 1\n"]), max_size=12).map("".join)


@given(_LINES, _LINES)
def test_the_difference_of_two_texts_makes_one_of_the_other(before: str, after: str) -> None:
    edits = difference(before, after)
    assert apply(before, edits) == after
    assert list(edits) == sorted(edits)
    assert all(one.end <= other.start for one, other in pairwise(edits))


def test_only_what_differs_is_replaced() -> None:
    (edit,) = difference("x = f(a)\ny = 2\n", "x = f(a, b)\ny = 2\n")
    assert (edit.start, edit.end, edit.replacement) == (7, 7, ", b")


def test_a_node_is_found_by_its_place_with_and_without_brackets() -> None:
    tree = parse("a.py", b"x = (\n    f(1)\n)\ny = g(h(2))\n")
    editing = Editing(tree)
    calls = sorted((node for node in n.walk(tree.body) if isinstance(node, n.Call)), key=lambda node: node.start)
    names = [cst.ensure_type(editing.find(call, cst.Call).func, cst.Name).value for call in calls]
    assert names == ["f", "g", "h"]


def test_two_statements_on_a_line_are_not_taken_apart() -> None:
    tree = parse("a.py", b"x = 1; y = 2\n")
    for statement in tree.body:
        with pytest.raises(NotFixable, match="another statement stands on the same line"):
            Editing(tree).alone(statement)


def test_each_rule_with_fixes_is_in_the_table_of_the_documentation() -> None:
    table = (Path(__file__).parents[2] / "docs" / "fixes.md").read_text()
    assert [rule.code for rule in built_in().rules if rule.fixable and rule.code not in table] == []


@pytest.mark.parametrize("path", sorted((Path(__file__).parents[2] / "backend_lint" / "fixes").glob("*.py")), ids=lambda path: path.name)
def test_places_are_those_that_libcst_says(path: Path) -> None:
    tree = parse(path.name, path.read_bytes())
    module = cst.parse_module(tree.text)
    known = MetadataWrapper(module, unsafe_skip_copy=True).resolve(PositionProvider)

    def offset(place: CodePosition) -> int:
        return tree.line_starts[place.line - 1] + place.column if place.line <= len(tree.line_starts) else len(tree.text)

    places = Places(module)
    assert places.code == tree.text
    assert places.spans == {node: (offset(place.start), offset(place.end)) for node, place in known.items()}
    for statement, (start, end) in places.wholes.items():
        assert module.code_for_node(statement) == tree.text[start:end]
