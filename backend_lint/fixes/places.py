"""Where the nodes of a libcst tree stand in its text, as offsets.

`libcst.metadata.PositionProvider` says the same in lines and columns, and takes six times as long: it looks for line ends in each token.
"""

from __future__ import annotations

from typing import Any

import libcst as cst


class Places:
    """The code of `module`, and where its nodes stand in that.

    `spans` are the offsets of each node without the blanks and comments around it, as `PositionProvider` has them; `wholes` are those of
    the statements at the top with the lines before them that are theirs. `parents` has the node that each stands in.
    """

    def __init__(self, module: cst.Module) -> None:
        state = _State(module)
        # libcst types its own state, whose place this takes.
        untyped: Any = state
        module._codegen(untyped)
        self.code = "".join(state.tokens)
        self.spans = state.spans
        self.parents = state.parents
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
        self.parents: dict[cst.CSTNode, cst.CSTNode] = {}
        self._offset = 0
        self._indents: list[str] = []
        self._indent = ""
        #: The nodes that are being written, and where each begins.
        self._open: list[tuple[cst.CSTNode, int]] = []
        #: What is being written of nodes without the blanks around: the node, where it begins, and the parts that say so in its place.
        self._inner: list[tuple[cst.CSTNode, int, cst.CSTNode | None, cst.CSTNode | None]] = []

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
        if self._open:
            self.parents[node] = self._open[-1][0]
        self._open.append((node, self._offset))

    def after_codegen(self, node: cst.CSTNode) -> None:
        _, start = self._open.pop()
        if node not in self.spans:
            self.spans[node] = start, self._offset
        if len(self._open) == 1:
            self.wholes[node] = start, self._offset

    def record_syntactic_position(
        self, node: cst.CSTNode, *, start_node: cst.CSTNode | None = None, end_node: cst.CSTNode | None = None
    ) -> _State:
        self._inner.append((node, self._offset, start_node, end_node))
        return self

    def __enter__(self) -> None:
        pass

    def __exit__(self, *error: object) -> None:
        node, start, first, last = self._inner.pop()
        self.spans[node] = start if first is None else self.spans[first][0], self._offset if last is None else self.spans[last][1]
