"""Whether a form or serializer has made sure that the row of a lookup is there, before the lookup takes it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from backend_lint.semantics import effects
from backend_lint.semantics.calls import bind, dotted
from backend_lint.semantics.nullness import lookups_in
from backend_lint.semantics.persistence import meta_model
from backend_lint.semantics.project import Class
from backend_lint.semantics.queries import keys_of
from backend_lint.source import nodes as n

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backend_lint.semantics.nullness import Lookup
    from backend_lint.semantics.project import Function, Project

#: The methods after which a form's or serializer's values are valid.
_VALIDATING = frozenset({"is_valid", "validate", "validate_on_submit", "full_clean"})
#: What forms and serializers call their values once they are valid.
_VALIDATED = frozenset({"validated_data", "cleaned_data"})
#: Fields whose value is a row, or the key of one, that was found.
_REFERRING = re.compile(r"(?:RelatedField|ModelChoiceField|ModelMultipleChoiceField|QuerySelectField)$")
_FOREIGN = re.compile(r"(?:ForeignKey|OneToOneField|ManyToManyField)$")
_ASKING = frozenset({"exists", "aexists", "count", "acount"})
_MAX_HOPS = 3


def is_validated(lookup: Lookup, function: Function) -> bool:
    """Whether all keys of a lookup are valid values of a form or serializer, of fields that refer to a row or for which its own methods
    look for one."""
    if not lookup.is_direct:
        return False
    keys = keys_of(lookup.call, function)
    return bool(keys) and all(_is_proven(key, function, 0) for key in keys)


def _is_proven(key: n.Expr, function: Function, depth: int) -> bool:
    """Whether a key is a valid value of such a field: where the function has it from its callers, in all of them."""
    if isinstance(key, n.Name) and any(parameter.name == key.id for parameter in function.own_parameters):
        if depth >= _MAX_HOPS or len(function.names.bindings.get(key.id, ())) != 1:
            return False
        calls = list(effects.callers(function))
        given = [(bind(call, function).get(key.id), caller) for caller, call in calls if caller is not function]
        return bool(given) and all(argument is not None and _is_proven(argument.value, caller, depth + 1) for argument, caller in given)
    return any(_proves(cls, field) for cls, field in _fields_of(key, function))


def _fields_of(key: n.Expr, function: Function) -> Iterator[tuple[Class, str]]:
    """The forms and serializers, each with the field, that an expression may have its value from."""
    for _ in range(_MAX_HOPS):
        if not isinstance(key, n.Name):
            break
        bindings = [b for b in function.names.bindings.get(key.id, ()) if b.start < key.start]
        if not bindings or bindings[-1].kind != "assign" or bindings[-1].value is None or bindings[-1].path:
            return
        key = bindings[-1].value
    if isinstance(key, n.Subscript) and isinstance(key.index, n.Constant) and key.index.kind == "int":
        # `data["shops"][0]`: who looks for all rows of a list looks for each.
        yield from _fields_of(key.value, function)
        return
    found = _item_of(key)
    if found is None:
        return
    holder, field = found
    cls = _of_valid_values(holder, function)
    if cls is not None:
        yield cls, field
        return
    yield from ((cls, field) for cls in _given_to(holder, function))


def _item_of(expr: n.Expr) -> tuple[n.Expr, str] | None:
    """What an item is taken from, and its name: `data["shop"]`, `data.get("shop")`, `form.shop.data`."""
    if isinstance(expr, n.Subscript) and isinstance(expr.index, n.Constant) and expr.index.kind == "str":
        return expr.value, expr.index.value
    if isinstance(expr, n.Call) and isinstance(expr.func, n.Attribute) and expr.func.attr in ("get", "pop") and expr.args:
        name = expr.args[0].value
        return (expr.func.value, name.value) if isinstance(name, n.Constant) and name.kind == "str" else None
    if isinstance(expr, n.Attribute) and expr.attr == "data" and isinstance(expr.value, n.Attribute):
        return expr.value.value, expr.value.attr
    return None


def _of_valid_values(holder: n.Expr, function: Function) -> Class | None:
    """The form or serializer of which an expression holds the valid values: `form.cleaned_data`, the form itself, and the parameter of a
    serializer's own `create`."""
    for _ in range(_MAX_HOPS):
        if isinstance(holder, n.Attribute) and holder.attr in _VALIDATED:
            return _class_of(holder.value, function)
        if not isinstance(holder, n.Name):
            return None
        if function.cls is not None and any(p.name == holder.id for p in function.own_parameters):
            # REST framework gives `validate` what the fields' own validators have accepted.
            if holder.id in _VALIDATED or (function.node.name == "validate" and _is_serializer(function.cls)):
                return function.cls
        cls = _class_of(holder, function)
        if cls is not None:
            return cls if _is_validated_before(holder, function) else None
        bindings = [b for b in function.names.bindings.get(holder.id, ()) if b.start < holder.start]
        if not bindings or bindings[-1].kind != "assign" or bindings[-1].value is None:
            return None
        holder = bindings[-1].value
    return None


