from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from backend_lint.engine.check import Request, check_paths, check_text
from backend_lint.engine.result import Result
from backend_lint.engine.selection import Choice
from backend_lint.engine.settings import CommandLine
from backend_lint.rule import Severity
from backend_lint.source.files import WorkingTree

Write = Callable[..., Path]
Pack = Callable[[str], str]

#: Reports each call of `bad` as a finding, each of `odd` as a note.
SIMPLE = """
class Bad(Rule):
    code = "BL101"
    name = "bad-call"
    family = "layering"
    severity = Severity.ERROR
    options = {"word": "bad"}

    def check_module(self, module, context):
        for call in calls(module.tree, context.option("word")):
            context.report(call, "a bad call", help="call good instead", trace=[Step(module.path, 1, "from here")])
        for call in calls(module.tree, "odd"):
            context.report(call, "an odd call", help="think", note=True)


class Named(Rule):
    code = "BL201"
    name = "bad-name"
    family = "validation"
    severity = Severity.WARNING

    def check_function(self, function, context):
        if function.node.name.startswith("bad"):
            context.report(function.node, "a bad name", help="rename", end=function.node.name_end, function=function)
"""


def check(root: Path, pack: str, *paths: str, jobs: int | None = None, **line: object) -> Result:
    request = Request(current=root, command_line=CommandLine(**line), pack=pack, jobs=jobs)  # type: ignore[arg-type]  # as tests name it
    return check_paths([Path(path) for path in paths] or [Path()], request)


def places(result: Result) -> list[tuple[str, str, int]]:
    return [(finding.rule, finding.path, finding.line) for finding in result.findings]


class TestFindings:
    def test_a_finding_has_its_place_its_function_and_its_severity(self, project: Write, pack: Pack) -> None:
        root = project({".git/": "", "app/a.py": "class A:\n    def run(self):\n        return bad(1,\n            2)\n"})
        (finding,) = check(root, pack(SIMPLE)).findings
        assert (finding.path, finding.line, finding.column, finding.end_line, finding.end_column) == ("app/a.py", 3, 16, 4, 15)
        assert (finding.rule, finding.name, finding.family, finding.severity) == ("BL101", "bad-call", "layering", Severity.ERROR)
        assert (finding.function, finding.message, finding.help) == ("A.run", "a bad call", "call good instead")
        assert [(step.path, step.line, step.message) for step in finding.trace] == [("app/a.py", 1, "from here")]
        assert finding.fingerprint

    def test_a_header_is_marked_without_the_body(self, project: Write, pack: Pack) -> None:
        root = project({"a.py": "@mark\ndef bad_one():\n    pass\n"})
        (finding,) = check(root, pack(SIMPLE)).findings
        assert (finding.line, finding.end_line, finding.end_column, finding.function) == (1, 2, 12, "bad_one")

    def test_findings_are_sorted(self, project: Write, pack: Pack) -> None:
        root = project({"b.py": "bad()\n", "a.py": "x = 1\ndef bad_name(): bad(); bad()\nbad()\n"})
        assert places(check(root, pack(SIMPLE))) == [
            ("BL201", "a.py", 2),
            ("BL101", "a.py", 2),
            ("BL101", "a.py", 2),
            ("BL101", "a.py", 3),
            ("BL101", "b.py", 1),
        ]

    def test_one_place_is_reported_once_for_a_rule_and_the_worst_counts(self, project: Write, pack: Pack) -> None:
        name = pack("""
            class Twice(Rule):
                code = "BL101"
                name = "twice"
                family = "layering"
                severity = Severity.ERROR

                def check_module(self, module, context):
                    for call in calls(module.tree, "bad"):
                        context.report(call, "as a note", help="h", note=True)
                        context.report(call, "first", help="h", severity=Severity.WARNING)
                        context.report(call, "second", help="h", severity=Severity.WARNING)
        """)
        result = check(project({"a.py": "bad()\n"}), name)
        assert [(finding.message, finding.severity) for finding in result.findings] == [("first", Severity.WARNING)]
        assert result.notes_hidden == 0

    def test_fingerprints_stay_when_lines_move_and_tell_equals_apart(self, project: Write, pack: Pack) -> None:
        name = pack(SIMPLE)
        first = check(project({"a.py": "def f():\n    bad()\n    bad()\n"}, "one"), name).findings
        moved = check(project({"a.py": "import x\n\n\ndef f():\n    # why\n    bad()\n    bad()\n"}, "two"), name).findings
        assert [finding.fingerprint for finding in first] == [finding.fingerprint for finding in moved]
        assert len({finding.fingerprint for finding in first}) == 2


