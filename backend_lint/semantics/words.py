"""Which texts hold a piece of text, found by way of the words in them: a project's files have far fewer different words than words.

    index = WordIndex(texts)
    index.holding(b"send(")  # the places in `texts` of those that hold it

The answers are those of `needle in text`; hundreds of such questions about all files of a project are asked in one check.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

# Everything but the characters of words is a blank; what is not ASCII is taken for part of a word.
_WORD = re.compile(rb"[0-9A-Za-z_\x80-\xff]+")
_BLANKS = bytes(code if _WORD.match(bytes((code,))) else 32 for code in range(256))


class WordIndex:
    """An index of some texts. `None` stands for a text that cannot be read and holds nothing."""

    def __init__(self, texts: Sequence[bytes | None]) -> None:
        self._texts = texts
        self._places: dict[bytes, list[int]] = {}
        for place, text in enumerate(texts):
            if text is not None:
                for word in set(text.translate(_BLANKS).split()):
                    known = self._places.get(word)
                    if known is None:
                        self._places[word] = [place]
                    else:
                        known.append(place)
        #: All words, between blanks: a search in it is one for all texts.
        self._words = b" ".join((b"", *self._places, b""))

    def holding(self, needle: bytes) -> set[int]:
        """The places of the texts that hold `needle`."""
        runs = _WORD.findall(needle)
        if not runs:
            return {place for place, text in enumerate(self._texts) if text is not None and needle in text}
        # A run of a needle's word characters stands inside one word of each text that holds the needle.
        longest = max(runs, key=len)
        found: set[int] = set()
        for word in self._containing(longest):
            found.update(self._places[word])
        if longest == needle:
            return found
        return {place for place in found if needle in (self._texts[place] or b"")}

    def _containing(self, piece: bytes) -> list[bytes]:
        """The words that hold a piece of a word."""
        words: list[bytes] = []
        at = self._words.find(piece)
        while at >= 0:
            start, end = self._words.rfind(b" ", 0, at) + 1, self._words.index(b" ", at)
            words.append(self._words[start:end])
            at = self._words.find(piece, end)
        return words
