from __future__ import annotations

import textwrap
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from backend_lint.findings import suppression
from backend_lint.findings.fingerprint import assign
from backend_lint.findings.model import Finding, RuleInfo, Severity
from backend_lint.source.parse import parse
from backend_lint.source.statements import statement_text, suppressions

RULES = [
    RuleInfo(code=code, name=name, family=family, severity=severity)
    for code, name, family, severity in [
        ("BL001", "unused-suppression", "general", Severity.WARNING),
        ("BL002", "suppression-without-reason", "general", Severity.OFF),
        ("BL003", "invalid-suppression", "general", Severity.WARNING),
        ("BL004", "expired-suppression", "general", Severity.WARNING),
        ("BL101", "business-logic-in-route", "layering", Severity.WARNING),
        ("BL102", "data-access-in-route", "layering", Severity.WARNING),
        ("BL301", "exception-text-in-response", "exposure", Severity.ERROR),
        ("BL501", "hardcoded-secret", "configuration", Severity.ERROR),
        ("BL701", "untyped-handler", "types", Severity.WARNING),
        ("BP101", "query-in-loop", "practice", Severity.OFF),
    ]
]


@dataclass
class Case:
    """A file with findings. `find` marks a piece of its text; `review` applies the comments in it."""

    source: str
    path: str = "app/orders.py"
    data: bytes | None = None
    findings: list[Finding] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.tree = parse(self.path, self.data if self.data is not None else self.source.encode())

    def find(self, rule: str, text: str, number: int = 0) -> Case:
        """Report `rule` at the occurrence of `text` with that number (from 0)."""
        start = -1
        for _ in range(number + 1):
            start = self.tree.text.index(text, start + 1)
        end = start + len(text)
        (line, column), (end_line, end_column) = self.tree.position(start), self.tree.position(end)
        info = next(info for info in RULES if info.code == rule)
        self.findings.append(
            Finding(
                rule=rule,
                name=info.name,
                family=info.family,
                severity=Severity.WARNING,
                message=f"{text} is wrong",
                help="right it",
                path=self.path,
                line=line,
                column=column,
                end_line=end_line,
                end_column=end_column,
                statement=statement_text(self.tree, start, end),
            )
        )
        return self

    def review(
        self, ran: Callable[[str], bool] = lambda code: code not in ("BL002", "BP101"), today: str = "2026-12-01"
    ) -> suppression.Applied:
        return suppression.apply(
            assign(self.findings),
            {self.path: suppressions(self.tree)},
            rules=RULES,
            ran=lambda path, code: path == self.path and ran(code),
            today=today,
        )

    def kept(self) -> list[str]:
        """Rule and line of each finding that stays, `extra` ones too."""
        applied = self.review()
        return [f"{finding.rule}:{finding.line}" for finding in sorted([*applied.kept, *applied.extra], key=lambda f: (f.line, f.rule))]


@pytest.fixture
def case() -> Callable[[str], Case]:
    """Makes a case of source text, dedented."""

    def make(source: str, *, data: bytes | None = None) -> Case:
        return Case(textwrap.dedent(source).lstrip("\n"), data=data)

    return make
