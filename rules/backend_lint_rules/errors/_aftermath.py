"""What an `except` does with the failure: logs it, raises, records it, answers, gives a result, or none of these."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

from backend_lint import frameworks
from backend_lint.frameworks.answers import Answer, answers_of
from backend_lint.frameworks.payloads import failure_in
from backend_lint.frameworks.statuses import Scope, raised_status, status_of
from backend_lint.semantics import effects
from backend_lint.semantics.calls import Callee, callee, dotted, never_returns
from backend_lint.semantics.project import Class
from backend_lint.source import nodes as n

if TYPE_CHECKING:
    from backend_lint.frameworks.model import Handler
    from backend_lint_rules.errors._places import Place

Result = Literal["empty", "default", "error", "success", "page", "redirect", "client error", "server error", "unknown"]

#: Effects of a call that leave a trace of the failure, or tell somebody.
_TELLING = frozenset({"writes", "commits", "enqueues", "email", "outbound", "flashes", "traceback", "aborts"})
_LOGGING_NAME = re.compile(
    r"(?:^|[._])(?:\w*log(?:ger|ging|s|_\w+)?|sentry\w*|rollbar|bugsnag|capture\w*|report\w*|record\w*|notif\w*|alert\w*|track\w*|"
    r"metrics?\w*|statsd|counter\w*|audit\w*|telemetry|mark_\w+|on_\w*error|handle_\w*(?:error|exception)|\w*_failed|\w*_failure|"
    r"messages?|flash|warn\w*|emit|send_json|send_text|write_error|abort\w*|fail|exit|show_\w+|add_error|retry|set_exception|incr|"
    r"stderr|echo|secho)(?:[._]|$)",
    re.IGNORECASE,
)
_TRACKER = re.compile(r"(?:capture|report|record|notice)_\w+$")
_LOG_METHODS = frozenset({"exception", "error", "warning", "critical", "fatal"})
#: Names under which a failure is kept for later.
_FAILURE_NAME = re.compile(
    r"fail|err(?:or|s|_|$)|exc|skip|miss|invalid|bad|problem|reject|retry|retries|attempt|status|state|success|(?:^|_)ok(?:$|_)|valid|"
    r"alive|health|connect|avail|active|enabled|ready|unknown|unsupported|broken|dead|issue|warn|message|msg|reason|detail|found",
    re.IGNORECASE,
)
_FAILURE_TEXT = re.compile(
    r"error|fail|invalid|unknown|unavailable|not |can't|cannot|denied|wrong|missing|n/a|offline|down|bad", re.IGNORECASE
)
#: Calls that say nothing of what an `except` does about the failure.
_IDLE = frozenset({
    "rollback", "close", "aclose", "sleep", "list", "dict", "set", "tuple", "int", "float", "str", "bool", "len", "Decimal", "format",
    "OrderedDict", "defaultdict", "pass_", "none", "now", "time", "timedelta", "datetime", "get", "strip", "lower", "join",
})  # fmt: skip
_EMPTY_MAKERS = frozenset({"list", "dict", "set", "tuple", "str", "OrderedDict", "frozenset", "Counter"})


class Aftermath:
    """What one `except` does. `results` are what it returns or assigns as the answer, or "empty" where it goes on after it; "default" is a
    value that looks like a result.

    `reraises` is whether some way out of it raises, with `raised` the statuses of the HTTP errors among what is raised (None: not known);
    `prints` is the first `print`, `records` whether the failure is kept or told in another way than a log, `acts` whether something else
    is called.
    """

    __slots__ = ("acts", "answers", "logs", "prints", "raised", "records", "reraises", "results", "tells_text")

    def __init__(self) -> None:
        self.logs = False
        self.prints: n.Call | None = None
        self.reraises = False
        self.raised: list[int | None] = []
        self.records = False
        self.acts = False
        self.tells_text = False
        self.results: list[tuple[Result, n.Stmt | None]] = []
        self.answers: list[Answer] = []

    @property
    def leaves_trace(self) -> bool:
        return self.logs or self.records


def aftermath(place: Place) -> Aftermath:
    """What the `except` of a place does."""
    return place.module.project.remember(("aftermath", id(place.handler)), lambda: _Reader(place).read())


class _Reader:
    def __init__(self, place: Place) -> None:
        self.place = place
        self.found = Aftermath()
        self.scope = Scope(place.module, place.function)
        self.name = place.handler.name

    def read(self) -> Aftermath:
        handler = self.place.handler
        ignored: list[tuple[int, int]] = []
        for node in n.walk_scope(handler.body):
            if isinstance(node, n.Raise):
                self._raise(node)
                if node.cause is None and self.found.raised:
                    # What an answer tells the client is no trace on the server; a cause is one.
                    ignored.append((node.start, node.end))
            elif isinstance(node, n.Call):
                if self._call(node):
                    ignored.append((node.start, node.end))
            elif isinstance(node, n.Return):
                ignored.append((node.start, node.end))
                self._return(node)
            elif isinstance(node, (n.Assign, n.AugAssign, n.AnnAssign)):
                self._store(node)
            elif isinstance(node, (n.Yield, n.YieldFrom)) and node.value is not None:
                self.found.records = True
        if self.name is not None:
            for node in n.walk_scope(handler.body):
                if isinstance(node, n.Name) and node.id == self.name and not any(s <= node.start < e for s, e in ignored):
                    self.found.records = True
        if not self.found.results and not self.found.reraises:
            self.found.results.append(("empty", None))
        return self.found

    def _raise(self, node: n.Raise) -> None:
        self.found.reraises = True
        if node.exc is None:
            return
        status = raised_status(node.exc, self.scope)
        if status is not None:
            self.found.raised.append(status[0])

    def _call(self, call: n.Call) -> bool:
        """Take a call in; returns whether the exception's name inside it says nothing more."""
        place, found = self.place, self.found
        if isinstance(call.func, n.Name) and call.func.id == "print":
            if any(given.keyword == "file" for given in call.args):
                found.logs = True
            elif found.prints is None:
                found.prints = call
            return True
        target = callee(call, place.module, place.function)
        name = target.name or dotted(call.func) or (call.func.attr if isinstance(call.func, n.Attribute) else "")
        last = name.rpartition(".")[2]
        if "logs" in target.effects or (name == "sys.exc_info"):
            found.logs = True
            # An error tracker is where failures are meant to go.
            found.records = found.records or bool(_TRACKER.match(last))
            return True
        if never_returns(call, place.module, place.function) or last in ("retry", "exit", "_exit"):
            found.reraises = True
            if "aborts" in target.effects:
                found.raised.append(status_of(call.args[0].value, self.scope) if call.args else None)
            return False
        answers = answers_of(call, self.scope) if target.function is not None else []
        if target.function is not None:
            self._project_call(target, makes_answer=bool(answers))
        is_told = not target.effects.isdisjoint(_TELLING)
        # What builds a response tells nobody before it is returned; what sends one does.
        if is_told or ("response" in target.effects and target.value is not None and target.value.kind == "method"):
            found.records = True
        elif (last in _LOG_METHODS and not answers) or (_is_unknown(target) and _LOGGING_NAME.search(_spelled(call))):
            # A logger or a reporter that nothing is known of.
            found.logs = True
        elif last not in _IDLE and (target.constructs is None or isinstance(target.constructs.definition, Class)):
            # An object of the project's own making stands in for what has failed, on purpose.
            self._other(call, last)
        return False

    def _project_call(self, target: Callee, *, makes_answer: bool) -> None:
        assert target.function is not None
        does = effects.of_function(target.function)
        if "logs" in does:
            self.found.logs = True
        elif any(effect in does for effect in _TELLING):
            self.found.records = True
        elif not makes_answer and _LOGGING_NAME.search(target.function.node.name):
            self.found.logs = True

    def _other(self, call: n.Call, last: str) -> None:
        if last in ("append", "add", "extend", "update", "put", "put_nowait", "appendleft", "setdefault", "insert"):
            receiver = dotted(call.func) or ""
            if _FAILURE_NAME.search(receiver) or any(tells_failure(given.value) for given in call.args):
                self.found.records = True
        self.found.acts = True

    def _store(self, node: n.Assign | n.AugAssign | n.AnnAssign) -> None:
        if isinstance(node, n.AugAssign):
            self.found.records = True
            return
        targets = node.targets if isinstance(node, n.Assign) else [node.target]
        value = node.value
        if isinstance(value, (n.Call, n.Await)):
            # `response = failure(500)`: an answer that is returned further down.
            answers = answers_of(value, self.scope, self._handler())
            if answers and all(answer.kind == "response" for answer in answers):
                self.found.answers.extend(answers)
                self.found.results.extend((_result_of(answer), node) for answer in answers)
                return
        function = self.place.function
        if function is not None and _ends(self.place.handler.body):
            # What a local name holds ends with the function.
            kept = function.names.globals | function.names.nonlocals
            targets = [target for target in targets if not isinstance(target, n.Name) or target.id in kept]
            if not targets:
                return
        if value is not None and (tells_failure(value) or (isinstance(value, n.Constant) and value.kind == "bool")):
            # A flag tells the code after it what has happened.
            self.found.records = True
        if isinstance(value, n.Dict):
            # `results[key] = {"status": "running"}`
            self.found.records |= any(
                isinstance(key, n.Constant) and _FAILURE_NAME.search(key.value) for key in value.keys if key is not None
            )
        for target in targets:
            text = target.id if isinstance(target, n.Name) else target.attr if isinstance(target, n.Attribute) else ""
            if isinstance(target, n.Subscript):
                index = target.index
                text = f"{index.value if isinstance(index, n.Constant) else ''} {dotted(target.value) or ''}"
            if _FAILURE_NAME.search(text) or (text.isupper() and len(text) > 1):
                self.found.records = True

    def _return(self, node: n.Return) -> None:
        value = node.value
        while isinstance(value, n.Await):
            value = value.value
        answers = answers_of(value, self.scope, self._handler())
        if answers:
            self.found.answers.extend(answers)
            self.found.results.extend((_result_of(answer), node) for answer in answers)
        else:
            self.found.results.append((self._plain_result(value), node))
        if value is not None and self.name is not None and _mentions(value, self.name):
            self.found.tells_text = True

    def _is_parameter(self, name: str) -> bool:
        function = self.place.function
        return function is not None and any(parameter.name == name for parameter in function.own_parameters)

    def _handler(self) -> Handler | None:
        function = self.place.function
        handler = frameworks.handler_of(function) if function is not None else None
        return handler if handler is None or handler.kind in ("request", "error") else None

    def _plain_result(self, value: n.Expr | None) -> Result:
        if value is None or _is_empty(value):
            return "empty"
        if self.name is not None and _mentions(value, self.name):
            return "error"
        if tells_failure(value):
            return "error"
        if isinstance(value, n.Constant) and (value.kind == "str" or value.value == "True"):
            return "default"
        if isinstance(value, n.Name) and self._is_parameter(value.id):
            # What the function was given comes back as if it had been worked on.
            return "empty"
        if isinstance(value, (n.Name, n.Attribute, n.Subscript)):
            return "unknown" if _FAILURE_NAME.search(dotted(value) or "") else "empty"
        return "unknown"


