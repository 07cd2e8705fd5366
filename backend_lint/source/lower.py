"""From a libcst module to the tree of `nodes`, with exact places, in one pass.

libcst's own position provider generates the whole file's code again to learn where things are. Here a cursor runs along the file's tokens
while the tree is walked in source order; each leaf of the tree is the next token of that text.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any
from unicodedata import normalize

import libcst as cst

from backend_lint.source import nodes as n
from backend_lint.source import operator_lowering as operators
from backend_lint.source.cursor import Cursor, Misaligned
from backend_lint.source.literals import bytes_value, format_text, string_value

if TYPE_CHECKING:
    from backend_lint.source.nodes import Expr, Stmt
    from backend_lint.source.tokens import Tokens


def lower(module: cst.Module, text: str, tokens: Tokens) -> list[Stmt]:
    """The statements of a module. `text` is what it was parsed from, `tokens` are the text's.

    Raises `Misaligned` when the module's leaves are not to be found in the text, and RecursionError when it nests too deeply.
    """
    from backend_lint.source.statement_lowering import block

    try:
        cursor = Lowering(tokens.texts, tokens.starts)
        body = block(cursor, module)
        cursor.finish()
        return body
    except Misaligned:
        from backend_lint.source.generated_tokens import generated_tokens

        cursor = Lowering(*generated_tokens(module, text))
        body = block(cursor, module)
        cursor.finish()
        return body


class Lowering(Cursor):
    """Lowers expressions. The statements are in `statement_lowering`."""

    __slots__ = ()

    def expr(self, node: Any) -> Expr:
        """Lower an expression with the brackets around it."""
        if node.lpar:
            return self._bracketed(node)
        return _EXPRESSIONS[type(node)](self, node)  # type: ignore[no-any-return]  # the table holds methods of any node's type

    def optional(self, node: Any) -> Expr | None:
        return None if node is None else self.expr(node)

    def _bracketed(self, node: Any) -> Expr:
        start = self.leaf("(")
        for _ in node.lpar[1:]:
            self.leaf("(")
        found: Expr = _EXPRESSIONS[type(node)](self, node)
        for _ in node.rpar:
            self.leaf(")")
        found.start = start
        found.end = self.ends[self.position - 1]
        return found

    def _name(self, node: cst.Name) -> Expr:
        text = node.value
        start = self.leaf(text)
        kind = _SINGLETONS.get(text)
        if kind is not None:
            return n.Constant(start, start + len(text), kind, text)
        return n.Name(start, start + len(text), identifier(text))

    def _chain(self, node: Any) -> Expr:
        # A chain is as deep as it is long: it is taken apart in a loop, and built up from its beginning.
        links = []
        while True:
            links.append(node)
            field = _CHAINED[type(node)]
            node = getattr(node, field)
            if node.lpar or type(node) not in _CHAINED:
                break
        value = self.expr(node)
        start = value.start
        for link in reversed(links):
            kind = type(link)
            if kind is cst.Attribute:
                text = link.attr.value
                at = self.leaf(text)
                value = n.Attribute(start, at + len(text), value, identifier(text))
            elif kind is cst.Call:
                self.leaf("(")
                args = []
                for arg in link.args:
                    args.append(self.arg(arg))  # noqa: PERF401 - a frame less for each level of nesting
                value = n.Call(start, self.leaf(")") + 1, value, args)
            else:
                self.leaf("[")
                index = self._index(link.slice)
                value = n.Subscript(start, self.leaf("]") + 1, value, index)
        return value

    def arg(self, node: cst.Arg) -> n.Arg:
        """Lower an argument of a call or a class."""
        if node.star:
            start = self.leaf("*")
            if node.star == "**":
                self.leaf("*")
                value = self.expr(node.value)
                return n.Arg(start, value.end, value, None, "**")
            value = self.expr(node.value)
            return n.Arg(start, value.end, value, None, "*")
        if node.keyword is not None:
            keyword = node.keyword.value
            start = self.leaf(keyword)
            value = self.expr(node.value)
            return n.Arg(start, value.end, value, identifier(keyword), "")
        value = self.expr(node.value)
        return n.Arg(value.start, value.end, value, None, "")

    def _index(self, elements: Sequence[cst.SubscriptElement]) -> Expr:
        items: list[Expr] = []
        for element in elements:
            part: Any = element.slice
            if type(part) is cst.Slice:
                items.append(self._slice(part))
            elif part.star:
                start = self.leaf("*")
                value = self.expr(part.value)
                items.append(n.Starred(start, value.end, value))
            else:
                items.append(self.expr(part.value))
        if type(elements[-1].comma) is cst.Comma:
            self.leaf(",")
        elif len(items) == 1 and type(items[0]) is not n.Starred:
            return items[0]
        return n.Tuple(items[0].start, self.end, items)

    def _slice(self, node: cst.Slice) -> Expr:
        lower_ = self.optional(node.lower)
        start = self.leaf(":")
        upper = self.optional(node.upper)
        step = None
        if type(node.second_colon) is cst.Colon:
            self.leaf(":")
            step = self.optional(node.step)
        return n.Slice(start if lower_ is None else lower_.start, self.end, lower_, upper, step)

    def _lambda(self, node: cst.Lambda) -> Expr:
        start = self.leaf("lambda")
        params = self.parameters(node.params)
        body = self.expr(node.body)
        return n.Lambda(start, body.end, params, body)

    def parameters(self, node: cst.Parameters) -> n.Parameters:
        """Lower the parameters of a function or lambda."""
        items: list[n.Parameter] = []
        items.extend(self._parameter(param, "positional-only") for param in node.posonly_params)
        items.extend(self._parameter(param, "normal") for param in node.params)
        if type(node.star_arg) is cst.Param:
            items.append(self._parameter(node.star_arg, "vararg"))
        items.extend(self._parameter(param, "keyword-only") for param in node.kwonly_params)
        if node.star_kwarg is not None:
            items.append(self._parameter(node.star_kwarg, "kwarg"))
        if not items:
            here = self.end
            return n.Parameters(here, here, items)
        return n.Parameters(items[0].start, items[-1].end, items)

    def _parameter(self, node: cst.Param, kind: Any) -> n.Parameter:
        text = node.name.value
        start = self.leaf(text)
        annotation = None if node.annotation is None else self.expr(node.annotation.annotation)
        default = None if node.default is None else self.expr(node.default)
        return n.Parameter(start, self.ends[self.position - 1], identifier(text), annotation, default, kind)

    def _elements(self, node: Any) -> list[Expr]:
        found: list[Expr] = []
        for element in node.elements:
            if type(element) is cst.StarredElement:
                found.append(self.expr(element))
            else:
                found.append(self.expr(element.value))
        return found

    def _starred(self, node: cst.StarredElement) -> Expr:
        start = self.leaf("*")
        value = self.expr(node.value)
        return n.Starred(start, value.end, value)

    def _list(self, node: cst.List) -> Expr:
        start = self.leaf("[")
        elements = self._elements(node)
        return n.List(start, self.leaf("]") + 1, elements)

    def _set(self, node: cst.Set) -> Expr:
        start = self.leaf("{")
        elements = self._elements(node)
        return n.Set(start, self.leaf("}") + 1, elements)

    def _tuple(self, node: cst.Tuple) -> Expr:
        elements = self._elements(node)
        if not elements:
            here = self.end
            return n.Tuple(here, here, elements)
        if type(node.elements[-1].comma) is cst.Comma:
            self.leaf(",")
        return n.Tuple(elements[0].start, self.ends[self.position - 1], elements)

    def _dict(self, node: cst.Dict) -> Expr:
        start = self.leaf("{")
        keys: list[Expr | None] = []
        values: list[Expr] = []
        for element in node.elements:
            if type(element) is cst.DictElement:
                keys.append(self.expr(element.key))
            else:
                self.leaf("*")
                self.leaf("*")
                keys.append(None)
            values.append(self.expr(element.value))
        return n.Dict(start, self.leaf("}") + 1, keys, values)

    def _comprehension(self, node: Any) -> Expr:
        kind, opening, closing = _COMPREHENSIONS[type(node)]
        start = self.leaf(opening) if opening else -1
        elt: Expr
        value = None
        if type(node) is cst.DictComp:
            elt = self.expr(node.key)
            value = self.expr(node.value)
        elif kind == "dict":
            # `{**each for each in ...}` (PEP 798)
            star = self.leaf("*")
            self.leaf("*")
            inner = self.expr(node.value)
            elt = n.Starred(star, inner.end, inner)
        else:
            elt = self.expr(node.elt)
        generators: list[n.Generator] = []
        clause = node.for_in
        while clause is not None:
            is_async = clause.asynchronous is not None
            begin = self.leaf("async" if is_async else "for")
            target = self.expr(clause.target)
            iterated = self.expr(clause.iter)
            ifs: list[Expr] = []
            for condition in clause.ifs:
                ifs.append(self.expr(condition.test))  # noqa: PERF401 - a frame less for each level of nesting
            generators.append(n.Generator(begin, self.end, target, iterated, ifs, is_async))
            clause = clause.inner_for_in
        if closing:
            self.leaf(closing)
        return n.Comp(start if opening else elt.start, self.end, kind, elt, value, generators)

    def _await(self, node: cst.Await) -> Expr:
        start = self.leaf("await")
        value = self.expr(node.expression)
        return n.Await(start, value.end, value)

    def _yield(self, node: cst.Yield) -> Expr:
        start = self.leaf("yield")
        given = node.value
        if type(given) is cst.From:
            value = self.expr(given.item)
            return n.YieldFrom(start, value.end, value)
        return n.Yield(start, self.ends[self.position - 1], None) if given is None else self._yielded(start, given)

    def _yielded(self, start: int, node: Any) -> Expr:
        value = self.expr(node)
        return n.Yield(start, value.end, value)

    def _named(self, node: cst.NamedExpr) -> Expr:
        target = self.expr(node.target)
        value = self.expr(node.value)
        return n.NamedExpr(target.start, value.end, target, value)

    def _number(self, node: Any) -> Expr:
        text = node.value
        start = self.leaf(text)
        return n.Constant(start, start + len(text), _NUMBERS[type(node)], text)

    def _ellipsis(self, node: cst.Ellipsis) -> Expr:
        start = self.leaf(".")
        self.leaf(".")
        return n.Constant(start, self.leaf(".") + 1, "ellipsis", "...")

    def _string(self, node: cst.SimpleString) -> Expr:
        text = node.value
        start = self.leaf(text)
        if text[0] in "bB" or (text[0] in "rR" and text[1] in "bB"):
            return n.Constant(start, start + len(text), "bytes", bytes_value(text))
        return n.Constant(start, start + len(text), "str", string_value(text))

    def _concatenated(self, node: Any) -> Expr:
        pieces: list[Any] = []
        while type(node) is cst.ConcatenatedString:
            pieces.append(self.expr(node.left))
            node = node.right
        pieces.append(self.expr(node))
        first = pieces[0]
        if all(type(piece) is n.Constant for piece in pieces):
            return n.Constant(first.start, pieces[-1].end, first.kind, "".join(piece.value for piece in pieces))
        parts: list[n.Constant | n.Field] = []
        for piece in pieces:
            parts.extend(piece.parts if type(piece) is n.FString else [piece])
        return n.FString(first.start, pieces[-1].end, parts)

    def _fielded(self, node: Any) -> Expr:
        opening = node.start
        start = self.leaf(opening)
        parts = self._parts(node.parts, "r" in opening.lower(), False)
        return n.FString(start, self.leaf(node.end) + len(node.end), parts)

    def _parts(self, nodes: Sequence[Any], is_raw: bool, is_format: bool) -> list[n.Constant | n.Field]:
        parts: list[n.Constant | n.Field] = []
        position = self.end
        for node in nodes:
            if type(node) in _TEXT_PARTS:
                text = node.value
                parts.append(n.Constant(position, position + len(text), "str", format_text(text, is_raw, is_format)))
                position += len(text)
                continue
            start = self.leaf("{")
            value = self.expr(node.expression)
            spec: list[n.Constant | n.Field] = []
            if node.conversion is not None:
                self.leaf(node.conversion)
            if node.format_spec is not None:
                self.leaf(":")
                spec = self._parts(node.format_spec, is_raw, True)
            position = self.leaf("}") + 1
            parts.append(n.Field(start, position, value, node.conversion, spec))
        return parts


def identifier(text: str) -> str:
    """The name that an identifier in the text stands for: its normal form NFKC (Python reference, 2.3)."""
    return text if text.isascii() else normalize("NFKC", text)


_SINGLETONS: dict[str, Any] = {"True": "bool", "False": "bool", "None": "none"}
_NUMBERS: dict[type, Any] = {cst.Integer: "int", cst.Float: "float", cst.Imaginary: "complex"}
_CHAINED: dict[type, str] = {cst.Attribute: "value", cst.Call: "func", cst.Subscript: "value"}
_COMPREHENSIONS: dict[type, tuple[Any, str, str]] = {
    cst.ListComp: ("list", "[", "]"), cst.SetComp: ("set", "{", "}"), cst.DictComp: ("dict", "{", "}"),
    cst.GeneratorExp: ("generator", "", ""),
}  # fmt: skip
_TEXT_PARTS = (cst.FormattedStringText, cst.TemplatedStringText)
_EXPRESSIONS: dict[type, Callable[[Lowering, Any], Any]] = {
    cst.Name: Lowering._name, cst.Attribute: Lowering._chain, cst.Call: Lowering._chain, cst.Subscript: Lowering._chain,
    cst.BinaryOperation: operators.binary, cst.UnaryOperation: operators.unary, cst.BooleanOperation: operators.boolean,
    cst.Comparison: operators.comparison, cst.IfExp: operators.conditional, cst.Lambda: Lowering._lambda, cst.List: Lowering._list,
    cst.Set: Lowering._set, cst.Tuple: Lowering._tuple, cst.Dict: Lowering._dict, cst.ListComp: Lowering._comprehension,
    cst.SetComp: Lowering._comprehension, cst.DictComp: Lowering._comprehension, cst.GeneratorExp: Lowering._comprehension,
    cst.Await: Lowering._await, cst.Yield: Lowering._yield, cst.NamedExpr: Lowering._named, cst.Integer: Lowering._number,
    cst.Float: Lowering._number, cst.Imaginary: Lowering._number, cst.Ellipsis: Lowering._ellipsis, cst.SimpleString: Lowering._string,
    cst.ConcatenatedString: Lowering._concatenated, cst.FormattedString: Lowering._fielded, cst.TemplatedString: Lowering._fielded,
    cst.StarredElement: Lowering._starred,
}  # fmt: skip
# libcst 1.9 has it, 1.8 has not.
_STARRED_DICT = getattr(cst, "StarredDictComp", None)
if _STARRED_DICT is not None:
    _EXPRESSIONS[_STARRED_DICT] = Lowering._comprehension
    _COMPREHENSIONS[_STARRED_DICT] = ("dict", "{", "}")
