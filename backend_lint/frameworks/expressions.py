"""Reading routes out of expressions: literals, arguments, calls found by name, and what a name was assigned."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from backend_lint.source import nodes as n

if TYPE_CHECKING:
    from backend_lint.semantics.project import Function, Module, Project
    from backend_lint.semantics.scopes import Binding

# How deep sums of texts may be nested in one another before they are given up.
_MAX_DEPTH = 20

#: An expression and where it stands.
Place = tuple[n.Expr, "Module", "Function | None"]


def text_of(expr: n.Expr | None, depth: int = 0) -> str | None:
    """The text of a string literal. Fields of an f-string, and parts of a sum that are no literals, become "{}"; None for anything else."""
    if isinstance(expr, n.Constant):
        return expr.value if expr.kind == "str" else None
    if isinstance(expr, n.FString):
        return "".join(part.value if isinstance(part, n.Constant) else "{}" for part in expr.parts)
    if isinstance(expr, n.BinOp) and expr.op == "+":
        parts = [text_of(part, depth + 1) if depth < _MAX_DEPTH else None for part in expr.values]
        return "".join("{}" if part is None else part for part in parts) if any(part is not None for part in parts) else None
    return None


def dotted(expr: n.Expr) -> str | None:
    """`a.b.c` as it is spelled, None when the expression is no plain dotted name."""
    names: list[str] = []
    while isinstance(expr, n.Attribute):
        names.append(expr.attr)
        expr = expr.value
    if not isinstance(expr, n.Name):
        return None
    names.append(expr.id)
    return ".".join(reversed(names))


def argument(call: n.Call, position: int | None, *keywords: str) -> n.Expr | None:
    """The argument at a 0-based position or under one of the keywords; None when it is not given or hidden behind a star."""
    index = 0
    for given in call.args:
        if given.keyword is not None:
            if given.keyword in keywords:
                return given.value
        elif given.star:
            if given.star == "*":
                position = None
        else:
            if position is not None and index == position:
                return given.value
            index += 1
    return None


def decorator_parts(decorator: n.Expr) -> tuple[n.Expr, n.Call | None]:
    """A decorator's target and, when it is called, the call."""
    return (decorator.func, decorator) if isinstance(decorator, n.Call) else (decorator, None)


def last_name(expr: n.Expr) -> str:
    """The last part of a dotted name, "" for other expressions."""
    if isinstance(expr, n.Name):
        return expr.id
    return expr.attr if isinstance(expr, n.Attribute) else ""


def texts_in(expr: n.Expr | None) -> list[str]:
    """The string literals of a list, tuple or set, or the one string that an expression is."""
    if isinstance(expr, (n.List, n.Tuple, n.Set)):
        return [text for text in map(text_of, expr.elts) if text is not None]
    text = text_of(expr)
    return [text] if text is not None else []


def calls_named(module: Module, names: re.Pattern[str]) -> Iterator[tuple[n.Call, Function | None]]:
    """The calls whose function's last name is group 1 of a match of `names` in the text, each with the function that holds it.

    The text is searched and only the matched places are looked up in the tree, so no module is walked for it. A decorator counts as held by
    the function around the decorated one.
    """
    for match in names.finditer(module.tree.text):
        call = call_at(module, match.start(1), match.end(1))
        if call is not None:
            yield call, holder_of(module, call)


def call_at(module: Module, start: int, end: int) -> n.Call | None:
    """The call whose function's name spans from `start` to `end`."""
    below: list[n.Node] = list(module.tree.body)
    while below:
        inside = next((node for node in below if node.start <= start < node.end), None)
        if inside is None:
            return None
        if isinstance(inside, n.Call) and inside.func.end == end and isinstance(inside.func, (n.Name, n.Attribute)):
            return inside
        below = n.children(inside)
    return None


def holder_of(module: Module, node: n.Node) -> Function | None:
    """The innermost function in whose body (or default values) a node stands; its own decorators are outside."""
    function = module.function_at(node.start)
    while function is not None and any(d.start <= node.start and node.end <= d.end for d in function.node.decorators):
        function = function.parent
    return function


