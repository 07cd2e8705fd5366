"""A tree that comes from the cache is the tree that was put there."""

from __future__ import annotations

import zlib

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend_lint.engine.stored_trees import decoded, encoded
from backend_lint.source.nodes import Tree
from backend_lint.source.parse import SyntaxFault, parse

SOURCE = '''# -*- coding: utf-8 -*-
"""Orders, with a name that is no ASCII: Käse."""

from typing import Annotated
import app.db as db  # the session


@router.get("/orders/{id}", response_model=Order)
async def order(id: int, session: Annotated[Session, Depends(db.session)], *rest: str, **more: object) -> Order | None:
    total = sum([line.price * line.count for line in await session.lines(id) if line] or [0.5, -1, 1j, ...])
    match total:
        case [Order(id=1), *others] if others:
            return {**more, "a" b: lambda x, /, y=1: x[1:2, ::3] for y in rest} if total else None
        case _:
            del more["x"], rest
    with open(f"{id!r:>{total}} {{}}", "rb") as file, lock:
        while (line := file.readline()) not in (b"\\xff", None):
            yield line
    try:
        global seen
        seen += 1
    except (OSError, ValueError) as fault:
        raise Missing(id) from fault
    else:
        assert seen, "text"
'''.replace('"a" b: lambda x, /, y=1: x[1:2, ::3] for y in rest', '"a" "b": lambda x, /, y=1: x[1:2, ::3]')


def same(left: Tree, right: Tree) -> bool:
    return (left.path, left.text, left.comments, left.line_starts) == (right.path, right.text, right.comments, right.line_starts) and (
        msgspec.to_builtins(left.body) == msgspec.to_builtins(right.body)
    )


def round_trip(path: str, data: bytes) -> Tree | SyntaxFault | None:
    try:
        found: Tree | SyntaxFault = parse(path, data)
    except SyntaxFault as fault:
        found = fault
    stored = encoded(found)
    return None if stored is None else decoded(path, data, stored)


@pytest.mark.parametrize(
    "data", [SOURCE.encode(), b"\xef\xbb\xbfx = 'a'\r\ny = 1\r", "# coding: latin-1\nx = 'é'\n".encode("latin-1"), b""]
)
def test_it_is_the_same_tree(data: bytes) -> None:
    found = round_trip("a.py", data)
    assert isinstance(found, Tree)
    assert same(found, parse("a.py", data))


def test_the_path_is_the_askers() -> None:
    stored = encoded(parse("a.py", b"x = 1\n"))
    assert stored is not None
    found = decoded("other/b.py", b"x = 1\n", stored)
    assert isinstance(found, Tree)
    assert found.path == "other/b.py"


@pytest.mark.parametrize("data", [b"def f(:\n", b"x = '\xff'\n", b"x = (\n" + b"(" * 300])
def test_that_there_is_none_is_kept_as_well(data: bytes) -> None:
    with pytest.raises(SyntaxFault) as told:
        parse("a.py", data)
    found = round_trip("a.py", data)
    assert isinstance(found, SyntaxFault)
    assert (found.path, found.message, found.line, found.column) == ("a.py", told.value.message, told.value.line, told.value.column)
    assert str(found) == str(told.value)


@pytest.mark.parametrize(
    "text",
    [
        "x = " + "(" * 199 + "1" + ")" * 199 + "\n",
        "x = " + "f(" * 199 + "1" + ")" * 199 + "\n",
        "x = " + "[{1: " * 99 + "1" + "}]" * 99 + "\n",
        "".join("    " * depth + "if a:\n" for depth in range(99)) + "    " * 99 + "pass\n",
        "x = " + "a." * 3_000 + "b\n",
        "x = " + "not " * 3_000 + "b\n",
        "if a:\n  pass\n" + "elif b:\n  pass\n" * 3_900,
    ],
    ids=["brackets", "calls", "displays", "blocks", "attributes", "negations", "elifs"],
)
def test_the_deepest_trees_come_back_whole_or_not_at_all(text: str) -> None:
    data = text.encode()
    found = round_trip("a.py", data)
    if found is not None:
        assert isinstance(found, Tree)
        assert same(found, parse("a.py", data))
    else:
        assert text.count("a.") + text.count("not ") + text.count("elif") > 1_000, "only chains may be too deep"


@given(data=st.binary(max_size=200))
def test_any_bytes_are_no_tree_and_no_fault(data: bytes) -> None:
    assert decoded("a.py", b"x = 1\n", data) is None
    found = decoded("a.py", b"x = 1\n", zlib.compress(data))
    assert found is None or isinstance(found, (Tree, SyntaxFault))


def test_content_that_nests_without_end_is_no_tree() -> None:
    deep = (
        b"\x94\xa4tree\x91\x84\xa4node\xa8ExprStmt\xa5start\x00\xa3end\x01\xa5value"
        + b"\x84\xa4node\xa5Await\xa5start\x00\xa3end\x01\xa5value" * 200_000
    )
    assert decoded("a.py", b"x = 1\n", zlib.compress(deep)) is None
    assert decoded("a.py", b"x = 1\n", zlib.compress(b"\x91" * 5_000_000)) is None
