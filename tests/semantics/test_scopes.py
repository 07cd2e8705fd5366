"""Which names a scope binds."""

from __future__ import annotations

import pytest

from backend_lint.semantics.scopes import collect
from backend_lint.source.nodes import walk_scope
from backend_lint.source.parse import parse
from tests.support import function_of, project_of


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("import a.b", ["a import a"]),
        ("import a.b as c", ["c import a.b"]),
        ("from ..a import b as c, d", ["c import ..a:b", "d import ..a:d"]),
        ("x: int", ["x annotation"]),
        ("x: int = 1", ["x assign"]),
        ("x += 1", ["x augmented"]),
        ("a, (b, *c) = f()", ["a assign 0", "b assign 1,0", "c assign 1,1"]),
        ("a, b = 1, 2", ["a assign", "b assign"]),
        ("a = b = f()", ["a assign", "b assign"]),
        ("for k, v in d.items(): pass", ["k for 0", "v for 1"]),
        ("with f() as a, g() as (b, c): pass", ["a with", "b with 0", "c with 1"]),
        ("try: pass\nexcept E as e: x = 1\nelse: y = 1\nfinally: z = 1", ["e except", "x assign", "y assign", "z assign"]),
        ("match x:\n    case {'k': v}: pass", ["v match"]),
        ("if (a := f()): pass", ["a assign"]),
        ("[a for a in b]", ["a for"]),
        ("del a", ["a delete"]),
        ("def f(p):\n    inner = 1", ["f function"]),
        ("class C:\n    inner = 1", ["C class"]),
        ("self.x = 1\nd['k'] = 2", []),
    ],
)
def test_bindings(source: str, expected: list[str]) -> None:
    names = collect(walk_scope(parse("a.py", (source + "\n").encode()).body))
    found = []
    for bindings in names.bindings.values():
        for b in bindings:
            imported = "." * b.level + b.module + (f":{b.attribute}" if b.attribute and b.level else "")
            found.append(" ".join(part for part in (b.name, b.kind, imported, ",".join(map(str, b.path))) if part))
    assert sorted(found) == sorted(expected)


def test_targets_that_are_no_names_are_kept_by_their_root() -> None:
    names = collect(walk_scope(parse("a.py", b"self.x = 1\nself.y.z = 2\nd['k'] = 3\n").body))
    assert {root: len(found) for root, found in names.attributes.items()} == {"self": 2, "d": 1}


def test_stars_globals_and_nonlocals() -> None:
    names = collect(walk_scope(parse("a.py", b"from a import *\nglobal b\nnonlocal c\n").body))
    assert [star.module for star in names.stars] == ["a"]
    assert (names.globals, names.nonlocals) == ({"b"}, {"c"})


def test_a_function_binds_its_parameters_and_not_what_is_inside_others() -> None:
    project = project_of({"a.py": "def f(a, /, b=1, *c, d, **e):\n    x = 1\n    def g(y):\n        z = 1\n    h = lambda w: w\n"})
    assert set(function_of(project, "a.py", "f").names.bindings) == {"a", "b", "c", "d", "e", "x", "g", "h"}
