"""The flow engine: from `secret()` through locals, branches, loops, `try` and calls to `show(...)`."""

from __future__ import annotations

import pytest

from backend_lint.semantics.calls import Callee
from backend_lint.semantics.flow import Engine, Frame, Policy
from backend_lint.semantics.labels import NONE, PARAMETER, Event, Label, Labels
from backend_lint.source import nodes as n
from tests.support import function_of, project_of


class Secrets(Policy):
    """`secret()` gives a labelled value, `check(x)` and `if safe(x)` clear x, `show(x)` is worth an event."""

    name = "secrets"
    always_enter = True

    def caught(self, handler: n.ExceptHandler, frame: Frame) -> Labels:
        return frozenset({Label("secret", "error", frame.module, handler)})

    def result(self, call: n.Call, target: Callee, receiver: Labels, arguments: list[tuple[n.Arg, Labels]], frame: Frame) -> Labels:
        name = call.func.id if isinstance(call.func, n.Name) else ""
        return frozenset({Label("secret", "call", frame.module, call)}) if name == "secret" else receiver

    def after_call(self, call: n.Call, target: Callee, receiver: Labels, arguments: list[tuple[n.Arg, Labels]], frame: Frame) -> None:
        name = call.func.id if isinstance(call.func, n.Name) else ""
        for given, labels in arguments:
            if name == "show":
                frame.emit("shown", given, labels)
            elif name == "check":
                frame.clear(given.value)

    def tested(self, test: n.Expr, truth: bool, frame: Frame) -> None:
        if truth and isinstance(test, n.Call) and isinstance(test.func, n.Name) and test.func.id == "safe":
            frame.clear(test.args[0].value)


def shown(body: str, **others: str) -> list[str]:
    """The arguments of `show` that get the secret when `run` of `app/main.py` runs, as `file:text` where the file is another."""
    text = "".join(f"    {line}\n" for line in body.strip("\n").splitlines())
    head = "".join(f"from app.{stem} import *\n" for stem in others)
    files = {"app/main.py": f"{head}\ndef run(p):\n{text}", **{f"app/{stem}.py": other for stem, other in others.items()}}
    project = project_of(files)
    function = function_of(project, "app/main.py", "run")
    found = _secrets(Engine(Secrets()).run(function).events)
    assert _secrets(Engine(Secrets()).own_events(function)) == found
    return found


def _secrets(events: list[Event]) -> list[str]:
    return [
        ("" if event.module.path == "app/main.py" else event.module.path.removeprefix("app/") + ":")
        + event.module.tree.source_of(event.node)
        for event in events
        if any(label.kind == "secret" for label in event.labels)
    ]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param("x = secret()\nshow(x)", ["x"], id="local"),
        pytest.param("x = secret()\nx = 1\nshow(x)", [], id="overwritten"),
        pytest.param("show(x)\nx = secret()", [], id="before"),
        pytest.param("show(f'a {secret()}')", ["f'a {secret()}'"], id="f-string"),
        pytest.param("a, b = secret(), 1\nshow(a)\nshow(b)", ["a"], id="tuple"),
        pytest.param("xs = []\nxs.append(secret())\nshow(xs)", ["xs"], id="appended"),
        pytest.param("d = {'a': secret(), 'b': 1}\nshow(d['a'])\nshow(d['b'])\nshow(d)", ["d['a']", "d"], id="dict"),
        pytest.param("o.x = secret()\nshow(o.x)\nshow(o.y)", ["o.x"], id="attribute"),
        pytest.param("show(secret() == 1)", [], id="comparison"),
        pytest.param("show([x for x in secret()])", ["[x for x in secret()]"], id="comprehension"),
        pytest.param("show(1 if secret() else 2)", [], id="tested-only"),
        pytest.param("if (x := secret()):\n    show(x)", ["x"], id="walrus"),
        pytest.param("with secret() as x:\n    show(x)", ["x"], id="with"),
        pytest.param("x = secret()\nx += 'a'\nshow(x)", ["x"], id="augmented"),
        pytest.param("x = await secret()\nshow(x)", ["x"], id="await"),
    ],
)
def test_values(body: str, expected: list[str]) -> None:
    assert shown(body) == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param("if p:\n    x = secret()\nelse:\n    x = 1\nshow(x)", ["x"], id="joined"),
        pytest.param("if p:\n    x = secret()\n    return\nelse:\n    x = 1\nshow(x)", [], id="left"),
        pytest.param("x = secret()\nif p:\n    x = 1\nshow(x)", ["x"], id="overwritten-in-a-branch"),
        pytest.param("x = secret()\nif p:\n    x = 1\nelse:\n    x = 2\nshow(x)", [], id="overwritten-in-both"),
        pytest.param("x = secret()\nif safe(x):\n    show(x)\nshow(x)", ["x"], id="checked-in-the-branch-only"),
        pytest.param("x = secret()\nif not safe(x):\n    return\nshow(x)", [], id="guard"),
        pytest.param("x = secret()\nif p and safe(x):\n    show(x)", [], id="and"),
        pytest.param("x = secret()\nif p or safe(x):\n    show(x)", ["x"], id="or"),
        pytest.param("x = secret()\nassert safe(x)\nshow(x)", [], id="assert"),
        pytest.param("x = secret()\nshow(x if safe(x) else 1)", [], id="conditional"),
        pytest.param("for i in p:\n    show(x)\n    x = secret()", ["x"], id="second-round"),
        pytest.param("x = secret()\nfor i in p:\n    x = 1\nshow(x)", ["x"], id="loop-not-entered"),
        pytest.param("x = secret()\nwhile p:\n    check(x)\nshow(x)", ["x"], id="checked-in-a-loop-only"),
        pytest.param("x = secret()\nwhile True:\n    pass\nshow(x)", [], id="endless"),
        pytest.param("x = 1\ntry:\n    x = secret()\n    x = 2\nexcept E:\n    pass\nshow(x)", [], id="try-overwritten"),
        pytest.param("try:\n    x = secret()\nexcept E:\n    x = 1\nshow(x)", ["x"], id="try-body-ends-well"),
        pytest.param("try:\n    x = secret()\n    return\nexcept E:\n    x = 1\nshow(x)", [], id="only-the-handler-goes-on"),
        pytest.param("try:\n    go()\nexcept E as e:\n    show(e)", ["e"], id="caught"),
        pytest.param("x = secret()\ntry:\n    check(x)\nexcept E:\n    return\nshow(x)", [], id="check-in-try"),
        pytest.param("x = secret()\ntry:\n    check(x)\nexcept E:\n    pass\nshow(x)", ["x"], id="failed-check-goes-on"),
        pytest.param("match secret():\n    case {'k': v}:\n        show(v)", ["v"], id="match"),
    ],
)
def test_paths(body: str, expected: list[str]) -> None:
    assert shown(body) == expected


