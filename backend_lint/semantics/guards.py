"""What stands around a piece of code and catches the exceptions that leave it: `try`, `suppress`, context managers, decorators, retries."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Literal

from backend_lint.semantics.calls import callee, dotted
from backend_lint.semantics.importing import naming
from backend_lint.semantics.project import Class, Function
from backend_lint.semantics.raises import BROAD, ancestors, caught_classes, reraises
from backend_lint.source import nodes as n

if TYPE_CHECKING:
    from backend_lint.semantics.project import Module, Project
    from backend_lint.semantics.values import Value

CatchKind = Literal["try", "suppress", "decorator", "retry", "callback", "error-handler", "middleware", "view", "dependency"]


class Catch:
    """Something that catches an exception.

    `node` is what does it, in `module` (and in `function`, if in one): an `except` clause for kind "try", else the call, decorator or
    function. `handler` is the `except` clause whenever there is one, also inside a decorator or middleware. `classes` are the qualified
    names of what it catches; an empty tuple means that they are not known. `is_broad` is whether it catches every error there is
    (`Exception`, a bare `except`, a handler for status 500).
    """

    __slots__ = ("classes", "function", "handler", "is_broad", "kind", "module", "node")

    def __init__(
        self,
        kind: CatchKind,
        node: n.Node,
        module: Module,
        function: Function | None,
        classes: Sequence[str] = (),
        *,
        handler: n.ExceptHandler | None = None,
    ) -> None:
        self.kind: CatchKind = kind
        self.node = node
        self.module = module
        self.function = function
        self.classes = tuple(classes)
        self.handler = handler
        self.is_broad = any(is_broad_name(name) for name in self.classes)

    def __repr__(self) -> str:
        return f"<Catch by {self.kind} of {', '.join(self.classes) or '?'}>"


def is_broad_name(name: str) -> bool:
    """Whether a class (or, of an error handler, a status) stands for every error."""
    return name.removeprefix("builtins.") in BROAD or name == "500"


def covers(classes: Sequence[str], raised: Sequence[str], project: Project) -> bool:
    """Whether catching some classes catches an exception that is one of `raised`; an unknown class is taken to."""
    if not classes:
        return True
    names: set[str] = set(raised)
    for name in raised:
        names.update(project.registry.ancestors(name))
    return any(name in names or is_broad_name(name) for name in classes)


def class_names(found: Sequence[tuple[n.Expr, Value | None]], project: Project) -> tuple[str, ...]:
    """The names of the classes in an `except`; for a project class those of the outside classes it derives from as well. Empty when one of
    them is not known."""
    names: list[str] = []
    for _, value in found:
        if value is None:
            return ()
        names.append(value.name)
        if isinstance(value.definition, Class) and value.name.endswith(".DoesNotExist"):
            names.extend(sorted(ancestors(value, project)))
    return tuple(dict.fromkeys(names))


def guards_at(node: n.Node, function: Function | None, module: Module, raised: Sequence[str]) -> list[Catch]:
    """What catches one of `raised` around a node in the same function (or, outside of all, in the module), innermost first.

    An `except` that raises the same exception again catches nothing.
    """
    found: list[Catch] = []
    for guard in reversed(_guards_of(function, module)):
        if not guard.body[0].start <= node.start < guard.body[-1].end:
            continue
        if isinstance(guard, n.Try):
            catch = catch_of(guard, module, function, raised)
            if catch is not None:
                found.append(catch)
        elif isinstance(guard, n.With):
            found.extend(_managers(guard, module, function, raised))
        else:
            value = module.project.inference.value(guard.iter, module, function)
            if value is not None and "retries" in module.project.registry.construction(value.name):
                found.append(Catch("retry", guard, module, function))
    return found


def catch_of(statement: n.Try, module: Module, function: Function | None, raised: Sequence[str]) -> Catch | None:
    """The first `except` clause of a `try` that takes one of `raised`, unless it raises it again."""
    project = module.project
    for handler in statement.handlers:
        classes = ("BaseException",) if handler.type is None else class_names(caught_classes(handler.type, module, function), project)
        if covers(classes, raised, project):
            return None if reraises(handler) else Catch("try", handler, module, function, classes, handler=handler)
    return None


def _guards_of(function: Function | None, module: Module) -> list[n.Try | n.With | n.For]:
    """The statements of a body that may catch, in source order."""

    def make() -> list[n.Try | n.With | n.For]:
        found = (function.nodes_of if function is not None else module.top_nodes_of)(n.Try, n.With, n.For)
        return [node for node in found if node.body and (not isinstance(node, n.Try) or node.handlers)]

    return module.project.remember(("guards", id(function) if function is not None else module.path), make)


def _managers(statement: n.With, module: Module, function: Function | None, raised: Sequence[str]) -> Iterator[Catch]:
    """The context managers of a `with` that keep an exception to themselves."""
    for item in statement.items:
        if not isinstance(item.value, n.Call):
            value = module.project.inference.value(item.value, module, function)
            cls = value.definition if value is not None and value.kind == "instance" else None
        else:
            target = callee(item.value, module, function)
            if target.name == "contextlib.suppress":
                caught = [pair for arg in item.value.args for pair in caught_classes(arg.value, module, function)]
                classes = class_names(caught, module.project)
                if covers(classes, raised, module.project):
                    yield Catch("suppress", item.value, module, function, classes)
                continue
            if target.function is not None and target.constructs is None:
                catch = around_yield(target.function, raised)
                if catch is not None:
                    yield catch
            cls = target.constructs.definition if target.constructs is not None else None
        if isinstance(cls, Class):
            leaving = cls.method("__aexit__" if statement.is_async else "__exit__")
            if leaving is not None and _swallows(leaving):
                yield Catch("suppress", item.value, module, function)


def _swallows(leaving: Function) -> bool:
    """Whether an `__exit__` may answer that the exception is dealt with, or raises another one in its place."""
    for node in leaving.nodes_of(n.Return, n.Raise):
        if isinstance(node, n.Return) and node.value is not None:
            if not (isinstance(node.value, n.Constant) and node.value.value in ("False", "None")):
                return True
        elif isinstance(node, n.Raise) and node.exc is not None:
            return True
    return False


def around_yield(generator: Function, raised: Sequence[str]) -> Catch | None:
    """What catches, inside a context manager or `yield` dependency, an exception of the code that uses it."""
    for node in generator.nodes_of(n.Yield):
        found = guards_at(node, generator, generator.module, raised)
        if found:
            return found[0]
    return None


# --- decorators and callbacks


def decorator_guards(function: Function, raised: Sequence[str]) -> list[Catch]:
    """The decorators of a function, and those that `method_decorator` puts on its class, that catch one of `raised` or try again."""
    found: list[Catch] = []
    for decorator, module, scope in _decorators(function):
        catch = decorator_catch(decorator, module, scope, raised)
        if catch is not None:
            found.append(catch)
    return found


def _decorators(function: Function) -> Iterator[tuple[n.Expr, Module, Function | None]]:
    for decorator in function.node.decorators:
        yield _unwrapped(decorator), function.module, function.parent
    for cls in function.cls.mro if function.cls is not None else ():
        for decorator in cls.node.decorators:
            if isinstance(decorator, n.Call) and _unwrapped(decorator) is not decorator:
                yield _unwrapped(decorator), cls.module, cls.parent
        listed = cls.names.bindings.get("decorators", ())
        for binding in listed:
            # Flask's `View.decorators`: applied to the view function.
            if isinstance(binding.value, (n.List, n.Tuple)):
                for element in binding.value.elts:
                    yield element, cls.module, cls.parent


def _unwrapped(decorator: n.Expr) -> n.Expr:
    """What `@method_decorator(decorator, name="dispatch")` puts on a method; any other decorator as it is."""
    if isinstance(decorator, n.Call) and decorator.args and (dotted(decorator.func) or "").endswith("method_decorator"):
        return decorator.args[0].value
    return decorator


def decorator_catch(decorator: n.Expr, module: Module, scope: Function | None, raised: Sequence[str]) -> Catch | None:
    """What a decorator does about one of `raised` that leaves the function below it; None when it lets it through or is not known."""
    infer = module.project.inference
    target = decorator.func if isinstance(decorator, n.Call) else decorator
    value = infer.value(target, module, scope)
    if value is None:
        return None
    if isinstance(value.definition, Function):
        return _wrapper_catch(value.definition, raised)
    if isinstance(value.definition, Class):
        call = value.definition.method("__call__")
        return _wrapper_catch(call, raised) if call is not None else None
    member = module.project.registry.functions.get(value.name)
    if member is not None and "retries" in member.effects:
        return Catch("retry", decorator, module, scope)
    return None


def _wrapper_catch(factory: Function, raised: Sequence[str]) -> Catch | None:
    """The `try` or `with` in a decorator's wrapper around the call of what it decorates."""
    module = factory.module
    inside = [factory, *(function for function in module.functions if factory.node.start < function.node.start < factory.node.end)]
    names = {parameter.name for function in inside for parameter in function.own_parameters}
    for function in inside:
        for node in function.nodes_of(n.Call):
            if _calls_one_of(node, names):
                found = guards_at(node, function, module, raised)
                if found:
                    return Catch("decorator", found[0].node, module, function, found[0].classes, handler=found[0].handler)
    return None


