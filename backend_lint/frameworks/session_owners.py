"""Who owns the session that some code commits, and whether the owner rolls back when the commit fails.

The session is followed to where it was opened: through parameters to the callers that pass it, through attributes to the constructors that
got it, through FastAPI's dependencies. A `with`, a `finally` that closes and a registry that a framework empties are owners that roll
back; a dependency that skips its clean-up when the request fails is none, and neither is a module.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal, NamedTuple

from backend_lint.findings.model import Step
from backend_lint.frameworks.reach import constructions
from backend_lint.semantics import effects
from backend_lint.semantics.annotations import metadata_home
from backend_lint.semantics.calls import bind, callee
from backend_lint.semantics.held import is_global, key_of, root_of
from backend_lint.semantics.paths import fates_of
from backend_lint.semantics.project import Function
from backend_lint.semantics.resources import acquired
from backend_lint.source import nodes as n

if TYPE_CHECKING:
    from backend_lint.semantics.path_states import Fate
    from backend_lint.semantics.project import Class, Module
    from backend_lint.semantics.values import Value

MAX_DEPTH = 6
MAX_CALLERS = 12

#: "safe": it rolls back or closes, whatever happens; "leaky": its clean-up is skipped by an exception; "shared": the session lives as long
#: as the process; "unclosed": the function that opened it closes it on no path, or not on each.
OwnerKind = Literal["safe", "leaky", "shared", "unclosed", "unknown"]


class Owner(NamedTuple):
    """Who owns a session. `steps` lead from where it was opened to the code that was asked about; `place` names the opening."""

    kind: OwnerKind
    place: str = ""
    steps: tuple[Step, ...] = ()


def owners(expr: n.Expr, function: Function) -> list[Owner]:
    """The owners of the session that an expression in a function names, one for each way it gets there; those of which nothing is known
    are of kind "unknown". The search ends at the first that does not leave the session broken."""
    key = key_of(expr, function.module, function)
    if key is None:
        return [Owner("unknown")]
    return _owners(key, function, 0)


def _owners(key: str, function: Function, depth: int) -> list[Owner]:
    memory = ("session owners", id(function), key, depth)
    return function.project.remember(memory, lambda: list(_until_settled(_find(key, function, depth))) or [Owner("unknown")], meanwhile=[])


def _until_settled(found: Iterator[Owner]) -> Iterator[Owner]:
    """The owners up to the first that does not leave the session broken: who asks has the answer then."""
    for owner in found:
        yield owner
        if owner.kind not in ("leaky", "shared"):
            return


def _find(key: str, function: Function, depth: int) -> Iterator[Owner]:
    if depth > MAX_DEPTH:
        yield Owner("unknown")
    elif is_global(key):
        yield _of_module(key, function)
    elif root_of(key) == function.self_name and "." in key:
        yield from _of_object(key.partition(".")[2], function, depth)
    else:
        scope: Function | None = function
        while scope is not None and root_of(key) not in scope.names.bindings:
            scope = scope.parent
        if scope is None:
            yield Owner("unknown")
        elif any(parameter.name == root_of(key) for parameter in scope.parameters):
            yield from _of_parameter(key, scope, depth)
        elif "." not in key:
            yield from _of_local(key, scope, depth)


def _of_module(key: str, function: Function) -> Owner:
    """A session that a module binds: one for all, unless it is a registry of sessions."""
    home, _, name = key.partition(":")
    if "." in name:
        return Owner("unknown")
    for module in function.project.containing(name.encode()):
        if module.name != home:
            continue
        for binding in module.names.bindings.get(name, ()):
            found = _opened_at_import(binding.value, module)
            if found is not None:
                return found
    return Owner("unknown")


def _opened_at_import(value: n.Expr | None, module: Module) -> Owner | None:
    if isinstance(value, n.Await):
        value = value.value
    if not isinstance(value, n.Call):
        return None
    resource = next((found for found in acquired(value, module, None) if found.kind == "session"), None)
    if resource is None:
        return None
    line = module.line(value)
    return Owner("shared", f"{module.path}:{line}", (Step(module.path, line, f"{resource.maker} opens one session at import"),))


def _of_object(attribute: str, function: Function, depth: int) -> Iterator[Owner]:
    """A session that an object keeps: what its constructor was given, by those who make such objects."""
    cls = function.cls
    if cls is None or "." in attribute:
        yield Owner("unknown")
        return
    for method, value in _assigned(cls, attribute):
        init_key = key_of(value, method.module, method)
        if init_key is not None and method.node.name == "__init__" and "." not in init_key and not is_global(init_key):
            yield from _of_constructions(cls, init_key, method, depth)
        elif init_key is not None:
            yield from _owners(init_key, method, depth + 1)
        else:
            yield _kept_by_shared_object(cls, value, method)


def _assigned(cls: Class, attribute: str) -> Iterator[tuple[Function, n.Expr]]:
    """What the methods of a class and its bases assign to an attribute of the object."""
    for ancestor in cls.mro:
        for method in ancestor.methods.values():
            for target, statement in method.names.attributes.get(method.self_name or "", ()):
                if isinstance(target, n.Attribute) and target.attr == attribute and isinstance(target.value, n.Name):
                    if statement.value is not None and not (isinstance(statement.value, n.Constant) and statement.value.kind == "none"):
                        yield method, statement.value


def _of_constructions(cls: Class, name: str, init: Function, depth: int) -> Iterator[Owner]:
    for number, (caller, call) in enumerate(constructions(cls)):
        if number >= MAX_CALLERS:
            yield Owner("unknown")
            return
        if caller.module.role in ("test", "migration", "example"):
            continue
        argument = bind(call, init).get(name)
        key = key_of(argument.value, caller.module, caller) if argument is not None and not argument.star else None
        if key is None:
            yield Owner("unknown")
            continue
        step = Step(caller.module.path, caller.module.line(call), f"{caller.qualname} makes {cls.qualname} with it")
        for owner in _owners(key, caller, depth + 1):
            yield owner._replace(steps=(*owner.steps, step))


def _kept_by_shared_object(cls: Class, value: n.Expr, method: Function) -> Owner:
    """A session that the object opens itself: shared when a module makes the one object."""
    resource = None
    if isinstance(value, n.Call):
        resource = next((found for found in acquired(value, method.module, method) if found.kind == "session"), None)
    if resource is None:
        return Owner("unknown")
    for module in cls.module.project.containing(cls.node.name.encode() + b"("):
        for holder, call in module.calls_by_name.get(cls.node.name, ()):
            if holder is None and callee(call, module, None).constructs is not None and module.role == "application":
                opened = Step(method.module.path, method.module.line(value), f"{cls.qualname} opens one session when it is made")
                made = Step(module.path, module.line(call), f"one {cls.qualname} is made at import")
                return Owner("shared", f"{method.module.path}:{method.module.line(value)}", (opened, made))
    return Owner("unclosed")


def _of_parameter(key: str, function: Function, depth: int) -> Iterator[Owner]:
    """A session that comes in by a parameter: from a dependency, or from the callers."""
    name = root_of(key)
    parameter = next(parameter for parameter in function.parameters if parameter.name == name)
    provider = provider_of(parameter, function)
    if provider is not None:
        yield _of_provider(provider) if "." not in key else Owner("unknown")
        return
    is_called = False
    for number, (caller, call) in enumerate(effects.callers(function)):
        if number >= MAX_CALLERS:
            yield Owner("unknown")
            return
        if caller is function or caller.module.role in ("test", "migration", "example"):
            continue
        is_called = True
        argument = bind(call, function).get(name)
        outer = key_of(argument.value, caller.module, caller) if argument is not None and not argument.star else None
        if outer is None:
            yield Owner("unknown")
            continue
        step = Step(caller.module.path, caller.module.line(call), f"{caller.qualname} passes it to {function.qualname}")
        for owner in _owners(outer + key[len(name) :], caller, depth + 1):
            yield owner._replace(steps=(*owner.steps, step))
    if not is_called:
        yield Owner("unknown")


def provider_of(parameter: n.Parameter, function: Function) -> Function | None:
    """The project function that FastAPI calls for a parameter; None when there is none."""
    infer = function.project.inference
    found: Value | None = None
    if parameter.default is not None:
        found = infer.dependency_target(parameter.default, function.module, function.parent)
    if found is None and parameter.annotation is not None:
        annotated = metadata_home(infer, parameter.annotation, function.module, function)
        if annotated is not None:
            items, _, home = annotated
            scope = function if home is function.module else None
            found = next((value for item in items if (value := infer.dependency_target(item, home, scope)) is not None), None)
    return found.definition if found is not None and isinstance(found.definition, Function) else None


def _of_provider(provider: Function) -> Owner:
    for fate in fates_of(provider):
        if fate.resource.kind == "session":
            return _of_fate(fate, provider)
    return Owner("unknown")


def _of_fate(fate: Fate, function: Function) -> Owner:
    """The owner that a function is for a session that it opens."""
    line = function.module.line(fate.resource.call)
    place = f"{function.module.path}:{line}"
    opened = Step(function.module.path, line, f"{function.qualname} opens it with {fate.resource.maker}")
    if function.is_generator:
        leak = next((leak for leak in fate.leaks if leak.kind in ("yield", "end")), None)
        if leak is None:
            return Owner("safe", place)
        skipped = Step(
            function.module.path,
            function.module.line(leak.node or fate.resource.call),
            "an exception of the request leaves here, past the clean-up",
        )
        return Owner("leaky", place, (opened, skipped))
    return Owner("unclosed" if fate.leaks else "safe", place, (opened,))


def _of_local(name: str, function: Function, depth: int) -> Iterator[Owner]:
    """A session under a local name."""
    for binding in function.names.bindings[name]:
        value = binding.value.value if isinstance(binding.value, n.Await) else binding.value
        if binding.kind == "with":
            yield Owner("safe")
        elif isinstance(value, n.Call):
            fate = next((fate for fate in fates_of(function) if fate.resource.call is value), None)
            yield _of_fate(fate, function) if fate is not None else Owner("unknown")
        elif isinstance(value, (n.Name, n.Attribute)):
            key = key_of(value, function.module, function)
            yield from _owners(key, function, depth + 1) if key is not None and key != name else [Owner("unknown")]
        elif not (isinstance(value, n.Constant) and value.kind == "none"):
            yield Owner("unknown")
