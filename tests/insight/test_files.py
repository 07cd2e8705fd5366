"""How a file is seen."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from backend_lint.insight.files import file_view
from backend_lint.insight.opening import Opened
from tests.insight.projects import DJANGO, FASTAPI

Open = Callable[[Mapping[str, str], str], Opened]


def test_what_a_file_is_taken_for(open_file: Open) -> None:
    view = file_view(open_file({**FASTAPI, "backend-lint.toml": 'ignore = ["types"]\n'}, "app/routers/orders.py"), "app/routers/orders.py")
    assert (view.module, view.source_root, view.role, view.fault) == ("app.routers.orders", ".", "application", "")
    assert view.configuration == "backend-lint.toml"
    assert [(route.function, route.path) for route in view.handlers] == [
        ("create", "/api/orders"),
        ("rate", "/api/orders/{order_id}/rate"),
        ("replace", "/api/orders/{order_id}"),
    ]
    assert view.unresolved_imports == ()
    assert (view.unknown_calls, view.calls - view.known, view.weakened) == ((), 0, ())
    on = {rule.code for rule in view.on}
    assert "BL801" in on
    assert not any(code.startswith("BL7") for code in on)
    assert "BL700 untyped-project, BL701 untyped-handler, BL702 untyped-function: the rule is off for this file: ignore" in "\n".join(
        fact.text for fact in view.off
    )


def test_what_is_not_known_and_what_that_weakens(open_file: Open) -> None:
    text = """\
import acme
from . import missing
from fastapi import FastAPI
from orders import place

app = FastAPI()

@app.get("/")
async def index(client):
    client.fetch().save()
    print(len("x"), "a".upper())
    return acme.answer()
"""
    view = file_view(open_file({"src/shop/app.py": text, "src/shop/__init__.py": ""}, "src/shop/app.py"), "src/shop/app.py")
    assert (view.module, view.source_root) == ("shop.app", "src")
    assert [fact.text for fact in view.unresolved_imports] == ["acme", ".missing", "orders"]
    assert {fact.text.partition(":")[0] for fact in view.unknown_calls} == {"client.fetch().save()", "client.fetch()"}
    assert view.calls - view.known == len(view.unknown_calls)
    weakened = {weakness.family: weakness.because for weakness in view.weakened}
    assert weakened["async"] == "they ask which calls block, and 2 calls may be such; 3 imports lead nowhere"
    assert "configuration" not in weakened


def test_only_coroutines_weaken_what_asks_about_the_loop(open_file: Open) -> None:
    view = file_view(open_file({"app.py": "def f(client):\n    client.fetch()\n"}, "app.py"), "app.py")
    assert {weakness.family for weakness in view.weakened} >= {"lifecycle", "transactions"}
    assert not {"async", "layering"} & {weakness.family for weakness in view.weakened}


def test_tests_are_shown_to_few_rules(open_file: Open) -> None:
    view = file_view(open_file({"tests/test_app.py": "def test_a():\n    pass\n"}, "tests/test_app.py"), "tests/test_app.py")
    assert view.role == "test"
    assert "BL801" not in {rule.code for rule in view.on}
    assert any("the file is a test" in fact.text for fact in view.off)


def test_inherited_handlers_are_listed(open_file: Open) -> None:
    view = file_view(open_file(DJANGO, "store/views.py"), "store/views.py")
    assert {(route.function, route.is_inherited) for route in view.handlers} >= {("ProductViewSet.list", True), ("rename", False)}


def test_a_file_that_cannot_be_parsed(open_file: Open) -> None:
    view = file_view(open_file({"app.py": "x = (\n"}, "app.py"), "app.py")
    assert view.fault.startswith("line 1: ")
    assert (view.module, view.on) == ("", ())
