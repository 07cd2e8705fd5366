"""Fixture files: real-looking code with the expected finding marked on its line.

A fixture is `tests/fixtures/<code>/<name>.py`. It may hold several files of one small project, each begun by a line `# ---
path/to/file.py`; without such a line it is `app.py`. A trailing `# expect: BL301` marks a line on which that rule must report (`# expect:
BL301 note` a note, `# expect: BL301, BL302` several); every other line must stay silent for the rule whose folder the fixture is in.
A fixture whose name begins with `quiet` expects nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from backend_lint.testing import Expectation, expectations, split

__all__ = ["FOLDER", "Fixture", "fixtures", "load", "split"]

FOLDER = Path(__file__).parent.parent / "fixtures"


@dataclass
class Fixture:
    """One fixture: the rule's code, the virtual files, and what is expected."""

    code: str
    name: str
    files: dict[str, str]
    expected: set[Expectation] = field(default_factory=set)

    @property
    def is_quiet(self) -> bool:
        return self.name.startswith("quiet")


def load(path: Path) -> Fixture:
    files = split(path.read_text(encoding="utf-8"))
    return Fixture(path.parent.name, path.stem, files, expectations(files))


def fixtures() -> Iterator[Fixture]:
    for path in sorted(FOLDER.glob("BL*/*.py")):
        yield load(path)
