"""Where libcst's own position provider says the nodes are, for comparison with where the lowered tree says they are."""

from __future__ import annotations

from collections import Counter
from typing import Any

import libcst as cst
from libcst.metadata import CodeRange, MetadataWrapper, PositionProvider, WhitespaceInclusivePositionProvider

from backend_lint.source import nodes as n

Places = Counter[tuple[str, int, int]]

_EXPRESSIONS: dict[type, str] = {
    cst.Name: "Name", cst.Attribute: "Attribute", cst.Call: "Call", cst.Subscript: "Subscript", cst.UnaryOperation: "UnaryOp",
    cst.Comparison: "Compare", cst.Lambda: "Lambda", cst.Await: "Await", cst.IfExp: "IfExp", cst.List: "List", cst.Dict: "Dict",
    cst.Set: "Set", cst.ListComp: "Comp", cst.SetComp: "Comp", cst.DictComp: "Comp", cst.GeneratorExp: "Comp", cst.Integer: "Constant",
    cst.Float: "Constant", cst.Imaginary: "Constant", cst.Ellipsis: "Constant", cst.NamedExpr: "NamedExpr", cst.Yield: "Yield",
    cst.StarredElement: "Starred", cst.Slice: "Slice", cst.SimpleString: "Constant", cst.FormattedString: "FString",
    cst.TemplatedString: "FString", cst.ConcatenatedString: "Constant", cst.FormattedStringText: "Constant",
    cst.TemplatedStringText: "Constant",
    cst.FormattedStringExpression: "Field", cst.TemplatedStringExpression: "Field", cst.Tuple: "Tuple",
}  # fmt: skip
_STATEMENTS: dict[type, str] = {
    cst.Return: "Return", cst.Raise: "Raise", cst.Assert: "Assert", cst.Pass: "Pass", cst.Break: "Break", cst.Continue: "Continue",
    cst.Assign: "Assign", cst.AugAssign: "AugAssign", cst.AnnAssign: "AnnAssign", cst.Import: "Import", cst.ImportFrom: "ImportFrom",
    cst.Global: "Global", cst.Nonlocal: "Nonlocal", cst.Del: "Delete", cst.Expr: "ExprStmt", cst.If: "If", cst.For: "For",
    cst.While: "While", cst.With: "With", cst.Try: "Try", cst.TryStar: "Try", cst.Match: "Match", cst.TypeAlias: "TypeAlias_",
}  # fmt: skip
_COMPOUND = {"If", "For", "While", "With", "Try", "Match"}
_SINGLETONS = {"True", "False", "None"}


class _Collector(cst.CSTVisitor):
    """Counts the nodes at their places, in the lowered tree's terms: names that are no `Name` there are left out."""

    METADATA_DEPENDENCIES = (PositionProvider, WhitespaceInclusivePositionProvider)

    def __init__(self, line_starts: list[int]) -> None:
        super().__init__()
        self.line_starts = line_starts
        self.places: Places = Counter()
        self.left_out: set[int] = set()
        self.inside_concatenation: set[int] = set()

    def add(self, kind: str, node: cst.CSTNode, provider: Any = PositionProvider) -> None:
        place = self.get_metadata(provider, node)
        assert isinstance(place, CodeRange)
        start = self.line_starts[place.start.line - 1] + place.start.column
        end = self.line_starts[place.end.line - 1] + place.end.column
        self.places[kind, start, end] += 1

    def leave_out(self, *nodes: cst.CSTNode | None) -> None:
        self.left_out.update(id(node) for node in nodes if node is not None)

    def on_visit(self, node: cst.CSTNode) -> bool:
        kind = type(node)
        if id(node) in self.left_out:
            return False
        if isinstance(node, cst.FunctionDef):
            self.add("def", node.name)
            self.leave_out(node.name)
        elif isinstance(node, cst.ClassDef):
            self.add("class", node.name)
            self.leave_out(node.name)
        elif isinstance(node, cst.Param):
            self.add("Parameter name", node.name)
            self.leave_out(node.name)
        elif isinstance(node, cst.Index) and node.star:
            self.add("Starred", node)
        elif isinstance(node, cst.Arg):
            self.leave_out(node.keyword)
        elif isinstance(node, cst.TypeParameters):
            return False
        elif isinstance(node, (cst.MatchAs, cst.MatchStar)):
            self.leave_out(node.name)
        elif isinstance(node, cst.MatchMapping):
            self.leave_out(node.rest)
        elif isinstance(node, cst.MatchKeywordElement):
            self.leave_out(node.key)
        elif isinstance(node, cst.MatchSingleton):
            self.add("Constant", node.value)
            return False
        elif isinstance(node, (cst.ExceptHandler, cst.ExceptStarHandler, cst.TypeAlias)):
            self.leave_out(node.name)
        if kind in _STATEMENTS:
            self.add(_STATEMENTS[kind], node)
            return not isinstance(node, (cst.Import, cst.ImportFrom, cst.Global, cst.Nonlocal))
        if kind not in _EXPRESSIONS:
            return True
        name = _EXPRESSIONS[kind]
        if isinstance(node, cst.Attribute):
            self.leave_out(node.attr)
        elif isinstance(node, cst.Name) and node.value in _SINGLETONS:
            name = "Constant"
        elif isinstance(node, cst.Yield) and isinstance(node.value, cst.From):
            name = "YieldFrom"
        elif isinstance(node, cst.ConcatenatedString):
            return self._concatenation(node)
        elif isinstance(node, cst.Tuple) and not node.lpar:
            return True
        self.add(name, node, WhitespaceInclusivePositionProvider if getattr(node, "lpar", ()) else PositionProvider)
        return True

    def _concatenation(self, node: cst.ConcatenatedString) -> bool:
        pieces: list[cst.CSTNode] = []
        current: Any = node
        while isinstance(current, cst.ConcatenatedString):
            pieces.append(current.left)
            current = current.right
        pieces.append(current)
        provider = WhitespaceInclusivePositionProvider if node.lpar else PositionProvider
        if all(isinstance(piece, cst.SimpleString) for piece in pieces):
            self.add("Constant", node, provider)
            return False
        self.add("FString", node, provider)
        for piece in pieces:
            if isinstance(piece, cst.SimpleString):
                self.add("Constant", piece)
            else:
                for part in piece.parts:  # type: ignore[attr-defined]  # what is no simple string is a formatted one
                    part.visit(self)
        return False


def reference_places(module: cst.Module, line_starts: list[int]) -> Places:
    """The places of a parsed module's nodes."""
    collector = _Collector(line_starts)
    MetadataWrapper(module, unsafe_skip_copy=True).visit(collector)
    return collector.places


def lowered_places(tree: n.Tree) -> Places:
    """The places of a lowered tree's nodes, of the kinds that libcst has too."""
    kinds = set(_EXPRESSIONS.values()) | set(_STATEMENTS.values()) | {"YieldFrom"}
    places: Places = Counter()
    for node in n.walk(tree.body):
        kind = type(node).__name__
        if isinstance(node, n.FunctionDef):
            places["def", node.name_start, node.name_end] += 1
        elif isinstance(node, n.ClassDef):
            places["class", node.name_start, node.name_end] += 1
        elif isinstance(node, n.Parameter):
            places["Parameter name", node.start, node.start + len(node.name)] += 1
        elif isinstance(node, n.Tuple) and not _is_bracketed(node):
            continue
        elif kind in kinds:
            places[kind, node.start, node.end] += 1
    return places


def _is_bracketed(node: n.Tuple) -> bool:
    return not node.elts or node.start < node.elts[0].start
