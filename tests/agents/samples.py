"""Events as the hosts send them, and code for them to be about."""

from __future__ import annotations

from pathlib import Path
from typing import Any

#: A view that shows its client an exception's text.
LEAK = """
from flask import Flask

app = Flask(__name__)


@app.route("/show")
def show() -> str:
    try:
        return "fine"
    except Exception as error:
        return str(error)
"""
QUIET = LEAK.replace("    except Exception as error:\n        return str(error)\n", "    finally:\n        app.logger.info('shown')\n")


def claude(name: str, folder: Path, **fields: Any) -> dict[str, Any]:
    common = {
        "session_id": "9f2c", "transcript_path": "/home/user/.claude/p/9f2c.jsonl", "cwd": str(folder), "permission_mode": "default",
        "hook_event_name": name,
    }  # fmt: skip
    return {**common, **fields}


def claude_edit(folder: Path, path: str, tool: str = "Edit") -> dict[str, Any]:
    given = {"file_path": str(folder / path), "old_string": "a", "new_string": "b"}
    return claude("PostToolUse", folder, tool_name=tool, tool_input=given, tool_response={"filePath": str(folder / path)})


def codex(name: str, folder: Path, **fields: Any) -> dict[str, Any]:
    common = {
        "session_id": "0199", "turn_id": "turn-1", "transcript_path": None, "cwd": str(folder), "hook_event_name": name, "model": "a-model",
        "permission_mode": "default",
    }  # fmt: skip
    return {**common, **fields}


def codex_edit(folder: Path, *paths: str) -> dict[str, Any]:
    patch = "*** Begin Patch\n" + "".join(f"*** Update File: {path}\n@@\n-a\n+b\n" for path in paths) + "*** End Patch\n"
    return codex(
        "PostToolUse", folder, tool_name="apply_patch", tool_use_id="call-1", tool_input={"command": patch}, tool_response="Success."
    )


def gemini(name: str, folder: Path, **fields: Any) -> dict[str, Any]:
    common = {
        "session_id": "5b1d", "transcript_path": "/tmp/t.json", "cwd": str(folder), "hook_event_name": name,
        "timestamp": "2026-11-25T10:00:00Z",
    }  # fmt: skip
    return {**common, **fields}


def gemini_edit(folder: Path, path: str) -> dict[str, Any]:
    given = {"file_path": str(folder / path), "content": "x = 1\n"}
    return gemini(
        "AfterTool", folder, tool_name="write_file", tool_input=given, tool_response={"llmContent": "written", "returnDisplay": ""}
    )


def cursor(name: str, folder: Path, **fields: Any) -> dict[str, Any]:
    common = {
        "conversation_id": "668320d2", "generation_id": "490b90b7", "model": "a-model", "hook_event_name": name, "cursor_version": "2.4.0",
        "workspace_roots": [str(folder)], "user_email": "user@example.org", "transcript_path": None,
    }  # fmt: skip
    return {**common, **fields}


def cursor_edit(folder: Path, path: str) -> dict[str, Any]:
    return cursor("afterFileEdit", folder, file_path=str(folder / path), edits=[{"old_string": "a", "new_string": "b"}])
