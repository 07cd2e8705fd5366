"""What calls and attributes do to an exception or its text on the way: pass it on, or leave something harmless."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from backend_lint import frameworks
from backend_lint.semantics.calls import Callee
from backend_lint.semantics.labels import NONE, Labels, key_of
from backend_lint.semantics.project import Class
from backend_lint.source import nodes as n

if TYPE_CHECKING:
    from backend_lint.semantics.flow import Frame
    from backend_lint.semantics.project import Function, Module, Project

#: Attributes of an exception that hold its text, or lead to what does.
TEXT_ATTRIBUTES = frozenset({
    "args", "message", "msg", "strerror", "reason", "orig", "stderr", "stdout", "output", "pgerror", "statement", "params", "doc", "text",
    "__cause__", "__context__", "__traceback__", "__dict__", "__str__", "__repr__", "__notes__", "with_traceback", "exceptions",
})  # fmt: skip
#: Attributes and keys of results that hold no text, whatever lies beside them.
NO_TEXT = frozenset({
    "ok", "success", "is_success", "succeeded", "status", "status_code", "code", "valid", "is_valid", "count", "total", "id", "pk",
    "created_at", "updated_at", "errno", "retry_after", "__class__", "__name__", "__qualname__", "__module__", "tb_lineno", "tb_frame",
})  # fmt: skip
#: Calls at which pinpointing stops: `str(e)` is the thing to point at.
FORMATTERS = frozenset({"str", "repr", "format", "ascii", "getattr", "vars"})

_EXCEPTION_NAMES = frozenset({"e", "ex", "exc", "err", "error", "exception", "exc_value"})
_PASSING_BUILTINS = frozenset({
    "str", "repr", "format", "ascii", "list", "dict", "tuple", "set", "frozenset", "sorted", "reversed", "zip", "map", "filter",
    "enumerate", "next", "iter", "min", "max", "vars", "bytes",
})  # fmt: skip
_PASSING_NAMES = frozenset({
    "dumps", "jsonable_encoder", "escape", "gettext", "gettext_lazy", "ugettext", "ugettext_lazy", "_", "lazy_gettext", "mark_safe",
    "format_html", "force_str", "force_text", "smart_str", "smart_text", "ErrorDict", "asdict", "deepcopy", "copy", "stream_with_context",
    "Markup", "cast", "quote", "quote_plus", "urlencode", "url_for", "truncate", "truncatechars", "shorten", "fill", "dedent",
    "OrderedDict", "SimpleNamespace", "exception_to_string",
})  # fmt: skip
_PASSING_METHODS = frozenset(
    {"format", "join", "format_map", "replace", "substitute", "safe_substitute", "model_validate", "parse_obj", "fromkeys"}
)
# An undeclared outside function of such a name makes an answer of what it gets.
_ANSWER_NAMES = re.compile(r"(?:^|_)(?:response|reply|jsonify|json|bad_request|error|errors|fail|failure|failed)$")
_TELLING_METHODS = re.compile(
    r"^(?:startswith|endswith|find|rfind|count|index|has_\w+|is\w+|get_codes|errno|add_note|match|search|fullmatch|"
    r"getvalue_length|exception|warning|info|debug|critical|log)$"
)


def exception_parameter(function: Function) -> n.Parameter | None:
    """The parameter through which an error handler gets the exception; None for other functions and handlers without one."""
    handler = frameworks.handler_of(function)
    name = function.node.name
    own = [p for p in function.own_parameters if p.kind in ("positional-only", "normal")]
    if handler is not None and handler.kind == "error":
        pass
    elif not (name in ("handle_exception", "process_exception") and function.cls is not None and _is_framework_class(function.cls)):
        return None
    named = next((p for p in own if p.name in _EXCEPTION_NAMES), None)
    if named is not None:
        return named
    if handler is not None and handler.framework in ("fastapi", "starlette", "ninja"):
        return own[1] if len(own) > 1 else None
    if name == "process_exception":
        return own[1] if len(own) > 1 else None
    return own[0] if own else None


def _is_framework_class(cls: Class) -> bool:
    return (
        (bool(frameworks.view_classes(cls.module)) and cls in frameworks.view_classes(cls.module))
        or any(
            name.startswith(("rest_framework.", "django.", "flask.views", "flask_restful.", "flask_restx."))
            for name in cls.external_ancestors
        )
        or any(name in cls.methods for name in ("process_request", "process_view", "__call__"))
    )


def project_class(project: Project, name: str, importer: Module) -> Class | None:
    """The project's class of a qualified name."""
    module_name, _, rest = name.rpartition(".")
    qualname = rest
    while module_name:
        module = project.import_module(module_name, importer.path)
        if module is not None:
            return next((cls for cls in module.classes if cls.name == name or cls.qualname == qualname), None)
        module_name, _, more = module_name.rpartition(".")
        qualname = f"{more}.{qualname}"
    return next((cls for cls in importer.classes if cls.name == name), None)


