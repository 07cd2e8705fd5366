"""What a file imports from its project and what it makes of it, told from its bytes.

    outline = Outline("shop/api.py", b"from shop.orders import service as orders\n\n\ndef show():\n    return orders.get(1)\n", names)
    outline.holds("imported", b"service")
    outline.holds("uses", b"orders.service.get")

A project's files are searched by their outlines without being parsed. What an outline says may be too much (text that looks like an import)
and is meant never to be too little. Modules that are loaded by name at run time are not seen.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from functools import cached_property
from typing import Literal, TypeAlias

# The list in brackets ends before the first closing one: a comment in it may hold more words, which does no harm.
_IMPORT = re.compile(
    rb"(?:^|[:;])[ \t]*(?:from[ \t]+([\w.\x80-\xff]+)[ \t\\]+(?:\r?\n[ \t]*)?import\b[ \t]*"
    rb"(\([^)]{0,8000}|[^\r\n#;\\]*(?:\\\r?\n[^\r\n#;\\]*){0,40})"
    rb"|import[ \t]+([^\r\n#;\\]*(?:\\\r?\n[^\r\n#;\\]*){0,40}))",
    re.MULTILINE,
)
_PLAIN = re.compile(rb"([\w.\x80-\xff]+)(?:[ \t\\\r\n]+as[ \t\\\r\n]+([\w\x80-\xff]+))?")
_LISTED = re.compile(rb"([\w\x80-\xff]+|\*)(?:[ \t\\\r\n]+as[ \t\\\r\n]+([\w\x80-\xff]+))?")
_WORD = re.compile(rb"[\w\x80-\xff]+")
# Behind a name: what is read off it, or nothing. A name by itself before `=` is assigned to, or that of an argument.
_REST = re.compile(rb"(?![\w\x80-\xff])((?:\s*\.\s*[\w\x80-\xff]+)+|(?!\s*=[^=]))")
_WORD_OR_DOT = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.") | frozenset(range(128, 256))

#: What a file can be searched for: a word in its import statements ("imported"), there as something that is imported ("named"), and the
#: use of a name from a module, `package.module.name` ("uses"): see `Outline.uses`.
Kind: TypeAlias = Literal["imported", "named", "uses"]
#: Of a module that is imported: the last name of the package that it comes from, empty where none is said, and its own name.
Home: TypeAlias = tuple[bytes, bytes]

#: For a module from wherever it may come.
ANYWHERE = b"*"
#: For all names of a module, which a star import makes known.
STAR = b"*"
#: For a module that is handed on as a value.
ITSELF = b""


def use(package: bytes, module: bytes, name: bytes) -> bytes:
    """How the use of a name from a module is spelled in `Outline.uses`."""
    return b"%b.%b.%b" % (package, module, name)


class Outline:
    """The outline of the file at a path, which is relative to the project's root, from its bytes, None for one that cannot be read.

    `names` are those of the project's files and folders: imports that have none of them, such as those of libraries, are left out.
    `bindings` has what names mean that imports bind, each as the module of that name, should it be one. `named` are the names behind
    `import`, `imported` these and those in `from`.
    """

    def __init__(self, path: str, text: bytes | None, names: Collection[bytes]) -> None:
        self._text = text or b""
        self._folders = [folder.encode("utf-8", "surrogatepass") for folder in path.split("/")[:-1]]
        self._names = names
        self.bindings: dict[bytes, set[Home]] = {}
        #: What is used from the modules themselves: by `from module import name`.
        self._taken: set[bytes] = set()
        self.named: set[bytes] = set()
        self.imported: set[bytes] = set()
        for origin, listed, plain in _IMPORT.findall(self._text):
            if origin:
                self._from(origin, listed)
            else:
                self._plain(plain)

    def holds(self, kind: Kind, needle: bytes) -> bool:
        """Whether the file has what is searched for."""
        if kind != "uses":
            return needle in (self.imported if kind == "imported" else self.named)
        if needle not in self.uses:
            return False
        # Who uses something of a module imports it, or what holds it.
        package, module, _ = needle.split(b".")
        return module in self.imported or package in self.imported

    def _from(self, origin: bytes, listed: bytes) -> None:
        names = self._names
        dotted = [part for part in origin.split(b".") if part]
        if origin[0] != b"."[0] and not any(part in names for part in dotted) and not any(word in names for word in _WORD.findall(listed)):
            return
        if origin[0] == b"."[0]:
            level = len(origin) - len(origin.lstrip(b"."))
            dotted = [*self._folders[: max(0, len(self._folders) - level + 1)][-2:], *dotted]
        self.imported.update(dotted)
        package, module = (b"", b"", *dotted)[-2:]
        for word, other in _LISTED.findall(listed):
            self.named.add(word)
            self._taken.add(use(package, module, word))
            self._taken.add(use(ANYWHERE, module, word))
            # Another name may well be that of a class or a function: nothing that is read off it is of account.
            if word in names:
                self.bindings.setdefault(other or word, set()).add((module, word))
        self.imported |= self.named

    def _plain(self, listed: bytes) -> None:
        for name, other in _PLAIN.findall(listed):
            dotted = [part for part in name.split(b".") if part]
            if not any(part in self._names for part in dotted):
                continue
            self.imported.update(dotted)
            self.named.update(dotted)
            if other:
                package, module = (b"", *dotted)[-2:]
                self.bindings.setdefault(other, set()).add((package, module))
            else:
                self.bindings.setdefault(dotted[0], set()).add((b"", dotted[0]))

    @cached_property
    def uses(self) -> set[bytes]:
        """What the file may use of other modules, as `use` spells it: with `STAR` for all names of a module, `ITSELF` for who does not read
        a name off it, and `ANYWHERE` instead of each package.

        `orders.get` is the use of `get` from what `orders` was imported as; in `a.b.c`, `b` may be a module as well as `a`.
        """
        found = set(self._taken)
        if self.bindings:
            # In the imports themselves nothing is used.
            text = _IMPORT.sub(b"\n", self._text)
            for alias, homes in self.bindings.items():
                for rest in _rests(text, alias):
                    names = _WORD.findall(rest)
                    for home in homes:
                        found.update(_used((*home, *names, ITSELF)))
        return found


def _rests(text: bytes, name: bytes) -> set[bytes]:
    """What is read off a name wherever it stands in a text: `.get` of `orders.get(1)`."""
    found: set[bytes] = set()
    at = text.find(name)
    while at >= 0:
        end = at + len(name)
        if not at or text[at - 1] not in _WORD_OR_DOT:
            match = _REST.match(text, end)
            if match is not None:
                found.add(match[1])
        at = text.find(name, end)
    return found


def _used(names: tuple[bytes, ...]) -> Iterator[bytes]:
    for place in range(len(names) - 2):
        package, module, name = names[place : place + 3]
        yield use(package, module, name)
        yield use(ANYWHERE, module, name)
