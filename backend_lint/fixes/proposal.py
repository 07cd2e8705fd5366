"""What a rule proposes to change, and what comes of it. Made for each finding of each run: nothing here imports libcst."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Literal

import msgspec

if TYPE_CHECKING:
    from backend_lint.fixes.editing import Editing

#: "safe": what the program does when all goes well stays as it is; "unsafe": it may change, so somebody has to look.
Safety = Literal["safe", "unsafe"]


class NotFixable(Exception):
    """A proposal cannot be carried out in this text; `args[0]` says why, for the user."""


class Proposal(msgspec.Struct, frozen=True):
    """A change that would do away with a finding: in the imperative ("add `timeout=10`"), how safe it is, and what carries it out.

    `make` is given the file under change, and raises `NotFixable` where it finds that the change is none that everybody would make.
    """

    title: str
    safety: Safety
    make: Callable[[Editing], None]


class Edit(msgspec.Struct, frozen=True, order=True):
    """Put `replacement` in place of the characters `start` to `end` (exclusive) of the decoded text."""

    start: int
    end: int
    replacement: str


class Fix(msgspec.Struct, frozen=True):
    """A change of one file's text that does away with the finding that has this `fingerprint`. `edits` are sorted and do not overlap."""

    title: str
    safety: Safety
    edits: tuple[Edit, ...]
    fingerprint: str


def apply(text: str, edits: tuple[Edit, ...] | list[Edit]) -> str:
    """The text after some edits, which do not overlap."""
    parts: list[str] = []
    position = 0
    for edit in sorted(edits):
        parts += text[position : edit.start], edit.replacement
        position = edit.end
    return "".join([*parts, text[position:]])
