"""Where a hardcoded value does no harm: development settings, values that start-up refuses, and whatever is not application code."""

from __future__ import annotations

import re

from backend_lint.semantics.project import Class, Module
from backend_lint.source import nodes as n
from backend_lint_rules.configuration.literals import Named

_DEVELOPMENT = re.compile(r"(?:^|_)(?:dev|devel|develop|development|local|test|tests|testing|debug|ci|example|sample|demo)(?:_|$)")


def is_development(named_at: n.Node, module: Module) -> bool:
    """Whether a node stands in settings for development or tests: by the file's name, its class's name, or a guard around it."""
    from backend_lint.semantics.development import is_guarded

    stem = module.path.rsplit("/", 1)[-1].rpartition(".")[0].lower()
    folder = module.path.split("/")[-2].lower() if "/" in module.path else ""
    if (module.role == "settings" or stem.startswith(("config", "settings")) or folder in ("settings", "config")) and (
        _DEVELOPMENT.search(stem) or _DEVELOPMENT.search(folder)
    ):
        return True
    if module.role == "test":
        return True
    cls = class_at(named_at, module)
    if cls is not None:
        words = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", cls.node.name).lower()
        if _DEVELOPMENT.search(words):
            return True
    return is_guarded(named_at, module)


def class_at(node: n.Node, module: Module) -> Class | None:
    """The innermost class around a node."""
    found = None
    for cls in module.classes:
        if cls.node.start <= node.start < cls.node.end:
            found = cls
    return found


def is_refused(named: Named) -> bool:
    """Whether a check refuses to run with this very text: a comparison with it (or membership in a list that holds it) beside a `raise` or an
    exit, in a validator or in code that runs."""
    module = named.module
    for function in module.functions:
        if any(_compares(node, named, module) for node in n.walk(function.node.body)) and _stops(function.node.body):
            return bool(function.node.decorators) or _is_called(function.node.name, module, function.node)
    for statement in module.tree.body:
        if (
            isinstance(statement, n.If)
            and any(_compares(node, named, module) for node in n.walk(statement.test))
            and _stops(statement.body)
        ):
            return True
    cls = class_at(named.node, module)
    for statement in cls.node.body if cls is not None else ():
        if (
            isinstance(statement, n.If)
            and any(_compares(node, named, module) for node in n.walk(statement.test))
            and _stops(statement.body)
        ):
            return True
    return False


def _compares(node: n.Node, named: Named, module: Module) -> bool:
    if isinstance(node, n.Compare):
        parts = [node.left, *node.comparators]
        for part in parts:
            if isinstance(part, n.Constant) and part.value == named.text:
                return True
            if isinstance(part, (n.Set, n.List, n.Tuple)) and any(isinstance(e, n.Constant) and e.value == named.text for e in part.elts):
                return True
            if isinstance(part, (n.Name, n.Attribute)):
                name = part.id if isinstance(part, n.Name) else part.attr
                for binding in (
                    *module.names.bindings.get(name, ()),
                    *(b for cls in module.classes for b in cls.names.bindings.get(name, ())),
                ):
                    if isinstance(binding.value, (n.Set, n.List, n.Tuple)) and any(
                        isinstance(e, n.Constant) and e.value == named.text for e in binding.value.elts
                    ):
                        return True
                    if isinstance(binding.value, n.Constant) and binding.value.value == named.text and binding.value is not named.node:
                        return True
                    if binding.value is named.node:
                        return True
    if isinstance(node, n.Call) and isinstance(node.func, n.Attribute) and node.func.attr == "startswith" and node.args:
        first = node.args[0].value
        return isinstance(first, n.Constant) and len(first.value) > 3 and named.text.startswith(first.value)
    return False


def _stops(body: list[n.Stmt]) -> bool:
    for node in n.walk(body):
        if isinstance(node, n.Raise):
            return True
        if isinstance(node, n.Call):
            name = node.func.attr if isinstance(node.func, n.Attribute) else node.func.id if isinstance(node.func, n.Name) else ""
            if name in ("exit", "_exit", "abort"):
                return True
    return False


def _is_called(name: str, module: Module, definition: n.FunctionDef) -> bool:
    if name.startswith("__") or name in ("model_post_init",):
        return True
    pattern = re.compile(rb"(?<!def )\b" + re.escape(name.encode()) + rb"\s*\(")
    for path in module.project.files:
        data = module.project.bytes_of(path)
        if data is not None and name.encode() in data and pattern.search(data):
            return True
    return False
