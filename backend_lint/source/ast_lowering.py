"""From the standard library's `ast` (https://docs.python.org/3/library/ast.html) to the tree of `nodes`, with exact places, in one pass.

The interpreter's own parser is some eight times quicker than libcst's, and knows the places of nodes. What it does not know, brackets
around an expression, the fields of an f-string before Python 3.12, the words `for` and `case`, is read off the tokens. The trees are those
that `lower` makes from libcst, which reads what this interpreter does not: the syntax of a newer Python.
"""

from __future__ import annotations

import ast
import re
from bisect import bisect_left
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from backend_lint.source import nodes as n
from backend_lint.source.brackets import Spans, groups

if TYPE_CHECKING:
    from backend_lint.source.nodes import Expr, Stmt
    from backend_lint.source.tokens import Tokens

# A lone surrogate can be neither printed nor stored: the same character stands for it as in `literals`.
_SURROGATE = re.compile("[\ud800-\udfff]")


def lower_ast(module: ast.Module, text: str, tokens: Tokens) -> list[Stmt]:
    """The statements of a module. `text` is what it was parsed from, `tokens` are the text's.

    Raises KeyError for a node that this version does not know, and RecursionError when it nests too deeply.
    """
    from backend_lint.source.ast_statements import block

    return block(AstLowering(text, tokens, line_offsets(text, tokens.line_starts, 0), groups(tokens)), module.body)


class WideLine:
    """The offset of a line with characters that are not ASCII: columns of `ast` count UTF-8 bytes, and are added to it as characters."""

    __slots__ = ("_bytes", "_start")

    def __init__(self, start: int, line: str) -> None:
        self._start = start
        self._bytes = line.encode("utf-8", "surrogatepass")

    def __add__(self, column: int) -> int:
        return self._start + len(self._bytes[:column].decode("utf-8", "replace"))


def line_offsets(text: str, line_starts: Sequence[int], first: int) -> list[Any]:
    """What to add a column of `ast` to, by 1-based line, to get an offset. `first` is the offset of the text itself."""
    if text.isascii():
        return [0, *line_starts] if not first else [0, *(first + start for start in line_starts)]
    found: list[Any] = [0]
    for number, start in enumerate(line_starts, 1):
        line = text[start : line_starts[number] if number < len(line_starts) else len(text)]
        found.append(first + start if line.isascii() else WideLine(first + start, line))
    return found


