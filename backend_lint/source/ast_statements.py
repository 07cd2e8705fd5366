"""The statements' part of `ast_lowering`: one function for each of the standard library's statement nodes."""

from __future__ import annotations

import ast
import re
from bisect import bisect_left
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from backend_lint.source import nodes as n
from backend_lint.source.ast_lowering import OPERATORS
from backend_lint.source.brackets import closing

if TYPE_CHECKING:
    from backend_lint.source.ast_lowering import AstLowering
    from backend_lint.source.nodes import Expr, Stmt

_BLANK = r"(?:[ \t\f]|\\(?:\r\n?|\n))"
_HEADER = re.compile(rf"(?:async{_BLANK}+)?(?:def|class){_BLANK}+(\w+)")


def block(low: AstLowering, body: list[Any]) -> list[Stmt]:
    """Lower the statements of a module or a block."""
    return [_STATEMENTS[type(statement)](low, statement) for statement in body]


def _span(low: AstLowering, node: Any) -> tuple[int, int]:
    return low.lines[node.lineno] + node.col_offset, low.lines[node.end_lineno] + node.end_col_offset


def _header(low: AstLowering, node: Any) -> tuple[int, int, int, list[Expr]]:
    """Where a function or class begins and where its name stands, and its decorators."""
    start = low.lines[node.lineno] + node.col_offset
    match = _HEADER.match(low.text, start)
    if match is None:
        raise KeyError(f"no name behind {low.text[start : start + 20]!r}")
    decorators = [low.expr(decorator) for decorator in node.decorator_list]
    if decorators:
        start = low.tokens.starts[low.word_before(decorators[0].start, "@")]
    return start, match.start(1), match.end(1), decorators


def _function(low: AstLowering, node: Any) -> Stmt:
    start, name_start, name_end, decorators = _header(low, node)
    texts, starts = low.tokens.texts, low.tokens.starts
    behind = bisect_left(starts, name_end)
    if texts[behind] == "[":
        # Type parameters (PEP 695), which have no place in the tree.
        depth = 1
        while depth:
            behind += 1
            depth += {"[": 1, "]": -1}.get(texts[behind], 0)
        behind += 1
    params = low.parameters(node.args, starts[behind] + 1)
    returns = low.optional(node.returns)
    body = block(low, node.body)
    end = low.lines[node.end_lineno] + node.end_col_offset
    is_async = type(node) is ast.AsyncFunctionDef
    return n.FunctionDef(start, end, node.name, name_start, name_end, params, returns, decorators, body, is_async)


def _class(low: AstLowering, node: Any) -> Stmt:
    start, name_start, name_end, decorators = _header(low, node)
    bases = low.arguments(node.bases, node.keywords)
    body = block(low, node.body)
    return n.ClassDef(start, low.lines[node.end_lineno] + node.end_col_offset, node.name, name_start, name_end, bases, decorators, body)


def _if(low: AstLowering, node: Any) -> Stmt:
    # A chain of elifs is as deep as it is long, so it is lowered in a loop and put together from its end.
    links: list[tuple[int, int, Expr, list[Stmt]]] = []
    orelse: list[Any] = [node]
    while len(orelse) == 1 and type(orelse[0]) is ast.If:
        current = orelse[0]
        start, end = _span(low, current)
        if links and not low.text.startswith("elif", start):
            break
        test = low.expr(current.test)
        links.append((start, end, test, block(low, current.body)))
        orelse = current.orelse
    found = block(low, orelse)
    for start, end, test, body in reversed(links):
        found = [n.If(start, end, test, body, found)]
    return found[0]


def _for(low: AstLowering, node: Any) -> Stmt:
    start, end = _span(low, node)
    target = low.expr(node.target)
    iterated = low.expr(node.iter)
    return n.For(start, end, target, iterated, block(low, node.body), block(low, node.orelse), type(node) is ast.AsyncFor)


def _while(low: AstLowering, node: Any) -> Stmt:
    start, end = _span(low, node)
    return n.While(start, end, low.expr(node.test), block(low, node.body), block(low, node.orelse))


