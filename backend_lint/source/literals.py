"""The values of string literals, from their source text (Python reference, 2.4.1)."""

from __future__ import annotations

import re
import unicodedata

_ESCAPE = re.compile(r"\\(?:\r\n|([0-7]{1,3})|x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|N\{([^{}]*)\}|([\s\S]))")
_BYTE_ESCAPE = re.compile(r"\\(?:\r\n|([0-7]{1,3})|x([0-9a-fA-F]{2})|([\s\S]))")
_SIMPLE = {
    "\n": "", "\r": "", "\\": "\\", "'": "'", '"': '"', "a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v",
}  # fmt: skip
_LINE_END = re.compile(r"\r\n?")
#: What stands for a character that is none: a lone surrogate can be neither printed nor stored.
_REPLACEMENT = "\ufffd"


def string_value(literal: str) -> str:
    """The text that a str literal stands for: quotes and prefix off, line ends as LF, escapes resolved."""
    prefix, body = _parts(literal)
    if "\r" in body:
        body = _LINE_END.sub("\n", body)
    if "\\" not in body or "r" in prefix:
        return body
    return _ESCAPE.sub(_character, body)


def bytes_value(literal: str) -> str:
    """The bytes that a bytes literal stands for, as latin-1 text."""
    prefix, body = _parts(literal)
    if "\r" in body:
        body = _LINE_END.sub("\n", body)
    if "\\" not in body or "r" in prefix:
        return body
    return _BYTE_ESCAPE.sub(_byte, body)


def format_text(text: str, is_raw: bool, is_format: bool) -> str:
    """What a literal part of an f-string stands for; `is_format` tells a field's format text, in which a doubled brace has no meaning."""
    if "\r" in text:
        text = _LINE_END.sub("\n", text)
    if not is_format:
        text = text.replace("{{", "{").replace("}}", "}")
    return text if is_raw or "\\" not in text else _ESCAPE.sub(_character, text)


def _parts(literal: str) -> tuple[str, str]:
    body = literal.lstrip("rRbBuUfFtT")
    prefix = literal[: len(literal) - len(body)].lower()
    width = 3 if body[:3] in ("'''", '"""') and len(body) >= 6 else 1
    return prefix, body[width:-width]


def _character(match: re.Match[str]) -> str:
    octal, byte, short, long, name, simple = match.groups()
    if simple is not None:
        return _SIMPLE.get(simple, match[0])
    if octal is not None:
        return chr(int(octal, 8))
    if name is not None:
        try:
            return unicodedata.lookup(name)
        except KeyError:
            return _REPLACEMENT
    digits = byte or short or long
    if digits is None:
        return ""
    code = int(digits, 16)
    return _REPLACEMENT if 0xD800 <= code <= 0xDFFF or code > 0x10FFFF else chr(code)


def _byte(match: re.Match[str]) -> str:
    octal, byte, simple = match.groups()
    if simple is not None:
        return _SIMPLE.get(simple, match[0])
    if octal is not None:
        return chr(int(octal, 8) & 0xFF)
    return "" if byte is None else chr(int(byte, 16))
