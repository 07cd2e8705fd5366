"""Results put together from parts, and what one part says of the others."""

from __future__ import annotations

from backend_lint.semantics.calls import Callee
from backend_lint.semantics.flow import Engine, Frame, Policy
from backend_lint.semantics.labels import NONE, Label, Labels
from backend_lint.source import nodes as n
from tests.support import function_of, project_of


class Watch(Policy):
    """Labels what `secret()` gives and records what `show(...)` gets."""

    name = "watch"
    always_enter = True

    def __init__(self) -> None:
        self.shown: list[str] = []

    def result(self, call: n.Call, target: Callee, receiver: Labels, arguments: list[tuple[n.Arg, Labels]], frame: Frame) -> Labels:
        if isinstance(call.func, n.Name) and call.func.id == "secret":
            return frozenset({Label("secret", "", frame.module, call)})
        if isinstance(call.func, n.Name) and call.func.id == "Result":
            return NONE.union(*(labels for _, labels in arguments))
        return receiver

    def after_call(self, call: n.Call, target: Callee, receiver: Labels, arguments: list[tuple[n.Arg, Labels]], frame: Frame) -> None:
        if isinstance(call.func, n.Name) and call.func.id == "show":
            for given, labels in arguments:
                if any(label.kind == "secret" for label in labels):
                    self.shown.append(frame.module.tree.source_of(given))


def shown(body: str, callee: str) -> list[str]:
    """What of `body`, which calls `get()`, shows the secret that `get` of the other file may give."""
    text = "from other import get\n\ndef run():\n" + "".join(f"    {line}\n" for line in body.strip().splitlines())
    project = project_of({"app.py": text, "other.py": callee})
    policy = Watch()
    Engine(policy).run(function_of(project, "app.py", "run"))
    return policy.shown


PAIR = "def get():\n    if x:\n        return True, 'fine'\n    return False, secret()\n"
TABLE = "def get():\n    if x:\n        return {'ok': True, 'sid': 1}\n    return {'ok': False, 'error': secret()}\n"
OBJECT = "def get():\n    if x:\n        return Result(report=1)\n    return Result(error=secret())\n"


def test_positions_of_a_tuple_are_kept_apart() -> None:
    assert shown("ok, text = get()\nshow(ok)\nshow(text)", PAIR) == ["text"]


def test_a_flag_clears_what_came_with_it() -> None:
    assert shown("ok, text = get()\nif ok:\n    show(text)\nelse:\n    show(text)", PAIR) == ["text"]
    assert shown("ok, text = get()\nif not ok:\n    return\nshow(text)", PAIR) == []


def test_keys_of_a_dict_are_kept_apart() -> None:
    assert shown("found = get()\nshow(found['sid'])\nshow(found['error'])\nshow(found)", TABLE) == ["found['error']", "found"]
    assert shown("found = get()\nshow(found.get('sid'))\nshow(found.get('error'))", TABLE) == ["found.get('error')"]


def test_a_key_clears_the_whole() -> None:
    assert shown("found = get()\nif found['ok']:\n    show(found)", TABLE) == []
    assert shown("found = get()\nif found.get('error'):\n    return\nshow(found)", TABLE) == []


def test_fields_of_an_object_are_kept_apart() -> None:
    assert shown("found = get()\nshow(found.report)\nshow(found.error)", OBJECT) == ["found.error"]
    assert shown("found = get()\nif not found.report:\n    return\nshow(found)", OBJECT) == []


def test_an_empty_value_carries_nothing() -> None:
    assert shown("text = get()\nif text:\n    return\nshow(text)", "def get():\n    return secret()\n") == []
    assert shown("text = get()\nif text is None:\n    show(text)\nelse:\n    show(text)", "def get():\n    return secret()\n") == ["text"]


def test_parts_survive_a_function_that_hands_them_on() -> None:
    handing = PAIR.replace("get", "inner") + "\ndef get():\n    return inner()\n"
    assert shown("ok, text = get()\nif ok:\n    show(text)", handing) == []


def test_an_unknown_result_has_no_parts() -> None:
    assert shown("ok, text = get()\nshow(ok)", "def get():\n    return unpack(secret())\n") == []