def _calls_one_of(call: n.Call, names: set[str]) -> bool:
    """Whether a call runs one of some parameters: `view(request)`, or `self.function(...)` of a decorator class."""
    func = call.func
    if isinstance(func, n.Name):
        return func.id in names
    return isinstance(func, n.Attribute) and isinstance(func.value, n.Name) and func.value.id == "self" and func.attr.lstrip("_") in _KEPT


#: Under what names decorator classes keep what they decorate.
_KEPT = frozenset({"func", "fn", "function", "f", "view", "view_func", "wrapped", "method", "handler", "callback"})


def callback_guards(function: Function, raised: Sequence[str]) -> tuple[list[Catch], bool]:
    """The project functions that are handed `function` and call it, as far as they catch one of `raised`; with whether all of them do."""
    catches: list[Catch] = []
    is_complete = True
    for module in naming(function):
        for call, holder in _handing_calls(module, function):
            target = callee(call, module, holder)
            inner = _wrapper_catch(target.function, raised) if target.function is not None else None
            if inner is not None:
                catches.append(Catch("callback", inner.node, inner.module, inner.function, inner.classes, handler=inner.handler))
            else:
                around = guards_at(call, holder, module, raised) if target.function is not None else []
                catches.extend(around[:1])
                is_complete &= bool(around)
    return catches, is_complete


def _handing_calls(module: Module, function: Function) -> Iterator[tuple[n.Call, Function | None]]:
    """The calls in a module that get the function itself as an argument."""
    name = function.node.name
    for holder, call, given in module.calls_given.get(name, ()):
        if isinstance(call.func, (n.Name, n.Attribute)):
            value = module.project.inference.value(given, module, holder)
            if value is not None and value.definition is function:
                yield call, holder
