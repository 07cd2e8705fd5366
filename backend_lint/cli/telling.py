"""What the subcommands that check code share to tell of it: paths, sources, and what went wrong."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from backend_lint.engine.result import Problem


def shown(path: str, root: Path, current: Path) -> str:
    """A path of a result as the user wants to see it: relative to the current folder where it lies below, else to the project root."""
    try:
        return (root / path).relative_to(current).as_posix()
    except ValueError:
        return path


def decoded(data: bytes) -> str:
    """The text of a Python file, in the encoding it declares (PEP 263). Raises ValueError."""
    from backend_lint.source.decoding import Undecodable, decode

    try:
        return decode(data)
    except Undecodable as fault:
        raise ValueError(fault.message) from None


def tell_problems(problems: Sequence[Problem], display: Callable[[str], str], *, with_details: bool) -> None:
    """Name what went wrong on standard error, once for all the files in which the same went wrong."""
    from backend_lint.cli.terminal import say

    alike: dict[str, list[Problem]] = {}
    for problem in problems:
        alike.setdefault(problem.message, []).append(problem)
    for message, (first, *others) in alike.items():
        place = f"{display(first.path)}: " if first.path else ""
        more = f" (and in {len(others)} other {'file' if len(others) == 1 else 'files'})" if others else ""
        say(f"error: {place}{message}{more}")
        if with_details and first.detail:
            print(first.detail, file=sys.stderr)
    if not with_details and any(problem.detail for problem in problems):
        say("for the text that a bug report needs, run the same command with --traceback")
