"""A project's files, classes and functions, parsed on demand.

Asking about one function parses only the files that the answer needs. Everything is remembered for the life of the `Project`; a `Project`
sees one state of the files and is thrown away when they change.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from backend_lint.semantics import roles, scopes
from backend_lint.semantics.functions import Function as Function
from backend_lint.semantics.layout import Layout
from backend_lint.semantics.memo import NOTHING, Memo, file_bit, remembered
from backend_lint.semantics.searches import Searches
from backend_lint.source import nodes as n
from backend_lint.source.by_kind import ByKind
from backend_lint.source.parse import SyntaxFault, parse

if TYPE_CHECKING:
    from backend_lint.semantics.declarations import Registry
    from backend_lint.semantics.inference import Inference
    from backend_lint.semantics.memo import Answer
    from backend_lint.semantics.values import Value

T = TypeVar("T")


class Project:
    """The project under `root`.

    `files` are the root-relative POSIX paths of all its Python files, `read` gives a file's bytes (it may raise OSError), `registry` knows
    the libraries. `listing` gives the paths of all files, whatever they hold; without it they are looked for on the disk, under `root`.
    `parse` makes a tree of a path and bytes, for who knows a quicker way than parsing. `names` are the dotted names that the user's
    configuration lists, by its keys ("session-factories").

    `memo` keeps what analyses have worked out, and notes what each answer rests on: whoever looks at a file does so through `find`,
    `bytes_of`, `holding`, `containing` or `fact`; whoever looks at which files there are does so in a `fact`. What a file's imports mean
    counts as part of that file, and so does its name as a module: `layout` is asked for the imports in files that were looked at.
    """

    def __init__(
        self,
        root: Path,
        files: Sequence[str],
        read: Callable[[str], bytes],
        registry: Registry,
        *,
        listing: Callable[[], Sequence[str]] | None = None,
        parse: Callable[[str, bytes], n.Tree] = parse,
        names: Mapping[str, frozenset[str]] | None = None,
    ) -> None:
        from backend_lint.semantics.inference import Inference

        self.root = root
        self.files = tuple(files)
        self.registry = registry
        self.layout = Layout(files, registry.top_levels)
        self.memo = Memo()
        self.inference: Inference = Inference(self)
        self.searches = Searches(self, listing)
        #: How deep questions of a kind are nested at the moment.
        self.nesting: dict[str, int] = {}
        #: What floors above keep with the project, by their own names: objects that rest on nothing until they are asked.
        self.kept: dict[str, Any] = {}
        self._read = read
        self._parse = parse
        self.names = dict(names or {})
        self._bits = {path: file_bit(place) for place, path in enumerate(self.files)}
        self._bytes: dict[str, bytes | None] = {}
        self._modules: dict[str, Module | None] = {}
        self._faults: dict[str, SyntaxFault] = {}

    def module(self, path: str) -> Module:
        """The module at a root-relative path. Raises `SyntaxFault` when it cannot be parsed and OSError when it cannot be read."""
        found = self.find(path)
        if found is None:
            fault = self._faults.get(path)
            if fault is not None:
                raise fault
            raise FileNotFoundError(path)
        return found

    def find(self, path: str) -> Module | None:
        """As `module`, with None for a file that is not there or cannot be parsed."""
        self.memo.rests |= self._bits.get(path, 0)
        if path not in self._modules:
            self._modules[path] = None
            data = self.bytes_of(path)
            if data is not None:
                try:
                    self._modules[path] = Module(self, path, self._parse(path, data))
                except SyntaxFault as fault:
                    self._faults[path] = fault
        return self._modules[path]

    def bytes_of(self, path: str) -> bytes | None:
        """The bytes of a file, None when it cannot be read."""
        bit = self._bits.get(path)
        if bit is None:
            return self.searches.text_of_other(path)
        self.memo.rests |= bit
        return self.text_of(path)

    def text_of(self, path: str) -> bytes | None:
        """As `bytes_of`, for searches, which note what they find and not what they look at."""
        if path not in self._bytes:
            try:
                self._bytes[path] = self._read(path)
            except OSError:
                self._bytes[path] = None
        return self._bytes[path]

    def holding(self, *needles: bytes, tests: bool = False) -> Sequence[str]:
        """The paths of the files whose bytes hold one of `needles`, sorted; those of tests only with `tests`."""
        return self.searches.holding(needles, tests=tests)

    def containing(self, *needles: bytes) -> Iterator[Module]:
        """The modules whose text holds one of `needles`, in path order; only those are parsed. Tests are left out."""
        for path in self.searches.holding(needles):
            module = self.find(path)
            if module is not None:
                yield module

    def documents(self) -> Sequence[str]:
        """The paths of the files that may describe an API, by their names: see `source.documents`."""
        return self.searches.documents()

    def fact(self, find: Callable[[Project], T]) -> T:
        """What a function of the project finds out from paths and bytes alone, such as the names of all properties.

        Answers that need it rest on the fact itself and not on all the files that were read for it: `find` is a function at the top of a
        module, quick enough to be called again when any file has changed, and what it gives can be compared and has a stable `repr`.
        """
        return self.searches.fact(find)

    def fact_of(self, find: Callable[[Project], Mapping[str, T]], key: str) -> T | None:
        """As `fact`, where only what a mapping has under one key is asked for."""
        return self.searches.fact_of(find, key)

    def declared(self, key: str) -> frozenset[str]:
        """The dotted names that the user's configuration lists under a key such as "session-factories"; none where it lists none."""
        return self.names.get(key, frozenset())

    def remember(self, key: Hashable, make: Callable[[], T], *, meanwhile: T = NOTHING) -> T:
        """What `make` gives, made at the first question under `key` and kept for the life of the project: see `Memo.ask`."""
        # Asked for hundreds of thousands of times: what is known is looked up here.
        memo = self.memo
        known = memo.answers.get(key)
        if known is None or known.open_at:
            return memo.ask(key, make, meanwhile)
        memo.rests |= known.rests
        value: T = known.value
        return value

    def nested(self, kind: str, limit: int, make: Callable[[], T], unknown: T) -> T:
        """What `make` gives, or `unknown` where questions of a kind are nested deeper than `limit`: code may be made to exhaust the stack.
        What is cut off depends on where one began to ask, so no honest project may come near a limit."""
        depth = self.nesting.get(kind, 0)
        if depth >= limit:
            self.memo.cut()
            return unknown
        self.nesting[kind] = depth + 1
        try:
            return make()
        finally:
            self.nesting[kind] = depth

    def import_module(self, dotted: str, importer: str) -> Module | None:
        """The project's module that `import dotted` in the file `importer` means, or None. `importer` need not be one of the project's."""
        path = self.layout.resolve(dotted, importer) if importer in self._bits else self.searches.import_from_outside(dotted, importer)
        return self.find(path) if path else None

    def has_folder(self, path: str) -> bool:
        """Whether a folder holds Python files, directly or not."""
        return self.searches.has_folder(path)


