"""Whether a call to another service is bound to end: the time-outs that are given to the call, to its client, or to every call of its kind.

`requests`, `urllib` and `smtplib` wait without end by default, `httpx` and `aiohttp` do not; which calls wait is declared in
`backend_lint.libraries` ("waits").
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

from backend_lint.semantics import effects
from backend_lint.semantics.calls import callee, dotted
from backend_lint.semantics.project import Class
from backend_lint.source import nodes as n

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backend_lint.semantics.calls import Callee
    from backend_lint.semantics.project import Function, Module, Project

#: "given": there is a time-out, or may be one; "missing": none is given and the library has none; "off": it is switched off; "default": the
#: library's own.
Timeout = Literal["given", "missing", "off", "default"]
#: The 0-based place of the time-out among the positional arguments.
_POSITIONS = {"urllib.request.urlopen": 2, "smtplib.SMTP": 3, "smtplib.SMTP_SSL": 5}
_MAX_HOPS = 4


def timeout_of(call: n.Call, target: Callee, module: Module, function: Function | None) -> Timeout:
    """What bounds the time that an outbound call may take."""
    given = _argument(call, target.name)
    if given is not None:
        return "off" if is_endless(given, module, function) else "given"
    for argument in call.args:
        if argument.star == "**" and _may_hold_timeout(argument.value, module, function):
            return "given"
        if argument.star == "*":
            return "given"
    made = maker_of(call.func.value, module, function) if isinstance(call.func, n.Attribute) else None
    if made is not None:
        of_client = _argument(made[0], None)
        if of_client is not None:
            return "off" if is_endless(of_client, made[1], made[2]) else "given"
        if any(argument.star == "**" for argument in made[0].args):
            return "given"
    if "waits" not in target.effects:
        return "default"
    return "given" if _is_bounded_elsewhere(call, target, module, function) else "missing"


def _argument(call: n.Call, name: str | None) -> n.Expr | None:
    """The time-out that a call, or a client's construction, is given."""
    for argument in call.args:
        if argument.keyword is not None and "timeout" in argument.keyword:
            return argument.value
    place = _POSITIONS.get(name or "")
    positional = [argument.value for argument in call.args if argument.keyword is None and not argument.star]
    return positional[place] if place is not None and place < len(positional) else None


def is_endless(expr: n.Expr, module: Module, function: Function | None) -> bool:
    """Whether a time-out is none: `None`, `httpx.Timeout(None)`, `aiohttp.ClientTimeout(total=None)`, a name or default that is `None`."""
    for _ in range(_MAX_HOPS):
        if isinstance(expr, n.Constant):
            return expr.kind == "none"
        if isinstance(expr, n.Call):
            if len(expr.args) != 1:
                return False
            expr = expr.args[0].value
        elif isinstance(expr, n.Name):
            names = function.names if function is not None and expr.id in function.names.bindings else module.names
            bindings = names.bindings.get(expr.id, ())
            # A parameter's default is what callers may change.
            if len(bindings) != 1 or bindings[0].kind != "assign" or bindings[0].value is None:
                return False
            expr = bindings[0].value
        else:
            return False
    return False


def _may_hold_timeout(expr: n.Expr, module: Module, function: Function | None) -> bool:
    """Whether `**expr` may bring a time-out: the function's text puts one in, a caller passes one on, or its callers are not all seen."""
    if function is None:
        return True
    if not isinstance(expr, n.Name):
        return True
    parameter = next((p for p in function.parameters if p.name == expr.id), None)
    text = module.tree.text[function.node.start : function.node.end]
    if "timeout" in text:
        return True
    if parameter is None:
        # A dict made here, whose keys are in the text.
        bindings = function.names.bindings.get(expr.id, ())
        return not all(isinstance(binding.value, n.Dict) for binding in bindings) or not bindings
    if parameter.kind != "kwarg":
        return True
    callers = list(effects.callers(function))
    if not callers or _overrides_library(function):
        return True
    return any(_passes_timeout(call, caller) for caller, call in callers)


def _overrides_library(function: Function) -> bool:
    """Whether a library's base class calls a method by a name of its own: `Session.request` calls `send` with the time-out."""
    if function.cls is None:
        return False
    registry = function.project.registry
    return any(registry.member(name, function.node.name) is not None for name in function.cls.external_ancestors)


def _passes_timeout(call: n.Call, caller: Function) -> bool:
    """Whether a caller gives a time-out, by name or among what it passes on from its own callers or a dict."""
    if any(argument.keyword == "timeout" for argument in call.args):
        return True
    if not any(argument.star == "**" for argument in call.args):
        return False
    text = caller.module.tree.text[caller.node.start : caller.node.end]
    return "timeout" in text or _is_unknown_dict(call, caller)


