from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path

import pytest

from backend_lint.engine.check import Request
from backend_lint.insight.opening import Opened, opened

Open = Callable[[Mapping[str, str], str], Opened]


@pytest.fixture
def open_file(tmp_path: Path) -> Iterator[Open]:
    """Writes the files of a project and opens it with one of them as its target."""
    with ExitStack() as stack:

        def make(files: Mapping[str, str], path: str) -> Opened:
            (tmp_path / ".git").mkdir(exist_ok=True)
            for name, text in files.items():
                file = tmp_path / name
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(text, encoding="utf-8")
            (found,) = stack.enter_context(opened([tmp_path / path], Request(current=tmp_path)))
            return found

        yield make
