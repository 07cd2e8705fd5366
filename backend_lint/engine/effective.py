"""The configuration as it holds for one path, and where each part of it comes from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from backend_lint.engine.ignores import spec_of
from backend_lint.engine.json_schema import default_of
from backend_lint.engine.schema import KEYS, spelled
from backend_lint.engine.selection import SEVERITY_WHEN_SELECTED
from backend_lint.engine.selection import enabled as enabled_by
from backend_lint.findings.model import Severity

if TYPE_CHECKING:
    from backend_lint.engine.entries import RuleEntry
    from backend_lint.engine.registry import Registry
    from backend_lint.engine.settings import Configurations, Settings, Table
    from backend_lint.engine.toml_places import KeyPath


@dataclass(frozen=True)
class Origin:
    """Where something is said: the `key` in a file (as messages show it) with its 1-based line; `file` is "" for what holds by default,
    `line` None where the line is not known."""

    key: str = ""
    file: str = ""
    line: int | None = None


@dataclass(frozen=True)
class Value:
    """What holds for a key."""

    path: KeyPath
    value: Any
    origin: Origin


@dataclass(frozen=True)
class RuleState:
    """A rule whose severity is not its usual one, "off" among them, and what makes it so."""

    rule: RuleEntry
    severity: Severity
    origin: Origin


@dataclass(frozen=True)
class Effective:
    """What holds for the path `path` (relative to the root). `file` is the configuration, "" for none; `is_excluded` is whether a check of
    a folder leaves the path out; `values` has all keys, tables by their entries; `on` is how many of the `known` rules are on."""

    path: str
    file: str
    is_excluded: bool
    values: tuple[Value, ...]
    rules: tuple[RuleState, ...]
    on: int
    known: int


def effective(configurations: Configurations, registry: Registry, path: str, *, is_folder: bool = False) -> Effective:
    """What holds for a root-relative path, "" for the root. Raises `ConfigurationFault`."""
    settings = configurations.of_folder(path) if is_folder else configurations.of_file(path)
    table = configurations.table_of(settings)
    whole = f"{configurations.root}/{path}".rstrip("/")
    origins = _Origins(table)
    enabled = settings.enabled_in(whole + "/" if is_folder else whole)
    rules = tuple(_changed(registry, settings, enabled, origins, whole))
    return Effective(
        path=path,
        file=settings.file,
        is_excluded=bool(path) and configurations.excluded(path + "/" if is_folder else path),
        values=tuple(_values(table, origins)),
        rules=rules,
        on=len(enabled),
        known=len(registry.rules),
    )


class _Origins:
    """The lines of one configuration file, or of none."""

    def __init__(self, table: Table | None) -> None:
        from backend_lint.engine.toml_places import places

        self.table = table
        try:
            self._places = places(table.text) if table is not None else {}
        except RecursionError:
            self._places = {}

    def of(self, path: KeyPath) -> Origin:
        if self.table is None:
            return Origin(spelled(path))
        place = self._places.get((*self.table.prefix, *path))
        line = self.table.text.count("\n", 0, place.key.start) + 1 if place is not None else None
        return Origin(spelled(path), self.table.shown, line)


def _values(table: Table | None, origins: _Origins) -> Iterator[Value]:
    stated = table.values if table is not None else {}
    for key in KEYS:
        default = default_of(key)
        if key not in stated:
            if not isinstance(default, dict) and default is not None:
                yield Value((key,), default, Origin())
        elif isinstance(default, dict):
            for path, value in _entries((key,), stated[key], depth=2 if key == "rules" else 1):
                yield Value(path, value, origins.of(path))
        else:
            yield Value((key,), stated[key], origins.of((key,)))


def _entries(path: KeyPath, table: dict[str, Any], depth: int) -> Iterator[tuple[KeyPath, Any]]:
    for key, value in table.items():
        if depth > 1:
            yield from _entries((*path, key), value, depth - 1)
        else:
            yield (*path, key), value


def _changed(registry: Registry, settings: Settings, enabled: frozenset[str], origins: _Origins, whole: str) -> Iterator[RuleState]:
    usually_on = enabled_by(registry, [], {})
    for rule in registry.rules:
        usual = rule.severity if rule.code in usually_on else Severity.OFF
        if rule.code not in enabled:
            severity = Severity.OFF
        else:
            severity = settings.severity.get(rule.code, rule.severity)
            if severity is Severity.OFF:
                severity = SEVERITY_WHEN_SELECTED
        if severity is not usual:
            yield RuleState(rule, severity, _why(registry, rule.code, settings, enabled, origins, whole))


def _why(registry: Registry, code: str, settings: Settings, enabled: frozenset[str], origins: _Origins, whole: str) -> Origin:
    """The part of the configuration that makes a rule other than usual; what the command line or the built-in settings say has no place."""
    stated = origins.table.values if origins.table is not None else {}

    def chosen(key: str) -> Origin | None:
        found = [index for index, selector in enumerate(stated.get(key, ())) if code in registry.matching(selector)]
        return origins.of((key, found[-1])) if found else None

    severities = [key for key in stated.get("severity", {}) if code in registry.matching(key)]
    # The narrower selector wins, as in `selection.overrides`.
    severities.sort(key=lambda key: len(registry.matching(key)))
    by_severity = origins.of(("severity", severities[0])) if severities else None
    if code in enabled:
        return by_severity or chosen("extend-select") or chosen("select") or Origin("select")
    for pattern, selectors in stated.get("per-file-ignores", {}).items():
        spec = spec_of([pattern])
        inside = whole.removeprefix(settings.folder.rstrip("/") + "/")
        if spec is not None and spec.match_file(inside) and any(code in registry.matching(each) for each in selectors):
            return origins.of(("per-file-ignores", pattern))
    if settings.severity.get(code) is Severity.OFF and by_severity is not None:
        return by_severity
    by_choice = chosen("ignore")
    if by_choice is None and "select" in stated:
        by_choice = origins.of(("select",))
    return by_choice or Origin("preview")
