"""How a text is laid out changes places, and nothing else about its tree."""

from __future__ import annotations

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from backend_lint.source import nodes as n
from backend_lint.source.parse import parse
from backend_lint.source.tokens import Tokens
from tests.source.snippets import SNIPPETS
from tests.source.test_lowering import outline

# Layout is no matter in these; in the others it is what they are about.
_TEXTS = [
    text for text in SNIPPETS.values() if text and "\r" not in text and "\\\n" not in text and "'''" not in text and '"""' not in text
]


def outline_of(text: str) -> object:
    return outline(list(parse("layout.py", text.encode()).body))


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(_TEXTS), st.lists(st.tuples(st.integers(0, 10_000), st.sampled_from(["", "# x", "    # (y", "   ", "\f"])), max_size=6)
)
def test_blank_lines_and_comments(text: str, insertions: list[tuple[int, str]]) -> None:
    lines = text.splitlines()
    starts = Tokens(text).logical
    assert starts
    for where, line in insertions:
        lines.insert(where % (len(lines) + 1), line)
    changed = "\n".join(lines) + "\n"
    if _breaks_a_string(changed, text):
        return
    assert outline_of(changed) == outline_of(text)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(_TEXTS), st.lists(st.tuples(st.integers(0, 10_000), st.sampled_from(["  # x", "  # 'y", "  ", "\t"])), max_size=6))
def test_comments_behind_code(text: str, insertions: list[tuple[int, str]]) -> None:
    lines = text.splitlines()
    for where, tail in insertions:
        lines[where % len(lines)] += tail
    changed = "\n".join(lines) + "\n"
    if _breaks_a_string(changed, text):
        return
    assert outline_of(changed) == outline_of(text)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(_TEXTS), st.integers(0, 10_000), st.sampled_from([("(", ")"), ("( ", "\n)"), ("((", "))"), ("(  # (\n", " )")]))
def test_brackets_around_an_expression(text: str, which: int, brackets: tuple[str, str]) -> None:
    tree = parse("layout.py", text.encode())
    calls = [node for node in n.walk(tree.body) if isinstance(node, n.Call) and not _is_pattern_or_decorator(tree, node)]
    if not calls or "f'" in text or 'f"' in text or "t'" in text:
        return
    call = calls[which % len(calls)]
    changed = text[: call.start] + brackets[0] + text[call.start : call.end] + brackets[1] + text[call.end :]
    assert outline_of(changed) == outline_of(text)
    # The span takes the brackets in, of the call and of what begins or ends with it.
    spans = [node for node in n.walk(parse("layout.py", changed.encode()).body) if isinstance(node, n.Call)]
    assert any(changed[node.start : node.end].startswith(brackets[0]) for node in spans)


def _is_pattern_or_decorator(tree: n.Tree, node: n.Node) -> bool:
    line = tree.text[tree.line_starts[tree.line(node.start) - 1] : node.start]
    return re.match(r"\s*(@|case\b|del\b|class\b|with\b)", line) is not None


def _breaks_a_string(changed: str, text: str) -> bool:
    """Whether an insertion went into the middle of an f-string's field, where lines and comments are a matter of the Python version."""
    return Tokens(changed).texts != Tokens(text).texts
