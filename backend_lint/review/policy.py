"""How a change makes the gate itself wider: new suppressions, weaker configuration, code moved to where rules do not look."""

from __future__ import annotations

import os
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from backend_lint.engine.plan import reaches
from backend_lint.engine.registry import Registry
from backend_lint.engine.settings import ConfigurationFault, Configurations, Settings
from backend_lint.findings.comments import Directive
from backend_lint.findings.model import Finding, Severity
from backend_lint.findings.suppression import Catalogue
from backend_lint.review.delta import Delta
from backend_lint.review.model import PolicyItem, PolicyKind

Directives = Mapping[str, Sequence[Directive]]

#: How a fault of a configuration begins: file, line, column.
_PLACED = re.compile(r"([^\n:]+):(\d+):\d+: (.*)", re.DOTALL)

#: How many files an item names.
_LISTED = 3


def added_directives(before: Directives, after: Directives, delta: Delta) -> dict[str, list[Directive]]:
    """The suppression comments that a change adds or widens, by path after the change.

    A comment that was there with the same text, in the same file or the one it was renamed from, is an old one, wherever it stands now.
    """
    found: dict[str, list[Directive]] = defaultdict(list)
    for path, directives in after.items():
        old = delta.old_path(path)
        known = Counter(directive.text for directive in before.get(old, ())) if old is not None else Counter[str]()
        for directive in sorted(directives, key=lambda each: delta.old_line(path, each.line) is None):
            if known[directive.text]:
                known[directive.text] -= 1
            elif directive.codes or directive.kind == "noqa":
                found[path].append(directive)
    return dict(found)


def suppression_items(added: Directives, registry: Registry) -> Iterator[PolicyItem]:
    """An item for each comment that a change adds; those for other linters only are none."""
    catalogue = Catalogue(registry.infos())
    for path, directives in sorted(added.items()):
        for directive in directives:
            if directive.kind == "noqa" and directive.codes and not any(catalogue.find_noqa(code) for code in directive.codes):
                continue
            yield PolicyItem(kind="suppression", path=path, line=directive.line, message=f"adds the suppression `{directive.text}`")


def hides(added: Directives, finding: Finding, registry: Registry) -> bool:
    """Whether one of the added comments covers a finding."""
    catalogue = Catalogue(registry.infos())
    for directive in added.get(finding.path, ()):
        if directive.first <= finding.line <= directive.last:
            look = catalogue.find_noqa if directive.kind == "noqa" else catalogue.find
            if not directive.codes or any(finding.rule in look(code) for code in directive.codes):
                return True
    return False


def configuration_items(before: Configurations, after: Configurations, paths: Sequence[str], registry: Registry) -> list[PolicyItem]:
    """What the configuration after a change no longer reports: an item for each configuration file and kind of weakening in it, which names
    the files under check that it concerns where these are not all that the configuration holds for."""
    found = _Weakenings(registry)
    for path in paths:
        try:
            old, new = before.of_file(path), after.of_file(path)
            was_left_out, is_left_out = before.excluded(path), after.excluded(path)
        except ConfigurationFault as fault:
            return [unreadable(fault, path)]
        if old == new and was_left_out == is_left_out:
            continue
        place = new.file or old.file or path
        if is_left_out and not was_left_out:
            found.left_out[place].append(path)
        found.compare(old, new, place, path, f"{before.root}/{path}")
    return found.items()


def unreadable(fault: ConfigurationFault, path: str) -> PolicyItem:
    """The item for a configuration or baseline that a change leaves unusable; `path` is the file where the fault names none."""
    placed = _PLACED.match(fault.messages[0])
    named, line, said = placed.groups() if placed else (path, None, fault.messages[0])
    message = f"leaves what cannot be used: {said}"
    return PolicyItem(kind="unreadable-configuration", path=named, line=int(line) if line else None, message=message)


class _Weakenings:
    """What the configuration after a change reports less, collected over the files under check, by the configuration that says so."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self.left_out: dict[str, list[str]] = defaultdict(list)
        self._off: dict[str, set[str]] = defaultdict(set)
        self._off_in: dict[tuple[str, str], list[str]] = defaultdict(list)
        self._lowered: dict[tuple[str, str], set[str]] = defaultdict(set)
        self._items: dict[tuple[str, str], PolicyItem] = {}

    def compare(self, old: Settings, new: Settings, place: str, path: str, absolute: str) -> None:
        """Note what holds for a file less than before; `absolute` is its absolute path, `place` the configuration that says so."""
        was_on, is_on = old.enabled_in(absolute), new.enabled_in(absolute)
        gone = was_on - is_on
        self._off[place] |= gone - new.enabled
        if here := gone & new.enabled:
            self._off_in[place, _rules_in_words(here, everything=not is_on)].append(path)
        for code, severity in new.severity.items():
            known = old.severity.get(code, self._registry.by_code[code].severity)
            if _rank(severity) > _rank(known):
                self._lowered[place, f"from {known.value} to {severity.value}"].add(code)
        for severity in (Severity.ERROR, Severity.WARNING, Severity.NOTE):
            if reaches(severity, old.fail_on) and not reaches(severity, new.fail_on):
                self._add("fail-level", place, f"lets pass what is below {new.fail_on} (before: {old.fail_on})")
                break
        if old.include_tests and not new.include_tests:
            self._add("exclude", place, "checks tests, migrations and examples no more")
        for name in sorted({*new.names.validators} - {*old.names.validators}):
            self._add("validator", place, f"declares `{name}` a validator")
        for name in sorted({*new.rule_packs} - {*old.rule_packs}):
            if self._registry.packs.isdisjoint({name, os.path.realpath(os.path.join(new.folder, name))}):
                self._add("rule-pack", place, f"names the rule pack {name}, which is not run here")

    def items(self) -> list[PolicyItem]:
        """An item for each of what was noted."""
        for place, paths in self.left_out.items():
            self._add("exclude", place, f"leaves out {_files_in_words(paths)}")
        for place, codes in self._off.items():
            if codes:
                self._add("disabled-rule", place, f"switches off {_rules_in_words(codes)}")
        for (place, rules), paths in self._off_in.items():
            self._add("disabled-rule", place, f"switches off {rules} in {_files_in_words(paths)}")
        for (place, change), codes in self._lowered.items():
            self._add("severity", place, f"lowers {_rules_in_words(codes)} {change}")
        return list(self._items.values())

    def _add(self, kind: PolicyKind, place: str, message: str) -> None:
        self._items.setdefault((place, message), PolicyItem(kind=kind, path=place, message=message))


def _rules_in_words(codes: Iterable[str], *, everything: bool = False) -> str:
    return "all rules" if everything else ", ".join(sorted(codes))


def _files_in_words(paths: Sequence[str]) -> str:
    listed = ", ".join(f"`{path}`" for path in sorted(paths)[:_LISTED])
    return listed if len(paths) <= _LISTED else f"{listed} and {len(paths) - _LISTED} more files"


def _rank(severity: Severity) -> int:
    return [Severity.ERROR, Severity.WARNING, Severity.NOTE, Severity.OFF].index(severity)
