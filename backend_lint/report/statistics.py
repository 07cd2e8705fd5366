"""The table of `--statistics`: how many findings of which rule, family and file."""

from __future__ import annotations

from backend_lint.engine.result import Result
from backend_lint.report.output import Output


def render(result: Result, output: Output, *, files: int = 10) -> None:
    """Write the counts by rule, by family and for the `files` files with the most findings."""
    raise NotImplementedError
