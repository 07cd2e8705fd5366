"""Which rules are on, and how bad each one's findings are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from backend_lint.engine.registry import SYNTAX_ERROR, Registry
from backend_lint.findings.model import Severity

#: What a rule that is off by default gets when it is switched on.
SEVERITY_WHEN_SELECTED = Severity.WARNING


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One place where rules are chosen: a configuration file or the command line. The entries are selectors (`Registry.matching`).

    `select` of None leaves the choice before it as it is.
    """

    select: tuple[str, ...] | None = None
    extend_select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()


def enabled(registry: Registry, choices: Sequence[Choice], severities: Mapping[str, Severity], *, preview: bool = False) -> frozenset[str]:
    """The codes of the rules that are on.

    Without a choice those are the ones whose severity is not off, `severities` (code to severity) being the user's overrides. Each choice,
    in order, begins anew when it says `select`, then adds its `extend_select` and takes away its `ignore`: so what the command line selects
    is on although the configuration ignores it. A rule that is overridden to be off is never on. That a file cannot be parsed is reported
    whatever is selected, unless just that is ignored: a run that left it out would look like a clean one.

    Rules on trial are on when their own code or name is selected, and otherwise only with `preview`, which has them treated as all others.
    """
    trials = frozenset(() if preview else (rule.code for rule in registry.rules if rule.preview))
    on = {rule.code for rule in registry.rules if severities.get(rule.code, rule.severity) is not Severity.OFF} - trials
    for choice in choices:
        if choice.select is not None:
            on = _codes(registry, choice.select, but=trials)
        on |= _codes(registry, choice.extend_select, but=trials)
        on -= _codes(registry, choice.ignore)
    ignored = {selector for choice in choices for selector in choice.ignore}
    if SYNTAX_ERROR in registry.by_code and not any(registry.matching(selector) == {SYNTAX_ERROR} for selector in ignored):
        on.add(SYNTAX_ERROR)
    return frozenset(code for code in on if severities.get(code) is not Severity.OFF)


def overrides(registry: Registry, table: Mapping[str, Severity]) -> dict[str, Severity]:
    """Code to severity, from selectors to severities. The narrower selector wins: code or name, then beginning of a code, then family."""
    found: dict[str, Severity] = {}
    for selector, severity in sorted(table.items(), key=lambda item: len(registry.matching(item[0])), reverse=True):
        for code in registry.matching(selector):
            found[code] = severity
    return found


def _codes(registry: Registry, selectors: Sequence[str], but: frozenset[str] = frozenset()) -> set[str]:
    """The codes that selectors mean; those of `but` only where a selector means nothing else."""
    found: set[str] = set()
    for selector in selectors:
        codes = registry.matching(selector)
        is_own = selector in registry.by_name or selector.upper() in registry.by_code
        found |= codes if is_own else codes - but
    return found
