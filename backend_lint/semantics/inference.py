"""Light inference: what a name or an expression stands for, across files.

It follows imports and re-exports, assignments, annotations, constructors, factories' returns, `with`, class attributes, `self.x`, type
aliases and FastAPI's `Depends`. One value an expression, the likeliest; None when nothing is known. Answers are remembered by node.
"""

from __future__ import annotations

import builtins
from typing import TYPE_CHECKING

from backend_lint.semantics import annotations as typing_
from backend_lint.semantics import handed
from backend_lint.semantics.scopes import Binding, Names
from backend_lint.semantics.values import Value
from backend_lint.source import nodes as n

if TYPE_CHECKING:
    from backend_lint.semantics.project import Class, Function, Module, Project

#: How deep one question may lead into others before the answer is "unknown".
MAX_DEPTH = 40

_LITERALS = {
    n.FString: "str", n.List: "list", n.Tuple: "tuple", n.Set: "set", n.Dict: "dict", n.Compare: "bool",
}  # fmt: skip
_CONSTANTS = {"str": "str", "bytes": "bytes", "int": "int", "float": "float", "complex": "complex", "bool": "bool"}
_COMP_KINDS = {"list": "list", "set": "set", "dict": "dict", "generator": "generator"}
BUILTIN_NAMES = frozenset(dir(builtins))


