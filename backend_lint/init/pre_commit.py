"""The hook in `.pre-commit-config.yaml` (https://pre-commit.com/#adding-pre-commit-plugins-to-your-project).

The file is edited as text: a YAML library would lose its comments, and none is needed to find the end of a list.
"""

from __future__ import annotations

import json
import re

from backend_lint.agents.settings import Refusal

PATH = ".pre-commit-config.yaml"

_HOOK = """\
- repo: local
  hooks:
    - id: backend-lint
      name: backend-lint (new findings only)
      entry: {entry}
      language: system
      pass_filenames: false
      always_run: true
      require_serial: true
"""

#: What YAML takes without quotes for certain; the quotes of JSON are YAML's as well.
_PLAIN = re.compile(r"[A-Za-z./~][\w./~ =+-]*")
_THERE = re.compile(r"^\s*(?:-\s+)?id:\s*['\"]?backend-lint(?:-files)?['\"]?\s*(?:#.*)?$", re.MULTILINE)
_REPOS = re.compile(r"^(['\"]?)repos\1\s*:\s*(\[\s*\])?\s*(?:#.*)?$")
_ITEM = re.compile(r"^(\s*)-(?:\s|$)")


def with_hook(text: str | None, command: str) -> str:
    """The text of the file with the hook at the end of its list; `text` is None when there is no file. Raises `Refusal`."""
    entry = f"{command} review --pre-commit"
    hook = _HOOK.format(entry=entry if _PLAIN.fullmatch(entry) else json.dumps(entry, ensure_ascii=False)).splitlines()
    if text is None or not text.strip():
        return "\n".join(["repos:", *(f"  {line}" for line in hook)]) + "\n"
    if _THERE.search(text):
        return text
    newline = "\r\n" if "\r\n" in text else "\n"
    lines = text.splitlines()
    start = next((index for index, line in enumerate(lines) if _REPOS.match(line)), None)
    if start is None:
        raise Refusal(f"{PATH} has no list `repos:` in block style")
    found = _REPOS.match(lines[start])
    if found is not None and found[2]:
        lines[start] = lines[start].replace(found[2], "", 1).rstrip()
    end, indentation = _end_of_list(lines, start + 1)
    return newline.join([*lines[:end], *(f"{indentation}{line}" for line in hook), *lines[end:]]) + newline


def _end_of_list(lines: list[str], start: int) -> tuple[int, str]:
    """Where the list that begins at a line ends, behind its last line that is not empty or a comment at the margin; and its indentation."""
    indentation, end = None, start
    for index in range(start, len(lines)):
        line = lines[index]
        if not line.strip() or line.startswith("#"):
            continue
        item = _ITEM.match(line)
        if indentation is None:
            if item is None:
                if not line.startswith((" ", "\t")):
                    break
                if line.lstrip().startswith("#"):
                    continue
                raise Refusal(f"{PATH}: `repos:` is no list in block style")
            indentation = item[1]
        elif not line.startswith((" ", "\t")) and not (item and not indentation):
            break
        end = index + 1
    return end, "  " if indentation is None else indentation
