"""Which project functions run when a function runs: those it calls, and those that run without a call in sight.

Without a call run properties, the `__enter__` and `__exit__` of what a `with` enters, a generator's body under the loop that uses it up,
and the wrappers that project decorators put around what is called.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from backend_lint.semantics.calls import Callee, callee
from backend_lint.semantics.project import Class
from backend_lint.semantics.wrapping import wrapping
from backend_lint.source import nodes as n

if TYPE_CHECKING:
    from backend_lint.semantics.project import Function, Project

#: Builtins that use up what they iterate over.
CONSUMERS = frozenset({
    "list", "tuple", "set", "frozenset", "dict", "sorted", "sum", "any", "all", "max", "min", "next",
})  # fmt: skip
_PROPERTY = re.compile(
    rb"^[ \t]*@[\w.]*property\b[^\n]{0,200}\n(?:[ \t]*@[^\n]{0,300}\n){0,3}[ \t]*(?:async[ \t]+)?def[ \t]+(\w+)", re.MULTILINE
)


def calls_in(function: Function) -> list[tuple[n.Call, Callee]]:
    """The calls in a function's own body with their targets, in source order.

    Nested functions are left out; of lambdas those that are called on the spot are looked into: `(lambda: send())()`.
    """

    def make() -> list[tuple[n.Call, Callee]]:
        return [(call, callee(call, function.module, function)) for call in nodes_of(function, n.Call) if isinstance(call, n.Call)]

    return function.project.remember(("calls", id(function)), make)


def nodes_of(function: Function, *kinds: type[n.Node]) -> Sequence[n.Node]:
    """The nodes of a function's own body that are of these types, those of lambdas called on the spot included, in source order."""
    if not any(type(call.func) is n.Lambda for call in function.nodes_of(n.Call)):
        return function.nodes_of(*kinds)
    found: list[n.Node] = []
    for node in function.nodes:
        found.append(node)
        if type(node) is n.Call and isinstance(node.func, n.Lambda):
            found.extend(n.walk_scope(node.func.body))
    return [node for node in found if type(node) in kinds]


def run_in(function: Function) -> list[tuple[n.Node, Function]]:
    """The project functions whose bodies run while a function runs, each with the node that makes it run, in source order."""
    return function.project.remember(("runs", id(function)), lambda: _run_in(function))


def _run_in(function: Function) -> list[tuple[n.Node, Function]]:
    found: list[tuple[n.Node, Function]] = []
    for call, target in calls_in(function):
        called = target.function
        if called is not None:
            if not called.is_generator:
                found.append((call, called))
            found.extend((call, wrapper) for wrapper in wrapping(called).wrappers)
    properties = function.project.fact(property_names)
    for node in nodes_of(function, *_RUNNING):
        if isinstance(node, n.Attribute):
            if node.attr in properties:
                found.extend(_property(node, function))
        elif isinstance(node, n.With):
            for item in node.items:
                found.extend((item.value, inner) for inner in _entered(item.value, function, node.is_async))
        elif isinstance(node, (n.For, n.Generator)):
            found.extend(_used_up(node.iter, function))
        elif isinstance(node, n.YieldFrom):
            found.extend(_used_up(node.value, function))
        elif isinstance(node, n.Call) and node.args and isinstance(node.func, n.Name) and node.func.id in CONSUMERS:
            found.extend(_used_up(node.args[0].value, function))
    found = [(node, target) for node, target in found if target is not function]
    found.sort(key=lambda pair: pair[0].start)
    return found


#: The types of nodes that can run something without a call of it.
_RUNNING = (n.Attribute, n.With, n.For, n.Generator, n.YieldFrom, n.Call)


def _used_up(expr: n.Expr, function: Function) -> list[tuple[n.Node, Function]]:
    """The generator function whose result an expression is, for a place that iterates over it."""
    if not isinstance(expr, n.Call):
        return []
    target = callee(expr, function.module, function).function
    return [(expr, target)] if target is not None and target.is_generator else []


def _property(node: n.Attribute, function: Function) -> Iterator[tuple[n.Node, Function]]:
    owner = function.project.inference.value(node.value, function.module, function)
    if owner is not None and owner.kind == "instance" and isinstance(owner.definition, Class):
        method = owner.definition.method(node.attr)
        if method is not None and method.is_property:
            yield node, method


def _entered(expr: n.Expr, function: Function, is_async: bool) -> Iterator[Function]:
    """The functions that `with expr` runs: a generator made a context manager, or the methods of a project class."""
    infer = function.project.inference
    if isinstance(expr, n.Call):
        called = callee(expr, function.module, function).function
        if called is not None and called.is_generator and infer.is_context_manager(called):
            yield called
            return
    value = infer.value(expr, function.module, function)
    if value is not None and value.kind == "instance" and isinstance(value.definition, Class):
        for name in ("__aenter__", "__aexit__") if is_async else ("__enter__", "__exit__"):
            method = value.definition.method(name)
            if method is not None:
                yield method


def property_names(project: Project) -> frozenset[str]:
    """The names of all properties that classes of the project define, and of some that only look like it. A fact."""
    return frozenset().union(*project.searches.gathered(_properties, tests=True).values())


def _properties(project: Project, path: str, text: bytes) -> frozenset[str] | None:
    """The names of the properties in a file."""
    found = _PROPERTY.findall(text) if b"property" in text else ()
    return frozenset(name.decode("utf-8", "replace") for name in found) if found else None


def circles(
    root: Function, is_known: Callable[[Function], bool], followed: Callable[[Function], list[tuple[n.Node, Function]]]
) -> Iterator[list[Function]]:
    """The functions that `root` reaches through `followed` and that are not known, callees first; those that call each other come together.

    Tarjan's strongly connected components, without recursion: a chain of calls may be longer than Python's stack.
    """
    order: dict[int, int] = {id(root): 0}
    lowest: dict[int, int] = {id(root): 0}
    open_functions: list[Function] = [root]
    is_open = {id(root)}
    work = [(root, iter(followed(root)))]
    while work:
        function, rest = work[-1]
        for _, target in rest:
            if is_known(target):
                continue
            if id(target) not in order:
                order[id(target)] = lowest[id(target)] = len(order)
                open_functions.append(target)
                is_open.add(id(target))
                work.append((target, iter(followed(target))))
                break
            if id(target) in is_open:
                lowest[id(function)] = min(lowest[id(function)], order[id(target)])
        else:
            work.pop()
            if work:
                caller = work[-1][0]
                lowest[id(caller)] = min(lowest[id(caller)], lowest[id(function)])
            if lowest[id(function)] == order[id(function)]:
                place = next(index for index, each in enumerate(open_functions) if each is function)
                circle = open_functions[place:]
                del open_functions[place:]
                is_open.difference_update(id(each) for each in circle)
                yield circle
