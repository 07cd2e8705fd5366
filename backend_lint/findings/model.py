"""A finding: one thing a reviewer would send back, with its place, its proof and its identity."""

from __future__ import annotations

from typing import Literal

import msgspec

from backend_lint.findings.severity import Severity

__all__ = ["Finding", "RuleInfo", "Severity", "Step"]


class Step(msgspec.Struct, frozen=True):
    """One step of the proof through the project. `path` is relative to the project root, `line` is 1-based."""

    path: str
    line: int
    message: str


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """What a rule reports. Lines and columns are 1-based, columns count characters, `end_column` is exclusive.

    `statement` is the text of the finding's statement with white space folded; with `rule`, `path` and `function` it makes the fingerprint,
    which moved lines leave as it is. `ordinal` tells equal findings of one function apart, by their order. `fixable` is whether the rule
    proposes a fix, and `fix` how safe that is: "unsafe" where the program may behave otherwise when all goes well.
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


class RuleInfo(msgspec.Struct, frozen=True, kw_only=True):
    """What suppression comments need to know of a rule: its names, and the severity its own findings get."""

    code: str
    name: str
    family: str
    severity: Severity
