"""Whether the body of an answer says that something went wrong, by what stands in it.

    failure_in(answer) -> what says so, as written in the body: `"error"`, `"success": False`; None when nothing does

A body says so by its top-level keys (`error`, `success: False`, `status: "fail"`, `code: 404`), or, when it is a text or has a message
alone, by the message. What may be empty on success (`{"errors": errors}`) says nothing.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

from backend_lint.frameworks.statuses import Scope, entered, resolved
from backend_lint.semantics.calls import callee
from backend_lint.semantics.models import drops
from backend_lint.semantics.project import Class
from backend_lint.semantics.reaching import blocks_of, reaching
from backend_lint.source import nodes as n

if TYPE_CHECKING:
    from backend_lint.frameworks.answers import Answer

Truth = Literal["false", "true", "text", "unknown"]
Entry = tuple[str, n.Expr, Scope]

#: Keys whose false value says that the request failed.
_SUCCESS = frozenset({"success", "ok", "succeeded", "is_success", "issuccess", "is_successful", "successful", "status"})
#: Keys whose text says it.
_STATUS = frozenset({"status", "result", "outcome", "type", "response_type", "statustext", "status_text", "code"})
_FAILED = frozenset({"error", "fail", "failed", "failure", "err", "ko", "nok"})
#: Of these, the ones that are states of things as well: `{"job": 3, "status": "failed"}` is no failed request.
_STATES = frozenset({"failed", "failure"})
_SUCCEEDED = frozenset({"success", "ok", "succeeded", "successful", "done", "partial", "warning"})
#: Keys beside which a number under a key of success is a count.
_COUNTS = frozenset({"fail", "failed", "failure", "failures", "errors", "total", "count", "skipped", "processed"})
#: Keys that hold an HTTP status or an error number.
_CODES = frozenset({"code", "status", "status_code", "statuscode", "error_code", "errorcode", "http_status"})
#: Keys that stand in a body only when something is wrong, unless their value is empty.
_ERRORS = frozenset({"error", "errors", "err", "error_message", "errormessage", "error_msg", "errmsg", "err_msg", "error_description"})
_MESSAGES = frozenset({"message", "msg", "detail", "details", "reason", "description", "text", "response"})
#: Bodies of protocols whose errors are sent with 200.
_PROTOCOLS = frozenset({"jsonrpc", "uploaded", "extensions", "response_action", "challenge", "locations"})
_FAILURE = re.compile(
    r"not found|n[o']t exist|already (?:exists|registered|taken|in use)|\binvalid\b|\bincorrect\b|\bfailed\b|\bfailure\b|"
    r"^error\b|^exception\b|\berror (?:while|in|occurred|occured|during|creating|updating|deleting|saving|fetching|processing)|an error|"
    r"unauthori[sz]ed|\bforbidden\b|not (?:allowed|permitted|authori[sz]ed|authenticated|enough)|permission denied|access denied|"
    r"(?:is|are) required|could not|couldn't|can(?:not|'t)|unable to|went wrong|missing (?:required|field|param)",
    re.IGNORECASE,
)
_JSON_FAILURE = re.compile(
    r"\"(?:status|result)\"\s*:\s*\"(?:error|fail|failed|failure)\"|\"(?:success|ok)\"\s*:\s*false|\"error\"\s*:\s*\""
)
#: Functions that make the JSON text of a body.
DUMPS = frozenset({"json.dumps", "simplejson.dumps", "orjson.dumps", "ujson.dumps"})
_PASSING = DUMPS | {"fastapi.encoders.jsonable_encoder", "dict"}
_TEXTS = frozenset({"str", "repr", "format", "gettext", "gettext_lazy", "_", "lazy_gettext", "ugettext", "escape", "join"})
_MAX_DEPTH = 5


class Failure:
    """What in a body says that the request failed.

    `sign` is how the body says it. `is_sure` is False when a message alone says it (`is_worded`), or a value that may be empty. `at` is
    where it stands. `is_state` is whether a status is named, which may be that of what was asked for.
    """

    __slots__ = ("at", "is_state", "is_sure", "is_worded", "sign")

    def __init__(self, sign: str, at: tuple[n.Expr, Scope], is_sure: bool, *, is_worded: bool = False) -> None:
        self.sign = sign
        self.at = at
        self.is_sure = is_sure
        self.is_worded = is_worded
        self.is_state = False


def failure_in(answer: Answer) -> Failure | None:
    """What says, in the body of an answer, that the request failed; None for other bodies and for pages.

    A failure that is worded is no more than a hint: where the answer stands has to say so too.
    """
    if answer.kind not in ("response", "plain"):
        return None
    if answer.keywords:
        return _of_entries([(given.keyword, given.value, answer.scope) for given in answer.keywords if given.keyword])
    if answer.payload is None:
        return None
    return _of(*answer.payload, depth=0)


def _of(expr: n.Expr, scope: Scope, depth: int) -> Failure | None:
    if depth > _MAX_DEPTH:
        return None
    while isinstance(expr, n.Await):
        expr = expr.value
    stores: _Stores | None = None
    if isinstance(expr, n.Name) and expr.id not in scope.given and scope.function is not None:
        found = reaching(expr.id, expr.start, scope.function)
        if found is not None and found.value is not expr:
            stores = _Stores(expr.id, scope)
            for statement in found.changes:
                stores.read(statement)
            if stores.failure is not None:
                return stores.failure
            # What may have been put in on the way, or not, or nobody can see, decides nothing.
            if stores.is_open or any(_is_telling(key) for key in stores.maybe):
                return None
            expr = found.value
    expr, scope = resolved(expr, scope)
    if isinstance(expr, n.Dict):
        entries = _entries(expr, scope)
        if entries is None:
            return None
        changed: dict[str, Entry] = {}
        if stores is not None:
            changed = {key: (key, n.Name(expr.start, expr.start, ""), scope) for key in stores.maybe} | stores.certain
        return _of_entries([*(entry for entry in entries if entry[0] not in changed), *changed.values()])
    if isinstance(expr, (n.Constant, n.FString, n.BinOp)):
        return _of_text(expr, scope)
    if isinstance(expr, n.Call):
        return _of_call(expr, scope, depth)
    if isinstance(expr, n.Attribute) and expr.attr in ("errors", "error_messages"):
        return Failure("what validation found wrong", (expr, scope), False)
    return None


def _entries(expr: n.Dict, scope: Scope) -> list[Entry] | None:
    """The constant keys of a dict; None when it takes over another whole dict."""
    found: list[Entry] = []
    for key, value in zip(expr.keys, expr.values, strict=True):
        if key is None:
            return None
        if isinstance(key, n.Constant):
            found.append((key.value, value, scope))
    return found


class _Stores:
    """What statements put into the dict that a name holds.

    `certain` has the keys that each way stores; `maybe` those that a branch stores which comes back. `is_open` is whether something is put
    in that cannot be seen (`body.update(other)`). `failure` is what an `except` stores that says that the request failed.
    """

    __slots__ = ("certain", "failure", "is_open", "maybe", "name", "scope")

    def __init__(self, name: str, scope: Scope) -> None:
        self.name = name
        self.scope = scope
        self.certain: dict[str, Entry] = {}
        self.maybe: set[str] = set()
        self.is_open = False
        self.failure: Failure | None = None

    def read(self, statement: n.Stmt) -> None:
        """Take in a statement that changes the dict."""
        found = self._stored(statement)
        if found is not None:
            self.certain.update({entry[0]: entry for entry in found})
            return
        if isinstance(statement, n.Try):
            for handler in statement.handlers:
                if not _leaves(handler.body):
                    self._failing(handler.body)
        stack = [statement]
        while stack:
            for block in blocks_of(stack.pop()):
                if _leaves(block):
                    continue
                for inner in block:
                    found = self._stored(inner)
                    if found is not None:
                        self.maybe.update(entry[0] for entry in found)
                    elif blocks_of(inner):
                        stack.append(inner)
                    elif self._changes(inner):
                        self.is_open = True
        if not blocks_of(statement):
            self.is_open = True

    def _failing(self, block: list[n.Stmt]) -> None:
        """`body["success"] = False` in an `except` that goes on to the answer."""
        stored = [entry for statement in block for entry in self._stored(statement) or ()]
        told = [entry for entry in stored if entry[0].lower() in _SUCCESS | _STATUS]
        found = _of_entries(told) if told else None
        if found is not None and self.failure is None:
            self.failure = found

    def _stored(self, statement: n.Stmt) -> list[Entry] | None:
        """The entries that a statement stores: `name["key"] = value`, `name.update({...})`; None for other statements."""
        if isinstance(statement, n.Assign):
            found = [
                (target.index.value, statement.value, self.scope)
                for target in statement.targets
                if isinstance(target, n.Subscript)
                and isinstance(target.index, n.Constant)
                and isinstance(target.value, n.Name)
                and target.value.id == self.name
            ]
            return found or None
        call = statement.value if isinstance(statement, n.ExprStmt) else None
        if not isinstance(call, n.Call) or not isinstance(call.func, n.Attribute):
            return None
        if call.func.attr == "update" and self._is_named(call.func.value):
            if all(given.keyword for given in call.args):
                return [(given.keyword, given.value, self.scope) for given in call.args if given.keyword]
            if len(call.args) == 1 and isinstance(call.args[0].value, n.Dict):
                return _entries(call.args[0].value, self.scope)
        return None

    def _changes(self, statement: n.Stmt) -> bool:
        return any(
            isinstance(node, (n.Subscript, n.Attribute)) and self._is_named(node.value)
            for node in n.walk(statement)
            if not isinstance(node, n.Subscript) or isinstance(statement, (n.Assign, n.AugAssign))
        )

    def _is_named(self, expr: n.Expr) -> bool:
        return isinstance(expr, n.Name) and expr.id == self.name


def _leaves(block: list[n.Stmt]) -> bool:
    """Whether a block ends where the function does."""
    return bool(block) and isinstance(block[-1], (n.Return, n.Raise))


def _is_telling(key: str) -> bool:
    lower = key.lower()
    return lower in _SUCCESS or lower in _STATUS or lower in _ERRORS


def _of_entries(entries: list[Entry]) -> Failure | None:
    keys = {key.lower() for key, _, _ in entries}
    if not keys.isdisjoint(_PROTOCOLS) or ("data" in keys and "errors" in keys and len(keys) == 2):
        return None
    failure: Failure | None = None
    for key, value, scope in entries:
        lower = key.lower()
        truth = truth_of(value, scope)
        text = _text(value, scope).strip().lower() if truth == "text" else ""
        if (lower in _SUCCESS and truth == "true" and not _is_error_code(value, scope)) or (lower in _STATUS and text in _SUCCEEDED):
            return None
        if lower in _STATUS and text and text not in _FAILED and lower in ("status", "result", "outcome") and not text.isdigit():
            return None
        if lower in _SUCCESS and text == "true":
            return None
        sign = None
        if lower in _SUCCESS and (text == "false" or (truth == "false" and _is_flag(value, scope, lower, keys))):
            sign = f'`"{key}": {_shown(value, scope)}`'
        elif lower in _STATUS and text in _FAILED and (text not in _STATES or keys & (_ERRORS | _MESSAGES)):
            sign = f'`"{key}": "{text}"`'
        elif lower in _CODES and _is_error_code(value, scope):
            sign = f'`"{key}": {_shown(value, scope)}`'
        elif lower in _ERRORS and truth == "text":
            sign = f'an `"{key}"`'
        if sign is not None and failure is None:
            failure = Failure(sign, (value, scope), True)
            failure.is_state = lower in _STATUS
        elif lower in _ERRORS and truth == "unknown" and failure is None and keys <= _ERRORS | _MESSAGES:
            failure = Failure(f'an `"{key}"`', (value, scope), False)
    if failure is not None:
        return failure
    # What stands beside the message is a result, unless it is empty.
    if all(key.lower() in _MESSAGES or truth_of(value, scope) == "false" for key, value, scope in entries):
        for key, value, scope in entries:
            if key.lower() in _MESSAGES and truth_of(value, scope) == "text" and _FAILURE.search(_text(value, scope)):
                return Failure(f'a failure as its `"{key}"`', (value, scope), False, is_worded=True)
    return None


def _of_text(expr: n.Expr, scope: Scope) -> Failure | None:
    text = _text(expr, scope)
    if _JSON_FAILURE.search(text):
        return Failure("a failure written as JSON", (expr, scope), True)
    if len(text) < 120 and "<" not in text and not text.lower().startswith("ok") and _FAILURE.search(text):
        return Failure("a failure as its text", (expr, scope), False, is_worded=True)
    return None


def _of_call(call: n.Call, scope: Scope, depth: int) -> Failure | None:
    target = callee(call, scope.module, scope.function)
    name = target.name or ""
    if target.constructs is not None and isinstance(target.constructs.definition, Class):
        kept = [given for given in call.args if not drops(call, target, given)]
        return _of_entries([(given.keyword, given.value, scope) for given in kept if given.keyword])
    if target.function is not None and not target.function.is_generator:
        from backend_lint.frameworks.answers import returns_of

        inner = entered(call, target.function, scope)
        found = [_of(returned.value, inner, depth + 1) for returned in returns_of(target.function) if returned.value is not None]
        # One way of several that fails says nothing of this call.
        return found[0] if found and all(found) else None
    if name in _PASSING or (isinstance(call.func, n.Name) and call.func.id == "dict"):
        keywords = [(given.keyword, given.value, scope) for given in call.args if given.keyword and name in ("", "dict")]
        if keywords:
            return _of_entries(keywords)
        return _of(call.args[0].value, scope, depth + 1) if call.args else None
    if isinstance(call.func, n.Attribute) and call.func.attr in ("model_dump", "dict", "to_dict", "json", "model_dump_json"):
        return _of(call.func.value, scope, depth + 1)
    if _is_text_call(call):
        return _of_text(call, scope)
    return None


# --- values


def truth_of(expr: n.Expr, scope: Scope) -> Truth:
    """Whether a value is false or empty, a text that is not, or something else that is true; "unknown" where that is open."""
    expr, scope = resolved(expr, scope)
    if isinstance(expr, n.Constant):
        if expr.kind == "str":
            return "text" if expr.value.strip() else "false"
        if expr.kind in ("none", "bool"):
            return "true" if expr.value == "True" else "false"
        return "false" if expr.value in ("0", "0.0") else "true"
    if isinstance(expr, n.FString):
        return "text"
    if isinstance(expr, n.BinOp):
        return "text" if expr.op in ("+", "%") and any(truth_of(value, scope) == "text" for value in expr.values) else "unknown"
    if isinstance(expr, n.Dict):
        return "text" if any(value for value in expr.values) else "false"
    if isinstance(expr, (n.List, n.Tuple, n.Set)):
        return "text" if expr.elts and all(truth_of(value, scope) == "text" for value in expr.elts) else "unknown" if expr.elts else "false"
    if isinstance(expr, n.Call) and _is_text_call(expr):
        return "text"
    if is_caught(expr, scope):
        return "text"
    return "unknown"


def is_caught(expr: n.Expr, scope: Scope) -> bool:
    """Whether an expression is an exception that an `except` has bound, or an attribute of one."""
    while isinstance(expr, (n.Attribute, n.Subscript)):
        expr = expr.value
    if not isinstance(expr, n.Name) or scope.function is None:
        return False
    return any(binding.kind == "except" for binding in scope.function.names.bindings.get(expr.id, ()))


def _is_text_call(call: n.Call) -> bool:
    name = call.func.id if isinstance(call.func, n.Name) else call.func.attr if isinstance(call.func, n.Attribute) else ""
    return name in _TEXTS and (bool(call.args) or name == "format")


def _text(expr: n.Expr, scope: Scope) -> str:
    """The literal text of an expression, with what is filled in left out."""
    expr, scope = resolved(expr, scope)
    if isinstance(expr, n.Constant):
        return expr.value if expr.kind == "str" else ""
    if isinstance(expr, n.FString):
        return " ".join(part.value for part in expr.parts if isinstance(part, n.Constant))
    if isinstance(expr, n.BinOp):
        return " ".join(_text(value, scope) for value in expr.values[:6])
    if isinstance(expr, n.Call):
        if isinstance(expr.func, n.Attribute) and expr.func.attr == "format":
            return _text(expr.func.value, scope)
        return _text(expr.args[0].value, scope) if expr.args and _is_text_call(expr) else ""
    return ""


def _is_flag(expr: n.Expr, scope: Scope, key: str, keys: set[str]) -> bool:
    """Whether a false value is a flag: `False`, or a 0 that is no count and no exit status; the list of what succeeded is none."""
    expr, _ = resolved(expr, scope)
    if not isinstance(expr, n.Constant):
        return False
    return expr.kind == "bool" or (expr.kind == "int" and key != "status" and keys.isdisjoint(_COUNTS))


def _is_error_code(expr: n.Expr, scope: Scope) -> bool:
    from backend_lint.frameworks.statuses import status_of

    status = status_of(expr, scope)
    return status is not None and status >= 400


def _shown(expr: n.Expr, scope: Scope) -> str:
    expr, scope = resolved(expr, scope)
    if isinstance(expr, n.Constant):
        return f'"{expr.value}"' if expr.kind == "str" else expr.value
    return scope.module.tree.source_of(expr)[:40]
