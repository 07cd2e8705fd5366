"""Answers in the protocols of the agents' hooks.

Every answer is JSON on standard output with exit code 0, which all hosts read; nothing at all is said where a host takes that for consent.
Exit code 2 would block, so it is left to nobody. Sources: those of `backend_lint.agents.events`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Literal

from backend_lint.agents.events import Event


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What the hook has to say: nothing; a message for the user ("tell"); or what the agent has to do first ("block"). After an edit, which
    nobody can block any more, "block" is advice that the agent reads at once."""

    kind: Literal["nothing", "tell", "block"] = "nothing"
    text: str = ""
    summary: str = ""


def answer(event: Event | None, outcome: Outcome) -> str:
    """The text for standard output. `event` is None when none could be read."""
    if outcome.kind == "tell":
        return _json({"systemMessage": outcome.text})
    if event is None or outcome.kind == "nothing":
        return _json({}) if event is not None and event.agent in ("gemini", "cursor") else ""
    return _json(_blocking(event, outcome))


def _blocking(event: Event, outcome: Outcome) -> dict[str, Any]:
    text = outcome.text
    if event.agent == "cursor":
        if event.moment == "stop":
            return {"followup_message": text}
        if event.moment == "commit":
            return {"permission": "deny", "user_message": outcome.summary, "agent_message": text}
        return {"additional_context": text}
    if event.agent == "gemini":
        if event.moment == "edit":
            # A denial here would hide the result of the edit from the model.
            return {"hookSpecificOutput": {"hookEventName": event.name, "additionalContext": text}}
        return {"decision": "deny", "reason": text}
    if event.moment == "commit":
        decided = {"hookEventName": "PreToolUse", "permissionDecision": "deny", "permissionDecisionReason": text}
        return {"hookSpecificOutput": decided}
    return {"decision": "block", "reason": text}


def _json(fields: dict[str, Any]) -> str:
    return json.dumps(fields) + "\n"
