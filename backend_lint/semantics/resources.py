"""What is acquired and must be given back: sessions, connections, cursors, and the clients that should live as long as the process.

What opens and what closes is declared in `backend_lint.libraries`; a project function that returns what it opened opens too, and so does
`next(provider())`. Files, child processes and plain responses are no subject here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from backend_lint.findings.model import Step
from backend_lint.semantics.calls import callee, dotted
from backend_lint.semantics.project import Class
from backend_lint.source import nodes as n

if TYPE_CHECKING:
    from backend_lint.semantics.calls import Callee
    from backend_lint.semantics.project import Function, Module, Project
    from backend_lint.semantics.values import Value

Kind = Literal["session", "connection", "cursor", "client"]

#: The ORM sessions: whoever opens one closes it.
SESSIONS = frozenset({"sqlalchemy.orm.Session", "sqlalchemy.ext.asyncio.AsyncSession"})
#: What opens them, given as a class or factory.
SESSION_FACTORIES = frozenset({"sqlalchemy.orm.sessionmaker", "sqlalchemy.ext.asyncio.async_sessionmaker"})
_ACQUIRING = frozenset({"opens", "per-request-costly"})
#: What opens but holds no connection to a service: files, processes, and managers that open only when entered.
_OTHERS = frozenset({
    "io.IOBase", "PIL.Image.Image", "aiofiles.AsyncFile", "tarfile.TarFile", "zipfile.ZipFile", "http.client.HTTPResponse",
    "subprocess.Popen", "tempfile.TemporaryDirectory", "contextlib.ContextManager", "flask_mail.Mail", "tuple",
})  # fmt: skip
_BORROWED = frozenset({"sqlalchemy.engine.Connection", "sqlalchemy.ext.asyncio.AsyncConnection", "sqlalchemy.orm.Session"})
#: What lives on a connection and ends with it.
_PARTS_OF_CONNECTIONS = ("Cursor", "cursor", "CursorWrapper", "Channel")
#: Names that give a resource back, whatever its class.
CLOSING = frozenset({
    "close", "aclose", "dispose", "disconnect", "quit", "unbind", "unbind_s", "unbind_ext_s", "logout", "shutdown", "terminate", "stop",
    "end_session", "ensure_closed", "release", "close_all", "closeall", "__exit__", "__aexit__", "wait_closed", "remove",
})  # fmt: skip


class Resource:
    """One acquisition: `call` in `function` of `module` gives an instance of the class `cls`.

    `maker` is the call's text for messages; `steps` lead through the project functions that open it; `position` is its place in a tuple
    that the call returns; `owner` is the project class whose new instance keeps it, `closers` the methods that close it there; `commits` is
    whether `with` ends its transaction only and leaves it open; `is_provided` whether it comes from `next(provider())`, whose own clean-up
    is then over; `opens` whether it must be closed, and is not only costly to make.
    """

    __slots__ = (
        "call",
        "closers",
        "cls",
        "commits",
        "function",
        "is_provided",
        "kind",
        "maker",
        "module",
        "opens",
        "owner",
        "position",
        "steps",
    )

    def __init__(
        self,
        call: n.Call,
        module: Module,
        function: Function | None,
        kind: Kind,
        cls: str,
        *,
        steps: tuple[Step, ...] = (),
        is_provided: bool = False,
        opens: bool = True,
        owner: Class | None = None,
    ) -> None:
        self.call = call
        self.module = module
        self.function = function
        self.kind: Kind = kind
        self.cls = cls
        self.maker = maker_text(call)
        self.steps = steps
        self.position: int | None = None
        self.is_provided = is_provided
        self.opens = opens
        self.owner = owner
        self.closers: frozenset[str] = frozenset()
        self.commits = owner is None and "context-commits" in module.project.registry.construction(cls)

    def __repr__(self) -> str:
        return f"<{self.kind} {self.maker} of {self.cls}>"

    @property
    def project(self) -> Project:
        return self.module.project

    def is_closed_by(self, method: str) -> bool:
        """Whether calling the method of that name gives the resource back."""
        found = self.project.registry.member(self.cls, method)
        return method in CLOSING or method in self.closers or (found is not None and "closes" in found[1].effects)


def acquired(call: n.Call, module: Module, function: Function | None) -> list[Resource]:
    """What a call acquires: nothing, one resource, or several when a project function returns them as a tuple."""
    target = callee(call, module, function)
    if not _may_acquire(call, target, module.project):
        return []
    return module.project.remember(("acquired", id(call)), lambda: _acquired(call, target, module, function), meanwhile=[])


def _may_acquire(call: n.Call, target: Callee, project: Project) -> bool:
    """Whether it is worth while to look what a call acquires: most calls are of nothing that could."""
    if target.value is None:
        return False
    if target.function is not None or not target.effects.isdisjoint(_ACQUIRING):
        return True
    if target.constructs is not None and isinstance(target.constructs.definition, Class):
        return True
    if target.name in ("next", "anext") or target.name in project.declared("session-factories"):
        return True
    return isinstance(call.func, n.Attribute) and call.func.attr in ("__next__", "__anext__")


def _acquired(call: n.Call, target: Callee, module: Module, function: Function | None) -> list[Resource]:
    if target.name in module.project.declared("session-factories"):
        return [Resource(call, module, function, "session", "sqlalchemy.orm.Session", opens=True)]
    opens = "opens" in target.effects
    if opens or "per-request-costly" in target.effects:
        if opens and (_is_borrowed(call, module, function) or _is_in_memory(call)):
            return []
        cls = resource_class(module.project.inference.value(call, module, function), module.project)
        if cls is None or cls in _OTHERS:
            return []
        kind = kind_of(cls, "per-request-costly" in target.effects, module.project)
        return [Resource(call, module, function, kind, cls, opens=opens)]
    if target.name in ("next", "anext") or (isinstance(call.func, n.Attribute) and call.func.attr in ("__next__", "__anext__")):
        return _provided(call, module, function)
    if target.constructs is not None and isinstance(target.constructs.definition, Class):
        return _owned_by(call, target.constructs.definition, module, function)
    if target.function is not None and not target.function.is_generator:
        return _opened_by(call, target.function, module, function)
    return []


def resource_class(value: Value | None, project: Project) -> str | None:
    """The library's class that an instance is of, project subclasses included."""
    if value is None or value.kind != "instance":
        return None
    if isinstance(value.definition, Class):
        known = value.definition.external_ancestors
        return next((name for name in sorted(known) if project.registry.construction(name)), None)
    return value.name


