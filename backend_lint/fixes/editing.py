"""One file under change: its libcst tree, found by the places that analyses know, and the edits that changes of it come to."""

from __future__ import annotations

import difflib
from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import libcst as cst

from backend_lint.fixes.imports import add_below, add_import
from backend_lint.fixes.places import Places
from backend_lint.fixes.proposal import Edit, NotFixable
from backend_lint.source import nodes as n

if TYPE_CHECKING:
    from backend_lint.source.nodes import Tree

_Node = TypeVar("_Node", bound=cst.CSTNode)

#: What a change makes of a node: another node, several, or none.
Changed = Any
Change = Callable[[Any], Changed]


class Editing:
    """The text of `tree` under change. Changes are registered node by node and made all at once by `edits`.

    Raises `NotFixable` where libcst does not read the text as it is written.
    """

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        try:
            module = cst.parse_module(tree.text)
        except (cst.ParserSyntaxError, RecursionError) as fault:
            raise NotFixable("the file cannot be read by the parser that keeps its format") from fault
        places = Places(module)
        if places.code != tree.text:
            raise NotFixable("the file would be formatted anew")
        self.module = module
        self._spans = places.spans
        self._wholes = places.wholes
        self._parents = places.parents
        self._by_start: dict[int, list[cst.CSTNode]] = {}
        for node, (start, _) in self._spans.items():
            self._by_start.setdefault(start, []).append(node)
        self._starts = sorted(self._by_start)
        self.restart()

    def restart(self) -> None:
        """Forget the changes registered so far: what follows is another fix of the same text."""
        self._changes: dict[cst.CSTNode, list[Change]] = {}
        self._imports: list[tuple[str, str | None]] = []
        self._added: list[str] = []

    # --- finding nodes

    @property
    def nodes(self) -> Iterable[cst.CSTNode]:
        """All nodes of the tree that have a place in the text."""
        return self._spans

    def span(self, node: cst.CSTNode) -> tuple[int, int]:
        """The offsets of a node of the tree, its brackets left out."""
        return self._spans[node]

    def find(self, node: n.Node, *kinds: type[_Node]) -> _Node:
        """The largest node of these kinds inside the span of an analysis's node, the first of equals. Raises `NotFixable` for none."""
        best: _Node | None = None
        size = -1
        for start in self._starts[max(0, bisect_right(self._starts, node.start - 1)) :]:
            if start >= node.end:
                break
            for found in self._by_start[start]:
                end = self._spans[found][1]
                if isinstance(found, kinds) and end <= node.end and end - start > size:
                    best, size = found, end - start
        if best is None:
            raise NotFixable("the place is written in a way that the fix does not know")
        return best

    def expression_at(self, node: n.Node) -> cst.BaseExpression:
        """The expression that an analysis's node spans."""
        kinds: tuple[type[Any], ...] = (cst.BaseExpression,)
        found: cst.BaseExpression = self.find(node, *kinds)
        return found

    def function(self, node: n.FunctionDef) -> cst.FunctionDef:
        """The definition whose name stands where that of `node` does."""
        for found in self._by_start.get(node.name_start, ()):
            holder = self._parents.get(found)
            if isinstance(holder, cst.FunctionDef) and holder.name is found:
                return holder
        raise NotFixable("the function is written in a way that the fix does not know")

    def statement(self, node: n.Node) -> cst.BaseStatement:
        """The statement that begins where `node` does, with all statements of its line. Raises `NotFixable` when others stand before it."""
        for found in self._by_start.get(node.start, ()):
            if isinstance(found, cst.BaseStatement):
                return found
        raise NotFixable("another statement stands on the same line")

    def alone(self, node: n.Node) -> cst.SimpleStatementLine:
        """A statement without a body that has a line of its own."""
        found = self.statement(node)
        if not isinstance(found, cst.SimpleStatementLine) or len(found.body) != 1:
            raise NotFixable("another statement stands on the same line")
        return found

    def block_of(self, statement: cst.BaseStatement) -> cst.CSTNode:
        """The block whose statements a statement is one of."""
        block = self._parents.get(statement)
        body = getattr(block, "body", None)
        if block is not None and isinstance(body, (list, tuple)) and any(each is statement for each in body):
            return block
        raise NotFixable("the statement stands in no block of its own")

    # --- changing

    def change(self, node: cst.CSTNode, change: Change) -> None:
        """Have `change` make another node of `node`, whose parts are changed already when it is called."""
        self._changes.setdefault(node, []).append(change)

    def replace(self, node: cst.CSTNode, new: cst.CSTNode) -> None:
        """Put a new node in place of one, whatever changes there were inside of it."""
        self.change(node, lambda _: new)

    def replace_statements(self, first: n.Node, last: n.Node, make: Callable[[list[Any]], Sequence[Any]]) -> None:
        """Have `make` give the statements to stand in place of those from `first` to `last`, statements of one block."""
        start, end = self.statement(first), self.statement(last)
        block = self.block_of(start)
        # Every kind of block has a body; their common class does not say so.
        body: list[cst.CSTNode] = list(block.body)  # type: ignore[attr-defined]
        places = [index for index, each in enumerate(body) if each is start or each is end]
        if not places or body[places[-1]] is not end:
            raise NotFixable("the statements stand in different blocks")
        low, high = places[0], places[-1] + 1
        kept = len(body) - high

        def changed(updated: Any) -> Any:
            now = list(updated.body)
            middle = now[low : len(now) - kept]
            return updated.with_changes(body=[*now[:low], *make(middle), *now[len(now) - kept :]])

        self.change(block, changed)

    def expression(self, text: str) -> cst.BaseExpression:
        """An expression as it would be written here."""
        return cst.parse_expression(text, self.module.config_for_parsing)

    def statements(self, text: str) -> list[cst.BaseStatement]:
        """Statements as they would be written here, at the margin."""
        return list(cst.parse_module(text, self.module.config_for_parsing).body)

    def name_of(self, use: n.Node, module: str, attribute: str | None = None) -> str:
        """How to write `attribute` of a module (or the module) at the place `use`; it is imported where it is not yet.

        Raises `NotFixable` when the name is taken by something else in this file, or imported further down.
        """
        wanted = attribute or module.rpartition(".")[2]
        for statement in self.tree.body:
            if statement.start >= use.start:
                break
            if isinstance(statement, n.ImportFrom) and not statement.level:
                for alias in statement.names:
                    if f"{statement.module}.{alias.name}" == (f"{module}.{attribute}" if attribute else module):
                        return alias.asname or alias.name
            if isinstance(statement, n.Import):
                for alias in statement.names:
                    if alias.name == module:
                        held = alias.asname or alias.name
                        return f"{held}.{attribute}" if attribute else held
        if self.is_bound(wanted):
            raise NotFixable(f"`{wanted}` means something else in this file")
        package, _, last = module.rpartition(".")
        self._imports.append((module, attribute) if attribute or not package else (package, last))
        return wanted

    def is_bound(self, name: str) -> bool:
        """Whether anything in the file binds a name."""
        for node in n.walk(self.tree.body):
            if isinstance(node, (n.FunctionDef, n.ClassDef, n.Parameter)) and node.name == name:
                return True
            if isinstance(node, n.Alias) and (node.asname or node.name.partition(".")[0]) == name:
                return True
            targets = (
                node.targets if isinstance(node, n.Assign) else [node.target] if isinstance(node, (n.For, n.AnnAssign, n.NamedExpr)) else ()
            )
            if any(isinstance(part, n.Name) and part.id == name for target in targets for part in n.walk(target)):
                return True
            if isinstance(node, (n.ExceptHandler,)) and node.name == name:
                return True
            if isinstance(node, n.WithItem) and node.target is not None:
                if any(isinstance(part, n.Name) and part.id == name for part in n.walk(node.target)):
                    return True
        return False

    def add_below_imports(self, text: str) -> None:
        """Add a statement behind the imports at the top of the file."""
        if text not in self._added:
            self._added.append(text)

    # --- the outcome

    def edits(self) -> tuple[Edit, ...]:
        """What the changes come to in the text. Raises `NotFixable` when they come to nothing."""
        changed = self.module.visit(_Changer(self._changes, self._parents)) if self._changes else self.module
        assert isinstance(changed, cst.Module)
        for module, attribute in dict.fromkeys(self._imports):
            changed = add_import(changed, module, attribute)
        for text in self._added:
            changed = add_below(changed, self.statements(text))
        found = self._difference(changed)
        if not found:
            raise NotFixable("nothing would change")
        return found

    def _difference(self, changed: cst.Module) -> tuple[Edit, ...]:
        """The edits that make the text of another. What stands before the first statement at the top that is another one now, and behind
        the last, is the same text, and code is not generated for it."""
        text, before, after = self.tree.text, self.module.body, changed.body
        low = 0
        while low < min(len(before), len(after)) and before[low] is after[low]:
            low += 1
        high = 0
        while high < min(len(before), len(after)) - low and before[-1 - high] is after[-1 - high]:
            high += 1
        is_inside = _are_same(changed.header, self.module.header) and _are_same(changed.footer, self.module.footer)
        if not low or not high or not is_inside:
            return difference(text, changed.code)
        start, end = self._wholes[before[low - 1]][1], self._wholes[before[-high]][0]
        replacement = "".join(changed.code_for_node(each) for each in after[low : len(after) - high])
        return tuple(Edit(start + edit.start, start + edit.end, edit.replacement) for edit in difference(text[start:end], replacement))


