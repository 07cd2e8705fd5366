from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from backend_lint.engine.registry import Registry
from backend_lint.engine.selection import Choice
from backend_lint.engine.settings import CommandLine, ConfigurationFault, Configurations, Settings
from backend_lint.rule import Severity

Write = Callable[..., Path]


def fault_of(root: Path, registry: Registry) -> list[str]:
    with pytest.raises(ConfigurationFault) as caught:
        Configurations(root, registry).of_folder("")
    return caught.value.messages


class TestFinding:
    def test_without_a_file_the_defaults_hold(self, project: Write, registry: Registry) -> None:
        settings = Configurations(project({}), registry).of_file("app/a.py")
        assert settings.enabled == {"BL000", "BL101", "BL102", "BL301"}
        assert (settings.fail_on, settings.pedantic, settings.include_tests, settings.file) == ("warning", False, False, "")

    def test_the_nearest_file_counts_alone(self, project: Write, registry: Registry) -> None:
        root = project({
            "pyproject.toml": '[tool.backend-lint]\nselect = ["BL1"]\nfail-on = "error"\n',
            "api/backend-lint.toml": 'ignore = ["BL301"]\n',
            "api/pyproject.toml": '[tool.backend-lint]\nselect = ["BL3"]\n',
            "web/pyproject.toml": "[tool.ruff]\nline-length = 100\n",
        })  # fmt: skip
        configurations = Configurations(root, registry)
        assert configurations.of_file("a.py").enabled == {"BL000", "BL101", "BL102"}
        assert configurations.of_file("api/v1/a.py").enabled == {"BL000", "BL101", "BL102"}
        assert configurations.of_file("api/v1/a.py").fail_on == "warning"
        assert configurations.of_file("web/a.py").file == "pyproject.toml"

    def test_a_file_above_the_root_is_not_looked_for(self, project: Write, registry: Registry) -> None:
        root = project({"backend-lint.toml": "pedantic = true\n", "inner/": ""})
        assert not Configurations(root / "inner", registry).of_folder("").pedantic

    def test_a_named_file_holds_everywhere(self, project: Write, registry: Registry) -> None:
        root = project({"ci.toml": 'select = ["BL3"]\nexclude = ["old/"]\n', "app/backend-lint.toml": "nonsense = 1\n"})
        configurations = Configurations(root, registry, file=root / "ci.toml")
        assert configurations.of_file("app/a.py").enabled == {"BL000", "BL301"}
        assert configurations.excluded("app/old/")

    def test_files_can_be_passed_over(self, project: Write, registry: Registry) -> None:
        root = project({"backend-lint.toml": "nonsense = 1\n"})
        assert Configurations(root, registry, use_files=False).of_folder("").fail_on == "warning"

    def test_the_command_line_has_the_last_word(self, project: Write, registry: Registry) -> None:
        root = project({"backend-lint.toml": 'select = ["BL3"]\nfail-on = "error"\npedantic = true\ninclude-tests = true\n'})
        line = CommandLine(choice=Choice(extend_select=("BP101",)), fail_on="never", pedantic=False)
        settings = Configurations(root, registry, line).of_folder("")
        assert settings.enabled == {"BL000", "BL301", "BP101"}
        assert (settings.fail_on, settings.pedantic, settings.include_tests) == ("never", False, True)


