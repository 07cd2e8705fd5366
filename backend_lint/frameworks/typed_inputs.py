"""The parameters of FastAPI and Ninja operations, by the rules of `fastapi.dependencies.utils.analyze_param`.

In order: what `Annotated` metadata or the default says (`Query()`, `Body()`, `Depends()`, ...); the framework's own objects by their class
(`Request`, `BackgroundTasks`, ...); a name in the path; a scalar type is a query parameter; anything else is a body
(https://fastapi.tiangolo.com/tutorial/body/#request-body-path-query-parameters). Ninja does the same with the request as first parameter
(https://django-ninja.dev/guides/input/body/).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from backend_lint.frameworks.expressions import argument, assigned, decorator_parts, last_name, text_of
from backend_lint.frameworks.model import Handler, Input, InputKind
from backend_lint.semantics.annotations import evaluate, metadata_home, parse_quoted
from backend_lint.source import nodes as n

if TYPE_CHECKING:
    from backend_lint.semantics.project import Class, Function, Module, Project
    from backend_lint.semantics.values import Value

_MARKERS: dict[str, InputKind] = {
    "Query": "query", "Path": "path", "Header": "header", "Cookie": "cookie", "Body": "body", "Form": "form", "File": "file",
    "Depends": "dependency", "Security": "dependency", "PathEx": "path", "QueryEx": "query", "BodyEx": "body", "P": "path",
}  # fmt: skip
_MARKER_PACKAGES = ("fastapi", "ninja", "fastapi_restful")
_OWN_CLASSES: dict[str, InputKind] = {
    "Request": "request", "WebSocket": "request", "HTTPConnection": "request", "HttpRequest": "request", "ASGIRequest": "request",
    "WSGIRequest": "request", "Response": "response", "BackgroundTasks": "background", "SecurityScopes": "other", "UploadFile": "file",
    "UploadedFile": "file",
}  # fmt: skip
_OWN_PACKAGES = frozenset({"fastapi", "starlette", "ninja", "django", "ninja_extra"})
_BUILTIN_SCALARS = frozenset({"str", "int", "float", "bool", "bytes", "complex"})
_SCALAR_MODULES = frozenset({"datetime", "uuid", "decimal", "enum", "pathlib", "ipaddress", "typing.Literal", "fractions"})
_COLLECTIONS = frozenset({
    "list", "set", "tuple", "frozenset", "sequence", "typing.List", "typing.Set", "typing.Tuple", "typing.Sequence", "typing.Iterable",
    "typing.FrozenSet", "typing.Collection", "collections.deque", "collections.abc.Sequence", "collections.abc.Iterable",
    "collections.abc.Set",
})  # fmt: skip
_MAPPINGS = frozenset({
    "dict", "typing.Dict", "typing.Mapping", "typing.MutableMapping", "collections.OrderedDict", "typing.OrderedDict",
    "collections.defaultdict", "typing.DefaultDict", "collections.abc.Mapping", "collections.abc.MutableMapping",
})  # fmt: skip
_UNTYPED = frozenset({"typing.Any", "typing_extensions.Any", "object", "any"})
_SCHEMA_BASES = frozenset(
    {"BaseModel", "SQLModel", "Schema", "ModelSchema", "RootModel", "GenericModel", "TypedDict", "Struct", "BaseSettings"}
)
_PATH_NAME = re.compile(r"\{([A-Za-z_]\w*)(?::\w+)?\}|<(?:\w+:)?([A-Za-z_]\w*)>")


class _Type:
    """What an annotation comes to.

    `kind` is "scalar", "collection", "mapping", "schema", "own" (an object of the framework, as `own` says), "file", "any", "missing",
    "none" or "unknown"; `says` is whether it says enough to check input against.
    """

    __slots__ = ("kind", "own", "says")

    def __init__(self, kind: str, says: bool, own: InputKind | None = None) -> None:
        self.kind = kind
        self.says = says
        self.own = own


def typed_inputs(handler: Handler) -> list[Input]:
    """The inputs of a FastAPI or Ninja handler (or dependency)."""
    function = handler.function
    names = path_names(handler)
    parameters = function.own_parameters
    found: list[Input] = []
    for index, parameter in enumerate(parameters):
        if handler.framework == "ninja" and index == 0 and handler.kind == "request":
            found.append(Input(parameter, "request", is_validated=False))
        elif parameter.kind in ("vararg", "kwarg"):
            found.append(Input(parameter, "other", is_validated=False))
        else:
            found.append(_input(parameter, function, names))
    return found


def path_names(handler: Handler) -> frozenset[str]:
    """The parameter names in a route's path and in its router's own prefix."""
    texts = [handler.path or ""]
    if handler.registered is not None:
        module, node = handler.registered
        target = node.func if isinstance(node, n.Call) else node
        if isinstance(target, n.Attribute):
            place = assigned(module.project, target.value, module, handler.function.parent)
            if place is not None and isinstance(place[0], n.Call):
                texts.append(text_of(argument(place[0], None, "prefix")) or "")
    return frozenset(a or b for text in texts for a, b in _PATH_NAME.findall(text))


def _input(parameter: n.Parameter, function: Function, names: frozenset[str]) -> Input:
    project, module = function.project, function.module
    infer = project.inference
    annotation = parameter.annotation
    home = metadata_home(infer, annotation, module, function.parent) if annotation is not None else None
    declared: n.Expr | None = annotation
    place = module
    marker: tuple[InputKind, n.Expr, Module] | None = None
    if home is not None:
        metadata, declared, place = home
        for item in metadata:
            kind = _marker(project, item, place, None if place is not module else function.parent)
            if kind is not None:
                marker = (kind, item, place)
    if parameter.default is not None:
        kind = _marker(project, parameter.default, module, function.parent)
        if kind is not None:
            marker = (kind, parameter.default, module)
    wrapped = _ninja_wrapper(project, declared, place)
    if wrapped is not None and marker is None:
        kind, declared = wrapped
        marker = (kind, parameter.default or parameter.annotation or n.Constant(0, 0, "none", "None"), module)
    scope = function.parent if place is module else None
    value = evaluate(infer, declared, place, scope) if declared is not None else None
    described = describe(project, declared, place, scope)
    if marker is not None and marker[0] == "dependency":
        provider = _provider(project, marker[1], marker[2], function, declared, place)
        provided = infer.dependency_value(marker[1], marker[2], function) if isinstance(marker[1], n.Call) else None
        return Input(parameter, "dependency", is_validated=True, value=value or provided, provider=provider)
    if described.own is not None:
        return Input(parameter, described.own, is_validated=described.own != "request", value=value)
    if marker is not None:
        kind = "file" if described.kind == "file" else marker[0]
        return Input(parameter, kind, is_validated=described.says or kind == "file", value=value)
    if described.kind == "file":
        return Input(parameter, "file", is_validated=True, value=value)
    if parameter.name in names:
        return Input(parameter, "path", is_validated=described.says, value=value)
    if described.kind in ("scalar", "any", "missing"):
        return Input(parameter, "query", is_validated=described.says, value=value)
    if described.kind in ("collection", "mapping", "schema"):
        return Input(parameter, "body", is_validated=described.says, value=value)
    return Input(parameter, "other", is_validated=True, value=value)


def _marker(project: Project, expr: n.Expr, module: Module, function: Function | None) -> InputKind | None:
    target = expr.func if isinstance(expr, n.Call) else expr
    if not isinstance(target, (n.Name, n.Attribute)):
        return None
    value = project.inference.value(target, module, function)
    if value is None:
        return None
    if isinstance(expr, n.Name) and value.kind == "instance":
        # A marker kept in a variable: `x: str = TOKEN_HEADER`.
        place = assigned(project, expr, module, function)
        return _marker(project, *place) if place is not None and isinstance(place[0], n.Call) else None
    package, _, rest = value.name.partition(".")
    if package not in _MARKER_PACKAGES:
        return None
    return _MARKERS.get(rest.rpartition(".")[2])


def _ninja_wrapper(project: Project, declared: n.Expr | None, module: Module) -> tuple[InputKind, n.Expr] | None:
    """`Query[Filters]`, `Form[Data]` of Ninja."""
    if not isinstance(declared, n.Subscript):
        return None
    kind = _marker(project, declared.value, module, None)
    return (kind, declared.index) if kind is not None else None


def _provider(
    project: Project, marker: n.Expr, marker_module: Module, function: Function, declared: n.Expr | None, place: Module
) -> Function | Class | None:
    from backend_lint.semantics.project import Class as ProjectClass
    from backend_lint.semantics.project import Function as ProjectFunction

    infer = project.inference
    scope = function.parent if marker_module is function.module else None
    target = infer.dependency_target(marker, marker_module, scope)
    if target is None and isinstance(marker, n.Call) and not marker.args and declared is not None:
        target = infer.value(declared, place, None)
    if target is None:
        return None
    definition = target.definition
    if isinstance(definition, ProjectClass) and target.kind == "instance":
        return definition.method("__call__")
    return definition if isinstance(definition, (ProjectFunction, ProjectClass)) else None


def describe(project: Project, expr: n.Expr | None, module: Module, function: Function | None, depth: int = 0) -> _Type:
    """What an annotation says about an input. `Optional[X]` and unions are as their most complex part; a quoted type is read."""
    infer = project.inference
    if expr is None:
        return _Type("missing", says=False)
    if depth > 8:
        return _Type("unknown", says=True)
    if isinstance(expr, n.Constant):
        if expr.kind == "none":
            return _Type("none", says=True)
        quoted = parse_quoted(infer, expr, module) if expr.kind == "str" else None
        return describe(project, quoted, module, function, depth + 1) if quoted is not None else _Type("unknown", says=True)
    if isinstance(expr, n.BinOp):
        return _union([describe(project, part, module, function, depth + 1) for part in expr.values])
    if isinstance(expr, n.Subscript):
        base = infer.value(expr.value, module, function)
        parts = list(expr.index.elts) if isinstance(expr.index, n.Tuple) else [expr.index]
        name = base.name if base is not None else last_name(expr.value)
        last = name.rpartition(".")[2]
        if last in ("Optional", "Annotated", "Final", "Required", "NotRequired"):
            return describe(project, parts[0], module, function, depth + 1)
        if last == "Union":
            return _union([describe(project, part, module, function, depth + 1) for part in parts])
        if last == "Literal":
            return _Type("scalar", says=True)
        if name in _COLLECTIONS:
            inner = describe(project, parts[0], module, function, depth + 1)
            return _Type("file" if inner.own == "file" else "collection", says=inner.says)
        if name in _MAPPINGS:
            inner = describe(project, parts[-1], module, function, depth + 1)
            return _Type("mapping", says=inner.says and inner.kind != "any")
        return _of_value(base)
    if isinstance(expr, (n.Name, n.Attribute)):
        value = infer.value(expr, module, function)
        if value is None or value.kind == "instance":
            place = assigned(project, expr, module, function)
            if place is not None and place[0] is not expr and isinstance(place[0], (n.Subscript, n.Name, n.Attribute, n.BinOp)):
                return describe(project, *place, depth + 1)
            return _Type("unknown", says=True)
        return _of_value(value)
    return _Type("unknown", says=True)


def _of_value(value: Value | None) -> _Type:
    from backend_lint.semantics.project import Class as ProjectClass

    if value is None:
        return _Type("unknown", says=True)
    name = value.name
    if name in _UNTYPED:
        return _Type("any", says=False)
    if name in _BUILTIN_SCALARS or name.partition(".")[0] in _SCALAR_MODULES or name in _SCALAR_MODULES:
        return _Type("scalar", says=True)
    if name in _COLLECTIONS:
        return _Type("collection", says=False)
    if name in _MAPPINGS:
        return _Type("mapping", says=False)
    names: frozenset[str] = frozenset((name,))
    if isinstance(value.definition, ProjectClass):
        names = value.definition.external_ancestors
        if any(last_name(decorator_parts(d)[0]) in ("dataclass", "define", "attrs") for d in value.definition.node.decorators):
            return _Type("schema", says=True)
    for one in names:
        package, _, rest = one.partition(".")
        last = one.rpartition(".")[2]
        if package in _OWN_PACKAGES and rest and last in _OWN_CLASSES:
            return _Type("own", says=True, own=_OWN_CLASSES[last])
    if any(one.rpartition(".")[2] in _SCHEMA_BASES for one in names):
        return _Type("schema", says=True)
    for one in names:
        package = one.partition(".")[0]
        last = one.rpartition(".")[2]
        if package == "enum" or one in _BUILTIN_SCALARS or last in ("Enum", "StrEnum", "IntEnum"):
            return _Type("scalar", says=True)
        if one in _MAPPINGS:
            return _Type("mapping", says=False)
        if package == "pydantic" and last[:1].isupper():
            return _Type("scalar", says=True)
    return _Type("unknown", says=True)


def _union(parts: list[_Type]) -> _Type:
    given = [part for part in parts if part.kind != "none"]
    for kind in ("own", "file", "mapping", "schema", "collection"):
        for part in given:
            if part.kind == kind:
                return _Type(kind, says=all(p.says for p in given), own=part.own)
    if not given:
        return _Type("unknown", says=True)
    return _Type(given[0].kind, says=all(part.says for part in given), own=given[0].own)
