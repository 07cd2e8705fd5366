"""Which objects make routes: apps, routers, blueprints, namespaces, socket servers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from backend_lint.frameworks.expressions import last_name, text_of
from backend_lint.source import nodes as n

if TYPE_CHECKING:
    from backend_lint.frameworks.model import Framework
    from backend_lint.semantics.project import Class, Function, Module, Project
    from backend_lint.semantics.values import Value

#: A framework, or "socketio" for what hands out socket events.
RouterKind = Literal["fastapi", "starlette", "flask", "flask-restful", "ninja", "socketio"]

HTTP_METHODS = ("get", "post", "put", "patch", "delete", "head", "options", "trace")

_CLASSES: dict[str, RouterKind] = {
    "fastapi.FastAPI": "fastapi", "fastapi.APIRouter": "fastapi",
    "starlette.applications.Starlette": "starlette", "starlette.routing.Router": "starlette",
    "flask.Flask": "flask", "flask.Blueprint": "flask", "flask_openapi3.OpenAPI": "flask", "flask_appbuilder.AppBuilder": "flask",
    "connexion.App": "flask", "connexion.FlaskApp": "flask",
    "flask_restful.Api": "flask-restful", "flask_restx.Api": "flask-restful", "flask_restx.Namespace": "flask-restful",
    "flask_restplus.Api": "flask-restful", "flask_restplus.Namespace": "flask-restful", "flask_smorest.Api": "flask",
    "ninja.NinjaAPI": "ninja", "ninja.Router": "ninja",
    "flask_socketio.SocketIO": "socketio", "socketio.Server": "socketio", "socketio.AsyncServer": "socketio",
    "fastapi_socketio.SocketManager": "socketio",
}  # fmt: skip
# Classes of packages that nothing is known of are told by how they are called; the last word says what they build on.
_SUFFIXES: tuple[tuple[str, RouterKind], ...] = (
    ("APIRouter", "fastapi"), ("FastAPI", "fastapi"), ("InferringRouter", "fastapi"), ("NinjaAPI", "ninja"), ("NinjaExtraAPI", "ninja"),
    ("APIFlask", "flask"), ("Flask", "flask"), ("Blueprint", "flask"), ("Starlette", "starlette"), ("SocketIO", "socketio"),
)  # fmt: skip
_PACKAGES: dict[str, RouterKind] = {"fastapi": "fastapi", "ninja": "ninja", "starlette": "starlette", "flask_restx": "flask-restful"}
# Receivers whose `.get("/x")` decorates no view: HTTP clients and their mocks, bots, brokers.
_NO_ROUTERS = frozenset({
    "client", "test_client", "requests", "session", "http", "httpx", "responses", "rsps", "respx", "respx_mock", "requests_mock", "mock",
    "mocker", "cache", "cli", "bot", "slack", "slack_app", "dispatcher", "dp", "broker", "celery", "redis", "httpserver", "aioresponses",
})  # fmt: skip
_IMPORTS: dict[str, Framework] = {
    "fastapi": "fastapi", "starlette": "starlette", "flask": "flask", "ninja": "ninja", "flask_restful": "flask-restful",
    "flask_restx": "flask-restful", "flask_restplus": "flask-restful", "flask_smorest": "flask", "apiflask": "flask",
}  # fmt: skip


# FastAPI's routers derive from Starlette's, and extensions' from those of what they extend.
_SPECIAL_FIRST: tuple[RouterKind, ...] = ("fastapi", "ninja", "flask-restful", "flask", "socketio", "starlette")


def router_kind(names: frozenset[str] | tuple[str, ...]) -> RouterKind | None:
    """What kind of router a class is, by its own and its ancestors' qualified names."""
    kinds = {_kind_of_name(name) for name in names}
    return next((kind for kind in _SPECIAL_FIRST if kind in kinds), None)


