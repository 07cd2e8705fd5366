"""The json report."""

from __future__ import annotations

from backend_lint.engine.result import Result
from backend_lint.report.output import Output


def render(result: Result, output: Output) -> None:
    """Write `result` to `output`."""
    raise NotImplementedError
