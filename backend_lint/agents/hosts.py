"""The hosts' settings files, and what stands in them so that they call `backend-lint hook`.

Sources: https://code.claude.com/docs/en/hooks; https://developers.openai.com/codex/hooks;
https://github.com/google-gemini/gemini-cli/blob/main/docs/hooks/reference.md; https://cursor.com/docs/hooks.md.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from backend_lint.agents.events import Agent

#: How long a host waits for advice after an edit, and for the review of a change, in seconds.
_QUICK, _WHOLE = 60, 300

#: A command that calls this tool's hook, however it is installed.
_OURS = re.compile(r"\bbackend[-_]lint\S*\s+hook\b")


@dataclass(frozen=True, kw_only=True)
class Host:
    """A host. `path` is its settings file in a project; `events` has, for each event, what is to stand in its list, with `COMMAND` for the
    command; `is_grouped` is whether these are groups of hooks rather than hooks. `top` are members that a new file has besides."""

    agent: Agent
    title: str
    path: str
    events: dict[str, dict[str, Any]]
    is_grouped: bool = True
    with_comments: bool = False
    top: dict[str, Any] | None = None
    remark: str = ""


COMMAND = "COMMAND"


def _group(matcher: str | None, timeout: int, **more: str) -> dict[str, Any]:
    hook = {**more, "type": "command", "command": COMMAND, "timeout": timeout}
    return {"hooks": [hook]} if matcher is None else {"matcher": matcher, "hooks": [hook]}


HOSTS: dict[Agent, Host] = {
    "claude": Host(
        agent="claude",
        title="Claude Code",
        path=".claude/settings.json",
        events={
            "PostToolUse": _group("Edit|Write|MultiEdit", _QUICK),
            "PreToolUse": _group("Bash", _WHOLE),
            "Stop": _group(None, _WHOLE),
        },
    ),
    "codex": Host(
        agent="codex",
        title="Codex",
        path=".codex/hooks.json",
        events={
            "PostToolUse": _group("apply_patch|Edit|Write", _QUICK),
            "PreToolUse": _group("Bash", _WHOLE),
            "Stop": _group(None, _WHOLE),
        },
        remark="Codex runs a new hook once it is trusted: /hooks",
    ),
    "gemini": Host(
        agent="gemini",
        title="Gemini CLI",
        path=".gemini/settings.json",
        events={
            # Here timeouts are in milliseconds.
            "AfterTool": _group("write_file|replace", _QUICK * 1_000, name="backend-lint-advice"),
            "BeforeTool": _group("run_shell_command", _WHOLE * 1_000, name="backend-lint-commit"),
            "AfterAgent": _group(None, _WHOLE * 1_000, name="backend-lint"),
        },
        with_comments=True,
    ),
    "cursor": Host(
        agent="cursor",
        title="Cursor",
        path=".cursor/hooks.json",
        events={
            "afterFileEdit": {"command": COMMAND, "timeout": _QUICK},
            "beforeShellExecution": {"command": COMMAND, "matcher": "commit", "timeout": _WHOLE},
            "stop": {"command": COMMAND, "timeout": _WHOLE, "loop_limit": 5},
        },
        is_grouped=False,
        top={"version": 1},
    ),
}


def is_ours(hook: Any) -> bool:
    """Whether an entry of a list of hooks calls this tool."""
    return isinstance(hook, dict) and isinstance(hook.get("command"), str) and _OURS.search(hook["command"]) is not None


def is_hook_command(command: str, agent: Agent) -> bool:
    """Whether a command, with the words for the hook behind it, would be known again as this tool's."""
    return is_ours({"command": spelled(command, agent)})


def spelled(command: str, agent: Agent) -> str:
    """The command line that a host runs."""
    return f"{command} hook --agent {agent}"


def filled(data: Any, command: str) -> Any:
    """An entry with the command in its place."""
    if isinstance(data, dict):
        return {key: filled(value, command) for key, value in data.items()}
    if isinstance(data, list):
        return [filled(value, command) for value in data]
    return command if data == COMMAND else data
