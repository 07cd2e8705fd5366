"""What a function does to databases and other services, statement by statement.

Each access says what is read or written (the model's class name, as far as inference knows), where, and whether the function does it itself
or through project functions it calls.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Literal

from backend_lint.semantics import effects
from backend_lint.semantics.calls import Callee, callee
from backend_lint.semantics.project import Class
from backend_lint.source import nodes as n

if TYPE_CHECKING:
    from backend_lint.semantics.effects import Origin
    from backend_lint.semantics.project import Function, Module
    from backend_lint.semantics.values import Value

AccessKind = Literal["read", "write", "change", "commit", "rollback", "outbound", "email", "enqueue", "sql"]

_BY_EFFECT: tuple[tuple[str, AccessKind], ...] = (
    ("writes", "write"), ("reads", "read"), ("commits", "commit"), ("rolls-back", "rollback"), ("email", "email"), ("outbound", "outbound"),
    ("enqueues", "enqueue"),
)  # fmt: skip
#: Base classes whose instances are rows: setting an attribute of one is a write once the session commits.
MODEL_BASES = frozenset({
    "sqlalchemy.orm.DeclarativeBase", "sqlalchemy.orm.DeclarativeBaseNoMeta", "sqlalchemy.orm.MappedAsDataclass",
    "flask_sqlalchemy.model.Model", "sqlmodel.SQLModel", "django.db.models.Model", "tortoise.models.Model", "peewee.Model",
    "mongoengine.Document", "beanie.Document",
})  # fmt: skip
#: Those of them that a session tracks: an assignment to an attribute is stored at its next flush.
TRACKED_BASES = MODEL_BASES - {"django.db.models.Model", "tortoise.models.Model", "peewee.Model", "mongoengine.Document", "beanie.Document"}


class Access:
    """One access. `subject` is the qualified name of the model or None; `is_direct` whether the function itself makes it; `origin` leads to
    the call that does when it is a callee's; `is_raw` marks SQL text; `name` is what is called."""

    __slots__ = ("is_direct", "is_raw", "kind", "name", "node", "origin", "subject")

    def __init__(
        self,
        kind: AccessKind,
        node: n.Node,
        subject: str | None,
        *,
        is_direct: bool = True,
        is_raw: bool = False,
        origin: Origin | None = None,
        name: str = "",
    ) -> None:
        self.kind: AccessKind = kind
        self.node = node
        self.subject = subject
        self.is_direct = is_direct
        self.is_raw = is_raw
        self.origin = origin
        self.name = name

    def __repr__(self) -> str:
        return f"<{self.kind} {self.subject} {'direct' if self.is_direct else 'through ' + self.name}>"


def accesses(function: Function) -> list[Access]:
    """The accesses of a function, in source order; those of the functions it calls stand at the call."""
    return function.project.remember(("accesses", id(function)), lambda: _accesses(function))


def _accesses(function: Function) -> list[Access]:
    found: list[Access] = []
    for call, target in effects.calls_in(function):
        if target.function is not None and not target.function.is_generator:
            summary = effects.of_function(target.function)
            for effect, kind in _BY_EFFECT:
                origin = summary.all.get(effect)
                if origin is not None:
                    subject = _made_by(target) or origin_subject(origin) or _owner(target)
                    found.append(Access(kind, call, subject, is_direct=False, origin=origin, name=target.function.qualname))
            committed = summary.all.get("commits")
            if committed is not None and len(committed.steps) <= 2 and "writes" not in summary:
                # What it commits are changes of rows: its own, or those of the rows that its class keeps.
                changed = next((change.subject for change in _changes(target.function)), None) or _owner(target)
                if changed is not None:
                    found.append(Access("write", call, changed, is_direct=False, origin=committed, name=target.function.qualname))
        elif target.effects:
            found.extend(_direct(call, target, function))
    found.extend(_changes(function))
    found.sort(key=lambda access: access.node.start)
    return found


