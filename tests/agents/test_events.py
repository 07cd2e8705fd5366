"""What is read from the events of the hosts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backend_lint.agents.events import Agent, Event, UnreadableEvent, read_event
from tests.agents import samples

HERE = Path("/")


def read(fields: Any, agent: Agent | None = None, variables: dict[str, str] | None = None) -> Event:
    return read_event(json.dumps(fields).encode(), agent, variables or {})


@pytest.mark.parametrize(
    ("fields", "agent", "moment"),
    [
        (samples.claude_edit(HERE, "a.py"), "claude", "edit"),
        (samples.claude_edit(HERE, "a.py", "Write"), "claude", "edit"),
        (samples.claude_edit(HERE, "a.py", "MultiEdit"), "claude", "edit"),
        (samples.claude("Stop", HERE, stop_hook_active=False), "claude", "stop"),
        (samples.claude("SubagentStop", HERE, stop_hook_active=False, agent_id="a1"), "claude", "stop"),
        (samples.claude("PreToolUse", HERE, tool_name="Bash", tool_input={"command": "git commit -m x"}), "claude", "commit"),
        (samples.claude("PreToolUse", HERE, tool_name="Bash", tool_input={"command": "ls"}), "claude", "other"),
        (samples.claude("PostToolUse", HERE, tool_name="Bash", tool_input={"command": "ls"}, tool_response={}), "claude", "other"),
        (samples.claude("Notification", HERE, message="waiting"), "claude", "other"),
        (samples.codex_edit(HERE, "a.py"), "codex", "edit"),
        (samples.codex("Stop", HERE, stop_hook_active=True, last_assistant_message="done"), "codex", "stop"),
        (samples.codex("PreToolUse", HERE, tool_name="Bash", tool_input={"command": "git commit -m x"}), "codex", "commit"),
        (samples.gemini_edit(HERE, "a.py"), "gemini", "edit"),
        (samples.gemini("AfterAgent", HERE, prompt="do", prompt_response="done", stop_hook_active=False), "gemini", "stop"),
        (samples.gemini("BeforeTool", HERE, tool_name="run_shell_command", tool_input={"command": "git commit"}), "gemini", "commit"),
        (samples.cursor_edit(HERE, "a.py"), "cursor", "edit"),
        (samples.cursor("stop", HERE, status="completed", loop_count=0), "cursor", "stop"),
        (samples.cursor("subagentStop", HERE, status="completed"), "cursor", "stop"),
        (samples.cursor("stop", HERE, status="error", loop_count=0), "cursor", "other"),
        (samples.cursor("stop", HERE, status="aborted", loop_count=0), "cursor", "other"),
        (samples.cursor("beforeShellExecution", HERE, command="git commit -m x", cwd="/"), "cursor", "commit"),
        (samples.cursor("postToolUse", HERE, tool_name="Write", tool_input={"file_path": "/a.py"}), "cursor", "edit"),
    ],
)
def test_the_host_and_the_moment_are_told_by_the_fields(fields: dict[str, Any], agent: str, moment: str) -> None:
    found = read(fields)
    assert (found.agent, found.moment) == (agent, moment)
    assert found.folder == Path("/")


@pytest.mark.parametrize(
    "fields",
    [
        samples.claude_edit(HERE, "a.py"),
        samples.codex_edit(HERE, "a.py"),
        samples.gemini_edit(HERE, "a.py"),
        samples.cursor_edit(HERE, "a.py"),
        samples.claude("Stop", HERE, stop_hook_active=True),
        samples.gemini("AfterAgent", HERE, prompt_response="x"),
        samples.cursor("stop", HERE, status="completed", loop_count=2),
        samples.cursor("beforeShellExecution", HERE, command="git commit"),
    ],
)
def test_an_event_without_its_name_is_known_by_its_fields(fields: dict[str, Any]) -> None:
    whole = read(fields)
    nameless = read({key: value for key, value in fields.items() if key != "hook_event_name"})
    assert (nameless.agent, nameless.moment, nameless.name) == (whole.agent, whole.moment, whole.name)


def test_paths() -> None:
    assert read(samples.codex_edit(Path("/tmp"), "a.py", "web/b.py")).paths == (Path("/tmp/a.py"), Path("/tmp/web/b.py"))
    moved = "*** Begin Patch\n*** Update File: a.py\n*** Move to: b.py\n*** Delete File: c.py\n*** Add File: d.py\n+x\n*** End Patch"
    found = read(samples.codex("PostToolUse", HERE, tool_name="apply_patch", tool_input={"command": moved}, tool_response=""))
    assert found.paths == (Path("/a.py"), Path("/b.py"), Path("/d.py"))
    assert read(samples.cursor("postToolUse", HERE, tool_input='{"path": "x.py"}')).paths == (Path("/x.py"),)


def test_who_works_again_and_again() -> None:
    assert read(samples.claude("Stop", HERE, stop_hook_active=True)).is_again
    assert read(samples.cursor("stop", HERE, loop_count=1)).is_again
    assert not read(samples.claude("Stop", HERE)).is_again
    assert not read(samples.cursor("stop", HERE, loop_count="many")).is_again


def test_the_folder(tmp_path: Path) -> None:
    assert read({"hook_event_name": "Stop", "cwd": str(tmp_path)}).folder == tmp_path
    assert read({"hook_event_name": "Stop", "cwd": "/no/such/folder"}, variables={"CLAUDE_PROJECT_DIR": str(tmp_path)}).folder == tmp_path
    assert read({"hook_event_name": "Stop", "cwd": "\0"}).folder == Path.cwd()
    assert read({"hook_event_name": "Stop", "cwd": 3, "workspace_roots": {"a": 1}}).folder == Path.cwd()


def test_the_folder_among_several_of_a_workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each root with a hook of its own has it run there, and is told the roots of all."""
    roots = [tmp_path / "shop", tmp_path / "web"]
    for root in roots:
        (root / "src").mkdir(parents=True)
    event = {**samples.cursor("stop", HERE, status="completed"), "workspace_roots": ["/no/such/folder", *map(str, roots)]}
    for place, root in ((roots[0], roots[0]), (roots[1] / "src", roots[1]), (tmp_path, roots[0])):
        monkeypatch.chdir(place)
        assert read(event).folder == root
    monkeypatch.chdir(roots[1])
    assert read({**event, "workspace_roots": ["\0", 3, str(roots[0])]}).folder == roots[0]
    shell = samples.cursor("beforeShellExecution", HERE, command="git commit", cwd=str(roots[0]))
    assert read({**shell, "workspace_roots": list(map(str, roots))}).folder == roots[0]