class _Changer(cst.CSTTransformer):
    """Makes the registered changes, and looks only where there are any."""

    def __init__(self, changes: dict[cst.CSTNode, list[Change]], parents: dict[cst.CSTNode, cst.CSTNode]) -> None:
        super().__init__()
        self._changes = changes
        self._around: set[cst.CSTNode] = set()
        for node in changes:
            around = parents.get(node)
            while around is not None and around not in self._around:
                self._around.add(around)
                around = parents.get(around)

    def on_visit(self, node: cst.CSTNode) -> bool:
        return node in self._around

    def on_leave(self, original_node: cst.CSTNode, updated_node: Any) -> Any:
        for change in self._changes.get(original_node, ()):
            updated_node = change(updated_node)
        return updated_node


def _are_same(some: Sequence[cst.CSTNode], others: Sequence[cst.CSTNode]) -> bool:
    return len(some) == len(others) and all(one is other for one, other in zip(some, others, strict=True))


def difference(before: str, after: str) -> tuple[Edit, ...]:
    """The edits that make one text of another: lines are compared, and what those of an edit have in common at both ends is left out."""
    if before == after:
        return ()
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    low = 0
    while low < min(len(old), len(new)) and old[low] == new[low]:
        low += 1
    high = 0
    while high < min(len(old), len(new)) - low and old[-1 - high] == new[-1 - high]:
        high += 1
    starts = [0]
    for line in old:
        starts.append(starts[-1] + len(line))
    matcher = difflib.SequenceMatcher(None, old[low : len(old) - high], new[low : len(new) - high], autojunk=False)
    found: list[Edit] = []
    for tag, first, last, new_first, new_last in matcher.get_opcodes():
        if tag != "equal":
            replacement = "".join(new[low + new_first : low + new_last])
            found.append(_trimmed(before, starts[low + first], starts[low + last], replacement))
    return tuple(found)


def _trimmed(text: str, start: int, end: int, replacement: str) -> Edit:
    held = text[start:end]
    limit = min(len(held), len(replacement))
    low = 0
    while low < limit and held[low] == replacement[low]:
        low += 1
    high = 0
    while high < limit - low and held[-1 - high] == replacement[-1 - high]:
        high += 1
    return Edit(start + low, end - high, replacement[low : len(replacement) - high])
