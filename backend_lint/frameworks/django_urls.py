"""The URL table of a Django project: `urlpatterns`, `path()` and its kin, DRF routers' `register`.

Entries are found by reading each module that makes routes, whether or not another includes it; a view expression is resolved when somebody
asks for a name in it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from backend_lint.frameworks import targets
from backend_lint.frameworks.expressions import argument, assigned, last_name, text_of
from backend_lint.semantics.memo import remembered
from backend_lint.source import nodes as n

if TYPE_CHECKING:
    from backend_lint.frameworks.index import HandlerIndex
    from backend_lint.semantics.project import Class, Function, Module, Project

_PATHS = frozenset({"path", "re_path", "url", "route"})
_PATH_CALL = re.compile(rb"\b(?:path|re_path|url)\(\s*[rf]{0,2}[\"'_]")
_ERROR_NAMES = {"handler400": "400", "handler403": "403", "handler404": "404", "handler500": "500"}
# Callables around lists of patterns.
_TRANSPARENT = frozenset({"i18n_patterns", "patterns", "format_suffix_patterns", "list", "tuple", "static", "staticfiles_urlpatterns"})


class Entry:
    """One route: the view expression, where it stands, and the route's text. `kind` "error" is a `handler404 = ...`."""

    __slots__ = ("expr", "function", "kind", "module", "node", "path")

    def __init__(self, expr: n.Expr, module: Module, function: Function | None, node: n.Node, path: str | None, kind: str = "view") -> None:
        self.expr = expr
        self.module = module
        self.function = function
        self.node = node
        self.path = path
        self.kind = kind

    def resolve(self) -> tuple[list[targets.Target], bool]:
        """The targets, and whether the expression was understood."""
        return self.module.project.remember(("route", id(self)), self._resolve)

    def _resolve(self) -> tuple[list[targets.Target], bool]:
        project = self.module.project
        if self.kind == "error" and isinstance(self.expr, n.Constant):
            return targets.by_name(project, self.expr.value, self.module.path)
        return targets.resolve(project, self.expr, self.module, self.function)


class Include:
    """`path("prefix/", include(what))`: the prefix and the part of a file whose routes it leads to (None: the whole file). `path` is "" for
    the routes of a DRF router, which `of_routers` has then."""

    __slots__ = ("module", "node", "path", "prefix", "span")

    def __init__(self, prefix: str, module: Module, node: n.Node, path: str, span: tuple[int, int] | None) -> None:
        self.prefix = prefix
        self.module = module
        self.node = node
        self.path = path
        self.span = span


def _routing(project: Project) -> list[str]:
    """The files that hold routes. A fact."""
    return sorted(project.searches.gathered(_holds_routes))


def _holds_routes(project: Project, path: str, data: bytes) -> bool | None:
    """True for a file that holds routes, None for another."""
    has_paths = (b"django.urls" in data or b"django.conf.urls" in data) and _PATH_CALL.search(data) is not None
    return b"urlpatterns" in data or has_paths or (b".register(" in data and b"outer" in data and b"rest_framework" in data) or None