def _is_unknown_dict(call: n.Call, caller: Function) -> bool:
    for argument in call.args:
        if argument.star != "**":
            continue
        if not isinstance(argument.value, n.Name):
            return True
        name = argument.value.id
        bindings = caller.names.bindings.get(name, ())
        is_passed_on = any(parameter.name == name and parameter.kind == "kwarg" for parameter in caller.parameters)
        if not is_passed_on and not (bindings and all(isinstance(binding.value, n.Dict) for binding in bindings)):
            return True
    return False


def maker_of(expr: n.Expr, module: Module, function: Function | None, hops: int = 0) -> tuple[n.Call, Module, Function | None] | None:
    """The call that made the client an expression holds, with where it stands; None when it is not found."""
    while isinstance(expr, n.Await):
        expr = expr.value
    if hops > _MAX_HOPS:
        return None
    if isinstance(expr, n.Call):
        target = callee(expr, module, function)
        if target.function is not None and target.constructs is None:
            for result in _results(target.function):
                found = maker_of(result, target.function.module, target.function, hops + 1)
                if found is not None:
                    return found
            return None
        return expr, module, function
    if isinstance(expr, n.Name):
        scope = function
        while scope is not None and expr.id not in scope.names.bindings:
            scope = scope.parent
        if scope is None:
            origin = module.origin_of(expr.id)
            if origin is None or origin[0].value is None:
                return None
            return maker_of(origin[0].value, origin[1], None, hops + 1)
        bindings = [b for b in scope.names.bindings[expr.id] if b.kind in ("assign", "with") and b.value is not None]
        if not bindings:
            return None
        value = bindings[-1].value
        assert value is not None
        return maker_of(value, module, scope, hops + 1)
    if isinstance(expr, n.Attribute) and function is not None and function.cls is not None:
        if dotted(expr.value) == function.self_name or isinstance(expr.value, n.Name):
            return _attribute_maker(expr.attr, function.cls, hops)
    return None


def _results(function: Function) -> Iterator[n.Expr]:
    for node in function.nodes:
        if isinstance(node, (n.Return, n.Yield)) and node.value is not None:
            yield node.value


def _attribute_maker(name: str, cls: Class, hops: int) -> tuple[n.Call, Module, Function | None] | None:
    for owner in cls.mro:
        for method in owner.methods.values():
            for target, statement in method.names.attributes.get(method.self_name or "", ()):
                if isinstance(target, n.Attribute) and target.attr == name and statement.value is not None:
                    found = maker_of(statement.value, owner.module, method, hops + 1)
                    if found is not None:
                        return found
        found_property = owner.methods.get(name)
        if found_property is not None and found_property.is_property:
            for result in _results(found_property):
                found = maker_of(result, owner.module, found_property, hops + 1)
                if found is not None:
                    return found
    return None


def _is_bounded_elsewhere(call: n.Call, target: Callee, module: Module, function: Function | None) -> bool:
    """Whether the project bounds calls of this kind in another way: a session class or adapter with a time-out, `functools.partial`, the
    default of all sockets."""
    project = module.project
    if target.name is not None and target.name.startswith(("urllib.", "smtplib.", "http.")):
        return _holds(project, b"setdefaulttimeout(")
    receiver = target.value.receiver if target.value is not None else None
    if receiver is None:
        return False
    if isinstance(receiver.definition, Class):
        for cls in receiver.definition.mro:
            if "timeout" in cls.module.tree.text[cls.node.start : cls.node.end]:
                return True
    if _has_bounding_adapter(project):
        return True
    if not isinstance(call.func, n.Attribute):
        return False
    made = maker_of(call.func.value, module, function)
    home = made[1] if made is not None else module
    name = (dotted(call.func.value) or "").rpartition(".")[2]
    return bool(name) and re.search(rf"\b{re.escape(name)}\.\w+ *= *(?:functools\.)?partial\(", home.tree.text) is not None


def _holds(project: Project, needle: bytes) -> bool:
    return next(iter(project.containing(needle)), None) is not None


def _has_bounding_adapter(project: Project) -> bool:
    """Whether the project has an adapter for `requests` sessions that brings a time-out."""

    def make() -> bool:
        for module in project.containing(b"HTTPAdapter"):
            for cls in module.classes:
                if cls.derives_from("requests.adapters.HTTPAdapter") and "timeout" in module.tree.text[cls.node.start : cls.node.end]:
                    return True
        return False

    return project.remember("bounding adapter", make)
