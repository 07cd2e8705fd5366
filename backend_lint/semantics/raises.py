"""Which exceptions code raises and catches: the classes an `except` names, the project's `raise`s under a `try`, what libraries raise."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from backend_lint.semantics.project import Class, Function
from backend_lint.semantics.values import Value
from backend_lint.source import nodes as n

if TYPE_CHECKING:
    from backend_lint.semantics.project import Module, Project

#: How deep questions about functions may lead into others, and how many places that raise are kept of one function.
MAX_DEPTH = 60
MAX_SITES = 60

BROAD = frozenset({"Exception", "BaseException"})


class RaiseSite:
    """A `raise` with a class that inference knows: `cls` is the class's value, `node` the statement in `function` of `module`."""

    __slots__ = ("cls", "function", "module", "node")

    def __init__(self, cls: Value, node: n.Raise, module: Module, function: Function | None) -> None:
        self.cls = cls
        self.node = node
        self.module = module
        self.function = function


def caught_classes(expr: n.Expr | None, module: Module, function: Function | None) -> list[tuple[n.Expr, Value | None]]:
    """The classes that an `except expr` names, one by one, tuples and names of tuples taken apart; unknown ones have no value."""
    if expr is None:
        return []
    found: list[tuple[n.Expr, Value | None]] = []
    _collect_classes(expr, module, function, found, 0)
    return found


def _collect_classes(expr: n.Expr, module: Module, function: Function | None, found: list[tuple[n.Expr, Value | None]], depth: int) -> None:
    if depth > 6 or len(found) > 40:
        return
    if isinstance(expr, (n.Tuple, n.List)):
        for element in expr.elts:
            _collect_classes(element, module, function, found, depth + 1)
        return
    if isinstance(expr, n.Starred):
        _collect_classes(expr.value, module, function, found, depth + 1)
        return
    if isinstance(expr, n.BinOp) and expr.op == "+":
        for part in expr.values:
            _collect_classes(part, module, function, found, depth + 1)
        return
    value = module.project.inference.value(expr, module, function)
    if value is not None and value.kind in ("class", "external"):
        found.append((expr, value))
        return
    held = _held(expr, module, function)
    if held is not None:
        _collect_classes(held[0], held[1], None, found, depth + 1)
    else:
        found.append((expr, None))


def _held(expr: n.Expr, module: Module, function: Function | None) -> tuple[n.Expr, Module] | None:
    """The tuple that a module-level name of this or another file is assigned."""
    project = module.project
    if isinstance(expr, n.Attribute):
        owner = project.inference.value(expr.value, module, function)
        if owner is None or owner.kind != "module":
            return None
        module = owner.definition  # type: ignore[assignment]  # a module's value has its module
        name = expr.attr
    elif isinstance(expr, n.Name):
        name = expr.id
    else:
        return None
    found = module.origin_of(name)
    if found is None or found[0].kind != "assign" or found[0].path or not isinstance(found[0].value, (n.Tuple, n.BinOp)):
        return None
    return found[0].value, found[1]


def ancestors(value: Value, project: Project) -> frozenset[str]:
    """Qualified names of a class and all its known bases, the project's and others'."""
    if isinstance(value.definition, Class):
        return value.definition.external_ancestors | {cls.name for cls in value.definition.mro}
    return frozenset(project.registry.ancestors(value.name))


def derives(value: Value, names: frozenset[str], project: Project) -> bool:
    """Whether a class is one of `names` or derives from one, as far as is known."""
    return not names.isdisjoint(ancestors(value, project))


def raised_in(statements: Sequence[n.Stmt], module: Module, function: Function | None) -> list[RaiseSite]:
    """The `raise`s of project code that leave some statements: their own, and those of the project functions they call, at any depth."""
    found: list[RaiseSite] = []
    _own(statements, module, function, found)
    return found


def _own(statements: Sequence[n.Stmt], module: Module, function: Function | None, found: list[RaiseSite]) -> None:
    from backend_lint.semantics.calls import callee

    project = module.project
    hidden = _inner_catches(statements, module, function)
    for node in n.walk_scope(list(statements)):
        if len(found) >= MAX_SITES:
            return
        if isinstance(node, n.Raise) and node.exc is not None:
            cls = raised_class(node.exc, module, function)
            if cls is not None and not _is_caught(node, cls, hidden, project):
                found.append(RaiseSite(cls, node, module, function))
        elif isinstance(node, n.Call):
            target = callee(node, module, function).function
            if target is not None and not target.is_generator:
                found.extend(site for site in raised_by(target) if not _is_caught(node, site.cls, hidden, project))