def origin_subject(origin: Origin) -> str | None:
    """The model that the call at an effect's end writes or reads; None when it is several calls away."""
    if len(origin.steps) > 2 or not isinstance(origin.node, n.Call):
        return None
    function = origin.module.function_at(origin.node.start)
    target = callee(origin.node, origin.module, function)
    if target.function is not None:
        own = effects.of_function(target.function).own
        inner = next((own[e] for e in ("writes", "reads") if e in own), None)
        if inner is None or not isinstance(inner.node, n.Call):
            return None
        return subject_of(inner.node, callee(inner.node, inner.module, target.function), inner.module, target.function)
    return subject_of(origin.node, target, origin.module, function)


def owner_of(target: Callee) -> str | None:
    """The model that a method's object is, makes or keeps, whatever the method does with it."""
    return _made_by(target) or _owner(target)


def _made_by(target: Callee) -> str | None:
    """The model whose class method is called: `Account.create(...)` makes an account, whatever else it stores for it."""
    receiver = target.value.receiver if target.value is not None else None
    return _model(receiver) if receiver is not None and receiver.kind == "class" else None


def _owner(target: Callee) -> str | None:
    """The model that a method's object is, or keeps: `account.save()`, a repository `Repository[Account]` or one derived from it."""
    receiver = target.value.receiver if target.value is not None else None
    if receiver is None:
        return None
    found = _model(receiver) or next((name for a in receiver.args if (name := _model(a))), None)
    if found is None and isinstance(receiver.definition, Class):
        found = next((name for cls in receiver.definition.mro if (name := _type_argument(cls))), None)
    return found


def _type_argument(cls: Class) -> str | None:
    """The model among the type arguments of a class's bases."""
    for base in cls.node.bases:
        if isinstance(base.value, n.Subscript):
            index = base.value.index
            for item in index.elts if isinstance(index, n.Tuple) else [index]:
                value = cls.module.project.inference.class_value(item, cls.module, cls.parent)
                found = _model(value) if value is not None else None
                if found is not None:
                    return found
    return None


def _direct(call: n.Call, target: Callee, function: Function) -> list[Access]:
    subject = subject_of(call, target, function.module, function)
    is_raw = "sql" in target.effects and _is_text(call, function)
    found = [Access(kind, call, subject, is_raw=is_raw, name=target.name or "") for effect, kind in _BY_EFFECT if effect in target.effects]
    return found or ([Access("sql", call, subject, is_raw=True, name=target.name or "")] if is_raw else [])


def _is_text(call: n.Call, function: Function) -> bool:
    from backend_lint.semantics.calls import sql_text

    return bool(call.args) and sql_text(call.args[0].value, function.module, function) is not None


def subject_of(call: n.Call, target: Callee, module: Module, function: Function | None) -> str | None:
    """The model class a database call is about: of the instance it is called on, of the query's or manager's element, of its argument."""
    infer = module.project.inference
    if target.value is not None and target.value.receiver is not None:
        receiver = target.value.receiver
        found = _model(receiver) or next((name for a in receiver.args if (name := _model(a))), None)
        if found is not None:
            return found
        if isinstance(receiver.definition, Class) and target.name is not None and target.name.endswith(".save"):
            return meta_model(receiver.definition)
    if call.args and not call.args[0].star:
        value = infer.value(call.args[0].value, module, function)
        if value is not None:
            return _model(value) or next((name for a in value.args if (name := _model(a))), None)
    return None


def meta_model(cls: Class) -> str | None:
    """The model that a form or serializer stores: what its `Meta.model` names."""
    for ancestor in cls.mro:
        for inner in ancestor.module.classes:
            if inner.outer is ancestor and inner.node.name == "Meta":
                found = inner.attribute("model")
                value = ancestor.module.project.inference.value(found[1].value, ancestor.module, None) if found and found[1].value else None
                return _model(value) if value is not None else None
    return None


def _model(value: Value) -> str | None:
    return value.name if isinstance(value.definition, Class) and not value.definition.external_ancestors.isdisjoint(MODEL_BASES) else None


def is_model(value: Value | None) -> bool:
    """Whether a value is an instance (or the class) of a project's ORM model."""
    return value is not None and _model(value) is not None


