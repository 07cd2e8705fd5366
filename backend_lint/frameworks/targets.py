"""From the view expression of a route to the functions and classes it names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from backend_lint.frameworks.expressions import assigned, elements, text_of
from backend_lint.source import nodes as n

if TYPE_CHECKING:
    from backend_lint.semantics.project import Class, Function, Module, Project

_MAX_DEPTH = 6


class Target:
    """What a route leads to: a function, or a class with the methods that its `as_view({"get": "list"})` names (None: by its kind)."""

    __slots__ = ("actions", "cls", "function")

    def __init__(self, function: Function | None = None, cls: Class | None = None, actions: tuple[str, ...] | None = None) -> None:
        self.function = function
        self.cls = cls
        self.actions = actions


def resolve(project: Project, expr: n.Expr, module: Module, function: Function | None, depth: int = 0) -> tuple[list[Target], bool]:
    """The targets of a view expression, and whether it was understood.

    Understood without a target is a view from outside the project. Wrappers (`login_required(view)`, `csrf_exempt(X.as_view())`,
    `partial(view, x=1)`, `cache_page(60)(view)`, `dispatch(GET=a, POST=b)`) lead to what they wrap, dotted strings to what they name.
    """
    from backend_lint.semantics.project import Class as ProjectClass
    from backend_lint.semantics.project import Function as ProjectFunction

    if depth > _MAX_DEPTH:
        return [], False
    if isinstance(expr, n.Constant):
        return by_name(project, expr.value, module.path) if expr.kind == "str" else ([], True)
    if isinstance(expr, n.Lambda):
        return [], True
    if isinstance(expr, (n.List, n.Tuple, n.Set)):
        return _all(project, list(expr.elts), module, function, depth)
    if isinstance(expr, n.Dict):
        return _all(project, list(expr.values), module, function, depth)
    if isinstance(expr, n.IfExp):
        return _all(project, [expr.body, expr.orelse], module, function, depth)
    if isinstance(expr, n.Call):
        return _call(project, expr, module, function, depth)
    if not isinstance(expr, (n.Name, n.Attribute)):
        return [], False
    looped = elements(project, expr, module, function)
    if looped:
        found: list[Target] = []
        understood = True
        for place in looped:
            targets, known = resolve(project, *place, depth + 1)
            found.extend(targets)
            understood = understood and known
        return found, understood
    value = project.inference.value(expr, module, function)
    if value is not None and isinstance(value.definition, ProjectFunction) and value.kind == "function":
        return _wrapped(project, expr, value.definition, module, function, depth) or [Target(function=value.definition)], True
    if value is not None and value.kind == "class" and isinstance(value.definition, ProjectClass):
        return [Target(cls=value.definition)], True
    if value is not None and value.kind in ("external", "method", "class"):
        return [], True
    place_of = assigned(project, expr, module, function)
    if place_of is not None and place_of[0] is not expr and not isinstance(place_of[0], n.Name):
        return resolve(project, *place_of, depth + 1)
    if value is not None and value.kind == "instance" and isinstance(value.definition, ProjectClass):
        called = value.definition.method("__call__")
        return ([Target(function=called)], True) if called is not None else ([], True)
    return [], value is not None


def _wrapped(project: Project, expr: n.Expr, found: Function, module: Module, function: Function | None, depth: int) -> list[Target] | None:
    """What a name stands for that was assigned a wrapper's result, `view = admins_only(view)`: the wrapped, and not the inner function of
    the wrapper that `found` is. None for other names."""
    place = assigned(project, expr, module, function) if found.parent is not None and isinstance(expr, n.Name) else None
    if place is None or not isinstance(place[0], n.Call) or place[0].start <= expr.start < place[0].end:
        return None
    return _call(project, place[0], place[1], place[2], depth + 1)[0] or None


def _all(project: Project, parts: list[n.Expr], module: Module, function: Function | None, depth: int) -> tuple[list[Target], bool]:
    found: list[Target] = []
    understood = True
    for part in parts:
        targets, known = resolve(project, part, module, function, depth + 1)
        found.extend(targets)
        understood = understood and known
    return found, understood


def _call(project: Project, call: n.Call, module: Module, function: Function | None, depth: int) -> tuple[list[Target], bool]:
    from backend_lint.semantics.project import Class as ProjectClass
    from backend_lint.semantics.project import Function as ProjectFunction

    infer = project.inference
    func = call.func
    if isinstance(func, n.Attribute) and func.attr in ("as_view", "as_asgi"):
        owner = infer.value(func.value, module, function)
        if owner is not None and isinstance(owner.definition, ProjectClass):
            return [Target(cls=owner.definition, actions=_actions(call))], True
        if owner is None:
            return ([], False) if isinstance(func.value, n.Call) else resolve(project, func.value, module, function, depth + 1)
        return [], True
    found: list[Target] = []
    for given in call.args:
        if isinstance(given.value, (n.Name, n.Attribute, n.Call, n.Dict, n.List)):
            targets, _ = resolve(project, given.value, module, function, depth + 1)
            found.extend(targets)
    if found:
        return found, True
    if isinstance(func, n.Call):
        return _call(project, func, module, function, depth + 1) if depth < _MAX_DEPTH else ([], False)
    made = infer.value(call, module, function)
    if made is not None and made.kind == "function" and isinstance(made.definition, ProjectFunction):
        return [Target(function=made.definition)], True
    if made is not None and made.kind == "instance" and isinstance(made.definition, ProjectClass):
        called = made.definition.method("__call__")
        if called is not None:
            return [Target(function=called)], True
    callee = infer.value(func, module, function)
    return [], callee is not None and callee.kind in ("external", "method", "class")


def _actions(call: n.Call) -> tuple[str, ...] | None:
    for given in call.args:
        value = given.value
        if isinstance(value, n.Dict) and given.keyword in (None, "actions"):
            return tuple(text for text in map(text_of, value.values) if text is not None)
    return None


def by_name(project: Project, name: str, importer: str) -> tuple[list[Target], bool]:
    """The function, class or method that a dotted text names as seen from a file: `app.views.index`, `pkg.mod:fn`, `mod.Class.method`."""
    from backend_lint.semantics.project import Class as ProjectClass
    from backend_lint.semantics.project import Function as ProjectFunction

    parts = name.replace(":", ".").split(".")
    if len(parts) < 2 or not all(part.isidentifier() for part in parts):
        return [], False
    for cut in range(len(parts) - 1, 0, -1):
        module = project.import_module(".".join(parts[:cut]), importer)
        if module is None:
            continue
        value = project.inference.module_member(module, parts[cut])
        for attribute in parts[cut + 1 :]:
            value = project.inference.member(value, attribute) if value is not None else None
        if value is None:
            return [], False
        if isinstance(value.definition, ProjectFunction):
            return [Target(function=value.definition)], True
        if isinstance(value.definition, ProjectClass):
            return [Target(cls=value.definition)], True
        return [], True
    return [], True
