"""The texts of paths and prefixes, with what names and settings stand for put in as far as it is written down."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from backend_lint.frameworks.expressions import assigned, text_of
from backend_lint.semantics.project import Class
from backend_lint.source import nodes as n

if TYPE_CHECKING:
    from backend_lint.semantics.project import Function, Module, Project

#: Stands in a path for what is not known of it.
UNKNOWN = "…"

_MAX_DEPTH = 8


def url_text(project: Project, expr: n.Expr | None, module: Module, function: Function | None, depth: int = 0) -> str:
    """The text that an expression stands for, with `UNKNOWN` for what nothing is known of.

    Followed are literals, f-strings, `format`, sums and constants: names of modules, attributes of classes and of their instances
    (the defaults of a settings class).
    """
    if depth > _MAX_DEPTH or expr is None:
        return UNKNOWN
    if isinstance(expr, n.Constant):
        return expr.value if expr.kind == "str" else "" if expr.kind == "none" else UNKNOWN
    if isinstance(expr, n.FString):
        return "".join(
            part.value if isinstance(part, n.Constant) else url_text(project, part.value, module, function, depth + 1)
            for part in expr.parts
        )
    if isinstance(expr, n.BinOp) and expr.op == "+":
        return "".join(url_text(project, part, module, function, depth + 1) for part in expr.values)
    if isinstance(expr, (n.Name, n.Attribute)):
        place = assigned(project, expr, module, function) or _of_class(project, expr, module, function)
        if place is not None and place[0] is not expr:
            text = url_text(project, *place, depth + 1)
            usual = _usual(expr, place[1]) if UNKNOWN in text else None
            return text if usual is None else usual
    if isinstance(expr, n.Call) and isinstance(expr.func, n.Attribute) and expr.func.attr == "format":
        return re.sub(r"\{[^{}]*\}", UNKNOWN, url_text(project, expr.func.value, module, function, depth + 1))
    return UNKNOWN


def _usual(expr: n.Expr, home: Module) -> str | None:
    """What a module's name is assigned as a literal, where something else may be assigned to it later: `prefix = ""` before an `if`."""
    bindings = home.names.bindings.get(expr.id, ()) if isinstance(expr, n.Name) else ()
    known = [text_of(binding.value) for binding in bindings if binding.kind == "assign" and isinstance(binding.value, n.Constant)]
    return next((text for text in known if text is not None), None)


def _of_class(project: Project, expr: n.Expr, module: Module, function: Function | None) -> tuple[n.Expr, Module, Function | None] | None:
    """What an attribute of a class or of its instance is assigned in the class's body."""
    if not isinstance(expr, n.Attribute):
        return None
    owner = project.inference.value(expr.value, module, function)
    if owner is None or not isinstance(owner.definition, Class):
        return None
    found = owner.definition.attribute(expr.attr)
    if found is None or found[1].value is None or text_of(found[1].value) is None:
        return None
    return found[1].value, found[0].module, found[0].parent
