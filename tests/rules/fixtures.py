"""Fixture files: real-looking code with the expected finding marked on its line.

A fixture is `tests/fixtures/<code>/<name>.py`. It may hold several files of one small project, each begun by a line `# ---
path/to/file.py`; without such a line it is `app.py`. A trailing `# expect: BL301` marks a line on which that rule must report (`# expect:
BL301 note` a note, `# expect: BL301, BL302` several); every other line must stay silent for the rule whose folder the fixture is in.
A fixture whose name begins with `quiet` expects nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

FOLDER = Path(__file__).parent.parent / "fixtures"
_FILE = re.compile(r"^# --- (\S+)\s*$")
_EXPECT = re.compile(r"#\s*expect:\s*([^#\n]+)$")


@dataclass
class Fixture:
    """One fixture: the rule's code, the virtual files, and what is expected as (path, 1-based line, code, is note)."""

    code: str
    name: str
    files: dict[str, str]
    expected: set[tuple[str, int, str, bool]] = field(default_factory=set)

    @property
    def is_quiet(self) -> bool:
        return self.name.startswith("quiet")


def split(text: str) -> dict[str, str]:
    """The virtual files of a fixture's text; line numbers count from each file's own start."""
    files: dict[str, list[str]] = {}
    current: list[str] | None = None
    for line in text.splitlines(keepends=True):
        match = _FILE.match(line)
        if match:
            current = files.setdefault(match[1], [])
        else:
            if current is None:
                current = files.setdefault("app.py", [])
            current.append(line)
    return {path: "".join(lines) for path, lines in files.items() if "".join(lines).strip() or path != "app.py"}


def expectations(files: dict[str, str]) -> set[tuple[str, int, str, bool]]:
    """What the markers of some files ask for."""
    found = set()
    for path, text in files.items():
        for number, line in enumerate(text.splitlines(), 1):
            match = _EXPECT.search(line)
            if match:
                for part in match[1].split(","):
                    words = part.split()
                    found.add((path, number, words[0], words[1:] == ["note"]))
    return found


def load(path: Path) -> Fixture:
    files = split(path.read_text(encoding="utf-8"))
    return Fixture(path.parent.name, path.stem, files, expectations(files))


def fixtures() -> Iterator[Fixture]:
    for path in sorted(FOLDER.glob("BL*/*.py")):
        yield load(path)
