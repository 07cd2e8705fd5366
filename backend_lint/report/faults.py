"""What is wrong in a configuration, with the line it is about."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from backend_lint.report.excerpt import lay_out
from backend_lint.report.plain import visible

if TYPE_CHECKING:
    from backend_lint.engine.settings import ConfigurationFault


def lines(fault: ConfigurationFault, width: int) -> Iterator[str]:
    """The lines that tell all faults, each with the line of the file and carets below what is wrong there where that is known."""
    for message, place in zip(fault.messages, fault.positions, strict=True):
        yield f"backend-lint: error: {visible(message)}"
        if place is not None:
            number = str(place.line)
            margin = " " * len(number)
            shown = lay_out(place.text, place.start - 1, place.end - 1, max(20, width - len(number) - 3))
            yield f"{margin} |"
            yield f"{number} | {shown.text}"
            yield f"{margin} | {' ' * shown.start}{'^' * (shown.end - shown.start)}"