class Module:
    """One file. `name` is its dotted name; `functions` are all functions and methods in it, nested ones too, in source order."""

    def __init__(self, project: Project, path: str, tree: n.Tree) -> None:
        self.project = project
        self.path = path
        self.tree = tree
        self.name = project.layout.module_name(path)
        self.memo = project.memo
        #: What inference knows: the values of expressions, what calls call and what functions return, by the ids of their nodes, what
        #: bindings give their names, by their ids, and what other modules see here, by name.
        self.values: dict[int, Answer] = {}
        self.bound: dict[int, Answer] = {}
        self.members: dict[str, Answer] = {}
        self.callees: dict[int, Answer] = {}
        self.returns: dict[int, Answer] = {}
        self._functions: dict[int, Function] = {}
        self._classes: dict[int, Class] = {}
        self.functions: list[Function] = []
        self.classes: list[Class] = []
        self._index(tree.body, None, None)

    def __repr__(self) -> str:
        return f"<Module {self.path}>"

    def _index(self, body: Sequence[n.Node], cls: Class | None, parent: Function | None) -> None:
        for node in body:
            kind = type(node)
            if kind is n.FunctionDef:
                assert isinstance(node, n.FunctionDef)
                function = Function(self, node, cls, parent)
                self._functions[id(node)] = function
                self.functions.append(function)
                self._index(node.body, None, function)
            elif kind is n.ClassDef:
                assert isinstance(node, n.ClassDef)
                found = Class(self, node, cls, parent)
                self._classes[id(node)] = found
                self.classes.append(found)
                self._index(node.body, found, parent)
            else:
                for field in _BLOCKS.get(kind, ()):
                    self._index(getattr(node, field), cls, parent)

    @cached_property
    def nodes_of(self) -> ByKind:
        """All nodes of the file by their type, those of functions and classes included: `module.nodes_of(n.Call)`."""
        return ByKind(list(n.walk(self.tree.body)))

    @cached_property
    def top_nodes_of(self) -> ByKind:
        """The nodes that stand in no function and no class, by their type."""
        return ByKind(list(n.walk_scope(self.tree.body)))

    @cached_property
    def names(self) -> scopes.Names:
        return scopes.collect(self.top_nodes_of(*scopes.BINDING))

    @remembered
    def role(self) -> roles.Role:
        """What kind of file this is: application code, a test, a migration, settings, ..."""
        return roles.role_of(self)

    @property
    def is_package(self) -> bool:
        return self.project.layout.is_package(self.path)

    @cached_property
    def calls_by_name(self) -> dict[str, list[tuple[Function | None, n.Call]]]:
        """The module's calls by the last name of what is called, each with the function around it, None outside of all."""
        found: dict[str, list[tuple[Function | None, n.Call]]] = {}
        for holder in (None, *self.functions):
            for call in self.top_nodes_of(n.Call) if holder is None else holder.nodes_of(n.Call):
                func = call.func
                name = func.id if isinstance(func, n.Name) else func.attr if isinstance(func, n.Attribute) else None
                if name is not None:
                    found.setdefault(name, []).append((holder, call))
        return found

    @cached_property
    def calls_given(self) -> dict[str, list[tuple[Function | None, n.Call, n.Expr]]]:
        """Arguments that are names or attributes, by the last name (`b` of `send(a.b)`), each with its call and the function around."""
        found: dict[str, list[tuple[Function | None, n.Call, n.Expr]]] = {}
        for holder in (None, *self.functions):
            for call in self.top_nodes_of(n.Call) if holder is None else holder.nodes_of(n.Call):
                for argument in call.args:
                    expr = argument.value
                    name = expr.id if isinstance(expr, n.Name) else expr.attr if isinstance(expr, n.Attribute) else None
                    if name is not None:
                        found.setdefault(name, []).append((holder, call, expr))
        return found

    @cached_property
    def renamed(self) -> dict[str, list[str]]:
        """The names under which the module imports things that are called otherwise where they are made, by that other name."""
        found: dict[str, list[str]] = {}
        for name, bindings in self.names.bindings.items():
            for binding in bindings:
                if binding.kind == "import" and binding.attribute is not None and binding.attribute != name:
                    found.setdefault(binding.attribute, []).append(name)
        return found

    def origin_of(self, name: str) -> tuple[scopes.Binding, Module] | None:
        """The last binding of a module-level name and the module that makes it, followed through imports and star imports of the project.

        None when the name is not bound, or comes from outside; a binding that imports a module itself is not followed.
        """
        module = self
        for _ in range(10):
            bindings = module.names.bindings.get(name)
            if not bindings:
                sources = (module.imported_from(star) for star in module.names.stars)
                source = next((found for found in sources if found is not None and name in found.names.bindings), None)
                if source is None:
                    return None
                module, bindings = source, source.names.bindings[name]
            binding = bindings[-1]
            if binding.kind != "import" or binding.attribute is None:
                return binding, module
            source = module.imported_from(binding)
            if source is None:
                return None
            module, name = source, binding.attribute
        return None

    def imported_from(self, statement: scopes.Binding | n.ImportFrom) -> Module | None:
        """The project's module that an import in this one names; None when it is not the project's or cannot be parsed."""
        path = self.project.layout.imported(statement.level, statement.module, self.path)
        return self.project.find(path) if path else None

    def function_of(self, node: n.FunctionDef) -> Function:
        return self._functions[id(node)]

    def class_of(self, node: n.ClassDef) -> Class:
        return self._classes[id(node)]

    def function_at(self, offset: int) -> Function | None:
        """The innermost function whose span holds an offset."""
        place = bisect_right(self._function_starts, offset)
        found = self.functions[place - 1] if place else None
        while found is not None and offset >= found.node.end:
            found = found.parent
        return found

    @cached_property
    def _function_starts(self) -> list[int]:
        return [function.node.start for function in self.functions]

    def line(self, node: n.Node) -> int:
        return self.tree.line(node.start)


