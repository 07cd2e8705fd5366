"""How a finding says which halves of a unit of work come apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from backend_lint.findings.model import Step
from backend_lint.source import nodes as n

if TYPE_CHECKING:
    from backend_lint.semantics.project import Function
    from backend_lint.semantics.unit_events import Event
    from backend_lint.semantics.units import Pair

#: How long the text of what a call is made on may be.
_MAX_SPELLED = 60
#: How many changes of one event a trace lists.
_MAX_WRITES = 4


def call_text(event: Event) -> str:
    """An event as the code spells it, without what the calls are given: `order.save()`, `Order.objects.filter().delete()`."""
    return _spelled(event.node) or "the block"


def _spelled(node: n.Node) -> str | None:
    """An expression's names and calls; its beginning is left out where it is long or no such expression."""
    if isinstance(node, n.Call):
        text = _spelled(node.func)
        return f"{text}()" if text is not None else None
    if isinstance(node, n.Attribute):
        before = _spelled(node.value)
        return f"{before}.{node.attr}" if before is not None and len(before) <= _MAX_SPELLED else f"...{node.attr}"
    return node.id if isinstance(node, n.Name) else None


def left_alone(event: Event, line: int) -> str:
    """What a failure leaves, in words: the rows that are known, or what is called."""
    what = subjects(event)
    return f"the write of {what} at line {line}" if what else f"`{call_text(event)}` at line {line}"


def subjects(event: Event) -> str:
    """The rows that an event makes lasting, in words; "" when nothing is known of them."""
    names = list(dict.fromkeys(write.subject for write in event.writes if write.subject is not None))
    return " and ".join(f"`{name}`" for name in names[:2])


def trace(pair: Pair, function: Function) -> tuple[Step, ...]:
    """The places that the reader has to believe: both halves, each with the way to its commit or write."""
    events = (pair.first,) if pair.is_loop else (pair.first, pair.second)
    return tuple(step for index, event in enumerate(events) for step in _steps(event, function, index, is_loop=pair.is_loop))


def _steps(event: Event, function: Function, index: int, *, is_loop: bool) -> list[Step]:
    module = function.module
    what = subjects(event)
    about = f" ({what})" if what else ""
    which = "again for each item" if is_loop else "first" if index == 0 else "then"
    found = []
    if event.is_transaction and event.called is None:
        for write in event.writes[:_MAX_WRITES]:
            if write.module is module and write.node.start != event.node.start:
                of = f" `{write.subject}`" if write.subject is not None else f" `{write.row}`" if write.row is not None else ""
                found.append(Step(module.path, module.line(write.node), f"{_VERBS.get(write.action, 'changes')}{of}"))
        found.append(Step(module.path, module.line(event.node), f"{which}: {call_text(event)} makes it lasting"))
    else:
        found.append(Step(module.path, module.line(event.node), f"{which}: {call_text(event)} is lasting at once{about}"))
    found.extend(event.steps[1:] if event.called is not None else ())
    return found


_VERBS = {
    "create": "adds", "update": "changes", "delete": "deletes", "ensure": "sees to", "relate": "links", "unknown": "writes",
}  # fmt: skip
