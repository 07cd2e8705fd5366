"""Whatever the bytes: a tree or a `SyntaxFault`, and never the end of the process."""

from __future__ import annotations

import gc
import pickle
import sys
import threading
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend_lint.source import nodes as n
from backend_lint.source.parse import SyntaxFault, parse
from tests.source.snippets import SNIPPETS


def fault_of(data: bytes) -> SyntaxFault:
    with pytest.raises(SyntaxFault) as caught:
        parse("bad.py", data)
    return caught.value


@pytest.mark.parametrize(
    ("data", "line", "column", "message"),
    [
        (b"x\ny\0z\n", 2, 2, "null byte"),
        (b"x = 1\ny = '\xff'\n", 2, 6, "not valid utf-8"),
        (b"# coding: latin-2-ish\n", 1, 11, "unknown encoding: latin-2-ish"),
        (b"# coding: rot13\n", 1, 11, "unknown encoding: rot13"),
        (b"# coding: unicode_escape\n", 1, 11, "unknown encoding: unicode_escape"),
        (b"\xef\xbb\xbf# coding: latin-1\n", 1, 11, "byte order mark"),
        (b"# coding: utf-7\nx = '+2AA-'\n", 2, 6, "surrogate"),
        (b"import a\nprint 'b'\n", 2, 7, "print statement of Python 2"),
        (b"exec 'b'\n", 1, 6, "exec statement of Python 2"),
        (b"if a:\n    raise B, 'c'\n", 2, 12, "raise statement of Python 2"),
        (b"a <> b\n", 1, 4, "Python 2"),
        (b"x = `a`\n", 1, 5, "'`'"),
        (b"x = 1\ny = 0777\n", 2, 5, "leading zeros"),
        (b"x = 1\ny = 1__0\n", 2, 5, "invalid decimal literal"),
        (b"x = 1\ny = $\n", 2, 5, "'$'"),
        ("x = “a”\n".encode(), 1, 5, "not a valid identifier"),
        ("x\n\u2028y\n".encode(), 2, 1, "not a valid identifier"),
        (b"x\ny = (1,\nz\n", 2, 5, "'(' was never closed"),
        (b"x\ny = 1)\n", 2, 6, "unmatched ')'"),
        (b"x\ny = (1]\n", 2, 7, "']' does not match '('"),
        (b"x\ny = 'a\nz\n", 2, 5, "unterminated string literal"),
        (b"x\ny = '''a\nz\n", 2, 5, "unterminated triple-quoted string literal"),
        (b"x\ny = f'{a'\n", 2, 5, "unterminated f-string"),
        (b"x\ny = f'{a b}'\n", 2, 10, "invalid syntax"),
        (b"if a:\n    b\n  c\n", 3, 3, "dedent"),
        (b"if a:\n\tb\n        c\n", 3, 9, "tabs"),
        (b"x = 1\n  y = 2\n", 2, 3, "unexpected indentation"),
        (b"if a:\nb\n", 2, 1, "expected an indented block"),
        (b"x\ny = = z\n", 2, 5, "invalid syntax"),
        (b"x\nclass\n", 2, 1, "invalid syntax"),
        (b"x = 1\n<<<<<<< ours\ny = 2\n=======\ny = 3\n>>>>>>> theirs\n", 2, 1, "merge conflict"),
        (b"x\\", 1, 1, "line continuation"),
        (b"x = 'a' b'b'\n", 1, 1, "concatenate"),
    ],
)  # fmt: skip
def test_faults_say_what_and_where(data: bytes, line: int, column: int, message: str) -> None:
    fault = fault_of(data)
    assert message in fault.message
    assert (fault.line, fault.column) == (line, column)
    assert fault.path == "bad.py"


@pytest.mark.parametrize(
    "data",
    [b"", b"\n", b"\r", b"\x0c", b"   ", b"# only", b"\xef\xbb\xbf", b"x", b"\xef\xbb\xbf# coding: utf-8\nx", b"if a:\n\tb", b"x\r\ny\rz"],
)
def test_odd_but_right(data: bytes) -> None:
    tree = parse("odd.py", data)
    assert tree.path == "odd.py"
    assert len(tree.body) <= 3


def test_declared_encodings() -> None:
    (statement,) = parse("latin.py", b"# -*- coding: latin-1 -*-\nx = '\xe9'\n").body
    assert isinstance(statement, n.Assign)
    assert isinstance(statement.value, n.Constant)
    assert statement.value.value == "é"
    (statement,) = parse("cp1252.py", b"#!/usr/bin/python\n# vim: set fileencoding=cp1252 :\n'\x80'\n").body
    assert isinstance(statement, n.ExprStmt)
    assert isinstance(statement.value, n.Constant)
    assert statement.value.value == "€"


