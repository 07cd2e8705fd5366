"""What bounds a call to another service, and looks at its answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from backend_lint.fixes.expressions import argument, together
from backend_lint.fixes.statements import at_the_top, below
from backend_lint.semantics.responses import RESPONSES
from backend_lint.source import nodes as n

if TYPE_CHECKING:
    from collections.abc import Callable

    from backend_lint.fixes.editing import Editing
    from backend_lint.fixes.proposal import Proposal
    from backend_lint.semantics.calls import Callee
    from backend_lint.semantics.project import Function

#: How many seconds a call may take after the fix. Whoever knows the service will choose a better number.
SECONDS = "10"

#: What takes a number of seconds as `timeout=`.
_LIBRARIES = (
    "requests.",
    "requests_oauthlib.",
    "urllib3.",
    "httpx.",
    "smtplib.SMTP",
    "urllib.request.urlopen",
    "urllib.request.OpenerDirector",
)


def fix_of(call: n.Call, target: Callee, function: Function, *, timeout: bool, status: bool) -> Proposal | None:
    """A time-out for a call, a look at the status of its response, or both; None where it is not clear how."""
    parts: list[Callable[[Editing], None]] = []
    titles: list[str] = []
    if timeout:
        if not (target.name or "").startswith(_LIBRARIES) or any(given.star for given in call.args):
            return None
        own = next((given for given in call.args if given.keyword is not None and "timeout" in given.keyword), None)
        if own is not None and own.keyword != "timeout":
            return None
        parts.append(argument(call, "timeout", SECONDS))
        titles.append(f"pass `timeout={SECONDS}`")
    if status:
        added = _look(call, function)
        if added is None:
            return None
        parts.append(added)
        titles.append("call `raise_for_status()`")
    return together(" and ".join(titles), "unsafe", *parts) if parts else None


def _look(call: n.Call, function: Function) -> Callable[[Editing], None] | None:
    """`response.raise_for_status()` right below what makes the response, or at the top of the `with` that holds it."""
    value = function.project.inference.value(call, function.module, function)
    names = {value.name, *(given.name for given in value.args)} if value is not None else set()
    if names.isdisjoint(RESPONSES - {"urllib3.HTTPResponse"}):
        return None
    for node in function.nodes_of(n.Assign, n.With):
        if isinstance(node, n.Assign):
            made = node.value.value if isinstance(node.value, n.Await) else node.value
            if made is call and len(node.targets) == 1 and isinstance(node.targets[0], n.Name):
                return below(node, f"{node.targets[0].id}.raise_for_status()")
        elif isinstance(node, n.With):
            for item in node.items:
                if item.value is call and isinstance(item.target, n.Name):
                    return at_the_top(node, f"{item.target.id}.raise_for_status()") if item is node.items[-1] else None
    return None
