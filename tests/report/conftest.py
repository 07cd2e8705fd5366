from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from backend_lint.engine.result import Result
from backend_lint.findings.model import Finding
from backend_lint.report import Output, render
from tests.report.samples import MAIL, ORDERS, Report


@pytest.fixture
def files() -> dict[str, str]:
    return {"app/orders.py": ORDERS, "app/mail.py": MAIL}


@pytest.fixture
def report(files: dict[str, str]) -> Report:
    """Renders findings; keywords of `Output` and `Result` are passed on."""

    def make(format_: str, *findings: Finding, **options: Any) -> str:
        written: list[str] = []

        def read(path: str) -> str:
            if path not in files:
                raise FileNotFoundError(path)
            return files[path]

        of_result = {
            key: options.pop(key)
            for key in ("files", "suppressed", "notes_hidden", "problems", "hidden", "directives", "baselined")
            if key in options
        }
        result = Result(root=Path("/project"), findings=list(findings), **{"files": 3, **of_result})
        output = Output(**{"write": written.append, "read": read, **options})
        if callable(format_):
            format_(result, output)
        else:
            render(format_, result, output)
        return "".join(written)

    return make
