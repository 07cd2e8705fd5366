"""What a handler is for, where that decides whether an error may be answered with 200."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from backend_lint.semantics import effects
from backend_lint.semantics.calls import dotted

if TYPE_CHECKING:
    from backend_lint.frameworks.model import Handler
    from backend_lint.frameworks.payloads import Failure
    from backend_lint.semantics.project import Function

# The sender repeats what is not acknowledged with 200, or the protocol has errors of its own inside the body.
_ACKNOWLEDGING = re.compile(
    r"web_?hook|call_?back|slack|telegram|twilio|whatsapp|discord|(?:^|[_/])ipn|graphql|json_?rpc|(?:^|[_/.-])(?:rpc|mcp)(?:[_/.-]|$)|"
    r"alexa|dialogflow|interactive|datatable|ck_?editor|tiny_?mce|select2",
    re.IGNORECASE,
)
# The failure is the very thing that was asked for.
_TELLING = re.compile(
    r"health|(?:^|[_/])(?:ping|ready|readiness|live|liveness|heartbeat|probe|monitor\w*|diagnos\w*|debug\w*|self_?test)(?:[_/]|$)|"
    r"(?:^|/)(?:(?:api|get|post|do|run)_)?(?:test(?!imon)\w*$|test\w*/|(?:test|check|try|is|has|validate)(?:[_/-](?!in\b|out\b)|$))|connection_?(?:test|check)|availab|dry_?run",
    re.IGNORECASE,
)
# Calls that show that the sender is a service which signs what it sends.
_SIGNED = re.compile(r"web_?hook|construct_event|verify_?(?:\w+_)?signature|RequestValidator", re.IGNORECASE)
_STATE = re.compile(r"status|state|progress|job|task|poll|result", re.IGNORECASE)


def acknowledges(function: Function, handler: Handler | None) -> bool:
    """Whether a function serves senders or protocols that want a 200 whatever happened: webhooks, chat bots, GraphQL, JSON-RPC."""
    names = (*_names(function, handler), function.module.path.rpartition("/")[2])
    if any(_ACKNOWLEDGING.search(name) for name in names):
        return True
    return any(_SIGNED.search(target.name or dotted(call.func) or "") for call, target in effects.calls_in(function))


def reports_failures(function: Function, handler: Handler | None, failure: Failure | None = None) -> bool:
    """Whether telling failures is what a handler is for: health and connection checks, and the state of jobs, when `failure` names one."""
    if handler is None:
        return False
    names = _names(function, handler)
    if any(_TELLING.search(name) for name in names):
        return True
    # Without a parameter the path is of the application's own state.
    if failure is not None and not failure.is_state and ("{" in (handler.path or "") or "<" in (handler.path or "")):
        return False
    is_read = "GET" in handler.methods and "POST" not in handler.methods
    return (is_read or function.node.name.startswith("get_")) and any(_STATE.search(name) for name in names)


def _names(function: Function, handler: Handler | None) -> list[str]:
    names = [function.node.name]
    if function.cls is not None:
        names.append(function.cls.node.name)
    if function.parent is not None:
        names.append(function.parent.node.name)
    if handler is not None and handler.path:
        names.append(handler.path)
    return names
