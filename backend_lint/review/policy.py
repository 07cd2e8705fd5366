"""How a change makes the gate itself wider: new suppressions, weaker configuration, code moved to where rules do not look."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence

from backend_lint.engine.plan import reaches
from backend_lint.engine.registry import Registry
from backend_lint.engine.settings import ConfigurationFault, Configurations, Settings
from backend_lint.findings.comments import Directive
from backend_lint.findings.model import Finding, Severity
from backend_lint.findings.suppression import Catalogue
from backend_lint.review.delta import Delta
from backend_lint.review.model import PolicyItem

Directives = Mapping[str, Sequence[Directive]]


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
    """What the configuration after a change no longer reports in some files, one item for each file and kind of weakening it holds."""
    found: dict[tuple[str, str, str], PolicyItem] = {}
    for path in paths:
        try:
            old, new = before.of_file(path), after.of_file(path)
            was_left_out, is_left_out = before.excluded(path), after.excluded(path)
        except ConfigurationFault as fault:
            item = PolicyItem(kind="unreadable-configuration", path=path, message=fault.messages[0])
            return [item]
        if old == new and was_left_out == is_left_out:
            continue
        for item in _weaker(old, new, path, registry, root=str(before.root), hidden=is_left_out and not was_left_out):
            found.setdefault((item.kind, item.path, item.message), item)
    return list(found.values())


def _weaker(old: Settings, new: Settings, path: str, registry: Registry, *, root: str, hidden: bool) -> Iterator[PolicyItem]:
    place = new.file or old.file or path
    if hidden:
        yield PolicyItem(kind="exclude", path=place, message=f"leaves out `{path}`")
    gone = sorted(old.enabled_in(f"{root}/{path}") - new.enabled_in(f"{root}/{path}"))
    if gone:
        yield PolicyItem(kind="disabled-rule", path=place, message=f"switches off {', '.join(gone)}")
    for code, severity in sorted(new.severity.items()):
        rule = registry.by_code[code]
        known = old.severity.get(code, rule.severity)
        if known is not severity and _rank(severity) > _rank(known):
            yield PolicyItem(kind="severity", path=place, message=f"lowers {code} from {known.value} to {severity.value}")
    for severity in (Severity.ERROR, Severity.WARNING, Severity.NOTE):
        if reaches(severity, old.fail_on) and not reaches(severity, new.fail_on):
            yield PolicyItem(kind="fail-level", path=place, message=f"lets pass what is below {new.fail_on} (before: {old.fail_on})")
            break


def _rank(severity: Severity) -> int:
    return [Severity.ERROR, Severity.WARNING, Severity.NOTE, Severity.OFF].index(severity)
