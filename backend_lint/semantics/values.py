"""What inference knows about an expression: a class's instance, a class, a function, a module, or a name from outside the project."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from backend_lint.semantics.project import Class, Function, Module

Kind = Literal["instance", "class", "function", "method", "module", "external"]


class Value:
    """One inferred value.

    `kind` and `name` (a canonical qualified name) by case:

    - "instance": an object of the class `name`; `definition` is the project's `Class` if it is one; `args` its type arguments;
    - "class": the class itself; `definition` as above;
    - "function": a project function, `definition` its `Function`; `receiver` what it is bound to, if anything;
    - "method": a declared member of a library's class, `name` being `pkg.Class.member`; `receiver` the instance or class;
    - "module": a project module, `definition` its `Module`;
    - "external": any other name from outside the project (`requests.get`, `os.environ`), be it module, function or undeclared class.
    """

    __slots__ = ("args", "definition", "kind", "name", "receiver")

    def __init__(
        self,
        kind: Kind,
        name: str,
        definition: Class | Function | Module | None = None,
        args: tuple[Value, ...] = (),
        receiver: Value | None = None,
    ) -> None:
        self.kind = kind
        self.name = name
        self.definition = definition
        self.args = args
        self.receiver = receiver

    def __repr__(self) -> str:
        inside = f"[{', '.join(map(repr, self.args))}]" if self.args else ""
        return f"<{self.kind} {self.name}{inside}>"
