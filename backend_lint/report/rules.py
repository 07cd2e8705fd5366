"""The documentation of rules, made from their docstrings: for a terminal, as markdown, as JSON."""

from __future__ import annotations

from collections.abc import Sequence

from backend_lint.report.output import Output
from backend_lint.rule import Rule


def render_rule(rule: type[Rule], output: Output, *, format: str = "text") -> None:  # noqa: A002 - the option's own name
    """Write one rule's documentation; `format` is "text", "markdown" or "json"."""
    raise NotImplementedError


def render_table(rules: Sequence[type[Rule]], output: Output, *, format: str = "text") -> None:  # noqa: A002 - the option's own name
    """Write a table of rules: code, name, family, severity, summary; `format` is "text", "markdown" or "json"."""
    raise NotImplementedError
