"""What is known of a file's imports, and of what it does with them, without parsing it."""

from __future__ import annotations

import pytest

from backend_lint.semantics.outlines import ITSELF, STAR, Outline, use

NAMES = frozenset((b"shop", b"orders", b"service", b"users", b"models"))


def outline(text: str, path: str = "shop/api.py") -> Outline:
    return Outline(path, text.encode(), NAMES)


def uses(text: str, name: str, package: str = "orders", module: str = "service", path: str = "shop/api.py") -> bool:
    return outline(text, path).holds("uses", use(package.encode(), module.encode(), name.encode()))


@pytest.mark.parametrize(
    "text",
    [
        "from shop.orders.service import get\n",
        "from shop.orders.service import (  # the ones\n    create,\n    get as find,\n)\n",
        "from shop.orders.service import create, \\\n    delete as remove, \\\n    get\n",
        "from shop.orders \\\n    import service\n\nservice.get(1)\n",
        "import json; from shop.orders.service import get\n",
        "from shop.orders import service\n\nservice.get(1)\n",
        "from shop.orders import service as orders\n\n\ndef show():\n    return orders.get(1)\n",
        "import shop.orders.service\n\nshop.orders.service.get(1)\n",
        "import shop.orders.service as s\n\nprint(s.get(1))\n",
        "from shop import orders\n\norders.service.get(1)\n",
        "from shop.orders import service\n\n(\n    service\n    .get(1)\n)\n",
        "from .orders import service\n\nrun(service . get)\n",
        "def late():\n    from shop.orders import service\n    return service.get(1)\n",
        "from shop.orders import service\nrows = [service.get(1)]; service.rows = service.get(2)\n",
    ],
)
def test_what_is_used_of_a_module(text: str) -> None:
    assert uses(text, "get")
    assert not uses(text, "update")
    assert not uses(text, "get", package="users")


@pytest.mark.parametrize(
    "text",
    [
        "from shop.users import service\n\nservice.get(1)\n",
        "from shop.orders import service\n\nservice.create(1)\n",
        "from shop.orders import service\n\nmy_service.get(1)\nself.service.get(2)\n",
        "from shop.orders import models\n\nmodels.get(1)\n",
        "import orders_service\n\norders_service.get(1)\n",
    ],
)
def test_what_is_not_used_of_it(text: str) -> None:
    assert not uses(text, "get")


def test_a_relative_import_is_told_by_the_folder() -> None:
    assert uses("from . import service\n\nservice.get(1)\n", "get", path="shop/orders/views.py")
    assert uses("from .. import service\n\nservice.get(1)\n", "get", path="shop/orders/admin/views.py")
    assert uses("from . import get\n", "get", package="shop", module="orders", path="shop/orders/views.py")
    assert not uses("from . import service\n\nservice.get(1)\n", "get", path="shop/users/views.py")


@pytest.mark.parametrize(
    ("text", "is_handed_on"),
    [
        ("from shop.orders import service\n\nplugins.append(service)\n", True),
        ("from shop.orders import service\n\nbackend = service\n", True),
        ("from shop.orders import service\n\nif service == other:\n    pass\n", True),
        ("from shop import orders\n\nrun(orders.service)\n", True),
        ("from shop.orders import service\n\nservice.get(1)\n", False),
        ("from shop.orders import service\n\nrun(service=1)\nservice = None\n", False),
    ],
)
def test_a_module_that_is_handed_on_as_a_value(text: str, is_handed_on: bool) -> None:
    assert uses(text, ITSELF.decode()) == is_handed_on


def test_a_star_import_takes_all_names() -> None:
    assert uses("from shop.orders.service import *\n", STAR.decode())


def test_what_is_none_of_the_project_s_is_left_out() -> None:
    found = outline("import json\nfrom sqlalchemy import select as get\nfrom shop import users\n")
    assert found.imported == {b"shop", b"users"}
    assert found.named == {b"users"}


def test_no_text_has_no_outline() -> None:
    empty = Outline("shop/api.py", None, NAMES)
    assert (empty.imported, empty.named, empty.uses) == (set(), set(), set())
