"""Light inference: what a name or an expression stands for, across files.

It follows imports and re-exports, assignments, annotations, constructors, factories' returns, `with`, class attributes, `self.x`, type
aliases and FastAPI's `Depends`. One value an expression, the likeliest; None when nothing is known. Answers are remembered by node.
"""

from __future__ import annotations

import builtins
from typing import TYPE_CHECKING, TypeVar

from backend_lint.semantics import annotations as typing_
from backend_lint.semantics import handed, members, mixins, results
from backend_lint.semantics.memo import Answer
from backend_lint.semantics.scopes import Binding, Names
from backend_lint.semantics.values import Value
from backend_lint.source import nodes as n
from backend_lint.source.stack import make_room

if TYPE_CHECKING:
    from collections.abc import Callable

    from backend_lint.semantics.project import Class, Function, Module, Project
    from backend_lint.semantics.values import Kind

K = TypeVar("K")
#: How deep one question may lead into others before the answer is "unknown". What is cut off depends on where one began to ask, and with it
#: the findings on the order of the files: so no honest project may come near. The deepest questions met with were nested 97 deep.
MAX_DEPTH = 250

_LITERALS = {
    n.FString: "str", n.List: "list", n.Tuple: "tuple", n.Set: "set", n.Dict: "dict", n.Compare: "bool",
}  # fmt: skip
_CONSTANT_VALUES: dict[str, Value | None] = {
    **{kind: Value("instance", kind) for kind in ("str", "bytes", "int", "float", "complex", "bool")}, "none": None, "ellipsis": None,
}  # fmt: skip
_COMP_KINDS = {"list": "list", "set": "set", "dict": "dict", "generator": "generator"}
BUILTIN_NAMES = frozenset(dir(builtins))


