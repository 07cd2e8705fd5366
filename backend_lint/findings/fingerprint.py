"""The identity of a finding across edits.

A fingerprint is a hash of what a reviewer means by "the same finding": rule, file, enclosing function, the statement's text, and a number
that tells equal ones apart. Lines and columns are no part of it, so that inserting or removing lines elsewhere, reindenting, reformatting
or moving the function within its file leaves it as it is. The message is none either: it may be reworded between versions.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable

import msgspec

from backend_lint.findings.model import Finding

#: Longer statements (a settings dictionary, a table of rows) would change their findings' identity with every edit inside them.
STATEMENT_LIMIT = 400

_BLANKS = re.compile(r"\s+")
_LOOSE = re.compile(r" ?([()\[\]{},:=.+\-*/%|&<>@;]) ?")
_TRAILING_COMMA = re.compile(r",([)\]}])")


def normalise(text: str) -> str:
    """`text` of a statement as a formatter cannot change it: blanks folded, none around punctuation, one kind of quotes, no comma before a
    closing bracket. Comments are the caller's to leave out. The result is for hashing and comparing, not for reading."""
    folded = _BLANKS.sub(" ", text.replace("\\\n", " ").replace("\\\r\n", " ")).strip()
    return _TRAILING_COMMA.sub(r"\1", _LOOSE.sub(r"\1", folded.replace("'", '"')))


def assign(findings: Iterable[Finding]) -> list[Finding]:
    """The findings, in the given order, each with its `fingerprint`: 20 hexadecimal digits.

    `Finding.statement` is read as `normalise` made it. Equal findings are numbered by position, so give all findings of a file at once, and
    before any are hidden by severity or by a comment: otherwise hiding one renumbers the next.
    """
    listed = list(findings)
    equal: dict[tuple[str, str, str, str], list[int]] = defaultdict(list)
    for index, finding in enumerate(listed):
        equal[finding.rule, finding.path, finding.function or "", finding.statement].append(index)
    result = list(listed)
    for key, indices in equal.items():
        indices.sort(key=lambda index: place(listed[index]))
        for ordinal, index in enumerate(indices):
            result[index] = msgspec.structs.replace(listed[index], fingerprint=digest(*key, str(ordinal)))
    return result


def place(finding: Finding) -> tuple[int, int, int, int, str]:
    """What equal findings of a file are numbered by."""
    return finding.line, finding.column, finding.end_line, finding.end_column, finding.message


def digest(*parts: str, size: int = 10) -> str:
    """The hash of a list of texts, twice as many hexadecimal digits as its size in bytes. Each part goes in with its length, so that no two
    lists of parts are one text. Lone surrogates come from undecodable bytes."""
    state = hashlib.blake2b(digest_size=size)
    for part in parts:
        data = part.encode("utf-8", "surrogatepass")
        state.update(b"%d:" % len(data))
        state.update(data)
    return state.hexdigest()