def _class_of(expr: n.Expr, function: Function) -> Class | None:
    value = function.project.inference.value(expr, function.module, function)
    return value.definition if value is not None and value.kind == "instance" and isinstance(value.definition, Class) else None


def _is_validated_before(holder: n.Expr, function: Function) -> bool:
    path = dotted(holder)
    return path is not None and any(
        isinstance(call.func, n.Attribute)
        and call.func.attr in _VALIDATING
        and dotted(call.func.value) == path
        and call.start < holder.start
        for call, _ in effects.calls_in(function)
    )


def _given_to(holder: n.Expr, function: Function) -> Iterator[Class]:
    """The forms and serializers that were made of the same values, where something was found valid: `Serializer(data=payload)`."""
    text = function.module.tree.source_of(holder)
    calls = [(call, target) for call, target in effects.calls_in(function) if call.start < holder.start]
    if not any(isinstance(call.func, n.Attribute) and call.func.attr in _VALIDATING for call, _ in calls):
        return
    for call, target in calls:
        if target.constructs is None or not isinstance(target.constructs.definition, Class):
            continue
        if any(argument.keyword in (None, "data") and function.module.tree.source_of(argument.value) == text for argument in call.args):
            yield target.constructs.definition


def _proves(cls: Class, field: str) -> bool:
    """Whether a form or serializer accepts a field's value only when there is a row for it."""
    if not any(name.endswith(("Serializer", "Form", "FlaskForm")) for name in cls.external_ancestors):
        return False
    # The validator of a base class stays when a subclass declares the field anew.
    if any((method := cls.method(name)) is not None and _looks(method) for name in (f"validate_{field}", f"clean_{field}")):
        return True
    for owner in cls.mro:
        declared = _assigned_call(owner, field)
        if declared is not None:
            return _REFERRING.search(declared) is not None
    return _is_foreign(cls, field)


def _is_serializer(cls: Class) -> bool:
    return any(name.startswith("rest_framework.") for name in cls.external_ancestors)


def _looks(method: Function, depth: int = 0) -> bool:
    """Whether a validating method looks for a row, by itself or by another method of its class."""
    if lookups_in(method):
        return True
    for call, target in effects.calls_in(method):
        if isinstance(call.func, n.Attribute) and call.func.attr in _ASKING:
            return True
        other = target.function
        if other is not None and other.cls is not None and depth < _MAX_HOPS and _is_own_call(call, method) and _looks(other, depth + 1):
            return True
    return False


def _is_own_call(call: n.Call, method: Function) -> bool:
    return isinstance(call.func, n.Attribute) and isinstance(call.func.value, n.Name) and call.func.value.id == method.self_name


def _assigned_call(cls: Class, name: str) -> str | None:
    """The dotted name of what a class attribute is made by."""
    for binding in cls.names.bindings.get(name, ()):
        if binding.kind == "assign" and isinstance(binding.value, n.Call):
            return dotted(binding.value.func) or ""
    return None


def _is_foreign(cls: Class, field: str) -> bool:
    """Whether a field that a form or serializer takes from its model, and lets clients fill, is a foreign key."""
    name = meta_model(cls) if _is_taken(cls, field) else None
    model = _model_class(name, cls.module.project) if name is not None else None
    if model is None:
        return False
    return any((made := _assigned_call(owner, field)) is not None and _FOREIGN.search(made) for owner in model.mro)


def _is_taken(cls: Class, field: str) -> bool:
    """Whether `Meta.fields`, `exclude` and `read_only_fields` leave a field in; what cannot be read is taken to."""
    for owner in cls.mro:
        for meta in owner.module.classes:
            if meta.outer is owner and meta.node.name == "Meta":
                if any(field in (_names_in(meta, without) or ()) for without in ("exclude", "read_only_fields")):
                    return False
                names = _names_in(meta, "fields")
                return names is None or field in names
    return True


def _names_in(meta: Class, attribute: str) -> list[str] | None:
    """The names that a list of fields holds; None where it is none of texts alone, such as `"__all__"`."""
    found = meta.attribute(attribute)
    value = found[1].value if found is not None else None
    if not isinstance(value, (n.List, n.Tuple, n.Set)) or not all(isinstance(e, n.Constant) and e.kind == "str" for e in value.elts):
        return None
    return [element.value for element in value.elts if isinstance(element, n.Constant)]


def _model_class(name: str, project: Project) -> Class | None:
    path, _, own = name.rpartition(".")
    for module in project.containing(f"class {own}".encode()):
        for cls in module.classes:
            if cls.name == name or (cls.qualname == own and cls.module.name == path):
                return cls
    return None
