"""Imports the rules of packs besides the built-in one, and refuses those that would be mistaken for others."""

from __future__ import annotations

import importlib.abc
import importlib.util
import re
import sys
from importlib import import_module
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import TYPE_CHECKING, Any

from backend_lint.engine.entries import RuleEntry, read_index
from backend_lint.engine.packs import TextPack
from backend_lint.engine.registry import BUILT_IN_PACK, Registry, import_pack, rules_in
from backend_lint.engine.settings import ConfigurationFault
from backend_lint.findings.severity import Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from backend_lint.rule import Rule

#: Beginnings of codes that are kept for rules that come with the tool.
RESERVED = ("BL", "BP")

_CODE = re.compile(r"[A-Z]{2,10}[0-9]{1,6}")
_WORDS = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")


def entries_of(pack: str | TextPack, known: Iterable[RuleEntry]) -> list[RuleEntry]:
    """The rules of a pack, which is imported. `known` are those of the packs before it. Raises `ConfigurationFault` when it cannot be
    imported, has no rules, or has one whose code or name is taken."""
    shown = pack if isinstance(pack, str) else pack.shown
    try:
        indexed = read_index(pack) if isinstance(pack, str) else None
        if indexed is not None:
            return _added(shown, indexed, known)
        rules = import_pack(pack) if isinstance(pack, str) else _import_text(pack)
    except ConfigurationFault:
        raise
    except SyntaxError as fault:
        place = f"{fault.filename}:{fault.lineno}" if fault.filename else shown
        raise ConfigurationFault([f"rule pack {shown}: {place}: {fault.msg}"]) from None
    except ModuleNotFoundError as fault:
        hint = " (a folder or a file is named with a slash or `.py`)" if fault.name == shown else ""
        raise ConfigurationFault([f"rule pack {shown}: cannot be imported: ModuleNotFoundError: {fault}{hint}"]) from None
    except (Exception, SystemExit) as fault:
        text = str(fault).partition("\n")[0][:200]
        raise ConfigurationFault([f"rule pack {shown}: cannot be imported: {type(fault).__name__}{': ' + text if text else ''}"]) from None
    return entries_for(shown, rules, known)


def entries_for(shown: str, rules: Sequence[type[Rule]], known: Iterable[RuleEntry]) -> list[RuleEntry]:
    """As `entries_of`, for the classes of a pack called `shown`."""
    return _added(shown, [RuleEntry.of(rule) for rule in _checked(shown, rules)], known)


def _added(shown: str, entries: list[RuleEntry], known: Iterable[RuleEntry]) -> list[RuleEntry]:
    if not entries:
        raise ConfigurationFault([f"rule pack {shown}: holds no rule (expected classes that derive from `Rule` and state a `code`)"])
    faults = _collisions(shown, entries, list(known))
    if faults:
        raise ConfigurationFault(faults)
    for entry in entries:
        entry.pack = shown
    return entries


def _checked(shown: str, rules: Sequence[type[Rule]]) -> Sequence[type[Rule]]:
    """The classes, which state what the engine asks of a rule."""
    faults = []
    for rule in rules:
        place = f"rule pack {shown}: {rule.__name__}"
        missing = [name for name in ("code", "name", "family", "severity") if not hasattr(rule, name)]
        if missing:
            faults.append(f"{place} states no {' and no '.join(f'`{name}`' for name in missing)}")
            continue
        # What a pack states is checked, whatever its types promise.
        stated: dict[str, Any] = {name: getattr(rule, name) for name in ("code", "name", "family", "severity", "options")}
        if not isinstance(stated["code"], str) or not _CODE.fullmatch(stated["code"]):
            faults.append(f"{place}: `code` is {stated['code']!r} (expected two or more capitals and a number, as in ACME101)")
        faults.extend(
            f"{place}: `{name}` is {stated[name]!r} (expected words in small letters with hyphens)"
            for name in ("name", "family")
            if not isinstance(stated[name], str) or not _WORDS.fullmatch(stated[name])
        )
        if not isinstance(stated["severity"], Severity):
            faults.append(f"{place}: `severity` is {stated['severity']!r} (expected one of `Severity`)")
        if not isinstance(stated["options"], dict) or not all(isinstance(key, str) for key in stated["options"]):
            faults.append(f"{place}: `options` is no dict of names and defaults")
    if faults:
        raise ConfigurationFault(faults)
    return rules


