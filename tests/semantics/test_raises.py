"""Which exceptions leave a piece of code."""

from __future__ import annotations

from backend_lint.semantics import raises
from backend_lint.source import nodes as n
from tests.support import function_of, project_of

FILES = {
    "errors.py": """
        class AppError(Exception): ...
        class NotReady(AppError): ...
    """,
    "service.py": """
        import json
        from errors import NotReady

        def check(text):
            if not text:
                raise ValueError("no text")
            return json.loads(text)

        def guarded(text):
            try:
                return check(text)
            except ValueError:
                return None

        def start(text):
            check(text)
            raise NotReady("later")
    """,
    "view.py": """
        from errors import AppError
        from service import guarded, start

        NETWORK = (OSError, TimeoutError)

        def view(text):
            try:
                guarded(text)
                start(text)
            except (AppError, *NETWORK) as error:
                return error
    """,
}


def the_try(path: str = "view.py", name: str = "view") -> tuple[n.Try, object, object]:
    function = function_of(project_of(FILES), path, name)
    statement = next(node for node in n.walk(function.node.body) if isinstance(node, n.Try))
    return statement, function.module, function


def test_raises_of_callees_leave_a_try_unless_they_are_caught_below_it() -> None:
    statement, module, function = the_try()
    sites = raises.raised_in(statement.body, module, function)  # type: ignore[arg-type]  # a `Try`, as `the_try` finds it
    assert sorted(site.cls.name for site in sites) == ["ValueError", "errors.NotReady"]


def test_classes_of_an_except_come_out_of_tuples_and_names_of_tuples() -> None:
    statement, module, function = the_try()
    classes = raises.caught_classes(statement.handlers[0].type, module, function)  # type: ignore[arg-type]  # as above
    assert [value.name for _, value in classes if value] == ["errors.AppError", "OSError", "TimeoutError"]


def test_what_libraries_raise_is_read_from_their_declarations() -> None:
    function = function_of(project_of(FILES), "service.py", "check")
    found = raises.library_raises(function.node.body, function.module, function)
    assert "json.JSONDecodeError" in [name for _, name in found]


def test_derived_classes_are_known_by_their_bases() -> None:
    statement, module, function = the_try()
    sites = raises.raised_in(statement.body, module, function)  # type: ignore[arg-type]  # as above
    project = function.project  # type: ignore[attr-defined]  # a function, as `the_try` finds it
    assert [site.cls.name for site in sites if raises.derives(site.cls, frozenset({"errors.AppError"}), project)] == ["errors.NotReady"]