class TestSettings:
    def test_notes_are_shown_on_request_and_fail_nothing_by_default(self, project: Write, pack: Pack) -> None:
        root, name = project({"a.py": "odd()\n"}), pack(SIMPLE)
        hidden = check(root, name)
        assert (hidden.findings, hidden.notes_hidden, hidden.failing) == ([], 1, 0)
        shown = check(root, name, pedantic=True)
        assert [finding.severity for finding in shown.findings] == [Severity.NOTE]
        assert (shown.notes_hidden, shown.failing) == (0, 0)

    @pytest.mark.parametrize(("level", "failing"), [("error", 1), ("warning", 2), ("note", 3), ("never", 0)])
    def test_the_fail_level_counts(self, project: Write, pack: Pack, level: str, failing: int) -> None:
        root = project({"a.py": "bad()\nodd()\ndef bad_name(): pass\n"})
        assert check(root, pack(SIMPLE), pedantic=True, fail_on=level).failing == failing

    def test_severity_is_overridden_by_file(self, project: Write, pack: Pack) -> None:
        root = project({
            ".git/": "",
            "a.py": "bad()\n",
            "api/backend-lint.toml": 'fail-on = "error"\nseverity = {BL101 = "warning"}',
            "api/b.py": "bad()\n",
        })  # fmt: skip
        result = check(root, pack(SIMPLE))
        assert [(finding.path, finding.severity) for finding in result.findings] == [
            ("a.py", Severity.ERROR),
            ("api/b.py", Severity.WARNING),
        ]
        assert result.failing == 1

    def test_selection_and_per_file_ignores_switch_rules_off(self, project: Write, pack: Pack) -> None:
        root = project({
            "backend-lint.toml": 'per-file-ignores = {"old/" = ["layering"]}',
            "a.py": "def bad_name(): bad()\n",
            "old/a.py": "def bad_name(): bad()\n",
        })  # fmt: skip
        name = pack(SIMPLE)
        assert places(check(root, name)) == [("BL201", "a.py", 1), ("BL101", "a.py", 1), ("BL201", "old/a.py", 1)]
        assert places(check(root, name, choice=Choice(select=("BL1",)))) == [("BL101", "a.py", 1)]

    def test_options_reach_the_rule(self, project: Write, pack: Pack) -> None:
        root = project({"backend-lint.toml": 'rules.bad-call.word = "evil"', "a.py": "bad()\nevil()\n"})
        assert places(check(root, pack(SIMPLE))) == [("BL101", "a.py", 2)]

    @pytest.mark.parametrize("path", ["tests/test_a.py", "app/migrations/0001_initial.py"])
    def test_tests_and_migrations_are_set_apart(self, project: Write, pack: Pack, path: str) -> None:
        root, name = project({".git/": "", path: "bad()\n"}), pack(SIMPLE)
        assert check(root, name).findings == []
        assert places(check(root, name, include_tests=True)) == [("BL101", path, 1)]


class TestSuppression:
    def test_a_comment_hides_a_finding_and_is_counted(self, project: Write, pack: Pack) -> None:
        root = project({"a.py": "bad()  # backend-lint: ignore[BL101] -- on purpose\nbad()\n"})
        result = check(root, pack(SIMPLE))
        assert (places(result), result.suppressed) == ([("BL101", "a.py", 2)], 1)

    def test_a_comment_that_hides_nothing_is_reported(self, project: Write, pack: Pack) -> None:
        root, name = project({"a.py": "good()  # backend-lint: ignore[BL101] -- on purpose\n"}), pack(SIMPLE)
        assert places(check(root, name)) == [("BL001", "a.py", 1)]
        assert places(check(root, name, choice=Choice(ignore=("BL101",)))) == []

    def test_no_comment_is_called_unused_for_a_rule_that_failed(self, project: Write, pack: Pack) -> None:
        name = pack("""
            class Broken(Rule):
                code = "BL101"
                name = "broken"
                family = "layering"
                severity = Severity.ERROR

                def check_module(self, module, context):
                    raise KeyError("x")
        """)
        result = check(project({"a.py": "bad()  # backend-lint: ignore[BL101] -- on purpose\n"}), name)
        assert result.findings == []
        assert [problem.kind for problem in result.problems] == ["internal"]