def raised_by(function: Function) -> list[RaiseSite]:
    """The `raise`s of project code that leave a function, its own and its callees'."""

    def find() -> list[RaiseSite]:
        found: list[RaiseSite] = []
        _own(function.node.body, function.module, function, found)
        distinct = {id(site.node): site for site in found}
        return list(distinct.values())[:MAX_SITES]

    project, unknown = function.project, list[RaiseSite]()
    return project.remember(("raises", id(function)), partial(project.nested, "raises", MAX_DEPTH, find, unknown), meanwhile=unknown)


def raised_class(expr: n.Expr, module: Module, function: Function | None) -> Value | None:
    target = expr.func if isinstance(expr, n.Call) else expr
    value = module.project.inference.value(target, module, function)
    if value is None:
        return None
    if isinstance(expr, n.Call) and value.kind == "function" and isinstance(value.definition, Function):
        made = module.project.inference.returned(value.definition)
        return Value("class", made.name, made.definition) if made is not None and made.kind == "instance" else None
    return value if value.kind in ("class", "external") else None


def _inner_catches(statements: Sequence[n.Stmt], module: Module, function: Function | None) -> list[tuple[int, int, list[Value | None]]]:
    """The spans of `try` bodies within some statements, with the classes that their handlers catch (None: everything)."""
    found: list[tuple[int, int, list[Value | None]]] = []
    for node in n.walk_scope(list(statements)):
        if isinstance(node, n.Try) and node.body and node.handlers:
            classes: list[Value | None] = []
            for handler in node.handlers:
                if reraises(handler):
                    continue
                if handler.type is None:
                    classes.append(None)
                classes.extend(value for _, value in caught_classes(handler.type, module, function) if value is not None)
            found.append((node.body[0].start, node.body[-1].end, classes))
    return found


def reraises(handler: n.ExceptHandler) -> bool:
    """Whether an `except` clause ends by raising again what it caught."""
    last = handler.body[-1] if handler.body else None
    return isinstance(last, n.Raise) and (
        last.exc is None or (isinstance(last.exc, n.Name) and handler.name is not None and last.exc.id == handler.name)
    )


def _is_caught(node: n.Node, cls: Value, spans: list[tuple[int, int, list[Value | None]]], project: Project) -> bool:
    names = ancestors(cls, project) | {cls.name}
    for start, end, classes in spans:
        if start <= node.start and node.end <= end:
            for caught in classes:
                if caught is None or caught.name in names or caught.name in BROAD:
                    return True
    return False


def library_raises(statements: Sequence[n.Stmt], module: Module, function: Function | None, depth: int = 1) -> list[tuple[n.Call, str]]:
    """The calls in some statements, and `depth` project calls below them, that are declared to raise something, with the class's name.

    A conversion (`int`, an enumeration, `strptime`) that declares nothing raises a ValueError.
    """
    from backend_lint.semantics.calls import callee

    found: list[tuple[n.Call, str]] = []
    hidden = _inner_catches(statements, module, function)
    registry = module.project.registry
    for node in n.walk_scope(list(statements)):
        if not isinstance(node, n.Call):
            continue
        target = callee(node, module, function)
        names: tuple[str, ...] = ()
        if target.function is not None and target.constructs is None:
            if depth > 0 and not target.function.is_generator:
                names = tuple(name for _, name in _raises_of(target.function, depth - 1))
        elif target.member is not None:
            names = target.member.raises
        elif target.constructs is not None:
            own = (
                target.constructs.definition.external_ancestors
                if isinstance(target.constructs.definition, Class)
                else (target.constructs.name,)
            )
            names = tuple(name for base in sorted(own) for name in (registry.classes[base].raises if base in registry.classes else ()))
        if not names and "converts" in target.effects:
            names = ("ValueError",)
        found.extend((node, name) for name in names if not _is_caught(node, Value("class", name), hidden, module.project))
    return found


def _raises_of(function: Function, depth: int) -> list[tuple[n.Call, str]]:
    return function.project.remember(
        ("library raises", id(function), depth),
        lambda: library_raises(function.node.body, function.module, function, depth),
        meanwhile=[],
    )