class Inference:
    """Answers for one project."""

    def __init__(self, project: Project) -> None:
        make_room()
        self.project = project
        self.memo = project.memo
        #: How deep the question being answered is nested.
        self.depth = 0

    def ask(self, answers: dict[K, Answer], key: K, make: Callable[[], Value | None]) -> Value | None:
        """The answer that `answers` has under `key`, or what `make` gives, which is kept there. A question that has led back to itself, or
        that is nested too deep, is answered by None."""
        memo = self.memo
        known = answers.get(key)
        if known is not None and (not known.open_at or memo.holds(known)):
            memo.rests |= known.rests
            value: Value | None = known.value
            return value
        if self.depth >= MAX_DEPTH:
            memo.cut()
            return None
        if known is None:
            known = answers[key] = Answer(None, 0, 0)
        memo.begin(known, None)
        self.depth += 1
        try:
            value = memo.work_out(make, known)
        finally:
            self.depth -= 1
        if value is None and known.open_at > 0:
            # It may be unknown for the only reason that a question has led back to itself.
            memo.withdraw(known)
        return value

    # --- expressions

    def value(self, expr: n.Expr, module: Module, function: Function | None = None) -> Value | None:
        """What an expression that stands in `function` (None: at module or class level) of `module` evaluates to."""
        known = module.values.get(id(expr))
        if known is not None and not known.open_at:
            self.memo.rests |= known.rests
            value: Value | None = known.value
            return value
        if type(expr) is n.Constant:
            return _CONSTANT_VALUES[expr.kind]
        return self.ask(module.values, id(expr), lambda: self._value(expr, module, _scope_at(expr.start, function)))

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
            return self.name(expr.id, expr.start, module, function)  # type: ignore[union-attr]  # a name, by its type
        if kind is n.Attribute:
            assert isinstance(expr, n.Attribute)
            if type(expr.value) is n.Call and function is not None and type(expr.value.func) is n.Name and expr.value.func.id == "super":
                inherited = mixins.parent_member(function, expr.attr)
                if inherited is not None:
                    return inherited
            owner = self.value(expr.value, module, function)
            override = self._local_attribute(expr, module, function)
            if override is not None:
                return override
            return self.member(owner, expr.attr) if owner is not None else None
        if kind is n.Call:
            assert isinstance(expr, n.Call)
            return results.called(self, expr, module, function)
        if kind is n.Await:
            assert isinstance(expr, n.Await)
            return self.value(expr.value, module, function)
        if kind is n.Subscript:
            assert isinstance(expr, n.Subscript)
            return results.item(self, expr, module, function)
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
                    kind: Kind = "instance" if scope.self_name == name else "class"
                    return Value(kind, scope.cls.name, scope.cls)
                return self.bound(bindings, offset if inner else None, module, scope)
            scope = scope.parent
            inner = False
        if function is None:
            holder = self._class_at(module, offset)
            if holder is not None and name in holder.names.bindings:
                return self.bound(holder.names.bindings[name], offset, module, holder.parent, holder)
        bindings = module.names.bindings.get(name)
        if bindings:
            return self.bound(bindings, offset if function is None else None, module, None)
        for star in module.names.stars:
            source = self.star_source(star, module)
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

    def star_source(self, star: n.ImportFrom, module: Module) -> Module | str | None:
        path = self.project.layout.imported(star.level, star.module, module.path)
        return self.project.find(path) if path else star.module

    def bound(
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
        kind = binding.kind
        if kind == "function":
            assert isinstance(binding.node, n.FunctionDef)
            found = module.function_of(binding.node)
            return Value("function", found.name, found)
        if kind == "class":
            assert isinstance(binding.node, n.ClassDef)
            cls = module.class_of(binding.node)
            return Value("class", cls.name, cls)
        return self.ask(module.bound, id(binding), lambda: self._binding(binding, module, function))

    def _binding(self, binding: Binding, module: Module, function: Function | None) -> Value | None:
        kind = binding.kind
        if kind == "import":
            return self._imported(binding, module)
        if binding.annotation is not None:
            declared = typing_.evaluate(self, binding.annotation, module, function)
            if declared is not None:
                return declared
            annotated = typing_.metadata_home(self, binding.annotation, module, function)
            if annotated is not None:
                # What is written in another file is told by the names of that file.
                metadata, _, home = annotated
                inner = function if home is module else None
                provided = (self.dependency_value(item, home, inner) for item in metadata)
                first = next((value for value in provided if value is not None), None)
                if first is not None:
                    return first
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
        path = layout.imported(binding.level, binding.module, module.path)
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
        path = self.project.layout.imported(binding.level, dotted, module.path)
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

    # --- members: see `members`

    def module_member(self, module: Module, name: str) -> Value | None:
        """What `module.name` is: a binding, a re-export, a submodule, or something a star import brings."""
        return members.module_member(self, module, name)

    def member(self, owner: Value, attribute: str) -> Value | None:
        """What `owner.attribute` is."""
        return members.member(self, owner, attribute)

    def instance_attribute(self, cls: Class, attribute: str) -> Value | None:
        """What the class body or an assignment to `self.attribute` in its methods gives the attribute."""
        return members.instance_attribute(self, cls, attribute)

    # --- results: see `results`

    def returned(
        self,
        function: Function,
        receiver: Value | None = None,
        call: n.Call | None = None,
        module: Module | None = None,
        caller: Function | None = None,
    ) -> Value | None:
        """What a project function returns: its annotation, else what its `return`s (or, for a provider, its `yield`s) are known to give."""
        return results.returned(self, function, receiver, call, module, caller)

    def is_context_manager(self, function: Function) -> bool:
        """Whether a generator function is made a context manager by its decorator."""
        return results.is_context_manager(self, function)

    def element(self, value: Value | None) -> Value | None:
        """What iterating over a value yields."""
        return results.element(self, value)

    def entered(self, value: Value | None) -> Value | None:
        """What `with value as x` binds."""
        return results.entered(self, value)

    def dependency_value(self, call: n.Expr, module: Module, function: Function | None) -> Value | None:
        """What FastAPI passes for `Depends(provider)`: the provider's result, a generator's yield."""
        return results.dependency_value(self, call, module, function)

    def dependency_target(self, call: n.Expr, module: Module, function: Function | None) -> Value | None:
        """The provider in `Depends(provider)` or `Security(provider)`, None for any other expression."""
        return results.dependency_target(self, call, module, function)

    # --- types

    def instance_of(self, cls: Value) -> Value | None:
        """An instance of a class value."""
        if cls.kind == "class":
            return Value("instance", cls.name, cls.definition, cls.args)
        if cls.kind == "external":
            return Value("instance", cls.name)
        return cls if cls.kind == "instance" else None

    def typed(
        self, text: str | None, receiver: Value | None, call: n.Call | None, module: Module | None = None, function: Function | None = None
    ) -> Value | None:
        """The value a declaration's type text describes (the language of `declarations`)."""
        if not text:
            return None
        return typing_.declared(self, text, receiver, call, module, function)


def _scope_at(offset: int, function: Function | None) -> Function | None:
    """The function whose names hold at an offset: that of a function's decorators, annotations and defaults is the one around it, whoever
    takes them for a part of the function."""
    while function is not None and not function.node.body[0].start <= offset < function.node.end:
        function = function.parent
    return function


def same_path(left: n.Expr, right: n.Expr) -> bool:
    """Whether two dotted expressions are spelled the same."""
    while isinstance(left, n.Attribute) and isinstance(right, n.Attribute):
        if left.attr != right.attr:
            return False
        left, right = left.value, right.value
    return isinstance(left, n.Name) and isinstance(right, n.Name) and left.id == right.id
