"""What belongs to the route layer without being a handler, and what Django settings name."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from backend_lint.frameworks import REQUEST_KINDS
from backend_lint.frameworks.expressions import holder_of
from backend_lint.source import nodes as n

if TYPE_CHECKING:
    from backend_lint.frameworks.index import HandlerIndex
    from backend_lint.semantics.project import Class, Function, Module

_SERIALIZERS = ("Serializer", "SerializerMetaclass", "ListSerializer")
_VIEW_FOLDERS = frozenset({"views", "routes", "handlers", "endpoints", "controllers", "apis", "routers", "resources", "viewsets"})


def in_route_layer(index: HandlerIndex, function: Function) -> bool:
    """See `backend_lint.frameworks.route_layer`; `index` remembers the answer."""
    handler = index.of(function)
    if handler is not None:
        return False
    if function.parent is not None:
        outer = index.of(function.parent)
        return (outer is not None and outer.kind in REQUEST_KINDS) or index.in_route_layer(function.parent)
    cls = function.cls
    if cls is not None:
        if is_serializer(cls):
            return True
        kind = index.view_kind(cls)
        if kind is not None:
            return kind.kind in REQUEST_KINDS
        if "django" in index.frameworks() and index.urls.inherited_entry(cls) is not None:
            return True
        handled = any(h.cls is cls and h.kind in REQUEST_KINDS for h in index.in_module(function.module))
        return handled
    return _only_from_handlers(index, function)


def is_serializer(cls: Class) -> bool:
    """Whether a class is a DRF serializer."""
    return any(name.startswith("rest_framework") and name.endswith(_SERIALIZERS) for name in cls.external_ancestors)


def _only_from_handlers(index: HandlerIndex, function: Function) -> bool:
    """Whether a module-level function stands beside handlers and all its uses, here and elsewhere, are in handlers or their helpers."""
    module = function.module
    if not _is_view_path(module.path) and not any(h.kind in REQUEST_KINDS for h in index.in_module(module)):
        return False
    used = False
    for path in (module.path, *_users(index, function)):
        found = index.project.find(path)
        if found is None:
            return False
        for holder in _uses(found, function):
            if holder is None or not _reaches_client(index, holder):
                return False
            used = True
    return used


def _uses(module: Module, function: Function) -> list[Function | None]:
    """The functions of a module in which another function is named, itself left out; None for a use outside all of them."""
    found: list[Function | None] = []
    infer = module.project.inference
    for match in re.finditer(rf"\b{re.escape(function.node.name)}\b", module.tree.text):
        if module is function.module and function.node.start <= match.start() < function.node.end:
            continue
        expr = _name_at(module, match.start(), match.end())
        if expr is None:
            continue
        holder = holder_of(module, expr)
        value = infer.value(expr, module, holder)
        if value is not None and value.definition is function:
            found.append(holder)
    return found


def _name_at(module: Module, start: int, end: int) -> n.Name | n.Attribute | None:
    """The name or attribute whose last word spans from `start` to `end`; None in texts, comments and imports."""
    below: list[n.Node] = list(module.tree.body)
    while below:
        inside = next((node for node in below if node.start <= start < node.end), None)
        if inside is None:
            return None
        if isinstance(inside, (n.Name, n.Attribute)) and inside.end == end:
            return inside
        below = n.children(inside)
    return None


def _reaches_client(index: HandlerIndex, holder: Function) -> bool:
    handler = index.of(holder)
    if handler is not None:
        return handler.kind in REQUEST_KINDS
    return index.in_route_layer(holder)


def _users(index: HandlerIndex, function: Function) -> list[str]:
    """The application files besides its own that mention a function together with its module's name."""
    name = function.node.name.encode()
    stem = function.module.name.rpartition(".")[2].encode()
    pattern = re.compile(rb"\b" + re.escape(name) + rb"\b")
    found = []
    for path in index.project.holding(name):
        if path != function.module.path:
            data = index.project.bytes_of(path)
            if data is not None and stem in data and pattern.search(data):
                found.append(path)
    return found


def _is_view_path(path: str) -> bool:
    *folders, stem = path.rsplit(".", 1)[0].split("/")
    if stem in _VIEW_FOLDERS or stem == "api" or stem.endswith(("views", "routes", "_api", "_apis")):
        return True
    return any(folder in _VIEW_FOLDERS or folder.endswith(("views", "routes")) for folder in folders)


def is_function_middleware(function: Function) -> bool:
    """Whether a function is what Django's function middleware returns: `def tag(get_response): def middleware(request): ...`."""
    outer = function.parent
    return (
        outer is not None
        and len(function.parameters) == 1
        and len(outer.parameters) == 1
        and outer.parameters[0].name == "get_response"
        and function.parameters[0].name == "request"
    )


def looks_like_django_view(function: Function) -> bool:
    """Whether a module-level function of a views module takes a request first: the only sign of a view where no route is in sight."""
    if function.cls is not None or function.parent is not None or function.node.name.startswith("_"):
        return False
    parts = function.module.path.rsplit(".", 1)[0].split("/")
    if not (parts[-1].endswith("views") or parts[-1] in ("apis", "api") or "views" in parts[:-1]):
        return False
    if b"django" not in (function.project.bytes_of(function.module.path) or b""):
        return False
    parameters = function.parameters
    return bool(parameters) and parameters[0].name == "request"


def settings_strings(data: bytes, key: bytes) -> list[str]:
    """The dotted names that follow `"KEY":` or `KEY =` in the text of a settings file."""
    pattern = rb"[\"']?" + re.escape(key) + rb"[\"']?\]?\s*[:=]\s*[\"']([A-Za-z_][\w.]*)[\"']"
    return [match.group(1).decode("ascii", "replace") for match in re.finditer(pattern, data)]
