"""Findings of one cause as one finding, at the place where it is mended.

A helper that blocks, called by fourteen handlers, makes fourteen findings: each can be suppressed by itself, stands in a baseline, is new
in a change or not. For who reads the report they are one thing to mend. So they are put together last, when it is known which are shown.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Literal

import msgspec

from backend_lint.findings.fingerprint import digest
from backend_lint.findings.model import Finding, RootCause, Severity, Step

#: What a group is told apart by: the rule, the cause's file and line, and for what the whole project lacks its words.
_Key = tuple[str, str, int, str]

#: How many steps of the way from a place to the cause are told.
_WAY = 5

_RANK = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.NOTE: 2, Severity.OFF: 3}


def grouped(findings: Sequence[Finding]) -> list[Finding]:
    """The findings, each group of two and more with one cause replaced by one finding that has them as its `occurrences`.

    It stands at the cause, says what the cause says and in how many places it shows, and is as severe as the worst of them; its trace has a
    step for each. Its fingerprint is made of the cause, so that it stays when occurrences come and go. A finding at the very place of the
    cause is one of the group. What the project lacks as a whole stands where it is first missed. The result depends on no order; it is
    sorted by place.
    """
    groups = _groups(findings)
    made = {key: _one(members) for key, members in groups.items()}
    ordinals = _ordinals([each for each in made.values() if each.cause is not None])
    hidden = {id(member) for members in groups.values() for member in members}
    result = [finding for finding in findings if id(finding) not in hidden]
    result.extend(_with_fingerprint(each, ordinals) for each in made.values())
    result.sort(key=place)
    return result


def place(finding: Finding) -> tuple[object, ...]:
    """What findings are sorted by."""
    return finding.path, finding.line, finding.column, finding.rule, finding.end_line, finding.end_column, finding.message


def one_by_one(findings: Iterable[Finding]) -> list[Finding]:
    """The findings as they were before `grouped`, sorted by place."""
    return sorted((each for finding in findings for each in finding.occurrences or (finding,)), key=place)


def _groups(findings: Sequence[Finding]) -> dict[_Key, list[Finding]]:
    """The findings of each cause that has several, by place."""
    by_cause: dict[_Key, list[Finding]] = defaultdict(list)
    for finding in findings:
        if finding.cause is not None:
            by_cause[_key(finding, finding.cause)].append(finding)
    for finding in findings:
        own = (finding.rule, finding.path, finding.line, "")
        if finding.cause is None and own in by_cause:
            by_cause[own].append(finding)
    return {key: sorted(members, key=place) for key, members in by_cause.items() if len(members) > 1}


def _key(finding: Finding, cause: RootCause) -> _Key:
    return (finding.rule, cause.path, cause.line, "") if cause.path else (finding.rule, "", 0, cause.message)


def _one(members: list[Finding]) -> Finding:
    """The finding that stands for those of one cause, still without a fingerprint of its own where none of them stands at the cause."""
    worst = min((member.severity for member in members), key=_RANK.__getitem__)
    first = next(member for member in members if member.cause is not None)
    cause = first.cause
    assert cause is not None, "a group has a cause"
    at_cause = next((member for member in members if member.cause is None), None)
    frameworks = {member.framework for member in members}
    where = at_cause or cause if cause.path else members[0]
    return Finding(
        rule=first.rule,
        name=first.name,
        family=first.family,
        severity=worst,
        message=f"{cause.message} ({len(members)} places)",
        help=cause.help if at_cause is None else at_cause.help,
        path=where.path,
        line=where.line,
        column=where.column,
        end_line=where.end_line,
        end_column=where.end_column,
        function=where.function,
        framework=frameworks.pop() if len(frameworks) == 1 else None,
        trace=tuple(_way(member, cause) for member in members),
        fixable=all(member.fixable for member in members),
        fix=_fix(members),
        statement=where.statement,
        fingerprint=at_cause.fingerprint if at_cause is not None else "",
        cause=cause,
        occurrences=tuple(members),
    )


def _fix(members: list[Finding]) -> Literal["safe", "unsafe"] | None:
    """How safe the fixes of all are; None where one has none."""
    safety = {member.fix for member in members}
    return None if None in safety else "unsafe" if "unsafe" in safety else "safe"


def _way(finding: Finding, cause: RootCause) -> Step:
    """How a finding comes to its cause, as one step: what its trace says on the way, or else what the finding says."""
    steps = [step.message for step in finding.trace if (step.path, step.line) != (cause.path, cause.line)]
    if len(steps) > _WAY:
        steps = [*steps[: _WAY - 1], "...", steps[-1]]
    said = steps[0] if steps else finding.message
    for before, message in pairwise(steps):
        # `a calls b`, `b calls c`: what the last one ends with is what the next one is about.
        subject = before.rpartition(" ")[2]
        said += f", which {message.removeprefix(subject).lstrip()}" if message.startswith(f"{subject} ") else f"; {message}"
    return Step(finding.path, finding.line, said)


def _identity(group: Finding) -> tuple[str, ...]:
    cause = group.cause
    assert cause is not None, "a group has a cause"
    return (group.rule, cause.path, cause.function or "", cause.statement) if cause.path else (group.rule, "", "", cause.message)


def _ordinals(groups: list[Finding]) -> dict[int, int]:
    """By the id of a group its number among those whose causes read the same in one function."""
    equal: dict[tuple[str, ...], list[Finding]] = defaultdict(list)
    for group in groups:
        equal[_identity(group)].append(group)
    return {id(group): number for alike in equal.values() for number, group in enumerate(sorted(alike, key=place))}


def _with_fingerprint(group: Finding, ordinals: dict[int, int]) -> Finding:
    if group.fingerprint:
        return group
    return msgspec.structs.replace(group, fingerprint=digest("cause", *_identity(group), str(ordinals[id(group)])))
