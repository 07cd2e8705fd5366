"""Which packs are loaded, whose word it takes, and what a pack that is wrong costs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from backend_lint.engine.cache_folder import Cache
from backend_lint.engine.check import Request, check_paths
from backend_lint.engine.packs import TextPack, is_path, packs_for
from backend_lint.engine.registry import built_in, load_pack
from backend_lint.engine.result import Result
from backend_lint.engine.selection import Choice
from backend_lint.engine.settings import CommandLine, ConfigurationFault
from backend_lint.review.change import ChangeRequest, opened
from backend_lint.review.gate import Rules, review
from backend_lint.source.git import Repository
from tests.review.repositories import Repo

NAMES = '''
from backend_lint.rule import Context, Rule, Severity


class BadName(Rule):
    """A function is called `{bad}`."""

    code = "ACME101"
    name = "bad-name"
    family = "acme"
    severity = Severity.WARNING
    options = {{"also": ["nothing"]}}

    def check_function(self, function, context: Context) -> None:
        if function.node.name in ("{bad}", *context.option("also")):
            context.report(function.node, f"`{{function.qualname}}` says nothing", help="say what it does", end=function.node.name_end)
'''

#: What a pack does that nobody asked to run.
TRAP = "from pathlib import Path\nPath({mark!r}).write_text('run')\n"


def names(bad: str = "foo") -> str:
    return NAMES.format(bad=bad)


@pytest.fixture
def project(tmp_path: Path) -> Callable[[dict[str, str]], Path]:
    def make(files: dict[str, str]) -> Path:
        root = tmp_path / "project"
        (root / ".git").mkdir(parents=True, exist_ok=True)
        for path, text in {"app/a.py": "def foo(): ...\n\n\ndef bar(): ...\n", **files}.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(text)
        return root

    return make


def check(root: Path, *packs: str, allow: bool = False, config: Path | None = None, cache: Cache | None = None, **line: object) -> Result:
    command_line = CommandLine(rule_packs=packs, allow_project_rules=allow, **line)  # type: ignore[arg-type]
    return check_paths([root / "app"], Request(current=root, command_line=command_line, config=config, cache=cache, jobs=1))


def found(result: Result) -> list[tuple[str, int]]:
    return [(finding.rule, finding.line) for finding in result.findings if finding.rule.startswith("ACME")]


def only(*selectors: str) -> Choice:
    return Choice(select=selectors)


class TestWhoseWordCounts:
    def test_the_command_line(self, project: Callable[[dict[str, str]], Path]) -> None:
        root = project({"tools/rules.py": names()})
        assert found(check(root, "tools/rules.py")) == [("ACME101", 1)]
        assert found(check(root, "./tools")) == [("ACME101", 1)]

    def test_the_environment(self, project: Callable[[dict[str, str]], Path], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        (tmp_path / "mine.py").write_text(names("bar"))
        root = project({})
        monkeypatch.setenv("BACKEND_LINT_RULE_PACKS", str(tmp_path / "mine.py"))
        assert found(check(root)) == [("ACME101", 4)]

    def test_a_configuration_of_the_user_outside_of_the_project(self, project: Callable[[dict[str, str]], Path], tmp_path: Path) -> None:
        (tmp_path / "mine.py").write_text(names("bar"))
        (tmp_path / "mine.toml").write_text('rule-packs = ["./mine.py"]\n')
        assert found(check(project({}), config=tmp_path / "mine.toml")) == [("ACME101", 4)]

    @pytest.mark.parametrize("named", ["./tools/trap.py", "tools", "trap_package"])
    def test_not_the_project(
        self, project: Callable[[dict[str, str]], Path], tmp_path: Path, named: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Neither a path nor a package that happens to be importable: a configuration must not make anything run."""
        mark = tmp_path / "mark"
        trap = TRAP.format(mark=str(mark)) + names()
        files = {"tools/trap.py": trap, "trap_package.py": trap, "backend-lint.toml": f'rule-packs = ["{named}"]\n'}
        root = project(files)
        monkeypatch.syspath_prepend(str(root))
        for config in (None, root / "backend-lint.toml"):
            with pytest.raises(
                ConfigurationFault, match=r"backend-lint.toml:1:15: rule-packs: the rule pack .* is not loaded.*--allow-project"
            ):
                check(root, config=config)
        assert not mark.exists()

    def test_the_project_where_the_user_trusts_it(self, project: Callable[[dict[str, str]], Path], monkeypatch: pytest.MonkeyPatch) -> None:
        root = project({"tools/rules.py": names(), "backend-lint.toml": 'rule-packs = ["./tools/rules.py"]\nignore = ["BL"]\n'})
        assert found(check(root, allow=True)) == [("ACME101", 1)]
        assert found(check(root, "tools/rules.py")) == [("ACME101", 1)]
        monkeypatch.setenv("BACKEND_LINT_ALLOW_PROJECT_RULES", "1")
        assert found(check(root)) == [("ACME101", 1)]

    def test_a_folder_below_the_top_names_no_packs(self, project: Callable[[dict[str, str]], Path]) -> None:
        root = project({"tools/rules.py": names(), "app/backend-lint.toml": 'rule-packs = ["../tools/rules.py"]\n'})
        with pytest.raises(ConfigurationFault, match="is not loaded"):
            check(root, allow=True)

    def test_an_installed_package(self, project: Callable[[dict[str, str]], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        (tmp_path / "site").mkdir()
        (tmp_path / "site" / "acme_rules_of_this_test.py").write_text(names())
        monkeypatch.syspath_prepend(str(tmp_path / "site"))
        assert found(check(project({}), "acme_rules_of_this_test")) == [("ACME101", 1)]


class TestConfiguration:
    def test_options_severity_and_suppressions_know_the_rule(self, project: Callable[[dict[str, str]], Path]) -> None:
        configuration = '[severity]\nacme = "error"\n[rules.bad-name]\nalso = ["bar", "baz"]\n'
        text = "def foo(): ...  # backend-lint: ignore[bad-name] -- as the standard has it\n\n\ndef bar(): ...\n"
        root = project({"tools/rules.py": names(), "backend-lint.toml": configuration, "app/a.py": text})
        result = check(root, "tools/rules.py")
        assert [(each.rule, each.line, each.severity.value) for each in result.findings] == [("ACME101", 4, "error")]
        assert result.suppressed == 1

    def test_rules_are_selected_like_all_others(self, project: Callable[[dict[str, str]], Path]) -> None:
        root = project({"tools/rules.py": names()})
        assert found(check(root, "tools/rules.py", choice=only("acme"))) == [("ACME101", 1)]
        assert found(check(root, "tools/rules.py", choice=only("BL"))) == []
        with pytest.raises(ConfigurationFault, match='--select: unknown rule "ACME"'):
            check(root, choice=only("ACME"))


class TestRulesOnTrial:
    @pytest.fixture
    def root(self, project: Callable[[dict[str, str]], Path]) -> Path:
        return project({"tools/rules.py": names().replace("    options", "    preview = True\n    options")})

    @pytest.mark.parametrize(
        ("choice", "preview", "expected"),
        [
            (Choice(), None, False),
            (only("ALL"), None, False),
            (only("acme", "ACME"), None, False),
            (Choice(extend_select=("acme",)), None, False),
            (only("ACME101"), None, True),
            (only("acme101"), None, True),
            (Choice(extend_select=("bad-name",)), None, True),
            (Choice(), True, True),
            (only("acme"), True, True),
            (Choice(ignore=("acme",)), True, False),
        ],
    )
    def test_run_only_when_they_are_asked_for(self, root: Path, choice: Choice, preview: bool | None, expected: bool) -> None:
        assert bool(found(check(root, "tools/rules.py", choice=choice, preview=preview))) is expected

    def test_a_configuration_may_ask_for_them(self, root: Path) -> None:
        (root / "backend-lint.toml").write_text("preview = true\n")
        assert found(check(root, "tools/rules.py")) == [("ACME101", 1)]
        assert found(check(root, "tools/rules.py", preview=False)) == []

    def test_an_override_of_the_severity_does_not_switch_them_on(self, root: Path) -> None:
        (root / "backend-lint.toml").write_text('[severity]\nACME101 = "error"\n')
        assert found(check(root, "tools/rules.py")) == []


class TestWrongPacks:
    @pytest.mark.parametrize(
        ("old", "new", "said"),
        [
            ('"ACME101"', '"BL301"', "the code BL301 begins as those of the built-in rules do"),
            ('"ACME101"', '"BL999"', "begins as those of the built-in rules do"),
            ('"ACME101"', '"acme"', "`code` is 'acme'"),
            ('"bad-name"', '"syntax-error"', "`syntax-error` is the name of the rule BL000 that is built in"),
            ('"bad-name"', '"layering"', "`layering` is the name of a family"),
            ('"bad-name"', '"Bad Name"', "`name` is 'Bad Name'"),
            ('"acme"', '"syntax-error"', "the family `syntax-error` is the name of a rule"),
            ("    family", "    familie", "BadName states no `family`"),
            ("Severity.WARNING", '"warning"', "`severity` is 'warning'"),
            ("class BadName(Rule)", "class BadName(object)", "holds no rule"),
            ("from backend_lint.rule", "from no_such_module", "cannot be imported: ModuleNotFoundError"),
            ("class BadName(Rule):", "class BadName(Rule)", "rules.py:5: expected ':'"),
            ("class BadName(Rule):", "raise SystemExit(0)\nclass BadName(Rule):", "cannot be imported: SystemExit: 0"),
        ],
    )
    def test_are_refused(self, project: Callable[[dict[str, str]], Path], old: str, new: str, said: str) -> None:
        root = project({"tools/rules.py": names().replace(old, new)})
        with pytest.raises(ConfigurationFault) as fault:
            check(root, "tools/rules.py")
        assert said in str(fault.value)
        assert "rule pack tools/rules.py" in str(fault.value)

    def test_two_packs_with_one_code(self, project: Callable[[dict[str, str]], Path]) -> None:
        root = project({"tools/one.py": names(), "tools/two.py": names()})
        with pytest.raises(ConfigurationFault, match=r"ACME101 is the code of the rule bad-name of tools/one\.py"):
            check(root, "tools/one.py", "tools/two.py")

    @pytest.mark.parametrize("named", ["./nothing", "nothing.py", "app"])
    def test_that_are_not_there(self, project: Callable[[dict[str, str]], Path], named: str) -> None:
        with pytest.raises(ConfigurationFault, match=r"there is no rule pack|holds no rule|cannot be imported"):
            check(project({}), named)

    def test_a_folder_named_by_mistake(self, project: Callable[[dict[str, str]], Path]) -> None:
        root = project({f"many/m{number}.py": "" for number in range(1001)})
        with pytest.raises(ConfigurationFault, match="many is no rule pack: it holds more than 1,000 Python files"):
            check(root, "./many")

    @pytest.mark.parametrize("fault", ["raise ValueError('no\\nway')", "raise SystemExit(0)", "context.report(function.node, 3, help='x')"])
    def test_a_fault_of_a_rule_names_its_pack_and_hides_nothing(self, project: Callable[[dict[str, str]], Path], fault: str) -> None:
        bad = (
            names()
            .replace("ACME101", "ACME102")
            .replace("bad-name", "worse")
            .replace("        if function", f"        {fault}\n        if function")
        )
        root = project({"tools/good.py": names(), "tools/bad.py": bad})
        result = check(root, "tools/good.py", "tools/bad.py")
        assert found(result) == [("ACME101", 1)]
        (problem,) = result.problems
        assert "rule ACME102 worse of the rule pack tools/bad.py failed" in problem.message
        assert "fault of tools/bad.py, not of backend-lint" in problem.message

    def test_a_rule_that_cannot_be_made(self, project: Callable[[dict[str, str]], Path]) -> None:
        bad = (
            names().replace("ACME101", "ACME102").replace("bad-name", "worse")
            + "\n    def __init__(self):\n        raise OSError('gone')\n"
        )
        root = project({"tools/good.py": names(), "tools/bad.py": bad})
        result = check(root, "tools/good.py", "tools/bad.py")
        assert found(result) == [("ACME101", 1)]
        assert ["rule ACME102 worse of the rule pack tools/bad.py failed: OSError: gone" in each.message for each in result.problems] == [
            True
        ]


class TestTexts:
    def test_a_folder_is_a_package_whose_modules_import_each_other(self, project: Callable[[dict[str, str]], Path]) -> None:
        root = project(
            {
                "tools/words/lists.py": "BAD = ('foo',)\n",
                "tools/names.py": names()
                .replace('("foo", ', "(*BAD, ")
                .replace("from backend_lint.rule", "from .words.lists import BAD\nfrom backend_lint.rule"),
                "tools/test_names.py": "raise AssertionError('tests are no rules')\n",
                "tools/tests/helpers.py": "raise AssertionError('tests are no rules')\n",
            }
        )
        assert found(check(root, "./tools")) == [("ACME101", 1)]

    def test_what_is_found_changes_with_the_text_and_not_before(self, project: Callable[[dict[str, str]], Path], tmp_path: Path) -> None:
        """The text is part of what the cache's answers are known by."""
        root = project({"tools/rules.py": names()})
        cache = Cache(tmp_path / "cache", tmp_path / "own")
        assert found(check(root, "tools/rules.py", cache=cache)) == [("ACME101", 1)]
        assert found(check(root, "tools/rules.py", cache=cache)) == [("ACME101", 1)]
        (root / "tools/rules.py").write_text(names("bar"))
        assert found(check(root, "tools/rules.py", cache=cache)) == [("ACME101", 4)]
        assert found(check(root, cache=cache)) == []

    def test_worker_processes_have_the_pack_too(self, project: Callable[[dict[str, str]], Path]) -> None:
        root = project({"tools/rules.py": names(), **{f"app/m{number}.py": "def foo(): ...\n" for number in range(8)}})
        line = CommandLine(rule_packs=("tools/rules.py",))
        result = check_paths([root / "app"], Request(current=root, command_line=line, jobs=2))
        assert [each.rule for each in result.findings] == ["ACME101"] * 9
        assert result.problems == []

    def test_a_path_is_told_from_a_package(self) -> None:
        assert [named for named in ("acme", "acme.rules", "./acme", "acme/rules", "acme.py", "..") if is_path(named)] == [
            "./acme",
            "acme/rules",
            "acme.py",
            "..",
        ]

    def test_without_packs_nothing_changes(self, tmp_path: Path) -> None:
        assert packs_for(tmp_path, CommandLine(), environment={}) == "backend_lint_rules"
        assert load_pack("backend_lint_rules") is built_in()


class TestReview:
    def test_the_base_judges_by_its_own_pack(self, tmp_path: Path) -> None:
        """A change that empties the pack, or adds a trap to it, is judged by the pack as it was."""
        mark = tmp_path / "mark"
        repo = Repo(tmp_path / "work")
        repo.commit({"tools/rules.py": names(), "backend-lint.toml": 'rule-packs = ["./tools/rules.py"]\n', "app/a.py": "x = 1\n"})
        trap = TRAP.format(mark=str(mark)) + names("quiet")
        repo.commit({"tools/rules.py": trap, "app/a.py": "x = 1\n\n\ndef foo(): ...\n"})
        named = CommandLine(rule_packs=(str(repo.folder / "tools" / "rules.py"),))
        allowed = CommandLine(allow_project_rules=True)
        for policy, line, expected in (("base", allowed, ["ACME101"]), ("base", named, ["ACME101"]), ("head", allowed, [])):
            rules = Rules(policy=policy, command_line=line, jobs=1)  # type: ignore[arg-type]
            assert not mark.exists()
            with opened(Repository.find(repo.folder), ChangeRequest(commit="HEAD")) as change:
                result = review(change, rules)
            assert [new.finding.rule for new in result.new if new.finding.path == "app/a.py"] == expected
            changed = [(item.path, item.message) for item in result.policy if item.kind == "rule-pack"]
            shown = "./tools/rules.py" if line is allowed else str(repo.folder / "tools" / "rules.py")
            assert changed == [("tools/rules.py", f"changes the rule pack {shown}")]
            assert result.is_policy_failing is (policy == "base")
        assert mark.exists(), "the head's pack was asked for and is another"

    def test_a_pack_that_is_taken_away_is_told(self, tmp_path: Path) -> None:
        repo = Repo(tmp_path / "work")
        repo.commit({"tools/rules.py": names(), "backend-lint.toml": 'rule-packs = ["./tools/rules.py"]\n', "app/a.py": "x = 1\n"})
        repo.commit({"backend-lint.toml": "\n", "app/a.py": "def foo(): ...\n"})
        rules = Rules(policy="base", command_line=CommandLine(allow_project_rules=True), jobs=1)
        with opened(Repository.find(repo.folder), ChangeRequest(commit="HEAD")) as change:
            result = review(change, rules)
        assert "ACME101" in [new.finding.rule for new in result.new]
        assert [item.message for item in result.policy if item.kind == "rule-pack"] == ["takes away the rule pack ./tools/rules.py"]

    def test_a_change_cannot_bring_a_pack(self, tmp_path: Path) -> None:
        repo = Repo(tmp_path / "work")
        repo.commit({"app/a.py": "x = 1\n"})
        repo.commit({"tools/rules.py": names(), "backend-lint.toml": 'rule-packs = ["./tools/rules.py"]\n', "app/a.py": "def foo(): ...\n"})
        with opened(Repository.find(repo.folder), ChangeRequest(commit="HEAD")) as change:
            with pytest.raises(ConfigurationFault, match="is not loaded"):
                review(change, Rules(policy="head", jobs=1))
            result = review(change, Rules(policy="base", jobs=1))
        assert result.new == []
        assert result.is_policy_failing


class TestCommand:
    @pytest.fixture
    def run(self, project: Callable[[dict[str, str]], Path]) -> Callable[..., subprocess.CompletedProcess[str]]:
        root = project({"tools/rules.py": names()})
        source = Path(__file__).resolve().parents[2]
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(source), str(source / "rules")])}

        def start(*words: str) -> subprocess.CompletedProcess[str]:
            command = [sys.executable, "-m", "backend_lint", *words]
            return subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=120, check=False, env=environment)

        return start

    def test_rules_of_packs_explain_themselves(self, run: Callable[..., subprocess.CompletedProcess[str]]) -> None:
        assert run("rule", "ACME101").returncode == 2
        assert "A function is called `foo`." in run("rule", "ACME101", "--rule-pack", "tools/rules.py").stdout
        listed = json.loads(run("rule", "--rule-pack", "tools/rules.py", "--format", "json").stdout)
        (own,) = [each for each in listed if each["pack"]]
        assert (own["code"], own["name"], own["pack"], own["preview"]) == ("ACME101", "bad-name", "tools/rules.py", False)
        assert len(listed) == len(built_in().rules) + 1

    def test_findings_of_packs_are_in_the_reports(self, run: Callable[..., subprocess.CompletedProcess[str]]) -> None:
        answer = run("check", "--rule-pack", "tools/rules.py", "--select", "acme", "--format", "json", "app")
        assert answer.returncode == 1
        assert "ACME101" in answer.stdout

    def test_a_wrong_pack_is_wrong_usage(self, run: Callable[..., subprocess.CompletedProcess[str]]) -> None:
        for words in (("check", "app"), ("rule",), ("review", "--base", "HEAD")):
            answer = run(*words, "--rule-pack", "./nothing")
            assert (answer.returncode, answer.stdout) == (2, "")
            assert "Traceback" not in answer.stderr
        answer = run("check", "--rule-pack", "./nothing", "app")
        assert "there is no rule pack ./nothing" in answer.stderr


def test_a_pack_of_the_same_text_is_the_same_pack() -> None:
    one, same, other = (TextPack("a", "/x/a.py", (("", text),)) for text in (b"x = 1\n", b"x = 1\n", b"x = 2\n"))
    assert (one == same, one.module == same.module, one.module == other.module) == (True, True, False)
