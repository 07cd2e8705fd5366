"""Failures told to the log, and fixed texts to the client."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from backend_lint.fixes.expressions import replaced
from backend_lint.fixes.proposal import NotFixable, Proposal
from backend_lint.fixes.statements import at_the_top

if TYPE_CHECKING:
    from backend_lint.fixes.editing import Editing
    from backend_lint.source import nodes as n


def log_and_say(
    clause: n.ExceptHandler, texts: Sequence[tuple[n.Expr, str]], logged: str | None, *, logger: str | None, keeps_name: bool
) -> Proposal:
    """Put fixed texts in place of expressions in an `except` clause, and log the exception there with the text `logged` (None: it is).

    `logger` is the name of the module's logger, None where it has none yet: then one is made. Unless it `keeps_name`, the clause does not
    name the exception any more.
    """

    def make(editing: Editing) -> None:
        import libcst as cst

        for node, text in texts:
            replaced(node, quoted(text))(editing)
        if logged is not None:
            name = logger or _made_logger(editing, clause)
            at_the_top(clause, f"{name}.exception({quoted(logged)})")(editing)
        if not keeps_name:
            found = editing.find(clause, cst.ExceptHandler)
            editing.change(found, _unnamed)

    return Proposal("log the exception, and say a fixed text", "unsafe", make)


def _unnamed(updated: Any) -> Any:
    import libcst as cst

    return updated.with_changes(name=None, whitespace_before_colon=cst.SimpleWhitespace("")) if updated.name is not None else updated


def _made_logger(editing: Editing, use: n.Node) -> str:
    """A logger of the module's own, made below its imports."""
    if editing.is_bound("logger"):
        raise NotFixable("`logger` means something else in this file")
    logging = editing.name_of(use, "logging")
    editing.add_below_imports(f"logger = {logging}.getLogger(__name__)")
    return "logger"


def quoted(text: str) -> str:
    """A text as Python writes it, in double quotes."""
    return json.dumps(text, ensure_ascii=False)
