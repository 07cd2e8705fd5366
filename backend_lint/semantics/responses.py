"""What is done with the response of an HTTP call: whether anybody looks at its status, and whether its body is used."""

from __future__ import annotations

from typing import TYPE_CHECKING

from backend_lint.semantics import effects
from backend_lint.semantics.calls import Callee, callee, dotted
from backend_lint.semantics.timeouts import maker_of
from backend_lint.source import nodes as n

if TYPE_CHECKING:
    from backend_lint.semantics.project import Function

#: The classes of responses whose error status raises nothing by itself.
RESPONSES = frozenset({"requests.Response", "httpx.Response", "aiohttp.ClientResponse", "urllib3.HTTPResponse"})
_STATUS = frozenset({
    "status_code", "status", "ok", "is_success", "is_error", "is_client_error", "is_server_error", "raise_for_status", "reason",
    "reason_phrase", "is_redirect",
})  # fmt: skip
_BODY = frozenset({"json", "text", "content", "read", "data", "iter_content", "iter_lines", "raw", "aread", "aiter_bytes", "aiter_lines"})
#: What may make a client look at each of its responses.
_HOOKS = frozenset({"event_hooks", "hooks", "raise_for_status", "transport", "trace_configs", "retries"})


class Reading:
    """How a response is used: `is_checked` is whether something is decided by its status (or somebody else gets the response, and may
    look), `body` the first place where its body is used, None for nowhere."""

    __slots__ = ("body", "is_checked")

    def __init__(self, *, is_checked: bool, body: n.Node | None) -> None:
        self.is_checked = is_checked
        self.body = body


CHECKED = Reading(is_checked=True, body=None)


def reading_of(call: n.Call, function: Function) -> Reading | None:
    """How the response of an HTTP call in a function is used; None when the call gives no response that has a status to look at."""
    infer = function.project.inference
    value = infer.value(call, function.module, function)
    target = callee(call, function.module, function)
    if target.function is not None:
        target = _overridden(target)
    names = {value.name, *(argument.name for argument in value.args)} if value is not None and value.kind == "instance" else set()
    if names.isdisjoint(RESPONSES) or "outbound" not in target.effects:
        return None
    if any(argument.keyword in _HOOKS for argument in call.args) or _client_looks(call, function):
        return CHECKED
    return _Reader(call, function).read()


def _client_looks(call: n.Call, function: Function) -> bool:
    """Whether the client was made, or told later, to look at its responses: `raise_for_status=True`, event hooks, an adapter."""
    if not isinstance(call.func, n.Attribute):
        return False
    made = maker_of(call.func.value, function.module, function)
    if made is not None and any(argument.keyword in _HOOKS for argument in made[0].args):
        return True
    home = made[1] if made is not None else function.module
    return ".hooks[" in home.tree.text or "status_forcelist" in home.tree.text


