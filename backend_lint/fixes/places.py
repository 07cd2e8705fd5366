"""Where the nodes of a libcst tree stand in its text, as offsets.

`libcst.metadata.PositionProvider` says the same in lines and columns, and takes six times as long: it looks for line ends in each token.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import libcst as cst


class Places:
    """The code of `module`, and where its nodes stand in that.

    `spans` are the offsets of each node without the blanks and comments around it, as `PositionProvider` has them; `wholes` are those of
    the statements at the top with the lines before them that are theirs.
    """

    def __init__(self, module: cst.Module) -> None:
        state = _State(module)
        # libcst types its own state, whose place this takes.
        untyped: Any = state
        module._codegen(untyped)
        self.code = "".join(state.tokens)
        self.spans = state.spans
        self.wholes = {node: state.wholes[node] for node in module.body}


class _State:
    """Takes libcst's place for generated code (`libcst._nodes.internal.CodegenState`), and counts characters."""

    def __init__(self, module: cst.Module) -> None:
        self.default_indent = module.default_indent
        self.default_newline = module.default_newline
        self.provider = None
        self.tokens: list[str] = []
        self.spans: dict[cst.CSTNode, tuple[int, int]] = {}
        self.wholes: dict[cst.CSTNode, tuple[int, int]] = {}
        self._offset = 0
        self._indents: list[str] = []
        self._indent = ""
        self._begun: list[int] = []

    def increase_indent(self, value: str) -> None:
        self._indents.append(value)
        self._indent = "".join(self._indents)

    def decrease_indent(self) -> None:
        self._indents.pop()
        self._indent = "".join(self._indents)

    def add_indent_tokens(self) -> None:
        if self._indent:
            self.add_token(self._indent)

    def add_token(self, value: str) -> None:
        self.tokens.append(value)
        self._offset += len(value)

    def pop_trailing_newline(self) -> None:
        if self.tokens:
            self._offset -= len(self.tokens.pop())

    def before_codegen(self, node: cst.CSTNode) -> None:
        self._begun.append(self._offset)

    def after_codegen(self, node: cst.CSTNode) -> None:
        span = self._begun.pop(), self._offset
        self.spans.setdefault(node, span)
        if len(self._begun) == 1:
            self.wholes[node] = span

    @contextmanager
    def record_syntactic_position(
        self, node: cst.CSTNode, *, start_node: cst.CSTNode | None = None, end_node: cst.CSTNode | None = None
    ) -> Iterator[None]:
        start = self._offset
        yield
        self.spans[node] = (
            start if start_node is None else self.spans[start_node][0],
            self._offset if end_node is None else self.spans[end_node][1],
        )
