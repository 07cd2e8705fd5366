"""Searches of a whole project, and the same among the files that have changed: what a later run asks to know whether answers still hold."""

from __future__ import annotations

import pytest

from backend_lint.semantics import searches
from backend_lint.semantics.call_graph import property_names
from backend_lint.semantics.outlines import use
from backend_lint.semantics.project import Project
from backend_lint.semantics.searches import Among, Sought
from tests.support import project_of

ORDER = "class Order:\n    @property\n    def total(self):\n        return 1\n"
SHOP = {
    "shop/__init__.py": "",
    "shop/order.py": ORDER,
    "shop/prices.py": "from shop import order\n\n\ndef show():\n    return order.Order().total\n",
    "tests/test_order.py": "from shop.order import Order\n\n\ndef test_total():\n    assert Order().total\n",
}


@pytest.mark.parametrize(
    "sought",
    [
        ("text", (b"total",), False),
        ("text", (b"total",), True),
        ("imported", (b"shop",), True),
        ("named", (b"order",), False),
        ("named", (b"Order",), True),
        ("uses", (use(b"shop", b"order", b"Order"),), False),
        ("uses", (use(b"shop", b"order", b"Order"),), True),
        ("uses", (use(b"shop", b"order", b"Invoice"),), True),
    ],
)
def test_a_search_among_all_files_is_that_of_the_project(sought: Sought) -> None:
    project = project_of(SHOP)
    kind, needles, tests = sought
    whole = project.holding(*needles, tests=tests) if kind == "text" else project.searches.outlined(kind, needles[0], tests=tests)
    assert Among(project, list(SHOP)).found(sought) == set(whole)
    assert project.searches.news().found == {sought: list(whole)}


def pieces(project: Project) -> dict[str, bytes]:
    """What the fact of property names was put together from in a project."""
    project.fact(property_names)
    news = project.searches.news()
    ((name, _),) = news.gathered[searches.name_of(property_names)]
    return news.pieces[name]


def test_a_fact_is_known_by_what_each_file_gives_to_it() -> None:
    assert list(pieces(project_of(SHOP))) == ["shop/order.py"], "the others give nothing"


@pytest.mark.parametrize(
    ("text", "is_same"),
    [
        (ORDER.replace("return 1", "return 2  # or three"), True),
        (ORDER + "\n\nclass Row:\n    pass\n", True),
        (ORDER.replace("total", "sum"), False),
        (ORDER.replace("    @property\n", ""), False),
    ],
)
def test_a_change_that_gives_the_same_leaves_it(text: str, is_same: bool) -> None:
    now = pieces(project_of({**SHOP, "shop/order.py": text}))
    assert (now == pieces(project_of(SHOP))) == is_same


def _reads_a_file(project: Project) -> list[str]:
    """A fact that rests on more than what is gathered."""
    project.bytes_of("shop/order.py")
    return sorted(project.searches.gathered(_length))


def _asks_a_fact(project: Project) -> list[str]:
    """A fact that rests on another one."""
    return sorted({*project.searches.gathered(_length), *project.fact(property_names)})


def _searches(project: Project) -> list[str]:
    """A fact that rests on a search."""
    return sorted({*project.searches.gathered(_length), *project.holding(b"total")})


def _length(project: Project, path: str, text: bytes) -> int | None:
    return len(text) or None


@pytest.mark.parametrize("fact", [_reads_a_file, _asks_a_fact, _searches])
def test_a_fact_that_rests_on_more_has_to_be_told_again(fact: object) -> None:
    assert callable(fact)
    project = project_of(SHOP)
    project.fact(fact)
    assert searches.name_of(fact) not in project.searches.news().gathered


def test_many_searches_find_what_one_finds() -> None:
    """After some searches an index answers: it is one of the same."""
    files = {**SHOP, **{f"shop/part{place}.py": f"from shop import order\n\norder.step{place}()\n" for place in range(40)}}
    project = project_of(files)
    for place in range(40):
        assert project.searches.outlined("uses", use(b"shop", b"order", b"step%d" % place)) == [f"shop/part{place}.py"]
        assert project.holding(b"step%d" % place) == [path for path, text in sorted(files.items()) if f"step{place}" in text]
        assert not project.searches.outlined("imported", b"part%d" % place, tests=True)
    assert project.searches.outlined("named", b"Order", tests=True) == ["tests/test_order.py"]
    assert project.searches.outlined("uses", use(b"shop", b"order", b"Order")) == ["shop/prices.py"]
