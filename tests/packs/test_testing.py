"""What authors of rules test them with: it says what differs, and takes nothing for granted."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from backend_lint.engine.registry import built_in
from backend_lint.rule import Context, Rule, Severity, Step
from backend_lint.semantics.calls import callee
from backend_lint.semantics.project import Function
from backend_lint.source import nodes as n
from backend_lint.testing import assert_rule, cases, check, expectations, split


class BadName(Rule):
    """A function is called `foo` or calls one that is."""

    code = "ACME101"
    name = "bad-name"
    family = "acme"
    severity = Severity.WARNING

    VALID = ("def good(): ...\n", {"a.py": "from b import good\ndef f(): good()\n", "b.py": "def good(): ...\n"})
    INVALID = (
        "def foo(): ...  # expect: ACME101\n",
        """
        def good():
            def foo(): ...  # expect: ACME101
        """,
        {"a.py": "import b\n\n\ndef f():  # expect: ACME101 note\n    b.foo()\n", "b.py": "def foo(): ...  # expect: ACME101\n"},
    )

    def check_function(self, function: Function, context: Context) -> None:
        if function.node.name == "foo":
            context.report(function.node, "says nothing", help="say what it does", end=function.node.name_end)
        for call in function.nodes_of(n.Call):
            target = callee(call, function.module, function).function
            if target is not None and target.node.name == "foo":
                step = Step(target.module.path, target.module.line(target.node), "this is `foo`")
                context.report(function.node, "calls `foo`", help="call something else", note=True, trace=[step])


def test_samples_of_one_file_and_of_several() -> None:
    assert_rule(BadName)


@pytest.mark.parametrize("case", cases(BadName), ids=str)
def test_each_sample_may_be_a_test_of_its_own(case: object) -> None:
    assert str(case) in {"BadName-valid-0", "BadName-valid-1", "BadName-invalid-0", "BadName-invalid-1", "BadName-invalid-2"}
    case.check()  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("valid", "invalid", "said"),
    [
        (["def foo(): ...\n"], [], "BadName-valid-0:\n  app.py:1: ACME101: reported, and not expected: says nothing"),
        ([], ["x = 1  # expect: ACME101\ndef foo(): ...  # expect: ACME101\n"], "app.py:1: ACME101: expected, and not reported"),
        ([], ["def foo(): ...  # expect: ACME101 note\n"], "app.py:1: ACME101 note: expected, and not reported"),
        ([], ["x = 1\n"], "BadName-invalid-0: the sample marks no line"),
        ([], ["def foo(): ...  # expect: ACME102\n"], "the sample marks no line with `# expect: ACME101`"),
        (["x = 1  # expect: ACME101\n"], [], "a valid sample marks a line"),
        (["def good(:\n"], [], "app.py:1: this file cannot be parsed"),
        ([{"a.py": "x = 1\n", "backend-lint.toml": "nonsense = 1\n"}], [], "backend-lint.toml:1:1: nonsense: unknown key"),
    ],
)
def test_what_differs_is_said(valid: list[str | Mapping[str, str]], invalid: list[str | Mapping[str, str]], said: str) -> None:
    class Bare(BadName):
        VALID = ()
        INVALID = ()

    Bare.__name__ = "BadName"
    with pytest.raises(AssertionError) as fault:
        assert_rule(Bare, valid=valid, invalid=invalid)
    assert said in str(fault.value)


def test_a_rule_without_samples_is_not_tested() -> None:
    class Bare(BadName):
        VALID = ()
        INVALID = ()

    with pytest.raises(AssertionError, match="has no samples"):
        assert_rule(Bare)


def test_a_fault_of_the_rule_is_no_silence() -> None:
    class Faulty(BadName):
        def check_function(self, function: Function, context: Context) -> None:
            raise ZeroDivisionError("never")

    with pytest.raises(AssertionError, match="ZeroDivisionError: never"):
        assert_rule(Faulty, valid=["def good(): ...\n"])


def test_a_rule_that_could_not_be_loaded_cannot_be_tested() -> None:
    class Taken(BadName):
        code = "BL301"

    with pytest.raises(AssertionError, match="begins as those of the built-in rules do"):
        assert_rule(Taken)


def test_a_built_in_rule() -> None:
    rule = built_in().by_code["BL301"].load()
    sample = """
    from fastapi import FastAPI

    app = FastAPI()


    @app.get("/")
    def show() -> dict[str, str]:
        try:
            return load()
        except OSError as error:
            return {"error": str(error)}  # expect: BL301
    """
    assert_rule(rule, valid=["x = 1\n"], invalid=[sample])
    (finding,) = check(rule, sample).findings
    assert finding.function == "show"


def test_markers_and_files_in_a_text() -> None:
    text = "x = 1\n# --- a/b.py\ny = 2  # expect: AA1, BB2 note\n# --- c.py\nz = 3  # see: expect\n"
    files = split(text)
    assert files == {"app.py": "x = 1\n", "a/b.py": "y = 2  # expect: AA1, BB2 note\n", "c.py": "z = 3  # see: expect\n"}
    assert expectations(files) == {("a/b.py", 1, "AA1", False), ("a/b.py", 1, "BB2", True)}
