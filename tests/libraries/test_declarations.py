"""The tables hold together: names they refer to exist, spellings lead to one name, and a malformed line is refused."""

from __future__ import annotations

import builtins
import re
from collections import Counter
from collections.abc import Iterator

import pytest

from backend_lint.libraries import LIBRARIES, registry
from backend_lint.libraries.notation import table
from backend_lint.semantics.declarations import EFFECTS, Member

REGISTRY = registry()
#: Words of the type language, which are no class names. `Arg:name` is taken off before.
WORDS = {"Self", "Elem", "Class", "Arg0", "ArgElem"}
EVERY_NAME = {*REGISTRY.classes, *REGISTRY.functions, *REGISTRY.objects}


def types_in(text: str | None) -> Iterator[str]:
    """The qualified names in a type text."""
    bare = re.sub(r"Arg:\w+", "", text or "").replace("type:", "").replace("fn:", "")
    return (name for name in re.findall(r"[\w.]+", bare) if name not in WORDS)


def all_members() -> Iterator[tuple[str, Member]]:
    for name, declaration in REGISTRY.classes.items():
        for attribute, member in declaration.members.items():
            yield f"{name}.{attribute}", member
    yield from REGISTRY.functions.items()


def test_every_type_named_is_declared() -> None:
    known = {*REGISTRY.classes, *REGISTRY.functions, "sqlalchemy.func"}
    named = [(where, name) for where, member in all_members() for name in types_in(member.returns)]
    named += [(where, name) for where, kind in REGISTRY.objects.items() for name in types_in(kind)]
    named += [(where, name) for where, c in REGISTRY.classes.items() for name in types_in(c.enters)]
    assert [pair for pair in named if pair[1] not in known] == []


def test_every_base_and_every_exception_is_declared() -> None:
    bases = [(name, base) for name, c in REGISTRY.classes.items() for base in c.bases]
    raised = [(where, error) for where, member in all_members() for error in member.raises]
    raised += [(name, error) for name, c in REGISTRY.classes.items() for error in c.raises]
    assert [pair for pair in bases + raised if pair[1] not in REGISTRY.classes] == []
    assert [(where, error) for where, error in raised if "BaseException" not in REGISTRY.ancestors(error)] == []


def test_what_python_calls_an_exception_is_one_here() -> None:
    for name, value in vars(builtins).items():
        if isinstance(value, type) and issubclass(value, BaseException):
            declared = REGISTRY.canonical(name)
            real = {REGISTRY.canonical(base.__name__) for base in value.__mro__ if base is not object}
            assert set(REGISTRY.ancestors(declared)) >= {declared}, name
            assert set(REGISTRY.ancestors(declared)) == real | {declared}, name


def test_aliases_lead_to_declared_names_in_one_step() -> None:
    undeclared = []
    for alias, target in REGISTRY.aliases.items():
        assert REGISTRY.canonical(alias) == target
        assert REGISTRY.canonical(target) == target, f"{alias} leads to {target}, which is an alias itself"
        if target not in EVERY_NAME and not any(name.startswith(f"{target}.") for name in EVERY_NAME):
            undeclared.append(alias)
    assert undeclared == []


def test_a_declared_name_is_its_own_canonical_spelling() -> None:
    assert [name for name in EVERY_NAME if REGISTRY.canonical(name) != name] == []


def test_no_name_is_declared_twice() -> None:
    classes = Counter(name for library in LIBRARIES for name in library.classes)
    aliases = Counter(name for library in LIBRARIES for name in library.aliases)
    functions = Counter(name for library in LIBRARIES for name in library.functions)
    assert [name for name, count in (classes + aliases + functions).items() if count > 1 and "." in name] == []


def test_effects_are_words_of_the_vocabulary() -> None:
    used = {effect for _, member in all_members() for effect in member.effects}
    used |= {effect for c in REGISTRY.classes.values() for effect in c.effects}
    assert used <= EFFECTS.keys()
    assert EFFECTS.keys() - used <= {"input-any"}


def test_a_coroutine_does_not_block() -> None:
    assert [where for where, member in all_members() if {"coroutine", "blocks"} <= member.effects] == []


def test_no_class_is_its_own_ancestor() -> None:
    for name, declaration in REGISTRY.classes.items():
        for base in declaration.bases:
            assert name not in REGISTRY.ancestors(base)


def test_builtins_shadow_no_module_of_a_project() -> None:
    assert "filter" not in REGISTRY.top_levels
    assert "open" not in REGISTRY.top_levels
    assert {"flask", "sqlalchemy", "typing_extensions"} <= REGISTRY.top_levels


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("class A = shines", "line 1: unknown effect 'shines'"),
        ("module a\n\nklass B", "line 3: neither class, more, def, object, alias nor module"),
        ("module a\n    run", "line 2: a member outside a class"),
        ("class A\n    run = blocks -> int\n    stop = halts", "line 3: unknown effect 'halts'"),
    ],
)
def test_a_malformed_line_is_refused_with_its_number(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        table("example", text)


def test_the_notation() -> None:
    library = table(
        "shop",
        """
alias shop.db.Store shop.S = shop.Store
module shop
class Store < .Base dict = opens context with .Session ! .Closed OSError  # a comment
    get find = reads blocks -> list[.Item|Elem] ! .Closed
    .name -> str
    flush
class Base Closed
more Base
    close = closes
def connect = opens -> .Store
object main -> .Store
""",
        copies={},
    )
    store = library.classes["shop.Store"]
    assert (store.bases, store.enters, store.raises) == (("shop.Base", "dict"), "shop.Session", ("shop.Closed", "OSError"))
    assert store.effects == {"opens", "context"}
    assert store.members["find"] == Member(frozenset({"reads", "blocks"}), "list[shop.Item|Elem]", False, ("shop.Closed",))
    assert store.members["name"].is_attribute
    assert store.members["flush"] == Member()
    assert library.classes["shop.Base"].members["close"].effects == {"closes"}
    assert library.functions["shop.connect"].returns == "shop.Store"
    assert library.objects == {"shop.main": "shop.Store"}
    assert library.aliases == {"shop.db.Store": "shop.Store", "shop.S": "shop.Store"}


def test_copies_are_coroutines_where_the_original_blocks() -> None:
    library = table(
        "shop",
        "module shop\nclass Store\n    get = blocks -> int\n    name -> str\nclass AsyncStore\n    name = coroutine",
        copies={"shop.AsyncStore": "shop.Store"},
    )
    members = library.classes["shop.AsyncStore"].members
    assert members["get"] == Member(frozenset({"coroutine"}), "int")
    assert members["name"].effects == {"coroutine"}
