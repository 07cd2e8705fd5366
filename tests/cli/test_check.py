from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import ClassVar

import pytest

from backend_lint.cli import terminal

Run = Callable[..., subprocess.CompletedProcess[str]]
Write = Callable[[dict[str, str | bytes]], Path]

BROKEN = "def f(:\n"


def patched(root: Path, patch: str, *words: str) -> subprocess.CompletedProcess[str]:
    """Runs a check in a process in which `patch` was executed before."""
    code = f"{textwrap.dedent(patch)}\nfrom backend_lint.cli.main import main\nmain(['check', '--format', 'concise', *{list(words)!r}])\n"
    return subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, timeout=60, check=False)


class TestExitCodes:
    def test_a_clean_project_is_0(self, run: Run, write: Write) -> None:
        answer = run("check", folder=write({"a.py": "x = 1\n"}))
        assert (answer.returncode, answer.stderr) == (0, "")

    def test_a_finding_is_1_and_goes_to_standard_output(self, run: Run, write: Write) -> None:
        answer = run("check", "--format", "concise", folder=write({"a.py": BROKEN, "b.py": "x = 1\n"}))
        assert (answer.returncode, answer.stderr) == (1, "")
        assert answer.stdout.startswith("a.py:1:")
        assert ": BL000 " in answer.stdout

    @pytest.mark.parametrize(("level", "code"), [("error", 1), ("warning", 1), ("note", 1), ("never", 0)])
    def test_the_level_decides(self, run: Run, write: Write, level: str, code: int) -> None:
        answer = run("check", "--format", "concise", "--fail-on", level, folder=write({"a.py": BROKEN}))
        assert answer.returncode == code
        assert "BL000" in answer.stdout

    def test_a_path_that_does_not_exist_is_2(self, run: Run, write: Write) -> None:
        answer = run("check", "a.py", "missing.py", folder=write({"a.py": BROKEN}))
        assert (answer.returncode, answer.stdout, answer.stderr) == (2, "", "backend-lint: error: missing.py: this path does not exist\n")

    def test_a_path_cannot_command_the_terminal(self, run: Run, write: Write) -> None:
        answer = run("check", "a\x1b[31m.py", folder=write({}))
        assert answer.stderr == "backend-lint: error: a\\x1b[31m.py: this path does not exist\n"

    def test_no_file_is_said_and_0(self, run: Run, write: Write) -> None:
        for words in ([], ["--format", "json"]):
            answer = run("check", *words, folder=write({"a.txt": ""}))
            assert (answer.returncode, answer.stderr) == (0, "backend-lint: no Python files to check\n")

    @pytest.mark.parametrize(
        ("words", "message"),
        [
            (["--select", "BL110,layering"], '--select: unknown rule "BL110"'),
            (["--ignore", "layring"], '--ignore: unknown rule "layring"'),
            (["--extend-select", "nonsense"], '--extend-select: unknown rule "nonsense"'),
            (["--config", "missing.toml"], "missing.toml: cannot read this configuration"),
            (["--config", "ok.toml", "--no-config"], "--config and --no-config exclude each other"),
            (["-", "a.py"], "cannot be checked together"),
            ([""], "cannot be empty"),
            (["--select", ","], "cannot be empty"),
            (["--stdin-filename", "b.py", "a.py"], "--stdin-filename goes with -"),
        ],
    )
    def test_wrong_usage_is_2(self, run: Run, write: Write, words: list[str], message: str) -> None:
        answer = run("check", *words, folder=write({"a.py": "x = 1\n", "ok.toml": ""}))
        assert (answer.returncode, answer.stdout) == (2, "")
        assert message in answer.stderr
        assert "Traceback" not in answer.stderr

    def test_a_wrong_configuration_is_2(self, run: Run, write: Write) -> None:
        root = write({"pyproject.toml": '[tool.backend-lint]\nselct = ["BL1"]\n', "a.py": "x = 1\n"})
        answer = run("check", folder=root)
        assert (answer.returncode, answer.stdout) == (2, "")
        first, *excerpt = answer.stderr.splitlines()
        assert first.startswith('backend-lint: error: pyproject.toml:2:1: tool.backend-lint.selct: unknown key; did you mean "select"?')
        assert excerpt == ["  |", '2 | selct = ["BL1"]', "  | ^^^^^"]
        assert run("check", "--no-config", folder=root).returncode == 0

    def test_an_internal_fault_is_2_and_the_findings_still_come(self, write: Write) -> None:
        root = write({"a.py": BROKEN, "b.py": "x = 1\n"})
        for words, has_traceback in (((), False), (("--traceback",), True)):
            answer = patched(
                root,
                """
                from backend_lint.semantics.project import Project
                real = Project.module
                def module(self, path):
                    if path == "b.py":
                        raise KeyError("inside")
                    return real(self, path)
                Project.module = module
                """,
                *words,
            )
            assert answer.returncode == 2
            assert "BL000" in answer.stdout
            assert "backend-lint: error: b.py: the analysis failed: KeyError: 'inside'" in answer.stderr
            assert ("Traceback" in answer.stderr) == has_traceback

    def test_the_same_fault_in_many_files_is_told_once(self, write: Write) -> None:
        root = write({f"m{number}.py": "x = 1\n" for number in range(5)})
        answer = patched(
            root,
            """
            from backend_lint.semantics.project import Project
            def module(self, path):
                raise KeyError("inside")
            Project.module = module
            """,
        )
        assert answer.returncode == 2
        assert answer.stderr.count("KeyError") == 1
        assert "(and in 4 other files)" in answer.stderr