class TestContent:
    def read(self, project: Write, registry: Registry, text: str) -> Settings:
        return Configurations(project({"backend-lint.toml": text}), registry).of_folder("")

    def test_severities_options_and_names(self, project: Write, registry: Registry) -> None:
        settings = self.read(
            project,
            registry,
            """
            validators = ["app.checks.validate"]
            response-helpers = ["app.http.answer"]
            session-factories = ["app.db.open_session"]
            settings-modules = ["conf.production"]
            [severity]
            BL301 = "note"
            layering = "error"
            [rules.business-logic-in-route]
            max-statements = 12
            names = ["x"]
            ratio = 1
            """,
        )
        assert settings.severity == {"BL301": Severity.NOTE, "BL101": Severity.ERROR, "BL102": Severity.ERROR}
        assert settings.options == {"BL101": {"max-statements": 12, "names": ("x",), "ratio": 1.0}}
        assert settings.names.validators == ("app.checks.validate",)
        assert settings.names.response_helpers == ("app.http.answer",)
        assert settings.names.session_factories == ("app.db.open_session",)
        assert settings.names.settings_modules == ("conf.production",)

    def test_patterns_are_relative_to_the_configurations_folder(self, project: Write, registry: Registry) -> None:
        root = project({
            "api/backend-lint.toml": 'exclude = ["/old/","*_pb2.py"]\nper-file-ignores = {"legacy/**" = ["layering"], "main.py" = ["BL3"]}',
        })  # fmt: skip
        configurations = Configurations(root, registry)
        answers = {path: configurations.excluded(path) for path in ("api/old/", "old/", "api/x/y_pb2.py", "y_pb2.py", "api/a.py")}
        assert answers == {"api/old/": True, "old/": False, "api/x/y_pb2.py": True, "y_pb2.py": False, "api/a.py": False}
        settings = configurations.of_file("api/legacy/a.py")
        assert settings.enabled_in(f"{root}/api/legacy/deep/a.py") == {"BL000", "BL301"}
        assert settings.enabled_in(f"{root}/api/v1/main.py") == {"BL000", "BL101", "BL102"}
        assert settings.enabled_in(f"{root}/api/a.py") == {"BL000", "BL101", "BL102", "BL301"}

    def test_excludes_of_the_command_line_are_relative_to_the_current_folder(self, project: Write, registry: Registry) -> None:
        root = project({"api/": ""})
        configurations = Configurations(root, registry, CommandLine(exclude=("/old",)), current=root / "api")
        assert configurations.excluded("api/old/")
        assert not configurations.excluded("old/")


