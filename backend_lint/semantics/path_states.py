"""What a walk along paths knows at a statement, how a block can be left, and what becomes of a resource in the end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from backend_lint.semantics.conditions import NO_FACTS, Facts
from backend_lint.source import nodes as n

if TYPE_CHECKING:
    from backend_lint.semantics.carrying import Keeper
    from backend_lint.semantics.resources import Resource

LeakKind = Literal["return", "end", "again", "yield", "exception"]
Status = Literal["absent", "open", "done"]

#: How many states are kept apart at one statement before what is known of conditions is given up.
_MAX_STATES = 48


class State(NamedTuple):
    """One way to get to a statement: where the resource is, under which names, and which conditions hold. `caught` is the offset of the
    call whose exception an `except` clause caught while the resource was open, -1 for none."""

    status: Status
    names: frozenset[str]
    facts: Facts
    caught: int = -1


class Leak:
    """A path that leaves a resource open: by an early return, at the function's end, by acquiring it again in a loop, at a `yield` whose
    user raises or stops, or by an exception in a call. `node` is the return, yield or call; None for the end. `origin` is the call whose
    exception leads there through an `except` clause."""

    __slots__ = ("kind", "node", "origin")

    def __init__(self, kind: LeakKind, node: n.Node | None, origin: n.Node | None = None) -> None:
        self.kind: LeakKind = kind
        self.node = node
        self.origin = origin

    def __repr__(self) -> str:
        return f"<leak by {self.kind}>"


class Fate:
    """What becomes of one resource in the function that acquires it.

    `leaks` are the paths that leave it open, without repetition, returns before exceptions; `is_closed` is whether any path closes it, and
    `is_closed_finally` whether a `finally` or `with` does; `kept` says who else takes it over, with the statement and, for attributes, the
    dotted name; `returned` are the positions at which it is returned (-1: as the whole result); `is_wrapped` is whether an object that
    holds it is returned; `is_yielded` is whether a `yield` hands it out; `entered` is the `with` that only commits; `name` is the first
    name it gets, or that of the object that holds it (`is_held`).
    """

    __slots__ = (
        "_resource",
        "entered",
        "is_closed",
        "is_closed_finally",
        "is_held",
        "is_wrapped",
        "is_yielded",
        "kept",
        "leaks",
        "name",
        "returned",
    )

    def __init__(self, resource: Resource | None) -> None:
        self._resource = resource
        self.leaks: list[Leak] = []
        self.kept: list[tuple[Keeper, n.Node, str | None]] = []
        self.returned: set[int] = set()
        self.is_closed = False
        self.is_closed_finally = False
        self.is_held = False
        self.is_wrapped = False
        self.is_yielded = False
        self.entered: n.With | None = None
        self.name: str | None = None

    @property
    def resource(self) -> Resource:
        """The resource; a parameter's fate has none."""
        assert self._resource is not None
        return self._resource

    @property
    def is_never_closed(self) -> bool:
        """Whether no path closes it or hands it on."""
        return not (self.is_closed or self.kept or self.returned or self.is_wrapped)


class Flow:
    """How some statements can be left: to the next one, by `break` or `continue`, by a return, by an exception (with what raises)."""

    __slots__ = ("breaks", "continues", "next", "raises", "returns")

    def __init__(self) -> None:
        self.next: dict[State, None] = {}
        self.breaks: dict[State, None] = {}
        self.continues: dict[State, None] = {}
        self.returns: dict[State, n.Node] = {}
        #: By state and whether it is a `yield` that lets the exception in: what a `yield` leaves open is told apart from what a call does.
        self.raises: dict[tuple[State, bool], n.Node] = {}

    def throw(self, state: State, node: n.Node) -> None:
        """Add an exception that `node` raises, or lets in, on a path."""
        self.raises.setdefault((state, isinstance(node, (n.Yield, n.YieldFrom))), node)

    def leave(self, other: Flow) -> None:
        """Add the ways by which another block is left, other than to its next statement."""
        self.breaks.update(other.breaks)
        self.continues.update(other.continues)
        for state, node in other.returns.items():
            self.returns.setdefault(state, node)
        for key, raising in other.raises.items():
            self.raises.setdefault(key, raising)


def bounded(states: dict[State, None]) -> dict[State, None]:
    """The states, those that differ in their conditions alone taken for one when there are too many."""
    if len(states) <= _MAX_STATES:
        return states
    return {state._replace(facts=NO_FACTS, caught=-1): None for state in states}
