"""Whether the row that a lookup picks may be missing: by what a client sends it may, by construction it is there."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

from backend_lint.frameworks import handler_of
from backend_lint.semantics import effects
from backend_lint.semantics.calls import dotted
from backend_lint.semantics.persistence import is_model
from backend_lint.semantics.queries import keys_of
from backend_lint.source import nodes as n

if TYPE_CHECKING:
    from backend_lint.semantics.nullness import Lookup
    from backend_lint.semantics.project import Function

Key = Literal["sent", "constant", "identity", "row", "made"]
#: Who is signed in: the session or token was checked before.
_IDENTITY = re.compile(
    r"\b(?:request\.user|current_user|g\.user|g\.current_user|get_jwt_identity\(\)|current_identity|request\.auth|auth\.uid|"
    r"session\[[\"'](?:user|uid|_?user_?id|username|email)[\"']\]|session\.get\([\"'](?:user|uid|_?user_?id|username|email)[\"'])"
)
_CONSTANT_NAME = re.compile(r"^_?[A-Z][A-Z0-9_]*$")
_SETTINGS = frozenset({"settings", "config", "conf", "app_settings", "constants"})
#: The parts of a request that the client fills.
_SENT = frozenset({
    "GET", "POST", "FILES", "META", "COOKIES", "data", "query_params", "body", "args", "form", "json", "values", "files",
    "headers", "cookies", "kwargs", "resolver_match", "path", "match_info", "view_args", "path_params", "params", "rel_url",
    "session", "get_json", "content", "path_info", "stream", "url", "query_string", "get_data", "parser_context",
})  # fmt: skip
#: What serializers and forms call the record that they get.
_RECORDS = frozenset({"obj", "instance"})


def may_be_missing(lookup: Lookup, function: Function) -> bool:
    """Whether what a client sends decides if a lookup finds its row. False where the row is there by construction, or a singleton."""
    if lookup.is_direct:
        keys = keys_of(lookup.call, function)
    else:
        if lookup.query is not lookup.call and lookup.query_function is not None:
            inner = {kind_of(key, lookup.query_function) for key in keys_of(lookup.query, lookup.query_function)}
            if "sent" not in inner:
                # Whoever asks, it is the one row of its kind.
                return False
        keys = [argument.value for argument in lookup.call.args]
    kinds = {kind_of(key, function) for key in keys if not _is_session(key, function)}
    return "sent" in kinds


def is_of_stored_row(lookup: Lookup, function: Function) -> bool:
    """Whether a lookup reads again what the function has just stored."""
    return lookup.is_direct and any(_is_of_stored(key, function) for key in keys_of(lookup.call, function))


def _is_session(expr: n.Expr, function: Function) -> bool:
    """Whether an argument is no key but what the lookup works with: a session, a connection, the request's user."""
    value = function.project.inference.value(expr, function.module, function)
    return value is not None and value.kind == "instance" and value.name.endswith(("Session", "Connection", "Cursor", "session[...]"))


def kind_of(expr: n.Expr, function: Function, depth: int = 0) -> Key:
    """Where a lookup's key comes from: what a client may choose ("sent", the answer as well where nothing is known), a constant of the
    program, the identity of who is signed in, another row that refers to it, or the row that was just stored ("made")."""
    module = function.module
    if isinstance(expr, n.Constant):
        return "constant"
    text = module.tree.source_of(expr)
    if _IDENTITY.search(text):
        return "identity"
    if depth > 6:
        return "sent"
    if _is_of_stored(expr, function):
        return "made"
    if isinstance(expr, (n.Await, n.Starred)):
        return kind_of(expr.value, function, depth + 1)
    if isinstance(expr, n.Name):
        return _of_name(expr, function, depth)
    if isinstance(expr, n.Call):
        return _of_call(expr, function, depth)
    if isinstance(expr, n.Attribute):
        return _of_attribute(expr, function, depth)
    if isinstance(expr, n.Subscript):
        return kind_of(expr.value, function, depth + 1) if not isinstance(expr.value, n.Name) else _of_holder(expr.value, function, depth)
    if isinstance(expr, (n.FString, n.BinOp, n.List, n.Tuple, n.BoolOp, n.IfExp)):
        kinds = [kind_of(node, function, depth + 1) for node in _parts(expr)]
        return "sent" if "sent" in kinds or not kinds else kinds[0]
    if isinstance(expr, n.UnaryOp):
        return kind_of(expr.operand, function, depth + 1)
    return "sent"