class TestFaults:
    @pytest.mark.parametrize(
        ("text", "message"),
        [
            ('selct = ["BL1"]', 'selct: unknown key; did you mean "select"? (expected one of select, extend-select, '),
            ('select = ["BL1001"]', 'select: unknown rule "BL1001"; did you mean "BL101"? (expected a list of rule codes'),
            ('select = "BL1"', "select: got a text (expected a list of rule codes"),
            ("ignore = [1]", "ignore: got a list of whole numbers (expected a list of rule codes"),
            ("exclude = true", "exclude: got true or false (expected a list of patterns as in .gitignore)"),
            ('exclude = ["!"]', 'exclude: "!" is no pattern (expected a pattern as in .gitignore)'),
            ('fail-on = "warnings"', 'fail-on: got "warnings"; did you mean "warning"? (expected one of error, warning, '),
            ("pedantic = 1", "pedantic: got a whole number (expected true or false)"),
            ('include-tests = "yes"', "include-tests: got a text (expected true or false)"),
            ('validators = ["a b"]', 'validators: "a b" is no dotted name (expected a list of dotted names'),
            ("per-file-ignores = []", "per-file-ignores: got a list (expected a table of patterns and the rules "),
            ('per-file-ignores = {"a.py" = ["layer"]}', 'per-file-ignores."a.py": unknown rule "layer"; did you'),
            ('severity = {BL1 = "warn"}', 'severity.BL1: got "warn"'),
            ('severity = {practise = "off"}', 'severity.practise: unknown rule "practise"; did you mean "practice"?'),
            ("rules.query-in-lop.x = 1", 'rules.query-in-lop: unknown rule; did you mean "query-in-loop"?'),
            ("rules.query-in-loop.x = 1", "rules.query-in-loop.x: unknown option (expected nothing: query-in-loop has no"),
            ("rules.BL101.max-statement = 1", 'rules.BL101.max-statement: unknown option; did you mean "max-statements"?'),
            ('rules.BL101.max-statements = "8"', "rules.BL101.max-statements: got a text (expected a whole number like 8)"),
            ("rules.BL101.max-statements = true", "rules.BL101.max-statements: got true or false (expected a whole number like 8)"),
            ("rules.BL101.names = [1, 'a']", 'rules.BL101.names: got a list of texts and whole numbers (expected a list of texts like'),
            ("rules.BL101 = 3", "rules.BL101: got a whole number (expected a table of the rule's options)"),
            ("tool.backend-lint.pedantic = true", "tool: unknown key; in this file the keys stand at the top"),
            ("pedantic = 2020-01-01", "pedantic: got a date or time (expected true or false)"),
        ],
    )  # fmt: skip
    def test_a_fault_names_file_key_and_what_was_expected(self, project: Write, registry: Registry, text: str, message: str) -> None:
        (found,) = fault_of(project({"backend-lint.toml": text}), registry)
        assert re.match(r"backend-lint\.toml:1:\d+: ", found)
        assert found.partition(": ")[2].startswith(message)

    @pytest.mark.parametrize(
        ("text", "marked"),
        [
            ('selct = ["BL1"]', [(1, "selct")]),
            ('select = [\n  "BL1",\n  "BL1001",\n  "nothing"]\n', [(3, '"BL1001"'), (4, '"nothing"')]),
            ('# first\n\nselect = "BL1"', [(3, '"BL1"')]),
            ("ignore = [\n  1,\n]", [(1, "[")]),
            ('[per-file-ignores]\n"a.py" = ["layer"]\n"!" = []', [(2, '"layer"'), (3, '"!"')]),
            ('[severity]\nBL1 = "warn"\npractise = "off"\n', [(2, '"warn"'), (3, "practise")]),
            ("[rules.query-in-lop]\nx = 1", [(1, "query-in-lop")]),
            ("[rules]\nBL101 = {max-statement = 1, names = 2}", [(2, "max-statement"), (2, "2")]),
            ("tool.backend-lint.pedantic = true", [(1, "tool")]),
            ("pedantic = yes", [(1, "y")]),
            ("a = 1\nselect = [", [(2, "")]),
        ],
    )
    def test_a_fault_is_placed(self, project: Write, registry: Registry, text: str, marked: list[tuple[int, str]]) -> None:
        with pytest.raises(ConfigurationFault) as caught:
            Configurations(project({"backend-lint.toml": text}), registry).of_folder("")
        places = [place for place in caught.value.positions if place is not None]
        assert [(place.line, place.text[place.start - 1 : place.end - 1]) for place in places] == marked
        assert [place.text for place in places] == [text.split("\n")[place.line - 1] for place in places]
        prefixes = [f"backend-lint.toml:{place.line}:{place.start}: " for place in places]
        assert [message[: len(prefix)] for message, prefix in zip(caught.value.messages, prefixes, strict=True)] == prefixes

    def test_in_pyproject_the_path_of_the_table_is_named(self, project: Write, registry: Registry) -> None:
        root = project({"pyproject.toml": "[tool.backend-lint]\npedantik = true\n"})
        assert fault_of(root, registry)[0].startswith(
            'pyproject.toml:2:1: tool.backend-lint.pedantik: unknown key; did you mean "pedantic"?'
        )

    def test_all_faults_are_told_at_once(self, project: Write, registry: Registry) -> None:
        root = project({"backend-lint.toml": 'pedantic = 1\nselect = ["X"]\nfail-on = 3\n'})
        assert len(fault_of(root, registry)) == 3

    def test_invalid_toml_is_placed(self, project: Write, registry: Registry) -> None:
        (message,) = fault_of(project({"backend-lint.toml": 'a = 1\nselect = ["BL1"\nb = 2\n'}), registry)
        assert message == "backend-lint.toml:3:1: invalid TOML: Unclosed array"

    @pytest.mark.parametrize("content", [b'select = ["\xff"]', b"a = " + b"[" * 20_000])
    def test_bytes_that_are_no_toml(self, project: Write, registry: Registry, content: bytes) -> None:
        (message,) = fault_of(project({"backend-lint.toml": content}), registry)
        assert message.startswith("backend-lint.toml: invalid TOML: ")

    def test_anothers_broken_pyproject_is_anothers_business(self, project: Write, registry: Registry) -> None:
        root = project({"pyproject.toml": "[tool.ruff\n"})
        assert Configurations(root, registry).of_folder("").file == ""

    def test_a_table_that_is_none(self, project: Write, registry: Registry) -> None:
        root = project({"pyproject.toml": "[tool]\nbackend-lint = 3\n"})
        assert fault_of(root, registry) == ["pyproject.toml:2:16: tool.backend-lint: this is no table (expected [tool.backend-lint])"]

    def test_a_named_file_must_be_there(self, project: Write, registry: Registry) -> None:
        root = project({"folder.toml/": ""})
        with pytest.raises(ConfigurationFault, match=r"missing\.toml: cannot read this configuration: No such file"):
            Configurations(root, registry, file=root / "missing.toml")
        with pytest.raises(ConfigurationFault, match="cannot read this configuration: Is a directory"):
            Configurations(root, registry, file=root / "folder.toml")
