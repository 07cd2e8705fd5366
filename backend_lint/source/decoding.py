"""Bytes of a Python file to text, the way the interpreter reads them (PEP 263)."""

from __future__ import annotations

import codecs
import re

# PEP 263: a comment of this form on the first or second line names the encoding, on the second only below an empty line or a comment.
_COOKIE = re.compile(rb"[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")
_BLANK = re.compile(rb"[ \t\f]*(?:#.*)?\Z")
_LINE_END = re.compile(rb"\r\n|\r|\n")
# Codecs that Python has but that are no text files' encodings: escapes make surrogates, and the domain-name codecs take quadratic time.
_REFUSED = frozenset({"idna", "mbcs", "oem", "punycode", "raw_unicode_escape", "undefined", "unicode_escape"})


class Undecodable(Exception):
    """`message` says why the bytes are no text, `line` and `column` (1-based, the column in bytes) where."""

    def __init__(self, message: str, line: int, column: int) -> None:
        super().__init__(message)
        self.message = message
        self.line = line
        self.column = column


def encoding_of(data: bytes) -> str:
    """The codec name that a file's first two lines or its byte order mark ask for: "utf-8-sig" with a mark, "utf-8" by default.

    Raises `Undecodable` when the encoding named is unknown, is no text encoding, or contradicts the mark.
    """
    marked = data.startswith(codecs.BOM_UTF8)
    rest = data[3:] if marked else data
    for number, line in enumerate(_first_lines(rest), 1):
        match = _COOKIE.match(line)
        if match is not None:
            return _checked(match[1].decode("latin-1"), marked, number, match.start(1) + 1)
        if _BLANK.match(line) is None:
            break
    return "utf-8-sig" if marked else "utf-8"


def decode(data: bytes) -> str:
    """The text of a Python file, without a byte order mark and with its own line ends. Raises `Undecodable`."""
    encoding = encoding_of(data)
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        line, column = _place(data, error.start)
        shown = "utf-8" if encoding == "utf-8-sig" else encoding
        raise Undecodable(f"not valid {shown}: byte 0x{data[error.start]:02x}", line, column) from None
    except (UnicodeError, ValueError) as error:
        raise Undecodable(f"not valid {encoding}: {error}", 1, 1) from None
    at = text.find("\0")
    if at >= 0:
        before = text[:at].encode("utf-8", "replace")
        line, column = _place(before, len(before))
        raise Undecodable("source contains a null byte", line, column)
    return text


def _first_lines(data: bytes) -> list[bytes]:
    lines: list[bytes] = []
    position = 0
    for match in _LINE_END.finditer(data):
        lines.append(data[position : match.start()])
        position = match.end()
        if len(lines) == 2:
            return lines
    lines.append(data[position:])
    return lines


def _checked(name: str, marked: bool, line: int, column: int) -> str:
    try:
        codec = codecs.lookup(name)
    except (LookupError, ValueError, UnicodeError):
        raise Undecodable(f"unknown encoding: {name}", line, column) from None
    found = codec.name.replace("-", "_")
    # `_is_text_encoding` is what bytes.decode itself asks; it is absent from codecs registered in the old way, which are text.
    if found in _REFUSED or not getattr(codec, "_is_text_encoding", True):
        raise Undecodable(f"unknown encoding: {name}", line, column)
    if marked:
        if found not in ("utf_8", "utf_8_sig"):
            raise Undecodable(f"the encoding {name} contradicts the byte order mark", line, column)
        return "utf-8-sig"
    return codec.name


def _place(data: bytes, offset: int) -> tuple[int, int]:
    line, start = 1, 0
    for match in _LINE_END.finditer(data, 0, offset):
        line += 1
        start = match.end()
    return line, offset - start + 1