def is_traceback(target: Callee) -> bool:
    """Whether a call returns a formatted stack trace."""
    name = target.name or ""
    return "traceback" in target.effects or name in (
        "traceback.format_exc",
        "traceback.format_exception",
        "traceback.format_tb",
        "traceback.format_stack",
    )


def traceback_file(call: n.Call, target: Callee) -> n.Expr | None:
    """The file-like object that `traceback.print_exc(file=...)` and its like write to."""
    if target.name not in ("traceback.print_exc", "traceback.print_exception", "traceback.print_tb"):
        return None
    return next((given.value for given in call.args if given.keyword == "file"), None)


def passed_on(call: n.Call, target: Callee, receiver: Labels, arguments: list[tuple[n.Arg, Labels]]) -> Labels:
    """What the result of a call outside the project (or of a constructor) carries of its parts."""
    given = NONE.union(*(labels for _, labels in arguments)) if arguments else NONE
    if target.constructs is not None:
        return given
    name = target.name or ""
    last = name.rpartition(".")[2]
    if isinstance(call.func, n.Attribute):
        attribute = call.func.attr
        if _TELLING_METHODS.match(attribute):
            return NONE
        if attribute == "get" and call.args and isinstance(call.args[0].value, n.Constant) and call.args[0].value.value in NO_TEXT:
            return NONE
        if receiver:
            return receiver
        if attribute in _PASSING_METHODS or attribute in _PASSING_NAMES:
            return given
    elif name in _PASSING_BUILTINS:
        return given
    elif name == "getattr":
        return _getattr(call, arguments)
    if last in _PASSING_NAMES or (not name and isinstance(call.func, n.Name) and call.func.id in _PASSING_NAMES):
        return given
    if target.function is None and target.member is None and given and _is_answer_name(call, target):
        return given
    return NONE


def _getattr(call: n.Call, arguments: list[tuple[n.Arg, Labels]]) -> Labels:
    found = NONE
    if len(call.args) > 1 and isinstance(call.args[1].value, n.Constant) and call.args[1].value.value in TEXT_ATTRIBUTES:
        found = arguments[0][1]
    return found | (arguments[2][1] if len(arguments) > 2 else NONE)


def _is_answer_name(call: n.Call, target: Callee) -> bool:
    if target.value is not None and target.value.kind != "external":
        return False
    name = call.func.attr if isinstance(call.func, n.Attribute) else call.func.id if isinstance(call.func, n.Name) else ""
    if isinstance(call.func, n.Attribute) and target.value is None:
        return False
    return bool(_ANSWER_NAMES.search(name.lower())) and not (target.name or "").startswith(("logging.", "sys.", "structlog.", "loguru."))


def is_exception(expr: n.Expr, frame: Frame) -> bool:
    """Whether an expression is an exception object itself and not something that holds one's text."""
    if isinstance(expr, n.Attribute) and expr.attr in ("__cause__", "__context__", "orig", "original_exception"):
        return True
    if not isinstance(expr, n.Name) or frame.function is None:
        return False
    for binding in frame.function.names.bindings.get(expr.id, ()):
        if binding.kind == "except":
            return True
        if binding.kind == "parameter":
            return expr.id in _EXCEPTION_NAMES or exception_parameter(frame.function) is binding.node
    return False


