"""Rules over libcst's trees: what they are called with, and where their findings stand."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from typing import Any, ClassVar

import libcst as cst
import libcst.matchers as m
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend_lint.cst import CstContext, LibcstRule
from backend_lint.rule import Context, Rule, Severity
from backend_lint.semantics.project import Module
from backend_lint.source import nodes as n
from backend_lint.testing import assert_rule, check, fixed


class NoPrint(LibcstRule):
    """A call of `print`."""

    code = "ACME101"
    name = "no-print"
    family = "acme"
    severity = Severity.WARNING
    options: ClassVar[dict[str, Any]] = {"allowed": ["main"]}

    VALID = (
        "logger.info('x')\n",
        "def main():\n    print('x')\n",
        {"app.py": "print('x')\n", "backend-lint.toml": "[rules.no-print]\nallowed = ['<module>']\n"},
    )
    INVALID = (
        """
        class A:
            def f(self):
                é = "日本 😀"; print("😀", é)  # expect: ACME101
                return [(print)(x) for x in self]  # expect: ACME101
        """,
        "x = 1\r\nprint(x)  # expect: ACME101\r\n",
        "if x:\n\tprint(\n\t\tx)\nelse: \\\n  print(y)  # expect: ACME101\n".replace("print(\n", "print(  # expect: ACME101\n"),
        {"a/b.py": "from .c import f\nprint(f)  # expect: ACME101\n", "a/c.py": "def f(): ...\n"},
    )

    def visit_Call(self, node: cst.Call, context: CstContext) -> None:
        if not m.matches(node.func, m.Name("print")):
            return
        holder = context.parent(node)
        while holder is not None and not isinstance(holder, (cst.FunctionDef, cst.Module)):
            holder = context.parent(holder)
        name = holder.name.value if isinstance(holder, cst.FunctionDef) else "<module>"
        if name not in context.option("allowed"):
            context.report(node, "`print` writes to a log that nobody reads", help="use a logger")


class Wide(LibcstRule):
    """Two blanks before an operator, which no analysis's tree knows."""

    code = "ACME102"
    name = "wide-operator"
    family = "acme"
    severity = Severity.WARNING
    VALID = ("x = 1 + 2\n",)
    INVALID = ("x = 1  + 2  # expect: ACME102\n",)

    def check_tree(self, tree: cst.Module, context: CstContext) -> None:
        for found in m.findall(tree, m.Add(whitespace_before=m.SimpleWhitespace("  "))):
            holder = context.parent(found)
            assert holder is not None
            context.report(holder, "two blanks", help="one blank")


@pytest.mark.parametrize("rule", [NoPrint, Wide])
def test_samples(rule: type[LibcstRule]) -> None:
    assert_rule(rule)


def test_a_visit_that_returns_false_keeps_out_of_what_is_inside() -> None:
    class Shallow(NoPrint):
        def visit_FunctionDef(self, node: cst.FunctionDef, context: CstContext) -> bool:
            return False

        def leave_Module(self, node: cst.Module, context: CstContext) -> None:
            context.report(node.body[0], "the end", help="x")

    found = check(Shallow, "x = 1\ndef f():\n    print(1)\nprint(2)\n").findings
    assert [(each.line, each.message) for each in found] == [(1, "the end"), (4, "`print` writes to a log that nobody reads")]


def test_a_method_for_no_node_is_a_fault_and_not_a_silent_rule() -> None:
    class Misspelt(NoPrint):
        def visit_Cal(self, node: cst.Call, context: CstContext) -> None: ...

    (problem,) = check(Misspelt, "print(1)\n").problems
    assert "libcst has no node Cal" in problem.message