def kind_of(cls: str, is_costly: bool, project: Project) -> Kind:
    """What kind of resource the instances of a declared class are."""
    if is_costly:
        return "client"
    if not SESSIONS.isdisjoint(project.registry.ancestors(cls)):
        return "session"
    return "cursor" if cls.endswith(_PARTS_OF_CONNECTIONS) else "connection"


def is_session(value: Value | None, project: Project) -> bool:
    """Whether a value is an ORM session."""
    cls = resource_class(value, project) if value is not None else None
    return cls is not None and not SESSIONS.isdisjoint(project.registry.ancestors(cls))


def _is_borrowed(call: n.Call, module: Module, function: Function | None) -> bool:
    """Whether a session is bound to a connection, or a client to a pool, of another owner: `Session(bind=session.connection())`."""
    infer = module.project.inference
    for given in call.args:
        if given.keyword in ("connection_pool", "fileno"):
            return True
        if given.keyword in (None, "bind", "connection") and not given.star:
            value = infer.value(given.value, module, function)
            if value is not None and value.kind == "instance" and value.name in _BORROWED:
                return True
            words = (dotted(given.value) or "").rpartition(".")[2].lower()
            if value is None and given.keyword == "bind" and words in ("connection", "conn"):
                return True
    return False


def _is_in_memory(call: n.Call) -> bool:
    """Whether an embedded database lives in memory alone: nothing outside the process is held."""
    first = call.args[0].value if call.args else None
    return isinstance(first, n.Constant) and first.value == ":memory:"


