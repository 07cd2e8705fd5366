"""The lowered tree holds what the standard library's `ast` finds in the same text."""

from __future__ import annotations

import ast
import warnings
from collections import Counter
from pathlib import Path

import pytest

import backend_lint
from backend_lint.source import nodes as n
from backend_lint.source.parse import parse
from tests.source.snippets import SNIPPETS

_SAME_NAME = {
    "Name", "Attribute", "Call", "Subscript", "Slice", "Compare", "IfExp", "Lambda", "List", "Set", "Dict", "Await", "Yield", "YieldFrom",
    "NamedExpr", "ClassDef", "Return", "Delete", "Assign", "AugAssign", "AnnAssign", "While", "If", "Raise", "ExceptHandler", "Assert",
    "Import", "ImportFrom", "Global", "Nonlocal", "Pass", "Break", "Continue", "Match", "UnaryOp",
}  # fmt: skip
_RENAMED = {
    "AsyncFunctionDef": "FunctionDef", "FunctionDef": "FunctionDef", "AsyncFor": "For", "For": "For", "AsyncWith": "With", "With": "With",
    "Try": "Try", "TryStar": "Try", "ListComp": "Comp", "SetComp": "Comp", "DictComp": "Comp", "GeneratorExp": "Comp", "Expr": "ExprStmt",
    "arg": "Parameter", "comprehension": "Generator", "match_case": "Case", "withitem": "WithItem", "alias": "Alias",
}  # fmt: skip


def _expected(tree: ast.AST) -> Counter[str]:
    found: Counter[str] = Counter()
    for node in ast.walk(tree):
        kind = type(node).__name__
        if kind in _SAME_NAME:
            found[kind] += 1
        elif kind in _RENAMED:
            found[_RENAMED[kind]] += 1
        if isinstance(node, ast.BinOp):
            # A chain of one operator counts once; brackets, which end a chain, leave no trace in `ast`.
            found["operands"] += 1
    return found


def _found(tree: n.Tree) -> Counter[str]:
    found: Counter[str] = Counter()
    for node in n.walk(tree.body):
        kind = type(node).__name__
        if kind in _SAME_NAME or kind in _RENAMED.values():
            found[kind] += 1
        if isinstance(node, n.BinOp):
            found["operands"] += len(node.values) - 1
    return found


def _reference(text: str) -> ast.AST | None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return ast.parse(text)
        except SyntaxError:
            return None  # newer than the Python that runs the tests


# `ast` keeps type parameters and their bounds, the tree does not.
_COMPARABLE = {name: text for name, text in SNIPPETS.items() if name != "type parameters" and _reference(text) is not None}


@pytest.mark.parametrize("text", _COMPARABLE.values(), ids=_COMPARABLE)
def test_snippets(text: str) -> None:
    reference = _reference(text)
    assert reference is not None
    assert _found(parse("snippet.py", text.encode())) == _expected(reference)


def test_own_package() -> None:
    for path in sorted(Path(backend_lint.__file__).parent.glob("*/*.py"))[::6]:
        reference = _reference(path.read_text(encoding="utf-8"))
        assert reference is not None
        assert _found(parse("module.py", path.read_bytes())) == _expected(reference)
