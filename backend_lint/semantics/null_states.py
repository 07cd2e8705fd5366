"""What is known at a statement about values that may be `None`."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from backend_lint.findings.model import Step
    from backend_lint.source import nodes as n

NOTHING: frozenset[int] = frozenset()
#: How much is kept in mind of flags.
MAX_IMPLIED = 500


class State(NamedTuple):
    """What is known at a statement.

    `maybe` holds (dotted name, origin) for names whose value may be the `None` of an origin; `none` the origins that are known to have
    given `None` on this path; `implied` (flag, truth, origin): the flag's truth says that there is a value; `present` the texts of lookups
    that were tested where they stand: the same text again finds the same.
    """

    maybe: frozenset[tuple[str, int]] = frozenset()
    none: frozenset[int] = NOTHING
    implied: frozenset[tuple[str, bool, int]] = frozenset()
    present: frozenset[str] = frozenset()

    def origins(self, path: str) -> frozenset[int]:
        return frozenset(origin for name, origin in self.maybe if name == path)

    def without(self, origins: frozenset[int]) -> State:
        """The state once the values of these origins are known to be something."""
        if not origins:
            return self
        return State(
            frozenset(item for item in self.maybe if item[1] not in origins),
            self.none - origins,
            frozenset(item for item in self.implied if item[2] not in origins),
            self.present,
        )

    def without_name(self, path: str) -> State:
        """The state after a name was given another value, or may have been."""
        below = f"{path}."
        return State(
            frozenset(item for item in self.maybe if item[0] != path and not item[0].startswith(below)),
            self.none,
            frozenset(item for item in self.implied if item[0] != path),
            frozenset(text for text in self.present if path not in text),
        )

    def with_flag(self, path: str, *, is_truthy: bool) -> State:
        """The state once a name holds what is true, or false: where it is found to be the other, none of this was."""
        implied = frozenset(item for item in self.implied if item[0] != path)
        if len(implied) < MAX_IMPLIED:
            implied |= {(path, not is_truthy, origin) for _, origin in self.maybe}
        return self._replace(implied=implied)


class Use(NamedTuple):
    """A place that fails when the value of `origin` is `None`: `node` is the value's expression there, `kind` how it is used ("attribute",
    "item", "unpacking", "argument"), `steps` lead into a called function."""

    origin: int
    node: n.Expr
    kind: str
    steps: tuple[Step, ...] = ()


def join(left: State | None, right: State | None) -> State | None:
    """What is known where two paths meet; None is the path that is never taken."""
    if left is None or right is None:
        return left or right
    implied = left.implied & right.implied
    if left.implied != right.implied:
        # Where there is a value, or none is in question, every flag says so.
        implied |= _vacuous(left.implied - implied, right) | _vacuous(right.implied - implied, left)
    return State(left.maybe | right.maybe, left.none & right.none, implied, left.present & right.present)


def _vacuous(implied: frozenset[tuple[str, bool, int]], other: State) -> frozenset[tuple[str, bool, int]]:
    if not implied:
        return implied
    open_origins = {origin for _, origin in other.maybe}
    return frozenset(item for item in implied if item[2] not in open_origins)
