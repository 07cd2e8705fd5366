"""What the nodes hold, case by case."""

from __future__ import annotations

from typing import TypeVar

import msgspec
import pytest

from backend_lint.source import nodes as n
from backend_lint.source.parse import parse

_N = TypeVar("_N", bound=n.Node)

pytestmark = pytest.mark.usefixtures("each_parser")


def tree_of(text: str) -> n.Tree:
    return parse("snippet.py", text.encode())


def only(text: str, kind: type[_N]) -> _N:
    """The one statement or expression of a text."""
    (statement,) = tree_of(text).body
    node = statement.value if isinstance(statement, n.ExprStmt) and kind is not n.ExprStmt else statement
    assert isinstance(node, kind)
    return node


def outline(node: object) -> object:
    """A node without its places."""
    if isinstance(node, n.Node):
        fields = [
            outline(getattr(node, field)) for field in node.__struct_fields__ if field not in ("start", "end", "name_start", "name_end")
        ]
        return (type(node).__name__, *fields)
    if isinstance(node, list):
        return [outline(item) for item in node]
    return node


class TestOperators:
    def test_a_chain_of_one_operator_is_one_node(self) -> None:
        assert outline(only("a + b + c\n", n.BinOp)) == ("BinOp", "+", [("Name", "a"), ("Name", "b"), ("Name", "c")])

    def test_brackets_end_a_chain(self) -> None:
        inner = ("BinOp", "+", [("Name", "a"), ("Name", "b")])
        assert outline(only("(a + b) + c\n", n.BinOp)) == ("BinOp", "+", [inner, ("Name", "c")])
        inner = ("BinOp", "+", [("Name", "b"), ("Name", "c")])
        assert outline(only("a + (b + c)\n", n.BinOp)) == ("BinOp", "+", [("Name", "a"), inner])

    def test_another_operator_ends_a_chain(self) -> None:
        inner = ("BinOp", "-", [("BinOp", "+", [("Name", "a"), ("Name", "b")]), ("Name", "c"), ("Name", "d")])
        assert outline(only("a + b - c - d + e\n", n.BinOp)) == ("BinOp", "+", [inner, ("Name", "e")])

    def test_boolean_chains(self) -> None:
        inner = ("BoolOp", "and", [("Name", "b"), ("Name", "c"), ("Name", "d")])
        assert outline(only("a or b and c and d or e\n", n.BoolOp)) == ("BoolOp", "or", [("Name", "a"), inner, ("Name", "e")])

    def test_comparisons(self) -> None:
        node = only("a < b is not c not in d != e in f\n", n.Compare)
        assert node.ops == ["<", "is not", "not in", "!=", "in"]

    def test_signs(self) -> None:
        assert outline(only("not - ~a\n", n.UnaryOp)) == ("UnaryOp", "not", ("UnaryOp", "-", ("UnaryOp", "~", ("Name", "a"))))

    def test_a_sign_behind_an_operator(self) -> None:
        tree = tree_of("a - -b\n")
        (sign,) = [node for node in n.walk(tree.body) if isinstance(node, n.UnaryOp)]
        assert tree.source_of(sign) == "-b"

    def test_conditional_expression(self) -> None:
        node = only("a if b else c if d else e\n", n.IfExp)
        inner = ("IfExp", ("Name", "d"), ("Name", "c"), ("Name", "e"))
        assert outline(node) == ("IfExp", ("Name", "b"), ("Name", "a"), inner)


