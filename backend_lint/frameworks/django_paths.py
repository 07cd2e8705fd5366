"""The full paths of Django's routes, with the prefixes of all the `include()`s that lead to them and what DRF's routers add.

Sources: Django "URL dispatcher", DRF "Routers" (the shape of `SimpleRouter`'s routes, `lookup_field`, `url_path` of extra actions).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from backend_lint.frameworks.expressions import argument, assigned, decorator_parts, last_name, text_of, texts_in
from backend_lint.frameworks.url_texts import url_text
from backend_lint.source import nodes as n

if TYPE_CHECKING:
    from backend_lint.frameworks.django_urls import Entry, Include, UrlTable
    from backend_lint.frameworks.targets import Target
    from backend_lint.semantics.project import Class, Function, Module

_MAX_DEPTH = 6
_MAX_PATHS = 40
_COLLECTION = frozenset({"list", "create"})
_DETAIL = frozenset({"retrieve", "update", "partial_update", "destroy"})


class DjangoPath(NamedTuple):
    """A full path, with the places of the includes that lead to it, outermost first."""

    text: str
    places: tuple[tuple[Module, n.Node], ...]


def entries_of(table: UrlTable, function: Function, cls: Class | None) -> list[tuple[Entry, Target]]:
    """The routes that lead to a view function, or to a method of a view class: those of the class and of all that inherit the method."""
    found = []
    for entry in table.entries:
        if entry.kind == "error":
            continue
        for target in entry.resolve()[0]:
            if target.function is not None and target.function.node is function.node:
                found.append((entry, target))
            elif cls is not None and target.cls is not None and cls in target.cls.mro:
                method = target.cls.method(function.node.name)
                if method is not None and method.node is function.node:
                    found.append((entry, target))
    return found


def full_paths(table: UrlTable, entry: Entry, method: str | None = None, cls: Class | None = None) -> list[DjangoPath]:
    """All the paths of an entry. `method` names the method of the class `cls` that it leads to: a router makes a path for each."""
    project = entry.module.project
    own = "" if entry.path is None else url_text(project, argument_of(entry), entry.module, entry.function)
    places = prefixes_of(table, entry)
    if is_router_entry(entry) and method is not None:
        own = _router_path(table, entry, own, method, cls)
    return [DjangoPath(readable(prefix.text + own), prefix.places) for prefix in places]


def argument_of(entry: Entry) -> n.Expr | None:
    """The expression of an entry's own path."""
    return argument(entry.node, 0, "route", "regex", "prefix") if isinstance(entry.node, n.Call) else None


def is_router_entry(entry: Entry) -> bool:
    """Whether a DRF router makes the routes of an entry."""
    return isinstance(entry.node, n.Call) and last_name(entry.node.func) == "register"


def prefixes_of(table: UrlTable, entry: Entry) -> list[DjangoPath]:
    """What comes before an entry's own path."""
    if is_router_entry(entry) and isinstance(entry.node, n.Call) and isinstance(entry.node.func, n.Attribute):
        made = _maker(entry.node.func.value, entry.module, entry.function)
        found = [
            DjangoPath(above.text + _prefix(include), (*above.places, (include.module, include.node)))
            for expr, include in table.of_routers
            if made is not None and _maker(expr, include.module, None) is made
            for above in prefixes_at(table, include.module, include.node)
        ]
        if found:
            return found[:_MAX_PATHS]
    return prefixes_at(table, entry.module, entry.node)


def prefixes_at(table: UrlTable, module: Module, node: n.Node, depth: int = 0) -> list[DjangoPath]:
    """What the includes of a module, or of the list in it that holds a node, put before its routes; one empty text where there are none."""
    leading = [include for include in table.includes.get(module.path, ()) if _leads_to(include, node)]
    # A list that is included by itself is not part of what including its module leads to.
    leading = [include for include in leading if include.span is not None] or leading
    if not leading or depth > _MAX_DEPTH:
        return [DjangoPath("", ())]
    found = [
        DjangoPath(above.text + _prefix(include), (*above.places, (include.module, include.node)))
        for include in leading
        for above in prefixes_at(table, include.module, include.node, depth + 1)
    ]
    return found[:_MAX_PATHS]


