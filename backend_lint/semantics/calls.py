"""What a call calls: the project's function, a declared name, and which argument fills which parameter."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from backend_lint.semantics.project import Class, Function, Module
from backend_lint.source import nodes as n

if TYPE_CHECKING:
    from collections.abc import Sequence

    from backend_lint.semantics.declarations import Member
    from backend_lint.semantics.scopes import Binding
    from backend_lint.semantics.values import Value

NO_EFFECTS: frozenset[str] = frozenset()


class Callee:
    """The target of a call.

    `value` is what inference says of the callee expression; `function` the project function that runs (a class's `__init__` or an
    instance's `__call__` for calls of those); `name` a qualified name for both project and outside callees; `effects` the declared effects
    of an outside callee; `constructs` the class value when the call makes an instance.
    """

    __slots__ = ("constructs", "effects", "function", "member", "name", "value")

    def __init__(
        self,
        value: Value | None,
        function: Function | None = None,
        effects: frozenset[str] = NO_EFFECTS,
        constructs: Value | None = None,
        member: Member | None = None,
    ) -> None:
        self.value = value
        self.name = value.name if value is not None else None
        self.function = function
        self.effects = effects
        self.constructs = constructs
        self.member = member


def callee(call: n.Call, module: Module, function: Function | None) -> Callee:
    """What `call`, standing in `function` of `module`, calls. Unknown callees have no value, no function and no effects.

    What running a statement does depends on the statement: `session.execute(insert(User))` writes, `session.execute(select(User))` reads.
    """
    known = module.callees.get(id(call))
    memo = module.project.memo
    if known is not None and (not known.open_at or memo.holds(known)):
        memo.rests |= known.rests
    else:
        known = module.callees[id(call)] = memo.answer(lambda: _found(call, module, function), known)
    value: Callee = known.value
    return value


def _found(call: n.Call, module: Module, function: Function | None) -> Callee:
    found = _callee(call, module, function)
    if "sql" in found.effects and call.args:
        kind = statement_kind(call.args[0].value, module, function)
        if kind == "writes":
            found.effects = (found.effects - {"reads"}) | {"writes"}
        elif kind == "other":
            found.effects = found.effects - {"reads", "writes"}
    return found


_WRITING = re.compile(r"\s*(?:with\b.{0,2000}?\)\s*)?(insert|update|delete|replace|merge|truncate|copy)\b", re.IGNORECASE | re.DOTALL)
_READING = re.compile(r"\s*(?:select|with|show|explain|values|table|describe|pragma)\b", re.IGNORECASE)


def statement_kind(expr: n.Expr, module: Module, function: Function | None) -> str | None:
    """What running a statement expression does: "reads", "writes", "other" (DDL, session settings) or None when nothing is known of it."""
    value = module.project.inference.value(expr, module, function)
    if value is not None and value.kind == "instance":
        if value.name in ("sqlalchemy.Insert", "sqlalchemy.Update", "sqlalchemy.Delete"):
            return "writes"
        if value.name in ("sqlalchemy.Select", "sqlalchemy.CompoundSelect"):
            return "reads"
    text = sql_text(expr, module, function)
    if text is None:
        return None
    if _WRITING.match(text):
        return "writes"
    return "reads" if _READING.match(text) else "other"


def sql_text(expr: n.Expr, module: Module, function: Function | None) -> str | None:
    """The beginning of the SQL text that an expression holds: a literal, an f-string, `text("...")`, or a name assigned to one of these."""
    for _ in range(6):
        if isinstance(expr, n.Constant):
            return expr.value if expr.kind == "str" else None
        if isinstance(expr, n.FString):
            first = expr.parts[0] if expr.parts else None
            return first.value if isinstance(first, n.Constant) else None
        if isinstance(expr, n.BinOp):
            expr = expr.values[0]
        elif isinstance(expr, n.Call):
            target = module.project.inference.value(expr.func, module, function)
            is_text = target is not None and target.kind == "external" and target.name.endswith(("text", "SQL"))
            if isinstance(expr.func, n.Attribute) and expr.func.attr in ("format", "strip"):
                expr = expr.func.value
            elif (is_text or (target is not None and target.name.endswith(".SQL"))) and expr.args:
                expr = expr.args[0].value
            else:
                return None
        elif isinstance(expr, n.Name):
            names = function.names if function is not None and expr.id in function.names.bindings else module.names
            bindings = [b for b in names.bindings.get(expr.id, ()) if b.kind == "assign" and b.value is not None]
            before = [b for b in bindings if b.start <= expr.start] if names is not module.names else bindings
            if not before:
                found = _constant_elsewhere(names.bindings.get(expr.id, ()), module)
                if found is None:
                    return None
                expr, module, function = *found, None
                continue
            if before[-1].value is None or before[-1].value is expr:
                return None
            expr = before[-1].value
        elif isinstance(expr, n.Attribute):
            holder = module.project.inference.value(expr.value, module, function)
            if holder is None or not isinstance(holder.definition, Module):
                return None
            inside = _assigned(holder.definition, expr.attr)
            if inside is None:
                return None
            expr, module, function = *inside, None
        else:
            return None
    return None


def _constant_elsewhere(bindings: Sequence[Binding], module: Module) -> tuple[n.Expr, Module] | None:
    """What a name imported from another module of the project is assigned there, with that module."""
    for binding in bindings:
        if binding.kind == "import" and binding.attribute is not None:
            source = module.imported_from(binding)
            if source is not None:
                return _assigned(source, binding.attribute)
    return None


def _assigned(module: Module, name: str) -> tuple[n.Expr, Module] | None:
    values = [b.value for b in module.names.bindings.get(name, ()) if b.kind == "assign" and b.value is not None and not b.path]
    return (values[-1], module) if values else None


def _callee(call: n.Call, module: Module, function: Function | None) -> Callee:
    project = module.project
    value = project.inference.value(call.func, module, function)
    if value is None:
        return Callee(None)
    registry = project.registry
    if value.kind == "function":
        assert isinstance(value.definition, Function)
        return Callee(value, value.definition)
    if value.kind == "class":
        if isinstance(value.definition, Class):
            bases = sorted(value.definition.external_ancestors)
            effects = next((made for base in bases if (made := registry.construction(base))), NO_EFFECTS)
            return Callee(value, value.definition.method("__init__"), effects, value)
        return Callee(value, None, registry.construction(value.name), value)
    if value.kind == "instance":
        inner = project.inference.member(value, "__call__")
        if inner is not None and isinstance(inner.definition, Function):
            return Callee(value, inner.definition)
        found = registry.member(value.name, "__call__")
        return Callee(value, None, found[1].effects if found else NO_EFFECTS, member=found[1] if found else None)
    if value.kind == "method":
        class_name, _, attribute = value.name.rpartition(".")
        found = registry.member(class_name, attribute)
        return Callee(value, None, found[1].effects if found else NO_EFFECTS, member=found[1] if found else None)
    member = registry.functions.get(value.name)
    if member is not None:
        return Callee(value, None, member.effects, member=member)
    return Callee(value, constructs=value if value.name.rpartition(".")[2][:1].isupper() else None)


def never_returns(call: n.Call, module: Module, function: Function | None) -> bool:
    """Whether a call as a statement never comes back: `abort(404)`, or a project function whose body always ends by raising."""
    target = callee(call, module, function)
    if "aborts" in target.effects:
        return True
    called = target.function
    if called is None or target.constructs is not None or called.is_async or called.is_generator:
        return False
    # What calls itself is taken to return.
    return module.project.remember(("never returns", id(called)), lambda: _always_raises(called), meanwhile=False)


def _always_raises(function: Function) -> bool:
    last = function.node.body[-1] if function.node.body else None
    found = isinstance(last, n.Raise) or (
        isinstance(last, n.ExprStmt) and isinstance(last.value, n.Call) and never_returns(last.value, function.module, function)
    )
    return found and not any(isinstance(node, n.Return) for node in n.walk_scope(function.node.body))


def bind(call: n.Call, function: Function, *, bound: bool | None = None) -> dict[str, n.Arg]:
    """Which argument of `call` fills which parameter of `function`, by parameter name.

    `bound` tells whether the first parameter is already filled (a method of an instance, a constructor); by default it is when the function
    is a method and not static, and is not called on its class (`Base.save(self, order)`). Arguments after a starred one are left out, for
    nobody knows where they go.
    """
    skip = (function.cls is not None and not function.is_static and not _is_unbound(call, function)) if bound is None else bound
    signature = function.signature
    positional = signature.positional[1:] if skip else signature.positional
    by_name, rest, extra = signature.by_name, signature.rest, signature.extra
    found: dict[str, n.Arg] = {}
    index = 0
    for argument in call.args:
        if argument.star == "*":
            index = len(positional) + 1
            if rest is not None:
                found.setdefault(rest.name, argument)
        elif argument.star == "**":
            if extra is not None:
                found.setdefault(extra.name, argument)
        elif argument.keyword is not None:
            parameter = by_name.get(argument.keyword, extra)
            if parameter is not None:
                found.setdefault(parameter.name, argument)
        else:
            if index < len(positional):
                found.setdefault(positional[index].name, argument)
            elif rest is not None:
                found.setdefault(rest.name, argument)
            index += 1
    return found


def _is_unbound(call: n.Call, function: Function) -> bool:
    """Whether a method is called on its class by name, and its object is the first argument: `Base.save(self, order)`."""
    func = call.func
    if function.cls is None or function.is_class_method or not isinstance(func, n.Attribute) or not isinstance(func.value, n.Name):
        return False
    return func.value.id == function.cls.node.name and func.attr == function.node.name


def argument(call: n.Call, position: int | None, keyword: str | None = None) -> n.Expr | None:
    """The argument at a 0-based position or with a keyword; None when it is not given that way."""
    for given in call.args:
        if keyword is not None and given.keyword == keyword:
            return given.value
    if position is not None:
        positional = [given for given in call.args if given.keyword is None]
        if position < len(positional) and not any(given.star for given in positional[: position + 1]):
            return positional[position].value
    return None


def receiver(call: n.Call) -> n.Expr | None:
    """The object a method is called on."""
    return call.func.value if isinstance(call.func, n.Attribute) else None


def dotted(expr: n.Expr) -> str | None:
    """`a.b.c` as text, None for anything else."""
    if type(expr) is n.Name:
        return expr.id
    parts: list[str] = []
    while type(expr) is n.Attribute:
        parts.append(expr.attr)
        expr = expr.value
    if type(expr) is not n.Name:
        return None
    parts.append(expr.id)
    return ".".join(reversed(parts))