def _with(low: AstLowering, node: Any) -> Stmt:
    start, end = _span(low, node)
    items: list[n.WithItem] = []
    is_async = type(node) is ast.AsyncWith
    for item in node.items:
        value = low.expr(item.context_expr)
        target = low.optional(item.optional_vars)
        items.append(n.WithItem(value.start, value.end if target is None else target.end, value, target))
    if len(items) == 1 and items[0].target is None:
        _leave_brackets(low, bisect_left(low.tokens.starts, start) + 1 + is_async, items[0])
    return n.With(start, end, items, block(low, node.body), is_async)


def _leave_brackets(low: AstLowering, index: int, item: n.WithItem) -> None:
    """Take the brackets off the one item of `with (a):` where token `index` opens them: they are the statement's."""
    tokens = low.tokens
    value = item.value
    if tokens.starts[index] != value.start or tokens.texts[index] != "(":
        return
    last = closing(tokens, index)
    has_own = tokens.texts[index + 1] == "(" and closing(tokens, index + 1) == last - 1
    needs_own = type(value) in _BRACKETED or (type(value) is n.Comp and value.kind == "generator")
    if tokens.texts[last + 1] == ":" and (has_own or not needs_own):
        item.start = value.start = tokens.starts[index + 1]
        item.end = value.end = tokens.starts[last - 1] + len(tokens.texts[last - 1])


def _try(low: AstLowering, node: Any) -> Stmt:
    start, end = _span(low, node)
    body = block(low, node.body)
    handlers: list[n.ExceptHandler] = []
    for handler in node.handlers:
        begin, behind = _span(low, handler)
        kind = low.optional(handler.type)
        handlers.append(n.ExceptHandler(begin, behind, kind, handler.name, block(low, handler.body)))
    orelse = block(low, node.orelse)
    return n.Try(start, end, body, handlers, orelse, block(low, node.finalbody), type(node) is _TRY_STAR)


def _match(low: AstLowering, node: Any) -> Stmt:
    start, end = _span(low, node)
    subject = low.expr(node.subject)
    tokens = low.tokens
    index = bisect_left(tokens.starts, start) + 1
    if tokens.texts[index] == "(":
        # `match (x):` looks like a call, whose brackets are its own.
        last = closing(tokens, index)
        if tokens.starts[index + 1] == subject.start and tokens.starts[last - 1] + len(tokens.texts[last - 1]) == subject.end:
            subject.start, subject.end = tokens.starts[index], tokens.starts[last] + 1
    cases: list[n.Case] = []
    for case in node.cases:
        values: list[Expr] = []
        names: list[str] = []
        begin = tokens.starts[low.word_before(low.lines[case.pattern.lineno] + case.pattern.col_offset, "case")]
        _pattern(low, case.pattern, values, names)
        guard = low.optional(case.guard)
        body = block(low, case.body)
        cases.append(n.Case(begin, body[-1].end, values, names, guard, body))
    return n.Match(start, end, subject, cases)


def _pattern(low: AstLowering, node: Any, values: list[Expr], names: list[str]) -> None:
    """Collect what a pattern compares with and what it binds, in source order."""
    kind = type(node)
    if kind is ast.MatchValue:
        values.append(low.plain(node.value))
    elif kind is ast.MatchSingleton:
        start, end = _span(low, node)
        values.append(n.Constant(start, end, "none" if node.value is None else "bool", str(node.value)))
    elif kind is ast.MatchSequence or kind is ast.MatchOr:
        for each in node.patterns:
            _pattern(low, each, values, names)
    elif kind is ast.MatchMapping:
        for key, each in zip(node.keys, node.patterns, strict=True):
            values.append(low.plain(key))
            _pattern(low, each, values, names)
        if node.rest is not None:
            names.append(node.rest)
    elif kind is ast.MatchClass:
        values.append(low.plain(node.cls))
        for each in (*node.patterns, *node.kwd_patterns):
            _pattern(low, each, values, names)
    else:
        # A star's name, or what `as` binds; None for the wildcard `_`.
        if kind is ast.MatchAs and node.pattern is not None:
            _pattern(low, node.pattern, values, names)
        if node.name is not None:
            names.append(node.name)