class AstLowering:
    """Lowers expressions. The statements are in `ast_statements`, the f-strings in `ast_strings`.

    `lines` are the `line_offsets` of what was parsed; `groups` are the brackets around expressions.
    """

    __slots__ = ("groups", "lines", "text", "tokens")

    def __init__(self, text: str, tokens: Tokens, lines: list[Any], groups: Spans) -> None:
        self.text = text
        self.tokens = tokens
        self.lines = lines
        self.groups = groups

    def expr(self, node: Any) -> Expr:
        """Lower an expression with the brackets around it."""
        found: Expr = _EXPRESSIONS[type(node)](self, node)
        grouped = self.groups
        if grouped:
            around = grouped.get((found.start, found.end))
            while around is not None:
                found.start, found.end = around
                around = grouped.get(around)
        return found

    def plain(self, node: Any) -> Expr:
        """Lower an expression without brackets around it: in a pattern they are the pattern's."""
        return _EXPRESSIONS[type(node)](self, node)  # type: ignore[no-any-return]  # the table holds methods of any node's type

    def optional(self, node: Any) -> Expr | None:
        return None if node is None else self.expr(node)

    def is_grouped(self, node: Any) -> bool:
        """Whether brackets stand around an expression."""
        lines = self.lines
        return (lines[node.lineno] + node.col_offset, lines[node.end_lineno] + node.end_col_offset) in self.groups

    def word_before(self, offset: int, word: str) -> int:
        """The index of the last token `word` before an offset. There has to be one."""
        texts = self.tokens.texts
        index = bisect_left(self.tokens.starts, offset) - 1
        while texts[index] != word:
            index -= 1
        return index

    def arguments(self, positional: list[Any], keywords: list[Any]) -> list[n.Arg]:
        """Lower the arguments of a call or a class, in source order."""
        lines = self.lines
        found: list[n.Arg] = []
        for node in positional:
            if type(node) is ast.Starred:
                value = self.expr(node.value)
                found.append(n.Arg(lines[node.lineno] + node.col_offset, value.end, value, None, "*"))
            else:
                value = self.expr(node)
                found.append(n.Arg(value.start, value.end, value, None, ""))
        for node in keywords:
            value = self.expr(node.value)
            found.append(n.Arg(lines[node.lineno] + node.col_offset, value.end, value, node.arg, "**" if node.arg is None else ""))
        if keywords and positional and found[len(positional) - 1].start > found[len(positional)].start:
            # `f(key=1, *rest)`: only a starred argument may follow a keyword.
            found.sort(key=_start)
        return found

    def parameters(self, node: ast.arguments, begin: int) -> n.Parameters:
        """Lower the parameters of a function or lambda; `begin` is where the first one could stand."""
        items: list[n.Parameter] = []
        plain = [*node.posonlyargs, *node.args]
        defaults: list[Any] = [*[None] * (len(plain) - len(node.defaults)), *node.defaults]
        only = len(node.posonlyargs)
        for index, arg in enumerate(plain):
            items.append(self._parameter(arg, defaults[index], "positional-only" if index < only else "normal"))
        if node.vararg is not None:
            items.append(self._parameter(node.vararg, None, "vararg"))
        for arg, default in zip(node.kwonlyargs, node.kw_defaults, strict=True):
            items.append(self._parameter(arg, default, "keyword-only"))
        if node.kwarg is not None:
            items.append(self._parameter(node.kwarg, None, "kwarg"))
        if not items:
            return n.Parameters(begin, begin, items)
        return n.Parameters(items[0].start, items[-1].end, items)

    def _parameter(self, node: ast.arg, default: Any, kind: Any) -> n.Parameter:
        start = self.lines[node.lineno] + node.col_offset
        end = self.lines[node.end_lineno or 0] + (node.end_col_offset or 0)
        annotation = None if node.annotation is None else self.expr(node.annotation)
        given = None
        if default is not None:
            given = self.expr(default)
            end = given.end
        return n.Parameter(start, end, node.arg, annotation, given, kind)

    def _name(self, node: Any) -> Expr:
        start = self.lines[node.lineno] + node.col_offset
        return n.Name(start, self.lines[node.end_lineno] + node.end_col_offset, node.id)

    def _constant(self, node: Any) -> Expr:
        start = self.lines[node.lineno] + node.col_offset
        end = self.lines[node.end_lineno] + node.end_col_offset
        value = node.value
        kind = type(value)
        if kind is str:
            return n.Constant(start, end, "str", value if value.isascii() else _SURROGATE.sub("\ufffd", value))
        if kind is bytes:
            return n.Constant(start, end, "bytes", value.decode("latin-1"))
        if kind is bool or value is None:
            return n.Constant(start, end, "none" if value is None else "bool", str(value))
        if value is ...:
            return n.Constant(start, end, "ellipsis", "...")
        return n.Constant(start, end, _NUMBERS[kind], self.text[start:end])

    def _attribute(self, node: Any) -> Expr:
        value = self.expr(node.value)
        return n.Attribute(value.start, self.lines[node.end_lineno] + node.end_col_offset, value, node.attr)

    def _call(self, node: Any) -> Expr:
        func = self.expr(node.func)
        end = self.lines[node.end_lineno] + node.end_col_offset
        args = node.args
        if len(args) == 1 and type(args[0]) is ast.GeneratorExp and not node.keywords:
            given: Any = args[0]
            if self.lines[given.end_lineno] + given.end_col_offset == end:
                # `all(a for a in b)`: the call's brackets are taken for the generator's too.
                value = self._comprehension(given)
                value.start, value.end = value.elt.start, value.generators[-1].end
                return n.Call(func.start, end, func, [n.Arg(value.start, value.end, value, None, "")])
        return n.Call(func.start, end, func, self.arguments(args, node.keywords))

    def _subscript(self, node: Any) -> Expr:
        value = self.expr(node.value)
        index = self.expr(node.slice)
        return n.Subscript(value.start, self.lines[node.end_lineno] + node.end_col_offset, value, index)

    def _slice(self, node: Any) -> Expr:
        start = self.lines[node.lineno] + node.col_offset
        end = self.lines[node.end_lineno] + node.end_col_offset
        return n.Slice(start, end, self.optional(node.lower), self.optional(node.upper), self.optional(node.step))

    def _starred(self, node: Any) -> Expr:
        value = self.expr(node.value)
        return n.Starred(self.lines[node.lineno] + node.col_offset, value.end, value)

    def _binary(self, node: Any) -> Expr:
        kind = type(node.op)
        if kind is ast.Pow:
            return self._power(node)
        spine: list[tuple[str, Any]] = []
        while type(node) is ast.BinOp and type(node.op) is not ast.Pow and (not spine or not self.is_grouped(node)):
            spine.append((_BINARY[type(node.op)], node.right))
            node = node.left
        values: list[Expr] = [self.expr(node)]
        start = values[0].start
        current = spine[-1][0]
        for op, right in reversed(spine):
            if op != current:
                values = [n.BinOp(start, values[-1].end, current, values)]
                current = op
            values.append(self.expr(right))
        return n.BinOp(start, values[-1].end, current, values)

    def _power(self, node: Any) -> Expr:
        # The one binary operator that groups from the right.
        values: list[Expr] = []
        while type(node) is ast.BinOp and type(node.op) is ast.Pow and (not values or not self.is_grouped(node)):
            values.append(self.expr(node.left))
            node = node.right
        values.append(self.expr(node))
        return n.BinOp(values[0].start, values[-1].end, "**", values)

    def _unary(self, node: Any) -> Expr:
        operand = self.expr(node.operand)
        return n.UnaryOp(self.lines[node.lineno] + node.col_offset, operand.end, _UNARY[type(node.op)], operand)

    def _boolean(self, node: Any) -> Expr:
        values = [self.expr(value) for value in node.values]
        return n.BoolOp(values[0].start, values[-1].end, "and" if type(node.op) is ast.And else "or", values)

    def _compare(self, node: Any) -> Expr:
        left = self.expr(node.left)
        comparators = [self.expr(each) for each in node.comparators]
        return n.Compare(left.start, comparators[-1].end, left, [_COMPARE[type(op)] for op in node.ops], comparators)

    def _conditional(self, node: Any) -> Expr:
        body = self.expr(node.body)
        test = self.expr(node.test)
        orelse = self.expr(node.orelse)
        return n.IfExp(body.start, orelse.end, test, body, orelse)

    def _lambda(self, node: Any) -> Expr:
        start = self.lines[node.lineno] + node.col_offset
        params = self.parameters(node.args, start + len("lambda"))
        body = self.expr(node.body)
        return n.Lambda(start, body.end, params, body)

    def _elements(self, node: Any) -> Expr:
        start = self.lines[node.lineno] + node.col_offset
        end = self.lines[node.end_lineno] + node.end_col_offset
        return _DISPLAYS[type(node)](start, end, [self.expr(element) for element in node.elts])

    def _dict(self, node: Any) -> Expr:
        start = self.lines[node.lineno] + node.col_offset
        end = self.lines[node.end_lineno] + node.end_col_offset
        keys: list[Expr | None] = [None if key is None else self.expr(key) for key in node.keys]
        return n.Dict(start, end, keys, [self.expr(value) for value in node.values])

    def _comprehension(self, node: Any) -> n.Comp:
        kind = type(node)
        value = None
        if kind is ast.DictComp:
            elt = self.expr(node.key)
            value = self.expr(node.value)
        else:
            elt = self.expr(node.elt)
        generators: list[n.Generator] = []
        for clause in node.generators:
            target = self.expr(clause.target)
            iterated = self.expr(clause.iter)
            ifs = [self.expr(condition) for condition in clause.ifs]
            word = self.word_before(target.start, "for") - clause.is_async
            end = ifs[-1].end if ifs else iterated.end
            generators.append(n.Generator(self.tokens.starts[word], end, target, iterated, ifs, bool(clause.is_async)))
        start = self.lines[node.lineno] + node.col_offset
        end = self.lines[node.end_lineno] + node.end_col_offset
        return n.Comp(start, end, _COMPREHENSIONS[kind], elt, value, generators)

    def _await(self, node: Any) -> Expr:
        value = self.expr(node.value)
        return n.Await(self.lines[node.lineno] + node.col_offset, value.end, value)

    def _yield(self, node: Any) -> Expr:
        start = self.lines[node.lineno] + node.col_offset
        end = self.lines[node.end_lineno] + node.end_col_offset
        return n.Yield(start, end, self.optional(node.value))

    def _yield_from(self, node: Any) -> Expr:
        value = self.expr(node.value)
        return n.YieldFrom(self.lines[node.lineno] + node.col_offset, value.end, value)

    def _named(self, node: Any) -> Expr:
        target = self.expr(node.target)
        value = self.expr(node.value)
        return n.NamedExpr(target.start, value.end, target, value)

    def _fielded(self, node: Any) -> Expr:
        from backend_lint.source.ast_strings import fielded

        start = self.lines[node.lineno] + node.col_offset
        return fielded(self, start, self.lines[node.end_lineno] + node.end_col_offset)