def test_the_folder_that_a_tool_is_given(tmp_path: Path) -> None:
    given = {"command": "git commit", "directory": "sub"}
    found = read(samples.gemini("BeforeTool", tmp_path, tool_name="run_shell_command", tool_input=given))
    assert found.commit is not None
    assert found.commit.folder == tmp_path / "sub"


def test_the_option_wins() -> None:
    assert read(samples.claude("Stop", HERE), "codex").agent == "codex"


@pytest.mark.parametrize("data", [b"", b"  \n", b"{", b"[]", b"3", b'"Stop"', b"\xff\xfe", b"{}", b'{"a": 1}', b"[" * 100_000])
def test_what_is_no_event(data: bytes) -> None:
    with pytest.raises(UnreadableEvent):
        read_event(data, None)


FIELDS = st.sampled_from(
    [
        "hook_event_name", "tool_name", "tool_input", "tool_response", "cwd", "file_path", "edits", "status", "loop_count", "session_id",
        "command", "workspace_roots", "stop_hook_active", "agent_id", "turn_id",
    ]
)  # fmt: skip
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text("ab/ .", max_size=8)
    | st.sampled_from(["Stop", "PostToolUse", "stop", "git commit"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["file_path", "command", "x"]), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(FIELDS, VALUES, max_size=8), st.sampled_from([None, "claude", "codex", "gemini", "cursor"]))
def test_any_fields_are_borne(fields: dict[str, Any], agent: Agent | None) -> None:
    try:
        found = read(fields, agent)
    except UnreadableEvent:
        return
    assert found.moment in ("edit", "stop", "commit", "other")
    assert all(path.is_absolute() for path in found.paths)
