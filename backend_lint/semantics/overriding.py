"""Methods that are called by the name of another: a base class calls `self.load()`, and what runs is what a subclass makes of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from backend_lint.semantics import effects
from backend_lint.semantics.calls import callee
from backend_lint.source import nodes as n

if TYPE_CHECKING:
    from backend_lint.semantics.project import Class, Function

#: How many files are looked at for classes that derive from a mixin.
_MAX_FILES = 20


def overridden(function: Function) -> list[Function]:
    """The project methods that a method stands in for: those of the same name of its class's ancestors, and, for a mixin, of the other
    bases of the classes that use it."""
    return function.project.remember(("overridden", id(function)), lambda: _overridden(function), meanwhile=[])


def _overridden(function: Function) -> list[Function]:
    cls, name = function.cls, function.node.name
    if cls is None or name.startswith("__"):
        return []
    found = [ancestor.methods[name] for ancestor in cls.mro[1:] if name in ancestor.methods]
    if not found:
        for user in _users(cls):
            found.extend(ancestor.methods[name] for ancestor in user.mro if ancestor is not cls and name in ancestor.methods)
    return list({id(method): method for method in found if method is not function}.values())


def _users(cls: Class) -> Iterator[Class]:
    """Some classes that derive from a class and from others."""
    for number, module in enumerate(cls.module.project.containing(cls.node.name.encode())):
        if number >= _MAX_FILES:
            return
        for other in module.classes:
            if other is not cls and len(other.node.bases) > 1 and cls in other.mro:
                yield other


def calls_by_base(function: Function) -> Iterator[tuple[Function, n.Call]]:
    """The project functions that call a method by the name of one that it overrides, with the calls."""
    for method in overridden(function):
        for caller, call in effects.callers(method):
            if caller is not function and not _names_the_base(call, caller):
                yield caller, call


def _names_the_base(call: n.Call, caller: Function) -> bool:
    """Whether a call asks for the base class's own method: `super().load()`, `Page.load(self)`; `cls.load()` asks for the subclass's."""
    func = call.func
    if caller.is_class_method and isinstance(func, n.Attribute) and isinstance(func.value, n.Name) and caller.parameters:
        if func.value.id == caller.parameters[0].name:
            return False
    value = callee(call, caller.module, caller).value
    if value is not None and value.receiver is not None and value.receiver.kind == "class":
        return True
    return (
        isinstance(func, n.Attribute)
        and isinstance(func.value, n.Call)
        and isinstance(func.value.func, n.Name)
        and func.value.func.id == "super"
    )
