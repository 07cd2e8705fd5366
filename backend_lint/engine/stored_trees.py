"""Trees as bytes and back, for the cache."""

from __future__ import annotations

import zlib

import msgspec

from backend_lint.source.decoding import Undecodable, decode
from backend_lint.source.faults import SyntaxFault
from backend_lint.source.nodes import Comment, Stmt, Tree


class _Tree(msgspec.Struct, array_like=True, tag="tree"):
    """A tree without what the file's own bytes say."""

    body: list[Stmt]
    comments: list[Comment]
    line_starts: list[int]


class _Fault(msgspec.Struct, array_like=True, tag="fault"):
    """Why there is no tree."""

    message: str
    line: int
    column: int


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(_Tree | _Fault)


def encoded(found: Tree | SyntaxFault) -> bytes | None:
    """The bytes of a tree, or of why there is none; None for what nests so deeply that it could not be read back."""
    if isinstance(found, SyntaxFault):
        plain: _Tree | _Fault = _Fault(found.message, found.line, found.column)
    else:
        plain = _Tree(found.body, found.comments, found.line_starts)
    try:
        return zlib.compress(_encoder.encode(plain), 1)
    except (RecursionError, msgspec.MsgspecError, UnicodeError):
        return None


def made(path: str, data: bytes) -> bytes | None:
    """The bytes of the tree of a file that holds `data`, or of why there is none; None for what cannot be kept."""
    from backend_lint.source.parse import parse

    try:
        return encoded(parse(path, data))
    except SyntaxFault as fault:
        # How deep is too deep may depend on who asked.
        return None if isinstance(fault.__context__, RecursionError) else encoded(fault)


def decoded(path: str, data: bytes, stored: bytes) -> Tree | SyntaxFault | None:
    """What `encoded` was given, for the file `path` that holds `data`; None when `stored` says nothing that can be used."""
    try:
        plain = _decoder.decode(zlib.decompress(stored))
        if isinstance(plain, _Fault):
            return SyntaxFault(path, plain.message, plain.line, plain.column)
        return Tree(path, decode(data), plain.body, plain.comments, plain.line_starts)
    except (zlib.error, msgspec.MsgspecError, RecursionError, Undecodable):
        return None
