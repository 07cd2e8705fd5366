"""The statements' part of `lower`: one function for each of libcst's statement nodes. Takes the `Lowering` and the node, gives ours."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import libcst as cst

from backend_lint.source import nodes as n
from backend_lint.source.lower import identifier
from backend_lint.source.pattern_lowering import pattern

if TYPE_CHECKING:
    from backend_lint.source.lower import Lowering
    from backend_lint.source.nodes import Expr, Stmt


def block(low: Lowering, suite: Any) -> list[Stmt]:
    """Lower the statements of a module, of an indented block, or behind a colon on the same line."""
    found: list[Stmt] = []
    for statement in suite.body:
        if type(statement) is cst.SimpleStatementLine:
            found.extend([_STATEMENTS[type(small)](low, small) for small in statement.body])
        else:
            found.append(_STATEMENTS[type(statement)](low, statement))
    return found


def _function(low: Lowering, node: cst.FunctionDef) -> Stmt:
    start, decorators = _decorators(low, node.decorators)
    is_async = node.asynchronous is not None
    keyword = low.leaf("async") if is_async else -1
    def_start = low.leaf("def")
    if start < 0:
        start = keyword if is_async else def_start
    name = node.name.value
    name_start = low.leaf(name)
    if node.type_parameters is not None:
        _type_parameters(low, node.type_parameters)
    low.leaf("(")
    params = low.parameters(node.params)
    low.leaf(")")
    returns = None
    if node.returns is not None:
        low.leaf("->")
        returns = low.expr(node.returns.annotation)
    body = block(low, node.body)
    return n.FunctionDef(start, low.end, identifier(name), name_start, name_start + len(name), params, returns, decorators, body, is_async)


def _class(low: Lowering, node: cst.ClassDef) -> Stmt:
    start, decorators = _decorators(low, node.decorators)
    class_start = low.leaf("class")
    name = node.name.value
    name_start = low.leaf(name)
    if node.type_parameters is not None:
        _type_parameters(low, node.type_parameters)
    bases: list[n.Arg] = []
    if type(node.lpar) is cst.LeftParen:
        low.leaf("(")
        bases = [low.arg(arg) for arg in (*node.bases, *node.keywords)]
        low.leaf(")")
    body = block(low, node.body)
    start = start if start >= 0 else class_start
    return n.ClassDef(start, low.end, identifier(name), name_start, name_start + len(name), bases, decorators, body)


def _decorators(low: Lowering, nodes: Any) -> tuple[int, list[Expr]]:
    start = -1
    found: list[Expr] = []
    for decorator in nodes:
        at = low.leaf("@")
        start = at if start < 0 else start
        found.append(low.expr(decorator.decorator))
    return start, found


def _type_parameters(low: Lowering, node: cst.TypeParameters) -> None:
    """Go past type parameters (PEP 695): they have no place in the tree."""
    low.leaf("[")
    for item in node.params:
        if type(item.param) is not cst.TypeVar:
            for _ in range(1 if type(item.param) is cst.TypeVarTuple else 2):
                low.leaf("*")
        low.leaf(item.param.name.value)
        bound = getattr(item.param, "bound", None)
        if bound is not None:
            low.expr(bound)
        if item.default is not None:
            if item.star:
                low.leaf("*")
            low.expr(item.default)
    low.leaf("]")


def _if(low: Lowering, node: cst.If) -> Stmt:
    # A chain of elifs is as deep as it is long, so it is lowered in a loop and put together from its end.
    links: list[tuple[int, Expr, list[Stmt]]] = []
    current: Any = node
    orelse: list[Stmt] = []
    while type(current) is cst.If:
        start = low.leaf("elif" if links else "if")
        test = low.expr(current.test)
        links.append((start, test, block(low, current.body)))
        current = current.orelse
    if current is not None:
        orelse = _orelse(low, current)
    end = low.end
    for start, test, body in reversed(links):
        orelse = [n.If(start, end, test, body, orelse)]
    return orelse[0]


def _orelse(low: Lowering, node: cst.Else | None) -> list[Stmt]:
    if node is None:
        return []
    low.leaf("else")
    return block(low, node.body)


def _for(low: Lowering, node: cst.For) -> Stmt:
    is_async = node.asynchronous is not None
    start = low.leaf("async" if is_async else "for")
    target = low.expr(node.target)
    iterated = low.expr(node.iter)
    body = block(low, node.body)
    orelse = _orelse(low, node.orelse)
    return n.For(start, low.end, target, iterated, body, orelse, is_async)


def _while(low: Lowering, node: cst.While) -> Stmt:
    start = low.leaf("while")
    test = low.expr(node.test)
    body = block(low, node.body)
    orelse = _orelse(low, node.orelse)
    return n.While(start, low.end, test, body, orelse)


def _with(low: Lowering, node: cst.With) -> Stmt:
    is_async = node.asynchronous is not None
    start = low.leaf("async" if is_async else "with")
    has_brackets = type(node.lpar) is cst.LeftParen
    if has_brackets:
        low.leaf("(")
    items: list[n.WithItem] = []
    for item in node.items:
        value = low.expr(item.item)
        target = None if item.asname is None else low.expr(item.asname.name)
        items.append(n.WithItem(value.start, low.end, value, target))
    if has_brackets:
        low.leaf(")")
    body = block(low, node.body)
    return n.With(start, low.end, items, body, is_async)


def _try(low: Lowering, node: cst.Try | cst.TryStar) -> Stmt:
    is_star = type(node) is cst.TryStar
    start = low.leaf("try")
    body = block(low, node.body)
    handlers: list[n.ExceptHandler] = []
    for handler in node.handlers:
        begin = low.leaf("except")
        if is_star:
            low.leaf("*")
        kind = None if handler.type is None else low.expr(handler.type)
        name = None
        if handler.name is not None:
            target = low.expr(handler.name.name)
            name = target.id if type(target) is n.Name else None
        inner = block(low, handler.body)
        handlers.append(n.ExceptHandler(begin, low.end, kind, name, inner))
    orelse = _orelse(low, node.orelse)
    final: list[Stmt] = []
    if node.finalbody is not None:
        low.leaf("finally")
        final = block(low, node.finalbody.body)
    return n.Try(start, low.end, body, handlers, orelse, final, is_star)


def _match(low: Lowering, node: cst.Match) -> Stmt:
    start = low.leaf("match")
    subject = low.expr(node.subject)
    cases: list[n.Case] = []
    for case in node.cases:
        begin = low.leaf("case")
        values: list[Expr] = []
        names: list[str] = []
        pattern(low, case.pattern, values, names)
        guard = low.optional(case.guard)
        body = block(low, case.body)
        cases.append(n.Case(begin, low.end, values, names, guard, body))
    return n.Match(start, low.end, subject, cases)


def _expression(low: Lowering, node: cst.Expr) -> Stmt:
    value = low.expr(node.value)
    return n.ExprStmt(value.start, value.end, value)


def _assign(low: Lowering, node: cst.Assign) -> Stmt:
    targets = [low.expr(target.target) for target in node.targets]
    value = low.expr(node.value)
    return n.Assign(targets[0].start, value.end, targets, value)


def _annotated(low: Lowering, node: cst.AnnAssign) -> Stmt:
    target = low.expr(node.target)
    annotation = low.expr(node.annotation.annotation)
    value = low.optional(node.value)
    return n.AnnAssign(target.start, low.end, target, annotation, value)


def _augmented(low: Lowering, node: cst.AugAssign) -> Stmt:
    target = low.expr(node.target)
    op = _AUGMENTED[type(node.operator)]
    # `a -= -b`: the operator's own token must not be taken for the sign's.
    for character in op:
        low.leaf(character)
    value = low.expr(node.value)
    return n.AugAssign(target.start, value.end, target, op, value)


def _return(low: Lowering, node: cst.Return) -> Stmt:
    start = low.leaf("return")
    value = low.optional(node.value)
    return n.Return(start, low.end, value)


def _raise(low: Lowering, node: cst.Raise) -> Stmt:
    start = low.leaf("raise")
    exc = low.optional(node.exc)
    cause = None if node.cause is None else low.expr(node.cause.item)
    return n.Raise(start, low.end, exc, cause)


def _assert(low: Lowering, node: cst.Assert) -> Stmt:
    start = low.leaf("assert")
    test = low.expr(node.test)
    message = low.optional(node.msg)
    return n.Assert(start, low.end, test, message)


def _delete(low: Lowering, node: cst.Del) -> Stmt:
    start = low.leaf("del")
    target = low.expr(node.target)
    targets = target.elts if type(target) is n.Tuple and not node.target.lpar else [target]
    return n.Delete(start, low.end, targets)


def _import(low: Lowering, node: Any) -> Stmt:
    start = low.leaf("import") if type(node) is cst.Import else low.leaf("lazy")
    names = [_alias(low, alias) for alias in node.names]
    return n.Import(start, low.end, names)


def _import_from(low: Lowering, node: Any) -> Stmt:
    start = low.leaf("from") if type(node) is cst.ImportFrom else low.leaf("lazy")
    module = "" if node.module is None else _dotted(low, node.module)[1]
    low.leaf("import")
    if type(node.names) is cst.ImportStar:
        at = low.leaf("*")
        names = [n.Alias(at, at + 1, "*", None)]
    else:
        has_brackets = node.lpar is not None
        if has_brackets:
            low.leaf("(")
        names = [_alias(low, alias) for alias in node.names]
        if has_brackets:
            low.leaf(")")
    return n.ImportFrom(start, low.end, module, len(node.relative), names)


def _alias(low: Lowering, node: cst.ImportAlias) -> n.Alias:
    first, name = _dotted(low, node.name)
    asname = None
    if node.asname is not None:
        target = low.expr(node.asname.name)
        asname = target.id if type(target) is n.Name else None
    return n.Alias(first, low.end, name, asname)


def _dotted(low: Lowering, node: Any) -> tuple[int, str]:
    parts: list[str] = []
    while type(node) is cst.Attribute:
        parts.append(node.attr.value)
        node = node.value
    first = low.leaf(node.value)
    name = identifier(node.value)
    for part in reversed(parts):
        low.leaf(part)
        name += "." + identifier(part)
    return first, name


def _global(low: Lowering, node: cst.Global) -> Stmt:
    start = low.leaf("global")
    names = _bare_names(low, node)
    return n.Global(start, low.end, names)


def _nonlocal(low: Lowering, node: cst.Nonlocal) -> Stmt:
    start = low.leaf("nonlocal")
    names = _bare_names(low, node)
    return n.Nonlocal(start, low.end, names)


def _bare_names(low: Lowering, node: cst.Global | cst.Nonlocal) -> list[str]:
    names: list[str] = []
    for item in node.names:
        low.leaf(item.name.value)
        names.append(identifier(item.name.value))
    return names


def _pass(low: Lowering, node: cst.Pass) -> Stmt:
    start = low.leaf("pass")
    return n.Pass(start, low.end)


def _break(low: Lowering, node: cst.Break) -> Stmt:
    start = low.leaf("break")
    return n.Break(start, low.end)


def _continue(low: Lowering, node: cst.Continue) -> Stmt:
    start = low.leaf("continue")
    return n.Continue(start, low.end)


def _type_alias(low: Lowering, node: cst.TypeAlias) -> Stmt:
    start = low.leaf("type")
    name = node.name.value
    low.leaf(name)
    if node.type_parameters is not None:
        _type_parameters(low, node.type_parameters)
    value = low.expr(node.value)
    return n.TypeAlias_(start, value.end, identifier(name), value)


_AUGMENTED: dict[type, str] = {
    cst.AddAssign: "+", cst.SubtractAssign: "-", cst.MultiplyAssign: "*", cst.DivideAssign: "/", cst.FloorDivideAssign: "//",
    cst.ModuloAssign: "%", cst.PowerAssign: "**", cst.MatrixMultiplyAssign: "@", cst.LeftShiftAssign: "<<", cst.RightShiftAssign: ">>",
    cst.BitAndAssign: "&", cst.BitOrAssign: "|", cst.BitXorAssign: "^",
}  # fmt: skip
_STATEMENTS: dict[type, Callable[[Lowering, Any], Stmt]] = {
    cst.FunctionDef: _function, cst.ClassDef: _class, cst.If: _if, cst.For: _for, cst.While: _while, cst.With: _with, cst.Try: _try,
    cst.TryStar: _try, cst.Match: _match, cst.Expr: _expression, cst.Assign: _assign, cst.AnnAssign: _annotated, cst.AugAssign: _augmented,
    cst.Return: _return, cst.Raise: _raise, cst.Assert: _assert, cst.Del: _delete, cst.Import: _import, cst.ImportFrom: _import_from,
    cst.Global: _global, cst.Nonlocal: _nonlocal, cst.Pass: _pass, cst.Break: _break, cst.Continue: _continue, cst.TypeAlias: _type_alias,
}  # fmt: skip
# Lazy imports (PEP 810): libcst 1.9 has them, 1.8 has not.
for _name, _lowered in (("LazyImport", _import), ("LazyImportFrom", _import_from)):
    if hasattr(cst, _name):
        _STATEMENTS[getattr(cst, _name)] = _lowered
