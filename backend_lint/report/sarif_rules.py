"""Rules as SARIF describes them: `reportingDescriptor`, 3.49, with the properties that GitHub's code scanning reads."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache
from typing import Any

from backend_lint.engine.entries import RuleEntry
from backend_lint.engine.registry import built_in
from backend_lint.findings.model import Finding, Severity
from backend_lint.report.documentation import SUPPRESS, WHAT, WHY, documentation
from backend_lint.report.listing import GATE, Item
from backend_lint.report.plain import visible
from backend_lint.report.rules import facts, sections

#: Severity -> SARIF's level, 3.27.10.
LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "note", Severity.OFF: "none"}

#: Families whose rules are about security. `security-severity` makes a rule one of GitHub's security rules, so that no other may have it.
SECURITY = frozenset({"configuration", "exposure", "validation"})

#: How bad a breach of a security rule is, as in CVSS: GitHub calls 7.0 and more high, 4.0 and more medium, less low.
_SCORES = {Severity.ERROR: "7.5", Severity.WARNING: "5.0", Severity.NOTE: "3.0", Severity.OFF: "3.0"}
_PRECISION = {Severity.ERROR: "high", Severity.WARNING: "high", Severity.NOTE: "medium", Severity.OFF: "medium"}
_PROBLEMS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "recommendation", Severity.OFF: "recommendation"}

#: What GitHub takes of a description, in characters, and of a rule in tags.
MOST_CHARACTERS = 1_024
MOST_TAGS = 20


def described(items: Iterable[Item], rule_url: Callable[[str], str | None] | None = None) -> list[dict[str, Any]]:
    """All built-in rules and those of the items, by code. A rule of another pack is described by what its findings say."""
    rules = dict(_built_in())
    for item in items:
        if item.finding.rule not in rules:
            rules[item.finding.rule] = _unknown(item.finding)
    return [{**rules[code], **_address(code, rule_url)} for code in sorted(rules)]


@cache
def _built_in() -> dict[str, dict[str, Any]]:
    """The built-in rules' descriptors by code, for which the text of every rule's module is read."""
    return {entry.code: _descriptor(entry) for entry in built_in().by_code.values()}


def _descriptor(rule: RuleEntry) -> dict[str, Any]:
    told = documentation(rule)
    full = _flat(f"{told.section(WHAT)} {told.section(WHY)}") or told.summary
    parts = [f"## {section.title}\n\n{section.text}" for section in sections(rule, told)]
    configuration: dict[str, Any] = {"level": LEVELS[rule.severity]}
    if rule.severity is Severity.OFF:
        configuration = {"level": LEVELS[Severity.WARNING], "enabled": False}
    return {
        "id": rule.code,
        "name": rule.name,
        "shortDescription": {"text": _cut(told.summary or rule.name)},
        "fullDescription": {"text": _cut(full or rule.name)},
        "help": {
            "text": _flat(f"{told.summary} {told.section(SUPPRESS)}") or rule.name,
            "markdown": "\n\n".join([told.summary, facts(rule), *parts]) or rule.name,
        },
        "defaultConfiguration": configuration,
        "properties": _properties(rule.family, rule.severity, is_preview=rule.preview),
    }


def _unknown(finding: Finding) -> dict[str, Any]:
    """A rule of which nothing is known but a finding."""
    summary = "The change makes the gate wider." if finding.rule == GATE else f"{visible(finding.name)} ({visible(finding.family)})"
    return {
        "id": finding.rule,
        "name": finding.name[:255] or finding.rule,
        "shortDescription": {"text": _cut(summary)},
        "fullDescription": {"text": _cut(summary)},
        "help": {"text": visible(finding.help) or summary},
        "defaultConfiguration": {"level": LEVELS[finding.severity]},
        "properties": _properties(finding.family, finding.severity, is_preview=False),
    }


def _properties(family: str, severity: Severity, *, is_preview: bool) -> dict[str, Any]:
    is_security = family in SECURITY
    tags = [family, *(["security"] if is_security else []), *(["preview"] if is_preview else [])]
    properties: dict[str, Any] = {
        "tags": [tag for tag in tags if tag][:MOST_TAGS],
        "precision": "low" if is_preview else _PRECISION[severity],
        "problem.severity": _PROBLEMS[severity],
    }
    return properties | ({"security-severity": _SCORES[severity]} if is_security else {})


def _address(code: str, rule_url: Callable[[str], str | None] | None) -> dict[str, str]:
    url = rule_url(code) if rule_url is not None else None
    return {"helpUri": url} if url else {}


def _flat(markdown: str) -> str:
    """Text of a section on one line, without the marks of code and emphasis."""
    return " ".join(markdown.replace("**", "").replace("`", "").split())


def _cut(text: str) -> str:
    return text if len(text) <= MOST_CHARACTERS else text[: MOST_CHARACTERS - 1] + "…"
