"""The status that an expression is, and what names stand for on the way to it: local names, constants, and what a followed call passes."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import TYPE_CHECKING

from backend_lint.semantics.calls import bind
from backend_lint.semantics.project import Class
from backend_lint.semantics.raises import ancestors, raised_class
from backend_lint.semantics.reaching import reaching
from backend_lint.source import nodes as n

if TYPE_CHECKING:
    from backend_lint.semantics.project import Function, Module

#: Errors that a framework answers, with where they take the status; None: the class has its own.
HTTP_ERRORS: dict[str, tuple[int, str] | None] = {
    "starlette.exceptions.HTTPException": (0, "status_code"), "fastapi.HTTPException": (0, "status_code"),
    "fastapi.exceptions.HTTPException": (0, "status_code"), "ninja.errors.HttpError": (0, "status_code"),
    "werkzeug.exceptions.HTTPException": None, "rest_framework.exceptions.APIException": None, "django.http.Http404": None,
    "ninja_extra.exceptions.APIException": None, "apiflask.HTTPError": (0, "status_code"),
    "litestar.exceptions.HTTPException": None,
}  # fmt: skip
_ERROR_STATUS = {
    "BadRequest": 400, "ParseError": 400, "ValidationError": 400, "Unauthorized": 401, "NotAuthenticated": 401, "AuthenticationFailed": 401,
    "Forbidden": 403, "PermissionDenied": 403, "NotFound": 404, "Http404": 404, "MethodNotAllowed": 405, "NotAcceptable": 406,
    "Conflict": 409, "Gone": 410, "UnprocessableEntity": 422, "UnsupportedMediaType": 415, "Throttled": 429, "TooManyRequests": 429,
    "InternalServerError": 500, "BadGateway": 502, "ServiceUnavailable": 503, "GatewayTimeout": 504, "APIException": 500,
}  # fmt: skip
_STATUS_NAME = re.compile(r"(?:^|_)HTTP_([1-5]\d\d)(?:_|$)")
_WRITTEN_STATUS = re.compile(r"([1-5]\d\d)(?: |$)")


class Scope:
    """Where an expression stands. `given` holds what a followed call passes for the function's parameters, each with its own scope."""

    __slots__ = ("function", "given", "module")

    def __init__(
        self,
        module: Module,
        function: Function | None,
        given: dict[str, tuple[n.Expr, Scope]] | None = None,
    ) -> None:
        self.module = module
        self.function = function
        self.given = given or {}


def resolved(expr: n.Expr, scope: Scope) -> tuple[n.Expr, Scope]:
    """The expression that a name stands for: what the followed call passes for a parameter, a local name's one certain value, a module's
    constant; the expression itself where that is not known."""
    for _ in range(8):
        while isinstance(expr, n.Await):
            expr = expr.value
        if not isinstance(expr, n.Name):
            break
        if expr.id in scope.given:
            if scope.function is not None and len(scope.function.names.bindings.get(expr.id, ())) > 1:
                break
            expr, scope = scope.given[expr.id]
            continue
        if scope.function is not None and expr.id in scope.function.names.bindings:
            found = reaching(expr.id, expr.start, scope.function)
            if found is None or found.changes or found.value is expr:
                break
            expr = found.value
            continue
        origin = scope.module.origin_of(expr.id)
        if origin is None or origin[0].kind != "assign" or origin[0].path or origin[0].value is None:
            break
        expr, scope = origin[0].value, Scope(origin[1], None)
    return expr, scope


def status_of(expr: n.Expr | None, scope: Scope) -> int | None:
    """The HTTP status an expression is: a literal, `status.HTTP_404_NOT_FOUND`, `HTTPStatus.NOT_FOUND`, a text such as "404 Not Found",
    or a name or parameter that holds one; None when it is not known, or one of several that are not all errors or all none."""
    if expr is None:
        return None
    expr, scope = resolved(expr, scope)
    if isinstance(expr, n.Constant):
        match = _WRITTEN_STATUS.match(expr.value) if expr.kind in ("int", "str") and len(expr.value) < 60 else None
        return int(match[1]) if match else None
    if isinstance(expr, n.Attribute) and expr.attr in ("value", "real"):
        return status_of(expr.value, scope)
    if isinstance(expr, n.Call) and isinstance(expr.func, n.Name) and expr.func.id == "int" and expr.args:
        return status_of(expr.args[0].value, scope)
    if isinstance(expr, n.IfExp):
        both = status_of(expr.body, scope), status_of(expr.orelse, scope)
        return both[0] if both[0] is not None and both[1] is not None and (both[0] >= 400) == (both[1] >= 400) else None
    if isinstance(expr, (n.Attribute, n.Name)):
        name = expr.attr if isinstance(expr, n.Attribute) else expr.id
        named = _STATUS_NAME.search(name)
        if named:
            return int(named[1])
        if isinstance(expr, n.Attribute) and name in HTTPStatus.__members__:
            return HTTPStatus[name].value
    return None


def entered(call: n.Call, function: Function, scope: Scope) -> Scope:
    """The scope of a called function: what the call passes, and the defaults of what it does not."""
    given: dict[str, tuple[n.Expr, Scope]] = {}
    bound = bind(call, function)
    has_star = any(argument.star for argument in call.args)
    for parameter in function.parameters:
        argument = bound.get(parameter.name)
        if argument is not None and not argument.star and parameter.kind not in ("vararg", "kwarg"):
            given[parameter.name] = (argument.value, scope)
        elif argument is None and parameter.default is not None and not has_star:
            given[parameter.name] = (parameter.default, Scope(function.module, function.parent))
    return Scope(function.module, function, given)


def raised_status(expr: n.Expr, scope: Scope) -> tuple[int | None] | None:
    """The status with which the framework answers a raised expression, in a tuple; None for what is no HTTP error.

    `expr` is what stands after `raise`: a call, a class, or a name that holds an error.
    """
    expr, scope = resolved(expr, scope)
    cls = raised_class(expr, scope.module, scope.function)
    if cls is None:
        return None
    names = ancestors(cls, scope.module.project) | {cls.name}
    known = next((name for name in HTTP_ERRORS if name in names), None)
    if known is None:
        return None
    place = HTTP_ERRORS[known]
    if isinstance(expr, n.Call) and not isinstance(cls.definition, Class):
        for given in expr.args:
            if given.keyword in ("status_code", "code"):
                return (status_of(given.value, scope),)
        if place is not None and expr.args and expr.args[0].keyword is None:
            return (status_of(expr.args[place[0]].value, scope),)
    if isinstance(cls.definition, Class):
        own = cls.definition.attribute("status_code") or cls.definition.attribute("code")
        if own is not None and own[1].value is not None:
            return (status_of(own[1].value, Scope(own[0].module, None)),)
        if place is not None:
            return (None,)
    for name in (cls.name, *sorted(names)):
        found = _ERROR_STATUS.get(name.rpartition(".")[2])
        if found is not None:
            return (found,)
    return (None,)
