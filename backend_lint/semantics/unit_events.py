"""The writes and commits of a unit of work: what one call changes, and whether that is lasting at once or only when a transaction ends.

An object mapper with autocommit (Django, Peewee, Tortoise) makes each write a transaction of its own; a session, a connection or a cursor
only schedules it until somebody commits.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from backend_lint.semantics import persistence, unit_rows
from backend_lint.semantics.calls import Callee, argument, callee, dotted, statement_kind
from backend_lint.semantics.effects import of_function as effects_of
from backend_lint.semantics.project import Class
from backend_lint.semantics.unit_statements import Action, is_autocommitting, statement_of, statement_parameter
from backend_lint.source import nodes as n

if TYPE_CHECKING:
    from backend_lint.findings.model import Step
    from backend_lint.semantics.project import Function, Module

EventKind = Literal["lasting", "pending", "commit", "rollback"]

#: Owners of members that write, by the beginning of their names, whose every write lasts at once unless a transaction is open.
_AUTOCOMMITTING = (
    "django.", "rest_framework.", "peewee.", "tortoise.", "ormar.", "asyncpg.", "databases.", "allauth.", "oauth2_provider.",
    "django_celery_beat.", "aiopg.",
)  # fmt: skip
#: Stores of documents: each write lasts at once, and many installations know no transactions.
_DOCUMENTS = ("pymongo.", "motor.", "mongoengine.", "beanie.", "odmantic.", "flask_pymongo.", "flask_mongoengine.", "pynamodb.")
_SCHEDULING = ("sqlalchemy.", "flask_sqlalchemy.", "sqlmodel.", "sqlite3.", "psycopg2.", "psycopg.", "pymysql.", "MySQLdb.", "aiosqlite.",
               "mysql.", "aiomysql.", "pyodbc.", "oracledb.", "pymssql.", "duckdb.", "pony.")  # fmt: skip
#: Calls that open a part of a transaction.
SAVEPOINTS = frozenset({"begin_nested", "savepoint", "nested", "subtransaction"})
_STORING = frozenset({"writes", "commits", "begins", "sql"})
#: What changes the schema and no rows.
_SCHEMA = frozenset({"create_all", "drop_all", "create_table", "drop_table", "create_tables", "drop_tables", "reflect"})
_CREATING = frozenset({
    "create", "acreate", "bulk_create", "abulk_create", "add", "add_all", "insert", "insert_one", "insert_many", "bulk_save_objects",
    "bulk_insert_mappings", "create_user", "create_superuser", "acreate_user",
})  # fmt: skip
_DELETING = frozenset({"delete", "adelete", "delete_one", "delete_many", "delete_instance", "delete_by_id", "delete_all", "remove"})
_ENSURING = frozenset({"get_or_create", "aget_or_create", "update_or_create", "aupdate_or_create", "setdefault"})
_RELATING = frozenset({"add", "aadd", "set", "aset", "remove", "aremove", "clear", "aclear"})
_UPDATING = frozenset({"update", "aupdate", "bulk_update", "abulk_update", "update_one", "update_many", "replace_one", "set_by_id",
                       "find_one_and_update", "bulk_update_mappings", "merge"})  # fmt: skip
#: What a session's method schedules the rows of its first argument for.
_OF_ARGUMENT = frozenset({"add", "add_all", "delete", "merge", "bulk_save_objects"})


class Write:
    """One change of rows: what is done to which model's rows (None: not known), in what variable they stand, which fields.

    `statement` is the parameter of the function that holds the SQL which does it."""

    __slots__ = ("action", "fields", "is_certain", "model", "module", "node", "row", "statement", "table")

    def __init__(
        self,
        action: Action,
        node: n.Node,
        module: Module,
        *,
        model: str | None = None,
        row: str | None = None,
        fields: frozenset[str] = frozenset(),
        table: str | None = None,
        is_certain: bool = True,
    ) -> None:
        self.action: Action = action
        self.node = node
        self.module = module
        self.model = model
        self.row = row
        self.fields = fields
        self.table = table
        self.is_certain = is_certain
        self.statement: str | None = None

    @property
    def subject(self) -> str | None:
        """The last part of the model's name, or the table's name."""
        return self.model.rpartition(".")[2] if self.model is not None else self.table

    def seen_as(self, row: str | None, model: str | None, fields: frozenset[str], node: n.Node, module: Module) -> Write:
        """The same change as a caller sees it."""
        return Write(self.action, node, module, model=model, row=row, fields=fields, table=self.table, is_certain=self.is_certain)


class Event:
    """One point of a function's path at which changes are made, scheduled, made lasting or dropped.

    `kind` is "lasting" for changes that last from here on, "pending" for scheduled ones, "commit" for the end of the function's open
    transaction (`writes` are then what it ends with), "rollback". `is_transaction` is whether what lasts is a transaction that ends here,
    and not a lone write; `is_deliberate` whether a block says so (`with atomic():`); `is_repeated` whether it happens several times, one
    after the other, in a callee's loop; `is_ensured` whether it happens only where something looked for is missing. `name` is what is
    called; `called` the project function; `steps` lead on into it. `where` is the position in the code, outermost first: the (statement,
    branch) pairs around the node. `conditions` are the parameters on whose truth it depends. `stores` are the libraries that hold the
    data, by the first part of their names: no transaction spans two.
    """

    __slots__ = (
        "called",
        "conditions",
        "is_deliberate",
        "is_document",
        "is_ensured",
        "is_repeated",
        "is_transaction",
        "kind",
        "name",
        "node",
        "steps",
        "stores",
        "where",
        "writes",
    )

    def __init__(self, kind: EventKind, node: n.Node, name: str, writes: list[Write] | None = None) -> None:
        self.kind: EventKind = kind
        self.node = node
        self.name = name
        self.writes: list[Write] = writes or []
        self.called: Function | None = None
        self.steps: tuple[Step, ...] = ()
        self.is_transaction = kind == "commit"
        self.is_deliberate = False
        self.is_document = False
        self.is_ensured = False
        self.is_repeated = False
        self.where: tuple[tuple[n.Node, str], ...] = ()
        self.conditions: frozenset[tuple[str, bool]] = frozenset()
        self.stores: frozenset[str] = frozenset({_store(name)})

    def __repr__(self) -> str:
        return f"<{self.kind} {self.name} {[write.subject for write in self.writes]}>"

    def holds(self, other: n.Node) -> bool:
        return self.node.start <= other.start and other.end <= self.node.end


def _store(name: str) -> str:
    """The store behind a member's name; the libraries that build on one another are one."""
    first = name.partition(".")[0]
    return _SAME_STORE.get(first, first)