def assigned(project: Project, expr: n.Expr, module: Module, function: Function | None) -> Place | None:
    """The expression that a name or an attribute of a project module was last assigned, following imports; None when there is none."""
    for _ in range(10):
        if isinstance(expr, n.Attribute):
            owner = project.inference.value(expr.value, module, function)
            if owner is None or owner.kind != "module":
                return None
            home: Module = owner.definition  # type: ignore[assignment]  # a module's value has its module
            found = _bindings(expr.attr, home)
        elif isinstance(expr, n.Name):
            found = None
            scope = function
            while scope is not None and found is None:
                bindings = scope.names.bindings.get(expr.id)
                if bindings:
                    found = (bindings[-1], module, scope)
                scope = scope.parent
            found = found or _bindings(expr.id, module)
        else:
            return expr, module, function
        if found is None:
            return None
        binding, module, function = found
        if binding.kind != "assign" or binding.value is None or binding.path:
            return None
        expr = binding.value
    return None


def elements(project: Project, expr: n.Expr, module: Module, function: Function | None) -> list[Place]:
    """What a loop variable stands for, one by one, when the loop runs over a literal: `for path, view in [("/a", a), ("/b", b)]`."""
    if not isinstance(expr, n.Name):
        return []
    binding = _innermost(expr.id, expr.start, module, function)
    if binding is None or binding.kind != "for" or binding.value is None:
        return []
    source = binding.value
    pick: str | None = None
    if isinstance(source, n.Call) and isinstance(source.func, n.Attribute) and source.func.attr in ("items", "values") and not source.args:
        pick, source = source.func.attr, source.func.value
    place = assigned(project, source, module, function)
    if place is None:
        return []
    literal, home, scope = place
    if isinstance(literal, n.Dict):
        items: list[n.Expr] = []
        for key, value in zip(literal.keys, literal.values, strict=True):
            if pick == "values" or (pick == "items" and binding.path == (1,)):
                items.append(value)
            elif key is not None and (pick is None or binding.path == (0,)):
                items.append(key)
        return [(item, home, scope) for item in items]
    if not isinstance(literal, (n.List, n.Tuple, n.Set)):
        return []
    found = []
    for element in literal.elts:
        inner: n.Expr | None = element
        for index in binding.path:
            inner = inner.elts[index] if isinstance(inner, (n.Tuple, n.List)) and index < len(inner.elts) else None
        if inner is not None:
            found.append((inner, home, scope))
    return found


def loop_source(expr: n.Name, module: Module, function: Function | None) -> n.Expr | None:
    """What a loop variable is taken from, None when the name is none."""
    binding = _innermost(expr.id, expr.start, module, function)
    return binding.value if binding is not None and binding.kind == "for" else None


def _innermost(name: str, offset: int, module: Module, function: Function | None) -> Binding | None:
    scope = function
    while scope is not None:
        bindings = scope.names.bindings.get(name)
        if bindings:
            return _before(bindings, offset)
        scope = scope.parent
    bindings = module.names.bindings.get(name)
    return _before(bindings, offset) if bindings else None


def _before(bindings: list[Binding], offset: int) -> Binding:
    return next((binding for binding in reversed(bindings) if binding.start <= offset), bindings[-1])


def _bindings(name: str, module: Module) -> tuple[Binding, Module, Function | None] | None:
    """The last binding of a module-level name, in the module that makes it."""
    found = module.origin_of(name)
    return (*found, None) if found is not None and found[0].kind != "import" else None


def call_of(module: Module, inner: n.Call) -> n.Call | None:
    """The call that calls what `inner` returns: the outer call in `app.get("/")(view)`."""
    below: list[n.Node] = list(module.tree.body)
    while below:
        inside = next((node for node in below if node.start <= inner.start < node.end and node is not inner), None)
        if inside is None:
            return None
        if isinstance(inside, n.Call) and inside.func is inner:
            return inside
        below = n.children(inside)
    return None
