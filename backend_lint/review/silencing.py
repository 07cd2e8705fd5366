"""An `except`, or a `contextlib.suppress`, that a change puts around code that was there before, so that its failures vanish."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import get_args

from backend_lint.engine.registry import Registry
from backend_lint.findings.model import Finding, Severity
from backend_lint.review.delta import SIMILAR, Delta, FileDelta
from backend_lint.review.matching import MOVED_LETTERS
from backend_lint.review.model import PolicyItem
from backend_lint.review.scopes import Scopes, Span
from backend_lint.source import nodes as n
from backend_lint.source.files import FileSource
from backend_lint.source.parse import SyntaxFault, parse
from backend_lint.source.statements import statement_text

#: What a statement does that can fail: it calls, looks into something, raises.
_CAN_FAIL = re.compile(r"[(\[]|\.[^\W\d]|\A(?:raise|assert|del|await)\b")
#: What may change when a statement is put into a `try`: a result is kept now that was answered at once.
_BEGINNING = re.compile(r"\A(?:return |[\w.,]+=(?!=))")
_STATEMENTS = get_args(n.Stmt)

#: The statements of a file that can fail, each with its line.
_Statements = Sequence[tuple[int, str]]


@dataclass(frozen=True)
class _Block:
    """What a finding says is swallowed: the lines of a `try` or `with`. `is_narrow` is whether only failures of certain kinds are."""

    finding: Finding
    span: Span
    is_narrow: bool = False


class Silencing:
    """Tells which of a change's findings are about failures that vanish now and did not before.

    `before` and `after` are the files of both sides, `old_scopes` and `new_scopes` know their functions. What counts as swallowing, rules
    with the mark `silences` say.
    """

    def __init__(
        self, before: FileSource, after: FileSource, delta: Delta, old_scopes: Scopes, new_scopes: Scopes, registry: Registry
    ) -> None:
        self._sources = {False: before, True: after}
        self._delta = delta
        self._scopes = {False: old_scopes, True: new_scopes}
        self._codes = frozenset(rule.code for rule in registry.rules if rule.silences)
        self._trees: dict[tuple[bool, str], n.Tree | None] = {}
        self._known: dict[tuple[bool, str], _Statements] = {}
        self._all_lost: list[frozenset[str]] | None = None

    def items(self, new: Iterable[Finding], fixed: Sequence[Finding]) -> tuple[list[PolicyItem], set[int]]:
        """How a change silences, by the findings it adds (those that comments hide as well) and those that are gone with it.

        An item for each `except` around old code, and one for each finding in that code which is gone for no other reason; the ids of the
        latter, which nothing has fixed. A narrow `except` (`except FileNotFoundError: pass`) counts for what is gone alone: by
        itself it may well be what the code was lacking.
        """
        items: list[PolicyItem] = []
        gone: set[int] = set()
        for finding in new:
            block = self._block(finding) if finding.rule in self._codes else None
            old = self._old_statements(block) if block is not None else frozenset()
            if not old:
                continue
            assert block is not None, "there is old code in it"
            if not block.is_narrow:
                message = f"swallows failures of code that was there before: {finding.rule} {finding.name}"
                items.append(PolicyItem(kind="silencing", path=finding.path, line=finding.line, message=message))
            for other in fixed:
                if other.rule not in self._codes and id(other) not in gone and self._stands_in(other, old, finding):
                    gone.add(id(other))
                    message = f"swallows what {other.rule} {other.name} was reported for: {other.message}"
                    items.append(PolicyItem(kind="silencing", path=finding.path, line=finding.line, message=message))
        return items, gone

    # --- what is swallowed

    def _block(self, finding: Finding) -> _Block | None:
        """The code around which a finding stands; None for a finding that is about something else, or where a note is left of a failure."""
        tree = self._tree(finding.path, after=True)
        for node in n.walk(tree.body) if tree is not None else ():
            assert tree is not None, "it has nodes"
            if isinstance(node, n.Try):
                for handler in node.handlers:
                    if tree.position(handler.start) == (finding.line, finding.column):
                        is_silent = finding.severity is not Severity.NOTE or all(map(_does_nothing, handler.body))
                        return _Block(finding, _span(tree, node.body), not _is_broad([handler.type])) if is_silent else None
            elif isinstance(node, n.With):
                if any(tree.position(item.value.start) == (finding.line, finding.column) for item in node.items):
                    given = [each.value for item in node.items if isinstance(item.value, n.Call) for each in item.value.args]
                    return _Block(finding, _span(tree, node.body), not _is_broad(given))
        return None

    def _old_statements(self, block: _Block) -> frozenset[str]:
        """The statements in a block that were there before the change: in the same function and outside of the block, or in lines that
        another function has lost, which make up most of the block or of a function that is new."""
        finding, (first, last) = block.finding, block.span
        file = self._delta.files.get(finding.path)
        if file is None or file.new is None:
            return frozenset()
        statements = self._statements(file.new, after=True)
        inside = [text for line, text in statements if first <= line <= last]
        around = self._scopes[True].span(file.new, finding.function) or (1, len(file.after))
        is_old = file.old is not None and (finding.function is None or self._scopes[False].has(file.old, finding.function))
        if is_old:
            assert file.old is not None, "it is there"
            outside = Counter(text for line, text in _within(statements, around) if not first <= line <= last)
            there = self._counted(file.old, finding.function, after=False) - outside
            found = frozenset(text for text in inside if there[text])
            if found:
                return found
        whole = inside if is_old else [text for _, text in _within(statements, around)]
        for lost in self._lost():
            moved = lost.intersection(inside)
            letters = sum(map(str.isalnum, "".join(moved)))
            if letters >= MOVED_LETTERS and sum(text in lost for text in whole) >= SIMILAR * len(whole):
                return frozenset(moved)
        return frozenset()

    def _lost(self) -> list[frozenset[str]]:
        """What each function, and each file as a whole, had before the change and has no more."""
        if self._all_lost is None:
            self._all_lost = list(filter(None, (frozenset(lost) for file in self._delta.files.values() for lost in self._lost_by(file))))
        return self._all_lost

    def _lost_by(self, file: FileDelta) -> Iterator[Mapping[str, int]]:
        if file.old is None:
            return
        for name in (*self._scopes[False].in_file(file.old), None):
            after = Counter[str]()
            if file.new is not None and (name is None or self._scopes[True].has(file.new, name)):
                after = self._counted(file.new, name, after=True)
            yield self._counted(file.old, name, after=False) - after

    def _stands_in(self, gone: Finding, old: frozenset[str], silencing: Finding) -> bool:
        """Whether a finding that is gone was about one of the statements that are swallowed now."""
        is_near = gone.path == self._delta.old_path(silencing.path) and gone.function == silencing.function
        if not is_near and (gone.function is None or self._delta.of_old(gone.path) is None):
            return False
        places = [(gone.path, gone.line), *((step.path, step.line) for step in gone.trace)]
        texts = {_told(gone.statement)}
        for path, line in places:
            if path == gone.path:
                texts |= {text for place, text in self._statements(path, after=False) if place == line}
        return not texts.isdisjoint(old)

    # --- texts

    def _counted(self, path: str, function: str | None, *, after: bool) -> Counter[str]:
        """The statements of a function, or of a file, that can fail."""
        statements = self._statements(path, after=after)
        span = self._scopes[after].span(path, function)
        return Counter(text for _, text in (statements if span is None else _within(statements, span)))

    def _statements(self, path: str, *, after: bool) -> _Statements:
        key = (after, path)
        if key not in self._known:
            tree = self._tree(path, after=after)
            self._known[key] = list(_statements(tree)) if tree is not None else []
        return self._known[key]

    def _tree(self, path: str, *, after: bool) -> n.Tree | None:
        key = (after, path)
        if key not in self._trees:
            try:
                self._trees[key] = parse(path, self._sources[after].read(path))
            except (OSError, SyntaxFault):
                self._trees[key] = None
        return self._trees[key]


def _statements(tree: n.Tree) -> Iterator[tuple[int, str]]:
    for node in n.walk(tree.body):
        if isinstance(node, _STATEMENTS) and not isinstance(node, (n.FunctionDef, n.ClassDef)):
            text = statement_text(tree, node.start, node.end)
            is_text = isinstance(node, n.ExprStmt) and isinstance(node.value, n.Constant)
            if _CAN_FAIL.search(text) and not is_text:
                yield tree.line(node.start), _told(text)


def _told(statement: str) -> str:
    """A statement without what is done with its result."""
    return _BEGINNING.sub("", statement, count=1)


def _within(statements: _Statements, span: Span) -> Iterator[tuple[int, str]]:
    return ((line, text) for line, text in statements if span[0] <= line <= span[1])


def _span(tree: n.Tree, body: Sequence[n.Stmt]) -> Span:
    return tree.line(body[0].start), tree.line(max(body[-1].end - 1, body[-1].start))


def _is_broad(classes: Sequence[n.Expr | None]) -> bool:
    """Whether an `except` or `suppress` of some classes takes every failure; None stands for a bare `except`."""
    inner = [each for cls in classes for each in (cls.elts if isinstance(cls, n.Tuple) else [cls])]
    return any(cls is None or (isinstance(cls, n.Name) and cls.id in ("Exception", "BaseException")) for cls in inner)


def _does_nothing(statement: n.Stmt) -> bool:
    is_text = isinstance(statement, n.ExprStmt) and isinstance(statement.value, n.Constant)
    return is_text or isinstance(statement, (n.Pass, n.Continue))
