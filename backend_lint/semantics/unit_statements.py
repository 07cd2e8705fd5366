"""SQL statements and the connections that they run on: what a statement does, and whether it lasts at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from backend_lint.semantics.calls import callee, dotted, sql_text
from backend_lint.source import nodes as n

if TYPE_CHECKING:
    from backend_lint.semantics.project import Function, Module

Action = Literal["create", "update", "delete", "ensure", "relate", "unknown"]


def statement_parameter(expr: n.Expr, function: Function) -> str | None:
    """The parameter of a function that holds the text of the statement it runs."""
    for _ in range(4):
        # `text(self.rewrite(query))`
        if isinstance(expr, n.Call) and len(expr.args) == 1:
            expr = expr.args[0].value
    is_parameter = isinstance(expr, n.Name) and any(parameter.name == expr.id for parameter in function.own_parameters)
    return expr.id if is_parameter and isinstance(expr, n.Name) else None


def statement_of(expr: n.Expr, module: Module, function: Function) -> tuple[Action, str | None]:
    """What an SQL statement does, and to which table, as far as its text's beginning says so."""
    value = module.project.inference.value(expr, module, function)
    kinds: dict[str, Action] = {"sqlalchemy.Insert": "create", "sqlalchemy.Update": "update", "sqlalchemy.Delete": "delete"}
    if value is not None and value.name in kinds:
        return kinds[value.name], None
    text = sql_text(expr, module, function)
    words = text.replace("(", " ").split(None, 8) if text is not None else []
    if not words:
        return "unknown", None
    verb = words[0].lower()
    if verb in ("insert", "replace"):
        place = next((i for i, word in enumerate(words) if word.lower() == "into"), 0)
        return "create", _table(words, place + 1)
    if verb == "update":
        return "update", _table(words, 1)
    if verb == "delete":
        return "delete", _table(words, 2)
    return "unknown", None


def _table(words: list[str], place: int) -> str | None:
    return words[place].strip("\"'`;").lower() if place < len(words) else None


_CONNECTING = frozenset({"autocommit", "isolation_level"})


def is_autocommitting(call: n.Call, function: Function) -> bool:
    """Whether a statement runs on a connection, engine or cursor that is known to commit each statement by itself."""
    if not isinstance(call.func, n.Attribute):
        return False
    return _is_autocommitting(call.func.value, function, 0)


def _is_autocommitting(expr: n.Expr, function: Function, depth: int) -> bool:
    if depth > 4:
        return False
    if isinstance(expr, n.Await):
        return _is_autocommitting(expr.value, function, depth)
    if isinstance(expr, n.Call):
        if _asks_for_autocommit(expr):
            return True
        if isinstance(expr.func, n.Attribute) and expr.func.attr in ("cursor", "connect", "execution_options", "acquire", "getconn"):
            return _is_autocommitting(expr.func.value, function, depth + 1)
        made = callee(expr, function.module, function).function
        return made is not None and not made.is_generator and depth < 3 and _gives_autocommit(made, depth)
    if isinstance(expr, n.Name):
        names = function.names if expr.id in function.names.bindings else function.module.names
        if _sets_autocommit(expr.id, function):
            return True
        bindings = [b for b in names.bindings.get(expr.id, ()) if b.value is not None and b.kind in ("assign", "with")]
        return len(bindings) == 1 and bindings[0].value is not None and _is_autocommitting(bindings[0].value, function, depth + 1)
    return False


def _asks_for_autocommit(call: n.Call) -> bool:
    for given in call.args:
        if given.keyword in _CONNECTING and isinstance(given.value, n.Constant):
            value = given.value
            if given.keyword == "autocommit" and value.value in ("True", "1"):
                return True
            if given.keyword == "isolation_level" and (value.kind == "none" or value.value.upper() == "AUTOCOMMIT"):
                return True
    return False


def _sets_autocommit(name: str, function: Function) -> bool:
    """Whether `name.autocommit = True`, `name.autocommit(True)` or `name.set_session(autocommit=True)` stands in the function."""
    for target, statement in function.names.attributes.get(name, ()):
        if isinstance(target, n.Attribute) and target.attr in _CONNECTING and isinstance(statement.value, n.Constant):
            if statement.value.value in ("True", "1", "None", "AUTOCOMMIT"):
                return True
    for node in function.nodes_of(n.Call):
        if isinstance(node.func, n.Attribute) and dotted(node.func.value) == name:
            first = node.args[0].value if node.args else None
            if node.func.attr == "set_session" and _asks_for_autocommit(node):
                return True
            if node.func.attr == "autocommit" and isinstance(first, n.Constant) and first.value in ("True", "1"):
                return True
            if node.func.attr == "set_isolation_level" and first is not None:
                level = first.value if isinstance(first, n.Constant) else (dotted(first) or "")
                if level == "0" or level.endswith("ISOLATION_LEVEL_AUTOCOMMIT"):
                    return True
    return False


def _gives_autocommit(function: Function, depth: int) -> bool:
    """Whether what a function returns commits by itself."""
    return any(node.value is not None and _is_autocommitting(node.value, function, depth + 1) for node in function.nodes_of(n.Return))


def begins_by_hand(function: Function) -> bool:
    """Whether a function opens a transaction with a call or a statement: `conn.begin()`, `execute("BEGIN")`."""
    from backend_lint.semantics import effects

    blocks = {id(item.value) for node in function.nodes_of(n.With) for item in node.items}
    for call, target in effects.calls_in(function):
        if "begins" in target.effects and id(call) not in blocks:
            return True
        if target.name == "django.db.transaction.set_autocommit" and call.args and _is_false(call.args[0].value):
            return True
        if "sql" in target.effects and call.args:
            text = sql_text(call.args[0].value, function.module, function)
            if text is not None and text.lstrip()[:17].upper().startswith(("BEGIN", "START TRANSACTION", "SAVEPOINT")):
                return True
    return False


def _is_false(expr: n.Expr) -> bool:
    return isinstance(expr, n.Constant) and expr.value in ("False", "0")