def _owned_by(call: n.Call, cls: Class, module: Module, function: Function | None) -> list[Resource]:
    """The resource that the constructor of a project class opens and keeps, when the class has a method that closes it."""
    from backend_lint.semantics import carrying
    from backend_lint.semantics.paths import fates_of

    init = cls.method("__init__")
    if init is None:
        return []
    for fate in fates_of(init):
        for keeper, _, path in fate.kept:
            if keeper != "self" or path is None:
                continue
            closers = carrying.closing_methods(cls, path.partition(".")[2]) - {"__init__"}
            if closers:
                inner = fate.resource
                step = Step(
                    init.module.path,
                    init.module.line(inner.call),
                    f"{cls.qualname} opens it with {inner.maker} and closes it in {min(closers)}",
                )
                kept = Resource(call, module, function, inner.kind, inner.cls, steps=(step, *inner.steps), opens=inner.opens, owner=cls)
                kept.closers = closers
                return [kept]
    return []


def _opened_by(call: n.Call, opener: Function, module: Module, function: Function | None) -> list[Resource]:
    """The resources that a project function opens and returns."""
    from backend_lint.semantics.paths import fates_of

    if is_cached(opener):
        return []
    found = []
    for fate in fates_of(opener):
        for position in sorted(fate.returned):
            resource = fate.resource
            step = Step(opener.module.path, opener.module.line(resource.call), f"{opener.qualname} opens it with {resource.maker}")
            steps = (step, *resource.steps)
            opened = Resource(call, module, function, resource.kind, resource.cls, steps=steps, opens=resource.opens, owner=resource.owner)
            opened.position = None if position < 0 else position
            opened.is_provided, opened.closers = resource.is_provided, resource.closers
            found.append(opened)
    # The branches of a function open the same thing in several ways.
    return list({resource.position: resource for resource in reversed(found)}.values())


def _provided(call: n.Call, module: Module, function: Function | None) -> list[Resource]:
    """The resource of `next(provider())`."""
    from backend_lint.semantics.paths import fates_of

    inner = call.func.value if isinstance(call.func, n.Attribute) else call.args[0].value if call.args else None
    if not isinstance(inner, n.Call):
        return []
    provider = callee(inner, module, function).function
    if provider is None or not provider.is_generator:
        return []
    for fate in fates_of(provider):
        if fate.is_yielded:
            resource = fate.resource
            step = Step(provider.module.path, provider.module.line(resource.call), f"{provider.qualname} opens it with {resource.maker}")
            steps = (step, *resource.steps)
            return [Resource(call, module, function, resource.kind, resource.cls, steps=steps, is_provided=True, opens=resource.opens)]
    return []


_CACHES = frozenset({
    "functools.lru_cache", "functools.cache", "functools.cached_property", "django.utils.functional.cached_property",
    "async_lru.alru_cache", "werkzeug.utils.cached_property", "streamlit.cache_resource",
})  # fmt: skip

_CACHE_NAMES = frozenset({"lru_cache", "cache", "cached", "cached_property", "alru_cache", "memoize", "once"})


def is_cached(function: Function) -> bool:
    """Whether a function makes its result once and keeps it: `lru_cache`, `cached_property`, a decorator called a cache or singleton."""
    for decorator in function.node.decorators:
        target = decorator.func if isinstance(decorator, n.Call) else decorator
        name = function.project.inference.qualified_name(target, function.module, function.parent)
        last = (dotted(target) or "").rpartition(".")[2].lower()
        if name in _CACHES or "singleton" in last or last in _CACHE_NAMES:
            return True
    return False


def maker_text(call: n.Call) -> str:
    """A call as messages name it: `SessionLocal()`, `create_engine(...)`, `next(get_db())`."""
    func = call.func
    if isinstance(func, n.Name) and func.id in ("next", "anext") and call.args and isinstance(call.args[0].value, n.Call):
        return f"{func.id}({maker_text(call.args[0].value)})"
    name = dotted(func)
    if name is None:
        name = f"...{func.attr}" if isinstance(func, n.Attribute) else "..."
    return f"{name}({'...' if call.args else ''})"
