"""What the formats for other programs tell of a check or of a review: the findings, one after the other, and how it went.

A review lists what the change adds, with what it does to the gate, and nothing that was there before.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Literal

import msgspec

from backend_lint.engine.result import Problem, Result
from backend_lint.findings.comments import Directive
from backend_lint.findings.fingerprint import assign, normalise
from backend_lint.findings.model import Finding, Severity
from backend_lint.report.output import Output
from backend_lint.report.summary import sentences
from backend_lint.review.model import PolicyItem, Review
from backend_lint.review.shown import grouped

#: The rule that a change to the gate itself is listed under.
GATE = "gate"

_RANK = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.NOTE: 2, Severity.OFF: 3}


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """A finding with what is said of it here: `remark` is what caused it in a review. `hidden` says what hides it, a comment in the source
    or something outside it, and `reason` why; None for a finding that counts."""

    finding: Finding
    remark: str = ""
    hidden: Literal["inSource", "external"] | None = None
    reason: str = ""


class Listing(msgspec.Struct, frozen=True, kw_only=True):
    """`items` are the findings that count, by place; `hidden` those that do not. `verdict` is the outcome in sentences; `text` writes the
    report for people. `is_review` says that all items are new."""

    root: Path
    items: list[Item]
    verdict: list[str]
    text: Callable[[Output], None]
    hidden: list[Item] = []
    problems: list[Problem] = []
    is_review: bool = False

    def worst_first(self) -> list[Item]:
        """The items by severity, then by place."""
        return sorted(self.items, key=lambda item: _RANK[item.finding.severity])


def of_check(result: Result) -> Listing:
    """What a check found."""

    def text(output: Output) -> None:
        from backend_lint.report import text

        text.render(result, output)

    hidden = [
        Item(finding=finding, hidden="inSource", reason=_reason(finding, result.directives.get(finding.path, ())))
        for finding in result.hidden
    ]
    return Listing(
        root=result.root,
        items=[Item(finding=finding) for finding in result.findings],
        verdict=sentences(result),
        text=text,
        hidden=hidden + [Item(finding=finding, hidden="external", reason="in the baseline") for finding in result.baselined],
        problems=result.problems,
    )


def of_review(review: Review, *, is_grouped: bool = True) -> Listing:
    """What a change adds, what one edit causes at one place as one where it `is_grouped`."""
    from backend_lint.report import reviews

    def text(output: Output) -> None:
        reviews.render_text(review, output)

    new = sorted(
        grouped(review.new) if is_grouped else review.new,
        key=lambda each: (each.finding.path, each.finding.line, each.finding.column, each.finding.rule),
    )
    gate = assign(_gate(item, is_failing=review.is_policy_failing) for item in review.policy)
    return Listing(
        root=review.root,
        items=[*(Item(finding=each.finding, remark=reviews.cause(each)) for each in new), *(Item(finding=finding) for finding in gate)],
        verdict=[f"{review.verdict.capitalize()}: {reviews.summary(review)}."],
        text=text,
        problems=review.problems,
        is_review=True,
    )


def of_fault(message: str, hint: str = "") -> Listing:
    """A review that could not be done at all, and why."""
    problem = Problem(kind="change", message=f"{message}; {hint}" if hint else message)

    def text(output: Output) -> None:
        """There is nothing to show."""

    return Listing(root=Path(), items=[], verdict=[f"Incomplete: {message}."], text=text, problems=[problem], is_review=True)


def _gate(item: PolicyItem, *, is_failing: bool) -> Finding:
    """A change to the gate as a finding of its own."""
    line = item.line or 1
    return Finding(
        rule=GATE,
        name=item.kind,
        family=GATE,
        severity=Severity.ERROR if is_failing else Severity.NOTE,
        message=f"this change {item.message}",
        help="undo this, or let a person decide on it with --allow-suppressions" if is_failing else "",
        path=item.path,
        line=line,
        column=1,
        end_line=line,
        end_column=1,
        statement=normalise(f"{item.kind} {item.message}"),
    )


def _reason(finding: Finding, directives: Sequence[Directive]) -> str:
    """Why a comment hides a finding: the reason of the one that names its rule, of several the nearest; "" where none says why."""
    covering = [each for each in directives if each.first <= finding.line <= each.last and (not each.codes or _names(each, finding))]
    return min(covering, key=lambda each: each.last - each.first).reason if covering else ""


def _names(directive: Directive, finding: Finding) -> bool:
    names = (finding.name, finding.family)
    return any(finding.rule.startswith(written.upper()) or written.lower() in names for written in directive.codes)
