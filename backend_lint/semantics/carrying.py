"""Where a resource goes inside one statement: which expressions carry it, what closes it, who takes it over, what may raise meanwhile."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from backend_lint.semantics.calls import bind, callee, dotted
from backend_lint.semantics.project import Class
from backend_lint.source import nodes as n

if TYPE_CHECKING:
    from collections.abc import Iterable

    from backend_lint.semantics.calls import Callee
    from backend_lint.semantics.project import Function, Module
    from backend_lint.semantics.resources import Resource

#: What an expression is with respect to the resource: nothing, the resource itself, an object that holds it, or something whose call closes
#: it.
Carry = Literal["", "resource", "holder", "closer", "coroutine"]
Keeper = Literal["self", "global", "attribute", "argument", "closure"]

#: How deep an expression is followed.
_MAX_DEPTH = 60
#: Methods and functions that keep what they are given.
_KEEPING = frozenset({
    "append", "add", "put", "put_nowait", "set", "setdefault", "push", "insert", "register", "appendleft", "enter_context", "setattr",
    "enter_async_context", "callback", "push_async_callback", "push_async_exit", "submit", "call_soon", "call_soon_threadsafe",
    "add_done_callback", "finalize", "run_until_complete", "run_in_executor", "to_thread", "create_task", "ensure_future", "add_task",
    "partial",
})  # fmt: skip
_KEEPING_PREFIXES = ("add_", "register_", "set_", "attach", "put_", "push_", "enter_")
#: Libraries whose classes hold what they are made with and leave its release to their maker.
_WRAPPING = frozenset({"sqlalchemy", "sqlmodel", "redis", "types"})
_CLOSING_WORDS = (
    "close", "release", "putconn", "dispose", "cleanup", "clean_up", "shutdown", "teardown", "disconnect", "return_conn", "safe_quit",
)  # fmt: skip
#: Calls that in practice do not fail between an acquisition and its release.
_HARMLESS_NAMES = frozenset({
    "print", "len", "isinstance", "issubclass", "id", "type", "bool", "repr", "str", "dict", "list", "set", "tuple", "range", "enumerate",
    "zip", "hasattr", "callable", "locals", "vars", "super", "time.time", "time.monotonic", "time.perf_counter", "datetime.datetime.now",
    "datetime.datetime.utcnow", "django.utils.timezone.now", "uuid.uuid4", "logging.getLogger", "contextlib.suppress",
    "contextlib.ExitStack", "contextlib.AsyncExitStack", "contextlib.closing", "contextlib.aclosing", "sqlalchemy.text",
    "sqlalchemy.orm.sessionmaker", "object", "threading.Lock", "asyncio.Lock", "threading.Event", "asyncio.Event",
})  # fmt: skip
_HARMLESS_METHODS = frozenset({
    "begin", "cursor", "rollback", "debug", "info", "warning", "warn", "error", "exception", "critical", "log", "set_session",
    "set_isolation_level", "autocommit", "append", "items", "keys", "values", "strip", "lower", "upper", "startswith", "endswith",
    "set_option", "row_factory", "format", "join", "replace", "split", "setopt", "settimeout", "setsockopt",
})  # fmt: skip
_HARMLESS_PREFIXES = (
    "urllib.parse.", "os.path.", "math.", "datetime.", "time.", "base64.", "hashlib.", "collections.", "itertools.", "json.dumps",
)  # fmt: skip
_HARMLESS_EFFECTS = frozenset({"closes", "closes-argument", "rolls-back", "logs", "builds-query"})


class Seen:
    """What one statement does with the resource, in source order."""

    __slots__ = ("aliases", "closed", "is_acquired", "kept", "raising", "yielded")

    def __init__(self) -> None:
        self.is_acquired = False
        self.closed: n.Node | None = None
        self.kept: tuple[Keeper, n.Node] | None = None
        self.raising: list[n.Call] = []
        #: The first `yield` and whether it hands the resource out.
        self.yielded: tuple[n.Node, Carry] | None = None
        #: Names that a walrus binds to it.
        self.aliases: list[str] = []


class Carrier:
    """Answers for one resource in one function; without a resource (a parameter is followed) only names carry it."""

    def __init__(self, module: Module, function: Function, resource: Resource | None) -> None:
        self.module = module
        self.function = function
        self.resource = resource
        self._closures = _closures(function)
        self._raising: dict[int, bool] = {}

    def look(self, expr: n.Expr | None, names: frozenset[str], seen: Seen) -> Carry:
        """What an expression carries; what happens in it is added to `seen`."""
        return self._carry(expr, names, seen, 0) if expr is not None else ""

    def _carry(self, expr: n.Expr, names: frozenset[str], seen: Seen, depth: int) -> Carry:
        if depth > _MAX_DEPTH:
            return ""
        below = depth + 1
        kind = type(expr)
        if kind is n.Name:
            assert isinstance(expr, n.Name)
            if expr.id in names or expr.id in seen.aliases:
                return "resource"
            return "closer" if not names.isdisjoint(self._closures.get(expr.id, ())) else ""
        if kind is n.Attribute:
            assert isinstance(expr, n.Attribute)
            if names and dotted(expr) in names:
                return "resource"
            inner = self._carry(expr.value, names, seen, below)
            return "closer" if inner in ("resource", "holder") and self._closes(expr.attr) else ""
        if kind is n.Call:
            assert isinstance(expr, n.Call)
            return self._call(expr, names, seen, below)
        if kind is n.Lambda:
            assert isinstance(expr, n.Lambda)
            return "closer" if not names.isdisjoint(_closed_in([expr.body], self)) else ""
        if kind is n.Yield:
            assert isinstance(expr, n.Yield)
            carried = self._carry(expr.value, names, seen, below) if expr.value is not None else ""
            if seen.yielded is None:
                seen.yielded = (expr, carried)
            return ""
        if kind is n.NamedExpr:
            assert isinstance(expr, n.NamedExpr)
            carried = self._carry(expr.value, names, seen, below)
            if carried and isinstance(expr.target, n.Name):
                seen.aliases.append(expr.target.id)
            return carried
        if kind is n.IfExp:
            assert isinstance(expr, n.IfExp)
            self._carry(expr.test, names, seen, below)
            return self._most((expr.body, expr.orelse), names, seen, below)
        if kind in _COLLECTIONS or kind in (n.Await, n.YieldFrom, n.Starred, n.BoolOp):
            carried = self._most(n.children(expr), names, seen, below)  # type: ignore[arg-type]  # these hold expressions alone
            if kind is n.Await and carried == "coroutine":
                return ""
            return "holder" if carried and kind in _COLLECTIONS else carried
        if kind is n.Comp:
            assert isinstance(expr, n.Comp)
            for generator in expr.generators:
                self._most(_inner(generator), names, seen, below)
            elements = [expr.elt] if expr.value is None else [expr.elt, expr.value]
            if self._most(elements, names, seen, below):
                # Several of them in one collection: who closes which is not followed.
                seen.kept = seen.kept or ("argument", expr)
            return ""
        for child in _inner(expr):
            self._carry(child, names, seen, below)
        return ""

    def _most(self, parts: Iterable[n.Expr], names: frozenset[str], seen: Seen, depth: int) -> Carry:
        found: Carry = ""
        for part in parts:
            carried = self._carry(part, names, seen, depth)
            if carried and found != "resource":
                found = carried
        return found

    # --- calls

    def _call(self, call: n.Call, names: frozenset[str], seen: Seen, depth: int) -> Carry:
        if self.resource is not None and call is self.resource.call:
            for given in call.args:
                self._carry(given.value, names, seen, depth)
            seen.is_acquired = True
            return "resource"
        result: Carry = ""
        closes = False
        func = call.func
        if isinstance(func, n.Attribute):
            receiver = self._carry(func.value, names, seen, depth)
            if self._closes(func.attr) and (receiver in ("resource", "holder") or self._is_below(func.value, names)):
                closes = True
            elif receiver in ("resource", "holder") and self._returns_self(func.attr):
                result = receiver
        elif self._carry(func, names, seen, depth) == "closer":
            closes = True
        for given in call.args:
            carried = self._carry(given.value, names, seen, depth)
            if carried == "closer":
                seen.kept = seen.kept or ("closure", call)
            elif carried:
                fate = self._argument(call, given)
                if fate == "closes":
                    closes = True
                elif fate == "keeps":
                    seen.kept = seen.kept or ("argument", call)
                elif fate in ("resource", "holder", "coroutine"):
                    result = fate  # type: ignore[assignment]  # one of the fates that a result can have
        if closes:
            seen.closed = seen.closed or call
        elif seen.closed is None and seen.kept is None and self.may_raise(call):
            seen.raising.append(call)
        return result

    def _closes(self, method: str) -> bool:
        from backend_lint.semantics.resources import CLOSING

        return method in CLOSING or (self.resource is not None and self.resource.is_closed_by(method))

    def _returns_self(self, method: str) -> bool:
        if method in ("__enter__", "__aenter__", "execution_options"):
            return True
        if self.resource is None:
            return False
        found = self.module.project.registry.member(self.resource.cls, method)
        return found is not None and found[1].returns == "Self" and not found[1].is_attribute and "opens" not in found[1].effects

    def _is_below(self, expr: n.Expr, names: frozenset[str]) -> bool:
        """Whether an expression is a field of something that holds the resource: `repository.session`."""
        path = dotted(expr)
        return path is not None and any(path.startswith(f"{name}.") for name in names)

    def _argument(self, call: n.Call, given: n.Arg) -> str:
        """What a call does with the resource that an argument carries: "closes", "keeps" it, gives it back as "resource" or inside a
        "holder", or "borrows" it."""
        target = callee(call, self.module, self.function)
        last = call.func.attr if isinstance(call.func, n.Attribute) else call.func.id if isinstance(call.func, n.Name) else ""
        if target.name in ("contextlib.closing", "contextlib.aclosing", "contextlib.nullcontext"):
            return "holder"
        if "closes-argument" in target.effects or any(word in last.lower() for word in _CLOSING_WORDS):
            return "closes"
        if last in _KEEPING or last.startswith(_KEEPING_PREFIXES):
            return "keeps"
        if target.constructs is not None and isinstance(target.constructs.definition, Class):
            return self._constructor(call, given, target, target.constructs.definition)
        if target.function is not None:
            fate = _argument_fate(call, given, target.function)
            return "coroutine" if fate == "borrows" and target.function.is_async and not target.function.is_generator else fate
        if target.value is None:
            return "keeps"
        if target.constructs is not None:
            return "holder" if target.constructs.name.partition(".")[0] in _WRAPPING else "keeps"
        return "borrows"

    def _constructor(self, call: n.Call, given: n.Arg, target: Callee, cls: Class) -> str:
        fate = "holder" if target.function is None else _argument_fate(call, given, target.function)
        if fate in ("holder", "keeps") and closes_itself(cls):
            return "keeps"
        return fate

    # --- what may raise

    def may_raise(self, call: n.Call) -> bool:
        """Whether a call may well fail; those that only log, roll back, look or build a plain object may not."""
        key = id(call)
        known = self._raising.get(key)
        if known is None:
            known = self._raising[key] = _may_raise(call, self.module, self.function, 0)
        return known


_COLLECTIONS = (n.Tuple, n.List, n.Set, n.Dict)


def _inner(expr: n.Node) -> list[n.Expr]:
    """The expressions right below an expression, those in arguments and generators included."""
    found: list[n.Expr] = []
    for child in n.children(expr):
        if isinstance(child, (n.Generator, n.Field, n.Arg)):
            found.extend(_inner(child))
        elif not isinstance(child, (n.Parameters, n.Parameter)):
            found.append(child)  # type: ignore[arg-type]  # what is left below an expression is one
    return found


def _closures(function: Function) -> dict[str, frozenset[str]]:
    """The functions defined inside a function, with the outer names that each closes."""
    found: dict[str, frozenset[str]] = {}
    for node in function.nodes:
        if isinstance(node, n.FunctionDef):
            closed = _closed_in(node.body, None)
            if closed:
                found[node.name] = closed
    return found


def _closed_in(body: Iterable[n.Node], carrier: Carrier | None) -> frozenset[str]:
    """The dotted names on which a closing method is called, or that a `with` enters, in some statements or expressions."""
    from backend_lint.semantics.resources import CLOSING

    found: set[str] = set()
    for part in body:
        for node in n.walk(part):
            if isinstance(node, n.Call) and isinstance(node.func, n.Attribute):
                if node.func.attr in CLOSING or (carrier is not None and carrier._closes(node.func.attr)):
                    found.add(dotted(node.func.value) or "")
                if any(word in node.func.attr for word in ("putconn", "release")):
                    found.update(dotted(given.value) or "" for given in node.args)
            elif isinstance(node, n.WithItem):
                value = node.value.args[0].value if isinstance(node.value, n.Call) and node.value.args else node.value
                found.add(dotted(value) or "")
    return frozenset(found - {""})


def closed_paths(function: Function) -> dict[str, int]:
    """The dotted names that a function closes, with the offset of the last place where it does."""
    from backend_lint.semantics.resources import CLOSING

    found: dict[str, int] = {}
    for node in function.nodes:
        if isinstance(node, n.Call) and isinstance(node.func, n.Attribute):
            path = dotted(node.func.value)
            if path is not None and node.func.attr in CLOSING:
                found[path] = max(found.get(path, 0), node.start)
    return found


def _argument_fate(call: n.Call, given: n.Arg, function: Function) -> str:
    from backend_lint.semantics.paths import parameter_fate

    for name, argument in bind(call, function).items():
        if argument is given:
            return parameter_fate(function, name)
    return "keeps"


def closes_itself(cls: Class) -> bool:
    """Whether a class can give back what it holds: it has a method for that, or is a context manager."""
    for owner in cls.mro:
        for name in owner.methods:
            if name in ("__exit__", "__aexit__", "__del__") or any(word in name.lower() for word in _CLOSING_WORDS):
                return True
    return False


def closing_methods(cls: Class, attribute: str) -> frozenset[str]:
    """The methods of a class that close an attribute of its instances."""
    found: set[str] = set()
    for owner in cls.mro:
        for name, method in owner.methods.items():
            own = f"{method.self_name}.{attribute}"
            if any(path == own or path.startswith(f"{own}.") for path in _closed_in(method.node.body, None)):
                found.add(name)
    return frozenset(found)


def closes_attribute(cls: Class, attribute: str) -> bool:
    """Whether a method of a class, or some other code of the project, closes an attribute of its instances."""
    from backend_lint.semantics.resources import CLOSING

    if closing_methods(cls, attribute):
        return True
    project = cls.module.project
    needles = tuple(f".{attribute}.{method}(".encode() for method in sorted(CLOSING))
    return any(_closes_another(module, cls, attribute) for module in project.containing(*needles))


#: What holds the request's or the application's own things, and no object of the project's classes.
_FRAMEWORK_ROOTS = frozenset({"request", "g", "app", "current_app", "websocket", "state"})


def _closes_another(module: Module, cls: Class, attribute: str) -> bool:
    """Whether a file closes that attribute of an object that is, or may be, one of the class."""
    from backend_lint.semantics.resources import CLOSING

    for node in module.nodes_of(n.Attribute):
        if node.attr not in CLOSING or not isinstance(node.value, n.Attribute) or node.value.attr != attribute:
            continue
        holder = node.value.value
        function = module.function_at(node.start)
        value = module.project.inference.value(holder, module, function)
        if value is None:
            if (dotted(holder) or "").partition(".")[0] not in _FRAMEWORK_ROOTS:
                return True
        elif isinstance(value.definition, Class) and (cls in value.definition.mro or value.definition in cls.mro):
            return True
    return False


def _may_raise(call: n.Call, module: Module, function: Function, depth: int) -> bool:
    target = callee(call, module, function)
    if not _HARMLESS_EFFECTS.isdisjoint(target.effects):
        return False
    if target.name is not None and (target.name in _HARMLESS_NAMES or target.name.startswith(_HARMLESS_PREFIXES)):
        return False
    if isinstance(call.func, n.Attribute) and call.func.attr in _HARMLESS_METHODS:
        return False
    if target.constructs is not None:
        definition = target.constructs.definition
        if isinstance(definition, Class):
            if target.function is None:
                return not {"pydantic.BaseModel"}.isdisjoint(definition.external_ancestors)
            return depth > 2 or _body_may_raise(target.function, depth + 1)
        return False if target.effects <= {"context", "context-commits"} else "opens" in target.effects and "blocks" in target.effects
    if target.function is not None:
        return not target.function.is_generator and (depth > 2 or _body_may_raise(target.function, depth + 1))
    return True


def _body_may_raise(function: Function, depth: int) -> bool:
    return function.project.remember(("may raise", id(function), depth), lambda: _does_raise(function, depth), meanwhile=True)


def _does_raise(function: Function, depth: int) -> bool:
    for node in function.nodes:
        if isinstance(node, (n.Raise, n.Assert)):
            return True
        if isinstance(node, n.Call) and _may_raise(node, function.module, function, depth):
            return True
    return False