_SAME_STORE = {
    "flask_sqlalchemy": "sqlalchemy", "sqlmodel": "sqlalchemy", "rest_framework": "django", "allauth": "django",
    "oauth2_provider": "django", "django_celery_beat": "django", "motor": "pymongo", "beanie": "pymongo", "mongoengine": "pymongo",
    "odmantic": "pymongo", "psycopg_pool": "psycopg", "aiosqlite": "sqlite3",
}  # fmt: skip


def direct(call: n.Call, target: Callee, function: Function, *, manual: bool) -> Event | None:
    """What a call of a library's member does; None for nothing. `manual` tells that the function opens its transactions by hand."""
    effects = target.effects
    name = target.name or ""
    if "commits" in effects:
        if _ends_savepoint(call, function):
            return None
        commit = Event("commit", call, name)
        commit.stores = _named_stores(call, function, commit.stores)
        return commit
    if "rolls-back" in effects:
        return Event("rollback", call, name)
    owner, _, member = name.rpartition(".")
    if member == "save" and owner.startswith("rest_framework.serializers.") and not _stores_anything(target):
        return None
    if "sql" in effects and "writes" not in effects and member.startswith("execute") and call.args:
        if statement_kind(call.args[0].value, function.module, function) is None:
            # Nobody knows what the statement does; that it is committed says that it writes.
            write = Write("unknown", call, function.module, is_certain=False)
            write.statement = statement_parameter(call.args[0].value, function)
            return Event("pending", call, name, [write])
    # `save_m2m` is the other half of `form.save(commit=False)`.
    if (
        "writes" not in effects
        or member in _SCHEMA
        or member == "save_m2m"
        or (owner == "sqlalchemy.Table" and member in ("create", "drop"))
    ):
        return None
    given = argument(call, None, "commit")
    if isinstance(given, n.Constant) and given.value == "False":
        return None
    kind: EventKind
    if owner.startswith(_AUTOCOMMITTING) or owner.startswith(_DOCUMENTS):
        kind = "pending" if manual else "lasting"
    elif owner.startswith(_SCHEDULING) or "sql" in effects:
        # SQLAlchemy 1's engine commits what it is given to execute.
        at_once = owner == "sqlalchemy.engine.Engine" or is_autocommitting(call, function)
        kind = "lasting" if at_once and not manual else "pending"
    else:
        return None
    write = _write(call, target, function, member, is_session=kind == "pending" and "sql" not in effects)
    event = Event(kind, call, name, [write])
    event.stores = _named_stores(call, function, event.stores)
    event.is_document = owner.startswith(_DOCUMENTS)
    return event