class TestBadInput:
    CASES: ClassVar[dict[str, bytes]] = {
        "empty.py": b"",
        "blank.py": b"\n\n   \n",
        "comment.py": b"# only this",
        "bom.py": b"\xef\xbb\xbfx = 1\n",
        "latin.py": "# -*- coding: latin-1 -*-\nx = 'é'\n".encode("latin-1"),
        "crlf.py": b"def f():\r\n    return 1\r\n",
        "no_newline.py": b"x = 1",
        "tabs.py": b"if x:\n\ty = 1\n",
        "form_feed.py": b"\x0cx = 1\n",
        "conditional.py": b"try:\n    import a\nexcept ImportError:\n    a = None\nif TYPE_CHECKING:\n    from b import *\n",
        "star.py": b"from circular import *\n",
        "circular.py": b"from star import *\nimport circular\n",
        "os.py": b"import os\nfrom os import path\n",
        "pkg/__init__.py": b"from pkg import pkg\n",
        "pkg/pkg.py": b"from . import pkg\nfrom .. import nothing\nfrom ..... import further\n",
        "pkg.py": b"import pkg\n",
    }
    FAULTY: ClassVar[dict[str, bytes]] = {
        "syntax.py": b"def f(:\n    pass\n",
        "python2.py": b"print 'x'\n",
        "undecodable.py": b"x = '\xff\xfe'\n",
        "unknown_encoding.py": b"# coding: no-such-thing\nx = 1\n",
        "nul.py": b"x = 1\x00\ny = 2\n",
        "unclosed.py": b"x = (\n",
        "indent.py": b"  x = 1\n y = 2\n",
        "deep.py": b"x = " + b"(" * 3_000 + b")" * 3_000 + b"\n",
    }

    def test_odd_files_are_checked_or_reported(self, run: Run, write: Write) -> None:
        root = write({**self.CASES, **self.FAULTY})
        os.symlink("nowhere.py", root / "dangling.py")
        os.symlink(root, root / "loop")
        answer = run("check", "--format", "json", "--select", "BL0", "--jobs", "1", folder=root)
        assert answer.returncode == 1, answer.stderr
        assert answer.stderr == ""
        findings = json.loads(answer.stdout)["findings"]
        assert {finding["path"]: finding["rule"] for finding in findings} == dict.fromkeys(self.FAULTY, "BL000")

    def test_all_rules_survive_odd_files(self, run: Run, write: Write) -> None:
        answer = run("check", "--format", "json", "--select", "ALL", "--pedantic", folder=write({**self.CASES, **self.FAULTY}))
        assert (answer.returncode, answer.stderr) == (1, "")

    def test_a_very_long_file_is_checked(self, run: Run, write: Write) -> None:
        root = write({"long.py": "".join(f"def f{number}(a):\n    return a + {number}\n\n\n" for number in range(12_500))})
        answer = run("check", "--format", "concise", "--fail-on", "never", folder=root)
        assert (answer.returncode, answer.stderr) == (0, "")

    @pytest.mark.skipif(not os.path.exists("/dev/full"), reason="a device of Linux")
    def test_output_that_finds_no_room_is_told(self, write: Write) -> None:
        root = write({"a.py": BROKEN})
        with open("/dev/full", "wb") as full:
            answer = subprocess.run(
                [sys.executable, "-m", "backend_lint", "check"], cwd=root, stdout=full, stderr=subprocess.PIPE, text=True, check=False
            )
        assert (answer.returncode, answer.stderr) == (2, "backend-lint: error: the output cannot be written: No space left on device\n")

    def test_a_file_that_cannot_be_read_is_told(self, write: Write) -> None:
        root = write({"a.py": "x = 1\n", "b.py": BROKEN})
        answer = patched(
            root,
            """
            from backend_lint.source.files import WorkingTree
            real = WorkingTree.read
            def read(self, path):
                if path == "a.py":
                    raise PermissionError(13, "Permission denied")
                return real(self, path)
            WorkingTree.read = read
            """,
        )
        assert answer.returncode == 2
        assert "BL000" in answer.stdout
        assert answer.stderr == "backend-lint: error: a.py: cannot read this file: Permission denied\n"


