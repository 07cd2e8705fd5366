"""The literal that leaves debugging off."""

from __future__ import annotations

from typing import TYPE_CHECKING

from backend_lint.fixes.expressions import replaced, together
from backend_lint.source import nodes as n
from backend_lint_rules.exposure._debug import default_of

if TYPE_CHECKING:
    from backend_lint.fixes.proposal import Proposal
    from backend_lint_rules.exposure._debug import State

#: What a text that means "on" is turned into.
_OFF = {"1": "0", "true": "false", "yes": "no", "on": "off", "t": "f", "y": "n", "enabled": "disabled"}


def fix_of(value: n.Expr, state: State) -> Proposal | None:
    """The fix of a value that has debugging on; None where no single literal in it decides that."""
    if state == "on":
        literal = value if isinstance(value, n.Constant) else None
    elif state == "default":
        defaults = [default_of(node) for node in n.walk(value) if isinstance(node, n.Call)]
        found = [default for default in defaults if isinstance(default, n.Constant)]
        literal = found[0] if len(found) == 1 else None
    else:
        literal = None
    text = _off(literal) if literal is not None else None
    if literal is None or text is None:
        return None
    return together("leave debugging off", "unsafe", replaced(literal, text))


def _off(literal: n.Constant) -> str | None:
    if literal.kind == "bool":
        return "False" if literal.value == "True" else None
    if literal.kind == "int":
        return "0"
    text = _OFF.get(literal.value.lower()) if literal.kind == "str" else None
    if text is None:
        return None
    return f'"{text.title() if literal.value.istitle() else text.upper() if literal.value.isupper() else text}"'
