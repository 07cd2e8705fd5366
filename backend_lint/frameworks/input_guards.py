"""What takes care of a function's input from outside: decorators and routers that validate, whoever catches a failed conversion."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from backend_lint.frameworks import error_handlers, handler_of, handlers
from backend_lint.frameworks.expressions import argument, decorator_parts, last_name
from backend_lint.semantics import effects, raises
from backend_lint.semantics.project import Class, Function
from backend_lint.source import nodes as n

if TYPE_CHECKING:
    from backend_lint.semantics.project import Module, Project

#: Exceptions that reading and converting input raises, by what goes wrong.
MISSING_KEY = frozenset({"KeyError", "LookupError", "django.utils.datastructures.MultiValueDictKeyError"})
BAD_VALUE = frozenset({"ValueError", "TypeError", "decimal.InvalidOperation", "ArithmeticError"})
NOT_A_TEXT = frozenset({"AttributeError", "TypeError"})

# Libraries' decorators that check the request before the function runs (webargs, flask-apispec, flask-smorest, APIFlask, flask-pydantic,
# flask-expects-json, spectree, quart-schema, Flask-Parameter-Validation).
_VALIDATING = frozenset({
    "use_args", "use_kwargs", "use_rh_args", "use_rh_kwargs", "arguments", "input", "expects_json", "validate_request", "validate_json",
    "ValidateParameters", "validate", "validate_schema", "parse_with", "validate_params", "validate_arguments", "validate_call",
})  # fmt: skip
_SAYS_VALID = re.compile(
    r"(?i)valid|schema|expects|parse_(?:body|args|json)|check_(?:json|params|args|body|input)|require[sd]?_(?:json|params|args|fields)"
)
# These describe an API and check nothing.
_DOCUMENTS = frozenset({
    "extend_schema", "extend_schema_view", "swagger_auto_schema", "schema", "doc", "response", "swag_from", "marshal_with", "openapi",
})  # fmt: skip
# Exceptions of parsers, which conversions raise in place of a ValueError.
_SAYS_UNREADABLE = re.compile(r"(?i)pars|decod|invalid|valid|format|convers|value")
_CHECK_NAME = re.compile(r"(?i)valid|\bload|parse_obj|schema|deserialize|check|missing|required")


def is_declared_validator(name: str | None, project: Project) -> bool:
    """Whether the user declares a qualified name to validate (`validators` in the configuration)."""
    return name is not None and name in project.declared("validators")


def is_validated_before(function: Function) -> bool:
    """Whether a decorator or the router has checked the request by the time the function runs."""
    return function.project.remember(("input validated before", id(function)), lambda: _is_validated_before(function))


def _is_validated_before(function: Function) -> bool:
    scope: Function | None = function
    while scope is not None:
        if any(_validates(decorator, scope) for decorator in scope.node.decorators) or _has_document(scope):
            return True
        scope = scope.parent
    return function.cls is not None and _class_decorators_validate(function)


def _class_decorators_validate(function: Function) -> bool:
    assert function.cls is not None
    for cls in function.cls.mro:
        if any(_validates(decorator, function) for decorator in cls.node.decorators):
            return True
    held = function.cls.attribute("method_decorators")
    if held is not None and isinstance(held[1].value, (n.List, n.Tuple)):
        return any(_names_validation(element) for element in held[1].value.elts)
    return False


def _has_document(function: Function) -> bool:
    """Whether an OpenAPI document routes to the function (connexion), which checks requests against it."""
    handler = handler_of(function)
    if handler is None or handler.framework != "flask" or handler.registered is None or handler.registered[1] is not function.node:
        return False
    return id(function.node) in handlers(function.project).registrations.functions


def _names_validation(decorator: n.Expr) -> bool:
    target, _ = decorator_parts(decorator)
    name = last_name(target)
    return name in _VALIDATING or (name not in _DOCUMENTS and bool(_SAYS_VALID.search(name)))


def _validates(decorator: n.Expr, function: Function) -> bool:
    target, call = decorator_parts(decorator)
    name = last_name(target)
    if name in _DOCUMENTS:
        return False
    module = function.module
    value = module.project.inference.value(target, module, function.parent)
    if value is not None and is_declared_validator(value.name, module.project):
        return True
    made = value.definition if value is not None else None
    if isinstance(made, Class):
        made = made.method("__call__")
    if isinstance(made, Function):
        return _wrapper_validates(made)
    if name == "expect" and call is not None:
        # https://flask-restx.readthedocs.io/en/latest/swagger.html#the-api-expect-decorator: checked with `validate=True` only
        wanted = argument(call, None, "validate")
        return isinstance(wanted, n.Constant) and wanted.value == "True"
    if name == "swag_from" and call is not None:
        wanted = argument(call, None, "validation")
        return isinstance(wanted, n.Constant) and wanted.value == "True"
    return _names_validation(decorator)


def _wrapper_validates(decorator: Function) -> bool:
    """Whether a project's decorator checks anything: calls a validator, or tests types or keys and answers."""
    for function in _with_nested(decorator):
        for call, target in effects.calls_in(function):
            name = target.name or ""
            if not target.effects.isdisjoint(("validates", "checks")):
                return True
            if name in ("isinstance", "builtins.isinstance"):
                return True
            if _CHECK_NAME.search(last_name(call.func)) and "password" not in name and "token" not in name and "permission" not in name:
                if call.args and not _is_function_argument(call, function):
                    return True
    return False


