"""What third-party and standard-library names are and do, as data.

`backend_lint.libraries` holds the declarations, one file a library; inference and effects read them through a `Registry`. Adding a driver
is adding rows, never a rule. A name that is not declared has no effect and an unknown result: silence, not guesses.

Types in `returns` and `type` are written in a small language:

- `pkg.Class`: an instance of it; `pkg.Class[...]` with type arguments; `type:pkg.Class`: the class itself; `fn:pkg.func`: a function;
- `Self`: the receiver's own type; `Elem`: an instance of the receiver's first type argument; `Arg0`: an instance of the class that the
  call's first argument names (inside brackets as well: `sqlalchemy.orm.Query[Arg0]`), or the argument's own type when it is an instance;
- `ArgElem`: the first type argument of the call's first argument; `Arg:keyword`: as `Arg0`, for a keyword argument;
- `A|B`: A, or B when A is unknown (`Arg:class_|sqlalchemy.orm.Session`);
- `Class`: for class-level attributes and methods, an instance of the class they were reached through (`Manager[Class]`).

A class's `__new__` row, if it has one, says what type constructing it gives.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache

import msgspec

#: The effects a row may name. A callable's effects describe one call of it.
EFFECTS: dict[str, str] = {
    "opens": "acquires a resource that its caller must close",
    "closes": "releases its receiver",
    "closes-argument": "releases its first argument, the receiver being the pool it came from",
    "commits": "ends the receiver's transaction and makes it lasting",
    "rolls-back": "ends the receiver's transaction and drops it",
    "connects": "reaches for a database (a new connection, the first of a pool, a hosted service) and raises when it is not there",
    "breaks-transaction": "leaves its transaction unusable until a rollback when it fails",
    "begins": "opens a transaction (a block when used as a context manager)",
    "reads": "runs a database query that reads",
    "writes": "runs a database statement that writes, or schedules one",
    "flushes": "sends scheduled writes without committing",
    "builds-query": "adds to a query without running it",
    "aggregates": "adds a join, grouping or aggregate to a query",
    "sql": "runs the SQL text of its first argument",
    "sql-text": "marks its first argument as SQL text",
    "blocks": "blocks the calling thread on I/O or sleep",
    "blocks-briefly": "keeps the calling thread for a moment: a look at the file system, the hashing of a password",
    "outbound": "calls another service over the network",
    "waits": "waits without end for its answer unless it is given a time-out",
    "email": "sends mail",
    "enqueues": "hands work to a queue or scheduler",
    "validates": "returns its input checked against a schema or raises",
    "checks": "tells whether its receiver's input is valid, without raising",
    "converts": "converts a text to another type and raises when it cannot",
    "verifies": "tells whether a signature, digest or token is genuine, or raises when it is not",
    "escapes": "makes its argument harmless (quoting, file name cleaning)",
    "input-body": "gives the request's body, form or JSON, unvalidated",
    "input-query": "gives query-string data, unvalidated",
    "input-path": "gives path data, unvalidated",
    "input-header": "gives headers or cookies, unvalidated",
    "input-file": "gives uploaded files",
    "input-any": "gives request data of any kind",
    "response": "builds a response that the client sees",
    "aborts": "ends the request with an error answer by raising",
    "flashes": "shows its argument to the user on the next page",
    "traceback": "returns formatted stack traces",
    "logs": "writes to a log that clients do not see",
    "path-sink": "opens, writes or removes the file that its first argument names",
    "path-sink-receiver": "opens, writes or removes the file that its receiver names",
    "command-sink": "runs its first argument as a command",
    "url-sink": "fetches the URL that its first argument names",
    "may-be-none": "returns None when nothing is found",
    "raises-not-found": "raises when nothing is found",
    "needs-argument": "fails when its first argument is None",
    "not-found-404": "answers 404 when nothing is found",
    "per-request-costly": "an engine, pool or client meant to live as long as the process",
    "coroutine": "returns a coroutine or awaitable",
    "context": "is a context manager that closes what it opened",
    "context-commits": "is a context manager that ends the transaction only and leaves the resource open",
    "offloads": "runs the function it is given off the event loop",
    "retries": "as a decorator or loop, runs its code again when that raises",
}


class Member(msgspec.Struct, frozen=True):
    """A function, method or attribute: its effects, and the type of its result (a call's for functions, its own for attributes)."""

    effects: frozenset[str] = frozenset()
    returns: str | None = None
    is_attribute: bool = False
    raises: tuple[str, ...] = ()


class ClassDeclaration(msgspec.Struct, frozen=True):
    """A class: its bases (qualified names), members, and the effects of constructing it."""

    bases: tuple[str, ...] = ()
    members: Mapping[str, Member] = {}
    effects: frozenset[str] = frozenset()
    raises: tuple[str, ...] = ()
    #: What `with instance as x` binds: a type as in `returns`; None means the instance itself.
    enters: str | None = None


class Library(msgspec.Struct, frozen=True):
    """All declarations of one library. `aliases` maps a name's other spellings (re-exports, private homes) to the canonical one."""

    name: str
    aliases: Mapping[str, str] = {}
    classes: Mapping[str, ClassDeclaration] = {}
    functions: Mapping[str, Member] = {}
    #: Module-level objects: qualified name -> type.
    objects: Mapping[str, str] = {}
    #: Methods that a class defines, or calls when a subclass does, so that defining one is an override: class -> names separated by blanks;
    #: a name may end in `*` ("clean_*").
    hooks: Mapping[str, str] = {}


def fn(effects: str = "", returns: str | None = None, raises: str = "") -> Member:
    """A function or method; `effects` and `raises` are names separated by blanks."""
    return Member(_effects(effects), returns, False, tuple(raises.split()))


def attr(type: str | None = None, effects: str = "") -> Member:  # noqa: A002 - the word fits
    """An attribute or property of type `type`; its effects are those of reading it."""
    return Member(_effects(effects), type, True)


def cls(bases: str = "", effects: str = "", enters: str | None = None, raises: str = "", **members: Member) -> ClassDeclaration:
    """A class; `bases` and `effects` (of its construction) are names separated by blanks."""
    return ClassDeclaration(tuple(bases.split()), members, _effects(effects), tuple(raises.split()), enters)


def methods(names: str, effects: str = "", returns: str | None = None, raises: str = "") -> dict[str, Member]:
    """The same declaration for several methods, for `**methods("first last", ...)`."""
    return {name: fn(effects, returns, raises) for name in names.split()}


@cache
def _effects(names: str) -> frozenset[str]:
    found = frozenset(names.split())
    unknown = found - EFFECTS.keys()
    if unknown:
        raise ValueError(f"unknown effect {sorted(unknown)[0]!r}; the vocabulary is backend_lint.semantics.declarations.EFFECTS")
    return found


class Registry:
    """Answers questions about declared names. Qualified names go in; canonical ones come out."""

    def __init__(self, libraries: Iterable[Library]) -> None:
        self.aliases: dict[str, str] = {}
        self.classes: dict[str, ClassDeclaration] = {}
        self.functions: dict[str, Member] = {}
        self.objects: dict[str, str] = {}
        self.hooks: dict[str, str] = {}
        libraries = tuple(libraries)
        for library in libraries:
            self.aliases.update(library.aliases)
            self.classes.update(library.classes)
            self.functions.update(library.functions)
            self.objects.update(library.objects)
        # Builtins have no module, so a project's `filter.py` or `input.py` shadows none of theirs.
        names = [name for name in (*self.classes, *self.functions, *self.objects, *self.aliases.values()) if "." in name] + list(
            self.aliases
        )
        #: First segments of all declared names: `flask`, `sqlalchemy`, ...
        self.top_levels = frozenset(name.partition(".")[0] for name in names)
        self._ancestors: dict[str, tuple[str, ...]] = {}
        self._prefix_aliases = dict(self.aliases)
        # The rows of hooks may use any spelling.
        for library in libraries:
            for name, hooks in library.hooks.items():
                known = self.canonical(name)
                self.hooks[known] = f"{self.hooks.get(known, '')} {hooks}".strip()

    def canonical(self, name: str) -> str:
        """The one spelling of a qualified name that declarations use; the name itself when none is declared."""
        direct = self.aliases.get(name)
        if direct is not None:
            return direct
        # A member of an aliased module or class: `flask.globals.request.json` is `flask.request.json`.
        head, _, tail = name.rpartition(".")
        while head:
            target = self._prefix_aliases.get(head)
            if target is not None:
                return f"{target}.{tail}"
            head, _, more = head.rpartition(".")
            tail = f"{more}.{tail}"
        return name

    def is_class(self, name: str) -> bool:
        return name in self.classes

    def ancestors(self, name: str) -> tuple[str, ...]:
        """The class and all its declared bases, nearest first."""
        known = self._ancestors.get(name)
        if known is None:
            order: list[str] = []
            queue = [name]
            while queue:
                current = queue.pop(0)
                if current in order:
                    continue
                order.append(current)
                declaration = self.classes.get(current)
                if declaration is not None:
                    queue.extend(declaration.bases)
            known = self._ancestors[name] = tuple(order)
        return known

    def member(self, class_name: str, attribute: str) -> tuple[str, Member] | None:
        """The declared member of a class or its nearest base that has it, with the qualified name of the class that declares it."""
        for ancestor in self.ancestors(class_name):
            declaration = self.classes.get(ancestor)
            if declaration is not None:
                found = declaration.members.get(attribute)
                if found is not None:
                    return ancestor, found
        return None

    def knows(self, class_name: str) -> bool:
        """Whether it is declared what the class defines."""
        return class_name in self.classes or class_name in self.hooks

    def defines(self, class_name: str, method: str) -> bool:
        """Whether the class or a declared base of it defines or calls a method of that name."""
        for ancestor in self.ancestors(class_name):
            declaration = self.classes.get(ancestor)
            if declaration is not None and method in declaration.members:
                return True
            for hook in self.hooks.get(ancestor, "").split():
                if hook == method or (hook.endswith("*") and method.startswith(hook[:-1])):
                    return True
        return False

    def construction(self, class_name: str) -> frozenset[str]:
        """The effects of constructing a class, declared on it or its nearest base that has some."""
        for ancestor in self.ancestors(class_name):
            declaration = self.classes.get(ancestor)
            if declaration is not None and declaration.effects:
                return declaration.effects
        return frozenset()

    def enters(self, class_name: str) -> str | None:
        """What entering an instance as a context manager binds; None for the instance itself."""
        for ancestor in self.ancestors(class_name):
            declaration = self.classes.get(ancestor)
            if declaration is not None and declaration.enters is not None:
                return declaration.enters
        return None
