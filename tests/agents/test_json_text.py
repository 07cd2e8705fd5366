"""JSON read with places, and edited in place."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend_lint.agents.json_text import BadJson, Editor, parse

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text('ab "\\\n\u00e9{', max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abc", max_size=2), inner, max_size=3),
    max_leaves=10,
)
SPACE = st.sampled_from([None, 0, 2, "\t"])


@settings(deadline=None)
@given(JSON, SPACE, st.booleans())
def test_it_reads_what_json_reads(data: Any, indent: Any, ascii_only: bool) -> None:
    text = json.dumps(data, indent=indent, ensure_ascii=ascii_only)
    found = parse(f" {text}\n")
    assert found.data == data
    assert json.loads(f" {text}\n"[found.start : found.end]) == data


@settings(deadline=None)
@given(st.text('{}[]":,a1 \n/*\\tru-e', max_size=20))
def test_it_refuses_what_json_refuses(text: str) -> None:
    try:
        expected = json.loads(text)
    except ValueError:
        with pytest.raises(BadJson):
            parse(text)
    else:
        assert parse(text).data == expected


@pytest.mark.parametrize(
    "text", ["", "{", '{"a" 1}', "[1,]", '{"a": 1,}', "NaN", "[Infinity]", "{1: 2}", '"\n"', "[" * 5_000, "{} {}", "// x\n{}"]
)
def test_bad_texts(text: str) -> None:
    with pytest.raises(BadJson, match=r"^line \d+: "):
        parse(text)


def test_comments_where_they_are_allowed() -> None:
    text = '// first\n{"a": /* one */ 1, // and\n "b": "// no comment"\n}'
    assert parse(text, with_comments=True).data == {"a": 1, "b": "// no comment"}


@settings(deadline=None)
@given(st.dictionaries(st.text("abc", max_size=2), JSON, max_size=3), SPACE, JSON)
def test_what_is_put_in_can_be_taken_out(data: dict[str, Any], indent: Any, added: Any) -> None:
    text = json.dumps(data, indent=indent)
    editor = Editor(text)
    editor.append(editor.root, added, "key")
    assert json.loads(editor.text) == {**data, "key": added}
    assert not editor.remove(editor.root, len(editor.root.members) - 1)
    assert editor.text == text
