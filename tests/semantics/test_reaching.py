"""Which assignment a place sees."""

from __future__ import annotations

import pytest

from backend_lint.semantics.reaching import Reaching, blocks_around, reaching
from backend_lint.source import nodes as n
from tests.support import function_of, project_of


def seen(body: str) -> tuple[Reaching | None, str]:
    """What the name `x` holds at the function's `here(x)`, with the module's text."""
    project = project_of({"app.py": "def f(flag):\n" + "".join(f"    {line}\n" for line in body.splitlines())})
    function = function_of(project, "app.py", "f")
    place = next(
        node for node in n.walk_scope(function.node.body) if isinstance(node, n.Call) and function.module.tree.source_of(node) == "here(x)"
    )
    return reaching("x", place.start, function), function.module.tree.text


def value_of(body: str) -> str | None:
    found, text = seen(body)
    return text[found.value.start : found.value.end] if found is not None else None


@pytest.mark.parametrize(
    ("body", "value"),
    [
        ("x = 1\nhere(x)", "1"),
        ("x = 1\nx = 2\nhere(x)", "2"),
        ("x = 1\nif flag:\n    here(x)", "1"),
        ("x = 1\nif flag:\n    x = 2\n    here(x)", "2"),
        ("x: int = 1\nhere(x)", "1"),
        ("x = 1\ntry:\n    go()\nexcept E:\n    here(x)", "1"),
        ("try:\n    x = 1\nexcept E:\n    pass\nelse:\n    here(x)", "1"),
        ("for i in flag:\n    x = i\n    here(x)", "i"),
    ],
)
def test_one_value_is_certain(body: str, value: str) -> None:
    assert value_of(body) == value


@pytest.mark.parametrize(
    "body",
    [
        "x = 1\nif flag:\n    x = 2\nhere(x)",
        "x = 1\nx += 1\nhere(x)",
        "x = 1\ntry:\n    x = go()\nexcept E:\n    here(x)",
        "x = 1\nfor i in flag:\n    here(x)\n    x = i",
        "for x in flag:\n    here(x)",
        "here(x)",
    ],
)
def test_several_values_or_none_are_not(body: str) -> None:
    assert value_of(body) is None


def test_what_is_put_into_the_value_later_is_told() -> None:
    found, text = seen('x = {}\nx["a"] = 1\nif flag:\n    x.update(b=2)\nother["a"] = 1\nhere(x)')
    assert found is not None
    assert [text[change.start : change.end].splitlines()[0] for change in found.changes] == ['x["a"] = 1', "if flag:"]


def test_blocks_around_lead_from_the_body_to_the_place() -> None:
    project = project_of({"app.py": "def f():\n    if a:\n        pass\n    else:\n        with b:\n            c()\n"})
    function = function_of(project, "app.py", "f")
    start = function.module.tree.text.index("c()")
    assert [(len(block), index) for block, index in blocks_around(start, function.node.body)] == [(1, 0), (1, 0), (1, 0)]
