"""Routes whose handlers stand in the base classes of a library: a `ModelViewSet` with nothing but a queryset answers six of them.

Sources: DRF "ViewSets", "Generic views"; Django "Built-in class-based views API".
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from backend_lint.frameworks import frameworks_of, handlers
from backend_lint.frameworks.django_paths import full_paths, is_router_entry, methods_in
from backend_lint.insight.facts import place_of, quoted
from backend_lint.insight.model import Fact, Route, RouteDatabase, RouteEffect
from backend_lint.source import nodes as n

if TYPE_CHECKING:
    from backend_lint.frameworks.django_urls import Entry
    from backend_lint.semantics.project import Class, Module

_READ, _WRITE = ("reads",), ("reads", "writes")
_ACTIONS: dict[str, tuple[str, tuple[str, ...]]] = {
    "list": ("GET", _READ), "create": ("POST", ("writes",)), "retrieve": ("GET", _READ), "update": ("PUT", _WRITE),
    "partial_update": ("PATCH", _WRITE), "destroy": ("DELETE", _WRITE),
}  # fmt: skip
_DRF_MIXINS = {
    "ListModelMixin": ("list",), "CreateModelMixin": ("create",), "RetrieveModelMixin": ("retrieve",),
    "UpdateModelMixin": ("update", "partial_update"), "DestroyModelMixin": ("destroy",),
    "ModelViewSet": tuple(_ACTIONS), "ReadOnlyModelViewSet": ("list", "retrieve"),
}  # fmt: skip
_DRF_VIEWS: dict[str, dict[str, tuple[str, ...]]] = {
    "ListAPIView": {"get": _READ}, "CreateAPIView": {"post": ("writes",)}, "RetrieveAPIView": {"get": _READ},
    "DestroyAPIView": {"delete": _WRITE}, "UpdateAPIView": {"put": _WRITE, "patch": _WRITE},
    "ListCreateAPIView": {"get": _READ, "post": ("writes",)}, "RetrieveUpdateAPIView": {"get": _READ, "put": _WRITE, "patch": _WRITE},
    "RetrieveDestroyAPIView": {"get": _READ, "delete": _WRITE},
    "RetrieveUpdateDestroyAPIView": {"get": _READ, "put": _WRITE, "patch": _WRITE, "delete": _WRITE},
}  # fmt: skip
_DJANGO_VIEWS: dict[str, dict[str, tuple[str, ...]]] = {
    "TemplateView": {"get": ()}, "RedirectView": {"get": (), "post": ()}, "ListView": {"get": _READ}, "DetailView": {"get": _READ},
    "FormView": {"get": (), "post": ()}, "CreateView": {"get": (), "post": ("writes",)}, "UpdateView": {"get": _READ, "post": _WRITE},
    "DeleteView": {"get": _READ, "post": _WRITE}, "ArchiveIndexView": {"get": _READ}, "YearArchiveView": {"get": _READ},
    "MonthArchiveView": {"get": _READ}, "DayArchiveView": {"get": _READ}, "DateDetailView": {"get": _READ},
    "LoginView": {"get": (), "post": _READ}, "LogoutView": {"post": _WRITE}, "PasswordChangeView": {"get": (), "post": _WRITE},
    "PasswordResetView": {"get": (), "post": _READ}, "PasswordResetConfirmView": {"get": _READ, "post": _WRITE},
}  # fmt: skip


def inherited_routes(module: Module) -> Iterator[Route]:
    """The routes to methods that the view classes of a module have from Django's and DRF's own classes, and do not define again."""
    if frameworks_of(module.project).isdisjoint(("django", "drf")):
        return
    index = handlers(module.project)
    for cls in index.views_in(module):
        for entry in index.urls.entries:
            if entry.kind != "error" and any(target.cls is cls for target in entry.resolve()[0]):
                yield from _routes(cls, entry)


def _routes(cls: Class, entry: Entry) -> Iterator[Route]:
    index = handlers(cls.module.project)
    for base, name, method, effects in _methods(cls):
        if cls.method(name) is not None:
            continue
        listed = methods_in(entry, name)
        if name in _ACTIONS and not is_router_entry(entry) and not listed:
            continue
        why = quoted(entry.module, entry.node)
        word = "router registration" if is_router_entry(entry) else "line of the URL table"
        for path in full_paths(index.urls, entry, name, cls):
            place = place_of(cls.module, cls.node)
            yield Route(
                methods=listed or (method,),
                path=path.text,
                kind="request",
                framework="drf" if base.startswith("rest_framework") else "django",
                function=f"{cls.qualname}.{name}",
                place=place,
                is_async=False,
                is_inherited=True,
                why=Fact(text=f"{word} {why}, with {name} of {base}", place=place_of(entry.module, entry.node)),
                mounts=tuple(Fact(text=quoted(home, node), place=place_of(home, node)) for home, node in path.places),
                database=_database(cls, effects),
                effects=tuple(RouteEffect(kind=effect, name=f"{base}.{name}", place=place) for effect in effects),
            )


def _methods(cls: Class) -> Iterator[tuple[str, str, str, tuple[str, ...]]]:
    """Which base brings which method, for which HTTP method, with what it does; each once."""
    seen: set[str] = set()
    for base in sorted(cls.external_ancestors):
        package, _, rest = base.partition(".")
        last = rest.rpartition(".")[2]
        if package == "rest_framework":
            found = [(name, *_ACTIONS[name]) for name in _DRF_MIXINS.get(last, ())] if ".generics." not in base else []
            found.extend((name, name.upper(), effects) for name, effects in _DRF_VIEWS.get(last, {}).items())
        elif package == "django":
            found = [(name, name.upper(), effects) for name, effects in _DJANGO_VIEWS.get(last, {}).items()]
        else:
            continue
        for name, method, effects in found:
            if name not in seen:
                seen.add(name)
                yield base, name, method, effects


def _database(cls: Class, effects: tuple[str, ...]) -> RouteDatabase:
    if not effects:
        return RouteDatabase()
    model = _model(cls)
    named = (model,) if model else ()
    return RouteDatabase(libraries=("Django",), reads=named if "reads" in effects else (), writes=named if "writes" in effects else ())


def _model(cls: Class) -> str | None:
    """The model of a view class, by its `model` or `queryset`."""
    for name in ("model", "queryset"):
        found = cls.attribute(name)
        expr = found[1].value if found is not None else None
        while isinstance(expr, (n.Call, n.Attribute)):
            expr = expr.func if isinstance(expr, n.Call) else expr.value
        if isinstance(expr, n.Name):
            return expr.id
    return None
