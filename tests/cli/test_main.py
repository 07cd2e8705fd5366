from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable

import backend_lint
from backend_lint.cli.group import COMMANDS

Run = Callable[..., subprocess.CompletedProcess[str]]


def test_version_is_printed(run: Run) -> None:
    for option in ("--version", "-V"):
        answer = run(option)
        assert (answer.returncode, answer.stdout, answer.stderr) == (0, f"backend-lint {backend_lint.__version__}\n", "")


def imported(*words: str) -> set[str]:
    """Which packages of weight a command line imports."""
    code = (
        "import sys\n"
        "from backend_lint.cli.main import main\n"
        f"try:\n    main({list(words)!r})\nexcept SystemExit:\n    pass\n"
        "heavy = {'click', 'rich', 'libcst', 'msgspec', 'pathspec', 'backend_lint.rule', 'backend_lint.semantics', 'multiprocessing'}\n"
        "print(*(heavy & set(sys.modules)))\n"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    return set(answer.stdout.splitlines()[-1].split())


def test_version_imports_nothing_of_weight() -> None:
    assert imported("--version") == set()


def test_help_imports_no_parser_and_no_renderer() -> None:
    assert imported("--help") == {"click"}
    assert imported("check", "--help") == {"click"}
    assert imported("init", "--help") == {"click"}


def test_to_look_at_the_configuration_imports_no_parser() -> None:
    assert imported("completion", "bash") == {"click"}
    for words in (("config", "schema"), ("config", "show"), ("config", "check")):
        assert imported(*words).isdisjoint({"libcst", "rich", "multiprocessing", "backend_lint.rule"}), words


def test_to_list_and_explain_rules_and_to_refuse_a_wrong_one_imports_no_rule() -> None:
    for words in (
        ("rule",),
        ("rule", "BL301"),
        ("rule", "exposure", "--color", "always"),
        ("rule", "BL999"),
        ("check", "--select", "BL999"),
    ):
        assert imported(*words) == {"click"}, words


def test_the_process_ends_with_the_exit_code_and_all_it_wrote(run: Run) -> None:
    assert run("rule", "--format", "json").stdout.endswith("]\n")
    assert run("rule", "BL999").returncode == 2


def test_help_names_the_commands(run: Run) -> None:
    answer = run("--help")
    assert answer.returncode == 0
    for command, (_, _, told) in COMMANDS.items():
        assert f"{command} " in answer.stdout
        assert told in " ".join(answer.stdout.split())


def test_a_mistyped_command_is_answered_with_the_nearest(run: Run) -> None:
    for typed, meant in (("chek", "check"), ("Reveiw", "review"), ("suppresions", "suppressions")):
        answer = run(typed)
        assert (answer.returncode, answer.stdout) == (2, "")
        assert f"No such command '{typed}'. Did you mean '{meant}'?" in answer.stderr
    assert "Did you mean" not in run("frobnicate").stderr


def test_an_unknown_command_or_option_is_a_usage_error(run: Run) -> None:
    for words in (["chek"], ["check", "--formt", "json"], ["check", "--format", "xml"], ["check", "--jobs", "0"], ["--nothing"]):
        answer = run(*words)
        assert (answer.returncode, answer.stdout) == (2, "")
        assert words[-1] in answer.stderr or words[-2] in answer.stderr
        assert "Traceback" not in answer.stderr
