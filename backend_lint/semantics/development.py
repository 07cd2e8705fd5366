"""Tests that are true in development alone: `settings.DEBUG`, `app.debug`, `os.getenv("ENV") == "dev"`.

What stands behind such a test does not run in production, so the rules that ask what clients get to see pass it by.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from backend_lint.semantics.roles import is_main_guard
from backend_lint.source import nodes as n

if TYPE_CHECKING:
    from backend_lint.semantics.project import Function, Module

#: What a flag is called that is on in development alone.
_FLAGS = frozenset({
    "debug", "debug_mode", "is_debug", "debugging", "is_dev", "dev", "dev_mode", "is_development", "development", "is_local", "local_dev",
    "local_development", "develop", "flask_debug", "django_debug", "app_debug", "testing", "is_testing", "is_test", "test_mode",
    "github_workflow", "github_actions", "gitlab_ci",
    "show_error_details", "expose_errors", "include_traceback", "show_traceback", "propagate_exceptions", "debug_enabled", "enable_debug",
})  # fmt: skip
#: The opposite.
_PRODUCTION_FLAGS = frozenset({"production", "is_production", "is_prod", "prod", "in_production"})
_DEVELOPMENT = frozenset({"development", "dev", "develop", "local", "localhost", "debug", "test", "testing", "tests"})
_PRODUCTION = frozenset({"production", "prod", "live", "staging", "stage", "preprod"})
#: Parts of the names under which a deployment's kind is kept.
_ENVIRONMENTS = ("env", "environment", "stage", "mode", "profile", "deploy", "config", "settings", "tier")


def means_development(test: n.Expr, module: Module, function: Function | None = None) -> bool | None:
    """What the truth of a test says: True for development, False for production, None for nothing.

    `DEBUG` where the same module sets it to a literal says nothing: it is no condition.
    """
    if isinstance(test, n.UnaryOp) and test.op == "not":
        inner = means_development(test.operand, module, function)
        return None if inner is None else not inner
    if isinstance(test, n.BoolOp):
        parts = [means_development(part, module, function) for part in test.values]
        if test.op == "and":
            known = [part for part in parts if part is not None]
            return known[0] if known else None
        return parts[0] if len(set(parts)) == 1 else None
    if isinstance(test, n.Compare) and len(test.ops) == 1:
        return _compared(test, module, function)
    if isinstance(test, n.NamedExpr):
        return means_development(test.value, module, function)
    if isinstance(test, n.Name) and _is_literal(test.id, module):
        return None
    name = _last_word(test)
    if name in _FLAGS:
        return True
    return False if name in _PRODUCTION_FLAGS else None


def _compared(test: n.Compare, module: Module, function: Function | None) -> bool | None:
    op, left, right = test.ops[0], test.left, test.comparators[0]
    if op in ("==", "is", "!=", "is not") and isinstance(right, n.Constant) and right.kind == "bool":
        inner = means_development(left, module, function)
        same = (right.value == "True") == (op in ("==", "is"))
        return None if inner is None else inner == same
    if isinstance(left, n.Constant) and op in ("==", "!="):
        left, right = right, left
    values = right.elts if isinstance(right, (n.List, n.Tuple, n.Set)) else [right]
    words = {value.value.lower() for value in values if isinstance(value, n.Constant) and value.kind == "str"}
    if op in ("==", "!=") and isinstance(right, n.Attribute):
        words = {right.attr.lower()}  # an enumeration's member
    name = _last_word(left) or ""
    truthy = means_development(left, module, function)
    if truthy is not None and words and words <= {"1", "true", "yes", "on"}:
        return truthy == (op in ("==", "in"))
    if not words or not any(part in name for part in _ENVIRONMENTS):
        return None
    if words <= _DEVELOPMENT:
        kind = True
    elif words <= _PRODUCTION:
        kind = False
    else:
        return None
    return kind if op in ("==", "in", "is") else not kind


def _last_word(expr: n.Expr) -> str | None:
    """The word that says what an expression holds, in lower case: a name's last part, a constant key, the first text of a `get`."""
    for _ in range(8):
        if isinstance(expr, n.Name):
            return expr.id.lower()
        if isinstance(expr, n.Attribute):
            return expr.attr.lower()
        if isinstance(expr, n.Subscript):
            return expr.index.value.lower() if isinstance(expr.index, n.Constant) else None
        if not isinstance(expr, n.Call):
            return None
        first = expr.args[0].value if expr.args else None
        if isinstance(first, n.Constant) and first.kind == "str":
            return first.value.lower()
        if isinstance(expr.func, n.Attribute) and expr.func.attr in ("lower", "upper", "strip", "casefold"):
            expr = expr.func.value
        elif isinstance(expr.func, n.Name) and expr.func.id in ("bool", "int", "str") and first is not None:
            expr = first
        else:
            expr = expr.func
    return None


def _is_literal(name: str, module: Module) -> bool:
    bindings = module.names.bindings.get(name, [])
    return len(bindings) == 1 and isinstance(bindings[0].value, n.Constant) and bindings[0].value.kind in ("bool", "int")


def guarded_spans(module: Module) -> list[tuple[int, int]]:
    """The spans (start, end offsets) of a module that run in development alone, by `if`, conditional expression or an early return."""
    return module.project.remember(("development spans", module.path), lambda: list(_spans(module)))


def is_guarded(node: n.Node, module: Module) -> bool:
    """Whether a node runs in development alone."""
    return any(start <= node.start and node.end <= end for start, end in guarded_spans(module))


_BLOCKS = ("body", "orelse", "handlers", "finalbody", "cases")
_WITH_BLOCKS = (n.FunctionDef, n.ClassDef, n.If, n.For, n.While, n.With, n.Try, n.ExceptHandler, n.Match, n.Case)


def _spans(module: Module) -> list[tuple[int, int]]:
    text = module.tree.text.lower()
    if not any(word in text for word in ("debug", "dev", "prod", "local", "test", "show_", "expose", "traceback", "github_", "gitlab_")):
        return []
    spans: list[tuple[int, int]] = []
    for node in module.nodes_of(n.IfExp, n.BoolOp, *_WITH_BLOCKS):
        if isinstance(node, n.IfExp):
            kind = means_development(node.test, module)
            if kind is not None:
                inside = node.body if kind else node.orelse
                spans.append((inside.start, inside.end))
        elif isinstance(node, n.BoolOp) and node.op == "and":
            for position, part in enumerate(node.values[:-1]):
                if means_development(part, module):
                    spans.append((node.values[position + 1].start, node.end))
        for field in _BLOCKS if type(node) in _WITH_BLOCKS else ():
            block = getattr(node, field, None)
            if isinstance(block, list) and block:
                _block_spans(block, module, spans)
    _block_spans(list(module.tree.body), module, spans)
    return spans


def _block_spans(block: list[n.Stmt], module: Module, spans: list[tuple[int, int]]) -> None:
    for statement in block:
        if not isinstance(statement, n.If) or is_main_guard(statement):
            continue
        kind = means_development(statement.test, module)
        if kind is None:
            continue
        inside, other = (statement.body, statement.orelse) if kind else (statement.orelse, statement.body)
        if inside:
            spans.append((inside[0].start, inside[-1].end))
        if other and _ends(other) and statement is not block[-1]:
            # `if production: return ...`: the rest of the block is for development.
            spans.append((statement.end, block[-1].end))


def _ends(block: list[n.Stmt]) -> bool:
    return isinstance(block[-1], (n.Return, n.Raise, n.Continue, n.Break))
