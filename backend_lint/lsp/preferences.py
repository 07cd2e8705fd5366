"""The settings that an editor sends, as `initializationOptions` or when they change.

They say which rules are on and how much is shown. They cannot name rule packs: an editor's settings may lie in the project's folder, and a
pack is code that runs. Packs are for the command that starts the server, and for the environment.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from backend_lint.engine.registry import nearest
from backend_lint.engine.selection import Choice
from backend_lint.engine.settings import CommandLine

#: Under which of these an editor may send the settings, which may also stand at the top.
_SECTIONS = ("backend-lint", "backendLint", "backend_lint")

_LISTS = {"select": "select", "extendSelect": "extend_select", "ignore": "ignore"}
_FLAGS = {"pedantic": "pedantic", "includeTests": "include_tests", "preview": "preview"}


def read(given: Any, line: CommandLine) -> tuple[CommandLine, list[str]]:
    """What an editor's settings make of the command line, and what is wrong with them. `given` is the JSON that it sent."""
    table = given
    if isinstance(given, dict):
        for section in _SECTIONS:
            if section in given:
                table = given[section]
    if table is None:
        return line, []
    if not isinstance(table, dict):
        return line, ["the editor's settings are no table"]
    faults: list[str] = []
    choice: dict[str, Any] = {}
    flags: dict[str, Any] = {}
    for key, value in table.items():
        if key in _LISTS:
            if isinstance(value, list) and all(isinstance(each, str) for each in value):
                choice[_LISTS[key]] = tuple(value)
            else:
                faults.append(f"the editor's setting {key}: expected a list of rules")
        elif key in _FLAGS:
            if isinstance(value, bool) or value is None:
                flags[_FLAGS[key]] = value
            else:
                faults.append(f"the editor's setting {key}: expected true or false")
        elif not isinstance(value, dict):
            # A table is the section of another server: some editors send the settings of all.
            near = nearest(key, (*_LISTS, *_FLAGS))
            faults.append(f"unknown setting of the editor: {key}" + (f"; did you mean {near}?" if near else ""))
    known = line.choice
    chosen = Choice(
        select=choice.get("select", known.select),
        extend_select=(*known.extend_select, *choice.get("extend_select", ())),
        ignore=(*known.ignore, *choice.get("ignore", ())),
    )
    return replace(line, choice=chosen, **{key: value for key, value in flags.items() if value is not None}), faults
