"""What a review finds: the new findings with their causes, and a verdict that the exit code repeats."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import msgspec

from backend_lint.engine.result import Problem
from backend_lint.findings.model import Finding

Verdict = Literal["pass", "fail", "incomplete"]
CauseKind = Literal["line", "trace", "removed", "function", "file", "indirect"]
PolicyKind = Literal[
    "suppression", "suppressed-finding", "disabled-rule", "severity", "fail-level", "exclude", "out-of-scope", "unreadable-configuration",
    "silencing", "baseline", "rule-pack",
    "validator",
]  # fmt: skip


class Cause(msgspec.Struct, frozen=True, kw_only=True):
    """Which part of the change causes a finding.

    `kind` is "line" when the change wrote the finding's own line, "trace" for a line of a step of its proof, "removed" for lines taken
    away, "function" and "file" for another line of the function or file it stands in or leads through, "indirect" when no single place is
    known. `path` and `line` (1-based, after the change) say where, `hunk` is the hunk's header; None for what is indirect.
    """

    kind: CauseKind
    path: str | None = None
    line: int | None = None
    hunk: str | None = None

    @property
    def sentence(self) -> str:
        """The cause in words."""
        place = f"{self.path}:{self.line}"
        if self.kind == "line":
            return f"this change wrote {place}"
        if self.kind == "trace":
            return f"this change wrote {place}, which leads here"
        if self.kind == "removed":
            return f"this change removed lines at {place}"
        if self.kind == "function":
            return f"this change edited the function at {place}"
        if self.kind == "file":
            return f"this change edited {place}"
        return "an indirect effect of this change"


class NewFinding(msgspec.Struct, frozen=True, kw_only=True):
    """A finding that the change causes. `fails` is whether it counts for the verdict; `was_suppressed` whether a comment hid it before."""

    finding: Finding
    cause: Cause
    fails: bool
    was_suppressed: bool = False


class PolicyItem(msgspec.Struct, frozen=True, kw_only=True):
    """Something by which the change makes the gate wider. `line` is 1-based after the change, or None for a whole file."""

    kind: PolicyKind
    path: str
    message: str
    line: int | None = None


class Side(msgspec.Struct, frozen=True, kw_only=True):
    """One side of a comparison: what it is, in words, and the id of its commit where it is one."""

    label: str
    commit: str | None = None


class Review(msgspec.Struct, kw_only=True):
    """The outcome of a review.

    `existing` are the findings that were there before, as they are now; `fixed` those that are gone, as they were. `suppressed` counts the
    findings that comments hide, `baselined` those that the change adds and the baseline hides, `files` the files analysed after the change,
    `unparsed` those of them that could not be parsed, `changed` the files that the change touches. `remarks` are sentences for the reader
    that do not change the verdict.
    """

    root: Path
    verdict: Verdict
    base: Side
    head: Side
    new: list[NewFinding] = []
    fixed: list[Finding] = []
    existing: list[Finding] = []
    policy: list[PolicyItem] = []
    problems: list[Problem] = []
    remarks: list[str] = []
    is_policy_failing: bool = False
    suppressed: int = 0
    baselined: int = 0
    files: int = 0
    unparsed: int = 0
    changed: int = 0
    seconds: float = 0.0

    @property
    def exit_code(self) -> int:
        """0 pass, 1 fail, 2 incomplete."""
        return {"pass": 0, "fail": 1, "incomplete": 2}[self.verdict]