def emptied_by(test: n.Expr, truth: bool) -> str | None:
    """The key of a result that holds no error text after a test: `if result.error: ...` and `if "error" in result: ...` have gone by."""
    if truth:
        return None
    if isinstance(test, n.Compare) and test.ops == ["in"] and isinstance(test.left, n.Constant) and "err" in test.left.value.lower():
        return key_of(test.comparators[0])
    if isinstance(test, n.Call) and isinstance(test.func, n.Attribute) and test.func.attr == "get" and test.args:
        first = test.args[0].value
        return key_of(test.func.value) if isinstance(first, n.Constant) and "err" in first.value.lower() else None
    if isinstance(test, n.Attribute) and "err" in test.attr.lower():
        return key_of(test.value)
    if isinstance(test, n.Subscript) and isinstance(test.index, n.Constant) and "err" in test.index.value.lower():
        return key_of(test.value)
    return None


def is_api_answer(test: n.Expr, truth: bool, frame: Frame) -> bool:
    """Whether a test's outcome means that DRF's own handler has made an answer: the exception is then an APIException."""
    if (
        isinstance(test, n.Compare)
        and len(test.ops) == 1
        and isinstance(test.comparators[0], n.Constant)
        and test.comparators[0].kind == "none"
    ):
        subject, holds = test.left, truth == (test.ops[0] == "is not")
    else:
        subject, holds = test, truth
    if not holds or not isinstance(subject, n.Name) or frame.function is None:
        return False
    return _is_default_answer(subject, frame)


def _is_default_answer(name: n.Name, frame: Frame) -> bool:
    assert frame.function is not None
    for binding in frame.function.names.bindings.get(name.id, ()):
        value = binding.value
        if binding.kind == "assign" and isinstance(value, n.Call):
            called = frame.module.project.inference.qualified_name(value.func, frame.module, frame.function)
            if called == "rest_framework.views.exception_handler":
                return True
    return False


_BODY_ATTRIBUTES = frozenset({"data", "content", "body", "text", "response", "media", "reason_phrase", "status"})
_ERROR_ATTRIBUTES = frozenset({"detail", "description", "message", "data"})


def stored_sink(target: n.Subscript | n.Attribute, frame: Frame) -> str | None:
    """What an assignment to an attribute or item shows its value in: a response's body or header; None for other targets."""
    project = frame.module.project
    base: n.Expr = target.value
    if isinstance(target, n.Attribute):
        if target.attr not in _BODY_ATTRIBUTES and target.attr not in _ERROR_ATTRIBUTES:
            return None
        if _is_own_error(base, frame):
            return (
                f"`{frame.function.cls.node.name}`" if target.attr in _ERROR_ATTRIBUTES and frame.function and frame.function.cls else None
            )
        return "the response" if target.attr in _BODY_ATTRIBUTES and _is_response(base, frame, project) else None
    if isinstance(base, n.Attribute) and base.attr in ("headers", *_BODY_ATTRIBUTES):
        what = "a header" if base.attr == "headers" else "the response"
        return what if _is_response(base.value, frame, project) else None
    return "a header" if _is_response(base, frame, project) else None


def _is_own_error(base: n.Expr, frame: Frame) -> bool:
    """Whether an expression is `self` in the constructor of an HTTP error."""
    from backend_lint_rules.exposure._sinks import is_http_error

    function = frame.function
    if function is None or function.cls is None or function.node.name != "__init__" or not isinstance(base, n.Name):
        return False
    return base.id == function.self_name and is_http_error(function.cls.external_ancestors)


def _is_response(base: n.Expr, frame: Frame, project: Project) -> bool:
    if isinstance(base, n.Name) and frame.function is not None and _is_default_answer(base, frame):
        return True
    value = project.inference.value(base, frame.module, frame.function)
    if value is None or value.kind != "instance":
        return False
    names = value.definition.external_ancestors if isinstance(value.definition, Class) else project.registry.ancestors(value.name)
    return any(name.rpartition(".")[2].endswith("Response") or name == "rest_framework.response.Response" for name in names)
