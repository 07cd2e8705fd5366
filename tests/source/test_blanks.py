"""Blanks are made once a file, and libcst is left as it was."""

from __future__ import annotations

import libcst as cst
import pytest

from backend_lint.source.blanks import shared_blanks
from backend_lint.source.parse import SyntaxFault, parse

ADDED = "total = price  +  tax\n"


def test_blanks_of_one_text_are_one_node_and_write_the_same_code() -> None:
    with shared_blanks():
        module = cst.parse_module(ADDED)
    (line,) = module.body
    assert isinstance(line, cst.SimpleStatementLine)
    (assigned,) = line.body
    assert isinstance(assigned, cst.Assign)
    assert isinstance(assigned.value, cst.BinaryOperation)
    operator = assigned.value.operator
    assert isinstance(operator, cst.Add)
    assert operator.whitespace_before is operator.whitespace_after
    assert module.code == ADDED


@pytest.mark.parametrize("data", [b"x = 1\n", b"x = = 1\n", b"x = 'a' b'b'\n"], ids=["parsed", "refused", "refused by a node"])
def test_libcst_is_left_as_it_was(data: bytes) -> None:
    before = cst.SimpleWhitespace
    try:
        parse("a.py", data)
    except SyntaxFault:
        assert data != b"x = 1\n"
    assert cst.SimpleWhitespace is before
    assert isinstance(cst.SimpleWhitespace(" "), cst.CSTNode)
