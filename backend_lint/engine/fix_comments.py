"""Taking suppressions that hide nothing out of a text: the comment, its line, or some of the codes in it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from backend_lint.findings import suppression
from backend_lint.fixes.proposal import Edit, Fix

if TYPE_CHECKING:
    from backend_lint.findings.model import Finding
    from backend_lint.source.nodes import Comment, Tree

_BLANKS = " \t\f"


def comment_fix(tree: Tree, finding: Finding, directives: Sequence[suppression.Directive]) -> Fix | None:
    """The fix of a finding about an unused suppression of a file; None when the text does not hold it (any more)."""
    directive = next((each for each in directives if (each.line, each.column) == (finding.line, finding.column)), None)
    if directive is None or directive.line > len(tree.line_starts):
        return None
    start = tree.line_starts[directive.line - 1] + directive.column - 1
    end = start + len(directive.text)
    comment = next((each for each in tree.comments if each.start <= start and end <= each.start + len(each.text)), None)
    if comment is None or tree.text[start:end] != directive.text:
        return None
    unused = suppression.unused_codes(finding, directive)
    if len(unused) < len(directive.codes):
        edit = _without_codes(directive, unused, start)
        title = f"remove {', '.join(unused)} from the comment"
    else:
        edit = _without(tree, comment, start, end)
        title = "remove the comment"
    return Fix(title, "safe", (edit,), finding.fingerprint) if edit is not None else None


def _without(tree: Tree, comment: Comment, start: int, end: int) -> Edit:
    """The removal of a directive, with the whole comment when there is nothing else in it."""
    text, stop = tree.text, comment.start + len(comment.text)
    while end < stop and text[end] in _BLANKS:
        end += 1
    if end < stop:
        return Edit(start, end, "")
    if start == comment.start and comment.own_line:
        begin = tree.line_starts[comment.line - 1]
        below = tree.line_starts[comment.line] if comment.line < len(tree.line_starts) else len(text)
        return Edit(begin, below, "")
    while start and text[start - 1] in _BLANKS:
        start -= 1
    return Edit(start, end, "")


def _without_codes(directive: suppression.Directive, unused: Sequence[str], start: int) -> Edit | None:
    """The removal of some of the codes of a directive."""
    kept = ", ".join(code for code in directive.codes if code not in unused)
    if directive.kind == "noqa":
        listed = re.search(r":[ \t]*((?:[ \t,]*[A-Za-z]+[0-9]+(?![\w-]))+)", directive.text)
    else:
        listed = re.search(r"\[([^\[\]]*)\]", directive.text)
    return Edit(start + listed.start(1), start + listed.end(1), kept) if listed is not None else None
