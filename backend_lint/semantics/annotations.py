"""From annotations, and from the type texts of declarations, to values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from backend_lint.semantics.values import Value
from backend_lint.source import nodes as n

if TYPE_CHECKING:
    from backend_lint.semantics.inference import Inference
    from backend_lint.semantics.project import Function, Module

_TRANSPARENT = frozenset({
    "typing.Optional", "typing.Final", "typing.ClassVar", "typing.Required", "typing.NotRequired", "typing.ReadOnly",
    "sqlalchemy.orm.Mapped", "typing.Awaitable", "typing.Coroutine",
})  # fmt: skip
_CONTAINERS = {
    "typing.List": "list", "typing.Dict": "dict", "typing.Set": "set", "typing.Tuple": "tuple", "typing.FrozenSet": "frozenset",
    "typing.Sequence": "sequence", "typing.MutableSequence": "sequence", "typing.Mapping": "dict", "typing.MutableMapping": "dict",
    "typing.Collection": "sequence", "typing.Text": "str",
}  # fmt: skip
_NOTHING = frozenset({"typing.Any", "object", "None"})


def evaluate(infer: Inference, expr: n.Expr, module: Module, function: Function | None) -> Value | None:
    """The instance that a type annotation describes; None for unknown, `Any` and `object`. A union is its first known part."""
    if isinstance(expr, n.Constant):
        if expr.kind != "str":
            return None
        quoted = parse_quoted(infer, expr, module)
        return evaluate(infer, quoted, module, function) if quoted is not None else None
    if isinstance(expr, n.BinOp) and expr.op == "|":
        for part in expr.values:
            found = evaluate(infer, part, module, function)
            if found is not None:
                return found
        return None
    if isinstance(expr, n.Subscript):
        return _generic(infer, expr, module, function)
    if not isinstance(expr, (n.Name, n.Attribute)):
        return None
    target = infer.value(expr, module, function)
    if target is None:
        return None
    return _instance(infer, target, expr, module)


def _instance(infer: Inference, target: Value, expr: n.Expr, module: Module) -> Value | None:
    if target.kind == "class":
        return Value("instance", target.name, target.definition, target.args)
    if target.kind == "external":
        name = _CONTAINERS.get(target.name, target.name)
        return None if name in _NOTHING else Value("instance", name)
    return None


def _generic(infer: Inference, expr: n.Subscript, module: Module, function: Function | None) -> Value | None:
    base = infer.value(expr.value, module, function)
    parts = list(expr.index.elts) if isinstance(expr.index, n.Tuple) else [expr.index]
    name = base.name if base is not None else None
    if name in ("typing.Annotated", *_TRANSPARENT):
        last = parts[-1] if name == "typing.Coroutine" else parts[0]
        return evaluate(infer, last, module, function)
    if name == "typing.Union":
        for part in parts:
            found = evaluate(infer, part, module, function)
            if found is not None:
                return found
        return None
    if base is None:
        return None
    if name in ("type", "typing.Type"):
        inner = evaluate(infer, parts[0], module, function)
        return Value("class", inner.name, inner.definition) if inner is not None else None
    if name == "typing.Literal":
        return Value("instance", "typing.Literal")
    if base.kind not in ("class", "external"):
        return None
    arguments = []
    for part in parts:
        inner = evaluate(infer, part, module, function)
        if inner is None and name in ("tuple", "typing.Tuple", "dict", "typing.Dict"):
            inner = Value("external", "")
        if inner is not None:
            arguments.append(inner)
    return Value("instance", _CONTAINERS.get(base.name, base.name), base.definition, tuple(arguments))


def metadata_home(infer: Inference, expr: n.Expr, module: Module, function: Function | None) -> tuple[list[n.Expr], n.Expr, Module] | None:
    """`(metadata, type, module)` of an `Annotated` annotation, following aliases to the module where it is written; None if it is none."""
    from backend_lint.semantics.project import Module as ProjectModule

    for _ in range(10):
        if isinstance(expr, n.Subscript):
            base = infer.value(expr.value, module, function)
            if base is not None and base.name == "typing.Annotated" and isinstance(expr.index, n.Tuple):
                return list(expr.index.elts[1:]), expr.index.elts[0], module
            if base is not None and base.name == "typing.Optional":
                expr = expr.index
                continue
            return None
        if isinstance(expr, n.BinOp) and expr.op == "|":
            expr = expr.values[0]
            continue
        if isinstance(expr, n.Constant) and expr.kind == "str":
            quoted = parse_quoted(infer, expr, module)
            if quoted is None:
                return None
            expr = quoted
            continue
        if isinstance(expr, n.Attribute):
            owner = infer.value(expr.value, module, function)
            if owner is None or not isinstance(owner.definition, ProjectModule):
                return None
            module, name, function = owner.definition, expr.attr, None
        elif isinstance(expr, n.Name):
            name = expr.id
        else:
            return None
        step = _alias(name, module)
        if step is None:
            return None
        expr, module = step
        function = None
    return None


def _alias(name: str, module: Module) -> tuple[n.Expr, Module] | None:
    """What the module-level name was assigned, following imports, with the module of the assignment."""
    found = module.origin_of(name)
    if found is None or found[0].kind != "assign" or found[0].value is None or found[0].path:
        return None
    return found[0].value, found[1]


def parse_quoted(infer: Inference, constant: n.Constant, module: Module) -> n.Expr | None:
    """The expression in a quoted annotation, its nodes placed at the quotes' start; None when it does not parse."""
    key = ("quoted", id(constant))
    return infer.project.remember(key, lambda: _parse_expression(constant.value, constant.start))