class Class:
    """A class of the project. `qualname` is dotted inside the module (`Outer.Inner`), `name` includes the module's."""

    def __init__(self, module: Module, node: n.ClassDef, outer: Class | None, parent: Function | None) -> None:
        self.module = module
        self.memo = module.memo
        self.node = node
        self.outer = outer
        self.parent = parent
        #: What inference knows of the attributes of the class and its objects, by their names.
        self.attributes: dict[str, Answer] = {}
        prefix = f"{outer.qualname}." if outer else f"{parent.qualname}." if parent else ""
        self.qualname: str = prefix + node.name
        self.name = f"{module.name}.{self.qualname}"

    def __repr__(self) -> str:
        return f"<Class {self.name}>"

    @cached_property
    def names(self) -> scopes.Names:
        nodes = ByKind(list(n.walk_scope(self.node.body)))
        return scopes.collect(nodes(*scopes.BINDING))

    @cached_property
    def methods(self) -> dict[str, Function]:
        """The functions defined in the class body itself, the last of each name."""
        found: dict[str, Function] = {}
        for function in self.module.functions:
            if function.cls is self:
                found[function.node.name] = function
        return found

    @remembered
    def bases(self) -> list[Value]:
        """The values of the base expressions that inference knows: project classes and names from outside."""
        infer = self.module.project.inference
        found = []
        for base in self.node.bases:
            if base.keyword is None and not base.star:
                value = infer.class_value(base.value, self.module, self.parent)
                if value is not None:
                    found.append(value)
        return found

    @remembered
    def mro(self) -> list[Class]:
        """The class and its project ancestors, nearest first."""
        order: list[Class] = []
        queue = [self]
        while queue and len(order) < 100:
            current = queue.pop(0)
            if current in order:
                continue
            order.append(current)
            queue.extend(base.definition for base in current.bases if isinstance(base.definition, Class))
        return order

    @remembered
    def external_ancestors(self) -> frozenset[str]:
        """Qualified names of all classes outside the project that this class derives from, through project classes and declarations."""
        registry = self.module.project.registry
        found: set[str] = set()
        for cls in self.mro:
            for base in cls.bases:
                if not isinstance(base.definition, Class):
                    found.update(registry.ancestors(base.name))
        return frozenset(found)

    def method(self, name: str) -> Function | None:
        """The method of that name, looked up through the project's ancestors."""
        for cls in self.mro:
            found = cls.methods.get(name)
            if found is not None:
                return found
        return None

    def attribute(self, name: str) -> tuple[Class, scopes.Binding] | None:
        """The class-level assignment of that name, looked up through the project's ancestors, with the class that makes it."""
        for cls in self.mro:
            for binding in reversed(cls.names.bindings.get(name, ())):
                if binding.kind in ("assign", "annotation"):
                    return cls, binding
        return None

    def derives_from(self, *names: str) -> bool:
        """Whether the class derives from one of these outside classes (canonical qualified names)."""
        return not self.external_ancestors.isdisjoint(names)


_BLOCKS: dict[type[n.Node], tuple[str, ...]] = {
    n.If: ("body", "orelse"), n.For: ("body", "orelse"), n.While: ("body", "orelse"), n.With: ("body",),
    n.Try: ("body", "handlers", "orelse", "finalbody"), n.ExceptHandler: ("body",), n.Match: ("cases",), n.Case: ("body",),
}  # fmt: skip
