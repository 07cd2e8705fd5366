"""Secrets read from the environment in place of the code."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from backend_lint.fixes.expressions import read_from_environment, without_argument, without_default
from backend_lint.semantics.calls import callee
from backend_lint.source import nodes as n
from backend_lint_rules.configuration.literals import environment_name, fallback_of
from backend_lint_rules.configuration.places import class_at

if TYPE_CHECKING:
    from backend_lint.fixes.proposal import Proposal
    from backend_lint_rules.configuration.literals import Named

_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")
_CONFIGURATION = re.compile(r"(?i)config|settings|\Aconf\Z")
#: What is meant to be known, and to be changed.
_DEFAULT = re.compile(r"(?i)default|initial|example|sample|dummy|test")
_STANDARD = ("os.getenv", "os._Environ.get")


def fix_of(named: Named) -> Proposal | None:
    """`os.environ["NAME"]` for a literal that a name of the module, a class or the configuration is given."""
    node = named.node
    if named.way != "assigned" or named.origin is not None or not isinstance(node, n.Constant) or node.kind != "str":
        return None
    if _imports_os_below(named):
        return None
    statement = next(
        (each for each in named.module.nodes_of(n.Assign, n.AnnAssign) if each.value is node),
        None,
    )
    if statement is None:
        return None
    target = statement.target if isinstance(statement, n.AnnAssign) else statement.targets[0]
    is_item = isinstance(target, n.Subscript)
    if (named.function is not None and not is_item) or (isinstance(statement, n.Assign) and len(statement.targets) > 1):
        return None
    if not is_item and (not isinstance(target, n.Name) or not _is_configuration(named) or _DEFAULT.search(named.name)):
        return None
    variable = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", named.name).strip("_").upper()
    return read_from_environment(node, variable) if _VARIABLE.match(variable) else None


def fallback_fix(named: Named) -> Proposal | None:
    """A fallback taken out of what reads the environment, or of a settings class's field."""
    module, node = named.module, named.node
    if _DEFAULT.search(named.name) or named.name.startswith("_"):
        return None
    if named.way == "field":
        for statement in module.nodes_of(n.AnnAssign):
            assert isinstance(statement, n.AnnAssign)
            if statement.value is node:
                return without_default(statement, "give the field no default")
        return None
    for expr in module.nodes_of(n.Call, n.BoolOp):
        if isinstance(expr, n.BoolOp) and len(expr.values) == 2 and expr.values[1] is node:
            variable = environment_name(expr.values[0], module)
            if variable is not None and _is_standard(expr.values[0], named):
                return read_from_environment(expr, variable)
        elif isinstance(expr, n.Call) and fallback_of(expr, module) is node:
            variable = environment_name(expr, module)
            if variable is None or not _VARIABLE.match(variable):
                return None
            if _is_standard(expr, named):
                return read_from_environment(expr, variable)
            return without_argument(expr, node, "give it no default")
    return None


def _is_configuration(named: Named) -> bool:
    """Whether a name is one of the configuration's: elsewhere a variable would need a better name, and its absence an answer."""
    cls = class_at(named.node, named.module)
    if cls is not None:
        return _CONFIGURATION.search(cls.node.name) is not None
    return named.module.role == "settings" or _CONFIGURATION.search(named.module.name.rpartition(".")[2]) is not None


def _imports_os_below(named: Named) -> bool:
    """Whether the file imports `os` after the place where it would be needed, and not before."""
    places = [
        statement.start
        for statement in named.module.tree.body
        if isinstance(statement, n.Import) and any(alias.name == "os" for alias in statement.names)
    ]
    return bool(places) and min(places) > named.node.start


def _is_standard(expr: n.Expr, named: Named) -> bool:
    if not isinstance(expr, n.Call):
        return False
    return (callee(expr, named.module, named.module.function_at(expr.start)).name or "") in _STANDARD
