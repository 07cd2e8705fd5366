"""Where functions stand in a file, for telling a moved one from a new one and for finding what was edited around a finding."""

from __future__ import annotations

from collections.abc import Iterator

from backend_lint.source import nodes as n
from backend_lint.source.files import FileSource
from backend_lint.source.parse import SyntaxFault, parse

Span = tuple[int, int]


class Scopes:
    """The functions and classes in the files of one source, by dotted name, with their first and last line (1-based, inclusive)."""

    def __init__(self, source: FileSource) -> None:
        self._source = source
        self._files: dict[str, dict[str, Span]] = {}
        self._unknown: set[str] = set()

    def has(self, path: str, name: str) -> bool:
        """Whether a function stands in a file."""
        return name in self.in_file(path)

    def span(self, path: str, name: str | None) -> Span | None:
        """The lines of a function; None when it is not there."""
        return self.in_file(path).get(name) if name is not None else None

    def around(self, path: str, line: int) -> Span | None:
        """The lines of the innermost function or class that holds a line; None for a line outside of all."""
        name = self.name_around(path, line)
        return self.in_file(path)[name] if name is not None else None

    def name_around(self, path: str, line: int) -> str | None:
        """The dotted name of the innermost function or class that holds a line; None for a line outside of all."""
        inside = {name: last - first for name, (first, last) in self.in_file(path).items() if first <= line <= last}
        return min(inside, key=inside.__getitem__, default=None)

    def knows(self, path: str) -> bool:
        """Whether a file can be read and parsed, so that what stands in it is known."""
        self.in_file(path)
        return path not in self._unknown

    def in_file(self, path: str) -> dict[str, Span]:
        """All of a file; nothing for one that cannot be read or parsed."""
        if path not in self._files:
            try:
                tree = parse(path, self._source.read(path))
            except (OSError, SyntaxFault):
                self._files[path] = {}
                self._unknown.add(path)
            else:
                self._files[path] = dict(_scopes(tree, tree.body, ""))
        return self._files[path]


def _scopes(tree: n.Tree, body: list[n.Stmt], prefix: str) -> Iterator[tuple[str, Span]]:
    for node in n.walk_scope(list(body)):
        if isinstance(node, (n.FunctionDef, n.ClassDef)):
            name = f"{prefix}{node.name}"
            yield name, (tree.line(node.start), tree.line(max(node.end - 1, node.start)))
            yield from _scopes(tree, node.body, f"{name}.")
