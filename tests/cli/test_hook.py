"""`backend-lint hook`: the command as a host runs it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.agents import samples
from tests.agents.samples import LEAK, QUIET
from tests.review.repositories import Repo

Run = Callable[..., subprocess.CompletedProcess[str]]


def test_a_session(run: Run, tmp_path: Path) -> None:
    repo = Repo(tmp_path / "work")
    repo.commit({"views.py": QUIET})
    repo.write({"views.py": LEAK})
    env = {"XDG_CACHE_HOME": str(tmp_path / "cache"), "LOCALAPPDATA": str(tmp_path / "cache")}
    stop = json.dumps(samples.claude("Stop", repo.folder, stop_hook_active=False)).encode()
    first = run("hook", text=stop, env=env)
    assert (first.returncode, first.stderr) == (0, "")
    assert json.loads(first.stdout)["decision"] == "block"
    second = run("hook", "--agent", "claude", text=stop, env=env)
    assert (second.returncode, set(json.loads(second.stdout))) == (0, {"systemMessage"})
    assert list((tmp_path / "cache" / "backend-lint" / "agents").glob("*.json"))


@pytest.mark.parametrize(
    "text", [b"", b"{", b"[]", b"null", b'{"hook_event_name": 3}', b"\xff", b'{"hook_event_name": "Stop", "cwd": "/"}']
)
def test_what_goes_wrong_is_told_and_blocks_nothing(run: Run, text: bytes, tmp_path: Path) -> None:
    answer = run("hook", text=text, env={"XDG_CACHE_HOME": str(tmp_path)})
    assert answer.returncode == 0
    assert set(json.loads(answer.stdout)) == {"systemMessage"}
    assert "Traceback" not in answer.stderr


def test_wrong_usage_is_not_2(run: Run) -> None:
    for words in (["hook", "--agent", "nobody"], ["hook", "--nonsense"], ["hook", "word"]):
        answer = run(*words, text=b"{}")
        assert (answer.returncode, answer.stdout) == (1, "")
        assert "Error: " in answer.stderr


def test_events_that_mean_nothing_here_cost_no_analysis() -> None:
    code = (
        "import sys\n"
        "from backend_lint.cli.main import main\n"
        "try:\n    main(['hook'])\nexcept SystemExit as stop:\n    print(stop.code)\n"
        "print(*({'rich', 'libcst', 'msgspec', 'pathspec', 'mcp'} & set(sys.modules)), 'nothing heavy')\n"
    )
    event = json.dumps(samples.claude("PreToolUse", Path("/"), tool_name="Bash", tool_input={"command": "ls"})).encode()
    answer = subprocess.run([sys.executable, "-c", code], input=event, capture_output=True, timeout=60, check=True)
    assert answer.stdout.decode().splitlines() == ["0", "nothing heavy"]
