"""Which files may name a function: those that could import it, and not those that merely hold the word."""

from __future__ import annotations

import pytest

from backend_lint.semantics.effects import callers
from backend_lint.semantics.importing import naming
from tests.support import function_of, project_of

OWN = "def get(id):\n    return id\n\n\nclass Store:\n    def get(self, id):\n        return id\n"
SHOP = {
    "shop/__init__.py": "",
    "shop/orders/__init__.py": "",
    "shop/orders/service.py": OWN,
    "shop/users/__init__.py": "",
    "shop/users/service.py": OWN,
    "shop/users/views.py": "from shop.users import service\nfrom .service import get\n\n\ndef show():\n    return service.get(1), get(2)\n",
}


def naming_orders(path: str, text: str, more: dict[str, str] | None = None) -> bool:
    """Whether a file is among those that may name `get` of the orders' service."""
    project = project_of({**SHOP, path: text, **(more or {})})
    return path in [module.path for module in naming(function_of(project, "shop/orders/service.py", "get"))]


@pytest.mark.parametrize(
    ("path", "imports", "call"),
    [
        ("api.py", "from shop.orders import service", "service.get"),
        ("api.py", "from shop.orders import service as orders", "orders.get"),
        ("api.py", "import shop.orders.service", "shop.orders.service.get"),
        ("api.py", "import json; from shop.orders.service import get", "get"),
        ("api.py", "from shop.orders.service import (\n    # the one\n    get as find,\n)", "find"),
        ("api.py", "from shop.orders \\\n    import service", "service.get"),
        ("api.py", "def show():\n    from shop.orders import service", "service.get"),
        ("api.py", "from shop.orders.service import *", "get"),
        ("shop/orders/views.py", "from . import service", "service.get"),
        ("shop/orders/views.py", "from .service import get", "get"),
        ("shop/orders/admin/views.py", "from .. import service", "service.get"),
        ("shop/users/admin.py", "from ..orders import service", "service.get"),
    ],
)
def test_whoever_imports_it(path: str, imports: str, call: str) -> None:
    inside = imports.startswith("def ")
    text = f"{imports}\n    return {call}(1)\n" if inside else f"{imports}\n\n\ndef show():\n    return {call}(1)\n"
    assert naming_orders(path, text)
    function = function_of(project_of({**SHOP, path: text}), "shop/orders/service.py", "get")
    assert [holder.module.path for holder, _ in callers(function)] == [path], "and it is found to call the function"


@pytest.mark.parametrize(
    ("more", "imports", "call"),
    [
        ({"shop/orders/__init__.py": "from shop.orders.service import get\n"}, "from shop.orders import get", "get"),
        ({"shop/orders/__init__.py": "from .service import get\n"}, "from shop import orders", "orders.get"),
        ({"shop/api.py": "from shop.orders.service import get\n"}, "from shop.api import get", "get"),
        (
            {"shop/api.py": "from shop.orders.service import get\n", "shop/front.py": "from shop.api import get\n"},
            "from shop.front import get",
            "get",
        ),
        ({"shop/services/__init__.py": "from shop.orders import service\n"}, "from shop.services import service", "service.get"),
        ({"shop/services.py": "from shop.orders import service as orders\n"}, "from shop.services import orders", "orders.get"),
        ({"shop/services/__init__.py": "from shop.orders import service as orders\n"}, "from shop import services", "services.orders.get"),
        ({"front/pages/__init__.py": "from shop.orders.service import get\n"}, "from pages import get", "get"),
    ],
)
def test_whoever_has_it_from_another(more: dict[str, str], imports: str, call: str) -> None:
    text = f"{imports}\n\n\ndef show():\n    return {call}(1)\n"
    assert naming_orders("front/main.py", text, more)


@pytest.mark.parametrize(
    "text",
    [
        "from shop.users import service\n\n\ndef show():\n    return service.get(1)\n",
        "def show(orders, service):\n    return orders.get(1), service.get(1)\n",
        "import requests\n\n\ndef show():\n    return requests.get('/orders/service')\n",
    ],
)
def test_not_whoever_says_the_same_word(text: str) -> None:
    assert not naming_orders("api.py", text)


def test_a_method_may_be_named_anywhere() -> None:
    project = project_of({**SHOP, "api.py": "def show(store):\n    return store.get(1)\n"})
    assert "api.py" in [module.path for module in naming(function_of(project, "shop/orders/service.py", "Store.get"))]
