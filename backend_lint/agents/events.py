"""Events of coding agents, as their hooks get them on standard input.

Sources: https://code.claude.com/docs/en/hooks; the schemas in codex-rs/hooks/schema of https://github.com/openai/codex;
https://github.com/google-gemini/gemini-cli/blob/main/docs/hooks/reference.md; https://cursor.com/docs/hooks.md. Fields come and go, so none
is relied on that can be done without.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from backend_lint.agents.commands import Commit, commit_in

Agent = Literal["claude", "codex", "gemini", "cursor"]
Moment = Literal["edit", "stop", "commit", "other"]

AGENTS: tuple[Agent, ...] = ("claude", "codex", "gemini", "cursor")

_MOMENTS: dict[str, Literal["after", "stop", "before"]] = {
    "PostToolUse": "after", "postToolUse": "after", "AfterTool": "after", "afterFileEdit": "after",
    "Stop": "stop", "SubagentStop": "stop", "AfterAgent": "stop", "stop": "stop", "subagentStop": "stop",
    "PreToolUse": "before", "preToolUse": "before", "BeforeTool": "before", "beforeShellExecution": "before",
}  # fmt: skip

_GEMINI_EVENTS = frozenset(
    {"BeforeTool", "AfterTool", "BeforeAgent", "AfterAgent", "BeforeModel", "AfterModel", "BeforeToolSelection", "PreCompress"}
)
_GEMINI_TOOLS = frozenset({"write_file", "replace", "run_shell_command"})
_CURSOR_FIELDS = ("cursor_version", "workspace_roots", "conversation_id", "generation_id")
#: Where a host tells a hook which project it works in, when the event does not.
_FOLDER_VARIABLES = ("CLAUDE_PROJECT_DIR", "GEMINI_PROJECT_DIR", "CURSOR_PROJECT_DIR")

_PATH_FIELDS = ("file_path", "filePath", "path", "absolute_path")
#: The files of the patches that Codex applies, codex-rs/apply-patch.
_PATCHED = re.compile(r"^\*\*\* (?:Add File|Update File|Move to): (.+)$", re.MULTILINE)


class UnreadableEvent(Exception):
    """What came is no event; `args[0]` says why."""


@dataclass(frozen=True, kw_only=True)
class Event:
    """What an agent says happens. `paths` are the files that were edited, absolute; `commit` the commit about to be made; `is_again` is
    whether the agent is at work only because a hook kept it from stopping; `speaker` tells the agents of one session apart."""

    agent: Agent
    name: str
    moment: Moment
    folder: Path
    session: str = ""
    speaker: str = ""
    paths: tuple[Path, ...] = ()
    commit: Commit | None = None
    is_again: bool = False


def read_event(data: bytes, agent: Agent | None, variables: Mapping[str, str] | None = None) -> Event:
    """The event in `data`, JSON. `agent` says whose it is; None for what its fields say. `variables` are those of the process, by default
    its own. Raises `UnreadableEvent`."""
    try:
        fields = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as fault:
        raise UnreadableEvent(f"the hook's input is no JSON: {str(fault)[:100]}" if data.strip() else "the hook got no input") from None
    if not isinstance(fields, dict):
        raise UnreadableEvent("the hook's input is no JSON object")
    given = _text(fields, "hook_event_name") or _text(fields, "hookEventName")
    name = given or _name_by_fields(fields, agent)
    known = agent or _agent_by_fields(fields, name)
    if known is None or not name:
        raise UnreadableEvent("the hook's input is no event of an agent that is known; say whose it is with --agent")
    folder = _folder(fields, os.environ if variables is None else variables)
    moment: Moment = "other"
    paths: tuple[Path, ...] = ()
    commit = None
    kind = _MOMENTS.get(name)
    if kind == "stop" and _text(fields, "status") in ("", "completed"):
        moment = "stop"
    elif kind == "after":
        paths = tuple(dict.fromkeys(_absolute(folder, path) for path in _paths(fields)))
        moment = "edit" if paths else "other"
    elif kind == "before":
        commit = commit_in(_command(fields), _command_folder(fields, folder))
        moment = "commit" if commit is not None else "other"
    loops = fields.get("loop_count")
    return Event(
        agent=known,
        name=name,
        moment=moment,
        folder=folder,
        session=_text(fields, "session_id") or _text(fields, "conversation_id"),
        speaker=_text(fields, "agent_id") or _text(fields, "subagent_id"),
        paths=paths,
        commit=commit,
        is_again=fields.get("stop_hook_active") is True or (isinstance(loops, int) and loops > 0),
    )


def _agent_by_fields(fields: Mapping[str, Any], name: str) -> Agent | None:
    if any(field in fields for field in _CURSOR_FIELDS) or name[:1].islower():
        return "cursor"
    if name in _GEMINI_EVENTS or "prompt_response" in fields or _text(fields, "tool_name") in _GEMINI_TOOLS:
        return "gemini"
    if "turn_id" in fields or _text(fields, "tool_name") == "apply_patch":
        return "codex"
    return "claude" if name else None


def _name_by_fields(fields: Mapping[str, Any], agent: Agent | None) -> str:
    """The name of an event that does not say it; "" when nothing tells."""
    if "edits" in fields and "file_path" in fields:
        return "afterFileEdit"
    if "loop_count" in fields:
        return "stop"
    if "command" in fields and "tool_input" not in fields:
        return "beforeShellExecution"
    is_gemini = agent == "gemini" or _text(fields, "tool_name") in _GEMINI_TOOLS
    if "prompt_response" in fields:
        return "AfterAgent"
    if "stop_hook_active" in fields:
        return "AfterAgent" if is_gemini else "stop" if agent == "cursor" else "Stop"
    if "tool_input" in fields:
        if "tool_response" in fields:
            return "AfterTool" if is_gemini else "PostToolUse"
        return "BeforeTool" if is_gemini else "PreToolUse"
    return ""


def _folder(fields: Mapping[str, Any], variables: Mapping[str, str]) -> Path:
    roots = fields.get("workspace_roots")
    roots = [each for each in roots if isinstance(each, str)] if isinstance(roots, list) else []
    # Of several roots the one is meant whose hook this is: there the host runs it.
    here = [each for each in roots if Path.cwd().is_relative_to(os.path.realpath(each.replace("\0", "")))] if len(roots) > 1 else []
    named = [fields.get("cwd"), *here, *roots, *(variables.get(key) for key in _FOLDER_VARIABLES)]
    for each in named:
        if isinstance(each, str) and each and _is_folder(each):
            return Path(os.path.abspath(each))
    return Path.cwd()


def _is_folder(text: str) -> bool:
    try:
        return os.path.isdir(text)
    except ValueError:
        return False


def _absolute(folder: Path, path: str) -> Path:
    return Path(os.path.abspath(folder / path))


def _paths(fields: Mapping[str, Any]) -> list[str]:
    given = _input(fields)
    found = [_text(given, field) for field in _PATH_FIELDS] + [_text(fields, "file_path")]
    for field in ("command", "input", "patch"):
        patch = given.get(field)
        if isinstance(patch, str) and "*** Begin Patch" in patch:
            found += [path.strip() for path in _PATCHED.findall(patch)]
    return [path for path in found if path and "\0" not in path]


def _command(fields: Mapping[str, Any]) -> str:
    command = _input(fields).get("command", fields.get("command"))
    if isinstance(command, list):
        import shlex

        return shlex.join(str(word) for word in command)
    return command if isinstance(command, str) else ""


def _command_folder(fields: Mapping[str, Any], folder: Path) -> Path:
    """Where a command is run: some tools take the folder for it."""
    given = _input(fields)
    for name in ("directory", "dir_path", "workdir", "cwd", "working_directory"):
        place = _text(given, name)
        if place and "\0" not in place:
            return Path(os.path.abspath(folder / place))
    return folder


def _input(fields: Mapping[str, Any]) -> Mapping[str, Any]:
    """What the tool is, or was, called with; some hosts write it as JSON inside of JSON."""
    given = fields.get("tool_input")
    if isinstance(given, str):
        try:
            given = json.loads(given)
        except (ValueError, RecursionError):
            return {}
    return given if isinstance(given, dict) else {}


def _text(fields: Mapping[str, Any], name: str) -> str:
    value = fields.get(name)
    return value if isinstance(value, str) else ""
