"""Labels: what the flow engine hangs on values to say where they come from."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zlib import crc32

from backend_lint.findings.model import Step
from backend_lint.source import nodes as n

if TYPE_CHECKING:
    from backend_lint.semantics.project import Function, Module


class Label:
    """Where a value comes from.

    `kind` and `detail` are the policy's own words ("body", "exception"); `module` and `node` are the place of origin; `via` the steps the
    value has taken through other functions since. Labels are equal when they are of one kind, detail and origin, whatever way they came.
    """

    __slots__ = ("_hash", "_key", "detail", "kind", "module", "node", "via")

    def __init__(self, kind: str, detail: str, module: Module | None, node: n.Node | None, via: tuple[Step, ...] = ()) -> None:
        self.kind = kind
        self.detail = detail
        self.module = module
        self.node = node
        self.via = via
        self._key = (kind, detail, module.path if module else "", node.start if node else -1)
        # Not `hash`, which differs from run to run for texts: the order in which sets of labels are gone through would as well.
        self._hash = crc32("\0".join((kind, detail, self._key[2])).encode("utf-8", "surrogatepass")) * 1_000_003 + self._key[3]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Label) and self._key == other._key

    def __hash__(self) -> int:
        return self._hash

    def __repr__(self) -> str:
        return f"<{self.kind} {self.detail}>"

    def through(self, step: Step) -> Label:
        """The same label after one more step."""
        if len(self.via) >= 12 or step in self.via:
            return self
        return Label(self.kind, self.detail, self.module, self.node, (*self.via, step))

    def turned(self, kind: str, detail: str | None = None) -> Label:
        """A label of another kind with the same origin and way."""
        return Label(kind, self.detail if detail is None else detail, self.module, self.node, self.via)


Labels = frozenset[Label]
NONE: Labels = frozenset()

#: The kind of the label that stands for "whatever the caller passes for this parameter".
PARAMETER = "parameter"


class Event:
    """Something a policy saw happen to a labelled value: `kind` in the policy's words, at `node` of `function`, with the value's labels.

    `trace` are the steps from the function under analysis to `node` when it stands in a callee.
    """

    __slots__ = ("detail", "function", "kind", "labels", "module", "node", "trace")

    def __init__(
        self,
        kind: str,
        node: n.Node,
        module: Module,
        function: Function | None,
        labels: Labels,
        detail: str = "",
        trace: tuple[Step, ...] = (),
    ) -> None:
        self.kind = kind
        self.node = node
        self.module = module
        self.function = function
        self.labels = labels
        self.detail = detail
        self.trace = trace

    def key(self) -> tuple[str, str, int, str]:
        return (self.kind, self.module.path, self.node.start, self.detail)


def key_of(expr: n.Expr) -> str | None:
    """The key under which a name, an attribute path or a constant subscript is kept: `x`, `x.y`, `x['k']`."""
    if type(expr) is n.Name:
        return expr.id
    if type(expr) is n.Attribute:
        inner = key_of(expr.value)
        return f"{inner}.{expr.attr}" if inner else None
    if type(expr) is n.Subscript and type(expr.index) is n.Constant:
        inner = key_of(expr.value)
        return f"{inner}[{expr.index.value!r}]" if inner else None
    if type(expr) is n.Await:
        return key_of(expr.value)
    return key_of(expr.target) if type(expr) is n.NamedExpr else None