def _prefix(include: Include) -> str:
    route = argument(include.node, 0, "route", "regex") if isinstance(include.node, n.Call) else None
    return url_text(include.module.project, route, include.module, None) if route is not None else include.prefix


def _leads_to(include: Include, node: n.Node) -> bool:
    return include.node is not node and (include.span is None or include.span[0] <= node.start < include.span[1])


def readable(path: str) -> str:
    """A path as it is requested: with its slash, and without the anchors of regular expressions."""
    text = re.sub(r"\(\?P(<\w+>)(?:[^()\\]|\\.|\([^()]*\))*\)", r"\1", path)
    return "/" + text.replace("^", "").replace("\\Z", "").replace("$", "").replace("\\.", ".").lstrip("/")


def _maker(expr: n.Expr, module: Module, function: Function | None) -> n.Expr | None:
    place = assigned(module.project, expr, module, function)
    return place[0] if place is not None and place[0] is not expr else None


def _router_path(table: UrlTable, entry: Entry, own: str, method: str, cls: Class | None) -> str:
    assert isinstance(entry.node, n.Call)
    slash = "/"
    nested = ""
    if isinstance(entry.node.func, n.Attribute):
        made = _maker(entry.node.func.value, entry.module, entry.function)
        if isinstance(made, n.Call):
            given = argument(made, None, "trailing_slash")
            if isinstance(given, n.Constant) and given.value == "False":
                slash = ""
            if "Nested" in last_name(made.func):
                # drf-nested-routers: NestedSimpleRouter(parent, "domains", lookup="domain")
                lookup = text_of(argument(made, None, "lookup")) or "nested"
                nested = f"{text_of(argument(made, 1, 'parent_prefix')) or ''}/<{lookup}_pk>/"
    base = nested + own.strip("/")
    key = f"/<{_lookup(cls)}>"
    if method in _DETAIL:
        return base + key + slash
    if method in _COLLECTION:
        return base + slash
    action = _action(cls, method)
    if action is None:
        return base + slash
    is_detail, name = action
    return f"{base}{key if is_detail else ''}/{name}{slash}"


def _lookup(cls: Class | None) -> str:
    for name in ("lookup_url_kwarg", "lookup_field"):
        found = cls.attribute(name) if cls is not None else None
        text = text_of(found[1].value) if found is not None and found[1].value is not None else None
        if text:
            return text
    return "pk"


def _action(cls: Class | None, method: str) -> tuple[bool, str] | None:
    """Whether an extra action is about one object, and its part of the path."""
    function = cls.method(method) if cls is not None else None
    for decorator in function.node.decorators if function is not None else ():
        target, call = decorator_parts(decorator)
        name = last_name(target)
        if call is not None and name in ("action", "detail_route", "list_route"):
            detail = argument(call, 1, "detail")
            is_detail = name == "detail_route" or (isinstance(detail, n.Constant) and detail.value == "True")
            return is_detail, text_of(argument(call, 2, "url_path")) or method
    return None


def methods_in(entry: Entry, method: str) -> tuple[str, ...] | None:
    """The HTTP methods that `as_view({"get": "list"})` sends to a method of its class; None where it says nothing."""
    for node in n.walk(entry.expr):
        if isinstance(node, n.Call) and last_name(node.func) == "as_view":
            for given in node.args:
                if isinstance(given.value, n.Dict) and given.keyword in (None, "actions"):
                    pairs = zip(given.value.keys, given.value.values, strict=True)
                    return tuple((text_of(key) or "").upper() for key, value in pairs if key is not None and text_of(value) == method)
    return None


def allowed_methods(function: Function) -> tuple[str, ...]:
    """The HTTP methods that Django's decorators let through to a view function (`django.views.decorators.http`)."""
    for decorator in function.node.decorators:
        target, call = decorator_parts(decorator)
        known = {"require_POST": ("POST",), "require_GET": ("GET",), "require_safe": ("GET", "HEAD")}.get(last_name(target))
        if known is not None:
            return known
        if last_name(target) == "require_http_methods" and call is not None and call.args:
            return tuple(text.upper() for text in texts_in(call.args[0].value))
    return ()
