"""What a class without bases is mixed into: `cls.query` in a mixin is that of the models that use it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from backend_lint.semantics.values import Value

if TYPE_CHECKING:
    from backend_lint.semantics.inference import Inference
    from backend_lint.semantics.project import Class, Function

#: How many files are looked at for a class that derives from the mixin.
_MAX_FILES = 12
#: The classes that give their subclasses members which mixins rely on.
_HOMES = (
    "flask_sqlalchemy.model.Model", "django.db.models.Model", "rest_framework.generics.GenericAPIView", "django.views.generic.View",
    "rest_framework.views.APIView", "tortoise.models.Model", "peewee.Model", "mongoengine.Document", "sqlmodel.SQLModel",
)  # fmt: skip


def user_member(infer: Inference, owner: Value, cls: Class, attribute: str) -> Value | None:
    """What `owner.attribute` is, `owner` being of the mixin `cls`, which has no such member itself; None when `cls` is no mixin."""
    if cls.node.bases or not any(infer.project.registry.member(home, attribute) for home in _HOMES):
        return None
    user = infer.project.remember(("mixed into", id(cls)), lambda: _user_of(infer, cls), meanwhile=None)
    return infer.member(Value(owner.kind, user.name, user), attribute) if user is not None else None


def _user_of(infer: Inference, cls: Class) -> Class | None:
    for number, module in enumerate(infer.project.containing(cls.node.name.encode())):
        if number >= _MAX_FILES:
            return None
        for other in module.classes:
            if other is not cls and len(other.node.bases) > 1 and any(base.definition is cls for base in other.bases):
                if not other.external_ancestors.isdisjoint(_HOMES):
                    return other
    return None


def parent_member(function: Function, attribute: str) -> Value | None:
    """What `super().attribute` is in a method: the method of that name of the nearest project ancestor; None when none has one."""
    cls = function.cls
    if cls is None:
        return None
    for ancestor in cls.mro[1:]:
        found = ancestor.methods.get(attribute)
        if found is not None and not found.is_property:
            return Value("function", found.name, found, receiver=Value("class" if function.is_class_method else "instance", cls.name, cls))
    return None
