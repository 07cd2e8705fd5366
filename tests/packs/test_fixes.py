"""Which of many fixes stand, when some do not do away with their finding or bring others."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from backend_lint.engine.cache_folder import Cache
from backend_lint.engine.check import Request, check_paths
from backend_lint.engine.fix_writing import write
from backend_lint.engine.fixing import Fixed, fix_paths
from backend_lint.engine.selection import Choice
from backend_lint.engine.settings import CommandLine

#: Calls of `old` become calls of `new`: those with 'bad' are found again, those with 'far' are found by who uses them.
_PACK = dedent('''
    """Rules for the tests of fixes."""

    import libcst as cst
    import libcst.matchers as m

    from backend_lint.cst import CstContext, LibcstRule, Severity


    class OldCall(LibcstRule):
        """A call of what is old."""

        code = "ACME101"
        name = "old-call"
        family = "acme"
        severity = Severity.WARNING
        fixable = True

        def visit_Call(self, node: cst.Call, context: CstContext) -> None:
            if m.matches(node.func, m.Name("old")):
                fixed = node.with_changes(func=cst.Name("new"))
                context.report(node, "old", help="call the new one", fix=fixed, safe=True)
            elif m.matches(node, m.Call(m.Name("new"), [m.Arg(m.SimpleString("'bad'"))])):
                context.report(node, "bad", help="call something else")


    class FarCall(LibcstRule):
        """A function that uses what it cannot."""

        code = "ACME102"
        name = "far-call"
        family = "acme"
        severity = Severity.WARNING

        def visit_FunctionDef(self, node: cst.FunctionDef, context: CstContext) -> None:
            if node.name.value == "uses":
                for path in context.project.holding(b"new('" + b"far')"):
                    context.report(node, f"{path} is too far", help="use something else")
    ''')


def _project(root: Path, **files: str) -> Path:
    (root / "tools").mkdir()
    (root / "tools" / "rules.py").write_text(_PACK)
    (root / "backend-lint.toml").write_text("exclude = ['tools/']\n")
    for name, text in files.items():
        (root / f"{name}.py").write_text(text)
    return root


def _request(root: Path, *, jobs: int | None = None, cache: Cache | None = None) -> Request:
    line = CommandLine(choice=Choice(select=("ACME",)), rule_packs=("tools/rules.py",))
    return Request(current=root, command_line=line, jobs=jobs, cache=cache)


def _texts(fixed: Fixed) -> dict[str, str]:
    return {file.path: file.after.decode() for file in fixed.files}


@pytest.mark.parametrize("jobs", [1, 2])
@pytest.mark.parametrize("is_cached", [True, False])
def test_of_the_fixes_of_a_file_the_good_ones_stand(tmp_path: Path, jobs: int, is_cached: bool) -> None:
    def body(name: str) -> str:
        calls = ["1", "'bad'", "2", "'bad'", "3"]
        return "".join(f"def {name}{place}():\n    {name}({call})\n\n\n" for place, call in enumerate(calls))

    mixed = "def mixed():\n    old('bad')\n    old(1)\n    old(2)\n"
    root = _project(tmp_path, a=body("old"), b=body("old") + mixed, c=body("old").replace("'bad'", "4"), d="old('bad')\n")
    cache = Cache(tmp_path / ".cache", tmp_path.parent / f"{tmp_path.name}-own") if is_cached else None
    fixed = fix_paths([root], _request(root, jobs=jobs, cache=cache))
    expected = body("old").replace("    old(", "    new(").replace("new('bad')", "old('bad')")
    assert _texts(fixed) == {
        "a.py": expected,
        "b.py": expected + mixed.replace("old(1)", "new(1)").replace("old(2)", "new(2)"),
        "c.py": body("old").replace("'bad'", "4").replace("    old(", "    new("),
    }
    assert sorted((finding.path, finding.message) for finding, _ in fixed.refused) == [
        *[("a.py", "old")] * 2, *[("b.py", "old")] * 3, ("d.py", "old"),
    ]  # fmt: skip
    assert len(fixed.result.findings) == 6


def test_a_fix_that_brings_a_finding_elsewhere_is_taken_back_alone(tmp_path: Path) -> None:
    names = [f"m{number:02}" for number in range(30)]
    root = _project(tmp_path, **{name: f"def f():\n    old('{name}')\n" for name in names}, user="def uses(): ...\n")
    (root / "m17.py").write_text("def f():\n    old('far')\n")
    fixed = fix_paths([root], _request(root))
    assert sorted(_texts(fixed)) == [f"{name}.py" for name in names if name != "m17"]
    ((finding, reason),) = fixed.refused
    assert (finding.path, reason) == ("m17.py", "user.py would get a new finding")
    assert [(left.path, left.rule) for left in fixed.result.findings] == [("m17.py", "ACME101")]


def test_the_result_is_that_of_a_check_after_the_fixes_are_written(tmp_path: Path) -> None:
    root = _project(tmp_path, a="def f():\n    old('bad')\n    old(1)\n", b="import a\n\n\ndef g():\n    old(old(2))\n", c="x = 1\n")
    fixed = fix_paths([root], _request(root))
    assert write(fixed.result.root, fixed.files) == []
    assert (root / "b.py").read_text().endswith("    new(new(2))\n")
    after = check_paths([root], _request(root))
    assert after.findings == fixed.result.findings
    assert (after.files, after.failing, after.problems) == (fixed.result.files, fixed.result.failing, fixed.result.problems)
    assert fix_paths([root], _request(root)).files == []
