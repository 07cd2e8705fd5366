"""Setting agents up: twice is once, and taken out again all is as it was."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend_lint.agents import instructions
from backend_lint.agents.events import AGENTS, Agent, read_event
from backend_lint.agents.hosts import HOSTS, Host
from backend_lint.agents.install import carry_out, installation, removal, statuses
from backend_lint.agents.settings import Refusal, is_installed, with_hooks, without_hooks

EVERY_HOST = pytest.mark.parametrize("host", HOSTS.values(), ids=list(HOSTS))

OTHER_HOOK = {"type": "command", "command": "make lint"}
GROUP = {"matcher": "Bash", "hooks": [OTHER_HOOK]}
EVENT_LISTS = st.lists(st.sampled_from([GROUP, {"hooks": []}, OTHER_HOOK]), max_size=2)
EVENTS = st.sampled_from(["Stop", "PostToolUse", "AfterTool", "stop", "afterFileEdit", "Notification"])
OTHERS = st.dictionaries(
    st.sampled_from(["version", "permissions", "model", "é"]), st.sampled_from([1, "x", [], {}, {"a": [1]}]), max_size=3
)


@st.composite
def texts(draw: st.DrawFn) -> str:
    """Settings files as people and programs write them."""
    data: dict[str, Any] = draw(OTHERS)
    if draw(st.booleans()):
        hooks = draw(st.dictionaries(EVENTS, EVENT_LISTS, max_size=3))
        data = {**data, "hooks": hooks} if draw(st.booleans()) else {"hooks": hooks, **data}
    text = json.dumps(data, indent=draw(st.sampled_from([None, 2, 4, "\t"])), ensure_ascii=draw(st.booleans()))
    for compact, loose in (
        ("{}", draw(st.sampled_from(["{}", "{ }", "{\n}", "{\n  }"]))),
        ("[]", draw(st.sampled_from(["[]", "[\n    ]"]))),
    ):
        text = text.replace(compact, loose)
    text = draw(st.sampled_from(["", "\n", " "])) + text + draw(st.sampled_from(["", "\n", "\n\n"]))
    return text.replace("\n", draw(st.sampled_from(["\n", "\r\n"])))


@settings(deadline=None, max_examples=150)
@given(texts(), st.sampled_from(AGENTS))
def test_twice_is_once_and_out_again_is_as_before(text: str, agent: Agent) -> None:
    host = HOSTS[agent]
    once = with_hooks(host, text, "backend-lint")
    assert with_hooks(host, once, "backend-lint") == once
    assert is_installed(host, once) == (list(host.events), [])
    assert without_hooks(host, once) == text
    other = with_hooks(host, once, "uv run backend-lint")
    assert without_hooks(host, other) == text
    before, after = json.loads(text), json.loads(once)
    assert {key: value for key, value in after.items() if key not in ("hooks", "version")} == {
        key: value for key, value in before.items() if key not in ("hooks", "version")
    }
    for event, listed in before.get("hooks", {}).items():
        assert after["hooks"][event][: len(listed)] == listed


@EVERY_HOST
def test_a_new_file_comes_and_goes(host: Host) -> None:
    text = with_hooks(host, None, "backend-lint")
    assert json.loads(text)["hooks"].keys() == host.events.keys()
    assert f"backend-lint hook --agent {host.agent}" in text
    assert with_hooks(host, text, "backend-lint") == text
    assert without_hooks(host, text) is None


def test_what_the_user_made_of_it_is_kept() -> None:
    host = HOSTS["claude"]
    text = with_hooks(host, None, "backend-lint").replace("300", "900")
    assert with_hooks(host, text, "backend-lint") == text
    shared = json.loads(text)
    shared["hooks"]["Stop"][0]["hooks"].append(OTHER_HOOK)
    left = without_hooks(host, json.dumps(shared, indent=2))
    assert left is not None
    assert json.loads(left) == {"hooks": {"Stop": [{"hooks": [OTHER_HOOK]}]}}


@EVERY_HOST
def test_the_hook_knows_what_it_is_installed_for(host: Host) -> None:
    """Each host calls it after edits, before commands and at the end: an event of another name would be answered with nothing."""
    given = {"tool_input": {"file_path": "/a.py", "command": "git commit"}, "file_path": "/a.py", "command": "git commit"}
    events = [read_event(json.dumps({**given, "hook_event_name": name}).encode(), host.agent, {}) for name in host.events]
    assert {event.moment for event in events} == {"edit", "commit", "stop"}
    assert len(events) == 3


def test_another_command_takes_the_place_of_the_first() -> None:
    host = HOSTS["gemini"]
    text = with_hooks(host, with_hooks(host, None, "backend-lint"), "uv run backend-lint")
    assert text == with_hooks(host, None, "uv run backend-lint")


def test_a_file_with_comments_where_the_host_reads_them() -> None:
    text = '{\n  // mine\n  "model": "x" // this one\n}\n'
    host = HOSTS["gemini"]
    assert without_hooks(host, with_hooks(host, text, "backend-lint")) == text
    with pytest.raises(Refusal):
        with_hooks(HOSTS["claude"], text, "backend-lint")


@EVERY_HOST
@pytest.mark.parametrize("text", ["", "{", "[]", '{"hooks": []}', '{"hooks": null}'])
def test_what_is_no_settings_file_is_refused(host: Host, text: str) -> None:
    for act in (lambda: with_hooks(host, text, "backend-lint"), lambda: without_hooks(host, text), lambda: is_installed(host, text)):
        with pytest.raises(Refusal, match=r"settings\.json|hooks\.json"):
            act()


# --- AGENTS.md


@settings(deadline=None)
@given(st.lists(st.sampled_from(["# Rules", "", "text", "```"]), max_size=4), st.sampled_from(["\n", "\r\n"]), st.booleans())
def test_the_block_comes_and_goes(lines: list[str], newline: str, ends: bool) -> None:
    text = newline.join(lines) + (newline if ends else "")
    once = instructions.with_block(text, "backend-lint")
    assert instructions.with_block(once, "backend-lint") == once
    assert instructions.has_block(once)
    assert instructions.without_block(once) == text
    assert "uv run backend-lint review" in instructions.with_block(once, "uv run backend-lint")


def test_a_block_that_was_moved_is_renewed_where_it_is() -> None:
    block = instructions.with_block(None, "backend-lint")
    assert instructions.without_block(block) is None
    assert instructions.with_block(f"# A\n\n{block}\n# B\n", "backend-lint") == f"# A\n\n{block}\n# B\n"
    assert instructions.with_block(f"# A\n{instructions.BEGIN}\nold\n{instructions.END}\n# B\n", "backend-lint") == f"# A\n{block}# B\n"


@pytest.mark.parametrize(
    "text",
    [
        instructions.BEGIN,
        instructions.END,
        f"{instructions.END}{instructions.BEGIN}",
        f"{instructions.BEGIN}{instructions.END}" * 2,
    ],
)
def test_half_a_block_is_refused(text: str) -> None:
    with pytest.raises(Refusal, match="one whole block"):
        instructions.with_block(text, "backend-lint")


# --- a project


def snapshot(root: Path) -> dict[str, bytes]:
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()}


def apply(root: Path, plan: Callable[[], list[Any]]) -> int:
    changes = [change for change in plan() if not change.is_empty]
    for change in changes:
        carry_out(root, change)
    return len(changes)


def test_a_project_is_set_up_and_put_back(tmp_path: Path) -> None:
    (tmp_path / ".claude").mkdir()
    (tmp_path / ".claude" / "settings.json").write_bytes(b'\xef\xbb\xbf{\r\n\t"model": "opus"\r\n}')
    (tmp_path / "AGENTS.md").write_bytes(b"# Agents")
    (tmp_path / "AGENTS.md").chmod(0o640)
    before = snapshot(tmp_path)
    assert apply(tmp_path, lambda: installation(tmp_path, AGENTS, "backend-lint")) == 5
    assert all(not status.missing for status in statuses(tmp_path, AGENTS))
    assert (tmp_path / ".claude" / "settings.json").read_bytes().startswith(b'\xef\xbb\xbf{\r\n\t"model": "opus",\r\n\t"hooks": {\r\n\t\t"')
    assert (tmp_path / "AGENTS.md").stat().st_mode & 0o777 == 0o640
    assert apply(tmp_path, lambda: installation(tmp_path, AGENTS, "backend-lint")) == 0
    assert apply(tmp_path, lambda: removal(tmp_path, AGENTS)) == 5
    assert snapshot(tmp_path) == before
    assert sorted(path.name for path in tmp_path.iterdir()) == [".claude", "AGENTS.md"]


def test_the_block_goes_with_the_last_host(tmp_path: Path) -> None:
    apply(tmp_path, lambda: installation(tmp_path, ["claude", "cursor"], "backend-lint"))
    apply(tmp_path, lambda: removal(tmp_path, ["claude"]))
    assert sorted(snapshot(tmp_path)) == [".cursor/hooks.json", "AGENTS.md"]
    apply(tmp_path, lambda: removal(tmp_path, ["cursor"]))
    assert snapshot(tmp_path) == {}


def test_a_linked_file_is_written_where_it_lies(tmp_path: Path) -> None:
    (tmp_path / "shared.md").write_text("# Shared\n")
    (tmp_path / "AGENTS.md").symlink_to("shared.md")
    apply(tmp_path, lambda: installation(tmp_path, [], "backend-lint"))
    assert (tmp_path / "AGENTS.md").is_symlink()
    assert instructions.BEGIN in (tmp_path / "shared.md").read_text()


def test_what_cannot_be_read_is_refused(tmp_path: Path) -> None:
    (tmp_path / ".gemini" / "settings.json").mkdir(parents=True)
    with pytest.raises(Refusal, match="no regular file"):
        installation(tmp_path, ["gemini"], "backend-lint")
    (tmp_path / "AGENTS.md").write_bytes(b"\xff\xfe")
    with pytest.raises(Refusal, match="not UTF-8"):
        installation(tmp_path, [], "backend-lint")