def _parse_expression(text: str, offset: int) -> n.Expr | None:
    from backend_lint.source.parse import SyntaxFault, parse

    if len(text) > 500 or not text.strip() or "\n" in text:
        return None
    try:
        tree = parse("<annotation>", f"{text.strip()}\n".encode())
    except SyntaxFault:
        return None
    if len(tree.body) != 1 or not isinstance(tree.body[0], n.ExprStmt):
        return None
    found = tree.body[0].value
    for node in n.walk(found):
        node.start = offset
        node.end = offset + len(text)
    return found


def declared(
    infer: Inference, text: str, receiver: Value | None, call: n.Call | None, module: Module | None, function: Function | None
) -> Value | None:
    """The value that a declaration's type text describes; see `declarations` for the language."""
    text = text.strip()
    if "|" in text:
        choices = _split(text, "|")
        if len(choices) > 1:
            found = (declared(infer, choice, receiver, call, module, function) for choice in choices)
            return next((value for value in found if value is not None), None)
    if text.startswith("type:"):
        return Value("class", text[5:])
    if text.startswith("fn:"):
        return Value("external", text[3:])
    head, bracket, inside = text.partition("[")
    arguments: tuple[Value, ...] = ()
    if bracket:
        parts = [declared(infer, part, receiver, call, module, function) for part in _split(inside[:-1])]
        arguments = tuple(part for part in parts if part is not None)
    if head == "Self":
        return receiver if not arguments or receiver is None else Value("instance", receiver.name, receiver.definition, arguments)
    if head == "Elem":
        return receiver.args[0] if receiver is not None and receiver.args else None
    if head == "Class":
        return Value("instance", receiver.name, receiver.definition) if receiver is not None else None
    if head in ("Arg0", "ArgElem") or head.startswith("Arg:"):
        given = _argument(infer, head, call, module, function)
        if given is None or given.kind not in ("class", "external", "instance"):
            return None
        if head == "ArgElem":
            return given.args[0] if given.args else None
        return Value("instance", given.name, given.definition)
    return Value("instance", infer.project.registry.canonical(head), args=arguments)


def _argument(infer: Inference, head: str, call: n.Call | None, module: Module | None, function: Function | None) -> Value | None:
    """The value of the call's argument that `Arg0`, `ArgElem` (the first) or `Arg:keyword` speaks of."""
    if call is None or module is None:
        return None
    keyword = head[4:] if head.startswith("Arg:") else None
    expr = next((a.value for a in call.args if a.keyword == keyword and not a.star), None)
    return infer.value(expr, module, function) if expr is not None else None


def _split(text: str, separator: str = ",") -> list[str]:
    parts, depth, current = [], 0, ""
    for character in text:
        depth += (character == "[") - (character == "]")
        if character == separator and depth == 0:
            parts.append(current)
            current = ""
        else:
            current += character
    return [*parts, current]
