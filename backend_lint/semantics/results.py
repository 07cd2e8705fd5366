"""What calling, subscripting, iterating over and entering a value gives: the part of inference behind brackets, loops and `with`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from backend_lint.semantics import annotations as typing_
from backend_lint.semantics.members import gives_rows
from backend_lint.semantics.values import Value
from backend_lint.source import nodes as n

if TYPE_CHECKING:
    from backend_lint.semantics.inference import Inference
    from backend_lint.semantics.project import Function, Module

_GENERATORS = (
    "typing.Generator", "typing.Iterator", "typing.AsyncGenerator", "typing.AsyncIterator", "typing.Iterable", "typing.AsyncIterable",
)  # fmt: skip
_ITERABLES = frozenset({"list", "set", "tuple", "generator", "frozenset", "sequence", *_GENERATORS})
_BUILTIN_CLASSES = frozenset(
    {"str", "int", "float", "bool", "bytes", "list", "dict", "set", "tuple", "frozenset", "object", "bytearray", "type"}
)


def called(infer: Inference, call: n.Call, module: Module, function: Function | None) -> Value | None:
    from backend_lint.semantics.project import Class, Function

    callee = infer.value(call.func, module, function)
    if callee is None:
        return None
    if callee.name in infer.project.declared("session-factories"):
        return Value("instance", "sqlalchemy.orm.Session")
    if callee.kind == "class":
        # A declared `__new__` says what the arguments make of the instance: `sessionmaker(class_=AsyncSession)`.
        made = infer.project.registry.member(callee.name, "__new__") if callee.definition is None and not callee.args else None
        if made is not None and made[1].returns is not None:
            return infer.typed(made[1].returns, callee, call, module, function)
        return infer.instance_of(callee)
    if callee.kind == "function":
        assert isinstance(callee.definition, Function)
        given = infer.returned(callee.definition, callee.receiver, call, module, function)
        return _of_receiver(given, callee.receiver)
    if callee.kind == "instance":
        inner = infer.member(callee, "__call__")
        if inner is not None and inner.kind == "function" and isinstance(inner.definition, Function):
            return infer.returned(inner.definition)
        if inner is not None and inner.kind == "method":
            return _declared_result(infer, inner, call, module, function)
        return None
    if callee.kind == "method":
        return _declared_result(infer, callee, call, module, function)
    if callee.kind == "external":
        if callee.name == "super" and function is not None and function.cls is not None:
            parents = function.cls.bases
            for base in parents:
                if isinstance(base.definition, Class):
                    return infer.instance_of(base)
            return Value("instance", parents[0].name) if parents else None
        member = infer.project.registry.functions.get(callee.name)
        if member is not None:
            return infer.typed(member.returns, None, call, module, function) if member.returns else None
        last = callee.name.rpartition(".")[2]
        if last[:1].isupper() or callee.name in _BUILTIN_CLASSES:
            return Value("instance", callee.name)
    return None


def _of_receiver(given: Value | None, receiver: Value | None) -> Value | None:
    """What a manager's or a query set's own method gives, with the rows of the one that it is called on: `Order.objects.open()`."""
    if given is None or receiver is None or given.args or not receiver.args or not gives_rows(given) or not gives_rows(receiver):
        return given
    return Value("instance", given.name, given.definition, receiver.args)


def _declared_result(infer: Inference, callee: Value, call: n.Call, module: Module, function: Function | None) -> Value | None:
    class_name, _, attribute = callee.name.rpartition(".")
    found = infer.project.registry.member(class_name, attribute)
    if found is None or found[1].returns is None or found[1].is_attribute:
        return None
    return infer.typed(found[1].returns, callee.receiver, call, module, function)


def returned(
    infer: Inference,
    function: Function,
    receiver: Value | None = None,
    call: n.Call | None = None,
    module: Module | None = None,
    caller: Function | None = None,
) -> Value | None:
    """What a project function returns: its annotation, else what its `return`s (or, for a provider, its `yield`s) are known to give."""
    return infer.ask(function.module.returns, id(function.node), lambda: _returned(infer, function))


def _returned(infer: Inference, function: Function) -> Value | None:
    manager = infer.is_context_manager(function)
    if function.node.returns is not None:
        declared = typing_.evaluate(infer, function.node.returns, function.module, function)
        if declared is not None and declared.name not in ("object", "typing.Any"):
            if manager:
                return Value("instance", "contextlib.ContextManager", args=declared.args[:1] if declared.args else (declared,))
            return declared
    results: list[n.Expr] = []
    if function.is_generator:
        found_yields = [node.value for node in function.nodes if isinstance(node, n.Yield) and node.value is not None]
        for result in found_yields:
            value = infer.value(result, function.module, function)
            if value is not None:
                return Value("instance", "contextlib.ContextManager" if manager else "generator", args=(value,))
        return Value("instance", "contextlib.ContextManager" if manager else "generator")
    results = [node.value for node in function.nodes if isinstance(node, n.Return) and node.value is not None]
    tuples: list[n.Tuple] = [r for r in results if isinstance(r, n.Tuple)]
    if tuples and len(tuples) == len(results):
        parts = tuple(infer.value(e, function.module, function) or Value("external", "") for e in tuples[-1].elts)
        return Value("instance", "tuple", args=parts)
    for result in results:
        value = infer.value(result, function.module, function)
        if value is not None:
            return value
    return None


def is_context_manager(infer: Inference, function: Function) -> bool:
    """Whether a generator function is made a context manager by its decorator."""
    for decorator in function.node.decorators:
        target = decorator.func if isinstance(decorator, n.Call) else decorator
        if isinstance(target, (n.Name, n.Attribute)):
            value = infer.value(target, function.module, function.parent)
            if value is not None and value.name in ("contextlib.contextmanager", "contextlib.asynccontextmanager"):
                return True
    return False


def item(infer: Inference, expr: n.Subscript, module: Module, function: Function | None) -> Value | None:
    owner = infer.value(expr.value, module, function)
    if owner is None:
        return None
    if owner.kind in ("class", "external"):
        declared = typing_.evaluate(infer, expr, module, function)
        if declared is not None and declared.kind == "instance":
            return Value("class", declared.name, declared.definition, declared.args)
        return None
    if isinstance(expr.index, n.Slice):
        return owner
    if owner.args and owner.definition is not None and gives_rows(owner):
        return owner.args[0]
    found = infer.project.registry.member(owner.name, "__getitem__")
    if found is not None and found[1].returns:
        return infer.typed(found[1].returns, owner, None)
    if owner.name in ("list", "tuple", "set", "sequence"):
        return owner.args[0] if owner.args else None
    if owner.name == "dict" and len(owner.args) > 1:
        return owner.args[1]
    return None


def element(infer: Inference, value: Value | None) -> Value | None:
    """What iterating over a value yields."""
    if value is None:
        return None
    if value.args and value.definition is not None and gives_rows(value):
        return value.args[0]
    found = infer.project.registry.member(value.name, "__iter__")
    if found is not None and found[1].returns:
        return infer.typed(found[1].returns, value, None)
    return value.args[0] if value.args and value.name in _ITERABLES else None


def entered(infer: Inference, value: Value | None) -> Value | None:
    """What `with value as x` binds."""
    from backend_lint.semantics.project import Class, Function

    if value is None:
        return None
    if value.name in ("contextlib.ContextManager", "generator"):
        return value.args[0] if value.args else None
    if isinstance(value.definition, Class):
        method = value.definition.method("__enter__") or value.definition.method("__aenter__")
        if method is not None:
            returned = infer.returned(method)
            return returned or value
    enters = infer.project.registry.enters(value.name)
    if enters is not None:
        return infer.typed(enters, value, None)
    return value if not isinstance(value.definition, Function) else None


def dependency_value(infer: Inference, call: n.Expr, module: Module, function: Function | None) -> Value | None:
    """What FastAPI passes for `Depends(provider)`: the provider's result, a generator's yield."""
    provider = infer.dependency_target(call, module, function)
    if provider is None:
        return None
    if provider.kind == "class":
        return infer.instance_of(provider)
    from backend_lint.semantics.project import Function

    if provider.kind == "function" and isinstance(provider.definition, Function):
        result = infer.returned(provider.definition)
        if result is not None and result.name in ("generator", "contextlib.ContextManager", *_GENERATORS):
            return result.args[0] if result.args else None
        return result
    if provider.kind == "instance":
        inner = infer.member(provider, "__call__")
        if inner is not None and inner.kind == "function" and isinstance(inner.definition, Function):
            return infer.returned(inner.definition)
    return None


def dependency_target(infer: Inference, call: n.Expr, module: Module, function: Function | None) -> Value | None:
    """The provider in `Depends(provider)` or `Security(provider)`, None for any other expression."""
    if not isinstance(call, n.Call):
        return None
    marker = infer.value(call.func, module, function)
    if marker is None or marker.name not in ("fastapi.Depends", "fastapi.Security", "fastapi.params.Depends"):
        return None
    for argument in call.args:
        if argument.keyword in (None, "dependency") and not argument.star:
            return infer.value(argument.value, module, function)
    return None
