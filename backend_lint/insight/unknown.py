"""What inference does not know: calls whose target nobody can name, imports that lead nowhere, and why."""

from __future__ import annotations

import builtins
import sys
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from backend_lint.insight.facts import place_of, quoted
from backend_lint.insight.model import Fact
from backend_lint.semantics.calls import callee
from backend_lint.source import nodes as n

if TYPE_CHECKING:
    from backend_lint.semantics.project import Function, Module
    from backend_lint.semantics.scopes import Binding

_BUILTINS = frozenset(dir(builtins))
_MAX_DEPTH = 12


def unknown_calls(module: Module, calls: Iterable[tuple[n.Call, Function | None]]) -> Iterator[tuple[n.Call, Fact]]:
    """Those of some calls of which nobody knows what they call, each with the name on which it hangs."""
    for call, function in calls:
        if callee(call, module, function).value is None and not is_harmless(call, module, function):
            yield (
                call,
                Fact(text=f"{quoted(module, call.func)}(): {why_unknown(call.func, module, function)}", place=place_of(module, call)),
            )


def is_harmless(call: n.Call, module: Module, function: Function | None) -> bool:
    """Whether an unknown call is one of a builtin, or of a method of a text, list or dict: it has no effect that a rule asks for."""
    func = call.func
    if isinstance(func, n.Name):
        return func.id in _BUILTINS
    if isinstance(func, n.Attribute):
        value = module.project.inference.value(func.value, module, function)
        if value is not None:
            return value.name.startswith("builtins.") or value.kind == "external"
        return isinstance(func.value, (n.Constant, n.FString, n.List, n.Dict, n.Set, n.Tuple, n.Comp)) or _is_super(func.value)
    return False


def _is_super(expr: n.Expr) -> bool:
    return isinstance(expr, n.Call) and isinstance(expr.func, n.Name) and expr.func.id == "super"


def why_unknown(expr: n.Expr, module: Module, function: Function | None) -> str:
    """On which name it hangs that inference has no value for an expression."""
    infer = module.project.inference
    for _ in range(_MAX_DEPTH):
        if isinstance(expr, n.Attribute):
            owner = infer.value(expr.value, module, function)
            if owner is not None:
                return f"nothing is known of {expr.attr} of {owner.name}"
            expr = expr.value
        elif isinstance(expr, n.Call):
            target = infer.value(expr.func, module, function)
            if target is not None:
                return f"it is not known what {quoted(module, expr.func)}() returns ({target.name})"
            expr = expr.func
        elif isinstance(expr, n.Subscript):
            owner = infer.value(expr.value, module, function)
            if owner is not None:
                return f"the elements of {quoted(module, expr.value)} are not known ({owner.name})"
            expr = expr.value
        elif isinstance(expr, n.Await):
            expr = expr.value
        elif isinstance(expr, n.Name):
            return _name(expr, module, function)
        else:
            break
    return f"the value of {quoted(module, expr, longest=40)} is not known"


def _name(name: n.Name, module: Module, function: Function | None) -> str:
    scope = function
    while scope is not None:
        for parameter in scope.parameters:
            if parameter.name == name.id:
                if parameter.name == scope.self_name:
                    return f"{name.id} is the instance of {scope.cls.qualname}" if scope.cls is not None else f"{name.id} is an instance"
                if parameter.annotation is None:
                    return f"the parameter {name.id} has no annotation, and no caller says what it is"
                return f"the annotation {quoted(module, parameter.annotation, longest=40)} of {name.id} is not known"
        bindings = scope.names.bindings.get(name.id)
        if bindings:
            return _bound(name, bindings[-1], module)
        scope = scope.parent
    bindings = module.names.bindings.get(name.id)
    if bindings:
        return _bound(name, bindings[-1], module)
    if module.names.stars:
        return f"{name.id} comes from a star import or from nowhere"
    return f"nothing binds {name.id}"


def _bound(name: n.Name, binding: Binding, module: Module) -> str:
    line = module.line(binding.node)
    if binding.kind == "import":
        where = "." * binding.level + binding.module
        what = f" {binding.attribute} of" if binding.attribute is not None else ""
        return f"{name.id} is imported (line {line}):{what} {where} is neither in the project nor declared"
    if binding.value is not None:
        how = {"for": "runs over", "with": "is what one gets by entering", "except": "is an exception of"}.get(binding.kind, "is assigned")
        return f"{name.id} {how} {quoted(module, binding.value, longest=40)} (line {line}), which is not known"
    return f"{name.id} is bound by {binding.kind} (line {line})"


def unresolved_imports(module: Module) -> Iterator[Fact]:
    """The imports that lead to no file of the project and to no library that is declared; of the standard library all are known."""
    project = module.project
    declared = project.registry.top_levels
    for node in module.nodes_of(n.Import, n.ImportFrom):
        if isinstance(node, n.ImportFrom):
            yield from _unresolved_names(node, module)
        elif isinstance(node, n.Import):
            for alias in node.names:
                top = alias.name.partition(".")[0]
                is_own = project.layout.imported(0, alias.name, module.path) is not None or project.has_folder(top)
                if not is_own and top not in declared and top not in sys.stdlib_module_names:
                    yield Fact(text=alias.name, place=place_of(module, node))


def _unresolved_names(node: n.ImportFrom, module: Module) -> Iterator[Fact]:
    """What a `from ... import ...` names that is not there: the module itself, or names in a module of the project."""
    project, name = module.project, "." * node.level + node.module
    if project.layout.imported(node.level, node.module, module.path) is None:
        top = node.module.partition(".")[0]
        if node.level or (top not in project.registry.top_levels and top not in sys.stdlib_module_names):
            missing = [alias.name for alias in node.names if not _is_module(node, alias.name, module)]
            if missing:
                yield Fact(text=name if node.module else f"{name}{missing[0]}", place=place_of(module, node))
        return
    source = module.imported_from(node)
    if source is None or source.names.stars:
        return
    for alias in node.names:
        is_there = alias.name == "*" or alias.name in source.names.bindings or _is_module(node, alias.name, module)
        if not is_there and "__getattr__" not in source.names.bindings:
            yield Fact(text=f"{name}{'.' if node.module else ''}{alias.name}", place=place_of(module, node))


def _is_module(node: n.ImportFrom, name: str, module: Module) -> bool:
    return module.project.layout.imported(node.level, f"{node.module}.{name}".strip("."), module.path) is not None
