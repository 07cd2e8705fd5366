"""The interpreter's own parser and libcst give the same tree, each node at the same place."""

from __future__ import annotations

import sysconfig
from pathlib import Path

import msgspec
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import backend_lint
from backend_lint.source import parse as parsing
from backend_lint.source.nodes import Tree
from backend_lint.source.parse import SyntaxFault, parse
from backend_lint.source.tokens import Tokens
from tests.source.snippets import SNIPPETS

_STANDARD_LIBRARY = Path(sysconfig.get_paths()["stdlib"])


def _both(text: str) -> tuple[Tree | None, Tree]:
    """The tree by the interpreter, None where it does not read the text, and the one by libcst. Raises SyntaxFault."""
    tokens = Tokens(text)
    return parsing._by_interpreter("module.py", text, tokens), parsing._by_libcst("module.py", text, tokens)


def _assert_equal(text: str) -> None:
    ours, reference = _both(text)
    assert ours is not None
    assert msgspec.json.encode(ours.body) == msgspec.json.encode(reference.body)


def _is_read(text: str) -> bool:
    """Whether this interpreter reads a text: some snippets are of a newer Python."""
    return parsing._interpreted(text) is not None


@pytest.mark.parametrize("text", [pytest.param(text, id=name) for name, text in SNIPPETS.items() if _is_read(text)])
def test_snippets(text: str) -> None:
    _assert_equal(text)


def test_newer_syntax_is_read_by_libcst() -> None:
    newer = [text for text in SNIPPETS.values() if not _is_read(text)]
    for text in newer:
        assert parse("module.py", text.encode()).body
    with pytest.raises(SyntaxFault):
        parse("module.py", b"print 'no Python 3'\n")


def test_real_files() -> None:
    paths = [path for path in sorted(_STANDARD_LIBRARY.glob("**/*.py")) if "site-packages" not in path.parts][::20]
    paths += sorted(Path(backend_lint.__file__).parent.glob("*/*.py"))[::5]
    compared = 0
    for path in paths:
        data = path.read_bytes()
        if len(data) > 60_000 or not data.isascii():
            continue
        text = data.decode()
        if _is_read(text) and parsing.measure(Tokens(text)) < 60:
            _assert_equal(text)
            compared += 1
    assert compared > 40


_ATOMS = st.sampled_from(
    ["a", "b.c", "ü", "'s'", "'é' \"ß\"", "1", "f(a)", "f(ä, *b, k=c, **d)", "a[b]", "a[b:c, ...]", "()", "[]", "{}", "b'x'", "None",
     "True", "f'{a!r:>{b}}'", "f'ü{a}{{}}' 'x'", "rf'\\{a}'", "f'{a=}'", "f'{(a, b)}{ a , b }'", "match", "f(x for x in y)",
     "[x async for (x) in y if z]", "lambda: (a)", "{**a, 'ö': (b)}", "{x: y for x, y in (z)}", "not a", "-a", "a if b else c"]
)  # fmt: skip
_BLANKS = st.sampled_from(["", " ", "\n", "  # (note\n", " \\\n"])


@st.composite
def _bracketed(draw: st.DrawFn, inner: st.SearchStrategy[str]) -> str:
    text = draw(inner)
    for _ in range(draw(st.integers(1, 2))):
        text = f"({draw(_BLANKS)}{text}{draw(_BLANKS)})"
    return text


def _larger(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    bracketed = _bracketed(inner)
    operator = st.sampled_from(["+", "-", "**", "and", "or", "==", "not in", "@", ","])
    return st.one_of(
        bracketed,
        st.tuples(bracketed, st.sampled_from([".x", "()", "[0]", "[(a)]", "(é)", "((a),)", "(*(a))", "(k=(a))", "((x for x in y))"])).map(
            "".join
        ),
        st.tuples(bracketed, operator, bracketed).map(" ".join).map("({})".format),
        st.tuples(st.sampled_from(["not ", "-", "await ", "lambda x=(1): "]), bracketed).map("".join).map("({})".format),
    )


_EXPRESSIONS = st.recursive(_ATOMS, _larger, max_leaves=6)
_STATEMENTS = st.sampled_from(
    ["{}", "x = {}", "return {}", "@({})\ndef f(a: ({})=({})): pass", "with ({}): pass", "with ({}) as y, {}: pass", "with ({} as y): pass",
     "for x in {}: pass", "if ({}): pass\nelif {}: pass\nelse:\n    if ({}): pass", "assert ({}), {}", "del x[{}], (y)", "x[{}] += ({})",
     "raise ({}) from {}", "try: pass\nexcept ({}): pass", "class A(({}), k={}): x: ({})", "f'{{({})}}'",
     "match ({}):\n    case (1) if ({}): pass",
     "match {}:\n    case A(b=(1), c=[*_]) | {{'k': (-1), **r}}: pass"]
)  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(_STATEMENTS, st.lists(_EXPRESSIONS, min_size=3, max_size=3))
def test_brackets_and_blanks(statement: str, expressions: list[str]) -> None:
    text = statement.format(*expressions) + "\n"
    assume(_is_read(text))
    try:
        ours, reference = _both(text)
    except SyntaxFault:
        assume(False)  # libcst takes less
        raise
    # A field of an f-string may be of a newer Python than this one even where the whole is not.
    if ours is not None:
        assert msgspec.json.encode(ours.body) == msgspec.json.encode(reference.body)
