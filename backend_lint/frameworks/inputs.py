"""What the parameters of a handler are filled with, by each framework's own rules."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from backend_lint.frameworks.expressions import decorator_parts, last_name, text_of
from backend_lint.frameworks.model import Handler, Input, InputKind
from backend_lint.source import nodes as n

if TYPE_CHECKING:
    from backend_lint.semantics.project import Function

# https://flask.palletsprojects.com/en/stable/api/#url-route-registrations and https://docs.djangoproject.com/en/stable/topics/http/urls/
_CONVERTER = re.compile(r"<(?:(?P<converter>[A-Za-z_]\w*)(?:\([^)>]*\))?:)?(?P<name>[A-Za-z_]\w*)>")
_GROUP = re.compile(r"\(\?P<(?P<name>\w+)>(?P<pattern>(?:[^()\\]|\\.)*)\)")
_RAW_CONVERTERS = frozenset({None, "string", "str", "path", "default"})
# A named group that lets anything through checks nothing.
_LOOSE_PATTERN = re.compile(r"\[\^|(?<!\\)\.[*+]|\\S")
_REQUEST_NAMES = frozenset({"request", "req", "_request"})
# Decorators that pass the checked body on as an argument (webargs, flask-smorest, APIFlask, flask-pydantic, Indico).
_PASSES_ARGUMENTS = frozenset(
    {"use_args", "use_kwargs", "arguments", "input", "use_rh_args", "use_rh_kwargs", "validate", "validate_json", "parse_with"}
)


def inputs_of(handler: Handler) -> list[Input]:
    """The inputs of a handler, one for each parameter that its framework fills."""
    if handler.kind in ("error", "middleware", "event"):
        return [_plain(parameter) for parameter in handler.function.own_parameters]
    if handler.framework in ("fastapi", "ninja"):
        from backend_lint.frameworks.typed_inputs import typed_inputs

        return typed_inputs(handler)
    if handler.framework == "starlette":
        return [Input(p, "request", is_validated=False) for p in handler.function.own_parameters]
    return _routed(handler)


def _plain(parameter: n.Parameter) -> Input:
    kind: InputKind = "request" if parameter.name in _REQUEST_NAMES or _annotation_name(parameter).endswith("Request") else "other"
    return Input(parameter, kind, is_validated=False)


def _annotation_name(parameter: n.Parameter) -> str:
    annotation = parameter.annotation
    if annotation is None:
        return ""
    return text_of(annotation) or last_name(annotation)


def _routed(handler: Handler) -> list[Input]:
    """Flask and Django: path parameters through converters, the request first in Django, bodies from decorators."""
    function = handler.function
    converters = path_converters(handler.path or "")
    checked = _passed_arguments(function)
    found = []
    for index, parameter in enumerate(function.own_parameters):
        django = handler.framework in ("django", "drf")
        if django and index == 0 and parameter.kind != "vararg":
            found.append(Input(parameter, "request", is_validated=False))
        elif parameter.name in converters:
            found.append(Input(parameter, "path", is_validated=converters[parameter.name]))
        elif parameter.kind in ("vararg", "kwarg"):
            found.append(Input(parameter, "other", is_validated=checked))
        elif checked:
            found.append(Input(parameter, "body", is_validated=True))
        elif django and parameter.name == "pk" and handler.registered is not None and _is_router(handler.registered[1]):
            # https://www.django-rest-framework.org/api-guide/routers/: lookups match `[^/.]+` unless `lookup_value_regex` says otherwise
            found.append(Input(parameter, "path", is_validated=False))
        elif parameter.default is None:
            # Its converter stands in a prefix or a document that was not read, or a decorator passes it: nothing says that it is raw.
            found.append(Input(parameter, "path" if handler.path is None else "other", is_validated=True))
        else:
            found.append(Input(parameter, "other", is_validated=False))
    return found


def _is_router(node: n.Node) -> bool:
    return isinstance(node, n.Call) and last_name(node.func) == "register"


def _passed_arguments(function: Function) -> bool:
    for decorator in function.node.decorators:
        target, call = decorator_parts(decorator)
        if call is not None and last_name(target) in _PASSES_ARGUMENTS:
            return True
    return False


def path_converters(path: str) -> dict[str, bool]:
    """The parameters of a Flask rule or Django pattern, each with whether its converter or group lets only certain texts through."""
    found = {m["name"]: m["converter"] not in _RAW_CONVERTERS for m in _CONVERTER.finditer(path)}
    for match in _GROUP.finditer(path):
        found[match["name"]] = not _LOOSE_PATTERN.search(match["pattern"])
    return found
