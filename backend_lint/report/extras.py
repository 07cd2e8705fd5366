"""What a report needs that is not installed with the tool itself."""

from __future__ import annotations


class MissingExtra(Exception):
    """A format needs a library that is not installed; `args[0]` says which extra brings it."""
