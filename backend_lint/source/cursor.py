"""The cursor that gives the leaves of a tree their places, by going along the tokens while the tree is walked in source order."""

from __future__ import annotations

from collections.abc import Sequence
from operator import add


class Misaligned(Exception):
    """The next leaf of the tree is not the next token of the text: the tokeniser and the parser disagree about the text."""


# What a walk may pass by: it gives no node its place. Names, literals, brackets and all other keywords have to be met one by one.
_PASSED_BY = frozenset("+-*/%@&|^~<>=!,:;.") | {"->", "in", "is", "and", "or", "if", "else", "as", "from", "import", "for", "with"}


class Cursor:
    """Goes along the tokens `texts`, of which each stands at the offset in `starts`. `position` is the index of the next token.

    Since no leaf can be passed by, a walk that comes to its end has met each name, literal and bracket of the text once, at its own place.
    """

    __slots__ = ("_find", "ends", "position", "starts", "texts")

    def __init__(self, texts: Sequence[str], starts: Sequence[int]) -> None:
        # A last token that equals no leaf saves asking whether there is a next one.
        self.texts = [*texts, ""]
        self.starts = [*starts, starts[-1] + len(texts[-1]) if starts else 0]
        self.ends = list(map(add, self.starts, map(len, self.texts)))
        self.position = 0
        self._find = self.texts.index

    def leaf(self, text: str) -> int:
        """Go past the next token, which has to be `text`; its offset. Raises `Misaligned`."""
        position = self.position
        if self.texts[position] == text:
            self.position = position + 1
            return self.starts[position]
        try:
            index = self._find(text, position)
        except ValueError:
            raise Misaligned(text) from None
        if not _PASSED_BY.issuperset(self.texts[position:index]):
            raise Misaligned(text)
        self.position = index + 1
        return self.starts[index]

    @property
    def end(self) -> int:
        """The offset behind the last token passed."""
        return self.ends[self.position - 1] if self.position else 0

    def finish(self) -> None:
        """Raises `Misaligned` when there are leaves left."""
        if not _PASSED_BY.issuperset(self.texts[self.position : -1]):
            raise Misaligned(self.texts[self.position])
