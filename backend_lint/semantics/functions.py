"""A function of the project, and what its own text says of it."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from backend_lint.semantics import scopes
from backend_lint.semantics.signature import Signature
from backend_lint.source import nodes as n
from backend_lint.source.by_kind import ByKind

if TYPE_CHECKING:
    from backend_lint.semantics.project import Class, Module


class Function:
    """A function or method of the project.

    `cls` is the class whose body holds it, `parent` the function it is nested in. `qualname` is dotted inside the module, `name` includes
    it.
    """

    def __init__(self, module: Module, node: n.FunctionDef, cls: Class | None, parent: Function | None) -> None:
        self.module = module
        self.project = module.project
        self.node = node
        #: All parameters; a method's first (`self`, `cls`) included.
        self.parameters = node.params.items
        self.cls = cls
        self.parent = parent
        prefix = f"{cls.qualname}." if cls else f"{parent.qualname}." if parent else ""
        self.qualname: str = prefix + node.name
        self.name = f"{module.name}.{self.qualname}"

    def __repr__(self) -> str:
        return f"<Function {self.name}>"

    @property
    def is_async(self) -> bool:
        return self.node.is_async

    @cached_property
    def names(self) -> scopes.Names:
        return scopes.collect(self.nodes_of(*scopes.BINDING), self.node.params)

    @cached_property
    def nodes(self) -> list[n.Node]:
        """The nodes of the function's own body, as `walk_scope` gives them. Most questions about a function begin with them."""
        return list(n.walk_scope(self.node.body))

    @cached_property
    def nodes_of(self) -> ByKind:
        """`nodes` by their type: `function.nodes_of(n.Return)`."""
        return ByKind(self.nodes)

    @cached_property
    def is_static(self) -> bool:
        return any(isinstance(d, n.Name) and d.id == "staticmethod" for d in self.node.decorators)

    @cached_property
    def is_class_method(self) -> bool:
        return any(isinstance(d, n.Name) and d.id == "classmethod" for d in self.node.decorators)

    @cached_property
    def is_property(self) -> bool:
        return any(
            (isinstance(d, n.Name) and (d.id == "property" or d.id.endswith("_property")))
            or (isinstance(d, n.Attribute) and d.attr in ("cached_property", "setter", "getter", "hybrid_property"))
            for d in self.node.decorators
        )

    @cached_property
    def is_generator(self) -> bool:
        return bool(self.nodes_of(n.Yield) or self.nodes_of(n.YieldFrom))

    @cached_property
    def signature(self) -> Signature:
        return Signature(self.parameters)

    @cached_property
    def own_parameters(self) -> list[n.Parameter]:
        """The parameters that a caller fills: without a method's `self` or `cls`."""
        return self.parameters[1:] if self.cls is not None and not self.is_static and self.parameters else self.parameters

    @property
    def self_name(self) -> str | None:
        """The name of the instance parameter of a plain method."""
        if self.cls is None or self.is_static or self.is_class_method or not self.parameters:
            return None
        return self.parameters[0].name
