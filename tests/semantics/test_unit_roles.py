from __future__ import annotations

import pytest

from backend_lint.semantics import unit_roles
from backend_lint.semantics.unit_events import Action, Event, Write
from backend_lint.source import nodes as n
from tests.support import function_of, project_of

PROJECT = project_of({"work.py": "def get_settings():\n    pass\n\ndef create_order():\n    pass\n\n@celery.task\ndef run():\n    pass\n"})


def event(model: str, action: Action = "create", fields: tuple[str, ...] = ()) -> Event:
    node = n.Name(0, 1, "x")
    return Event("lasting", node, "", [Write(action, node, PROJECT.module("work.py"), model=model, fields=frozenset(fields))])


@pytest.mark.parametrize(
    ("name", "words"), [("AuditLogEntry", ["audit", "log", "entry"]), ("record_HTTPLog", ["record", "http", "log"]), ("", [])]
)
def test_words(name: str, words: list[str]) -> None:
    assert unit_roles.words_of(name) == words


@pytest.mark.parametrize(
    ("model", "expected"),
    [
        ("AuditLog", True),
        ("app.models.Notification", True),
        ("AccessEvent", True),
        ("Event", False),
        ("Order", False),
        ("Catalogue", False),
    ],
)
def test_records(model: str, expected: bool) -> None:
    assert unit_roles.is_record(event(model)) is expected


def test_a_changed_notification_is_no_record() -> None:
    assert not unit_roles.is_record(event("Notification", "update"))


@pytest.mark.parametrize(
    ("model", "expected"), [("ResetToken", True), ("LoginCode", True), ("PromoCode", False), ("Session", True), ("Order", False)]
)
def test_short_lived(model: str, expected: bool) -> None:
    assert unit_roles.is_short_lived(event(model)) is expected


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        (("last_login",), True),
        (("last_seen", "view_count"), True),
        (("last_login", "balance"), False),
        ((), False),
        (("last_name",), False),
    ],
)
def test_stamps(fields: tuple[str, ...], expected: bool) -> None:
    assert unit_roles.is_stamp(event("User", "update", fields)) is expected


@pytest.mark.parametrize(
    ("model", "fields", "expected"),
    [("ImportJob", ("total",), True), ("Order", ("status", "error"), True), ("Order", ("status", "total"), False), ("Jobless", (), False)],
)
def test_progress(model: str, fields: tuple[str, ...], expected: bool) -> None:
    assert unit_roles.is_progress(event(model, "update", fields)) is expected


def test_lookups_and_jobs() -> None:
    assert unit_roles.is_lookup(function_of(PROJECT, "work.py", "get_settings"))
    assert not unit_roles.is_lookup(function_of(PROJECT, "work.py", "create_order"))
    assert unit_roles.is_decorated_job(function_of(PROJECT, "work.py", "run"))
    assert not unit_roles.is_decorated_job(function_of(PROJECT, "work.py", "create_order"))
