"""The hash of a line by which GitHub's code scanning knows a finding again.

GitHub's upload action works it out for each result that brings none, and warns of one that differs. A line is hashed with what follows it,
a hundred UTF-16 code units in all without blanks and tabs, as a polynomial in 37 modulo 2**64; the n-th line with the same hash ends in
`:n`. The file's end counts as the unit 65535, with zeros behind it. Source: `src/fingerprints.ts` of github/codeql-action.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterator
from itertools import accumulate, islice

_BLOCK = 100
_FACTOR = 37
_MASK = 2**64 - 1
_END_OF_FILE = 0xFFFF
_SHIFT = pow(_FACTOR, _BLOCK, 2**64)


def line_hashes(text: str, lines: int | None = None) -> list[str]:
    """The hashes of the first `lines` lines of a text, or of all, as `hexadecimal:ordinal`. The line after the last line end is one."""
    return list(islice(_hashes(text), lines))


def _hashes(text: str) -> Iterator[str]:
    folded = text.replace("\r\n", "\n").replace("\r", "\n").translate({ord(" "): None, ord("\t"): None})
    units = array("H")
    units.frombytes(folded.encode("utf-16-le" if array("H", [1]).tobytes()[0] else "utf-16-be", "surrogatepass"))
    units.append(_END_OF_FILE)
    starts = [0, *(index + 1 for index, unit in enumerate(units) if unit == 0x0A)]
    units.extend([0] * _BLOCK)
    upto = list(accumulate(units, lambda value, unit: (value * _FACTOR + unit) & _MASK, initial=0))
    seen: Counter[int] = Counter()
    for start in starts:
        value = (upto[start + _BLOCK] - upto[start] * _SHIFT) & _MASK
        seen[value] += 1
        yield f"{value:x}:{seen[value]}"
