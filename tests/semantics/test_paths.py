"""Where the paths of small functions leave a resource."""

from __future__ import annotations

from textwrap import dedent

import pytest

from backend_lint.semantics.paths import Fate, fates_of, parameter_fate
from tests.support import function_of, project_of

HEAD = "import contextlib\nimport psycopg2\nimport sqlite3\nimport sys\n\n\n"


def fates(body: str, name: str = "work") -> list[Fate]:
    project = project_of({"app.py": HEAD + dedent(body)})
    return fates_of(function_of(project, "app.py", name))


def leaks(body: str) -> list[str]:
    """The kinds of leak of the one resource that `work` acquires."""
    [fate] = fates(body)
    return [leak.kind for leak in fate.leaks]


@pytest.mark.parametrize(
    "body",
    [
        "def work():\n    c = sqlite3.connect('a')\n    try:\n        c.execute('x')\n    finally:\n        c.close()\n",
        "def work():\n    c = sqlite3.connect('a')\n    c.close()\n",
        "def work():\n    with contextlib.closing(sqlite3.connect('a')) as c:\n        return c.execute('x')\n",
        """
            def work():
                with contextlib.ExitStack() as stack:
                    c = sqlite3.connect('a')
                    stack.callback(c.close)
                    use(c)
        """,
        """
            def work():
                c = sqlite3.connect('a')
                try:
                    c.execute('x')
                except BaseException:
                    c.close()
                    raise
                c.close()
        """,
        """
            def work():
                c = None
                try:
                    c = sqlite3.connect('a')
                    c.execute('x')
                finally:
                    if c is not None:
                        c.close()
        """,
        """
            def work(c=None):
                own = c is None
                if own:
                    c = sqlite3.connect('a')
                try:
                    c.execute('x')
                finally:
                    if own:
                        c.close()
        """,
        "def work():\n    global kept\n    kept = sqlite3.connect('a')\n",
        "def work():\n    return sqlite3.connect('a')\n",
        "def work():\n    c = sqlite3.connect('a')\n    sys.exit(0)\n",
        """
            def work():
                for name in ('a', 'b'):
                    c = sqlite3.connect(name)
                    try:
                        c.execute('x')
                    finally:
                        c.close()
        """,
        "def work():\n    try:\n        c = sqlite3.connect('a')\n    except sqlite3.Error:\n        return None\n    c.close()\n",
    ],
)  # fmt: skip
def test_every_path_closes_or_hands_on(body: str) -> None:
    assert leaks(body) == []


@pytest.mark.parametrize(
    ("body", "kinds"),
    [
        ("def work():\n    c = sqlite3.connect('a')\n    c.execute('x')\n    c.close()\n", ["exception"]),
        ("def work(n):\n    c = sqlite3.connect('a')\n    if n:\n        return 1\n    c.close()\n", ["return"]),
        ("def work():\n    c = sqlite3.connect('a')\n", ["end"]),
        ("def work():\n    sqlite3.connect('a')\n", ["end"]),
        ("def work():\n    c = sqlite3.connect('a')\n    yield c\n    c.close()\n", ["yield"]),
        (
            "def work(ns):\n    for n in ns:\n        c = sqlite3.connect(n)\n        if n:\n            continue\n        c.close()\n",
            ["end", "again"],
        ),
        ("def work():\n    with sqlite3.connect('a') as c:\n        pass\n", ["end"]),
        ("def work(n):\n    c = sqlite3.connect('a')\n    if n:\n        raise ValueError\n    c.close()\n", ["exception"]),
        (
            """
                def work():
                    c = sqlite3.connect('a')
                    try:
                        c.execute('x')
                    except ValueError:
                        return None
                    c.close()
            """,
            ["return", "exception"],
        ),
    ],
)
def test_leaks_by_kind(body: str, kinds: list[str]) -> None:
    assert leaks(body) == kinds


def test_a_return_in_an_except_clause_names_what_raised() -> None:
    [fate] = fates(
        """
            def work():
                c = sqlite3.connect('a')
                try:
                    c.execute('x')
                except Exception:
                    return None
                c.close()
        """
    )
    [leak] = fate.leaks
    assert leak.kind == "return"
    assert leak.origin is not None
    assert fate.resource.module.tree.source_of(leak.origin) == "c.execute('x')"


def test_flags_that_are_told_apart_by_literals() -> None:
    body = """
            def work(c, fresh):
                close = False
                if fresh:
                    c = sqlite3.connect('a')
                    close = True
                try:
                    c.execute('x')
                finally:
                    if close:
                        c.close()
        """
    assert leaks(body) == []


def test_a_function_that_returns_what_it_opened_opens() -> None:
    body = "def make():\n    return psycopg2.connect('a')\n\n\ndef work():\n    c = make()\n    use(1)\n"
    [fate] = fates(body)
    assert fate.is_never_closed
    assert [step.message for step in fate.resource.steps] == ["make opens it with psycopg2.connect(...)"]


def test_position_in_a_returned_tuple() -> None:
    body = """
            def make():
                c = psycopg2.connect('a')
                return 1, c


            def work():
                number, c = make()
                try:
                    use(number)
                finally:
                    c.close()
        """
    assert leaks(body) == []


def test_next_of_a_provider_opens() -> None:
    body = """
            def provide():
                c = sqlite3.connect('a')
                try:
                    yield c
                finally:
                    c.close()


            def work():
                c = next(provide())
                c.execute('x')
        """
    [fate] = fates(body)
    assert fate.resource.is_provided
    assert fate.is_never_closed


@pytest.mark.parametrize(
    ("body", "fate"),
    [
        ("def f(c):\n    c.close()\n", "closes"),
        ("def f(c):\n    with contextlib.closing(c):\n        pass\n", "closes"),
        ("def f(c):\n    kept.append(c)\n", "keeps"),
        ("def f(c):\n    return c\n", "resource"),
        ("def f(c):\n    return c.execute('x')\n", "borrows"),
        ("def f(c):\n    g(c)\n\n\ndef g(c):\n    c.close()\n", "closes"),
        ("def f(c):\n    f(c)\n", "borrows"),
    ],
)
def test_what_a_function_does_with_its_argument(body: str, fate: str) -> None:
    project = project_of({"app.py": HEAD + "kept = []\n\n\n" + body})
    assert parameter_fate(function_of(project, "app.py", "f"), "c") == fate


def test_a_constructor_that_keeps_makes_a_holder() -> None:
    project = project_of({"app.py": "class A:\n    def __init__(self, c):\n        self.c = c\n"})
    assert parameter_fate(function_of(project, "app.py", "A.__init__"), "c") == "holder"


def test_many_branches_end_in_time() -> None:
    tests = "".join(f"    if a{i}:\n        b{i} = True\n    if b{i}:\n        use({i})\n" for i in range(40))
    [fate] = fates(f"def work({', '.join(f'a{i}=0, b{i}=0' for i in range(40))}):\n    c = sqlite3.connect('a')\n{tests}    c.close()\n")
    assert [leak.kind for leak in fate.leaks] == ["exception"] * 40
