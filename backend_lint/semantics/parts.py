"""What a caller must know of a function, and of results put together from parts: a tuple's positions, a dict's keys, an object's fields.

`return False, str(error)` and `{"ok": False, "error": str(error)}` hand two things on, of which one says whether the other is there.
Parts are named by what is written behind the whole to get them, as in the flow engine's keys: `['0']` for a position, `['error']` for a
key, `.error` for a field.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from backend_lint.semantics.labels import NONE, PARAMETER, Event, Labels
from backend_lint.source import nodes as n


class Parts:
    """What a function's results carry, part by part.

    `items` has the labels by part, `rest` those of results that cannot be taken apart. `when_true` are the parts whose truth means that the
    whole carries nothing but what the caller gave: they are empty or left out wherever it does. `when_false` are those whose falsehood does
    so.
    """

    __slots__ = ("_filled", "_started", "items", "rest", "when_false")

    def __init__(self) -> None:
        self.items: dict[str, Labels] = {}
        self.rest: Labels = NONE
        self.when_false: frozenset[str] = frozenset()
        #: Parts that may be true in a result that carries something; None when there is one that cannot be taken apart.
        self._filled: frozenset[str] | None = frozenset()
        self._started = False

    @property
    def when_true(self) -> frozenset[str]:
        if not self._started or self._filled is None:
            return frozenset()
        return frozenset(self.items) - self._filled

    def add(self, items: Mapping[str, Labels], constants: Mapping[str, bool]) -> None:
        """Add a result: the labels of its parts, and the truth of those that are literals."""
        for name, labels in items.items():
            self.items[name] = self.items.get(name, NONE) | labels
        if any(label.kind != PARAMETER for labels in items.values() for label in labels):
            filled = frozenset(name for name in items if constants.get(name) is not False)
            self._agree(filled, frozenset(name for name, truth in constants.items() if truth))

    def add_rest(self, labels: Labels) -> None:
        """Add a result that cannot be taken apart."""
        self.rest |= labels
        if any(label.kind != PARAMETER for label in labels):
            self._agree(None, frozenset())

    def merge(self, other: Parts) -> None:
        """Add what another function's results carry, which this one hands on."""
        for name, labels in other.items.items():
            self.items[name] = self.items.get(name, NONE) | labels
        self.rest |= other.rest
        if other._started:
            self._agree(other._filled, other.when_false)

    def _agree(self, filled: frozenset[str] | None, when_false: frozenset[str]) -> None:
        self._filled = None if filled is None or self._filled is None else self._filled | filled
        self.when_false = self.when_false & when_false if self._started else when_false
        self._started = True

    def mapped(self, change: Callable[[Labels], Labels]) -> Parts:
        """The same parts with other labels."""
        found = Parts()
        found.items = {name: change(labels) for name, labels in self.items.items()}
        found.rest = change(self.rest)
        found._filled, found.when_false, found._started = self._filled, self.when_false, self._started
        return found


class Summary:
    """What a caller must know of a function: the labels of its result (parameter labels among them), the events that depend on its
    parameters or happen in it, and the parameters, or keys below them, that are checked on every path that returns.

    `parts` tell the parts of its results apart."""

    __slots__ = ("checked", "events", "parts", "returns", "yields")

    def __init__(self) -> None:
        self.returns: Labels = NONE
        self.parts = Parts()
        self.yields: Labels = NONE
        self.events: list[Event] = []
        self.checked: set[str] = set()


def position(index: int) -> str:
    """The name of a tuple's part."""
    return f"[{str(index)!r}]"


def literal_parts(value: n.Expr | None) -> dict[str, n.Expr] | None:
    """The parts of a tuple, of a dict with literal keys, or of a call with keywords of what looks like a class; None for others."""
    if isinstance(value, n.Tuple):
        if any(isinstance(element, n.Starred) for element in value.elts):
            return None
        return {position(index): element for index, element in enumerate(value.elts)}
    if isinstance(value, n.Dict):
        found = {}
        for key, item in zip(value.keys, value.values, strict=True):
            if not isinstance(key, n.Constant):
                return None
            found[f"[{key.value!r}]"] = item
        return found
    if isinstance(value, n.Call) and value.args and all(given.keyword is not None for given in value.args):
        name = value.func.attr if isinstance(value.func, n.Attribute) else value.func.id if isinstance(value.func, n.Name) else ""
        if name[:1].isupper():
            return {f".{given.keyword}": given.value for given in value.args}
    return None


def constants_of(parts: Mapping[str, n.Expr]) -> dict[str, bool]:
    """The truth of the parts that are literals."""
    return {name: truth for name, expr in parts.items() if (truth := _truth(expr)) is not None}


def _truth(expr: n.Expr) -> bool | None:
    if not isinstance(expr, n.Constant):
        return None
    if expr.kind == "none":
        return False
    if expr.kind == "bool":
        return expr.value == "True"
    if expr.kind == "int":
        return expr.value.strip("0_") != ""
    return expr.value != "" if expr.kind == "str" else None
