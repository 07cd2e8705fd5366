"""Coroutines that are made and never run, or taken for the value that awaiting them would give."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from backend_lint.semantics.awaiting import awaited_in
from backend_lint.semantics.call_graph import calls_in
from backend_lint.semantics.reaching import reaching
from backend_lint.semantics.wrapping import wrapping
from backend_lint.source import nodes as n

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backend_lint.semantics.calls import Callee
    from backend_lint.semantics.project import Class, Function

Fate = Literal["dropped", "unused", "tested", "used"]

#: What a coroutine object has of its own.
_OF_COROUTINES = frozenset({"send", "throw", "close", "__await__", "cr_frame", "cr_running", "cr_code", "cr_await"})
#: Libraries whose awaitables are futures: the work runs, awaited or not.
_EAGER = ("motor.", "tornado.")
_MAX_SUBCLASSES = 200


class Unawaited:
    """One coroutine that is not awaited: the `call` that makes it, its target's `name`, the project `target` if it is one, and its `fate`.

    "dropped" is a call as a statement, "unused" a name assigned and never read, "tested" a truth test, which a coroutine always passes,
    "used" an attribute, item, operand or iteration. `node` is where that happens.
    """

    __slots__ = ("call", "fate", "name", "node", "target")

    def __init__(self, call: n.Call, name: str, target: Function | None, fate: Fate, node: n.Node) -> None:
        self.call = call
        self.name = name
        self.target = target
        self.fate: Fate = fate
        self.node = node


def unawaited_in(function: Function) -> list[Unawaited]:
    """The coroutines made in a function that are certainly not awaited, in source order."""
    found: list[Unawaited] = []
    awaited = awaited_in(function)
    parents: dict[int, n.Node] | None = None
    for call, target in calls_in(function):
        if id(call) in awaited or not _makes_coroutine(target) or not _is_named(call.func, target, function):
            continue
        if parents is None:
            parents = {id(child): node for node in n.walk(function.node.body) for child in n.children(node)}
        outcome = _outcome(call, function, parents, is_declared=target.function is None)
        if outcome is not None:
            assert target.name is not None
            found.append(Unawaited(call, target.name, target.function, *outcome))
    return found


def _makes_coroutine(target: Callee) -> bool:
    """Whether a call certainly gives a coroutine (or, of a library, an awaitable that does nothing until it is awaited)."""
    if target.function is None:
        is_eager = target.name is not None and target.name.startswith(_EAGER)
        return "coroutine" in target.effects and target.constructs is None and not is_eager
    called = target.function
    if not called.is_async or called.is_generator or target.constructs is not None or wrapping(called).manner != "plain":
        return False
    return called.project.remember(("always async", id(called)), lambda: _is_always_async(called))


def _is_named(func: n.Expr, target: Callee, function: Function) -> bool:
    """Whether an expression names the function itself that it calls: what a variable or a factory gives may be another one."""
    if target.function is None:
        return True
    if isinstance(func, n.Attribute):
        owner = function.project.inference.value(func.value, function.module, function)
        return target.function.cls is not None or (owner is not None and owner.kind == "module")
    if not isinstance(func, n.Name):
        return False
    scope: Function | None = function
    while scope is not None and func.id not in scope.names.bindings:
        scope = scope.parent
    names = scope.names if scope is not None else function.module.names
    return all(binding.kind in ("function", "import") for binding in names.bindings.get(func.id, ()))


def _is_always_async(function: Function) -> bool:
    """Whether no other definition of the same name, in the same scope or in a class that derives from its own, is a plain one."""
    name = function.node.name
    for other in function.module.functions:
        if other.node.name == name and other.cls is function.cls and other.parent is function.parent and not other.is_async:
            return False
    if function.cls is None:
        return True
    return all(_is_async_member(cls, name) for cls in _subclasses(function.cls))


def _is_async_member(cls: Class, name: str) -> bool:
    own = cls.methods.get(name)
    if own is not None:
        return own.is_async
    return name not in cls.names.bindings


def _subclasses(cls: Class) -> Iterator[Class]:
    """The project classes that derive from a class, as far as files that name it or one of these show."""
    count = 0
    queue, seen = [cls], {id(cls)}
    while queue:
        current = queue.pop()
        for module in cls.module.project.containing(current.node.name.encode()):
            for other in module.classes:
                if id(other) not in seen and current in other.mro:
                    seen.add(id(other))
                    count += 1
                    if count <= _MAX_SUBCLASSES:
                        queue.append(other)
                        yield other


def _outcome(expr: n.Expr, function: Function, parents: dict[int, n.Node], *, is_declared: bool) -> tuple[Fate, n.Node] | None:
    """What becomes of an expression that is a coroutine; None when it may be awaited somewhere."""
    inner: n.Node = expr
    parent = parents.get(id(expr))
    while True:
        if isinstance(parent, n.BoolOp) and inner is not parent.values[-1]:
            return None if is_declared else ("tested", inner)
        if isinstance(parent, n.BoolOp) or (isinstance(parent, n.IfExp) and inner is not parent.test):
            inner, parent = parent, parents.get(id(parent))
            continue
        break
    if isinstance(parent, n.ExprStmt):
        return "dropped", inner
    if isinstance(parent, (n.Assign, n.AnnAssign)):
        targets = parent.targets if isinstance(parent, n.Assign) else [parent.target]
        if len(targets) == 1 and isinstance(targets[0], n.Name):
            if len(function.names.bindings.get(targets[0].id, ())) > 1:
                return None if is_declared else _compared(targets[0], expr, function, parents)
            return _fate_of_name(targets[0], function, parents, is_declared=is_declared)
        return None
    # What libraries return is often more than a coroutine: a query to be refined, a context manager.
    return None if is_declared else _taken_for_value(inner, parent)


def _taken_for_value(expr: n.Node, parent: n.Node | None) -> tuple[Fate, n.Node] | None:
    """How an expression's place takes a coroutine for the value that it would give."""
    if isinstance(parent, n.Attribute):
        return None if parent.attr in _OF_COROUTINES else ("used", parent)
    if isinstance(parent, (n.If, n.While, n.Assert, n.IfExp)) and expr is parent.test:
        return "tested", expr
    if isinstance(parent, n.UnaryOp):
        return ("tested" if parent.op == "not" else "used"), expr
    if isinstance(parent, n.Subscript) and expr is parent.value:
        return "used", parent
    if isinstance(parent, (n.For, n.Generator)) and expr is parent.iter and not parent.is_async:
        return "used", expr
    if isinstance(parent, (n.BinOp, n.Compare, n.Field)):
        return "used", expr
    return None


