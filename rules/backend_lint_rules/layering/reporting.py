"""How layering findings are put: one a handler and rule, at the first clear reason, the others in the trace."""

from __future__ import annotations

from backend_lint.frameworks.model import Handler
from backend_lint.rule import Context, Step
from backend_lint.semantics.project import Function
from backend_lint_rules.layering.common import Reason


def report_reasons(
    context: Context, function: Function, reasons: list[Reason], advice: str, *, handler: Handler | None = None, always_note: bool = False
) -> None:
    """Report `function` for `reasons`, if there are any: clear ones as a finding, disputed ones alone as a note."""
    clear = [reason for reason in reasons if reason.is_clear]
    chosen = sorted(clear or reasons, key=lambda reason: reason.node.start)
    if not chosen:
        return
    module = function.module
    what = "handler" if handler is not None else "route helper"
    text = "; ".join(dict.fromkeys(reason.text for reason in chosen))
    first = chosen[0].node
    line_end = module.tree.text.find("\n", first.start)
    context.report(
        first,
        f"{what} `{function.qualname}` {text}",
        help=advice,
        note=always_note or not clear,
        trace=[Step(module.path, module.line(reason.node), reason.text) for reason in chosen[1:]],
        function=function,
        handler=handler,
        end=min(first.end, line_end) if line_end > 0 else None,
    )