def is_tracked(value: Value | None) -> bool:
    """Whether a value is a row whose changed attributes its session stores, without a call that says so."""
    return value is not None and isinstance(value.definition, Class) and not value.definition.external_ancestors.isdisjoint(TRACKED_BASES)


def _changes(function: Function) -> list[Access]:
    """Assignments to attributes of rows that a session tracks."""
    found = []
    infer = function.project.inference
    for root, assignments in function.names.attributes.items():
        if root == function.self_name:
            continue
        for target, statement in assignments:
            if isinstance(target, n.Attribute):
                owner = infer.value(target.value, function.module, function)
                if owner is not None and isinstance(owner.definition, Class) and owner.kind == "instance":
                    if not owner.definition.external_ancestors.isdisjoint(TRACKED_BASES) and is_row(target.value, function):
                        found.append(Access("change", statement, owner.name, name=target.attr))
    return found


def is_row(expr: n.Expr, function: Function) -> bool:
    """Whether an instance of a model came from a query or a parameter; one just constructed is written by its `add`."""
    if not isinstance(expr, n.Name):
        return True
    before = [b for b in function.names.bindings.get(expr.id, ()) if b.start <= expr.start]
    if not before or before[-1].value is None or not isinstance(before[-1].value, n.Call):
        return True
    target = callee(before[-1].value, function.module, function)
    return target.constructs is None


def is_exclusive(body: list[n.Stmt], left: int, right: int) -> bool:
    """Whether two offsets stand on paths that exclude each other: the branches of one `if` or `match`, a `try` body's end and an `except`
    clause, or code behind a branch that always leaves."""
    for node in _forks(body):
        if isinstance(node, n.If):
            if _inside(node.body, left) and (_inside(node.orelse, right) or (right >= node.end and leaves(node.body))):
                return True
            if _inside(node.orelse, left) and (_inside(node.body, right) or (right >= node.end and leaves(node.orelse))):
                return True
        elif isinstance(node, n.Match):
            holders = [[i for i, case in enumerate(node.cases) if _inside(case.body, offset)] for offset in (left, right)]
            if holders[0] and holders[1] and holders[0] != holders[1]:
                return True
        elif isinstance(node, n.Try):
            places = [[i for i, handler in enumerate(node.handlers) if _inside(handler.body, offset)] for offset in (left, right)]
            if places[0] and places[1] and places[0] != places[1]:
                return True
            for index in places[0]:
                if right >= node.end and leaves(node.handlers[index].body):
                    return True
    return False


#: The last bodies that were asked about, each with its forks; a rule asks about all pairs of one function's accesses in a row.
_recent: dict[int, tuple[list[n.Stmt], list[n.Node]]] = {}


def _forks(body: list[n.Stmt]) -> list[n.Node]:
    """The statements of a body whose parts exclude each other."""
    known = _recent.get(id(body))
    if known is None or known[0] is not body:
        if len(_recent) > 8:
            _recent.clear()
        known = _recent[id(body)] = (body, [node for node in n.walk_scope(body) if isinstance(node, (n.If, n.Match, n.Try))])
    return known[1]


def _inside(body: list[n.Stmt], offset: int) -> bool:
    return bool(body) and body[0].start <= offset < body[-1].end


def leaves(body: list[n.Stmt], ends: Callable[[n.Call], bool] | None = None) -> bool:
    """Whether a block never falls through to what follows it. `ends` tells which calls, as a statement, never come back."""
    if not body:
        return False
    last = body[-1]
    if isinstance(last, (n.Return, n.Raise, n.Continue, n.Break)):
        return True
    if isinstance(last, n.ExprStmt):
        return ends is not None and isinstance(last.value, n.Call) and ends(last.value)
    if isinstance(last, n.If):
        return bool(last.orelse) and leaves(last.body, ends) and leaves(last.orelse, ends)
    if isinstance(last, n.With):
        return leaves(last.body, ends)
    if isinstance(last, n.Try):
        return bool(last.finalbody and leaves(last.finalbody, ends)) or (
            leaves(last.orelse or last.body, ends) and all(leaves(handler.body, ends) for handler in last.handlers)
        )
    return False
