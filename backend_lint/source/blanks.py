"""Blanks between tokens, made once a file: libcst makes a node for each, which are two of five nodes of a module, and checks each anew."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import libcst as cst
from libcst import SimpleWhitespace


@contextmanager
def shared_blanks() -> Iterator[None]:
    """Inside, the parser makes one node for all blanks of the same text. Nodes cannot be changed, and what is lowered does not look at
    blanks, so nobody can tell; a parser that does not look its classes up by their names makes a node for each, as ever."""
    known: dict[str, SimpleWhitespace] = {}

    def blank(value: str) -> SimpleWhitespace:
        found = known.get(value)
        if found is None:
            found = known[value] = SimpleWhitespace(value)
        return found

    cst.SimpleWhitespace = blank  # type: ignore[assignment,misc]
    try:
        yield
    finally:
        cst.SimpleWhitespace = SimpleWhitespace  # type: ignore[misc]