def test_a_declaration_below_code_declares_nothing() -> None:
    assert len(parse("late.py", b"x = 1\n# coding: no-such-thing\n").body) == 1


def test_faults_can_cross_processes() -> None:
    fault = pickle.loads(pickle.dumps(SyntaxFault("a.py", "why", 3, 4)))
    assert (fault.path, fault.message, fault.line, fault.column) == ("a.py", "why", 3, 4)


# What nests, as a function of how deeply.
_NESTED: dict[str, Callable[[int], str]] = {
    "brackets": lambda depth: "(" * depth + "a" + ")" * depth,
    "lists": lambda depth: "[" * depth + "a" + "]" * depth,
    "dicts": lambda depth: "{1: " * depth + "a" + "}" * depth,
    "calls": lambda depth: "f(a=" * depth + "a" + ")" * depth,
    "subscripts": lambda depth: "x: " + "a[" * depth + "a" + "]" * depth,
    "targets": lambda depth: "for " + "(" * depth + "a," + ")" * depth + " in b: pass",
    "f-strings": lambda depth: 'f"{' * depth + "a" + '}"' * depth,
    "formats": lambda depth: 'f"' + "{a:" * depth + "}" * depth + '"',
    "patterns": lambda depth: "match a:\n    case " + "[" * depth + "b" + "]" * depth + ": pass",
    "not": lambda depth: "not " * depth + "a",
    "signs": lambda depth: "-" * depth + "a",
    "lambdas": lambda depth: "lambda a, b: " * depth + "a",
    "conditions": lambda depth: "a if b else " * depth + "a",
    "sums": lambda depth: "a + " * depth + "a",
    "sums and differences": lambda depth: "a + a - " * (depth // 2) + "a",
    "sum over lines": lambda depth: "(" + "a +\n" * depth + "a)",
    "powers": lambda depth: "a ** " * depth + "a",
    "comparisons": lambda depth: "a < " * depth + "a",
    "and": lambda depth: "a and " * depth + "a",
    "attributes": lambda depth: "a" + ".b" * depth,
    "methods": lambda depth: "a" + ".b()" * (depth // 2),
    "calls of calls": lambda depth: "a" + "()" * depth,
    "indices of indices": lambda depth: "a" + "[0]" * (depth // 2),
    "strings": lambda depth: "'a' " * depth,
    "generators": lambda depth: "[a " + "for a in b " * depth + "]",
    "alternatives": lambda depth: "match a:\n    case " + "1 | " * depth + "1: pass",
    "imports": lambda depth: "import a" + ".a" * depth,
    "elif": lambda depth: "if a: pass\n" + "elif a: pass\n" * depth,
    "indentation": lambda depth: "".join(" " * level + "if a:\n" for level in range(depth)) + " " * depth + "pass",
    "indented functions": lambda depth: "".join("\t" * level + "def f():\n" for level in range(depth)) + "\t" * depth + "pass",
}
# Those that are chains rather than nests, or are as good as chains: they make a tree however long they are, within reason.
_CHAINS = {
    "not", "signs", "conditions", "sums", "sums and differences", "sum over lines", "powers", "comparisons", "and", "attributes", "methods",
    "calls of calls", "indices of indices", "strings", "generators", "alternatives", "elif", "imports",
}  # fmt: skip


@pytest.mark.parametrize("make", _NESTED.values(), ids=_NESTED)
def test_what_python_takes_is_taken(make: Callable[[int], str]) -> None:
    depth = 8 if make is _NESTED["patterns"] else 95
    assert parse("nested.py", make(depth).encode()).body


@pytest.mark.parametrize("name", sorted(_CHAINS))
def test_long_chains(name: str) -> None:
    depth = 3_000 if name in ("elif", "comparisons", "and", "strings", "generators", "alternatives") else 1_000
    assert parse("chain.py", _NESTED[name](depth).encode()).body


@pytest.mark.parametrize("name", sorted(set(_NESTED) - _CHAINS))
def test_deep_nests(name: str) -> None:
    assert "nested" in (fault := fault_of(_NESTED[name](1_500).encode())).message or "too many" in fault.message


@pytest.mark.parametrize("make", _NESTED.values(), ids=_NESTED)
def test_beyond_all_reason(make: Callable[[int], str]) -> None:
    fault = fault_of(make(100_000 if "indent" not in make(2) and make not in _INDENTED else 2_000).encode())
    assert "nested" in fault.message or "too many" in fault.message


_INDENTED = (_NESTED["indentation"], _NESTED["indented functions"])


def test_brackets_as_deep_as_python_takes_them() -> None:
    for name in ("brackets", "lists", "dicts", "calls"):
        assert parse("nested.py", _NESTED[name](200).encode()).body
        assert fault_of(_NESTED[name](201).encode()).message == "too many nested brackets"


def test_many_short_elif_chains_are_no_long_one() -> None:
    text = "if a: pass\n" + "elif a: pass\n" * 2
    assert len(parse("many.py", (text * 2_500).encode()).body) == 2_500


def test_a_call_of_something_named_case_is_no_pattern() -> None:
    text = "case(" + "f(" * 20 + ")" * 20 + ")\ncase = " + "f(" * 20 + ")" * 20 + "\n"
    assert len(parse("case.py", text.encode()).body) == 2


def test_long_flat_texts_are_not_deep() -> None:
    text = "x = [\n" + "    {'a': -1, 'b': f(x.y) + 1},\n" * 1_000 + "]\n"
    (statement,) = parse("data.py", text.encode()).body
    assert isinstance(statement, n.Assign)
    assert isinstance(statement.value, n.List)
    assert len(statement.value.elts) == 1_000


def test_a_file_of_50000_lines() -> None:
    text = "x = 1\n# comment\n\n'''\n'''\n" * 10_000
    tree = parse("long.py", text.encode())
    assert len(tree.body) == 20_000
    assert tree.position(tree.body[-1].start) == (49_999, 1)
    assert len(tree.comments) == 10_000


class TestGarbageCollector:
    def test_it_is_left_as_it_was(self) -> None:
        assert gc.isenabled()
        parse("a.py", b"x = 1\n")
        assert gc.isenabled()
        fault_of(b"x = = 1\n")
        assert gc.isenabled()

    def test_it_stays_off_when_it_was_off(self) -> None:
        gc.disable()
        try:
            parse("a.py", b"x = 1\n")
            assert not gc.isenabled()
        finally:
            gc.enable()


def test_the_stack_size_of_other_threads_is_left_alone() -> None:
    before = threading.stack_size()
    assert parse("deep.py", _NESTED["sums"](500).encode()).body
    assert threading.stack_size() == before


def test_deep_texts_depend_on_no_caller() -> None:
    """The verdict is the same however deep the caller's own stack is."""

    def descend(levels: int) -> n.Tree:
        return parse("deep.py", _NESTED["lists"](200).encode()) if levels == 0 else descend(levels - 1)

    assert descend(sys.getrecursionlimit() // 2).body


_TEXTS = "".join(SNIPPETS.values())
_FRAGMENTS = st.sampled_from(
    [
        *"()[]{}'\"{}:!\\\n\r\t#x1.=*,;@é",
        *(
            '"""',
            "f'",
            'f"',
            "    ",
            "if ",
            "lambda ",
            "def f(",
            "class ",
            "match x:\n",
            " case ",
            "\x0c",
            "\u2028",
            "not ",
            "in ",
            "**",
            "->",
        ),
        *("0x", "1e", "async ", "await "),
    ]
)


class TestAnything:
    @settings(deadline=None)
    @given(st.binary(max_size=60))
    def test_bytes(self, data: bytes) -> None:
        _parse_or_fault(data)

    @settings(deadline=None)
    @given(st.lists(_FRAGMENTS, max_size=25).map("".join))
    def test_fragments(self, text: str) -> None:
        _parse_or_fault(text.encode())

    @settings(max_examples=200, deadline=None)
    @given(st.integers(0, len(_TEXTS) - 1), st.integers(1, 300), st.lists(_FRAGMENTS, max_size=3).map("".join))
    def test_pieces_of_real_text(self, start: int, length: int, tail: str) -> None:
        _parse_or_fault((_TEXTS[start : start + length] + tail).encode())


def _parse_or_fault(data: bytes) -> None:
    fault: SyntaxFault | None = None
    try:
        tree = parse("any.py", data)
    except SyntaxFault as error:
        fault = error
    if fault is None:
        assert all(0 <= node.start <= node.end <= len(tree.text) for node in n.walk(tree.body))
    else:
        assert min(fault.line, fault.column) >= 1
        assert fault.message