@pytest.mark.parametrize(
    ("body", "helper", "expected"),
    [
        pytest.param("show(get())", "def get(): return secret()", ["get()"], id="result"),
        pytest.param("show(same(secret()))", "def same(x): return x", ["same(secret())"], id="through"),
        pytest.param("show(same(1))", "def same(x): return x", [], id="other-argument"),
        pytest.param("show(pick(1, b=secret()))", "def pick(a, b): return a", [], id="keyword"),
        pytest.param("show(rest(1, secret()))", "def rest(*a): return a", ["rest(1, secret())"], id="vararg"),
        pytest.param("show(more(a=1, b=secret()))", "def more(**a): return a", ["more(a=1, b=secret())"], id="kwarg"),
        pytest.param("tell(secret())", "def tell(x): show(x)", ["helper.py:x"], id="event-in-a-callee"),
        pytest.param("tell(1)", "def tell(x): show(x)", [], id="no-event-for-harmless-arguments"),
        pytest.param("x = secret()\nensure(x)\nshow(x)", "def ensure(x): check(x)", [], id="checked-by-a-callee"),
        pytest.param(
            "x = secret()\nensure(x)\nshow(x)", "def ensure(x):\n    if not safe(x):\n        raise E", [], id="checked-on-every-way-back"
        ),
        pytest.param(
            "x = secret()\nensure(x)\nshow(x)", "def ensure(x):\n    if p:\n        check(x)", ["x"], id="checked-on-some-ways-only"
        ),
        pytest.param("x = secret()\nensure(1)\nshow(x)", "def ensure(x): check(x)", ["x"], id="another-value-checked"),
        pytest.param(
            "show(again(secret(), 3))",
            "def again(x, n):\n    if n:\n        return again(x, n - 1)\n    return x",
            ["again(secret(), 3)"],
            id="recursion",
        ),
        pytest.param("show(ping(secret()))", "def ping(x): return pong(x)\ndef pong(x): return ping(x)", [], id="circle"),
    ],
)
def test_across_files(body: str, helper: str, expected: list[str]) -> None:
    assert shown(body, helper=helper) == expected


def test_an_event_in_a_callee_says_the_way_to_it() -> None:
    files = {
        "app/main.py": "from app.a import outer\ndef run():\n    outer(secret())",
        "app/a.py": "from app.b import inner\ndef outer(x):\n    inner(x)",
        "app/b.py": "def inner(x):\n    show(x)",
    }
    project = project_of(files)
    (event,) = Engine(Secrets()).run(function_of(project, "app/main.py", "run")).events
    assert (event.module.path, event.module.line(event.node)) == ("app/b.py", 2)
    assert [(step.path, step.line) for step in event.trace] == [("app/main.py", 3), ("app/a.py", 3)]


def test_a_summary_speaks_of_parameters() -> None:
    project = project_of({"a.py": "def f(a, b):\n    check(b)\n    return a"})
    summary = Engine(Secrets()).run(function_of(project, "a.py", "f"))
    assert {(label.kind, label.detail) for label in summary.returns} == {(PARAMETER, "a")}
    assert summary.checked == {"b"}
    assert summary.yields == NONE


def test_own_events_leave_out_what_callers_hand_over() -> None:
    project = project_of({"m.py": "def f(a):\n    show(a)\n    b = [a, secret()]\n    show(b)\n"})
    own, all_ = Engine(Secrets()).own_events(function_of(project, "m.py", "f")), Engine(Secrets()).run(function_of(project, "m.py", "f"))
    assert [{label.kind for label in event.labels} for event in all_.events] == [{PARAMETER}, {PARAMETER, "secret"}]
    assert [{label.kind for label in event.labels} for event in own] == [{"secret"}]


def test_own_events_of_a_function_that_calls_itself_are_its_own() -> None:
    text = "def f(a):\n    g(secret())\n    b = secret()\n    show(b)\n\ndef g(a):\n    f(a)\n"
    project = project_of({"m.py": text})
    own = Engine(Secrets()).own_events(function_of(project, "m.py", "f"))
    assert [(event.module.tree.source_of(event.node), event.trace) for event in own] == [("b", ())]


def test_module_level_statements_are_walked_without_functions() -> None:
    project = project_of({"a.py": "x = secret()\nshow(x)\ndef f():\n    show(secret())"})
    events = Engine(Secrets()).run_module(project.module("a.py")).events
    assert [event.module.line(event.node) for event in events] == [2]