def _is_unknown(target: Callee) -> bool:
    return target.function is None and target.member is None


def _ends(block: list[n.Stmt]) -> bool:
    return bool(block) and isinstance(block[-1], (n.Return, n.Raise))


def _result_of(answer: Answer) -> Result:
    if answer.kind == "file" or answer.status is None:
        return "unknown"
    if answer.status >= 500:
        return "server error"
    if answer.status >= 400:
        return "client error"
    if answer.status >= 300:
        return "redirect"
    if answer.kind == "template":
        return "page"
    return "error" if failure_in(answer) is not None or answer.kind == "raised" else "success"


def _is_empty(value: n.Expr) -> bool:
    """Whether a result is one that stands for nothing: `None`, `False`, 0, an empty text or container, or several of these."""
    if isinstance(value, n.Constant):
        return value.kind in ("none", "ellipsis") or value.value in ("False", "0", "0.0", "")
    if isinstance(value, (n.List, n.Set)):
        return not value.elts
    if isinstance(value, n.Tuple):
        # A number in a pair is a code that tells the caller what has happened.
        return all(_is_empty(part) and not (isinstance(part, n.Constant) and part.kind == "int") for part in value.elts)
    if isinstance(value, n.Dict):
        return all(_is_empty(part) for part in value.values)
    if isinstance(value, n.Call):
        last = value.func.attr if isinstance(value.func, n.Attribute) else value.func.id if isinstance(value.func, n.Name) else ""
        if last in _EMPTY_MAKERS and not value.args:
            return True
        return (last == "none" and not value.args) or (last in ("Decimal", "float", "int") and all(_is_zero(a.value) for a in value.args))
    return False


