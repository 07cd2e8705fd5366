"""A finding: one thing a reviewer would send back, with its place, its proof and its identity."""

from __future__ import annotations

from typing import Literal

import msgspec

from backend_lint.findings.severity import Severity

__all__ = ["Finding", "RootCause", "RuleInfo", "Severity", "Step"]


class Step(msgspec.Struct, frozen=True):
    """One step of the proof through the project. `path` is relative to the project root, `line` is 1-based."""

    path: str
    line: int
    message: str


class RootCause(msgspec.Struct, frozen=True, kw_only=True):
    """Where one change does away with a finding and with all others of the same cause, what is wrong there and what to do.

    The place is as a finding's; a `path` of "" stands for the project as a whole: something that is missing everywhere.
    """

    message: str
    help: str
    path: str = ""
    line: int = 0
    column: int = 0
    end_line: int = 0
    end_column: int = 0
    function: str | None = None
    statement: str = ""


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """What a rule reports. Lines and columns are 1-based, columns count characters, `end_column` is exclusive.

    `statement` is the text of the finding's statement with white space folded; with `rule`, `path` and `function` it makes the fingerprint,
    which moved lines leave as it is. `ordinal` tells equal findings of one function apart, by their order. `fixable` is whether the rule
    proposes a fix, and `fix` how safe that is: "unsafe" where the program may behave otherwise when all goes well.

    `cause` is where the finding comes from when that is another place. `occurrences` are the findings that this one stands for, by place:
    `grouping.grouped` fills it, rules do not.
    """

    rule: str
    name: str
    family: str
    severity: Severity
    message: str
    help: str
    path: str
    line: int
    column: int
    end_line: int
    end_column: int
    function: str | None = None
    framework: str | None = None
    trace: tuple[Step, ...] = ()
    fixable: bool = False
    fix: Literal["safe", "unsafe"] | None = None
    statement: str = ""
    fingerprint: str = ""
    cause: RootCause | None = None
    occurrences: tuple[Finding, ...] = ()


class RuleInfo(msgspec.Struct, frozen=True, kw_only=True):
    """What suppression comments need to know of a rule: its names, and the severity its own findings get."""

    code: str
    name: str
    family: str
    severity: Severity