def _expression(low: AstLowering, node: Any) -> Stmt:
    value = low.expr(node.value)
    return n.ExprStmt(value.start, value.end, value)


def _assign(low: AstLowering, node: Any) -> Stmt:
    targets = [low.expr(target) for target in node.targets]
    value = low.expr(node.value)
    return n.Assign(targets[0].start, value.end, targets, value)


def _annotated(low: AstLowering, node: Any) -> Stmt:
    start, end = _span(low, node)
    return n.AnnAssign(start, end, low.expr(node.target), low.expr(node.annotation), low.optional(node.value))


def _augmented(low: AstLowering, node: Any) -> Stmt:
    target = low.expr(node.target)
    value = low.expr(node.value)
    return n.AugAssign(target.start, value.end, target, OPERATORS[type(node.op)], value)


def _return(low: AstLowering, node: Any) -> Stmt:
    start, end = _span(low, node)
    return n.Return(start, end, low.optional(node.value))


def _raise(low: AstLowering, node: Any) -> Stmt:
    start, end = _span(low, node)
    return n.Raise(start, end, low.optional(node.exc), low.optional(node.cause))


def _assert(low: AstLowering, node: Any) -> Stmt:
    start, end = _span(low, node)
    return n.Assert(start, end, low.expr(node.test), low.optional(node.msg))


def _delete(low: AstLowering, node: Any) -> Stmt:
    start, end = _span(low, node)
    return n.Delete(start, end, [low.expr(target) for target in node.targets])


def _aliases(low: AstLowering, node: Any) -> list[n.Alias]:
    return [n.Alias(*_span(low, alias), alias.name, alias.asname) for alias in node.names]


def _import(low: AstLowering, node: Any) -> Stmt:
    start, end = _span(low, node)
    return n.Import(start, end, _aliases(low, node))


def _import_from(low: AstLowering, node: Any) -> Stmt:
    start, end = _span(low, node)
    return n.ImportFrom(start, end, node.module or "", node.level, _aliases(low, node))


def _names(low: AstLowering, node: Any) -> Stmt:
    start, end = _span(low, node)
    return (n.Global if type(node) is ast.Global else n.Nonlocal)(start, end, list(node.names))


def _word(low: AstLowering, node: Any) -> Stmt:
    start, end = _span(low, node)
    return _WORDS[type(node)](start, end)


def _type_alias(low: AstLowering, node: Any) -> Stmt:
    value = low.expr(node.value)
    return n.TypeAlias_(low.lines[node.lineno] + node.col_offset, value.end, node.name.id, value)


# What cannot be the item of a `with` statement without brackets of its own.
_BRACKETED = (n.Tuple, n.Yield, n.YieldFrom, n.NamedExpr)
_WORDS: dict[type, Callable[[int, int], Stmt]] = {ast.Pass: n.Pass, ast.Break: n.Break, ast.Continue: n.Continue}
_STATEMENTS: dict[type, Callable[[AstLowering, Any], Stmt]] = {
    ast.FunctionDef: _function, ast.AsyncFunctionDef: _function, ast.ClassDef: _class, ast.If: _if, ast.For: _for, ast.AsyncFor: _for,
    ast.While: _while, ast.With: _with, ast.AsyncWith: _with, ast.Try: _try, ast.Match: _match, ast.Expr: _expression,
    ast.Assign: _assign, ast.AnnAssign: _annotated, ast.AugAssign: _augmented, ast.Return: _return, ast.Raise: _raise, ast.Assert: _assert,
    ast.Delete: _delete, ast.Import: _import, ast.ImportFrom: _import_from, ast.Global: _names, ast.Nonlocal: _names, ast.Pass: _word,
    ast.Break: _word, ast.Continue: _word,
}  # fmt: skip
# `except*` (PEP 654) came with Python 3.11, `type X = ...` (PEP 695) with 3.12.
_TRY_STAR = getattr(ast, "TryStar", None)
if _TRY_STAR is not None:
    _STATEMENTS[_TRY_STAR] = _try
_TYPE_ALIAS = getattr(ast, "TypeAlias", None)
if _TYPE_ALIAS is not None:
    _STATEMENTS[_TYPE_ALIAS] = _type_alias
