"""The rules there are. A rule pack is a package; each class below it that derives from `Rule` and states a `code` is a rule.

Packs of the user's own are added to the built-in one: see `engine.packs`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, TypeAlias

from backend_lint.engine.entries import RuleEntry, read_index

if TYPE_CHECKING:
    from types import ModuleType

    from backend_lint.engine.packs import TextPack
    from backend_lint.findings.model import RuleInfo
    from backend_lint.rule import Rule

BUILT_IN_PACK = "backend_lint_rules"

#: What a run takes its rules from: a package, several packs with the one first that the others are added to, or the rules themselves.
Packs: TypeAlias = "str | tuple[str | TextPack, ...] | Registry"

#: The rule that reports a file which cannot be parsed.
SYNTAX_ERROR = "BL000"

#: What may stand for every rule where codes are listed.
ALL = "ALL"


class Registry:
    """The rules of a pack, by code, name and family, in the order of their codes. Raises ValueError for two rules of one code or name.

    `packs` are the packs besides the first that they come from, by the name of the package or the place of the file or folder."""

    def __init__(self, rules: Iterable[type[Rule] | RuleEntry], packs: Iterable[str] = ()) -> None:
        self.packs = frozenset(packs)
        entries = (rule if isinstance(rule, RuleEntry) else RuleEntry.of(rule) for rule in rules)
        self.rules = tuple(sorted(entries, key=lambda rule: rule.code))
        self.by_code = {rule.code: rule for rule in self.rules}
        self.by_name = {rule.name: rule for rule in self.rules}
        if len(self.by_code) != len(self.rules) or len(self.by_name) != len(self.rules):
            listed = ", ".join(f"{rule.code} {rule.name} ({rule.module})" for rule in self.rules)
            raise ValueError(f"two rules share a code or a name: {listed}")
        self.families = tuple(dict.fromkeys(rule.family for rule in self.rules))

    def matching(self, selector: str) -> frozenset[str]:
        """The codes that a selector means: a code or its beginning in any case, a name, a family, or `ALL`; none when it means nothing."""
        if selector.upper() == ALL:
            return frozenset(self.by_code)
        if selector in self.by_name:
            return frozenset({self.by_name[selector].code})
        if selector in self.families:
            return frozenset(code for code, rule in self.by_code.items() if rule.family == selector)
        letters = selector.rstrip("0123456789")
        if len(letters) > 1 and letters.isascii() and letters.isalpha():
            prefix = selector.upper()
            return frozenset(code for code in self.by_code if code.startswith(prefix))
        return frozenset()

    def nearest(self, selector: str) -> str | None:
        """The code, name or family that looks most like `selector`; None when none does."""
        return nearest(selector, (*self.by_name, *self.families, *self.by_code))

    def infos(self) -> list[RuleInfo]:
        """The rules as suppression comments need to know them."""
        from backend_lint.findings.model import RuleInfo

        return [RuleInfo(code=rule.code, name=rule.name, family=rule.family, severity=rule.severity) for rule in self.rules]


def unknown_selectors(registry: Registry, **chosen: Iterable[str]) -> list[str]:
    """What is to be said of selectors that mean no rule, by the options of the command line that give them (the names of parameters)."""
    faults = []
    for option, selectors in chosen.items():
        for selector in selectors:
            if not registry.matching(selector):
                near = registry.nearest(selector)
                hint = f'; did you mean "{near}"?' if near else ""
                place = f"--{option.replace('_', '-')}"
                faults.append(f'{place}: unknown rule "{selector}"{hint} (expected a rule code, its beginning, a name or a family)')
    return faults


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The word among `known` that is most like `word`; None when none is like it."""
    import difflib

    folded = {name.casefold(): name for name in known}
    matches = difflib.get_close_matches(word.casefold(), folded, n=1, cutoff=0.6)
    return folded[matches[0]] if matches else None


def built_in() -> Registry:
    """The rules that come with the tool."""
    return load_pack(BUILT_IN_PACK)


@cache
def load_pack(pack: Packs) -> Registry:
    """The rules of a package: those of its index, which are imported when they are made; without one they are imported. Raises
    `ConfigurationFault` when further packs cannot be added to it."""
    if isinstance(pack, Registry):
        return pack
    if isinstance(pack, str):
        entries = read_index(pack)
        return Registry(import_pack(pack) if entries is None else entries)
    from backend_lint.engine.pack_loading import combined

    first, *others = pack
    assert isinstance(first, str), "a package is what packs are added to"
    return combined(load_pack(first), others)


def import_pack(package: str) -> list[type[Rule]]:
    """The rules of the package of that name, which is imported with all that is below it, by their codes."""
    return rules_in(_modules(import_module(package)))


def rules_in(modules: Iterable[ModuleType]) -> list[type[Rule]]:
    """The rules that some modules define themselves, by their codes."""
    from backend_lint.rule import Rule

    rules: list[type[Rule]] = []
    for module in modules:
        own = (value for value in vars(module).values() if isinstance(value, type) and value.__module__ == module.__name__)
        rules.extend(value for value in own if issubclass(value, Rule) and "code" in vars(value))
    return sorted(rules, key=lambda rule: str(rule.code))


def _modules(package: ModuleType) -> Iterator[ModuleType]:
    import pkgutil

    yield package
    for found in pkgutil.walk_packages(getattr(package, "__path__", ()), package.__name__ + "."):
        yield import_module(found.name)