class TestSpans:
    @pytest.mark.parametrize(
        ("text", "span"),
        [
            ("x = ( a + b )\n", "( a + b )"),
            ("x = ((a))\n", "((a))"),
            ("x = (a).b\n", "(a).b"),
            ("x = a, b,\n", "a, b,"),
            ("x = (a, b,)\n", "(a, b,)"),
            ("x = f( a, )  # c\n", "f( a, )"),
            ("x = a[ b : ]\n", "a[ b : ]"),
            ("x = {  }\n", "{  }"),
            ("x = lambda: (a)\n", "lambda: (a)"),
            ("x = 'a' \\\n 'b'\n", "'a' \\\n 'b'"),
            ("x = f'{a}b' f'c'\n", "f'{a}b' f'c'"),
        ],
    )
    def test_expressions(self, text: str, span: str) -> None:
        tree = tree_of(text)
        (statement,) = tree.body
        assert isinstance(statement, n.Assign)
        assert tree.source_of(statement.value) == span
        assert tree.source_of(statement) == "x = " + span

    def test_a_decorated_function_begins_at_its_decorator(self) -> None:
        text = "@a\n# comment\n@b(c)\nasync def f(x): return x\n"
        tree = tree_of(text)
        function = tree.body[0]
        assert isinstance(function, n.FunctionDef)
        assert tree.source_of(function) == text.rstrip("\n")
        assert text[function.name_start : function.name_end] == "f"
        assert [tree.source_of(decorator) for decorator in function.decorators] == ["a", "b(c)"]
        assert function.is_async

    def test_statements_end_with_their_last_line(self) -> None:
        text = "if a:\n    b\n\n    # comment\nelse:\n    c  # comment\n\nd\n"
        tree = tree_of(text)
        assert tree.source_of(tree.body[0]) == "if a:\n    b\n\n    # comment\nelse:\n    c"

    def test_parameters(self) -> None:
        tree = tree_of("def f(a, /, b: int = 1, *c: str, d, **e): pass\n")
        function = tree.body[0]
        assert isinstance(function, n.FunctionDef)
        assert [(p.name, p.kind, tree.source_of(p)) for p in function.params.items] == [
            ("a", "positional-only", "a"),
            ("b", "normal", "b: int = 1"),
            ("c", "vararg", "c: str"),
            ("d", "keyword-only", "d"),
            ("e", "kwarg", "e"),
        ]

    def test_no_parameters(self) -> None:
        function = only("def f(): pass\n", n.FunctionDef)
        assert (function.params.start, function.params.end, function.params.items) == (6, 6, [])


class TestLiterals:
    @pytest.mark.parametrize(
        ("text", "kind", "value"),
        [
            ("'a\\n\\x41\\101\\u00e9\\N{EM DASH}\\q'", "str", "a\nAAé—\\q"),
            ("r'a\\n'", "str", "a\\n"),
            ("'a\\\nb'", "str", "ab"),
            ("'''a\r\nb'''", "str", "a\nb"),
            ("'\\ud800'", "str", "\ufffd"),
            ("'\\N{no such character}'", "str", "\ufffd"),
            ("b'a\\xff\\n\\u0041'", "bytes", "a\xff\n\\u0041"),
            ("'a' \"b\" '''c'''", "str", "abc"),
            ("0x_ff", "int", "0x_ff"),
            ("1e5", "float", "1e5"),
            ("1j", "complex", "1j"),
            ("True", "bool", "True"),
            ("None", "none", "None"),
            ("...", "ellipsis", "..."),
        ],
    )
    def test_constants(self, text: str, kind: str, value: str) -> None:
        node = only(text + "\n", n.Constant)
        assert (node.kind, node.value) == (kind, value)

    def test_f_string(self) -> None:
        node = only("f'a{{{b!r:>{c}}}}\\n' 'd'\n", n.FString)
        spec = [("Constant", "str", ">"), ("Field", ("Name", "c"), None, [])]
        assert outline(node) == (
            "FString",
            [("Constant", "str", "a{"), ("Field", ("Name", "b"), "r", spec), ("Constant", "str", "}\n"), ("Constant", "str", "d")],
        )

    def test_parts_of_an_f_string_have_places(self) -> None:
        tree = tree_of("f'one {two:three {four}} five'\n")
        spans = {tree.source_of(node) for node in n.walk(tree.body) if isinstance(node, (n.Constant, n.Field, n.Name))}
        assert spans == {"one ", "{two:three {four}}", "two", "three ", "{four}", "four", " five"}

    def test_identifiers_are_normalised(self) -> None:
        tree = tree_of("ﬁ.ﬁ(ﬁ=1)\n")
        names = [node.id for node in n.walk(tree.body) if isinstance(node, n.Name)]
        attributes = [node.attr for node in n.walk(tree.body) if isinstance(node, n.Attribute)]
        keywords = [node.keyword for node in n.walk(tree.body) if isinstance(node, n.Arg)]
        assert (names, attributes, keywords) == (["fi"], ["fi"], ["fi"])


