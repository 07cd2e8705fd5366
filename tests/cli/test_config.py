"""`backend-lint config`: what is checked, what is shown, and the schema."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from backend_lint.engine.json_schema import json_schema
from backend_lint.engine.registry import built_in

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

Run = Callable[..., subprocess.CompletedProcess[str]]
Write = Callable[[dict[str, str | bytes]], Path]

OWN = """\
[tool.backend-lint]
extend-select = ["BL002"]
ignore = ["types"]
exclude = ["legacy/"]

[tool.backend-lint.per-file-ignores]
"app/admin/**" = ["layering"]

[tool.backend-lint.severity]
exposure = "off"
BL303 = "note"
"""


class TestCheck:
    def test_all_files_of_a_project(self, run: Run, write: Write) -> None:
        root = write({
            "pyproject.toml": OWN,
            "app/admin/a.py": "",
            "api/backend-lint.toml": 'fail-on = "error"\n',
            "api/src/a.py": "",
            "web/pyproject.toml": "[tool.ruff]\n",
            "web/a.py": "",
        })  # fmt: skip
        answer = run("config", "check", folder=root / "app")
        assert (answer.returncode, answer.stderr) == (0, "")
        assert answer.stdout.splitlines() == [
            f"{root}/pyproject.toml: valid",
            f"{root}/api/backend-lint.toml: valid",
            "2 configuration files, no faults.",
        ]

    def test_the_faults_of_all_files_are_told(self, run: Run, write: Write) -> None:
        root = write({
            "pyproject.toml": '[tool.backend-lint]\nselct = ["BL1"]\nfail-on = "eror"\n',
            "a.py": "",
            "api/backend-lint.toml": "pedantic =\n",
            "api/a.py": "",
        })  # fmt: skip
        answer = run("config", "check", folder=root)
        assert (answer.returncode, answer.stdout) == (2, "")
        assert [line for line in answer.stderr.splitlines() if "^" in line] == ["  | ^^^^^", "  |           ^^^^^^", "  |           ^"]
        assert 'error: pyproject.toml:3:11: tool.backend-lint.fail-on: got "eror"; did you mean "error"?' in answer.stderr
        assert "error: api/backend-lint.toml:1:11: invalid TOML: " in answer.stderr

    def test_a_file_that_is_named(self, run: Run, write: Write) -> None:
        root = write({"pyproject.toml": "[tool.backend-lint]\nx = 1\n", "ci.toml": 'select = ["exposure"]\n', "a.py": ""})
        answer = run("config", "check", "ci.toml", folder=root)
        assert (answer.returncode, answer.stdout.splitlines()) == (0, ["ci.toml: valid", "1 configuration file, no faults."])

    def test_no_configuration(self, run: Run, write: Write) -> None:
        answer = run("config", "check", folder=write({"a.py": "", "pyproject.toml": "[project]\n"}))
        assert (answer.returncode, answer.stdout) == (0, "No configuration: the defaults hold.\n")

    def test_what_has_no_effect_is_noted(self, run: Run, write: Write) -> None:
        root = write({
            "pyproject.toml": "[tool.backend-lint]\npedantic = true\n",
            "backend-lint.toml": 'settings-modules = ["conf.live", "conf.prod"]\n[per-file-ignores]\n"old/**" = []\n"app/*" = []\n',
            "app/a.py": "",
            "conf/live.py": "",
        })  # fmt: skip
        answer = run("config", "check", folder=root)
        assert answer.returncode == 0
        assert answer.stderr.splitlines() == [
            "backend-lint: note: backend-lint.toml:1:34: settings-modules: there is no module conf.prod in this project",
            'backend-lint: note: backend-lint.toml:3:1: per-file-ignores."old/**": no Python file matches this pattern',
            "backend-lint: note: pyproject.toml: [tool.backend-lint] is not read: backend-lint.toml stands beside it",
        ]

    def test_names_that_the_project_does_not_have_are_noted(self, run: Run, write: Write) -> None:
        names = ["app.checks.ensure_vald", "app.checks.Form.check", "app.checks.ensure_valid", "wtforms.validators.email", "app.nowhere"]
        root = write({
            "backend-lint.toml": f"validators = {json.dumps(names)}\n",
            "app/__init__.py": "",
            "app/checks.py": "class Form:\n    def check(self): ...\ndef ensure_valid(data): ...\n",
        })  # fmt: skip
        answer = run("config", "check", folder=root)
        assert answer.returncode == 0
        column = (root / "backend-lint.toml").read_text().index('"app.nowhere"') + 1
        assert answer.stderr.splitlines() == [
            "backend-lint: note: backend-lint.toml:1:15: validators: app/checks.py has no ensure_vald; did you mean ensure_valid?",
            f"backend-lint: note: backend-lint.toml:1:{column}: validators: app/__init__.py has no nowhere",
        ]

    def test_what_a_faulty_file_holds_cannot_reach_the_terminal(self, run: Run, write: Write) -> None:
        root = write({"backend-lint.toml": 'select = ["\\u001b[31m"]\n"\\u001b]0;x" = "\u202e"\n', "a.py": ""})
        answer = run("config", "check", folder=root)
        assert answer.returncode == 2
        assert "\x1b" not in answer.stderr
        assert "\u202e" not in answer.stderr
        assert [line for line in answer.stderr.splitlines() if "^" in line] == ["  |           ^^^^^^^^^^^^", "  | ^^^^^^^^^^^^"]

    def test_a_path_that_is_not_there(self, run: Run, write: Write) -> None:
        for words in (("check", "nowhere"), ("show", "nowhere.py")):
            answer = run("config", *words, folder=write({"a.py": ""}))
            assert (answer.returncode, answer.stdout) == (2, "")
            assert "this path does not exist" in answer.stderr


class TestShow:
    def test_each_value_comes_with_its_origin(self, run: Run, write: Write) -> None:
        root = write({"pyproject.toml": OWN, "app/admin/a.py": ""})
        answer = run("config", "show", "admin/a.py", folder=root / "app")
        assert (answer.returncode, answer.stderr) == (0, "")
        told = dict(line.split("  # ") for line in answer.stdout.splitlines() if "  # " in line)
        assert {key.strip(): origin for key, origin in told.items() if not origin.startswith("default")} == {
            'extend-select = ["BL002"]': f"{root}/pyproject.toml:2",
            'ignore = ["types"]': f"{root}/pyproject.toml:3",
            'exclude = ["legacy/"]': f"{root}/pyproject.toml:4",
            'per-file-ignores."app/admin/**" = ["layering"]': f"{root}/pyproject.toml:7",
            'severity.exposure = "off"': f"{root}/pyproject.toml:10",
            'severity.BL303 = "note"': f"{root}/pyproject.toml:11",
        }
        assert 'fail-on = "warning"' in {key.strip() for key in told}

    def test_what_is_shown_is_a_configuration_that_does_the_same(self, run: Run, write: Write) -> None:
        root = write({"pyproject.toml": OWN, "app/admin/a.py": ""})
        shown = tomllib.loads(run("config", "show", "app/admin/a.py", folder=root).stdout)
        assert {key: shown[key] for key in tomllib.loads(OWN)["tool"]["backend-lint"]} == tomllib.loads(OWN)["tool"]["backend-lint"]
        (root / "same.toml").write_text(run("config", "show", "app/admin/a.py", folder=root).stdout)
        again = json.loads(run("config", "show", "app/admin/a.py", "--format", "json", "--config", "same.toml", folder=root).stdout)
        before = json.loads(run("config", "show", "app/admin/a.py", "--format", "json", folder=root).stdout)
        assert [(rule["code"], rule["severity"]) for rule in again["rules"]["changed"]] == [
            (rule["code"], rule["severity"]) for rule in before["rules"]["changed"]
        ]

    def test_each_rule_that_is_other_than_by_default_comes_with_its_reason(self, run: Run, write: Write) -> None:
        root = write({"pyproject.toml": OWN, "app/admin/a.py": "", "b.py": ""})
        found = json.loads(run("config", "show", "app/admin/a.py", "--format", "json", folder=root).stdout)
        reasons = {rule["code"]: (rule["severity"], rule["origin"]["key"], rule["origin"]["line"]) for rule in found["rules"]["changed"]}
        registry = built_in()
        assert reasons == {
            "BL002": ("warning", "extend-select", 2),
            **dict.fromkeys(registry.matching("layering"), ("off", 'per-file-ignores."app/admin/**"', 7)),
            **dict.fromkeys(registry.matching("exposure"), ("off", "severity.exposure", 10)),
            "BL303": ("note", "severity.BL303", 11),
            **dict.fromkeys(registry.matching("types"), ("off", "ignore", 3)),
        }
        other = json.loads(run("config", "show", "b.py", "--format", "json", folder=root).stdout)
        assert {rule["code"] for rule in other["rules"]["changed"]} == set(reasons) - registry.matching("layering")

    @pytest.mark.parametrize(
        ("text", "code", "reason"),
        [
            ('select = ["exposure"]\n', "BL101", ("off", "select", 1)),
            ('select = ["BL002", "exposure"]\n', "BL002", ("warning", "select", 1)),
            ('ignore = ["BL3"]\n[severity]\nBL301 = "note"\n', "BL301", ("off", "ignore", 1)),
            ('[severity]\nBL301 = "note"\nexposure = "off"\n', "BL301", ("note", "severity.BL301", 2)),
        ],
    )
    def test_reasons(self, run: Run, write: Write, text: str, code: str, reason: tuple[str, str, int]) -> None:
        root = write({"backend-lint.toml": text, "a.py": ""})
        found = json.loads(run("config", "show", "a.py", "--format", "json", folder=root).stdout)
        (rule,) = (each for each in found["rules"]["changed"] if each["code"] == code)
        assert (rule["severity"], rule["origin"]["key"], rule["origin"]["line"]) == reason

    def test_a_path_that_is_left_out(self, run: Run, write: Write) -> None:
        root = write({"pyproject.toml": OWN, "legacy/a.py": ""})
        assert "# It is left out of a check" in run("config", "show", "legacy/a.py", folder=root).stdout
        assert json.loads(run("config", "show", "legacy", "--format", "json", folder=root).stdout)["excluded"]

    def test_without_a_configuration(self, run: Run, write: Write) -> None:
        answer = run("config", "show", folder=write({"a.py": ""}))
        assert answer.stdout.startswith("# .: no configuration, the defaults hold\n")
        assert {line.partition("  # ")[2] for line in answer.stdout.splitlines() if "  # " in line} == {"default"}

    def test_what_a_file_holds_cannot_reach_the_terminal(self, run: Run, write: Write) -> None:
        root = write({"backend-lint.toml": 'exclude = ["\\u001b[31m"]\n[per-file-ignores]\n"\\u001b]0;x\\u0007" = ["types"]\n', "a.py": ""})
        for words in (("show",), ("check",)):
            answer = run("config", *words, folder=root)
            assert answer.returncode == 0
            assert "\x1b" not in answer.stdout + answer.stderr


def test_the_schema_is_printed(run: Run) -> None:
    answer = run("config", "schema")
    assert (answer.returncode, answer.stderr) == (0, "")
    assert json.loads(answer.stdout) == json_schema(built_in())