def _parts(expr: n.Expr) -> list[n.Expr]:
    if isinstance(expr, n.FString):
        return [part.value for part in expr.parts if isinstance(part, n.Field)]
    if isinstance(expr, (n.BinOp, n.BoolOp)):
        return expr.values
    if isinstance(expr, n.IfExp):
        return [expr.body, expr.orelse]
    return expr.elts if isinstance(expr, (n.List, n.Tuple)) else []


def _is_of_stored(expr: n.Expr, function: Function) -> bool:
    """Whether a key is read from what was saved earlier in the function: `serializer.data["id"]` after `serializer.save()`."""
    root = expr
    while isinstance(root, (n.Attribute, n.Subscript)):
        root = root.value
    if root is expr or not isinstance(root, n.Name):
        return False
    return any(
        isinstance(call.func, n.Attribute)
        and call.func.attr == "save"
        and call.start < expr.start
        and isinstance(call.func.value, n.Name)
        and call.func.value.id == root.id
        for call, _ in effects.calls_in(function)
    )


def _of_name(expr: n.Name, function: Function, depth: int) -> Key:
    if _CONSTANT_NAME.match(expr.id):
        return "constant"
    value = function.project.inference.value(expr, function.module, function)
    if is_model(value):
        return "row"
    return _of_holder(expr, function, depth)


def _of_holder(expr: n.Name, function: Function, depth: int) -> Key:
    """Where what a local name holds comes from."""
    bindings = [b for b in function.names.bindings.get(expr.id, ()) if b.start <= expr.start]
    if not bindings:
        value = function.project.inference.value(expr, function.module, function)
        is_named = expr.id in _SETTINGS or (value is not None and value.kind in ("module", "external", "class", "function"))
        return "constant" if is_named else "sent"
    last = bindings[-1]
    if last.kind == "parameter":
        if expr.id in _RECORDS and handler_of(function) is None:
            return "row"
        return "identity" if _is_provided(expr.id, function) else "sent"
    if last.value is None or last.value is expr:
        return "sent"
    if last.kind in ("assign", "for", "with"):
        return kind_of(last.value, function, depth + 1)
    return "sent"


def _is_provided(name: str, function: Function) -> bool:
    handler = handler_of(function)
    return handler is not None and any(given.name == name and given.kind == "dependency" for given in handler.inputs)


def _of_call(call: n.Call, function: Function, depth: int) -> Key:
    target = next((target for node, target in effects.calls_in(function) if node is call), None)
    if target is not None and any(effect.startswith("input-") for effect in target.effects):
        return "sent"
    if target is not None and "reads" in target.effects and target.function is None:
        return "row"
    if isinstance(call.func, n.Attribute):
        inner = kind_of(call.func.value, function, depth + 1)
        if inner != "constant":
            return inner
    arguments = [kind_of(argument.value, function, depth + 1) for argument in call.args]
    if not arguments:
        # `uuid4()` and `now()` are the program's own.
        return "constant"
    return "sent" if "sent" in arguments else arguments[0]


def _of_attribute(expr: n.Attribute, function: Function, depth: int) -> Key:
    owner = function.project.inference.value(expr.value, function.module, function)
    if is_model(owner) and owner is not None and owner.kind == "instance":
        return "row"
    if is_model(function.project.inference.value(expr, function.module, function)):
        return "row"
    path = dotted(expr)
    root = path.partition(".")[0] if path is not None else None
    if path is not None and path in (f"request.{expr.attr}", f"self.request.{expr.attr}"):
        # What middleware and permissions put on a request, they have found.
        return "sent" if expr.attr in _SENT else "identity"
    if _CONSTANT_NAME.match(expr.attr) or (isinstance(expr.value, n.Name) and expr.value.id in _SETTINGS):
        return "constant"
    if root is not None and root == function.self_name:
        return "sent" if path is not None and any(word in path for word in (".kwargs", ".request", ".args")) else "row"
    if isinstance(expr.value, n.Name):
        holder = _of_holder(expr.value, function, depth)
        if holder == "sent" and _is_key(expr.attr) and _is_handed(expr.value.id, function):
            # A method that gets a record from the framework, as a serializer's do.
            return "row"
        bindings = function.names.bindings.get(expr.value.id, ())
        if holder == "sent" and owner is None and bindings and bindings[-1].kind in ("for", "assign") and _is_key(expr.attr):
            # Nothing is known of the object but that it refers to another by its key.
            return "row"
        return holder
    return kind_of(expr.value, function, depth + 1)


def _is_key(attribute: str) -> bool:
    return attribute in ("id", "pk") or attribute.endswith(("_id", "_pk"))


def _is_handed(name: str, function: Function) -> bool:
    """Whether a name is a parameter without a type of a function that is no handler itself."""
    parameter = next((p for p in function.own_parameters if p.name == name), None)
    return parameter is not None and parameter.annotation is None and handler_of(function) is None
