"""What there is to see, as plain data: paths are relative to the project's root, lines begin at 1."""

from __future__ import annotations

import msgspec

from backend_lint.findings.model import Finding


class Place(msgspec.Struct, frozen=True):
    """A line of a file."""

    path: str
    line: int


class Fact(msgspec.Struct, frozen=True, kw_only=True):
    """Something known, in words, with the place that it comes from (None: of no single place) and the `steps` that lead on from there."""

    text: str
    place: Place | None = None
    steps: tuple[Fact, ...] = ()


class RouteInput(msgspec.Struct, frozen=True, kw_only=True):
    """A parameter that the framework fills. `source` is where from ("path", "query", "body", "form", "file", "header", "cookie", "request",
    "background", "response", "other"); `type` its annotation as written, "" for none; `is_validated` whether the framework or the handler
    checks it, None where there is nothing to check (a response, a queue of tasks) or nobody knows."""

    name: str
    source: str
    type: str
    is_validated: bool | None


class RouteDependency(msgspec.Struct, frozen=True, kw_only=True):
    """What is provided to a handler: the `parameter` ("" where only the route asks for it), the `provider` as the project calls it or as it
    is written, and where it stands (None: outside the project)."""

    parameter: str
    provider: str
    place: Place | None = None


class RouteEffect(msgspec.Struct, frozen=True, kw_only=True):
    """Something that a handler does by itself or by what it calls. `kind` is one of `EFFECTS`, `name` what is called in the end, `steps`
    the way there, outermost first."""

    kind: str
    name: str
    place: Place
    steps: tuple[Fact, ...] = ()


class RouteDatabase(msgspec.Struct, frozen=True, kw_only=True):
    """How a handler uses databases, with all that it calls: the libraries it does it with, and the models that it reads and writes, as far
    as inference knows them. `is_raw` is whether it runs SQL text."""

    libraries: tuple[str, ...] = ()
    reads: tuple[str, ...] = ()
    writes: tuple[str, ...] = ()
    is_raw: bool = False


class Route(msgspec.Struct, frozen=True, kw_only=True):
    """One way into a project: a handler under one path.

    `methods` are upper-case HTTP methods, "*" for all. `path` is the full one, None for what has none (error handlers, middleware,
    dependencies, events); "…" stands in it for a part that is not known. `kind` is "request", "websocket", "event", "error", "middleware"
    or "dependency". `function` is dotted inside its module; `is_inherited` is whether it stands in a base class from outside the project,
    `place` then being that of the class. `why` says what makes it a handler, `mounts` the places that its prefixes come from, outermost
    first. `decorators` leave out those that make the route. `exceptions` are those that an error handler is
    registered for.
    """

    methods: tuple[str, ...]
    path: str | None
    kind: str
    framework: str
    function: str
    place: Place
    is_async: bool
    why: Fact
    is_inherited: bool = False
    mounts: tuple[Fact, ...] = ()
    inputs: tuple[RouteInput, ...] = ()
    dependencies: tuple[RouteDependency, ...] = ()
    decorators: tuple[str, ...] = ()
    database: RouteDatabase = RouteDatabase()
    effects: tuple[RouteEffect, ...] = ()
    exceptions: tuple[str, ...] = ()

    @property
    def is_complete(self) -> bool:
        """Whether the whole path is known."""
        return self.path is not None and "…" not in self.path


#: The kinds of effects that a route tells, in this order, with what is said of them.
EFFECTS: dict[str, str] = {
    "reads": "reads from a database",
    "writes": "writes to a database",
    "commits": "commits",
    "rolls-back": "rolls back",
    "outbound": "calls another service",
    "email": "sends mail",
    "enqueues": "enqueues a job",
    "blocks": "blocks the event loop",
}


class RouteTable(msgspec.Struct, frozen=True, kw_only=True):
    """The routes of a project, by path, method and place. `left_out` are the files that could not be read or parsed, each with the reason;
    `frameworks` those of the routes. `is_dynamic` is whether some Django routes are made in a way that is not understood."""

    routes: tuple[Route, ...] = ()
    frameworks: tuple[str, ...] = ()
    left_out: tuple[Fact, ...] = ()
    is_dynamic: bool = False


# --- why a rule speaks or is silent


class Section(msgspec.Struct, frozen=True, kw_only=True):
    """Facts under one heading. `left_out` is how many there are beyond those that are listed."""

    title: str
    facts: tuple[Fact, ...]
    left_out: int = 0


class Explanation(msgspec.Struct, frozen=True, kw_only=True):
    """What a rule makes of a line. `verdict` is "reported", "hidden" (found, and kept from the report by `reasons`) or "silent".

    `findings` are those at the line; `elsewhere` those of the same rule in the same function, or else in the same file. `reasons` say why
    findings are hidden, or why there are none. `sections` are the facts used: about the place in general, and what the rule's family asks.
    """

    code: str
    name: str
    family: str
    place: Place
    source: str
    function: str | None
    verdict: str
    findings: tuple[Finding, ...] = ()
    reasons: tuple[Fact, ...] = ()
    sections: tuple[Section, ...] = ()
    elsewhere: tuple[Finding, ...] = ()


# --- how a file is seen


class RuleView(msgspec.Struct, frozen=True, kw_only=True):
    """A rule that looks at a file, with the severity of what it finds there."""

    code: str
    name: str
    severity: str


class Weakness(msgspec.Struct, frozen=True, kw_only=True):
    """Rules whose answers hang on what is unknown in a file, by family, and why."""

    family: str
    rules: tuple[str, ...]
    because: str


class FileView(msgspec.Struct, frozen=True, kw_only=True):
    """How a file is seen.

    `configuration` is the path of the configuration that holds, "" for none; `is_excluded` whether a check of the file's folder leaves it
    out. `module` is its dotted name, `source_root` the folder that the name begins in, `role` what kind of file it is. `fault` says why
    the file could not be parsed, "" where it could: then nothing else is known. `handlers` are those of all kinds with the reason for each.
    `on` are the rules that look at the file, `off` those that do not, each with the reason. `calls` counts the calls in it, `known` those
    of which it is known what they call (builtins left out of both).
    """

    path: str
    configuration: str
    is_excluded: bool
    module: str = ""
    source_root: str = ""
    role: str = ""
    fault: str = ""
    frameworks: tuple[str, ...] = ()
    handlers: tuple[Route, ...] = ()
    on: tuple[RuleView, ...] = ()
    off: tuple[Fact, ...] = ()
    unresolved_imports: tuple[Fact, ...] = ()
    calls: int = 0
    known: int = 0
    unknown_calls: tuple[Fact, ...] = ()
    weakened: tuple[Weakness, ...] = ()