class TestFaults:
    def test_a_rules_fault_costs_one_subject(self, project: Write, pack: Pack) -> None:
        name = pack(
            SIMPLE
            + """
class Broken(Rule):
    code = "BL301"
    name = "broken"
    family = "exposure"
    severity = Severity.ERROR

    def check_function(self, function, context):
        if function.node.name == "first":
            raise ValueError("no\\nsecond line")
        context.report(function.node, "reached", help="h")
"""
        )
        result = check(project({"a.py": "def first(): bad()\ndef second(): pass\ndef first(): pass\n", "b.py": "def g(): pass\n"}), name)
        assert places(result) == [("BL101", "a.py", 1), ("BL301", "a.py", 2), ("BL301", "b.py", 1)]
        (problem,) = result.problems
        assert (problem.kind, problem.path, problem.rule) == ("internal", "a.py", "BL301")
        assert f"rule BL301 broken of the rule pack {name} failed: ValueError: no;" in problem.message
        assert "Traceback" not in problem.message
        assert "Traceback" in problem.detail

    @pytest.mark.parametrize("fault", ["recurse = lambda: recurse()\n        recurse()", "raise MemoryError"])
    def test_running_out_of_stack_or_memory_is_a_fault_like_others(self, project: Write, pack: Pack, fault: str) -> None:
        name = pack(f"""
class Broken(Rule):
    code = "BL101"
    name = "broken"
    family = "layering"
    severity = Severity.ERROR

    def check_module(self, module, context):
        {fault}
""")
        result = check(project({"a.py": "x = 1\n"}), name)
        assert [(problem.kind, problem.rule) for problem in result.problems] == [("internal", "BL101")]
        assert len(result.problems[0].detail) < 20_000

    def test_a_file_that_cannot_be_parsed_is_a_finding_whatever_is_selected(self, project: Write, pack: Pack) -> None:
        root, name = project({"a.py": "def f(:\n", "b.py": "bad()\n"}), pack(SIMPLE)
        result = check(root, name)
        assert places(result) == [("BL000", "a.py", 1), ("BL101", "b.py", 1)]
        assert (result.problems, result.failing) == ([], 2)
        assert places(check(root, name, choice=Choice(select=("BL2",)))) == [("BL000", "a.py", 1)]
        assert places(check(root, name, choice=Choice(ignore=("BL000", "BL1")))) == []

    def test_a_file_that_cannot_be_read_is_told(self, project: Write, pack: Pack, monkeypatch: pytest.MonkeyPatch) -> None:
        root = project({"a.py": "bad()\n", "b.py": "bad()\n"})
        read = WorkingTree.read

        def refuse(tree: WorkingTree, path: str) -> bytes:
            if path == "a.py":
                raise PermissionError(13, "Permission denied")
            return read(tree, path)

        monkeypatch.setattr(WorkingTree, "read", refuse)
        result = check(root, pack(SIMPLE))
        assert places(result) == [("BL101", "b.py", 1)]
        assert [(problem.kind, problem.path) for problem in result.problems] == [("unreadable", "a.py")]
        assert "Permission denied" in result.problems[0].message


class TestProjectChecks:
    RULE = """
        class Whole(Rule):
            code = "BL700"
            name = "whole"
            family = "types"
            severity = Severity.WARNING

            def check_project(self, context):
                for path in context.project.files:
                    module = context.project.find(path)
                    if module:
                        context.report(module.functions[0].node, "whole", help="h", module=module)
    """

    def test_findings_in_files_under_check_are_kept(self, project: Write, pack: Pack) -> None:
        root = project({".git/": "", "a.py": "def f(): pass\n", "b.py": "def g(): pass\n", "tests/test_c.py": "def h(): pass\n"})
        name = pack(self.RULE)
        assert places(check(root, name)) == [("BL700", "a.py", 1), ("BL700", "b.py", 1)]
        assert places(check(root, name, "b.py")) == [("BL700", "b.py", 1)]

    def test_a_fault_is_told(self, project: Write, pack: Pack) -> None:
        result = check(project({"a.py": "x = 1\n"}), pack(self.RULE))
        assert [(problem.kind, problem.path, problem.rule) for problem in result.problems] == [("internal", None, "BL700")]