def _stores_anything(target: Callee) -> bool:
    """Whether a serializer's `save` writes: a plain one does what its own `create` and `update` do, and they may only build an object."""
    receiver = target.value.receiver if target.value is not None else None
    cls = receiver.definition if receiver is not None else None
    if not isinstance(cls, Class) or any(name.endswith("ModelSerializer") for name in cls.external_ancestors):
        return True
    own = [method for name in ("create", "update") if (method := cls.method(name)) is not None]
    return not own or any(not _STORING.isdisjoint(effects_of(method).all) for method in own)


def _ends_savepoint(call: n.Call, function: Function) -> bool:
    """Whether a commit ends a part of the transaction only: `savepoint = session.begin_nested()`, `savepoint.commit()`."""
    holder = call.func.value if isinstance(call.func, n.Attribute) else None
    if isinstance(holder, n.Name):
        before = [b for b in function.names.bindings.get(holder.id, ()) if b.start <= call.start]
        made = before[-1].value if before else None
        holder = made.value if isinstance(made, n.Await) else made
    return isinstance(holder, n.Call) and isinstance(holder.func, n.Attribute) and holder.func.attr in SAVEPOINTS


def _named_stores(call: n.Call, function: Function, stores: frozenset[str]) -> frozenset[str]:
    """The stores of a call, told apart by the module-level session or connection that it is made on: `ub.session`, `app_db.session`."""
    path = dotted(call.func.value) if isinstance(call.func, n.Attribute) else None
    root = path.partition(".")[0] if path is not None else ""
    if not root or root in function.names.bindings or root == function.self_name or any(store == "django" for store in stores):
        return stores
    holder = call.func.value if isinstance(call.func, n.Attribute) else None
    while isinstance(holder, n.Attribute):
        inner = function.project.inference.value(holder.value, function.module, function)
        if inner is not None and inner.kind == "module":
            return frozenset(f"{store}:{inner.name}.{holder.attr}" for store in stores)
        holder = holder.value
    origin = function.module.origin_of(root)
    if origin is None or origin[0].kind == "import":
        return stores
    name = f"{origin[1].name}.{origin[0].name}"
    return frozenset(f"{store}:{name}" for store in stores)


def share_store(first: Event, second: Event) -> bool:
    """Whether one transaction could hold both events, as far as is known."""
    for left in first.stores:
        for right in second.stores:
            family, _, name = left.partition(":")
            other, _, other_name = right.partition(":")
            if family == other and (not name or not other_name or name == other_name):
                return True
    return False


#: Hooks of view classes whose parameter is a serializer or form that the class names: method -> class attribute.
_HANDED = {"perform_create": "serializer_class", "perform_update": "serializer_class", "form_valid": "form_class"}


def handed_over(call: n.Call, function: Function) -> Event | None:
    """What `serializer.save()` does in `perform_create(self, serializer)`, and `form.save()` in `form_valid(self, form)`.

    The view classes of Django and DRF hand an instance of the class that they name to these hooks.
    """
    attribute = _HANDED.get(function.node.name)
    if attribute is None or function.cls is None or not isinstance(call.func, n.Attribute) or call.func.attr != "save":
        return None
    parameters = function.own_parameters
    holder = call.func.value
    if not parameters or not isinstance(holder, n.Name) or holder.id != parameters[0].name:
        return None
    if not any(name.startswith(("rest_framework.", "django.views.")) for name in function.cls.external_ancestors):
        return None
    given = argument(call, None, "commit")
    if isinstance(given, n.Constant) and given.value == "False":
        return None
    model = None
    named = function.cls.attribute(attribute)
    if named is not None and named[1].value is not None:
        value = function.project.inference.value(named[1].value, named[0].module, None)
        if value is not None and isinstance(value.definition, Class):
            model = persistence.meta_model(value.definition)
    elif attribute == "form_class":
        return None
    action: Action = "update" if function.node.name == "perform_update" else "create"
    write = Write(action, call, function.module, model=model, row=unit_rows.assigned_name(call, function))
    return Event("lasting", call, "rest_framework.serializers.Serializer.save", [write])


