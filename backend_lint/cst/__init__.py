"""Rules over libcst's own trees, for who knows libcst already, or looks at what an analysis does not keep: blanks, comments, brackets.

    class NoPrint(LibcstRule):
        \"\"\"...\"\"\"

        code = "ACME101"
        name = "no-print"
        family = "acme"
        severity = Severity.WARNING

        def visit_Call(self, node: cst.Call, context: CstContext) -> None:
            if m.matches(node.func, m.Name("print")):
                context.report(node, "`print` writes to a log that nobody reads", help="use a logger")

The engine itself reads files by another parser. A file under check is parsed by libcst when a rule of this kind is on, and once for all of
them. Every other question, `context.module` and `context.project` answer as for any rule.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar, Union

from backend_lint.rule import Context, Rule, Severity, Step
from backend_lint.source import nodes as n

if TYPE_CHECKING:
    import libcst as cst
    from libcst.metadata import MetadataWrapper

    from backend_lint.fixes.editing import Editing
    from backend_lint.fixes.proposal import Proposal
    from backend_lint.semantics.project import Module, Project

__all__ = ["CstContext", "LibcstRule", "Severity", "Step"]

T = TypeVar("T")

#: What a fix puts in place of a node: another node, or what makes one of it when what is inside it is changed already.
Replacement = Union["cst.CSTNode", "cst.RemovalSentinel", "Callable[[Any], Any]"]

#: Where the tree of the last file is kept with its project: all rules look at one file before the next.
_KEPT = "backend_lint.cst"


class LibcstRule(Rule):
    """Base class of rules over libcst's trees. Override `check_tree`, or have methods `visit_<Node>` and `leave_<Node>`, as a visitor of
    libcst has them, with the context as a second parameter; a `visit_` method that returns False keeps the walk from what is inside."""

    def check_tree(self, tree: cst.Module, context: CstContext) -> None:
        """Called once a file under check; here it calls the `visit_` and `leave_` methods in the order of the source."""
        visits, leaves = _methods(self, "visit_"), _methods(self, "leave_")
        if visits or leaves:
            from backend_lint.cst.walk import walk

            walk(tree, visits, leaves, context)

    def check_module(self, module: Module, context: Context) -> None:
        tree = _tree_of(module)
        if tree is not None:
            self.check_tree(tree.tree, CstContext(self, module, context, tree))


class CstContext:
    """What a rule over libcst's trees gets besides its subject. `module` is the file as analyses see it, `tree` as libcst does."""

    def __init__(self, rule: LibcstRule, module: Module, context: Context, parsed: _Parsed) -> None:
        self.module = module
        self._rule = rule
        self._context = context
        self._parsed = parsed

    @property
    def tree(self) -> cst.Module:
        return self._parsed.tree

    @property
    def project(self) -> Project:
        return self._context.project

    def option(self, key: str) -> Any:
        """The configured value of one of the rule's `options`, or its default. Raises KeyError for a key the rule does not declare."""
        return self._context.option(key)

    def metadata(self, provider: Any, node: cst.CSTNode, default: T | None = None) -> Any:
        """What a metadata provider of libcst says of a node of the tree; `default` when it says nothing."""
        return self._parsed.wrapper.resolve(provider).get(node, default)

    def parent(self, node: cst.CSTNode) -> cst.CSTNode | None:
        """The node that holds another one; None for the tree itself."""
        from libcst.metadata import ParentNodeProvider

        found: cst.CSTNode | None = self.metadata(ParentNodeProvider, node)
        return found

    def span(self, node: cst.CSTNode) -> n.Node:
        """The place of a node in the text, as analyses spell places: offsets in characters. Raises KeyError for a node that is not in the
        tree, as one that a rule has made."""
        start, end = self._parsed.span(node)
        return n.Node(start, end)

    def report(
        self,
        node: cst.CSTNode,
        message: str,
        *,
        help: str,  # noqa: A002 - the output's own word
        note: bool = False,
        severity: Severity | None = None,
        trace: Sequence[Step] = (),
        fix: Replacement | None = None,
        safe: bool = False,
    ) -> None:
        """Report a node of the tree: see `backend_lint.rule.Context`. `fix` is what to put in its place, and `safe` says that the program
        does the same with it when all goes well; a rule that gives one states `fixable = True`."""
        span = self.span(node)
        if fix is None:
            self._context.report(span, message, help=help, note=note, severity=severity, trace=trace)
        else:
            proposal = self._proposal(node, span, fix, help, safe=safe)
            self._context.report(span, message, help=help, note=note, severity=severity, trace=trace, fix=proposal)

    def _proposal(self, node: cst.CSTNode, span: n.Node, fix: Replacement, title: str, *, safe: bool) -> Proposal:
        from backend_lint.fixes.proposal import NotFixable, Proposal

        def make(editing: Editing) -> None:
            for found in editing.nodes:
                if type(found) is type(node) and editing.span(found) == (span.start, span.end):
                    if callable(fix):
                        editing.change(found, fix)
                    else:
                        editing.replace(found, fix)  # type: ignore[arg-type]  # a node, where it is no function
                    return
            raise NotFixable("the place is not found again")

        return Proposal(title, "safe" if safe else "unsafe", make)


class _Parsed:
    """The tree of one file, with the places of its nodes."""

    def __init__(self, path: str, tree: cst.Module) -> None:
        from libcst.metadata import MetadataWrapper

        self.path = path
        # The nodes that the parser shares between places are blanks, whose metadata nobody asks for.
        self.wrapper: MetadataWrapper = MetadataWrapper(tree, unsafe_skip_copy=True)
        self.tree = tree

    @cached_property
    def _spans(self) -> Any:
        from backend_lint.cst.walk import CharacterSpans

        return self.wrapper.resolve(CharacterSpans)

    def span(self, node: cst.CSTNode) -> tuple[int, int]:
        found = self._spans[node]
        return found.start, found.start + found.length


def _tree_of(module: Module) -> _Parsed | None:
    """libcst's tree of a file; None where libcst does not read the text as it stands, though the engine does."""
    kept = module.project.kept
    known: tuple[Module, _Parsed | None] | None = kept.get(_KEPT)
    if known is None or known[0] is not module:
        from backend_lint.source.parse import SyntaxFault, libcst_module

        found = None
        try:
            tree = libcst_module(module.path, module.tree.text)
            if tree.code == module.tree.text:
                found = _Parsed(module.path, tree)
        except SyntaxFault:
            found = None
        known = kept[_KEPT] = (module, found)
    return known[1]


def _methods(rule: LibcstRule, prefix: str) -> dict[str, Callable[[Any, CstContext], Any]]:
    """The methods of a rule for kinds of nodes, by the names of these."""
    return {name[len(prefix) :]: getattr(rule, name) for name in dir(rule) if name.startswith(prefix)}