class _Reader:
    def __init__(self, call: n.Call, function: Function) -> None:
        self.call = call
        self.function = function
        self.parents = _parents(function)

    def read(self) -> Reading:
        expr: n.Node = self.call
        parent = self.parents.get(id(expr))
        while isinstance(parent, n.Await):
            expr, parent = parent, self.parents.get(id(parent))
        return self._used(expr, parent, 0)

    def _used(self, expr: n.Node, parent: n.Node | None, hops: int) -> Reading:
        """How the response is used where an expression holds it, `parent` being what stands around that."""
        if isinstance(parent, n.Attribute):
            return self._attribute(parent)
        if isinstance(parent, n.ExprStmt):
            return Reading(is_checked=False, body=None)
        if isinstance(parent, n.NamedExpr):
            around = self.parents.get(id(parent))
            if not isinstance(around, n.Attribute) or self._attribute(around).is_checked:
                return CHECKED
        name = self._name_given(expr, parent)
        return self._of_name(name, hops + 1) if name is not None and hops < 3 else CHECKED

    def _name_given(self, expr: n.Node, parent: n.Node | None) -> str | None:
        if isinstance(parent, n.Assign) and len(parent.targets) == 1 and isinstance(parent.targets[0], n.Name):
            return parent.targets[0].id
        if isinstance(parent, n.AnnAssign) and isinstance(parent.target, n.Name):
            return parent.target.id
        if isinstance(parent, n.NamedExpr) and isinstance(parent.target, n.Name):
            return parent.target.id
        if isinstance(parent, n.WithItem) and isinstance(parent.target, n.Name):
            return parent.target.id
        return None

    def _attribute(self, attribute: n.Attribute) -> Reading:
        if attribute.attr in _STATUS:
            return Reading(is_checked=self._decides(attribute), body=None)
        if attribute.attr in _BODY:
            return Reading(is_checked=False, body=attribute)
        return Reading(is_checked=False, body=None)

    def _of_name(self, name: str, hops: int) -> Reading:
        body: n.Node | None = None
        for node in self.function.nodes:
            if not isinstance(node, n.Name) or node.id != name:
                continue
            parent = self.parents.get(id(node))
            if isinstance(parent, n.Attribute) and parent.value is node:
                found = self._attribute(parent)
                if found.is_checked:
                    return CHECKED
                if body is None and node.start > self.call.start:
                    body = found.body
            elif not self._is_binding(node, parent) and not self._is_shown(node):
                # Whoever gets the response may look at it; a test of the response itself is one of its status.
                return CHECKED
        return Reading(is_checked=False, body=body)

    def _is_binding(self, node: n.Name, parent: n.Node | None) -> bool:
        if isinstance(parent, n.Assign):
            return any(target is node for target in parent.targets)
        if isinstance(parent, (n.AnnAssign, n.For, n.NamedExpr)):
            return parent.target is node
        return isinstance(parent, n.WithItem) and parent.target is node

    def _decides(self, attribute: n.Attribute) -> bool:
        """Whether a status is used for more than a log."""
        if attribute.attr == "raise_for_status":
            return True
        return not self._is_shown(attribute)

    def _is_shown(self, node: n.Node) -> bool:
        """Whether something is only formatted, printed or logged."""
        current: n.Node | None = node
        while current is not None:
            parent = self.parents.get(id(current))
            if isinstance(parent, n.ExprStmt):
                return not isinstance(current, n.Call) or self._is_log(current) if current is not node else True
            if isinstance(parent, n.Call) and self._is_log(parent):
                return True
            if not isinstance(parent, (n.Field, n.FString, n.Arg, n.BinOp, n.Call, n.Attribute, n.Await, n.Tuple, n.Dict)):
                return False
            current = parent
        return False

    def _is_log(self, call: n.Call) -> bool:
        target = callee(call, self.function.module, self.function)
        if "logs" in target.effects or target.name == "print":
            return True
        holder = (dotted(call.func) or "").split(".")
        return len(holder) > 1 and holder[-2].lower().lstrip("_") in ("log", "logger", "logging")


def _parents(function: Function) -> dict[int, n.Node]:
    def make() -> dict[int, n.Node]:
        found: dict[int, n.Node] = {}
        for node in function.nodes:
            for child in n.children(node):
                found[id(child)] = node
        return found

    return function.project.remember(("parents", id(function)), make)


def outbound_calls(function: Function) -> list[tuple[n.Call, Callee]]:
    """The calls of a function's own body that go to another service, queues and databases left out, in source order.

    A method of the project that overrides a client's and hands its arguments on is the client's own.
    """
    apart = ("reads", "writes", "enqueues", "verifies", "response", "command-sink")
    found: list[tuple[n.Call, Callee]] = []
    for call, target in effects.calls_in(function):
        meant = _overridden(target) if target.function is not None else target
        if "outbound" in meant.effects and meant.effects.isdisjoint(apart) and not (meant.name or "").startswith("socket."):
            found.append((call, meant))
    return found


def _overridden(target: Callee) -> Callee:
    """The library's method that a project method overrides without changing its arguments; the target itself where there is none."""
    method = target.function
    if method is None or method.cls is None or not any(parameter.kind == "kwarg" for parameter in method.parameters):
        return target
    registry = method.project.registry
    for name in sorted(method.cls.external_ancestors):
        declared = registry.member(name, method.node.name)
        if declared is not None and "outbound" in declared[1].effects:
            return Callee(target.value, None, declared[1].effects, member=declared[1])
    return target
