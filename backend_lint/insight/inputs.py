"""What handlers take: parameters that the framework fills, request data that they read themselves, and what is provided to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from backend_lint.frameworks import handlers
from backend_lint.frameworks.expressions import argument, assigned, holder_of
from backend_lint.frameworks.input_uses import uses_of
from backend_lint.frameworks.request_data import Datum, read_by_attribute, read_by_call
from backend_lint.insight.facts import place_of, place_of_function, quoted
from backend_lint.insight.model import Place, RouteDependency, RouteInput
from backend_lint.semantics.project import Class, Function
from backend_lint.source import nodes as n

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backend_lint.frameworks.model import Handler, Input
    from backend_lint.frameworks.served import Served
    from backend_lint.semantics.project import Module, Project

#: Inputs in which there is nothing to check.
_UNCHECKED = frozenset({"background", "response", "request"})


def inputs_of(handler: Handler) -> tuple[RouteInput, ...]:
    """The parameters that the framework fills, dependencies left out, and what the handler itself reads from the request.

    What is read counts as validated when no use of it is known that a rule would report; in files that are set apart, such as examples,
    nobody knows.
    """
    found = [_input(handler, given) for given in handler.inputs if given.kind != "dependency"]
    unchecked = {datum.source for use in uses_of(handler.function) if not use.is_note for datum in use.data}
    is_known = handler.function.module.role in ("application", "settings")
    return (*found, *(_read(name, datum, unchecked, is_known=is_known) for name, datum in _reads(handler.function)))


def _reads(function: Function) -> Iterator[tuple[str, Datum]]:
    """The request data that a function's own body reads from a request object, each once, by its text."""
    module = function.module
    seen: set[str] = set()
    for node in function.nodes_of(n.Attribute, n.Call):
        datum: Datum | None = None
        if isinstance(node, n.Attribute):
            datum = read_by_attribute(node, module, function)
        elif isinstance(node, n.Call):
            datum = read_by_call(node, module, function)
        if datum is not None:
            text = quoted(module, node, longest=40)
            if text not in seen:
                seen.add(text)
                yield text, datum


def _read(name: str, datum: Datum, unchecked: set[str], *, is_known: bool) -> RouteInput:
    return RouteInput(name=name, source=datum.source, type="", is_validated=datum.source not in unchecked if is_known else None)


def _input(handler: Handler, given: Input) -> RouteInput:
    annotation = given.parameter.annotation
    return RouteInput(
        name=given.name,
        source=given.kind,
        type=quoted(handler.function.module, annotation, longest=60) if annotation is not None else "",
        is_validated=None if given.kind in _UNCHECKED else given.is_validated,
    )


def dependencies_of(handler: Handler) -> Iterator[RouteDependency]:
    """What is provided to a handler by its parameters and by its route's `dependencies=[Depends(...)]`."""
    module = handler.function.module
    for given in handler.inputs:
        if given.kind != "dependency":
            continue
        provider = given.provider
        if provider is not None:
            yield RouteDependency(parameter=given.name, provider=provider.qualname, place=_defined(provider))
        else:
            source = given.parameter.default or given.parameter.annotation
            yield RouteDependency(parameter=given.name, provider=quoted(module, source) if source is not None else "")
    for decorator in handler.function.node.decorators:
        if isinstance(decorator, n.Call):
            yield from _listed_in(decorator, module, handler.function.parent)


def dependencies_around(way: Served, project: Project) -> Iterator[RouteDependency]:
    """What a route depends on because of what it hangs on: `APIRouter(dependencies=...)`, `include_router(..., dependencies=...)`."""
    mounting = handlers(project).mounting
    made: list[tuple[Module, n.Node]] = []
    for module, node in (*way.mounts, *([way.place] if way.place is not None else [])):
        if not isinstance(node, n.Call) or not isinstance(node.func, n.Attribute):
            continue
        scope = holder_of(module, node)
        router = mounting.router(node.func.value, module, scope)
        if router is not None and isinstance(router.made, n.Call) and not any(router.made is each for _, each in made):
            made.append((router.module, router.made))
            yield from _listed_in(router.made, router.module, router.function)
        if (module, node) != way.place:
            yield from _listed_in(node, module, scope)


def _listed_in(call: n.Call, module: Module, scope: Function | None) -> Iterator[RouteDependency]:
    """The elements of a call's `dependencies=[...]`, which may be a name that such a list is assigned to."""
    given = argument(call, None, "dependencies")
    if given is None:
        return
    place = (given, module, scope) if isinstance(given, (n.List, n.Tuple)) else assigned(module.project, given, module, scope)
    if place is not None and isinstance(place[0], (n.List, n.Tuple)):
        for element in place[0].elts:
            yield _of_route(element, place[1], place[2])


def _of_route(element: n.Expr, module: Module, scope: Function | None) -> RouteDependency:
    inner = element.args[0].value if isinstance(element, n.Call) and element.args else element
    value = module.project.inference.value(inner, module, scope)
    definition = value.definition if value is not None else None
    if isinstance(definition, (Function, Class)):
        return RouteDependency(parameter="", provider=definition.qualname, place=_defined(definition))
    return RouteDependency(parameter="", provider=quoted(module, inner))


def _defined(definition: Function | Class) -> Place:
    if isinstance(definition, Function):
        return place_of_function(definition)
    return place_of(definition.module, definition.node)
