"""Suppression comments in the text of an editor: which rule is named at a place, and where to write a new one."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence

from backend_lint.findings.comments import collect
from backend_lint.findings.model import Finding
from backend_lint.fixes.proposal import Edit, apply
from backend_lint.source.nodes import Comment, Tree
from backend_lint.source.parse import SyntaxFault, parse
from backend_lint.source.statements import statement_lines, suppressions
from backend_lint.source.tokens import Tokens

#: What stands for the reason until somebody writes it: it counts as none.
PLACEHOLDER = "<why>"

_WORD = re.compile(r"[A-Za-z0-9][\w-]*")


def named_at(text: str, offset: int) -> tuple[str, int, int] | None:
    """The rule named at an offset of a text, inside of a comment that suppresses it: what is written, and its span; None for none."""
    line_start = max(text.rfind("\n", 0, offset), text.rfind("\r", 0, offset)) + 1
    line = re.split(r"[\r\n]", text[line_start:], maxsplit=1)[0]
    if "backend-lint" not in line and "noqa" not in line.lower():
        return None
    tokens = Tokens(text)
    for directive in collect(tokens.comments, (), tokens.line_starts):
        start = tokens.line_starts[directive.line - 1] + directive.column - 1
        if not start <= offset <= start + len(directive.text):
            continue
        for match in _WORD.finditer(directive.text):
            if match[0] in directive.codes and start + match.start() <= offset <= start + match.end():
                return match[0], start + match.start(), start + match.end()
    return None


def suppression(text: str, finding: Finding) -> Edit | None:
    """The edit that hides a finding by a comment with a place for the reason; None when no comment would.

    The rule is added to the comment that is there, or written at the end of the finding's line, or above its statement. Each is tried out
    on the text: only what hides the finding is proposed.
    """
    try:
        tree = parse("", text.encode("utf-8", "surrogatepass"))
    except SyntaxFault:
        return None
    if tree.text != text:
        return None
    for edit in _candidates(tree, finding):
        if _hides(apply(text, [edit]), finding, moved=edit.replacement.count("\n")):
            return edit
    return None


def _candidates(tree: Tree, finding: Finding) -> list[Edit]:
    text, line_starts = tree.text, tree.line_starts
    found: list[Edit] = []
    for directive in suppressions(tree):
        if directive.kind == "ignore" and directive.codes and directive.line in (finding.line, finding.line - 1):
            start = line_starts[directive.line - 1] + directive.column - 1
            bracket = text.find("]", start, start + len(directive.text))
            if bracket >= 0:
                found.append(Edit(bracket, bracket, f", {finding.rule}"))
    comment = f"# backend-lint: ignore[{finding.rule}] -- {PLACEHOLDER}"
    end = _line_end(text, line_starts, finding.line)
    kept = len(text[line_starts[finding.line - 1] : end].rstrip())
    found.append(Edit(line_starts[finding.line - 1] + kept, line_starts[finding.line - 1] + kept, f"  {comment}"))
    newline = "\r\n" if "\r\n" in text else "\n"
    around = [each.first for each in statement_lines(tree) if each.first <= finding.line <= each.last]
    for line in (finding.line, *around[:-4:-1]):
        start = line_starts[line - 1]
        written = text[start : _line_end(text, line_starts, line)]
        indentation = written[: len(written) - len(written.lstrip())]
        found.append(Edit(start, start, f"{indentation}{comment}{newline}"))
    return found


def _line_end(text: str, line_starts: Sequence[int], line: int) -> int:
    end = line_starts[line] if line < len(line_starts) else len(text)
    return len(text[:end].rstrip("\r\n")) if end else 0


def _hides(text: str, finding: Finding, *, moved: int) -> bool:
    """Whether a comment in a text hides a finding that has moved down so many lines, and hides it by name."""
    try:
        tree = parse("", text.encode("utf-8", "surrogatepass"))
    except SyntaxFault:
        return False
    line = finding.line + moved
    return any(
        finding.rule in each.codes
        and not each.problem
        and each.first <= line <= each.last
        and (each.near is None or line <= each.near <= finding.end_line + moved)
        and each.last - each.first < 2_000_000
        for each in suppressions(tree)
    ) and _rest_is_the_same(tree.comments, text)


def _rest_is_the_same(comments: Sequence[Comment], text: str) -> bool:
    """Whether what was written is a comment, and not a part of a string."""
    place = text.find(f"-- {PLACEHOLDER}")
    if place < 0:
        return True
    index = bisect_right(comments, place, key=lambda comment: comment.start) - 1
    return index >= 0 and place < comments[index].start + len(comments[index].text)
