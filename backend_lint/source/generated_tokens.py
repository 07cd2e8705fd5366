"""The tokens of a text as libcst writes them: slow, and right wherever libcst is.

For texts that the tokeniser takes apart in another way than the parser.
"""

from __future__ import annotations

from typing import Any

import libcst as cst

from backend_lint.source.cursor import Misaligned

_BLANK = " \t\f\r\n\\"
_OPERATORS = frozenset("+-*/%@&|^~<>=!,:;.")


class _State:
    """Takes libcst's place for generated code (`libcst._nodes.internal.CodegenState`), and keeps the pieces apart.

    A piece is a text and whether it is a token: the literal text of an f-string is none.
    """

    def __init__(self, module: cst.Module) -> None:
        self.default_indent = module.default_indent
        self.default_newline = module.default_newline
        self.provider = None
        self.pieces: list[tuple[str, bool]] = []
        self.tokens = self.pieces  # the module asks whether there are any
        self.is_literal = False

    def increase_indent(self, value: str) -> None:
        """Indentation is blank, and what is blank is of no concern here."""

    def decrease_indent(self) -> None:
        pass

    def add_indent_tokens(self) -> None:
        pass

    def pop_trailing_newline(self) -> None:
        pass

    def add_token(self, value: str) -> None:
        if value.strip(_BLANK):
            self.pieces.append((value, not self.is_literal))

    def before_codegen(self, node: cst.CSTNode) -> None:
        self.is_literal = type(node) in (cst.FormattedStringText, cst.TemplatedStringText)

    def after_codegen(self, node: cst.CSTNode) -> None:
        self.is_literal = False

    def record_syntactic_position(self, *nodes: Any, **more: Any) -> _State:
        return self

    def __enter__(self) -> None:
        pass

    def __exit__(self, *error: object) -> None:
        pass


def generated_tokens(module: cst.Module, text: str) -> tuple[list[str], list[int]]:
    """The tokens of `text`, which `module` was parsed from, and their offsets, as `Tokens` has them.

    Raises `Misaligned` when libcst would write another text.
    """
    state: Any = _State(module)
    module._codegen(state)
    texts: list[str] = []
    starts: list[int] = []
    position = 0
    for piece, is_token in state.pieces:
        # libcst drops some blanks, so the text is followed rather than the lengths added up.
        if is_token or not text.startswith(piece, position):
            piece = piece.strip(_BLANK) if is_token else piece
            while position < len(text) and text[position] in _BLANK:
                position += 1
        if not text.startswith(piece, position):
            raise Misaligned(piece)
        if is_token and not piece.startswith("#"):
            for part in piece if piece != "->" and _OPERATORS.issuperset(piece) else (piece,):
                texts.append(part)
                starts.append(position)
                position += len(part)
        else:
            position += len(piece)
    if text[position:].strip(_BLANK):
        raise Misaligned(text[position : position + 40])
    return texts, starts
