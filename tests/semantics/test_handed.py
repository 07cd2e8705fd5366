"""Values that nothing declares: what callers pass, and what is kept on a shared object."""

from __future__ import annotations

from backend_lint.semantics import effects
from tests.support import function_of, project_of

DATABASE = """
    from sqlalchemy import create_engine
    from sqlalchemy.orm import sessionmaker

    SessionLocal = sessionmaker(bind=create_engine("postgresql://"))
    session = SessionLocal()
"""
MODELS = """
    from sqlalchemy.orm import DeclarativeBase


    class Base(DeclarativeBase):
        pass


    class User(Base):
        __tablename__ = "users"
"""


def test_a_parameter_without_annotation_is_what_its_callers_pass() -> None:
    project = project_of(
        {
            "app/database.py": DATABASE,
            "app/models.py": MODELS,
            "app/crud.py": """
                from app.models import User


                def add_user(db):
                    db.add(User())
                    db.commit()
            """,
            "app/views.py": """
                from app import crud
                from app.database import session


                def create():
                    crud.add_user(session)
            """,
        }
    )
    assert {"writes", "commits"} <= set(effects.of_function(function_of(project, "app/crud.py", "add_user")).own)
    assert "commits" in effects.of_function(function_of(project, "app/views.py", "create"))


def test_callers_that_disagree_say_nothing() -> None:
    project = project_of(
        {
            "app/database.py": DATABASE,
            "app/crud.py": """
                import sqlite3

                from app.database import session


                def remove(db):
                    db.commit()


                def one():
                    remove(session)


                def other():
                    remove(sqlite3.connect("x.db"))
            """,
        }
    )
    assert set(effects.of_function(function_of(project, "app/crud.py", "remove")).own) == set()


def test_a_parameter_that_is_only_handed_round_in_a_circle_is_unknown() -> None:
    project = project_of(
        {
            "app/crud.py": """
                def ping(db):
                    db.commit()
                    pong(db)


                def pong(db):
                    ping(db)
            """
        }
    )
    assert set(effects.of_function(function_of(project, "app/crud.py", "ping")).own) == set()


def test_what_is_kept_on_the_request_is_what_was_assigned_to_it() -> None:
    project = project_of(
        {
            "app/database.py": DATABASE,
            "app/hooks.py": """
                from flask import g

                from app.database import SessionLocal


                def open_session():
                    g.session = SessionLocal()
            """,
            "app/views.py": """
                from flask import g


                def create():
                    g.session.commit()


                def other():
                    g.unknown.commit()
            """,
        }
    )
    assert "commits" in effects.of_function(function_of(project, "app/views.py", "create"))
    assert "commits" not in effects.of_function(function_of(project, "app/views.py", "other"))
