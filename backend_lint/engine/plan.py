"""What to do with each file: settings resolved to plain data, which goes to worker processes as it is."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import msgspec

from backend_lint.engine.discovery import ProjectFiles
from backend_lint.engine.selection import SEVERITY_WHEN_SELECTED
from backend_lint.engine.settings import Configurations, ExtraNames, FailLevel
from backend_lint.findings.model import Severity

if TYPE_CHECKING:
    from backend_lint.engine.entries import RuleEntry
    from backend_lint.rule import Rule

#: Worst first: what a fail level lets pass comes after it.
_ORDER = {"error": 0, "warning": 1, "note": 2, "off": 3, "never": -1}


def reaches(severity: Severity, level: FailLevel) -> bool:
    """Whether a severity is at or above a fail level."""
    return _ORDER[severity.value] <= _ORDER[level]


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """How some files are checked: `enabled` has the codes of the rules that run, `severity` the overrides by code, `options` those by code
    and key. `is_partial` is whether the configuration switches off rules there that are on elsewhere."""

    enabled: frozenset[str]
    severity: dict[str, Severity]
    options: dict[str, dict[str, Any]]
    fail_on: FailLevel
    pedantic: bool
    include_tests: bool
    is_partial: bool = False

    def severity_of(self, rule: Rule | RuleEntry, given: Severity | None = None) -> Severity:
        """The severity of a finding of `rule`, for which the rule itself may have given one."""
        severity = self.severity.get(rule.code) or given or rule.severity
        return SEVERITY_WHEN_SELECTED if severity is Severity.OFF else severity

    def fails(self, severity: Severity) -> bool:
        """Whether a finding of that severity makes the run fail."""
        return reaches(severity, self.fail_on)

    def shows(self, severity: Severity) -> bool:
        """Whether a finding of that severity is reported: notes only on request."""
        return severity is not Severity.NOTE or self.pedantic


class Plans(msgspec.Struct, frozen=True, kw_only=True):
    """The plans of a run, and by path which of them is whose. `names` are those that any configuration in use declares."""

    plans: tuple[Plan, ...]
    index: dict[str, int]
    names: ExtraNames

    def of(self, path: str) -> Plan | None:
        """The plan of a file; None when it is not under check."""
        place = self.index.get(path)
        return None if place is None else self.plans[place]

    def anywhere(self) -> frozenset[str]:
        """The codes of the rules that run in at least one file."""
        return frozenset().union(*(plan.enabled for plan in self.plans))


def make_plans(files: ProjectFiles, configurations: Configurations) -> Plans:
    """The plans for the targets of `files`. Raises `ConfigurationFault`."""
    plans: list[Plan] = []
    index: dict[str, int] = {}
    known: dict[tuple[int, frozenset[str]], int] = {}
    in_use: dict[int, ExtraNames] = {}
    top = str(files.root)
    for path in files.targets:
        settings = configurations.of_file(path)
        enabled = settings.enabled_in(f"{top}/{path}")
        key = (id(settings), enabled)
        if key not in known:
            known[key] = len(plans)
            in_use[id(settings)] = settings.names
            plans.append(
                Plan(
                    enabled=enabled,
                    severity=dict(settings.severity),
                    options={code: dict(values) for code, values in settings.options.items()},
                    fail_on=settings.fail_on,
                    pedantic=settings.pedantic,
                    include_tests=settings.include_tests,
                    is_partial=enabled != settings.enabled,
                )
            )
        index[path] = known[key]
    return Plans(plans=tuple(plans), index=index, names=_union(in_use.values()))


def _union(names: Iterable[ExtraNames]) -> ExtraNames:
    listed = list(names)
    return ExtraNames(
        validators=_merged(each.validators for each in listed),
        response_helpers=_merged(each.response_helpers for each in listed),
        session_factories=_merged(each.session_factories for each in listed),
        settings_modules=_merged(each.settings_modules for each in listed),
    )


def _merged(lists: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for names in lists for name in names))
