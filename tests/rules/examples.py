"""The examples in the rules' documentation as small projects.

An example is a part of a file: what it imports and calls is left to the reader. `cases/surroundings/<framework>.py` holds it, in the
layout of fixtures; the example stands at the end of the last file. Where its first comment names a file, or settings, it stands at the end
of that one, or in a new one below the same imports.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from backend_lint.engine.entries import RuleEntry
from backend_lint.report.documentation import EXAMPLE, INSTEAD, blocks, documentation, frameworks
from tests.rules.fixtures import split

FOLDER = Path(__file__).parent / "cases" / "surroundings"
_PATH = re.compile(r"\w+/[\w/]+\.py\b")
_SETTINGS = re.compile(r"\bsettings(?:\.py)?$")


class Example(NamedTuple):
    """A code block of a rule's documentation: the rule, the section and the framework, its number among those, and its text."""

    code: str
    section: str
    framework: str
    number: int
    text: str

    @property
    def is_bad(self) -> bool:
        return self.section == EXAMPLE

    @property
    def name(self) -> str:
        return f"{self.code}-{'bad' if self.is_bad else 'good'}-{self.framework}-{self.number}"

    def project(self) -> tuple[dict[str, str], str, int]:
        """The files of the project, the path of the one with the example, and the line before its first."""
        files = split((FOLDER / f"{self.framework}.py").read_text(encoding="utf-8"))
        path = usual = list(files)[-1]
        first = self.text.partition("\n")[0]
        if named := _PATH.search(first):
            path = named[0]
        elif _SETTINGS.search(first):
            path = next(path for path in files if path.endswith("/settings.py"))
        head = files.get(path, files[usual])
        if self.code == "BL700":
            # It counts: what the example shows is a whole project of such functions.
            alike = {f"{path.rpartition('/')[0]}/z{number}.py": self.text for number in range(30)} if self.is_bad else {}
            return {path: f"{self.text}\n", **alike}, path, 0
        return {**files, path: f"{head}\n{self.text}\n"}, path, head.count("\n") + 1


def examples(rule: RuleEntry) -> Iterator[Example]:
    """The examples of a rule, bad and good ones."""
    told = documentation(rule)
    for section in (EXAMPLE, INSTEAD):
        counts: dict[str, int] = {}
        for block in blocks(told.section(section)):
            if block.language == "python":
                (framework,) = frameworks(f"```python\n{block.text}\n```")
                counts[framework] = counts.get(framework, 0) + 1
                yield Example(rule.code, section, framework, counts[framework], block.text)