def _kind_of_name(name: str) -> RouterKind | None:
    package, _, rest = name.partition(".")
    last = rest.rpartition(".")[2]
    known = _CLASSES.get(name) or _CLASSES.get(f"{package}.{last}")
    if known is not None or not rest:
        return known
    for suffix, kind in _SUFFIXES:
        if last.endswith(suffix):
            return kind
    if last.endswith("Router"):
        for word, kind in _PACKAGES.items():
            if word in package:
                return kind
    return None


def ancestors(project: Project, value: Value) -> tuple[frozenset[str], bool]:
    """The outside classes that a value's class derives from (or is), and whether its bases are all known."""
    from backend_lint.semantics.project import Class

    if isinstance(value.definition, Class):
        return value.definition.external_ancestors, bases_known(value.definition)
    return frozenset((value.name, *project.registry.ancestors(value.name))), True


def bases_known(cls: Class) -> bool:
    """Whether inference knows every base of a class and of its project ancestors."""
    return all(len(owner.bases) == sum(1 for base in owner.node.bases if base.keyword is None and not base.star) for owner in cls.mro)


def receiver_kind(
    project: Project,
    expr: n.Expr,
    call: n.Call | None,
    attribute: str,
    module: Module,
    function: Function | None,
    frameworks: frozenset[str],
) -> RouterKind | None:
    """What kind of router `expr` is in `expr.attribute(...)`; None when it is none, or nothing says so.

    Where inference does not know the object (a parameter without annotation, a name from a package that is not installed), a literal path
    as first argument and a framework among the imports decide.
    """
    value = project.inference.value(expr, module, function)
    if value is not None and value.kind == "instance":
        names, known = ancestors(project, value)
        kind = router_kind(names)
        if kind is not None:
            return kind
        from backend_lint.semantics.project import Class

        own_method = isinstance(value.definition, Class) and value.definition.method(attribute) is not None
        if known and not own_method:
            return None
    elif value is not None and value.kind in ("class", "module", "function"):
        return None
    return _by_shape(expr, call, attribute, module, frameworks)


def _by_shape(expr: n.Expr, call: n.Call | None, attribute: str, module: Module, frameworks: frozenset[str]) -> RouterKind | None:
    name = last_name(expr).lower().lstrip("_")
    if not name or name in _NO_ROUTERS or "mock" in name or name.endswith(("client", "session")):
        return None
    if attribute in ("on", "event"):
        return "socketio" if name in ("socketio", "sio", "socket_io", "socket") else None
    if attribute in _BARE:
        return imported_framework(module, frameworks)  # type: ignore[return-value]  # those that are imported for routers
    if call is None or not (looks_like_path(call) or (attribute == "middleware" and call.args and text_of(call.args[0].value) == "http")):
        return None
    if attribute == "route" and "flask" in frameworks:
        return "flask"
    return imported_framework(module, frameworks)  # type: ignore[return-value]  # those that are imported for routers


#: Decorators that no other library offers: the receiver need not be known.
_BARE = frozenset({
    "errorhandler", "app_errorhandler", "exception_handler", "before_request", "after_request", "before_app_request", "after_app_request",
    "add_url_rule", "add_api_route", "add_resource", "register_error_handler", "add_exception_handler",
})  # fmt: skip


def looks_like_path(call: n.Call) -> bool:
    """Whether a call's first argument (or `path`, `rule`) is a literal URL path."""
    for given in call.args:
        if given.keyword in (None, "path", "rule") and not given.star:
            text = text_of(given.value)
            return text is not None and (text == "" or text.startswith(("/", "{}/")))
    return False


def imported_framework(module: Module, frameworks: frozenset[str]) -> Framework | None:
    """The web framework that a module imports, or else the only one that its project uses."""
    for bindings in module.names.bindings.values():
        for binding in bindings:
            if binding.kind == "import" and binding.level == 0:
                found = _IMPORTS.get(binding.module.partition(".")[0])
                if found == "starlette" and "fastapi" in frameworks:
                    return "fastapi"
                if found is not None:
                    return found
    candidates = [name for name in ("fastapi", "flask", "ninja") if name in frameworks]
    return candidates[0] if len(candidates) == 1 else None
