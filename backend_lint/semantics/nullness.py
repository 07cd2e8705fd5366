"""Lookups: the calls that give `None`, or raise, when nothing is found, and the places that use their result as if it were there.

Which calls those are is declared in `backend_lint.libraries`. A project function that returns such a result without looking is a lookup
as well, and so is one that returns `None` where its own lookup found nothing.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Literal

from backend_lint.findings.model import Step
from backend_lint.semantics import effects
from backend_lint.semantics.guards import guards_at
from backend_lint.semantics.null_walk import NullWalk, Use
from backend_lint.semantics.project import Class
from backend_lint.semantics.queries import always_finds
from backend_lint.semantics.unit_roles import is_lookup
from backend_lint.source import nodes as n

if TYPE_CHECKING:
    from backend_lint.semantics.calls import Callee
    from backend_lint.semantics.project import Function, Module

Kind = Literal["none", "raises"]
#: How many project functions a lookup may be away from the call that uses it.
_MAX_DEPTH = 6
#: How deep questions about functions may lead into others before the answer is "nothing known".
_MAX_NESTED = 24
_LOOKUP_EFFECTS = frozenset({"may-be-none", "raises-not-found"})
_NO_LOOKUP_EFFECTS = frozenset({"validates", "escapes", "writes", "sql-text"})
#: What using `None` as a record raises.
ABSENT = ("AttributeError", "TypeError")
#: Exceptions that a lookup raises because there is too much.
_TOO_MANY = ("MultipleObjectsReturned", "MultipleResultsFound")
#: Decorators that leave what a function returns as it is.
_HARMLESS = frozenset({
    "staticmethod", "classmethod", "abc.abstractmethod", "typing.override", "typing_extensions.override", "functools.lru_cache",
    "functools.cache", "functools.cached_property", "functools.wraps", "property", "asgiref.sync.sync_to_async",
    "channels.db.database_sync_to_async", "django.db.transaction.atomic", "contextlib.contextmanager",
})  # fmt: skip


class Lookup:
    """One lookup: `call` in `function` (None: at module level) of `module` gives `None` or raises one of `raised`, by `kind`.

    `name` is what is called, as messages say it; `query` the library's call at its end, which stands in `query_function`; `steps` lead
    from `call` to `query` through the project functions between, `called` being the first of them.
    """

    __slots__ = ("call", "called", "function", "kind", "module", "name", "query", "query_function", "raised", "steps")

    def __init__(
        self,
        call: n.Call,
        module: Module,
        function: Function | None,
        kind: Kind,
        raised: tuple[str, ...] = (),
        *,
        inner: Lookup | None = None,
        called: Function | None = None,
    ) -> None:
        self.call = call
        self.module = module
        self.function = function
        self.kind: Kind = kind
        self.raised = raised
        self.name = call_text(call)
        self.query: n.Call = inner.query if inner is not None else call
        self.query_function: Function | None = inner.query_function if inner is not None else function
        self.called = called
        self.steps: tuple[Step, ...] = ()
        if inner is not None and called is not None:
            line = called.module.line(inner.call)
            outcome = "gives None" if kind == "none" else "lets its exception out"
            own = f"{called.qualname} calls {inner.name}"
            own = own if inner.steps else f"{own} and {outcome} when nothing is found"
            self.steps = (Step(called.module.path, line, own), *inner.steps)

    def __repr__(self) -> str:
        return f"<Lookup {self.name}, {self.kind}>"

    @property
    def is_direct(self) -> bool:
        """Whether the library is called here, and not in a project function."""
        return self.called is None


def call_text(call: n.Call) -> str:
    """A lookup as messages name it: `Order.objects.get(...)`, `db.get(...)`, `....first()`."""
    parts: list[str] = []
    expr: n.Expr = call.func
    while True:
        if isinstance(expr, n.Attribute):
            parts.append(expr.attr)
            expr = expr.value
        elif isinstance(expr, n.Name):
            parts.append(expr.id)
            break
        elif isinstance(expr, n.Await):
            expr = expr.value
        else:
            # Only the last word of a chain of calls says what is looked up.
            parts = [*parts[:1], ".."]
            break
    return f"{'.'.join(reversed(parts))}({'...' if call.args else ''})"


def lookup_at(call: n.Call, target: Callee, module: Module, function: Function | None) -> Lookup | None:
    """The lookup that a call is; None for any other call."""
    if target.function is None and target.effects.isdisjoint(_LOOKUP_EFFECTS):
        return None
    return module.project.remember(("lookup", id(call)), lambda: _lookup(call, target, module, function), meanwhile=None)


def _lookup(call: n.Call, target: Callee, module: Module, function: Function | None) -> Lookup | None:
    found = target.effects
    if "may-be-none" in found or "raises-not-found" in found:
        if not found.isdisjoint(_NO_LOOKUP_EFFECTS) or (
            target.value is not None and target.value.kind != "method" and "reads" not in found
        ):
            return None
        if always_finds(call, module, function):
            return None
        if "may-be-none" in found:
            return Lookup(call, module, function, "none")
        declared = target.member.raises if target.member is not None else ()
        return Lookup(call, module, function, "raises", tuple(name for name in declared if not name.endswith(_TOO_MANY)))
    if target.function is not None and target.constructs is None:
        inner = lookup_of(target.function)
        if inner is not None:
            return Lookup(call, module, function, inner.kind, inner.raised, inner=inner, called=target.function)
        if _is_declared_to_miss(target.function):
            missing = Lookup(call, module, function, "none", called=target.function)
            home = target.function.module
            line = home.tree.line(target.function.node.name_start)
            missing.steps = (Step(home.path, line, f"{target.function.qualname} is declared to return None where there is nothing"),)
            return missing
    return None


def _is_declared_to_miss(function: Function) -> bool:
    """Whether a project function that looks records up says by its annotation that there may be none, and its body cannot be read."""
    declared = function.node.returns
    if declared is None or not is_lookup(function) or function.is_generator or not _is_plain(function):
        return False
    infer = function.project.inference
    if not _admits_none(declared, function):
        return False
    made = infer.value(declared, function.module, function) if isinstance(declared, n.Name) else infer.returned(function)
    if made is None or not isinstance(made.definition, Class):
        return False
    # A body with lookups of its own was judged by them.
    return not lookups_in(function)


def _admits_none(annotation: n.Expr, function: Function) -> bool:
    """Whether an annotation is `X | None` or `Optional[X]`."""
    if isinstance(annotation, n.Constant) and annotation.kind == "str":
        return annotation.value.startswith("Optional[") or annotation.value.endswith("| None")
    if isinstance(annotation, n.BinOp) and annotation.op == "|":
        return any(_is_none(value) for value in annotation.values)
    if isinstance(annotation, n.Subscript):
        return function.project.inference.qualified_name(annotation.value, function.module, function.parent) == "typing.Optional"
    return False


def lookup_of(function: Function) -> Lookup | None:
    """The lookup whose result, or absence, a project function hands to its callers; None when it hands on none."""
    make = partial(function.project.nested, "nullness", _MAX_NESTED, partial(_lookup_of, function), None)
    return function.project.remember(("lookup of", id(function)), make, meanwhile=None)


def _lookup_of(function: Function) -> Lookup | None:
    if function.is_generator or function.is_property or not _is_plain(function) or "reads" not in effects.of_function(function):
        return None
    facts = nullness(function)
    for lookup in facts.lookups:
        if lookup.kind == "none" and facts.is_handed_on(lookup):
            return lookup if len(lookup.steps) < _MAX_DEPTH else None
    return _turned_into_none(function, facts) or _raising(function, facts)


def _turned_into_none(function: Function, facts: Nullness) -> Lookup | None:
    """The raising lookup for whose exception a function returns `None`."""
    for lookup in facts.lookups:
        if lookup.kind != "raises":
            continue
        for catch in guards_at(lookup.call, function, function.module, lookup.raised):
            body = catch.handler.body if catch.handler is not None else []
            if any(isinstance(node, n.Return) and _is_none(node.value) for node in n.walk_scope(body)):
                found = Lookup(lookup.call, lookup.module, function, "none")
                found.query, found.query_function, found.steps = lookup.query, lookup.query_function, lookup.steps
                return found
    return None


def _is_none(expr: n.Expr | None) -> bool:
    return expr is None or (isinstance(expr, n.Constant) and expr.kind == "none")


def _raising(function: Function, facts: Nullness) -> Lookup | None:
    """The raising lookup whose result a function returns as it is, and that nothing in the function catches."""
    by_call = {id(lookup.call): lookup for lookup in facts.lookups if lookup.kind == "raises"}
    if not by_call or "writes" in effects.of_function(function):
        return None
    returned = [node.value for node in function.nodes if isinstance(node, n.Return) and node.value is not None]
    for value in returned:
        call = _origin_call(value, function)
        lookup = by_call.get(id(call)) if call is not None else None
        if lookup is not None and not is_caught(lookup, function) and len(lookup.steps) < _MAX_DEPTH:
            return lookup
    return None


def _origin_call(expr: n.Expr, function: Function) -> n.Call | None:
    """The call that an expression is, or that its name was given before."""
    for _ in range(4):
        if isinstance(expr, n.Await):
            expr = expr.value
        elif isinstance(expr, n.Call):
            return expr
        elif isinstance(expr, n.Name):
            bindings = [b for b in function.names.bindings.get(expr.id, ()) if b.start < expr.start]
            if not bindings or bindings[-1].kind != "assign" or bindings[-1].value is None or bindings[-1].path:
                return None
            expr = bindings[-1].value
        else:
            return None
    return None


def is_caught(lookup: Lookup, function: Function) -> bool:
    """Whether the function in which a lookup stands catches what it raises."""
    return bool(guards_at(lookup.call, function, function.module, lookup.raised))


def _is_plain(function: Function) -> bool:
    infer = function.project.inference
    for decorator in function.node.decorators:
        target = decorator.func if isinstance(decorator, n.Call) else decorator
        name = infer.qualified_name(target, function.module, function.parent)
        if name not in _HARMLESS and name != "builtins.property":
            return False
    return True


class Nullness:
    """The lookups of one function, in source order, and the walk that followed the maybe-`None` ones; None where there are none."""

    __slots__ = ("lookups", "walk")

    def __init__(self, lookups: list[Lookup], walk: NullWalk | None) -> None:
        self.lookups = lookups
        self.walk = walk

    def use_of(self, lookup: Lookup) -> Use | None:
        """The first place that uses the result of a maybe-`None` lookup without a check."""
        return self.walk.uses.get(id(lookup.call)) if self.walk is not None else None

    def is_handed_on(self, lookup: Lookup) -> bool:
        """Whether a function may return the result of a maybe-`None` lookup as it is, or `None` where that is what it gave."""
        key = id(lookup.call)
        return self.walk is not None and (key in self.walk.returned or key in self.walk.returned_none)


def lookups_in(function: Function) -> list[Lookup]:
    """The lookups in a function's own body, in source order."""

    def make() -> list[Lookup]:
        found = (lookup_at(call, target, function.module, function) for call, target in effects.calls_in(function))
        return [lookup for lookup in found if lookup is not None]

    return function.project.remember(("lookups", id(function)), make, meanwhile=[])