class Inference:
    """Answers for one project."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self._depth = 0
        self._active: set[tuple[int, str]] = set()
        self._members: dict[tuple[str, str, str], Value | None] = {}
        self._returns: dict[int, Value | None] = {}

    # --- expressions

    def value(self, expr: n.Expr, module: Module, function: Function | None = None) -> Value | None:
        """What an expression that stands in `function` (None: at module or class level) of `module` evaluates to."""
        key = id(expr)
        known = module.values
        if key in known:
            return known[key]
        if self._depth >= MAX_DEPTH or (key, "value") in self._active:
            return None
        self._depth += 1
        self._active.add((key, "value"))
        try:
            found = self._value(expr, module, function)
        finally:
            self._depth -= 1
            self._active.discard((key, "value"))
        if found is not None or self._depth == 0:
            # An unknown answer inside a deeper question may only mean that the question went in a circle.
            known[key] = found
        return found

    def qualified_name(self, expr: n.Expr, module: Module, function: Function | None = None) -> str | None:
        """The canonical qualified name of what an expression names (`requests.get`, `app.db.get_session`), None when unknown.

        An instance's name is its class's: use `value` to tell the two apart.
        """
        found = self.value(expr, module, function)
        return found.name if found is not None else None

    def class_value(self, expr: n.Expr, module: Module, function: Function | None = None) -> Value | None:
        """The class that an expression names, for base lists and `isinstance`; generic arguments are dropped."""
        if isinstance(expr, n.Subscript):
            expr = expr.value
        found = self.value(expr, module, function)
        if found is not None and found.kind == "instance" and isinstance(expr, n.Call):
            return None
        return found

    def _value(self, expr: n.Expr, module: Module, function: Function | None) -> Value | None:
        kind = type(expr)
        if kind is n.Name:
            return self.name(expr.id, expr.start, module, function)  # type: ignore[union-attr]
        if kind is n.Attribute:
            assert isinstance(expr, n.Attribute)
            owner = self.value(expr.value, module, function)
            override = self._local_attribute(expr, module, function)
            if override is not None:
                return override
            return self.member(owner, expr.attr) if owner is not None else None
        if kind is n.Call:
            assert isinstance(expr, n.Call)
            return self._call(expr, module, function)
        if kind is n.Await:
            assert isinstance(expr, n.Await)
            return self.value(expr.value, module, function)
        if kind is n.Constant:
            assert isinstance(expr, n.Constant)
            name = _CONSTANTS.get(expr.kind)
            return Value("instance", name) if name else None
        if kind is n.Subscript:
            assert isinstance(expr, n.Subscript)
            return self._subscript(expr, module, function)
        if kind is n.IfExp:
            assert isinstance(expr, n.IfExp)
            return self.value(expr.body, module, function) or self.value(expr.orelse, module, function)
        if kind is n.BoolOp:
            assert isinstance(expr, n.BoolOp)
            for value in expr.values if expr.op == "or" else expr.values[-1:]:
                found = self.value(value, module, function)
                if found is not None:
                    return found
            return None
        if kind is n.NamedExpr:
            assert isinstance(expr, n.NamedExpr)
            return self.value(expr.value, module, function)
        if kind is n.BinOp:
            assert isinstance(expr, n.BinOp)
            return self._operation(expr, module, function)
        if kind is n.Comp:
            assert isinstance(expr, n.Comp)
            element = self.value(expr.elt, module, function) if expr.kind != "dict" else None
            return Value("instance", _COMP_KINDS[expr.kind], args=(element,) if element else ())
        if kind is n.UnaryOp:
            assert isinstance(expr, n.UnaryOp)
            return Value("instance", "bool") if expr.op == "not" else self.value(expr.operand, module, function)
        if kind is n.List or kind is n.Tuple or kind is n.Set:
            assert isinstance(expr, (n.List, n.Tuple, n.Set))
            first = self.value(expr.elts[0], module, function) if expr.elts and not isinstance(expr.elts[0], n.Starred) else None
            return Value("instance", _LITERALS[kind], args=(first,) if first and kind is not n.Tuple else ())
        literal = _LITERALS.get(kind)
        return Value("instance", literal) if literal else None

    def _operation(self, expr: n.BinOp, module: Module, function: Function | None) -> Value | None:
        first = self.value(expr.values[0], module, function)
        if first is not None and first.kind == "instance" and first.name in ("str", "bytes", "list", "int", "float"):
            return Value("instance", first.name)
        if expr.op == "/" and first is not None and first.kind == "instance":
            return first
        return first if first is not None and first.kind == "instance" and "." in first.name else None

    def _local_attribute(self, expr: n.Attribute, module: Module, function: Function | None) -> Value | None:
        """What `x.attr = value` earlier in the same function or at module level has put there, for `app.state.db` and `g.db`."""
        if not isinstance(expr.value, (n.Name, n.Attribute)):
            return None
        root: n.Expr = expr.value
        while isinstance(root, n.Attribute):
            root = root.value
        if not isinstance(root, n.Name) or (function is not None and root.id == function.self_name):
            return None
        scope = function
        while scope is not None:
            found = self._assigned_attribute(expr, root.id, scope.names, module, scope)
            if found is not None:
                return found
            scope = scope.parent
        return self._assigned_attribute(expr, root.id, module.names, module, None)

    def _assigned_attribute(self, expr: n.Attribute, root: str, names: Names, module: Module, function: Function | None) -> Value | None:
        best: Value | None = None
        for target, statement in names.attributes.get(root, ()):
            if isinstance(target, n.Attribute) and target.attr == expr.attr and target is not expr and statement.value is not None:
                if same_path(target, expr) and (function is None or statement.start < expr.start):
                    best = self.value(statement.value, module, function) or best
        return best

    # --- names

    def name(self, name: str, offset: int, module: Module, function: Function | None) -> Value | None:
        """What a name stands for at an offset: the innermost scope that binds it decides."""
        scope = function
        inner = True
        while scope is not None:
            if name in scope.names.globals:
                break
            bindings = scope.names.bindings.get(name)
            if bindings:
                if scope.self_name == name or (scope.is_class_method and scope.parameters and scope.parameters[0].name == name):
                    assert scope.cls is not None
                    kind = "instance" if scope.self_name == name else "class"
                    return Value(kind, scope.cls.name, scope.cls)  # type: ignore[arg-type]
                return self._bound(bindings, offset if inner else None, module, scope)
            scope = scope.parent
            inner = False
        if function is None:
            holder = self._class_at(module, offset)
            if holder is not None and name in holder.names.bindings:
                return self._bound(holder.names.bindings[name], offset, module, None, holder)
        bindings = module.names.bindings.get(name)
        if bindings:
            return self._bound(bindings, offset if function is None else None, module, None)
        for star in module.names.stars:
            source = self._star_source(star, module)
            if isinstance(source, str):
                continue
            if source is not None and source is not module:
                found = self.module_member(source, name)
                if found is not None:
                    return found
        if name in BUILTIN_NAMES:
            return Value("external", name)
        return None

    def _class_at(self, module: Module, offset: int) -> Class | None:
        best = None
        for cls in module.classes:
            if cls.node.start <= offset < cls.node.end:
                best = cls
        return best

    def _star_source(self, star: n.ImportFrom, module: Module) -> Module | str | None:
        if star.level:
            path = self.project.layout.resolve_relative(star.level, star.module, module.path)
        else:
            path = self.project.layout.resolve(star.module, module.path)
        return self.project.find(path) if path else star.module

    def _bound(
        self, bindings: list[Binding], offset: int | None, module: Module, function: Function | None, holder: Class | None = None
    ) -> Value | None:
        """The value of the binding that holds at `offset` (None: after all of them), or the nearest known one."""
        before = [b for b in bindings if b.start <= offset] if offset is not None else bindings
        for binding in reversed(before or bindings):
            found = self.binding(binding, module, function, holder)
            if found is not None:
                return found
        return None

    def binding(self, binding: Binding, module: Module, function: Function | None = None, holder: Class | None = None) -> Value | None:
        """What a binding gives its name."""
        key = (id(binding), "binding")
        if key in self._active or self._depth >= MAX_DEPTH:
            return None
        self._active.add(key)
        self._depth += 1
        try:
            return self._binding(binding, module, function)
        finally:
            self._active.discard(key)
            self._depth -= 1

    def _binding(self, binding: Binding, module: Module, function: Function | None) -> Value | None:
        kind = binding.kind
        if kind == "function":
            assert isinstance(binding.node, n.FunctionDef)
            found = module.function_of(binding.node)
            return Value("function", found.name, found)
        if kind == "class":
            assert isinstance(binding.node, n.ClassDef)
            cls = module.class_of(binding.node)
            return Value("class", cls.name, cls)
        if kind == "import":
            return self._imported(binding, module)
        if binding.annotation is not None:
            declared = typing_.evaluate(self, binding.annotation, module, function)
            if declared is not None:
                return declared
            depends = typing_.annotated_metadata(self, binding.annotation, module, function)
            provided = next((self.dependency_value(item, module, function) for item in depends), None)
            if provided is not None:
                return provided
        if kind == "parameter":
            if isinstance(binding.value, n.Call):
                return self.dependency_value(binding.value, module, function)
            return handed.given(self, binding.name, function) if function is not None and binding.annotation is None else None
        if binding.value is None or kind in ("augmented", "delete", "match"):
            return None
        value = self.value(binding.value, module, function)
        if kind == "for":
            return self._unpacked(self.element(value), binding.path)
        if kind == "with":
            return self._unpacked(self.entered(value), binding.path)
        if kind == "except":
            return self._caught(binding.value, module, function)
        return self._unpacked(value, binding.path)

    def _caught(self, expr: n.Expr, module: Module, function: Function | None) -> Value | None:
        first = expr.elts[0] if isinstance(expr, n.Tuple) and expr.elts else expr
        found = self.value(first, module, function)
        return self.instance_of(found) if found is not None else None

    def _unpacked(self, value: Value | None, path: tuple[int, ...]) -> Value | None:
        for index in path:
            if value is None:
                return None
            value = value.args[index] if value.name == "tuple" and index < len(value.args) else None
        return value

    def _imported(self, binding: Binding, module: Module) -> Value | None:
        layout = self.project.layout
        if binding.level:
            path = layout.resolve_relative(binding.level, binding.module, module.path)
        else:
            path = layout.resolve(binding.module, module.path)
        if binding.attribute is None:
            if path is not None:
                found = self.project.find(path)
                if found is not None:
                    return Value("module", found.name, found)
            return self.external(binding.module)
        if path is None:
            if binding.level:
                return self._submodule_of_folder(binding, module)
            inside = layout.resolve(f"{binding.module}.{binding.attribute}", module.path)
            found = self.project.find(inside) if inside else None
            if found is not None:
                return Value("module", found.name, found)
            return self.external(f"{binding.module}.{binding.attribute}")
        source = self.project.find(path)
        if source is None:
            return None
        return self.module_member(source, binding.attribute)

    def _submodule_of_folder(self, binding: Binding, module: Module) -> Value | None:
        assert binding.attribute is not None
        dotted = f"{binding.module}.{binding.attribute}" if binding.module else binding.attribute
        path = self.project.layout.resolve_relative(binding.level, dotted, module.path)
        found = self.project.find(path) if path else None
        return Value("module", found.name, found) if found is not None else None

    def external(self, name: str) -> Value:
        """The value of a name from outside the project."""
        name = self.project.registry.canonical(name)
        declared = self.project.registry.objects.get(name)
        if declared is not None:
            found = self.typed(declared, None, None)
            if found is not None:
                return found
        return Value("class" if self.project.registry.is_class(name) else "external", name)

    # --- members

    def module_member(self, module: Module, name: str) -> Value | None:
        """What `module.name` is: a binding, a re-export, a submodule, or something a star import brings."""
        key = (id(module), f"member:{name}")
        if key in self._active or self._depth >= MAX_DEPTH:
            return None
        self._active.add(key)
        try:
            bindings = module.names.bindings.get(name)
            if bindings:
                found = self._bound(bindings, None, module, None)
                if found is not None:
                    return found
            if module.is_package:
                path = self.project.layout.submodule(module.path, name)
                inside = self.project.find(path) if path else None
                if inside is not None:
                    return Value("module", inside.name, inside)
            for star in module.names.stars:
                source = self._star_source(star, module)
                if isinstance(source, str):
                    if source.partition(".")[0] in self.project.registry.top_levels and not bindings:
                        found = self.external(f"{source}.{name}")
                        if found.kind == "class" or found.name in self.project.registry.functions:
                            return found
                elif source is not None and source is not module:
                    found = self.module_member(source, name)
                    if found is not None:
                        return found
            return None
        finally:
            self._active.discard(key)

    def member(self, owner: Value, attribute: str) -> Value | None:
        """What `owner.attribute` is."""
        from backend_lint.semantics.project import Class, Module

        if owner.kind == "module":
            assert isinstance(owner.definition, Module)
            return self.module_member(owner.definition, attribute)
        if owner.kind == "external":
            if self.project.layout.folder_exists(owner.name.replace(".", "/")):
                # A package without `__init__`: `import app.views` makes `app` known only as a folder.
                path = self.project.layout.resolve(f"{owner.name}.{attribute}", "")
                inside = self.project.find(path) if path else None
                if inside is not None:
                    return Value("module", inside.name, inside)
            return self.external(f"{owner.name}.{attribute}")
        if owner.kind in ("instance", "class"):
            if isinstance(owner.definition, Class):
                return self._project_member(owner, owner.definition, attribute)
            return self._declared_member(owner, owner.name, attribute)
        if owner.kind == "function":
            # The decorator of a task makes an object of the function: `send_welcome.delay(user.id)`.
            task = _TASK_MEMBERS.get(attribute)
            return Value("method", f"{task}.{attribute}", receiver=owner) if task is not None else None
        return Value("external", f"{owner.name}.{attribute}") if owner.kind == "method" else None

    def _project_member(self, owner: Value, cls: Class, attribute: str) -> Value | None:
        method = cls.method(attribute)
        if method is not None:
            if method.is_property:
                return self.returned(method)
            return Value("function", method.name, method, receiver=owner)
        assigned = self.instance_attribute(cls, attribute)
        if assigned is not None:
            return assigned
        registry = self.project.registry
        for ancestor in cls.mro:
            for base in ancestor.bases:
                if not isinstance(base.definition, type(cls)):
                    found = registry.member(base.name, attribute)
                    if found is not None:
                        return self._declared_member(owner, base.name, attribute)
        for inner in cls.module.classes:
            if inner.outer is cls and inner.node.name == attribute:
                return Value("class", inner.name, inner)
        if cls.external_ancestors:
            first = sorted(cls.external_ancestors)[0]
            return Value("method", f"{first}.{attribute}", receiver=owner)
        return None

    def instance_attribute(self, cls: Class, attribute: str) -> Value | None:
        """What the class body or an assignment to `self.attribute` in its methods gives the attribute."""
        key = (id(cls), f"attribute:{attribute}")
        if key in self._active or self._depth >= MAX_DEPTH:
            return None
        self._active.add(key)
        try:
            for owner in cls.mro:
                for binding in reversed(owner.names.bindings.get(attribute, ())):
                    found = self.binding(binding, owner.module, owner.parent, owner)
                    if found is not None:
                        return found
                for method in owner.methods.values():
                    if method.self_name is None:
                        continue
                    for target, statement in method.names.attributes.get(method.self_name, ()):
                        if not isinstance(target, n.Attribute) or target.attr != attribute or not isinstance(target.value, n.Name):
                            continue
                        found = None
                        if isinstance(statement, n.AnnAssign):
                            found = typing_.evaluate(self, statement.annotation, owner.module, method)
                        if found is None and statement.value is not None and not isinstance(statement, n.AugAssign):
                            found = self.value(statement.value, owner.module, method)
                        if found is not None:
                            return found
            return None
        finally:
            self._active.discard(key)

    def _declared_member(self, owner: Value, class_name: str, attribute: str) -> Value | None:
        found = self.project.registry.member(class_name, attribute)
        if found is None:
            # `client.shop.orders` of a document database: any other attribute is what `__getattr__` gives.
            other = self.project.registry.member(class_name, "__getattr__") if not attribute.startswith("__") else None
            made = self.typed(other[1].returns, owner, None) if other is not None else None
            if class_name in handed.KEEPERS:
                made = handed.kept(self, class_name, attribute) or made
            return made or Value("method", f"{class_name}.{attribute}", receiver=owner)
        home, member = found
        if member.is_attribute:
            typed = self.typed(member.returns, owner, None) if member.returns else None
            return typed or Value("method", f"{home}.{attribute}", receiver=owner)
        return Value("method", f"{home}.{attribute}", receiver=owner)

    # --- calls

    def _call(self, call: n.Call, module: Module, function: Function | None) -> Value | None:
        from backend_lint.semantics.project import Class, Function

        callee = self.value(call.func, module, function)
        if callee is None:
            return None
        if callee.kind == "class":
            # A declared `__new__` says what the arguments make of the instance: `sessionmaker(class_=AsyncSession)`.
            made = self.project.registry.member(callee.name, "__new__") if callee.definition is None and not callee.args else None
            if made is not None and made[1].returns is not None:
                return self.typed(made[1].returns, callee, call, module, function)
            return self.instance_of(callee)
        if callee.kind == "function":
            assert isinstance(callee.definition, Function)
            return self.returned(callee.definition, callee.receiver, call, module, function)
        if callee.kind == "instance":
            inner = self.member(callee, "__call__")
            if inner is not None and inner.kind == "function" and isinstance(inner.definition, Function):
                return self.returned(inner.definition)
            if inner is not None and inner.kind == "method":
                return self._declared_result(inner, call, module, function)
            return None
        if callee.kind == "method":
            return self._declared_result(callee, call, module, function)
        if callee.kind == "external":
            if callee.name == "super" and function is not None and function.cls is not None:
                parents = function.cls.bases
                for base in parents:
                    if isinstance(base.definition, Class):
                        return self.instance_of(base)
                return Value("instance", parents[0].name) if parents else None
            member = self.project.registry.functions.get(callee.name)
            if member is not None:
                return self.typed(member.returns, None, call, module, function) if member.returns else None
            last = callee.name.rpartition(".")[2]
            if last[:1].isupper() or callee.name in _BUILTIN_CLASSES:
                return Value("instance", callee.name)
        return None

    def _declared_result(self, callee: Value, call: n.Call, module: Module, function: Function | None) -> Value | None:
        class_name, _, attribute = callee.name.rpartition(".")
        found = self.project.registry.member(class_name, attribute)
        if found is None or found[1].returns is None or found[1].is_attribute:
            return None
        return self.typed(found[1].returns, callee.receiver, call, module, function)

    def instance_of(self, cls: Value) -> Value | None:
        """An instance of a class value."""
        if cls.kind == "class":
            return Value("instance", cls.name, cls.definition, cls.args)
        if cls.kind == "external":
            return Value("instance", cls.name)
        return cls if cls.kind == "instance" else None

    def returned(
        self,
        function: Function,
        receiver: Value | None = None,
        call: n.Call | None = None,
        module: Module | None = None,
        caller: Function | None = None,
    ) -> Value | None:
        """What a project function returns: its annotation, else what its `return`s (or, for a provider, its `yield`s) are known to give."""
        key = id(function.node)
        if key in self._returns:
            return self._returns[key]
        if (key, "returned") in self._active or self._depth >= MAX_DEPTH:
            return None
        self._active.add((key, "returned"))
        self._depth += 1
        try:
            found = self._returned(function)
            if found is not None or self._depth == 1:
                self._returns[key] = found
            return found
        finally:
            self._active.discard((key, "returned"))
            self._depth -= 1

    def _returned(self, function: Function) -> Value | None:
        manager = self.is_context_manager(function)
        if function.node.returns is not None:
            declared = typing_.evaluate(self, function.node.returns, function.module, function)
            if declared is not None and declared.name not in ("object", "typing.Any"):
                if manager:
                    return Value("instance", "contextlib.ContextManager", args=declared.args[:1] if declared.args else (declared,))
                return declared
        results: list[n.Expr] = []
        if function.is_generator:
            found_yields = [node.value for node in n.walk_scope(function.node.body) if isinstance(node, n.Yield) and node.value is not None]
            for result in found_yields:
                value = self.value(result, function.module, function)
                if value is not None:
                    return Value("instance", "contextlib.ContextManager" if manager else "generator", args=(value,))
            return Value("instance", "contextlib.ContextManager" if manager else "generator")
        results = [node.value for node in n.walk_scope(function.node.body) if isinstance(node, n.Return) and node.value is not None]
        tuples: list[n.Tuple] = [r for r in results if isinstance(r, n.Tuple)]
        if tuples and len(tuples) == len(results):
            parts = tuple(self.value(e, function.module, function) or Value("external", "") for e in tuples[-1].elts)
            return Value("instance", "tuple", args=parts)
        for result in results:
            value = self.value(result, function.module, function)
            if value is not None:
                return value
        return None

    def is_context_manager(self, function: Function) -> bool:
        """Whether a generator function is made a context manager by its decorator."""
        for decorator in function.node.decorators:
            target = decorator.func if isinstance(decorator, n.Call) else decorator
            if isinstance(target, (n.Name, n.Attribute)):
                value = self.value(target, function.module, function.parent)
                if value is not None and value.name in ("contextlib.contextmanager", "contextlib.asynccontextmanager"):
                    return True
        return False

    def _subscript(self, expr: n.Subscript, module: Module, function: Function | None) -> Value | None:
        owner = self.value(expr.value, module, function)
        if owner is None:
            return None
        if owner.kind in ("class", "external"):
            declared = typing_.evaluate(self, expr, module, function)
            if declared is not None and declared.kind == "instance":
                return Value("class", declared.name, declared.definition, declared.args)
            return None
        if isinstance(expr.index, n.Slice):
            return owner
        found = self.project.registry.member(owner.name, "__getitem__")
        if found is not None and found[1].returns:
            return self.typed(found[1].returns, owner, None)
        if owner.name in ("list", "tuple", "set", "sequence"):
            return owner.args[0] if owner.args else None
        if owner.name == "dict" and len(owner.args) > 1:
            return owner.args[1]
        return None

    def element(self, value: Value | None) -> Value | None:
        """What iterating over a value yields."""
        if value is None:
            return None
        found = self.project.registry.member(value.name, "__iter__")
        if found is not None and found[1].returns:
            return self.typed(found[1].returns, value, None)
        return value.args[0] if value.args and value.name in _ITERABLES else None

    def entered(self, value: Value | None) -> Value | None:
        """What `with value as x` binds."""
        from backend_lint.semantics.project import Class, Function

        if value is None:
            return None
        if value.name in ("contextlib.ContextManager", "generator"):
            return value.args[0] if value.args else None
        if isinstance(value.definition, Class):
            method = value.definition.method("__enter__") or value.definition.method("__aenter__")
            if method is not None:
                returned = self.returned(method)
                return returned or value
        enters = self.project.registry.enters(value.name)
        if enters is not None:
            return self.typed(enters, value, None)
        return value if not isinstance(value.definition, Function) else None

    # --- types

    def dependency_value(self, call: n.Expr, module: Module, function: Function | None) -> Value | None:
        """What FastAPI passes for `Depends(provider)`: the provider's result, a generator's yield."""
        provider = self.dependency_target(call, module, function)
        if provider is None:
            return None
        if provider.kind == "class":
            return self.instance_of(provider)
        from backend_lint.semantics.project import Function

        if provider.kind == "function" and isinstance(provider.definition, Function):
            result = self.returned(provider.definition)
            if result is not None and result.name in ("generator", "contextlib.ContextManager", *_GENERATORS):
                return result.args[0] if result.args else None
            return result
        if provider.kind == "instance":
            inner = self.member(provider, "__call__")
            if inner is not None and inner.kind == "function" and isinstance(inner.definition, Function):
                return self.returned(inner.definition)
        return None

    def dependency_target(self, call: n.Expr, module: Module, function: Function | None) -> Value | None:
        """The provider in `Depends(provider)` or `Security(provider)`, None for any other expression."""
        if not isinstance(call, n.Call):
            return None
        marker = self.value(call.func, module, function)
        if marker is None or marker.name not in ("fastapi.Depends", "fastapi.Security", "fastapi.params.Depends"):
            return None
        for argument in call.args:
            if argument.keyword in (None, "dependency") and not argument.star:
                return self.value(argument.value, module, function)
        return None

    def typed(
        self, text: str | None, receiver: Value | None, call: n.Call | None, module: Module | None = None, function: Function | None = None
    ) -> Value | None:
        """The value a declaration's type text describes (the language of `declarations`)."""
        if not text:
            return None
        return typing_.declared(self, text, receiver, call, module, function)


def same_path(left: n.Expr, right: n.Expr) -> bool:
    """Whether two dotted expressions are spelled the same."""
    while isinstance(left, n.Attribute) and isinstance(right, n.Attribute):
        if left.attr != right.attr:
            return False
        left, right = left.value, right.value
    return isinstance(left, n.Name) and isinstance(right, n.Name) and left.id == right.id


_TASK_MEMBERS = {
    "delay": "celery.Task", "apply_async": "celery.Task", "delay_on_commit": "celery.Task", "apply_async_on_commit": "celery.Task",
    "s": "celery.Task", "si": "celery.Task", "send": "dramatiq.Actor", "send_with_options": "dramatiq.Actor",
}  # fmt: skip
_GENERATORS = (
    "typing.Generator", "typing.Iterator", "typing.AsyncGenerator", "typing.AsyncIterator", "typing.Iterable", "typing.AsyncIterable",
)  # fmt: skip
_ITERABLES = frozenset({"list", "set", "tuple", "generator", "frozenset", "sequence", *_GENERATORS})
_BUILTIN_CLASSES = frozenset(
    {"str", "int", "float", "bool", "bytes", "list", "dict", "set", "tuple", "frozenset", "object", "bytearray", "type"}
)
