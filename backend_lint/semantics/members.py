"""What a name inside a module, a class or an object stands for: the part of inference behind every dot."""

from __future__ import annotations

from typing import TYPE_CHECKING

from backend_lint.semantics import annotations as typing_
from backend_lint.semantics import handed, mixins
from backend_lint.semantics.values import Value
from backend_lint.source import nodes as n

if TYPE_CHECKING:
    from backend_lint.semantics.inference import Inference
    from backend_lint.semantics.project import Class, Module

_TASK_MEMBERS = {
    "delay": "celery.Task", "apply_async": "celery.Task", "delay_on_commit": "celery.Task", "apply_async_on_commit": "celery.Task",
    "s": "celery.Task", "si": "celery.Task", "send": "dramatiq.Actor", "send_with_options": "dramatiq.Actor",
}  # fmt: skip


#: What gives a model's rows.
_ROWS = ("django.db.models.Manager", "django.db.models.QuerySet")


def module_member(infer: Inference, module: Module, name: str) -> Value | None:
    """What `module.name` is: a binding, a re-export, a submodule, or something a star import brings."""
    return infer.ask(module.members, name, lambda: _module_member(infer, module, name))


def _module_member(infer: Inference, module: Module, name: str) -> Value | None:
    bindings = module.names.bindings.get(name)
    if bindings:
        found = infer.bound(bindings, None, module, None)
        if found is not None:
            return found
    if module.is_package:
        path = infer.project.layout.submodule(module.path, name)
        inside = infer.project.find(path) if path else None
        if inside is not None:
            return Value("module", inside.name, inside)
    for star in module.names.stars:
        source = infer.star_source(star, module)
        if isinstance(source, str):
            if source.partition(".")[0] in infer.project.registry.top_levels and not bindings:
                found = infer.external(f"{source}.{name}")
                if found.kind == "class" or found.name in infer.project.registry.functions:
                    return found
        elif source is not None and source is not module:
            found = infer.module_member(source, name)
            if found is not None:
                return found
    return None


def member(infer: Inference, owner: Value, attribute: str) -> Value | None:
    """What `owner.attribute` is."""
    from backend_lint.semantics.project import Class, Module

    if owner.kind == "module":
        assert isinstance(owner.definition, Module)
        return infer.module_member(owner.definition, attribute)
    if owner.kind == "external":
        if infer.project.has_folder(owner.name.replace(".", "/")):
            # A package without `__init__`: `import app.views` makes `app` known only as a folder.
            inside = infer.project.import_module(f"{owner.name}.{attribute}", "")
            if inside is not None:
                return Value("module", inside.name, inside)
        return infer.external(f"{owner.name}.{attribute}")
    if owner.kind in ("instance", "class"):
        if isinstance(owner.definition, Class):
            return _project_member(infer, owner, owner.definition, attribute)
        return _declared_member(infer, owner, owner.name, attribute)
    if owner.kind == "function":
        # The decorator of a task makes an object of the function: `send_welcome.delay(user.id)`.
        task = _TASK_MEMBERS.get(attribute)
        return Value("method", f"{task}.{attribute}", receiver=owner) if task is not None else None
    return Value("external", f"{owner.name}.{attribute}") if owner.kind == "method" else None


def _project_member(infer: Inference, owner: Value, cls: Class, attribute: str) -> Value | None:
    method = cls.method(attribute)
    if method is not None:
        if method.is_property:
            return infer.returned(method)
        return Value("function", method.name, method, receiver=owner)
    assigned = infer.instance_attribute(cls, attribute)
    if assigned is not None:
        return _of_model(assigned, cls)
    registry = infer.project.registry
    for ancestor in cls.mro:
        for base in ancestor.bases:
            if not isinstance(base.definition, type(cls)):
                found = registry.member(base.name, attribute)
                if found is not None:
                    return _declared_member(infer, owner, base.name, attribute)
    for inner in cls.module.classes:
        if inner.outer is cls and inner.node.name == attribute:
            return Value("class", inner.name, inner)
    if cls.external_ancestors:
        first = sorted(cls.external_ancestors)[0]
        return Value("method", f"{first}.{attribute}", receiver=owner)
    return mixins.user_member(infer, owner, cls, attribute)


def _of_model(value: Value, cls: Class) -> Value:
    """A manager that a model's class has, with the rows that it gives: `objects = OrderManager()`, `owed = OrderQuerySet.as_manager()`."""
    if value.args or not gives_rows(value) or not cls.derives_from("django.db.models.Model"):
        return value
    return Value("instance", value.name, value.definition, (Value("instance", cls.name, cls),))


def gives_rows(value: Value) -> bool:
    """Whether a value is a manager or a query set of Django's, or one of a class that derives from these."""
    if value.kind != "instance":
        return False
    if value.definition is None:
        return value.name in _ROWS
    from backend_lint.semantics.project import Class

    return isinstance(value.definition, Class) and value.definition.derives_from(*_ROWS)


def instance_attribute(infer: Inference, cls: Class, attribute: str) -> Value | None:
    """What the class body, or an assignment to `self.attribute` or `cls.attribute` in its methods, gives the attribute."""
    return infer.ask(cls.attributes, attribute, lambda: _instance_attribute(infer, cls, attribute))


def _instance_attribute(infer: Inference, cls: Class, attribute: str) -> Value | None:
    for owner in cls.mro:
        for binding in reversed(owner.names.bindings.get(attribute, ())):
            found = infer.binding(binding, owner.module, owner.parent, owner)
            if found is not None:
                return found
        for method in owner.methods.values():
            holder = method.parameters[0].name if method.is_class_method and method.parameters else method.self_name
            if holder is None:
                continue
            for target, statement in method.names.attributes.get(holder, ()):
                if not isinstance(target, n.Attribute) or target.attr != attribute or not isinstance(target.value, n.Name):
                    continue
                found = None
                if isinstance(statement, n.AnnAssign):
                    found = typing_.evaluate(infer, statement.annotation, owner.module, method)
                if found is None and statement.value is not None and not isinstance(statement, n.AugAssign):
                    found = infer.value(statement.value, owner.module, method)
                if found is not None:
                    return found
    return None


def _declared_member(infer: Inference, owner: Value, class_name: str, attribute: str) -> Value | None:
    found = infer.project.registry.member(class_name, attribute)
    if found is None:
        # `client.shop.orders` of a document database: any other attribute is what `__getattr__` gives.
        other = infer.project.registry.member(class_name, "__getattr__") if not attribute.startswith("__") else None
        made = infer.typed(other[1].returns, owner, None) if other is not None else None
        if class_name in handed.KEEPERS:
            made = handed.kept(infer, class_name, attribute) or made
        return made or Value("method", f"{class_name}.{attribute}", receiver=owner)
    home, member = found
    if member.is_attribute:
        typed = infer.typed(member.returns, owner, None) if member.returns else None
        return typed or Value("method", f"{home}.{attribute}", receiver=owner)
    return Value("method", f"{home}.{attribute}", receiver=owner)
