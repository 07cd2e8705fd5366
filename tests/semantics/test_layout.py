"""Where imports lead, in the layouts that projects have."""

from __future__ import annotations

import pytest

from backend_lint.semantics.layout import Layout

EXTERNAL = frozenset({"redis", "stripe"})

SRC = [
    "pyproject.toml",
    "src/shop/__init__.py",
    "src/shop/db.py",
    "src/shop/api/__init__.py",
    "src/shop/api/orders.py",
    "tests/test_orders.py",
]
BACKEND = ["backend/app/__init__.py", "backend/app/main.py", "backend/app/core/db.py", "frontend/build.py"]
DJANGO = ["site/manage.py", "site/config/settings.py", "site/orders/__init__.py", "site/orders/models.py", "site/orders/views.py"]
TWINS = [f"services/{app}/{file}.py" for app in ("billing", "mail") for file in ("main", "models", "db/__init__", "db/session")]
FLAT = ["app.py", "models.py", "routes/users.py", "routes/__init__.py"]


@pytest.mark.parametrize(
    ("files", "dotted", "importer", "expected"),
    [
        pytest.param(SRC, "shop.db", "src/shop/api/orders.py", "src/shop/db.py", id="src"),
        pytest.param(SRC, "shop.api", "tests/test_orders.py", "src/shop/api/__init__.py", id="src-from-tests"),
        pytest.param(SRC, "shop.missing", "src/shop/db.py", None, id="missing"),
        pytest.param(BACKEND, "app.core.db", "backend/app/main.py", "backend/app/core/db.py", id="backend-namespace-package"),
        pytest.param(BACKEND, "backend.app.main", "frontend/build.py", "backend/app/main.py", id="from-the-top"),
        pytest.param(DJANGO, "orders.models", "site/orders/views.py", "site/orders/models.py", id="folder-of-manage"),
        pytest.param(DJANGO, "config.settings", "site/manage.py", "site/config/settings.py", id="settings"),
        pytest.param(DJANGO, "models", "site/orders/views.py", "site/orders/models.py", id="package-run-from-inside"),
        pytest.param([*DJANGO, "models.py"], "models", "site/orders/views.py", "models.py", id="real-root-before-package"),
        pytest.param(TWINS, "models", "services/billing/main.py", "services/billing/models.py", id="first-twin"),
        pytest.param(TWINS, "models", "services/mail/main.py", "services/mail/models.py", id="second-twin"),
        pytest.param(TWINS, "db.session", "services/mail/main.py", "services/mail/db/session.py", id="twin-package"),
        pytest.param(FLAT, "models", "routes/users.py", "models.py", id="flat"),
        pytest.param(["app/a.py", "app/a/__init__.py"], "app.a", "app/b.py", "app/a/__init__.py", id="package-before-module"),
        pytest.param(["app/a.pyi", "app/a.py"], "app.a", "app/b.py", "app/a.py", id="source-before-stub"),
        pytest.param(["app/a.pyi"], "app.a", "app/b.py", "app/a.pyi", id="stub"),
    ],
)
def test_imports(files: list[str], dotted: str, importer: str, expected: str | None) -> None:
    assert Layout(files, EXTERNAL).resolve(dotted, importer) == expected


@pytest.mark.parametrize(
    ("files", "dotted", "importer", "expected"),
    [
        pytest.param(["app/__init__.py", "app/redis.py", "app/main.py"], "redis", "app/main.py", None, id="library-in-a-package"),
        pytest.param(["app/__init__.py", "app/logging.py", "app/main.py"], "logging", "app/main.py", None, id="stdlib-in-a-package"),
        pytest.param(["billing/stripe.py", "billing/main.py"], "stripe", "billing/main.py", None, id="library-in-an-unmarked-folder"),
        pytest.param(
            ["stripe/__init__.py", "stripe/api.py", "main.py"], "stripe.api", "main.py", "stripe/api.py", id="real-shadow-at-the-top"
        ),
        pytest.param(["src/redis/__init__.py", "src/main.py"], "redis", "src/main.py", "src/redis/__init__.py", id="real-shadow-in-src"),
        pytest.param(["src/redis.py", "tools/x.py"], "redis", "tools/x.py", None, id="root-of-somebody-else"),
    ],
)
def test_what_is_named_like_a_library(files: list[str], dotted: str, importer: str, expected: str | None) -> None:
    assert Layout(files, EXTERNAL).resolve(dotted, importer) == expected


@pytest.mark.parametrize(
    ("level", "dotted", "importer", "expected"),
    [
        (1, "db", "src/shop/main.py", "src/shop/db.py"),
        (1, "", "src/shop/db.py", "src/shop/__init__.py"),
        (2, "db", "src/shop/api/orders.py", "src/shop/db.py"),
        (1, "orders", "src/shop/api/__init__.py", "src/shop/api/orders.py"),
        (9, "db", "src/shop/main.py", None),
        (1, "nothing", "src/shop/main.py", None),
    ],
)
def test_relative_imports(level: int, dotted: str, importer: str, expected: str | None) -> None:
    assert Layout(SRC).imported(level, dotted, importer) == expected


@pytest.mark.parametrize(
    ("files", "path", "expected"),
    [
        (SRC, "src/shop/api/orders.py", "shop.api.orders"),
        (SRC, "src/shop/__init__.py", "shop"),
        (BACKEND, "backend/app/main.py", "app.main"),
        (DJANGO, "site/orders/models.py", "orders.models"),
        (FLAT, "app.py", "app"),
    ],
)
def test_module_names(files: list[str], path: str, expected: str) -> None:
    assert Layout(files).module_name(path) == expected


def test_the_order_of_files_does_not_matter() -> None:
    for files in (SRC, BACKEND, DJANGO, TWINS, FLAT):
        one, other = Layout(files), Layout(files[::-1])
        stems = ["models", "db.session", "app.main", "shop.db", "orders.models", "main"]
        assert [one.resolve(s, p) for s in stems for p in files] == [other.resolve(s, p) for s in stems for p in files]
