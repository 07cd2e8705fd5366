from __future__ import annotations

import subprocess
import sys

import backend_lint


def run(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "backend_lint", *words], capture_output=True, text=True, timeout=60, check=False)


def test_version_is_printed() -> None:
    answer = run("--version")
    assert (answer.returncode, answer.stdout, answer.stderr) == (0, f"backend-lint {backend_lint.__version__}\n", "")


def test_version_imports_nothing_heavy() -> None:
    code = (
        "import sys\n"
        "from backend_lint.cli.main import main\n"
        "try:\n    main(['--version'])\nexcept SystemExit:\n    pass\n"
        "print(sorted({'click', 'rich', 'libcst', 'msgspec', 'pathspec'} & set(sys.modules)))\n"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert answer.stdout.splitlines()[-1] == "[]"


def test_an_unknown_command_is_a_usage_error() -> None:
    answer = run("chek")
    assert answer.returncode == 2
    assert "chek" in answer.stderr
    assert answer.stdout == ""