def _is_zero(value: n.Expr) -> bool:
    return isinstance(value, n.Constant) and value.value in ("0", "0.0", "0.00")


def tells_failure(value: n.Expr) -> bool:
    """Whether a value names an error, or holds a text about one."""
    for node in n.walk(value):
        if isinstance(node, n.Constant) and node.kind == "str" and _FAILURE_TEXT.search(node.value):
            return True
        if isinstance(node, (n.Name, n.Attribute)):
            name = node.id if isinstance(node, n.Name) else node.attr
            if re.search(r"err(?:or|s|_|$)|fail|exc(?:_|$)|unknown|invalid|unavail|sys", name, re.IGNORECASE):
                return True
    return False


def _mentions(value: n.Expr, name: str) -> bool:
    return any(isinstance(node, n.Name) and node.id == name for node in n.walk(value))


def _spelled(call: n.Call) -> str:
    """The dotted spelling of what is called, calls in between left out: `get_logger().info` is `get_logger.info`."""
    parts: list[str] = []
    expr: n.Expr = call.func
    while True:
        if isinstance(expr, n.Attribute):
            parts.append(expr.attr)
            expr = expr.value
        elif isinstance(expr, n.Call):
            expr = expr.func
        elif isinstance(expr, n.Subscript):
            expr = expr.value
        else:
            break
    if isinstance(expr, n.Name):
        parts.append(expr.id)
    return ".".join(reversed(parts))