class UrlTable:
    """All routes of a project, asked by function or class."""

    def __init__(self, index: HandlerIndex) -> None:
        self.entries: list[Entry] = []
        self.memo = index.memo
        self._is_dynamic = False
        self._by_name: dict[str, list[Entry]] = {}
        self.includes: dict[str, list[Include]] = {}
        #: The DRF routers whose `urls` are included, and where.
        self.of_routers: list[tuple[n.Expr, Include]] = []
        project = index.project
        for path in project.fact(_routing):
            module = project.find(path)
            if module is None:
                self._is_dynamic = True
                continue
            self._read(module)
        for entry in self.entries:
            for name in _names_in(entry.expr):
                self._by_name.setdefault(name, []).append(entry)
                for original in _originals(name, entry.module):
                    self._by_name.setdefault(original, []).append(entry)

    def function_entry(self, function: Function) -> Entry | None:
        """The route that leads to a function, by its own name or one it is given beside it (`list_view = login_required(view)`)."""
        names = [function.node.name]
        names.extend(_assigned_from(function.node.name, function.module))
        if function.parent is not None:
            names.append(function.parent.node.name)
        for name in names:
            for entry in self._by_name.get(name, ()):
                if any(target.function is not None and target.function.node is function.node for target in entry.resolve()[0]):
                    return entry
        return None

    def class_entry(self, cls: Class) -> tuple[Entry, targets.Target] | None:
        """The route that leads to a class by its own name."""
        for name in (cls.node.name, *_assigned_from(cls.node.name, cls.module)):
            for entry in self._by_name.get(name, ()):
                for target in entry.resolve()[0]:
                    if target.cls is not None and target.cls.node is cls.node:
                        return entry, target
        return None

    def actions(self, cls: Class) -> frozenset[str]:
        """The methods that the routes of a class name: one may have several, `as_view({"get": "list"})` and `as_view({"post": "lock"})`."""
        found: set[str] = set()
        for name in (cls.node.name, *_assigned_from(cls.node.name, cls.module)):
            for entry in self._by_name.get(name, ()):
                for target in entry.resolve()[0]:
                    if target.cls is not None and target.cls.node is cls.node:
                        found.update(target.actions or ())
        return frozenset(found)

    def inherited_entry(self, cls: Class) -> Entry | None:
        """The route that leads to a class or to one that derives from it. All routes are resolved to answer this."""
        return self._below[0].get(id(cls.node))

    @property
    def is_dynamic(self) -> bool:
        """Whether some routes are made in a way that is not understood. All routes are resolved to answer this."""
        return self._is_dynamic or not self._below[1]

    @remembered
    def _below(self) -> tuple[dict[int, Entry], bool]:
        """The routes by the classes that they lead to and the ancestors of those; and whether all routes are understood."""
        classes: dict[int, Entry] = {}
        is_understood = True
        for entry in self.entries:
            found, known = entry.resolve()
            is_understood = is_understood and known
            for target in found:
                if target.cls is not None:
                    for owner in target.cls.mro:
                        classes.setdefault(id(owner.node), entry)
        return classes, is_understood

    # --- reading

    def _read(self, module: Module) -> None:
        for call, function in module_calls(module):
            name = last_name(call.func)
            if name in _PATHS and len(call.args) >= 2:
                self._path(call, module, function)
            elif (
                name == "register"
                and len(call.args) >= 2
                and isinstance(call.func, n.Attribute)
                and text_of(call.args[0].value) is not None
            ):
                view = argument(call, 1, "viewset")
                if view is not None:
                    self.entries.append(Entry(view, module, function, call, text_of(call.args[0].value)))
        for name, bindings in module.names.bindings.items():
            if name == "urlpatterns":
                for binding in bindings:
                    if binding.value is not None and binding.kind in ("assign", "augmented"):
                        self._patterns(binding.value, module)
            elif name in _ERROR_NAMES:
                for binding in bindings:
                    if binding.kind == "assign" and binding.value is not None:
                        self.entries.append(Entry(binding.value, module, None, binding.node, _ERROR_NAMES[name], "error"))

    def _path(self, call: n.Call, module: Module, function: Function | None) -> None:
        view = argument(call, 1, "view")
        if view is None:
            return
        if isinstance(view, n.Call) and last_name(view.func) == "include":
            self._include(view, call, module, function)
            return
        if isinstance(view, (n.Tuple, n.Name, n.Attribute)) and last_name(view) in ("urls", "site"):
            return
        self.entries.append(Entry(view, module, function, call, text_of(argument(call, 0, "route", "regex"))))

    def _include(self, call: n.Call, route: n.Call, module: Module, function: Function | None) -> None:
        what = argument(call, 0, "arg")
        if isinstance(what, n.Tuple) and what.elts:
            what = what.elts[0]
        if isinstance(what, n.Call) or what is None:
            self._is_dynamic = True
            return
        path: str | None = None
        span: tuple[int, int] | None = None
        project = module.project
        if isinstance(what, n.Constant):
            path = project.layout.resolve(what.value, module.path)
        elif isinstance(what, n.List):
            path, span = module.path, (what.start, what.end)
        elif isinstance(what, (n.Name, n.Attribute)):
            place = assigned(project, what, module, function)
            if place is not None and isinstance(place[0], (n.List, n.BinOp)):
                path, span = place[1].path, (place[0].start, place[0].end)
            else:
                value = project.inference.value(what, module, function)
                if value is not None and value.kind == "module" and isinstance(value.definition, type(module)):
                    path = value.definition.path
        prefix = text_of(argument(route, 0, "route", "regex")) or ""
        if path is None and isinstance(what, n.Attribute) and what.attr == "urls":
            self.of_routers.append((what.value, Include(prefix, module, route, "", None)))
        if path is not None:
            self.includes.setdefault(path, []).append(Include(prefix, module, route, path, span))

    def full_path(self, entry: Entry) -> str | None:
        """A route's text with the prefixes of the includes that lead to it, as far as they are known."""
        if entry.path is None:
            return None
        text, module, node = entry.path, entry.module, entry.node
        for _ in range(6):
            best: Include | None = None
            for include in self.includes.get(module.path, ()):
                if include.node is node or (include.span is not None and not include.span[0] <= node.start < include.span[1]):
                    continue
                if best is None or (best.span is None and include.span is not None):
                    best = include
            if best is None:
                break
            text, module, node = best.prefix + text, best.module, best.node
        return text

    def _patterns(self, value: n.Expr, module: Module, depth: int = 0) -> None:
        """Whether a value of `urlpatterns` can be read wholly; elements that are calls of a project's own helpers are routes too."""
        if depth > 20:
            self._is_dynamic = True
        elif isinstance(value, n.BinOp):
            for part in value.values:
                self._patterns(part, module, depth + 1)
        elif isinstance(value, (n.List, n.Tuple)):
            for element in value.elts:
                if isinstance(element, n.Starred):
                    self._patterns(element.value, module, depth + 1)
                elif isinstance(element, n.Call) and last_name(element.func) not in _PATHS:
                    self.entries.append(Entry(element, module, None, element, text_of(argument(element, 0))))
        elif isinstance(value, n.Call):
            if last_name(value.func) in _TRANSPARENT:
                for given in value.args:
                    self._patterns(given.value, module, depth + 1)
            else:
                self._is_dynamic = True
        elif isinstance(value, n.Comp):
            self._is_dynamic = True