class TestProcesses:
    def test_the_answer_does_not_depend_on_their_number(self, project: Write, pack: Pack) -> None:
        files = {f"app/m{number:02}.py": f"def bad_{number}():\n    bad({number})\n    odd()\n" for number in range(30)}
        files["app/broken.py"] = "def f(:\n"
        files["app/hidden.py"] = "bad()  # backend-lint: ignore[BL101] -- r\ngood()  # backend-lint: ignore[BL201] -- r\n"
        root, name = project({".git/": "", **files}), pack(SIMPLE + TestProjectChecks.RULE.replace("\n        ", "\n"))
        one = check(root, name, jobs=1, pedantic=True)
        several = check(root, name, jobs=3, pedantic=True)
        one.seconds = several.seconds = 0
        assert one.findings == several.findings
        assert [problem.message for problem in one.problems] == [problem.message for problem in several.problems]
        assert (one.files, one.suppressed, one.failing) == (several.files, several.suppressed, several.failing)
        assert (one.files, one.suppressed) == (32, 1)

    def test_a_process_that_dies_is_told(self, project: Write, pack: Pack) -> None:
        name = pack("""
            import os

            class Deadly(Rule):
                code = "BL101"
                name = "deadly"
                family = "layering"
                severity = Severity.ERROR

                def check_module(self, module, context):
                    os._exit(3)
        """)
        result = check(project({"a.py": "x = 1\n", "b.py": "x = 1\n"}), name, jobs=2)
        assert {(problem.kind, problem.path) for problem in result.problems} == {("internal", "a.py"), ("internal", "b.py")}
        assert "died" in result.problems[0].message

    def test_without_processes_the_work_is_done_in_this_one(self, project: Write, pack: Pack, monkeypatch: pytest.MonkeyPatch) -> None:
        def refuse(*arguments: object, **options: object) -> None:
            raise OSError("no semaphores here")

        monkeypatch.setattr("backend_lint.engine.pool.ProcessPoolExecutor", refuse)
        result = check(project({"a.py": "bad()\n", "b.py": "bad()\n"}), pack(SIMPLE), jobs=2)
        assert places(result) == [("BL101", "a.py", 1), ("BL101", "b.py", 1)]

    def test_progress_is_told(self, project: Write, pack: Pack) -> None:
        seen: list[tuple[int, int]] = []
        root = project({"a.py": "", "b.py": ""})
        check_paths([root], Request(current=root, pack=pack(SIMPLE), progress=lambda done, total: seen.append((done, total))))
        assert seen == [(1, 2), (2, 2)]


class TestPaths:
    def test_a_file_asks_about_the_rest_of_its_project(self, project: Write, pack: Pack) -> None:
        name = pack("""
            class Elsewhere(Rule):
                code = "BL101"
                name = "elsewhere"
                family = "layering"
                severity = Severity.ERROR

                def check_module(self, module, context):
                    other = context.project.import_module("app.b", module.path)
                    context.report(module.tree.body[0], other.path, help="h")
        """)
        root = project({".git/": "", "app/a.py": "import app.b\n", "app/b.py": "x = 1\n"})
        assert [(finding.path, finding.message) for finding in check(root, name, "app/a.py").findings] == [("app/a.py", "app/b.py")]

    def test_several_projects_are_one_result(self, project: Write, pack: Pack, tmp_path: Path) -> None:
        project({".git/": "", "app/a.py": "bad()\n"}, "two")
        project({".git/": "", "a.py": "bad()\ndef f(:\n"}, "one")
        result = check(tmp_path, pack(SIMPLE), "two", "one")
        assert result.root == tmp_path
        assert places(result) == [("BL000", "one/a.py", 2), ("BL101", "two/app/a.py", 1)]
        assert result.findings[1].trace[0].path == "two/app/a.py"
        assert (result.files, result.failing) == (2, 2)

    def test_no_file_is_a_clean_result(self, project: Write, pack: Pack) -> None:
        result = check(project({"a.txt": ""}), pack(SIMPLE))
        assert (result.files, result.findings, result.problems) == (0, [], [])

    def test_a_given_text_is_checked_in_place_of_the_file(self, project: Write, pack: Pack) -> None:
        root = project({".git/": "", "app/a.py": "x = 1\n"})
        request = Request(current=root / "app", pack=pack(SIMPLE))
        for name in ("a.py", "new.py"):
            assert places(check_text(Path(name), b"x = 2\nbad()\n", request)) == [("BL101", f"app/{name}", 2)]
        assert os.listdir(root / "app") == ["a.py"]
