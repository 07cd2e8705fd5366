"""Putting hooks into a host's settings file and taking them out, everything else left as it is."""

from __future__ import annotations

import json
from typing import Any

from backend_lint.agents.hosts import Host, filled, is_ours, spelled
from backend_lint.agents.json_text import BadJson, Editor, Value

_HOOKS = "hooks"


class Refusal(Exception):
    """A file is not what it should be, so it is left alone; `args[0]` says why."""


def with_hooks(host: Host, text: str | None, command: str) -> str:
    """The text of a host's settings file with the hooks in it; `text` is None when there is no file. Raises `Refusal`."""
    line = spelled(command, host.agent)
    wanted = {event: filled(entry, line) for event, entry in host.events.items()}
    if text is None:
        return json.dumps({_HOOKS: {event: [entry] for event, entry in wanted.items()}, **(host.top or {})}, indent=2) + "\n"
    editor = _editor(host, text)
    if editor.root.member(_HOOKS) is None:
        missing = {key: value for key, value in (host.top or {}).items() if editor.root.member(key) is None}
        editor.append(editor.root, {event: [entry] for event, entry in wanted.items()}, _HOOKS)
        # Behind the hooks, by which they are known again as put in.
        for key, value in missing.items():
            editor.append(editor.root, value, key)
        return editor.text
    for event, entry in wanted.items():
        _put(host, editor, event, entry, line)
    return editor.text


def _put(host: Host, editor: Editor, event: str, entry: dict[str, Any], line: str) -> None:
    hooks = _hooks(editor)
    member = hooks.member(event)
    if member is None:
        editor.append(hooks, [entry], event)
        return
    ours = [hook for item in member.value.items for hook in _entries(host, item) if is_ours(hook.data)]
    if not ours:
        editor.append(member.value, entry)
    elif all(hook.data["command"] != line for hook in ours):
        known = ours[0].member("command")
        assert known is not None, "by its command it is known"
        editor.replace(known.value, line)


def without_hooks(host: Host, text: str | None) -> str | None:
    """The text of a host's settings file without the hooks; None when nothing is left that was not put in. `text` is None when there is no
    file. Raises `Refusal`."""
    if text is None:
        return None
    editor = _editor(host, text)
    while True:
        place = _first_ours(host, editor)
        if place is None:
            return editor.text
        event, index, inner = place
        listed = _hooks(editor).members[event].value
        if inner is not None:
            group = listed.items[index].member(_HOOKS)
            assert group is not None, "hooks were found in it"
            editor.remove(group.value, inner)
        elif editor.remove(listed, index) and editor.remove(_hooks(editor), event) and _remove_root(host, editor):
            return None


def _first_ours(host: Host, editor: Editor) -> tuple[int, int, int | None] | None:
    """A hook of this tool: the place of its event, of the item in that one's list, and of the hook in the item, or None for all of it."""
    hooks = editor.root.member(_HOOKS)
    for event, member in enumerate(hooks.value.members if hooks is not None else ()):
        for index, item in enumerate(member.value.items):
            ours = [inner for inner, hook in enumerate(_entries(host, item)) if is_ours(hook.data)]
            if ours:
                return event, index, None if len(ours) == len(_entries(host, item)) else ours[0]
    return None


def _remove_root(host: Host, editor: Editor) -> bool:
    """Take out the member with the hooks, and what was put in behind it. Whether all of the file was put in."""
    keys = [member.key for member in editor.root.members]
    place = keys.index(_HOOKS)
    for key in reversed(keys[place + 1 :]):
        if key not in (host.top or {}):
            break
        editor.remove(editor.root, len(editor.root.members) - 1)
    return editor.remove(editor.root, place)


def is_installed(host: Host, text: str | None) -> tuple[list[str], list[str]]:
    """The events for which a settings file has the hook, and those for which it has none. Raises `Refusal`."""
    if text is None:
        return [], list(host.events)
    editor = _editor(host, text)
    hooks = editor.root.member(_HOOKS)
    there = []
    for event in host.events:
        member = hooks.value.member(event) if hooks is not None else None
        if member is not None and any(is_ours(hook.data) for item in member.value.items for hook in _entries(host, item)):
            there.append(event)
    return there, [event for event in host.events if event not in there]


def _editor(host: Host, text: str) -> Editor:
    try:
        editor = Editor(text, with_comments=host.with_comments)
    except BadJson as fault:
        raise Refusal(f"{host.path} is not valid JSON ({fault}); correct it first") from None
    if editor.root.kind != "object":
        raise Refusal(f"{host.path} does not hold an object")
    hooks = editor.root.member(_HOOKS)
    if hooks is None:
        return editor
    if hooks.value.kind != "object":
        raise Refusal(f'"hooks" in {host.path} is no object')
    for event in host.events:
        member = hooks.value.member(event)
        if member is not None and member.value.kind != "array":
            raise Refusal(f'"hooks.{event}" in {host.path} is no array')
    return editor


def _hooks(editor: Editor) -> Value:
    member = editor.root.member(_HOOKS)
    assert member is not None, "the hooks are there"
    return member.value


def _entries(host: Host, item: Value) -> list[Value]:
    """The hooks that an item of an event's list has, or is."""
    if not host.is_grouped:
        return [item]
    inner = item.member(_HOOKS)
    return inner.value.items if inner is not None else []