def test_a_finding_says_where_as_those_of_other_rules_do() -> None:
    class Plain(Rule):
        """As `NoPrint`, by the engine's own tree."""

        code, name, family, severity = "ACME103", "plain", "acme", Severity.WARNING

        def check_module(self, module: Module, context: Context) -> None:
            for call in module.nodes_of(n.Call):
                context.report(call, "`print` writes to a log that nobody reads", help="use a logger")

    text = 'class A:\n    def f(self):\n        "ä"; print("𝔘")\n\n\nprint(\n  2\n)\n'
    places = [
        [(each.line, each.column, each.end_line, each.end_column, each.function, each.statement) for each in check(rule, text).findings]
        for rule in (NoPrint, Plain)
    ]
    assert places[0] == places[1] != []


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.sampled_from(["x = 1", "print(1)", "# é 😀", "", "  ", "'''a\n😀'''", "\f", "f(a,\\\n  print(2))"]), max_size=8),
    st.sampled_from(["\n", "\r\n"]),
)
def test_spans_are_those_of_the_text(lines: list[str], end: str) -> None:
    class Marked(LibcstRule):
        """Says what its findings span."""

        code, name, family, severity = "ACME104", "marked", "acme", Severity.WARNING

        def visit_Call(self, node: cst.Call, context: CstContext) -> None:
            place = context.span(node)
            seen.append((context.module.tree.text[place.start : place.end], context.tree.code_for_node(node)))

    seen: list[tuple[str, str]] = []
    result = check(Marked, {"app.py": "x = 0\n" + end.join(lines) + "\n"})
    assert [text for text, _ in seen] == [code for _, code in seen]
    assert not result.problems


def imported(files: Mapping[str, str], rule: str) -> bool:
    """Whether a check of files with a rule imports libcst."""
    code = (
        "import sys\nfrom backend_lint.cst import LibcstRule\nfrom backend_lint.rule import Rule, Severity\n"
        "from backend_lint.testing import check\n"
        f"class R({rule}):\n    code, name, family, severity = 'ACME101', 'r', 'acme', Severity.WARNING\n"
        "    def visit_Call(self, node, context): ...\n"
        f"assert not check(R, {dict(files)!r}).problems\nprint('libcst' in sys.modules)\n"
    )
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True).stdout == "True\n"


def test_libcst_is_imported_when_such_a_rule_is_on() -> None:
    files = {"app.py": "f(1)\n"}
    assert not imported(files, "Rule")
    assert imported(files, "LibcstRule")


def test_deep_files_are_read_on_a_deep_stack() -> None:
    deep: Any = "x = " + "(" * 90 + "print(1)" + ")" * 90 + "\n"
    assert [each.line for each in check(NoPrint, deep).findings] == [1]


class Logged(NoPrint):
    """A call of `print`, with what to write instead."""

    fixable = True
    VALID = ()
    INVALID = ("print(1)  # expect: ACME101\n",)

    def visit_Call(self, node: cst.Call, context: CstContext) -> None:
        if m.matches(node.func, m.Name("print")):
            new = node.with_changes(func=cst.parse_expression("logger.info"))
            context.report(node, "`print` writes to a log that nobody reads", help="use a logger", fix=new)


def test_fixes_keep_all_else_as_it_is() -> None:
    assert_rule(Logged)
    head = "import logging\n\nlogger = logging.getLogger()\n\n"
    before = head + "def f( x ):\n    é = '😀'; print( x,\n        é )  # kept\n    return (print)(x)\n"
    assert fixed(Logged, before) == {"app.py": before.replace("print(", "logger.info(").replace("(print)", "logger.info")}


def test_a_statement_may_be_removed_and_a_fix_may_be_a_function() -> None:
    class Removed(NoPrint):
        fixable = True

        def visit_Expr(self, node: cst.Expr, context: CstContext) -> None:
            if m.matches(node.value, m.Call(func=m.Name("print"))):
                context.report(node, "in vain", help="leave it out", fix=cst.RemoveFromParent(), safe=True)

        def visit_Call(self, node: cst.Call, context: CstContext) -> None:
            if m.matches(node.func, m.Name("tell")):
                context.report(node, "old", help="say", fix=lambda updated: updated.with_changes(func=cst.Name("say")))

    assert fixed(Removed, "def f():\n    x = 1\n    print(x)\n    tell(tell(x))\n") == {"app.py": "def f():\n    x = 1\n    say(say(x))\n"}


def test_a_rule_without_fixes_changes_nothing() -> None:
    assert fixed(NoPrint, "print(1)\n") == {"app.py": "print(1)\n"}
