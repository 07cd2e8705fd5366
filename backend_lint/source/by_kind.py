"""The nodes of a walk, by their type: most questions about a function are about its calls, or its returns, and about no other node."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, TypeVar, overload

from backend_lint.source.nodes import Node

A = TypeVar("A", bound=Node)
B = TypeVar("B", bound=Node)
C = TypeVar("C", bound=Node)


class ByKind:
    """Call it with types of nodes to get the nodes of these types, in the order of the walk."""

    __slots__ = ("_found", "_nodes")

    def __init__(self, nodes: list[Node]) -> None:
        self._nodes = nodes
        #: By one type, all nodes; by several, what was asked for.
        found: defaultdict[Any, Any] = defaultdict(list)
        for node in nodes:
            found[type(node)].append(node)
        self._found = dict(found)

    @overload
    def __call__(self, kind: type[A], /) -> Sequence[A]: ...
    @overload
    def __call__(self, kind: type[A], other: type[B], /) -> Sequence[A | B]: ...
    @overload
    def __call__(self, kind: type[A], other: type[B], third: type[C], /) -> Sequence[A | B | C]: ...
    @overload
    def __call__(self, *kinds: type[Node]) -> Sequence[Node]: ...
    def __call__(self, *kinds: type[Node]) -> Sequence[Any]:
        if len(kinds) == 1:
            only: Sequence[Any] = self._found.get(kinds[0], _NONE)
            return only
        found: Sequence[Any] | None = self._found.get(kinds)
        if found is None:
            # Nodes of different types come in the order of the walk, so the lists of each are no help; but often only one is not empty.
            present = [kind for kind in kinds if kind in self._found]
            if len(present) > 1:
                found = [node for node in self._nodes if type(node) in present]
            else:
                found = self._found[present[0]] if present else _NONE
            self._found[kinds] = found
        return found


_NONE: Sequence[Any] = ()
