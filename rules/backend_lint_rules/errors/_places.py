"""Where a file catches exceptions, and what stands around each place."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from backend_lint.frameworks.statuses import Scope, resolved
from backend_lint.semantics import effects
from backend_lint.semantics.calls import callee, dotted
from backend_lint.semantics.raises import caught_classes, derives
from backend_lint.semantics.reaching import blocks_of
from backend_lint.source import nodes as n

if TYPE_CHECKING:
    from backend_lint.semantics.project import Function, Module
    from backend_lint.semantics.values import Value

BROAD = frozenset({"Exception", "BaseException"})
#: Classes that are as good as broad for what they tell: every failure of a language operation, or of a whole library.
_CONVERSIONS = frozenset({
    "ValueError", "TypeError", "KeyError", "IndexError", "AttributeError", "LookupError", "UnicodeError", "ArithmeticError",
    "decimal.DecimalException", "json.JSONDecodeError", "ZeroDivisionError", "OverflowError",
})  # fmt: skip
_CLEANING = re.compile(
    r"^_*(?:a?close(?:_\w+|d)?|clean_?up\w*|teardown\w*|tear_down\w*|shut_?down\w*|a?stop(?:_\w+)?|dispose\w*|disconnect\w*|lifespan|"
    r"on_shutdown|__exit__|__aexit__|__del__|release\w*|terminate\w*|kill\w*|quit|finali[sz]e\w*|unlink\w*|remove_temp\w*|drain)$"
)
#: Calls that give something up: their failure changes nothing for anybody.
_GIVING_UP = re.compile(
    r"^(?:a?close|rollback|disconnect|unlink|rmtree|rmdir|remove|cancel|terminate|kill|quit|shutdown|release|unsubscribe|cleanup|clean_up|"
    r"dispose|stop|detach|logout|punsubscribe|wait_closed|wait|join|abort|delete_file|unlock|deregister|unregister|expunge|expunge_all|"
    r"invalidate|killpg|reset|release_\w+|clean_?up_\w+)$"
)
#: Calls that stand beside those.
_LOOKING = re.compile(
    r"^(?:exists|is_file|is_dir|isfile|isdir|stat|gather|sleep|info|debug|warning|str|Path|poll|communicate|getpid|getpgid|dirname|basename|"
    r"realpath|abspath|print|locals|globals|get_event_loop|get_running_loop|is_closed|is_running|create_task)$"
)
#: What else than its input can fail in a call with one of these effects.
_FALLIBLE = frozenset({"reads", "writes", "commits", "flushes", "sql", "outbound", "email", "enqueues", "blocks"})
_IN_MEMORY = frozenset({"io.BytesIO", "io.StringIO"})
_SENDING = re.compile(r"^(?:send\w*|emit|reply\w*|respond\w*)$")
_PINGING = re.compile(r"^(?:ping|is_connected|is_alive|heartbeat)$")


class Place:
    """One `except`.

    `function` is None at a module's top level. `loop` is the innermost loop around it in the function; `within` says what the `try` stands
    in: "finally", "failing" (an `except` that raises), "except" (another one), or "".
    """

    __slots__ = ("attempt", "function", "handler", "loop", "module", "within")

    def __init__(
        self, module: Module, function: Function | None, attempt: n.Try, handler: n.ExceptHandler, loop: n.For | n.While | None, within: str
    ) -> None:
        self.module = module
        self.function = function
        self.attempt = attempt
        self.handler = handler
        self.loop = loop
        self.within = within

    @property
    def is_bare(self) -> bool:
        return self.handler.type is None

    def classes(self) -> list[tuple[n.Expr, Value | None]]:
        return caught_classes(self.handler.type, self.module, self.function)

    @property
    def is_broad(self) -> bool:
        """Whether it catches `Exception` or `BaseException`, alone or among others, or everything."""
        return self.is_bare or any(value is not None and value.name in BROAD for _, value in self.classes())

    @property
    def is_conversion(self) -> bool:
        """Whether all it catches are the errors of operations of the language: a value that does not fit, a key that is not there."""
        found = [value for _, value in self.classes()]
        return bool(found) and all(value is not None and derives(value, _CONVERSIONS, self.module.project) for value in found)


def places_in(module: Module) -> list[Place]:
    """The `except`s of a file, in source order, those of nested functions with their own function."""
    if module.tree.text.find("except") < 0:
        return []

    def make() -> list[Place]:
        found: list[Place] = []
        bodies: list[tuple[Function | None, list[n.Stmt]]] = [(None, module.tree.body)]
        bodies.extend((function, function.node.body) for function in module.functions)
        for function, body in bodies:
            if function is not None and module.tree.text.find("except", function.node.start, function.node.end) < 0:
                continue
            _collect(module, function, body, found)
        found.sort(key=lambda place: place.handler.start)
        return found

    return module.project.remember(("except places", module.path), make)


def _collect(module: Module, function: Function | None, body: list[n.Stmt], found: list[Place]) -> None:
    stack: list[tuple[list[n.Stmt], n.For | n.While | None, str]] = [(body, None, "")]
    while stack:
        block, loop, within = stack.pop()
        for statement in block:
            if isinstance(statement, n.Try):
                found.extend(Place(module, function, statement, handler, loop, within) for handler in statement.handlers)
                stack.extend(
                    [
                        (statement.body, loop, within),
                        (statement.orelse, loop, within),
                        (statement.finalbody, loop, "finally"),
                        *((handler.body, loop, _kind_of(handler)) for handler in statement.handlers),
                    ]
                )
            elif isinstance(statement, (n.For, n.While)):
                stack.append((statement.body, statement, within))
                stack.append((statement.orelse, loop, within))
            elif isinstance(statement, n.ClassDef):
                stack.append((statement.body, None, ""))
            else:
                stack.extend((inner, loop, within) for inner in blocks_of(statement))


def _kind_of(handler: n.ExceptHandler) -> str:
    return "failing" if any(isinstance(statement, n.Raise) for statement in handler.body) else "except"


def is_cleaning(place: Place) -> bool:
    """Whether the `try` gives something up that is not needed any more, where a failure is of no use to anybody."""
    if place.within == "finally":
        return True
    outer = place.function
    while outer is not None:
        if _CLEANING.match(outer.node.name) and not (outer.node.name == "lifespan" and not _after_yield(outer, place)):
            return True
        outer = outer.parent
    calls = [
        node
        for node in n.walk_scope(place.attempt.body)
        if isinstance(node, n.Call) and not _is_lookup(node) and not _is_text(node) and not _is_shield(node)
    ]
    names = [last for call in calls if (last := _last_name(call)) is not None]
    if len(names) == len(calls) and all(_GIVING_UP.match(name) or _LOOKING.match(name) for name in names):
        if any(_GIVING_UP.match(name) for name in names):
            return True
    # Telling the client of an error that is handled already: it may be gone.
    if place.within in ("except", "failing") and any(_SENDING.match(name) for name in names):
        return True
    return not calls and all(isinstance(statement, n.ExprStmt) and isinstance(statement.value, n.Await) for statement in place.attempt.body)


def _is_lookup(call: n.Call) -> bool:
    return isinstance(call.func, n.Attribute) and call.func.attr == "get" and bool(call.args) and isinstance(call.args[0].value, n.Constant)


def _is_shield(call: n.Call) -> bool:
    """Whether a call only waits for a future that there is already, which keeps its failure: `asyncio.shield(future)`."""
    return _last_name(call) == "shield" and len(call.args) == 1 and isinstance(call.args[0].value, (n.Name, n.Attribute))


def _is_text(call: n.Call) -> bool:
    """Whether a call makes a text: `", ".join(names)`."""
    return isinstance(call.func, n.Attribute) and isinstance(call.func.value, (n.Constant, n.FString))


def _after_yield(function: Function, place: Place) -> bool:
    return any(isinstance(node, n.Yield) and node.end <= place.attempt.start for node in n.walk_scope(function.node.body))


def _last_name(call: n.Call) -> str | None:
    if isinstance(call.func, n.Attribute):
        return call.func.attr
    return dotted(call.func)


def is_probe(place: Place) -> bool:
    """Whether the `try` asks for something optional: imports and what is made ready with them, or whether the other side is still there."""
    body = place.attempt.body
    calls = [node for node in n.walk_scope(body) if isinstance(node, n.Call)]
    if any(isinstance(statement, (n.Import, n.ImportFrom)) for statement in body):
        if any(isinstance(node, n.Await) for node in n.walk_scope(body)) or any(can_fail(call, place) for call in calls):
            return False
        return not any(isinstance(statement, (n.Return, n.For, n.While, n.With)) for statement in body)
    return bool(calls) and all(_PINGING.match(_last_name(call) or "") for call in calls)


def can_fail(call: n.Call, place: Place) -> bool:
    """Whether more than the input of a call can fail in it: a database, another service, a file that is no upload held in memory."""
    target = callee(call, place.module, place.function)
    found = target.effects & _FALLIBLE
    if found == {"blocks"} and any(_is_in_memory(given.value, place) for given in call.args):
        return False
    if found:
        return True
    return target.function is not None and any(effect in effects.of_function(target.function) for effect in _FALLIBLE)


def _is_in_memory(value: n.Expr, place: Place) -> bool:
    value, scope = resolved(value, Scope(place.module, place.function))
    if not isinstance(value, n.Call):
        return False
    made = callee(value, scope.module, scope.function).constructs
    return made is not None and made.name in _IN_MEMORY