def _is_function_argument(call: n.Call, function: Function) -> bool:
    """Whether the call is of the wrapped function itself, handed on with `*args`."""
    return (
        any(given.star for given in call.args) and isinstance(call.func, n.Name) and call.func.id in {p.name for p in function.parameters}
    )


def _with_nested(function: Function) -> list[Function]:
    found = [function]
    for other in function.module.functions:
        parent = other.parent
        while parent is not None:
            if parent is function:
                found.append(other)
                break
            parent = parent.parent
    return found


def catches(handler_nodes: list[n.ExceptHandler], names: frozenset[str], module: Module, function: Function | None) -> bool:
    """Whether one of some except clauses catches one of these exceptions (or everything)."""
    for handler in handler_nodes:
        if handler.type is None:
            return True
        for _, value in raises.caught_classes(handler.type, module, function):
            if value is None:
                continue
            if value.name in raises.BROAD or value.name in names:
                return True
            if "ValueError" in names and (
                "ValueError" in raises.ancestors(value, module.project) or _SAYS_UNREADABLE.search(value.name.rpartition(".")[2])
            ):
                return True
    return False


def is_answered_elsewhere(function: Function, names: frozenset[str]) -> bool:
    """Whether an exception of these classes that leaves the function becomes an answer: by a decorator's `try`, by a view base class's
    `handle_exception`, or by a registered error handler."""
    return function.project.remember(("input answered", id(function), names), lambda: _answered(function, names))


def _answered(function: Function, names: frozenset[str]) -> bool:
    module = function.module
    scope: Function | None = function
    while scope is not None:
        for decorator in scope.node.decorators:
            target, _ = decorator_parts(decorator)
            value = module.project.inference.value(target, module, scope.parent)
            if value is not None and isinstance(value.definition, Function):
                for inner in _with_nested(value.definition):
                    tries = [node for node in n.walk_scope(inner.node.body) if isinstance(node, n.Try)]
                    if any(catches(node.handlers, names, inner.module, inner) for node in tries):
                        return True
        scope = scope.parent
    if function.cls is not None:
        for hook in ("handle_exception", "dispatch", "dispatch_request"):
            method = function.cls.method(hook)
            if method is not None and method is not function and _handles(method, names):
                return True
    return any(not names.isdisjoint(handler.exceptions) for handler in error_handlers(function.project))


def _handles(method: Function, names: frozenset[str]) -> bool:
    short = {name.rpartition(".")[2] for name in names}
    for node in n.walk_scope(method.node.body):
        if isinstance(node, n.Try) and catches(node.handlers, names, method.module, method):
            return True
        if isinstance(node, n.Call) and isinstance(node.func, n.Name) and node.func.id == "isinstance" and len(node.args) == 2:
            if any(isinstance(part, n.Name) and part.id in short for part in n.walk(node.args[1].value)):
                return True
    return False