def _collisions(shown: str, entries: Sequence[RuleEntry], known: Sequence[RuleEntry]) -> list[str]:
    faults: list[str] = []
    before = list(known)
    for entry in entries:
        place = f"rule pack {shown}: {entry.class_name}"
        if entry.code.startswith(RESERVED):
            faults.append(f"{place}: the code {entry.code} begins as those of the built-in rules do (choose letters of your own)")
        for other in before:
            owner = f"of {other.pack}" if other.pack else "that is built in"
            if other.code == entry.code:
                faults.append(f"{place}: {entry.code} is the code of the rule {other.name} {owner}")
            if other.name == entry.name:
                faults.append(f"{place}: `{entry.name}` is the name of the rule {other.code} {owner}")
        if any(other.family == entry.name for other in (*known, *entries)):
            faults.append(f"{place}: `{entry.name}` is the name of a family")
        if any(other.name == entry.family for other in (*known, *entries)):
            faults.append(f"{place}: the family `{entry.family}` is the name of a rule")
        before.append(entry)
    return list(dict.fromkeys(faults))


def pack_of(rule: Rule) -> str | None:
    """The pack that a rule comes from, as the user named it; None for one that came with the tool."""
    top = type(rule).__module__.partition(".")[0]
    if top == BUILT_IN_PACK:
        return None
    found = _finder.packs.get(top)
    return top if found is None else found.shown


# --- packs that are text


class _Finder(importlib.abc.MetaPathFinder, importlib.abc.ExecutionLoader):
    """Finds and loads the modules of packs that are text, each below the name of its pack."""

    def __init__(self) -> None:
        self.packs: dict[str, TextPack] = {}
        self._modules: dict[str, tuple[str, bytes, bool]] = {}

    def add(self, pack: TextPack) -> list[str]:
        """Make a pack known; the names of its modules, the pack's own first."""
        top = pack.module
        if top not in self.packs:
            self.packs[top] = pack
            for name, found in _modules(pack):
                self._modules[name] = found
            if self not in sys.meta_path:
                sys.meta_path.append(self)
        return sorted(name for name in self._modules if name == top or name.startswith(f"{top}."))

    def find_spec(self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None) -> ModuleSpec | None:
        if fullname not in self._modules:
            return None
        return importlib.util.spec_from_loader(fullname, self, is_package=self.is_package(fullname))

    def is_package(self, fullname: str) -> bool:
        return self._module(fullname)[2]

    def get_filename(self, fullname: str) -> str:
        return self._module(fullname)[0]

    def get_source(self, fullname: str) -> str:
        return importlib.util.decode_source(self._module(fullname)[1])

    def _module(self, fullname: str) -> tuple[str, bytes, bool]:
        try:
            return self._modules[fullname]
        except KeyError:
            raise ImportError(f"no module {fullname}", name=fullname) from None


_finder = _Finder()


def _modules(pack: TextPack) -> list[tuple[str, tuple[str, bytes, bool]]]:
    """The modules of a pack: name, file, text, and whether it is a package. Folders without an `__init__.py` are packages as well."""
    top = pack.module
    if [path for path, _ in pack.files] == [""]:
        return [(top, (pack.place, pack.files[0][1], False))]
    found = {top: (f"{pack.place}/__init__.py", b"", True)}
    for path, text in pack.files:
        *folders, name = path[: -len(".py")].split("/")
        above = top
        for place, folder in enumerate(folders):
            above = f"{above}.{folder}"
            found.setdefault(above, (f"{pack.place}/{'/'.join(folders[: place + 1])}/__init__.py", b"", True))
        file = f"{pack.place}/{path}"
        if name == "__init__":
            found[above] = (file, text, True)
        else:
            found[f"{above}.{name}"] = (file, text, False)
    return list(found.items())


def _import_text(pack: TextPack) -> list[type[Rule]]:
    return rules_in([import_module(name) for name in _finder.add(pack)])


def combined(registry: Registry, packs: Sequence[str | TextPack]) -> Registry:
    """A registry with the rules of further packs. Raises `ConfigurationFault`."""
    rules = list(registry.rules)
    for pack in packs:
        rules += entries_of(pack, rules)
    return Registry(rules, packs=[pack if isinstance(pack, str) else pack.place for pack in packs])
