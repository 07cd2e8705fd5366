from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

Write = Callable[..., Path]


@pytest.fixture
def project(tmp_path: Path) -> Write:
    """Writes files: `project({"app/a.py": "x = 1"})` gives the folder that holds them; a path with a slash at its end is a folder."""

    def write(files: dict[str, str | bytes], folder: str = "project") -> Path:
        root = tmp_path / folder
        for path, content in files.items():
            file = root / path
            if path.endswith("/"):
                file.mkdir(parents=True, exist_ok=True)
                continue
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content if isinstance(content, bytes) else content.encode())
        root.mkdir(exist_ok=True)
        return root

    return write
