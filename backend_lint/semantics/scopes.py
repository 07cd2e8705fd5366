"""Which names a scope binds, and to what.

A scope is a module, a class body or a function; comprehensions are folded into the scope around them, which is enough to tell what a name
stands for. Bindings are found once a scope, on demand.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Literal

from backend_lint.source import nodes as n

BindingKind = Literal[
    "import", "function", "class", "assign", "annotation", "for", "with", "except", "parameter", "augmented", "match", "delete"
]  # fmt: skip


class Binding:
    """One place where a name gets a value.

    `kind` says how; `start` is the offset from which it holds. `value` is the expression it comes from (assigned, iterated over, entered,
    matched; the exception class for "except"), `annotation` its declared type. `path` leads to the name inside the value for unpacking:
    `(1,)` for `b` in `a, b = value`. For imports `module`, `level` and `attribute` say what is imported (`attribute` None: the module).
    """

    __slots__ = ("annotation", "attribute", "is_async", "kind", "level", "module", "name", "node", "path", "start", "value")

    def __init__(
        self,
        name: str,
        kind: BindingKind,
        start: int,
        node: n.Node,
        value: n.Expr | None = None,
        annotation: n.Expr | None = None,
        path: tuple[int, ...] = (),
        module: str = "",
        level: int = 0,
        attribute: str | None = None,
        is_async: bool = False,
    ) -> None:
        self.name = name
        self.kind: BindingKind = kind
        self.start = start
        self.node = node
        self.value = value
        self.annotation = annotation
        self.path = path
        self.module = module
        self.level = level
        self.attribute = attribute
        self.is_async = is_async


class Names:
    """The bindings of one scope: `bindings[name]` in source order; `stars` are its star imports; `outer` its `global`/`nonlocal` names."""

    __slots__ = ("attributes", "bindings", "globals", "nonlocals", "stars")

    def __init__(self) -> None:
        self.bindings: dict[str, list[Binding]] = {}
        self.stars: list[n.ImportFrom] = []
        self.globals: set[str] = set()
        self.nonlocals: set[str] = set()
        #: `obj.attr = value` and `obj["key"] = value` in this scope, by the text of the target's root name.
        self.attributes: dict[str, list[tuple[n.Expr, n.Assign | n.AnnAssign | n.AugAssign]]] = {}

    def add(self, binding: Binding) -> None:
        self.bindings.setdefault(binding.name, []).append(binding)


def collect(nodes: Iterable[n.Node], parameters: n.Parameters | None = None) -> Names:
    """The names that a scope binds in which these nodes stand (and which has these parameters)."""
    names = Names()
    if parameters is not None:
        for parameter in parameters.items:
            names.add(Binding(parameter.name, "parameter", parameter.start, parameter, parameter.default, parameter.annotation))
    for node in nodes:
        handler = _COLLECTORS.get(type(node))
        if handler is not None:
            handler(names, node)
    return names


def _function(names: Names, node: n.FunctionDef) -> None:
    names.add(Binding(node.name, "function", node.start, node))


def _class(names: Names, node: n.ClassDef) -> None:
    names.add(Binding(node.name, "class", node.start, node))


def _import(names: Names, node: n.Import) -> None:
    for alias in node.names:
        if alias.asname:
            names.add(Binding(alias.asname, "import", node.start, node, module=alias.name))
        else:
            top = alias.name.partition(".")[0]
            names.add(Binding(top, "import", node.start, node, module=top))


def _import_from(names: Names, node: n.ImportFrom) -> None:
    for alias in node.names:
        if alias.name == "*":
            names.stars.append(node)
        else:
            bound = alias.asname or alias.name
            names.add(Binding(bound, "import", node.start, node, module=node.module, level=node.level, attribute=alias.name))


def _target(
    names: Names,
    target: n.Expr,
    kind: BindingKind,
    node: n.Node,
    value: n.Expr | None,
    start: int,
    path: tuple[int, ...] = (),
    is_async: bool = False,
) -> None:
    if isinstance(target, n.Name):
        names.add(Binding(target.id, kind, start, node, value, path=path, is_async=is_async))
    elif isinstance(target, (n.Tuple, n.List)):
        for index, element in enumerate(target.elts):
            _target(names, element, kind, node, value, start, (*path, index), is_async)
    elif isinstance(target, n.Starred):
        _target(names, target.value, kind, node, None, start, path, is_async)
    elif isinstance(target, (n.Attribute, n.Subscript)) and isinstance(node, (n.Assign, n.AnnAssign, n.AugAssign)):
        root = target.value
        while isinstance(root, (n.Attribute, n.Subscript)):
            root = root.value
        if isinstance(root, n.Name):
            names.attributes.setdefault(root.id, []).append((target, node))


def _assign(names: Names, node: n.Assign) -> None:
    for target in node.targets:
        if isinstance(target, (n.Tuple, n.List)) and isinstance(node.value, (n.Tuple, n.List)) and len(target.elts) == len(node.value.elts):
            for element, value in zip(target.elts, node.value.elts, strict=True):
                _target(names, element, "assign", node, value, node.end)
        else:
            _target(names, target, "assign", node, node.value, node.end)


def _annotated(names: Names, node: n.AnnAssign) -> None:
    if isinstance(node.target, n.Name):
        kind: BindingKind = "assign" if node.value is not None else "annotation"
        names.add(Binding(node.target.id, kind, node.end, node, node.value, node.annotation))
    else:
        _target(names, node.target, "assign", node, node.value, node.end)


def _augmented(names: Names, node: n.AugAssign) -> None:
    _target(names, node.target, "augmented", node, node.value, node.end)


def _named(names: Names, node: n.NamedExpr) -> None:
    _target(names, node.target, "assign", node, node.value, node.start)


def _for(names: Names, node: n.For) -> None:
    _target(names, node.target, "for", node, node.iter, node.target.start, is_async=node.is_async)


def _generator(names: Names, node: n.Generator) -> None:
    # The element stands before its `for`, so the name holds from further left than its own place; the enclosing walk cannot tell how far.
    _target(names, node.target, "for", node, node.iter, 0, is_async=node.is_async)


def _with(names: Names, node: n.With) -> None:
    for item in node.items:
        if item.target is not None:
            _target(names, item.target, "with", node, item.value, item.end, is_async=node.is_async)


def _try(names: Names, node: n.Try) -> None:
    for handler in node.handlers:
        if handler.name:
            names.add(Binding(handler.name, "except", handler.start, handler, handler.type))


def _match(names: Names, node: n.Match) -> None:
    for case in node.cases:
        for name in case.names:
            names.add(Binding(name, "match", case.start, case))


def _global(names: Names, node: n.Global) -> None:
    names.globals.update(node.names)


def _nonlocal(names: Names, node: n.Nonlocal) -> None:
    names.nonlocals.update(node.names)


def _delete(names: Names, node: n.Delete) -> None:
    for target in node.targets:
        if isinstance(target, n.Name):
            names.add(Binding(target.id, "delete", node.start, node))


def _type_alias(names: Names, node: n.TypeAlias_) -> None:
    names.add(Binding(node.name, "assign", node.start, node, node.value))


_COLLECTORS: dict[type[n.Node], Callable[[Names, Any], None]] = {
    n.FunctionDef: _function, n.ClassDef: _class, n.Import: _import, n.ImportFrom: _import_from, n.Assign: _assign, n.AnnAssign: _annotated,
    n.AugAssign: _augmented, n.NamedExpr: _named, n.For: _for, n.Generator: _generator, n.With: _with, n.Try: _try, n.Match: _match,
    n.Global: _global, n.Nonlocal: _nonlocal, n.Delete: _delete, n.TypeAlias_: _type_alias,
}  # fmt: skip
#: The types of nodes that bind names.
BINDING = tuple(_COLLECTORS)
