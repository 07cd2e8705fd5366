"""Tests that are true in development alone."""

from __future__ import annotations

import pytest

from backend_lint.semantics.development import guarded_spans, means_development
from backend_lint.source import nodes as n
from tests.support import project_of


def meaning(test: str) -> bool | None:
    module = project_of({"app.py": f"import os\nif {test}:\n    pass\n"}).module("app.py")
    statement = module.tree.body[1]
    assert isinstance(statement, n.If)
    return means_development(statement.test, module)


@pytest.mark.parametrize(
    ("test", "expected"),
    [
        ("settings.DEBUG", True),
        ("not settings.DEBUG", False),
        ("app.config['DEBUG']", True),
        ("current_app.debug and user", True),
        ("os.getenv('ENV') == 'development'", True),
        ("os.environ.get('APP_ENV', 'production').lower() in ('dev', 'local')", True),
        ("settings.environment != 'production'", True),
        ("settings.ENVIRONMENT == Environment.PRODUCTION", False),
        ("settings.is_production", False),
        ("os.getenv('FLASK_DEBUG') == '1'", True),
        ("user.is_admin", None),
        ("order.status == 'test'", None),
        ("settings.DEBUG or user.is_admin", None),
    ],
)
def test_meaning(test: str, expected: bool | None) -> None:
    assert meaning(test) is expected


def test_a_literal_of_the_module_is_no_condition() -> None:
    module = project_of({"app.py": "DEBUG = True\nif DEBUG:\n    pass\n"}).module("app.py")
    statement = module.tree.body[1]
    assert isinstance(statement, n.If)
    assert means_development(statement.test, module) is None


def test_what_follows_an_early_return_in_production_is_guarded() -> None:
    text = "def f(error):\n    if not settings.DEBUG:\n        return 1\n    return str(error)\n"
    module = project_of({"app.py": text}).module("app.py")
    spans = [text[start:end].strip() for start, end in guarded_spans(module)]
    assert spans == ["return str(error)"]