def nullness(function: Function) -> Nullness:
    """The lookups of a function and what becomes of their results."""
    return function.project.remember(("nullness", id(function)), lambda: _walked(function))


def _walked(function: Function) -> Nullness:
    lookups = lookups_in(function)
    origins = {id(lookup.call) for lookup in lookups if lookup.kind == "none"}

    def origin_of(call: n.Call, target: Callee) -> int | None:
        return id(call) if id(call) in origins else None

    return Nullness(lookups, NullWalk(function, origin_of, passed_none) if origins else None)


_CHECKS: tuple[str, tuple[Step, ...]] = ("checks", ())


def passed_none(function: Function, parameter: str) -> tuple[str, tuple[Step, ...]]:
    """What a project function does with an argument that is `None`: "fails" with the step to where, "checks" (it looks, raises or does
    something that nobody knows), or "keeps"."""
    key = ("passed none", id(function), parameter)
    make = partial(function.project.nested, "nullness", _MAX_NESTED, partial(_passed_none, function, parameter), _CHECKS)
    return function.project.remember(key, make, meanwhile=_CHECKS)


def _passed_none(function: Function, parameter: str) -> tuple[str, tuple[Step, ...]]:
    declared = next((p for p in function.parameters if p.name == parameter), None)
    if declared is None or declared.kind in ("vararg", "kwarg"):
        return "keeps", ()
    if function.is_generator or not function.node.body:
        return "checks", ()
    walk = NullWalk(function, lambda call, target: None, passed_none, ((parameter, 0),))
    use = walk.uses.get(0)
    if 0 in walk.tested or (use is not None and guards_at(use.node, function, function.module, ABSENT)):
        return "checks", ()
    if use is not None:
        line = function.module.line(use.node)
        what = "hands it on" if use.steps else "uses it"
        return "fails", (Step(function.module.path, line, f"{function.qualname} {what} without a check"), *use.steps)
    if not walk.ends or any((parameter, 0) not in state.maybe for state in walk.ends):
        return "checks", ()
    return "keeps", ()