def _start(node: n.Node) -> int:
    return node.start


_NUMBERS: dict[type, Any] = {int: "int", float: "float", complex: "complex"}
_DISPLAYS: dict[type, Callable[[int, int, list[Expr]], Expr]] = {ast.List: n.List, ast.Tuple: n.Tuple, ast.Set: n.Set}
_COMPREHENSIONS: dict[type, Any] = {ast.ListComp: "list", ast.SetComp: "set", ast.DictComp: "dict", ast.GeneratorExp: "generator"}
_BINARY: dict[type, str] = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.FloorDiv: "//", ast.Mod: "%", ast.MatMult: "@", ast.LShift: "<<",
    ast.RShift: ">>", ast.BitAnd: "&", ast.BitOr: "|", ast.BitXor: "^",
}  # fmt: skip
_UNARY: dict[type, str] = {ast.Not: "not", ast.USub: "-", ast.UAdd: "+", ast.Invert: "~"}
_COMPARE: dict[type, str] = {
    ast.Eq: "==", ast.NotEq: "!=", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Is: "is", ast.IsNot: "is not", ast.In: "in",
    ast.NotIn: "not in",
}  # fmt: skip
#: The signs of `_BINARY`, for an augmented assignment.
OPERATORS = _BINARY | {ast.Pow: "**"}
_EXPRESSIONS: dict[type, Callable[[AstLowering, Any], Any]] = {
    ast.Name: AstLowering._name, ast.Constant: AstLowering._constant, ast.Attribute: AstLowering._attribute, ast.Call: AstLowering._call,
    ast.Subscript: AstLowering._subscript, ast.Slice: AstLowering._slice, ast.Starred: AstLowering._starred, ast.BinOp: AstLowering._binary,
    ast.UnaryOp: AstLowering._unary, ast.BoolOp: AstLowering._boolean, ast.Compare: AstLowering._compare,
    ast.IfExp: AstLowering._conditional, ast.Lambda: AstLowering._lambda, ast.List: AstLowering._elements, ast.Tuple: AstLowering._elements,
    ast.Set: AstLowering._elements, ast.Dict: AstLowering._dict, ast.ListComp: AstLowering._comprehension,
    ast.SetComp: AstLowering._comprehension, ast.DictComp: AstLowering._comprehension, ast.GeneratorExp: AstLowering._comprehension,
    ast.Await: AstLowering._await, ast.Yield: AstLowering._yield, ast.YieldFrom: AstLowering._yield_from,
    ast.NamedExpr: AstLowering._named, ast.JoinedStr: AstLowering._fielded,
}  # fmt: skip
# Template strings (PEP 750): Python 3.14 has them.
_TEMPLATE = getattr(ast, "TemplateStr", None)
if _TEMPLATE is not None:
    _EXPRESSIONS[_TEMPLATE] = AstLowering._fielded