def _write(call: n.Call, target: Callee, function: Function, member: str, *, is_session: bool) -> Write:
    module = function.module
    model = persistence.subject_of(call, target, module, function)
    receiver = call.func.value if isinstance(call.func, n.Attribute) else None
    row: str | None = None
    table: str | None = None
    action: Action
    if "sql" in target.effects and call.args:
        action, table = statement_of(call.args[0].value, module, function)
    elif is_session and member in _OF_ARGUMENT:
        first = call.args[0].value if call.args else None
        row = dotted(first) if first is not None else None
        action = "delete" if member == "delete" else "update" if member == "merge" else "create"
        if (
            action == "create"
            and isinstance(first, n.Name)
            and persistence.is_row(first, function)
            and not unit_rows.is_made(first, function)
        ):
            action = "update"
    elif member in _RELATING and target.name is not None and target.name.startswith("django.") and "QuerySet" not in target.name:
        action, row = "relate", unit_rows.owner_row(receiver)
    elif member in _ENSURING or any(given.keyword in _UNLESS_THERE and not _is_false(given.value) for given in call.args):
        action = "ensure"
    elif member in _CREATING:
        action = "create"
        if model is None and isinstance(receiver, n.Attribute) and not isinstance(receiver.value, n.Call) and target.effects >= {"writes"}:
            table = receiver.attr if receiver.attr not in _MANAGERS else None
    elif member in _DELETING:
        action, row = "delete", unit_rows.selected_row(receiver, model)
    elif member in _UPDATING:
        action, row = "update", unit_rows.selected_row(receiver, model)
    elif target.name is not None and target.name.startswith(("django.forms.", "rest_framework.")):
        action = "create" if member == "save" else "unknown"
        row = unit_rows.assigned_name(call, function) or f"{dotted(receiver) if receiver is not None else ''}.instance"
    else:
        row = dotted(receiver) if receiver is not None else None
        if isinstance(receiver, n.Call) and isinstance(receiver.func, n.Name) and receiver.func.id == "super":
            row = function.self_name
        made = (isinstance(receiver, n.Name) and unit_rows.is_made(receiver, function)) or (
            isinstance(receiver, n.Call) and callee(receiver, module, function).constructs is not None
        )
        action = "create" if made else "update" if member in ("save", "asave", "save_base") else "unknown"
    if row is None and action in ("create", "ensure"):
        row = unit_rows.assigned_name(call, function)
    return Write(action, call, module, model=model, row=row, fields=unit_rows.fields_of(call, member, row, function), table=table)


def _is_false(expr: n.Expr) -> bool:
    return isinstance(expr, n.Constant) and expr.value in ("False", "None")


#: What tells `bulk_create` to leave alone, or to change, what is there already.
_UNLESS_THERE = frozenset({"ignore_conflicts", "update_conflicts"})
#: The parts of an expression that name no table.
_MANAGERS = frozenset(
    {"objects", "_default_manager", "_base_manager", "session", "query", "db", "connection", "conn", "cursor", "collection"}
)


def is_changed_row(expr: n.Expr, function: Function) -> Write | None:
    """The change that `expr = value` makes to a row: expr is `order.status`; None when it is known to be no row's attribute."""
    if not isinstance(expr, n.Attribute):
        return None
    root = (dotted(expr) or "").partition(".")[0]
    if not root or (root == function.self_name and not _is_model_method(function)):
        return None
    owner = function.project.inference.value(expr.value, function.module, function)
    if owner is None:
        return Write("update", expr, function.module, row=dotted(expr.value), fields=frozenset({expr.attr}), is_certain=False)
    if owner.kind != "instance" or not isinstance(owner.definition, Class) or not persistence.is_tracked(owner):
        return None
    return Write("update", expr, function.module, model=owner.name, row=dotted(expr.value), fields=frozenset({expr.attr}))


def _is_model_method(function: Function) -> bool:
    return function.cls is not None and not function.cls.external_ancestors.isdisjoint(persistence.MODEL_BASES)


def changes_own_row(function: Function) -> bool:
    """Whether a method of a row that a session tracks assigns to the row's attributes: `user.set_password(...)`."""
    return (
        function.self_name is not None
        and function.self_name in function.names.attributes
        and function.cls is not None
        and not function.cls.external_ancestors.isdisjoint(persistence.TRACKED_BASES)
    )


def is_unknown_deed(statement: n.ExprStmt, function: Function) -> Write | None:
    """The change that a call may make whose result nobody uses and whose target is not known: `entry.update(**data)`."""
    call = statement.value.value if isinstance(statement.value, n.Await) else statement.value
    if not isinstance(call, n.Call) or not isinstance(call.func, n.Attribute) or not isinstance(call.func.value, n.Name):
        return None
    if call.func.value.id == function.self_name or call.func.value.id not in function.names.bindings:
        return None
    if callee(call, function.module, function).value is not None:
        return None
    if function.project.inference.value(call.func.value, function.module, function) is not None:
        return None
    return Write("unknown", call, function.module, row=call.func.value.id, is_certain=False)
