"""The labels of request data and questions about them.

Labels have one of four kinds: RAW (nobody has looked at it), PRESENT (only its presence was checked), TEXT (of the declared type, but still
whatever text the client likes) and MODEL (an object that a schema made). A label's detail is a `request_data.Datum`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from backend_lint.frameworks.input_guards import BAD_VALUE, MISSING_KEY, NOT_A_TEXT
from backend_lint.frameworks.request_data import OPTIONAL, SOFT, datum_of
from backend_lint.semantics.labels import PARAMETER

if TYPE_CHECKING:
    from backend_lint.semantics.labels import Label, Labels

RAW, PRESENT, TEXT, MODEL = "raw", "present", "text", "model"
_UNCHECKED = frozenset({RAW, PRESENT, PARAMETER})
#: Events for which it does not matter that a schema has seen the value, only that the client chooses the text.
INJECTIONS = frozenset({"sql", "path", "command", "code", "url"})
#: Events that are failures, with the exceptions that they raise.
FAILURES = {"index": MISSING_KEY, "convert": BAD_VALUE, "deref": NOT_A_TEXT}


def unchecked(labels: Labels) -> Labels:
    """Those that no schema has seen."""
    return frozenset(label for label in labels if label.kind in _UNCHECKED)


def texts(labels: Labels) -> Labels:
    """Those of text: neither objects that a schema made nor the contents of files."""
    return frozenset(label for label in labels if label.kind != MODEL and not is_file(label))


def elements(labels: Labels) -> Labels:
    """Those of single values, as against a whole body or form."""
    return frozenset(label for label in labels if label.kind == PARAMETER or not datum_of(label.detail).is_whole)


def hold_whole(labels: Labels) -> bool:
    """Whether a value may be all that the client has sent, or any of it."""
    return any(label.kind != PARAMETER and datum_of(label.detail).key in ("", "*") for label in labels) or all(
        label.kind == PARAMETER for label in labels
    )


def optional(labels: Labels) -> Labels:
    """Those of raw elements that may be None."""
    return frozenset(
        label for label in labels if label.kind == RAW and OPTIONAL in datum_of(label.detail).flags and datum_of(label.detail).key
    )


def is_file(label: Label) -> bool:
    """Whether it is of an uploaded file itself."""
    return label.kind in (RAW, PRESENT) and datum_of(label.detail).source == "file"


def is_hard(label: Label) -> bool:
    """Whether taking a missing key out of it is the handler's own failure."""
    datum = datum_of(label.detail)
    return label.kind == RAW and SOFT not in datum.flags and (datum.is_whole or datum.source == "body") and datum.source != "path"


def known_to_be_there(labels: Labels, *, is_required: bool) -> Labels:
    """The same labels, known not to be None; `is_required` when absence was answered."""
    return frozenset(
        label.turned(PRESENT if is_required else label.kind, datum_of(label.detail).given().text) if label.kind in (RAW, PRESENT) else label
        for label in labels
    )
