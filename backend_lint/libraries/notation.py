"""The notation of the libraries' tables.

A table is read line by line; `#` starts a comment, and indented lines belong to the class above them.

    module sqlite3                                      the names declared below are sqlite3.NAME; `.NAME` in a type, base or exception too
    alias sqlite3.dbapi2 pysqlite3 = sqlite3            other spellings of a name or module, then the canonical one
    class Connection < BASES = EFFECTS with TYPE ! EXC  bases, effects of construction, what `with` binds, exceptions: all may be missing
        execute executemany = sql blocks -> .Cursor     methods with their effects, result and exceptions (`! A B`)
        .total_changes -> int                           attributes
    class Error Warning < Exception                     several names share one line
    more Connection Cursor                              further members, on the indented lines below it, of classes declared above
    def connect = opens blocks -> .Connection ! .Error  functions
    object environ -> os.Environ                        module-level objects

Effects and types are those of `backend_lint.semantics.declarations`. `module` alone on its line ends the prefix.
"""

from __future__ import annotations

from collections.abc import Mapping

from backend_lint.semantics.declarations import ClassDeclaration, Library, Member, attr, cls, fn

__all__ = ["table"]


def table(name: str, text: str, *, copies: Mapping[str, str] | None = None) -> Library:
    """The library that a table describes.

    `copies` repeats a class's members as coroutines under another name: {"redis.asyncio.Redis": "redis.Redis"}; what blocks the thread in
    the original is awaited in the copy. Raises ValueError, naming the line, for a line of another form and for an unknown effect.
    """
    reader = _Reader()
    for number, line in enumerate(text.splitlines(), 1):
        body, _, _ = line.partition("#")
        if body.strip():
            try:
                reader.line(body)
            except ValueError as error:
                raise ValueError(f"table of {name}, line {number}: {error}: {line.strip()}") from None
    for copy, original in (copies or {}).items():
        members = reader.members.setdefault(copy, {})
        for key, member in reader.members[original].items():
            members.setdefault(key, _awaited(member))
    classes = {key: ClassDeclaration(c.bases, reader.members[key], c.effects, c.raises, c.enters) for key, c in reader.classes.items()}
    return Library(name, reader.aliases, classes, reader.functions, reader.objects)


_SHARED_ROWS: dict[tuple[str, bool], Member] = {}


class _Reader:
    def __init__(self) -> None:
        self.aliases: dict[str, str] = {}
        self.classes: dict[str, ClassDeclaration] = {}
        self.members: dict[str, dict[str, Member]] = {}
        self.functions: dict[str, Member] = {}
        self.objects: dict[str, str] = {}
        self._prefix = ""
        self._open: list[dict[str, Member]] = []
        self._rows: dict[tuple[str, bool], Member] = {}

    def line(self, line: str) -> None:
        if line[0] == " ":
            if not self._open:
                raise ValueError("a member outside a class")
            self._member(line)
            return
        self._open = []
        kind, _, rest = line.partition(" ")
        rest = rest.strip()
        if kind == "class":
            self._class(rest)
        elif kind == "more":
            self._open = [self.members[self._prefix + name] for name in rest.split()]
        elif kind == "def":
            names, tail = _names(rest)
            row = self._row(tail, is_attribute=False)
            for name in names:
                self.functions[self._prefix + name] = row
        elif kind == "object":
            names, tail = _names(rest)
            for name in names:
                self.objects[self._prefix + name] = self._absolute(tail.removeprefix("->").strip())
        elif kind == "alias":
            others, _, target = rest.partition("=")
            for other in others.split():
                self.aliases[other] = target.strip()
        elif kind.strip() == "module":
            self._prefix = f"{rest}." if rest else ""
            self._rows = {}
        else:
            raise ValueError("neither class, more, def, object, alias nor module")

    def _class(self, rest: str) -> None:
        rest, _, raises = rest.partition("!")
        rest, _, enters = rest.partition(" with ")
        rest, _, effects = rest.partition("=")
        names, _, bases = rest.partition("<")
        declaration = cls(self._absolute(bases), effects, self._absolute(enters.strip()) or None, self._absolute(raises))
        for name in names.split():
            self.classes[self._prefix + name] = declaration
            self._open.append(self.members.setdefault(self._prefix + name, {}))

    def _member(self, line: str) -> None:
        names, tail = _names(line.strip())
        for name in names:
            is_attribute = name[0] == "."
            row = self._row(tail, is_attribute=is_attribute)
            for members in self._open:
                members[name[1:] if is_attribute else name] = row

    def _row(self, tail: str, *, is_attribute: bool) -> Member:
        # Only a name that starts with a dot depends on the module, so most rows are shared by all tables.
        key = (tail, is_attribute)
        rows = self._rows if " ." in tail or "[." in tail or ":." in tail or "|." in tail or ",." in tail else _SHARED_ROWS
        known = rows.get(key)
        if known is None:
            rest, _, raises = tail.partition("!")
            rest, _, returns = rest.partition("->")
            effects = rest.removeprefix("=")
            kind = self._absolute(returns.strip()) or None
            known = rows[key] = attr(kind, effects) if is_attribute else fn(effects, kind, self._absolute(raises))
        return known

    def _absolute(self, text: str) -> str:
        if "." not in text:
            return text
        text = f" {text}"
        for before in " [,:|":
            text = text.replace(f"{before}.", f"{before}{self._prefix}")
        return text[1:]


def _names(text: str) -> tuple[list[str], str]:
    """The names a line starts with, and the rest from its `=`, `->` or `!` on."""
    names = text.split()
    for index, word in enumerate(names):
        if word in ("=", "->", "!"):
            return names[:index], " ".join(names[index:])
    return names, ""


def _awaited(member: Member) -> Member:
    if "blocks" not in member.effects:
        return member
    return Member(member.effects - {"blocks"} | {"coroutine"}, member.returns, member.is_attribute, member.raises)
