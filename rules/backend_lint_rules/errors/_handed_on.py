"""Results that a handler has found failed, has logged, and answers all the same."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from backend_lint.semantics.calls import callee, never_returns
from backend_lint.semantics.reaching import blocks_around
from backend_lint.source import nodes as n

if TYPE_CHECKING:
    from backend_lint.semantics.project import Function

_ERROR = re.compile(r"^(?:errors?|error_?message|error_?msg|err|failure|failed|exception)$", re.IGNORECASE)
_FINE = re.compile(r"^(?:ok|success|succeeded|is_success|is_ok|successful)$", re.IGNORECASE)


def logged_failure(returned: n.Return, function: Function) -> n.If | None:
    """The `if` that has found the returned object failed (`if result.error: log`) and went on to return it; None for none."""
    value = returned.value
    if not isinstance(value, n.Name):
        return None
    for block, index in blocks_around(returned.start, function.node.body):
        if block[index] is not returned:
            continue
        for statement in block[:index]:
            if isinstance(statement, n.If) and _finds_failed(statement.test, value.id) and _only_logs(statement, function):
                return statement
    return None


def _finds_failed(test: n.Expr, name: str) -> bool:
    is_denied = isinstance(test, n.UnaryOp) and test.op == "not"
    subject = test.operand if isinstance(test, n.UnaryOp) and is_denied else test
    if isinstance(subject, n.Compare) and subject.ops == ["is not"]:
        subject = subject.left
    if not isinstance(subject, n.Attribute) or not isinstance(subject.value, n.Name) or subject.value.id != name:
        return False
    return bool(_FINE.match(subject.attr) if is_denied else _ERROR.match(subject.attr))


def _only_logs(branch: n.If, function: Function) -> bool:
    """Whether a branch logs and neither leaves the function nor changes anything."""
    if branch.orelse:
        return False
    logs = False
    for node in n.walk_scope(branch.body):
        if isinstance(node, (n.Return, n.Raise, n.Assign, n.AugAssign)):
            return False
        if isinstance(node, n.Call):
            if never_returns(node, function.module, function):
                return False
            logs = logs or "logs" in callee(node, function.module, function).effects
    return logs
