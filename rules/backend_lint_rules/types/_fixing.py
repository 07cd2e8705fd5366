"""The annotation that a function without a result gets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from backend_lint.fixes.expressions import annotate_none
from backend_lint.source import nodes as n

if TYPE_CHECKING:
    from backend_lint.fixes.proposal import Proposal
    from backend_lint.semantics.project import Function
    from backend_lint_rules.types.signatures import Lacking


def fix_of(function: Function, gaps: Lacking) -> Proposal | None:
    """`-> None` for a function that lacks only that; None where it returns something, or may be meant to."""
    if gaps.parameters or gaps.variadic or not gaps.returns or function.is_property:
        return None
    if any(isinstance(each, n.Call) and _states_result(each) for each in function.node.decorators):
        # The route says that it answers with something: that it does not is another matter.
        return None
    if not _returns_nothing(function) or any(not _returns_nothing(other) for other in _overridden(function)):
        return None
    return annotate_none(function.node)


def _returns_nothing(function: Function) -> bool:
    """Whether a function runs to its end and gives no value. One that only passes or raises may stand for others that do."""
    if function.is_generator or any(node.value is not None for node in function.nodes_of(n.Return)):
        return False
    body = function.node.body
    if all(isinstance(statement, (n.Pass, n.Raise)) or _is_literal(statement) for statement in body):
        return False
    last = body[-1]
    return not isinstance(last, n.Raise) and not (isinstance(last, n.While) and isinstance(last.test, n.Constant))


def _states_result(decorator: n.Call) -> bool:
    """Whether a route declares what it answers with: `@router.post("/", response_model=Order)`."""
    return any(
        given.keyword in ("response_model", "response", "responses")
        and not (isinstance(given.value, n.Constant) and given.value.kind == "none")
        for given in decorator.args
    )


def _is_literal(statement: n.Stmt) -> bool:
    return isinstance(statement, n.ExprStmt) and isinstance(statement.value, n.Constant)


def _overridden(function: Function) -> list[Function]:
    """The methods of the project that a method overrides."""
    if function.cls is None:
        return []
    name = function.node.name
    return [cls.methods[name] for cls in function.cls.mro if cls is not function.cls and name in cls.methods]