class TestOutput:
    def test_paths_are_relative_to_the_current_folder_or_else_to_the_root(self, run: Run, write: Write) -> None:
        root = write({"app/a.py": BROKEN, "lib/b.py": BROKEN})
        answer = run("check", ".", "../lib/b.py", "--format", "json", folder=root / "app")
        assert [finding["path"] for finding in json.loads(answer.stdout)["findings"]] == ["a.py", "lib/b.py"]

    def test_the_format_can_come_from_the_environment(self, run: Run, write: Write) -> None:
        root = write({"a.py": BROKEN})
        assert json.loads(run("check", folder=root, env={"BACKEND_LINT_FORMAT": "json"}).stdout)["version"] == 1
        assert run("check", "--format", "concise", folder=root, env={"BACKEND_LINT_FORMAT": "json"}).stdout.startswith("a.py:1:")
        assert run("check", folder=root, env={"BACKEND_LINT_FORMAT": "xml"}).returncode == 2

    def test_standard_input_is_checked_in_place_of_a_file(self, run: Run, write: Write) -> None:
        root = write({"app/a.py": "x = 1\n"})
        for words in (["-", "--stdin-filename", "app/a.py"], ["--stdin-filename", "app/a.py"]):
            answer = run("check", *words, "--format", "concise", folder=root, text=BROKEN.encode())
            assert answer.returncode == 1
            assert answer.stdout.startswith("app/a.py:1:")
        assert run("check", "-", folder=root, text=b"x = 1\n").returncode == 0

    def test_an_excerpt_of_standard_input_is_its_own(self, run: Run, write: Write) -> None:
        answer = run("check", "-", "--stdin-filename", "a.py", folder=write({"a.py": "on_the_disk = 1\n"}), text=b"def given(:\n")
        assert "def given(:" in answer.stdout
        assert "on_the_disk" not in answer.stdout

    def test_statistics_count(self, run: Run, write: Write) -> None:
        answer = run("check", "--statistics", folder=write({"a.py": BROKEN, "b.py": BROKEN}))
        assert answer.returncode == 1
        assert "BL000" in answer.stdout
        assert "2" in answer.stdout

    @pytest.mark.parametrize(
        ("words", "env", "colored"),
        [
            ([], {}, False),
            ([], {"FORCE_COLOR": "1"}, True),
            ([], {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
            (["--color", "always"], {"NO_COLOR": "1"}, True),
            (["--color", "never"], {"FORCE_COLOR": "1"}, False),
            (["--color", "always", "--format", "json"], {}, False),
        ],
    )
    def test_colours(self, run: Run, write: Write, words: list[str], env: dict[str, str], colored: bool) -> None:
        answer = run("check", *words, folder=write({"a.py": BROKEN}), env=env)
        assert ("\x1b[" in answer.stdout) == colored

    def test_an_encoding_without_the_letters_escapes_them(self, run: Run, write: Write) -> None:
        answer = run("check", "--format", "concise", folder=write({"été.py": BROKEN}), env={"PYTHONIOENCODING": "ascii"})
        assert answer.returncode == 1
        assert answer.stdout.startswith("\\xe9t\\xe9.py:1:")

    def test_a_reader_who_leaves_early_is_no_fault(self, write: Write) -> None:
        root = write({f"m{number}.py": BROKEN for number in range(40)})
        command = [sys.executable, "-m", "backend_lint", "check", "--format", "text"]
        with subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
            assert process.stdout is not None
            assert process.stderr is not None
            process.stdout.close()
            assert process.stderr.read() == b""
        assert process.returncode == 1


class TestProgress:
    def test_nothing_is_shown_where_nobody_watches(self, capsys: pytest.CaptureFixture[str]) -> None:
        with terminal.ProgressBar() as progress:
            progress(1, 2)
        assert capsys.readouterr().err == ""

    def test_a_terminal_sees_a_bar_after_a_while(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
        monkeypatch.setenv("TERM", "xterm")
        with terminal.ProgressBar() as progress:
            progress(1, 2)
            assert capsys.readouterr().err == ""
            monkeypatch.setattr(terminal, "PATIENCE", -1.0)
            progress(1, 2)
        assert "1/2" in capsys.readouterr().err

    def test_quiet_shows_none(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
        monkeypatch.setattr(terminal, "PATIENCE", -1.0)
        with terminal.ProgressBar(shown=False) as progress:
            progress(1, 2)
        assert capsys.readouterr().err == ""


def test_an_interrupted_check_ends_with_its_processes(write: Write) -> None:
    root = write({"a.py": "x = 1\n", "b.py": "x = 1\n"})
    code = (
        "import time\n"
        "from backend_lint.engine.analysis import Analysis\n"
        "Analysis.check_file = lambda self, path: time.sleep(100)\n"
        "Analysis.check_project = lambda self: print('ready', flush=True)\n"
        "from backend_lint.cli.main import main\n"
        "main(['check', '--jobs', '2'])\n"
    )
    with subprocess.Popen([sys.executable, "-c", code], cwd=root, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        process.send_signal(signal.SIGINT)
        _, complaint = process.communicate(timeout=30)
    assert process.returncode == 130
    assert complaint.endswith("backend-lint: interrupted\n")
    assert "Traceback" not in complaint