class TestCallsAndSubscripts:
    def test_arguments_are_in_source_order(self) -> None:
        call = only("f(a, *b, c=d, *e, **g)\n", n.Call)
        assert [(arg.star, arg.keyword) for arg in call.args] == [("", None), ("*", None), ("", "c"), ("*", None), ("**", None)]

    def test_bases_are_in_source_order(self) -> None:
        class_def = only("class A(B, *d, metaclass=C, **e): pass\n", n.ClassDef)
        assert [(arg.star, arg.keyword) for arg in class_def.bases] == [("", None), ("*", None), ("", "metaclass"), ("**", None)]

    def test_several_indices_are_a_tuple(self) -> None:
        assert outline(only("a[b, c]\n", n.Subscript).index) == ("Tuple", [("Name", "b"), ("Name", "c")])
        assert outline(only("a[b,]\n", n.Subscript).index) == ("Tuple", [("Name", "b")])
        assert outline(only("a[b]\n", n.Subscript).index) == ("Name", "b")
        assert outline(only("a[*b]\n", n.Subscript).index) == ("Tuple", [("Starred", ("Name", "b"))])
        assert outline(only("a[:b:]\n", n.Subscript).index) == ("Slice", None, ("Name", "b"), None)

    def test_dict(self) -> None:
        assert outline(only("{a: b, **c}\n", n.Dict)) == ("Dict", [("Name", "a"), None], [("Name", "b"), ("Name", "c")])

    def test_comprehension(self) -> None:
        node = only("{a: b for c in d if e async for f in g}\n", n.Comp)
        assert (node.kind, outline(node.elt), outline(node.value)) == ("dict", ("Name", "a"), ("Name", "b"))
        assert [(len(generator.ifs), generator.is_async) for generator in node.generators] == [(1, False), (0, True)]


class TestStatements:
    def test_elif_is_nested(self) -> None:
        node = only("if a: b\nelif c: d\nelse: e\n", n.If)
        (inner,) = node.orelse
        assert isinstance(inner, n.If)
        assert (inner.start, inner.end) == (8, node.end)
        assert outline(inner.orelse) == [("ExprStmt", ("Name", "e"))]

    def test_imports(self) -> None:
        assert outline(only("import a.b as c, d\n", n.Import)) == ("Import", [("Alias", "a.b", "c"), ("Alias", "d", None)])
        assert outline(only("from ..a.b import (c as d,)\n", n.ImportFrom)) == ("ImportFrom", "a.b", 2, [("Alias", "c", "d")])
        assert outline(only("from . import *\n", n.ImportFrom)) == ("ImportFrom", "", 1, [("Alias", "*", None)])

    def test_try(self) -> None:
        node = only("try: a\nexcept* (B, C) as d: e\nelse: f\nfinally: g\n", n.Try)
        assert node.is_star
        assert [(handler.name, outline(handler.type)) for handler in node.handlers] == [("d", ("Tuple", [("Name", "B"), ("Name", "C")]))]
        assert (outline(node.orelse), outline(node.finalbody)) == ([("ExprStmt", ("Name", "f"))], [("ExprStmt", ("Name", "g"))])

    def test_delete(self) -> None:
        assert outline(only("del a, b\n", n.Delete).targets) == [("Name", "a"), ("Name", "b")]
        assert outline(only("del (a, b)\n", n.Delete).targets) == [("Tuple", [("Name", "a"), ("Name", "b")])]

    def test_pattern(self) -> None:
        node = only("match a:\n    case B(c, d=[1, *e]) | {'f': None, **g} as h if i: j\n", n.Match)
        (case,) = node.cases
        assert case.names == ["c", "e", "g", "h"]
        values = [("Name", "B"), ("Constant", "int", "1"), ("Constant", "str", "f"), ("Constant", "none", "None")]
        assert outline(case.values) == values
        assert outline(case.guard) == ("Name", "i")

    def test_assignments(self) -> None:
        assert outline(only("a = b = c\n", n.Assign)) == ("Assign", [("Name", "a"), ("Name", "b")], ("Name", "c"))
        assert outline(only("a //= b\n", n.AugAssign)) == ("AugAssign", ("Name", "a"), "//", ("Name", "b"))
        assert outline(only("a: b\n", n.AnnAssign)) == ("AnnAssign", ("Name", "a"), ("Name", "b"), None)


def test_comments() -> None:
    tree = tree_of("# one\nx = '# no'  # two\n\n    # three\n" + 'f"""{\na  # four\n}"""\n')
    assert [(comment.text, comment.line, comment.own_line) for comment in tree.comments] == [
        ("# one", 1, True),
        ("# two", 2, False),
        ("# three", 4, True),
        ("# four", 6, False),
    ]
    assert all(tree.text.startswith(comment.text, comment.start) for comment in tree.comments)


def test_a_tree_can_be_stored() -> None:
    tree = tree_of("def f(a: 'b' = 1):\n    return f'{a:{b}}' + c[d:e]\n")
    stored = msgspec.msgpack.encode(tree)
    assert repr(msgspec.msgpack.decode(stored, type=n.Tree)) == repr(tree)