def module_calls(module: Module) -> list[tuple[n.Call, Function | None]]:
    """All calls in a module, each with the function whose body holds it; for small modules such as `urls.py`."""
    found: list[tuple[n.Call, Function | None]] = [(node, None) for node in _outside_functions(module) if isinstance(node, n.Call)]
    for function in module.functions:
        found.extend((node, function) for node in function.nodes if isinstance(node, n.Call))
    return found


def _outside_functions(module: Module) -> list[n.Node]:
    found: list[n.Node] = list(n.walk_scope(module.tree.body))
    for cls in module.classes:
        if cls.parent is None:
            found.extend(n.walk_scope(cls.node.body))
    return found


def _assigned_from(name: str, module: Module) -> list[str]:
    """The module-level names that a call or alias of `name` is assigned to: `list_view = login_required(view)`."""
    return [
        bound
        for bound, bindings in module.names.bindings.items()
        if any(
            binding.kind == "assign" and isinstance(binding.value, (n.Call, n.Name)) and name in _names_in(binding.value)
            for binding in bindings
        )
    ]


def _names_in(expr: n.Expr) -> set[str]:
    """The last parts of all names in an expression, and of dotted strings."""
    found: set[str] = set()
    for node in n.walk(expr):
        if isinstance(node, n.Name):
            found.add(node.id)
        elif isinstance(node, n.Attribute):
            found.add(node.attr)
        elif isinstance(node, n.Constant) and node.kind == "str":
            found.add(node.value.rpartition(".")[2])
    return found


def _originals(name: str, module: Module) -> list[str]:
    """What an imported or assigned name is called where it comes from."""
    found: list[str] = []
    for binding in module.names.bindings.get(name, ()):
        if binding.kind == "import" and binding.attribute is not None and binding.attribute != name:
            found.append(binding.attribute)
        elif (binding.kind == "assign" and binding.value is not None) or (binding.kind == "for" and binding.value is not None):
            found.extend(_names_in(binding.value))
    return found
