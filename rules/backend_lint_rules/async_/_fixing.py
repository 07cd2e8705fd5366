"""What keeps the event loop free: waiting in the loop itself, or a thread for the call."""

from __future__ import annotations

from typing import TYPE_CHECKING

from backend_lint.fixes.expressions import in_threads, sleep_in_loop
from backend_lint.source import nodes as n

if TYPE_CHECKING:
    from backend_lint.fixes.proposal import Proposal
    from backend_lint.semantics.project import Function
    from backend_lint_rules.async_._blocked import Group

#: What gives something that is still to be read from, by the last part of its name: a thread for the opening alone is of no use.
_OPENERS = frozenset({"open", "urlopen", "Popen", "fdopen", "stream", "connect", "input", "getresponse", "makefile", "accept"})

#: What waits for other threads or talks over a connection step by step: a counterpart of the event loop's is called for.
_OWN_WAYS = ("concurrent.", "queue.", "threading.", "multiprocessing.", "socket.socket", "ssl.", "http.client.", "smtplib.SMTP")


def fix_of(group: Group, function: Function) -> Proposal | None:
    """The fix of all blocking calls of a finding; None where one of them is another matter."""
    calls: list[n.Call] = []
    for block in group.members:
        node = block.node
        if not block.is_direct or not isinstance(node, n.Call) or block.name.rpartition(".")[2] in _OPENERS:
            return None
        if block.name.startswith(_OWN_WAYS):
            return None
        if is_in_generator(node, function) or _is_entered(node, function):
            return None
        calls.append(node)
    if group.is_note:
        return None
    if all(block.name == "time.sleep" for block in group.members):
        return sleep_in_loop(calls)
    return in_threads(calls) if all(block.cause in ("service", "file") for block in group.members) else None


def is_in_generator(node: n.Node, function: Function) -> bool:
    """Whether a generator expression holds a node: with an `await` in it, it would become an asynchronous one."""
    return any(
        comp.kind == "generator" and comp.start <= node.start and node.end <= comp.end for comp in function.nodes_of(n.Comp)
    ) or not any(each is node for each in function.nodes)


def _is_entered(node: n.Call, function: Function) -> bool:
    return any(item.value is node for item in function.nodes_of(n.WithItem))
