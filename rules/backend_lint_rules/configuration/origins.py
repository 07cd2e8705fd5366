"""Where a literal is written that a name stands for, through variables and across files."""

from __future__ import annotations

from dataclasses import dataclass

from backend_lint.rule import Step
from backend_lint.semantics.project import Class, Function, Module
from backend_lint.semantics.scopes import Binding
from backend_lint.source import nodes as n

#: Classes whose class-level values are defaults of fields.
_FIELDS = ("pydantic_settings.BaseSettings", "pydantic.BaseSettings", "pydantic.v1.BaseSettings", "pydantic.BaseModel")
#: How many names a literal is followed through.
_MOST_NAMES = 8


@dataclass(frozen=True)
class Origin:
    """A literal that names lead to: its `node`, its `text`, the `module` it is written in, and the `names` that carry it, nearest first."""

    node: n.Expr
    text: str
    module: Module
    names: tuple[str, ...]

    def step(self, message: str) -> Step:
        """The step of a trace that shows where the literal is written."""
        return Step(self.module.path, self.module.line(self.node), message)


def text_of(expr: n.Expr | None) -> str | None:
    """The text of a string or bytes literal, also one put together of literals; None for anything else."""
    if type(expr) is n.Constant:
        return expr.value if expr.kind in ("str", "bytes") else None
    if isinstance(expr, n.FString) and all(isinstance(part, n.Constant) for part in expr.parts):
        return "".join(part.value for part in expr.parts if isinstance(part, n.Constant))
    if not isinstance(expr, (n.Call, n.BinOp)):
        return None
    if isinstance(expr, n.BinOp) and expr.op == "+":
        parts = [text_of(part) for part in expr.values]
        return "".join(part for part in parts if part is not None) if all(part is not None for part in parts) else None
    if (
        isinstance(expr, n.Call)
        and isinstance(expr.func, n.Attribute)
        and expr.func.attr in ("encode", "strip")
        and not isinstance(expr.func.value, n.Call)
    ):
        return text_of(expr.func.value)
    if isinstance(expr, n.Call) and isinstance(expr.func, n.Name) and expr.func.id in ("SecretStr", "bytes", "str") and expr.args:
        return text_of(expr.args[0].value)
    return None


def origin_of(expr: n.Expr, module: Module, function: Function | None) -> Origin | None:
    """The string or bytes literal that a name, or a module's or plain class's attribute, stands for; None when there may be several."""
    found = value_of(expr, module, function)
    if found is None:
        return None
    value, home, names = found
    text = text_of(value)
    return Origin(value, text, home, names) if text is not None and names else None


def value_of(expr: n.Expr, module: Module, function: Function | None) -> tuple[n.Expr, Module, tuple[str, ...]] | None:
    """The expression that names lead to, the module it stands in, and the names; the expression itself when it is no name."""
    names: list[str] = []
    while isinstance(expr, (n.Name, n.Attribute)) and len(names) < _MOST_NAMES:
        step = _step(expr, module, function)
        if step is None:
            return None
        names.append(expr.id if isinstance(expr, n.Name) else expr.attr)
        expr, module, function = step
    return None if isinstance(expr, (n.Name, n.Attribute)) else (expr, module, tuple(names))


def _step(expr: n.Name | n.Attribute, module: Module, function: Function | None) -> tuple[n.Expr, Module, Function | None] | None:
    if isinstance(expr, n.Name):
        scope = function
        while scope is not None:
            if expr.id in scope.names.bindings and expr.id not in scope.names.globals:
                return _only(scope.names.bindings[expr.id], module, scope)
            scope = scope.parent
        return _member(module, expr.id)
    if function is not None and isinstance(expr.value, n.Name) and expr.value.id == function.self_name and function.cls is not None:
        return _class_member(function.cls, expr.attr)
    owner = module.project.inference.value(expr.value, module, function)
    if owner is None:
        return None
    if owner.kind == "module" and isinstance(owner.definition, Module):
        return _member(owner.definition, expr.attr)
    if owner.kind == "class" and isinstance(owner.definition, Class):
        return _class_member(owner.definition, expr.attr)
    return None


def _class_member(cls: Class, name: str) -> tuple[n.Expr, Module, Function | None] | None:
    found = cls.attribute(name)
    if found is None or found[1].value is None or found[1].path:
        return None
    if text_of(found[1].value) is not None and cls.derives_from(*_FIELDS):
        return None  # what a field holds is for the environment or the caller to say
    return found[1].value, found[0].module, None


def _member(module: Module, name: str) -> tuple[n.Expr, Module, Function | None] | None:
    bindings = module.names.bindings.get(name, [])
    if len(bindings) == 1 and bindings[0].kind == "import" and bindings[0].attribute is not None:
        binding = bindings[0]
        source = module.imported_from(binding)
        if source is None or source is module or binding.attribute is None:
            return None
        again = source.names.bindings.get(binding.attribute, [])
        if len(again) == 1 and again[0].kind == "import":
            return n.Name(again[0].start, again[0].start, binding.attribute), source, None
        return _only(again, source, None)
    return _only(bindings, module, None)


def _only(bindings: list[Binding], module: Module, function: Function | None) -> tuple[n.Expr, Module, Function | None] | None:
    """The value of a name that is bound once, by an assignment."""
    if len(bindings) != 1 or bindings[0].kind not in ("assign", "annotation") or bindings[0].value is None:
        return None
    value: n.Expr = bindings[0].value
    for index in bindings[0].path:
        if not isinstance(value, (n.Tuple, n.List)) or not 0 <= index < len(value.elts):
            return None
        value = value.elts[index]
    return value, module, function
