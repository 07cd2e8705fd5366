"""What an editor offers to do about findings."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from lsprotocol import types

from backend_lint.findings.model import Finding
from backend_lint.findings.suppression import EXPIRED, INVALID, UNUSED, WITHOUT_REASON
from backend_lint.fixes.proposal import Edit, Fix
from backend_lint.lsp.comments import suppression

#: Findings about comments, and of files that cannot be parsed: no comment is proposed that would hide them.
_NOT_SUPPRESSED = frozenset({UNUSED, WITHOUT_REASON, INVALID, EXPIRED, "BL000"})

#: Makes a change of the document out of edits of its text.
Changes = Callable[[Iterable[Edit]], types.WorkspaceEdit]

#: The diagnostics that the editor shows for a finding.
Shown = Callable[[Finding], list[types.Diagnostic]]


def fix_actions(findings: Sequence[Finding], fixes: Sequence[Fix], changes: Changes, shown: Shown) -> Iterator[types.CodeAction]:
    """The corrections of some findings, each preferred to what else is offered when it is safe."""
    for finding in findings:
        for fix in fixes:
            if fix.fingerprint == finding.fingerprint:
                yield types.CodeAction(
                    title=_title(fix),
                    kind=types.CodeActionKind.QuickFix,
                    diagnostics=shown(finding) or None,
                    is_preferred=fix.safety == "safe" or None,
                    edit=changes(fix.edits),
                )


def suppress_actions(text: str, findings: Sequence[Finding], changes: Changes, shown: Shown) -> Iterator[types.CodeAction]:
    """Comments that hide some findings in a text, one for each rule and line."""
    done = set()
    for finding in findings:
        key = finding.rule, finding.line
        if finding.rule in _NOT_SUPPRESSED or key in done:
            continue
        done.add(key)
        edit = suppression(text, finding)
        if edit is not None:
            yield types.CodeAction(
                title=f"Suppress {finding.rule} here, with a reason",
                kind=types.CodeActionKind.QuickFix,
                diagnostics=shown(finding) or None,
                edit=changes([edit]),
            )


def fix_all(fixes: Sequence[Fix], changes: Changes) -> Iterator[types.CodeAction]:
    """All safe corrections of a document that do not touch each other, as one action."""
    taken: list[Edit] = []
    for fix in fixes:
        if fix.safety == "safe" and not any(_touch(one, other) for one in fix.edits for other in taken):
            taken += fix.edits
    if taken:
        yield types.CodeAction(
            title="Make all safe corrections of backend-lint", kind=types.CodeActionKind.SourceFixAll, edit=changes(sorted(taken))
        )


def _touch(one: Edit, other: Edit) -> bool:
    return one.start <= other.end and other.start <= one.end


def _title(fix: Fix) -> str:
    words = fix.title[:1].upper() + fix.title[1:]
    return words if fix.safety == "safe" else f"{words} (may change behaviour)"
