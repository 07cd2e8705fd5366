"""The tokeniser by itself."""

from __future__ import annotations

import ast
import io
import tokenize
import warnings

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend_lint.source.literals import bytes_value, string_value
from backend_lint.source.tokens import Tokens
from tests.source.snippets import SNIPPETS


def texts(text: str) -> list[str]:
    return Tokens(text).texts


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1if 0xfor 1.e5j .5 1..real 1_0 0b1_0", "1 if 0xf or 1.e5j .5 1. . real 1_0 0b1_0"),
        ("a->b - > c ** d", "a -> b - > c * * d"),
        ("rb'a' Rb'' u'b' f 'c' br 'd' xr'e'", "rb'a' Rb'' u'b' f 'c' br 'd' xr 'e'"),
        ("'a\\'b' \"\\\\\" '''a'b''c'''", "'a\\'b' \"\\\\\" '''a'b''c'''"),
        ("a # b\n# c\n\\\nd", "a d"),
        ('f"{x["a"]}" + b', 'f" { x [ "a" ] } " + b'),
        ('f"{x!r:>{w}}"', 'f" { x ! r : { w } } "'),
        ('f"{{{x}}}" f"}}"', 'f" { x } " f" "'),
        ('f"\\{x}" rf"\\{x}" f"\\N{DASH}{x}" rf"\\N{x}"', 'f" { x } " rf" { x } " f" { x } " rf" { x } "'),
        ('f"{x:=5}" f"{x:%Y:%m}"', 'f" { x : } " f" { x : } "'),
        ('f"{f"{y}"}" f"{z}"', 'f" { f" { y } " } " f" { z } "'),
        ('f"{d["k"]:>{w["x"]}}"', 'f" { d [ "k" ] : { w [ "x" ] } } "'),
        ('f"{x\n}" + y', 'f" { x } " + y'),
        ("f'''{\n x # c\n}b'''", "f''' { x } '''"),
        ("f'{ {1: 2}[1] }'", "f' { { 1 : 2 } [ 1 ] } '"),
    ],
)
def test_texts(text: str, expected: str) -> None:
    assert texts(text) == expected.split(" ")


@pytest.mark.parametrize("text", SNIPPETS.values(), ids=SNIPPETS)
def test_tokens_stand_where_they_say(text: str) -> None:
    tokens = Tokens(text)
    end = 0
    for token, start in zip(tokens.texts, tokens.starts, strict=True):
        assert start >= end
        assert text.startswith(token, start)
        end = start + len(token)
    assert not tokens.is_unbalanced


def test_names_numbers_and_strings_are_those_of_the_standard_library() -> None:
    text = SNIPPETS["calls"] + SNIPPETS["numbers"] + SNIPPETS["strings"] + SNIPPETS["comments"].replace("f'#{x}#'", "g") + "\n"
    kinds = (tokenize.NAME, tokenize.NUMBER, tokenize.STRING)
    expected = [token.string for token in tokenize.generate_tokens(io.StringIO(text).readline) if token.type in kinds]
    assert [token for token in texts(text) if token[0].isalnum() or token[0] in "_'\"" or token[:1] == "." < token[1:2]] == expected


def test_lines() -> None:
    tokens = Tokens("a\r\nb\rc\n\x0cd\u2028e\x85")
    assert tokens.line_starts == [0, 3, 5, 7]
    assert tokens.position(0) == (1, 1)
    assert tokens.position(3) == (2, 1)
    assert tokens.position(8) == (4, 2)


def test_logical_lines() -> None:
    tokens = Tokens("a = (\n  b\n)\n\n# c\nd \\\n  e\nf")
    assert [tokens.texts[first] for first in dict.fromkeys(tokens.logical)] == ["a", "d", "f"]


def test_depth_and_balance() -> None:
    assert Tokens("f(a[{}])").depth == 3
    assert Tokens("f'{a[0]}'").depth == 2
    assert Tokens("'((('").depth == 0
    assert Tokens("(").is_unbalanced
    assert Tokens("a)(").is_unbalanced


@pytest.mark.parametrize("text", ["'", '"a', "'''", '"""a\nb', "f'", "f'{", 'f"{x:', 'f"{x!r', "f'{x", "'\\", "\\", "f'''{'", "rb'"])
def test_what_does_not_end_is_taken_apart_all_the_same(text: str) -> None:
    tokens = Tokens(text)
    assert all(text.startswith(token, start) for token, start in zip(tokens.texts, tokens.starts, strict=True))


@pytest.mark.parametrize(
    "unit", ["f'{", 'f"{x["a"]}"', "'\\", '"""\\', "f'", "{", "f'''{f\"\"\"{", "1_", "\\\n", "f'{x:{", "f\"{x['", "a'"]
)
def test_time_is_linear(unit: str) -> None:
    # Quadratic time would take minutes here.
    tokens = Tokens(unit * 40_000)
    assert tokens.line_starts[0] == 0


_PREFIXES = ["", "r", "R", "u", "b", "B", "br", "Rb"]


@settings(deadline=None)
@given(
    st.sampled_from(_PREFIXES), st.sampled_from(["'", '"', "'''", '"""']), st.text(st.sampled_from("ab\\'\"\nnx41u0N{}é\r"), max_size=12)
)
def test_string_values_are_those_of_python(prefix: str, quote: str, body: str) -> None:
    literal = f"{prefix}{quote}{body}{quote}"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            expected = ast.literal_eval(literal)
    except (SyntaxError, ValueError, TypeError):
        return
    if isinstance(expected, bytes):
        assert bytes_value(literal) == expected.decode("latin-1")
    elif isinstance(expected, str) and texts(literal) == [literal]:
        assert string_value(literal) == "".join("\ufffd" if "\ud800" <= character <= "\udfff" else character for character in expected)