def _fate_of_name(target: n.Name, function: Function, parents: dict[int, n.Node], *, is_declared: bool) -> tuple[Fate, n.Node] | None:
    name = target.id
    names = function.names
    if name in names.globals or name in names.nonlocals:
        return None
    uses = [node for node in n.walk(function.node.body) if isinstance(node, n.Name) and node.id == name and node is not target]
    if not uses:
        return "unused", target
    if is_declared or any(isinstance(node, (n.Global, n.Nonlocal)) and name in node.names for node in n.walk(function.node.body)):
        return None
    outcomes = [_of_use(use, parents) for use in uses]
    if any(outcome is None for outcome in outcomes):
        return None
    return outcomes[0]


def _compared(target: n.Name, made: n.Expr, function: Function, parents: dict[int, n.Node]) -> tuple[Fate, n.Node] | None:
    """Where a name that certainly holds the coroutine is asked whether it is None, though it is assigned anew elsewhere:
    `order = find(key)`, `if order is None: order = await create(key)`."""
    for node in n.walk(function.node.body):
        if not isinstance(node, n.Name) or node.id != target.id:
            continue
        test = parents.get(id(node))
        if not isinstance(test, n.Compare) or node is not test.left or not _is_none(test.comparators[0]):
            continue
        held = reaching(node.id, node.start, function)
        if held is not None and held.value is made:
            return "used", node
    return None


def _is_none(expr: n.Expr) -> bool:
    return isinstance(expr, n.Constant) and expr.kind == "none"


def _of_use(use: n.Name, parents: dict[int, n.Node]) -> tuple[Fate, n.Node] | None:
    parent = parents.get(id(use))
    if isinstance(parent, n.BoolOp) and use is not parent.values[-1]:
        return "tested", use
    while isinstance(parent, n.BoolOp) and isinstance(parents.get(id(parent)), (n.If, n.While, n.BoolOp)):
        test = parents[id(parent)]
        if not isinstance(test, n.BoolOp):
            return "tested", use
        parent = test
    return _taken_for_value(use, parent)
