"""Members that a mixin has of the classes that use it, and `super()`."""

from __future__ import annotations

from backend_lint.semantics import effects
from tests.support import function_of, project_of

FILES = {
    "models.py": """
    from flask_sqlalchemy import SQLAlchemy

    db = SQLAlchemy()


    class Found:
        @classmethod
        def by_id(cls, key):
            return cls.query.filter(cls.id == key).one()

        def unknown(self):
            return self.other.filter(1)


    class Stamped:
        pass


    class Item(Stamped, Found, db.Model):
        @classmethod
        def by_id(cls, key):
            return super().by_id(key)

        def stamp(self):
            return super().unknown()


    class Plain:
        def by_id(self):
            return self.query.filter(1)
    """
}


def targets(qualname: str) -> list[str | None]:
    return [target.name for _, target in effects.calls_in(function_of(project_of(FILES), "models.py", qualname))]


def test_a_mixin_has_the_members_of_the_models_that_use_it() -> None:
    assert targets("Found.by_id") == ["sqlalchemy.orm.Query.one", "sqlalchemy.orm.Query.filter"]
    assert targets("Found.unknown") == [None]


def test_a_class_that_no_model_uses_has_none_of_them() -> None:
    assert targets("Plain.by_id") == [None]


def test_super_finds_the_method_behind_the_first_base() -> None:
    assert targets("Item.by_id") == ["models.Found.by_id", "super"]
    assert targets("Item.stamp") == ["models.Found.unknown", "super"]
