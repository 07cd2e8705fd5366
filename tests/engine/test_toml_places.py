"""Where keys and values stand: what is found there must be what the parser found."""

from __future__ import annotations

import sys
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend_lint.engine.schema import spelled, toml_value
from backend_lint.engine.toml_places import KeyPath, places, position

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib


def leaves(value: Any, path: KeyPath = ()) -> dict[KeyPath, Any]:
    """All that a document holds, by its path; the document itself left out."""
    found: dict[KeyPath, Any] = {path: value} if path else {}
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        found.update(leaves(inner, (*path, key)))
    return found


def agrees(text: str) -> None:
    """Assert that each key and each value stands where it is said to."""
    expected = leaves(tomllib.loads(text))
    found = places(text)
    assert set(found) == set(expected)
    for path, place in found.items():
        if isinstance(path[-1], str):
            written = text[place.key.start : place.key.end]
            assert list(tomllib.loads(f"{written} = 1")) == [path[-1]]
        if place.value is not None:
            assert tomllib.loads(f"x = {text[place.value.start : place.value.end]}")["x"] == expected[path]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "# nothing\n\n",
        "a = 1 # one\nb.c . 'd e'=true\n",
        '[tool."x.y".z]\nlist = [1, # one\n  [2, "]"],\n]\n',
        'a = """\n""quoted"" \\" = [\n"""""\nb = 2\n',
        "a = ''''quoted''''\nb = '\\'\n",
        'table = { a = [ {b = 1} ], "c" = {} }\n',
        "[[a]]\nx = 1\n[[a.b]]\ny = 1\n[[a.b]]\ny = 2\n[[a]]\n[a.c]\nz = 3\n",
        "when = 1979-05-27 07:32:00Z # UTC\nday = 1979-05-27\ntime = 07:32:00\nn = [ -inf, 0x1F, 1_000.5e3 ]\n",
        '"\\u00e9\\n" = 1\n"ä" = 1\n',
        '"" = 1\n[a.""]\nb = 1\n',
    ],
)
def test_documents(text: str) -> None:
    agrees(text)


_BARE = st.text("ab_-1", min_size=1, max_size=3)
_TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=6)


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


_LITERAL = _TEXTS.filter(lambda text: "'" not in text).map(lambda text: f"'{text}'")
_LONG = st.text("ab \\\"'\n=[]#,", max_size=8).map(lambda text: '"""' + text.replace("\\", "\\\\").replace('"', '\\"') + '"""')
_KEY = st.one_of(_BARE, _TEXTS.map(_quoted), _LITERAL)
_SCALAR = st.one_of(
    st.integers(-99, 99).map(str), st.sampled_from(["true", "1.5", "1979-05-27 07:32:00"]), _TEXTS.map(_quoted), _LITERAL, _LONG
)
_GAP = st.sampled_from(["", " ", "\t", " \n", " # a 'comment' ]}\n"])


def _array(items: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.tuples(st.lists(items, max_size=3), _GAP).map(lambda drawn: "[" + f"{drawn[1]},".join(drawn[0]) + drawn[1] + "]")


def _table(items: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    pairs = st.dictionaries(_BARE, items, max_size=3)
    return pairs.map(lambda drawn: "{" + ", ".join(f"{key} = {value}" for key, value in drawn.items()) + "}")


_VALUE = st.recursive(_SCALAR, lambda inner: st.one_of(_array(inner), _table(inner)), max_leaves=6)
_LINE = st.one_of(
    st.tuples(st.lists(_KEY, min_size=1, max_size=3).map(" . ".join), _VALUE).map(" = ".join),
    st.lists(_KEY, min_size=1, max_size=3).map(lambda keys: f"[ {'.'.join(keys)} ]"),
    st.lists(_BARE, min_size=1, max_size=2).map(lambda keys: f"[[{'.'.join(keys)}]] # tables"),
)


@given(st.lists(_LINE, max_size=6))
@settings(max_examples=150, deadline=None)
def test_all_documents(lines: list[str]) -> None:
    kept: list[str] = []
    for line in lines:
        # Of lines that exclude each other, as two of one key, the first stays.
        try:
            tomllib.loads("\n".join([*kept, line]))
        except tomllib.TOMLDecodeError:
            continue
        kept.append(line)
    agrees("\n".join(kept))


def test_a_position_is_of_one_line() -> None:
    text = 'a = 1\nb = [\n  "x",\n]\n'
    place = places(text)[("b",)]
    assert place.value is not None
    assert position(text, place.value) == (2, 5, 6, "b = [")
    assert position(text, places(text)[("b", 0)].key) == (3, 3, 6, '  "x",')


_ANY_TEXT = st.text(st.characters(exclude_categories=("Cs",)), max_size=8)
_ANY = st.recursive(
    st.one_of(st.booleans(), st.integers(-(2**63), 2**63 - 1), st.floats(allow_nan=False), _ANY_TEXT, st.dates()),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(_ANY_TEXT, inner, max_size=3)),
    max_leaves=6,
)


@given(_ANY_TEXT, _ANY)
@settings(max_examples=150, deadline=None)
def test_values_are_written_as_they_are_read(key: str, value: Any) -> None:
    written = f"{spelled((key,))} = {toml_value(value)}"
    assert tomllib.loads(written) == {key: value}
    assert written.isprintable()
