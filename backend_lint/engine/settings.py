"""The user's configuration: `[tool.backend-lint]` of `pyproject.toml`, or `backend-lint.toml`, the nearest upwards of each file.

The nearest file counts alone: configurations are not merged. Patterns in it are relative to its folder.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, cast

from backend_lint.engine import selection
from backend_lint.engine.ignores import spec_of
from backend_lint.engine.registry import Registry
from backend_lint.engine.schema import Checker, Fault, rule_called
from backend_lint.engine.selection import Choice
from backend_lint.findings.model import Severity
from backend_lint.source.files import FileSource

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

    from backend_lint.engine.toml_places import KeyPath, Position

FILE_NAMES = ("backend-lint.toml", "pyproject.toml")

FailLevel = Literal["error", "warning", "note", "never"]


class ConfigurationFault(Exception):
    """A configuration that cannot be used; `messages` has a line for each fault, which names the file, its place there and the key.
    `positions` has for each the line of the file that it is about; None where that is not known."""

    def __init__(self, messages: list[str], positions: Sequence[Position | None] = ()) -> None:
        super().__init__("\n".join(messages))
        self.messages = messages
        self.positions = positions or [None] * len(messages)


@dataclass(frozen=True, kw_only=True)
class Table:
    """The text of a configuration file, and what it says: `values`, the table with the path `prefix` in it. `shown` is how messages name
    the file."""

    file: Path
    shown: str
    text: str
    prefix: KeyPath
    values: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class ExtraNames:
    """Names of the project that the user declares, dotted: functions that validate what they are given, functions that build a response,
    functions or classes that open a database session, modules that are settings."""

    validators: tuple[str, ...] = ()
    response_helpers: tuple[str, ...] = ()
    session_factories: tuple[str, ...] = ()
    settings_modules: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class CommandLine:
    """What the command line says; None leaves the configuration's word. `exclude` has patterns relative to the current directory.

    `rule_packs` are further packs, by package or by path; with `allow_project_rules` a project's own configuration may name some as well:
    see `engine.packs`."""

    choice: Choice = field(default_factory=Choice)
    exclude: tuple[str, ...] = ()
    fail_on: FailLevel | None = None
    pedantic: bool | None = None
    include_tests: bool | None = None
    preview: bool | None = None
    rule_packs: tuple[str, ...] = ()
    allow_project_rules: bool = False


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What holds for the files of one folder. `file` is the configuration's path for messages, "" for the built-in one.

    `enabled` are the codes of the rules that are on, `severity` is code to severity for those that the user overrides, `options` is rule
    code to option to value. `folder` (absolute) is what the patterns of `exclude` and `per_file_ignores` are relative to, and the file that
    `baseline` names.
    """

    file: str = ""
    folder: str = ""
    enabled: frozenset[str] = frozenset()
    severity: Mapping[str, Severity] = field(default_factory=dict)
    options: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    per_file_ignores: tuple[tuple[GitIgnoreSpec, frozenset[str]], ...] = ()
    exclude: GitIgnoreSpec | None = None
    baseline: str | None = None
    fail_on: FailLevel = "warning"
    pedantic: bool = False
    include_tests: bool = False
    names: ExtraNames = field(default_factory=ExtraNames)
    rule_packs: tuple[str, ...] = ()

    def excludes(self, path: str) -> bool:
        """Whether the configuration leaves out an absolute path; a folder's has a slash at its end."""
        if self.exclude is None:
            return False
        inside = _below(path, self.folder)
        return inside is not None and self.exclude.match_file(inside)

    def enabled_in(self, path: str) -> frozenset[str]:
        """The codes of the rules that are on in the file at an absolute path."""
        if not self.per_file_ignores:
            return self.enabled
        inside = _below(path, self.folder)
        if inside is None:
            return self.enabled
        return self.enabled.difference(*(codes for spec, codes in self.per_file_ignores if spec.match_file(inside)))


class Configurations:
    """The settings of a project's folders, read when asked for.

    `file` is the configuration that the user names, which then holds everywhere; `use_files` of False reads none. `source` is where the
    configurations come from when that is not the disk. `refuse_packs` of False passes over rule packs that were not loaded, for those who
    compare configurations and analyse nothing by them. All methods raise `ConfigurationFault`.
    """

    def __init__(
        self,
        root: Path,
        registry: Registry,
        command_line: CommandLine | None = None,
        *,
        current: Path | None = None,
        file: Path | None = None,
        use_files: bool = True,
        source: FileSource | None = None,
        refuse_packs: bool = True,
    ) -> None:
        self.root = root
        self._top = str(root)
        self._must_refuse_packs = refuse_packs
        self._source = source
        self._registry = registry
        self._command_line = command_line or CommandLine()
        self._current = str(current or root)
        self._command_exclude = spec_of(self._command_line.exclude)
        self._folders: dict[str, Settings] = {}
        self._tables: dict[str, Table] = {}
        self._use_files = use_files and file is None
        if file is not None:
            found = self._read(file, must_exist=True)
            self._default = self._build({}, "", str(root)) if found is None else found
        else:
            self._default = self._build({}, "", str(root))

    def of_file(self, path: str) -> Settings:
        """The settings of the file at a root-relative path."""
        return self.of_folder(path.rpartition("/")[0])

    def of_folder(self, folder: str) -> Settings:
        """The settings of the files in a root-relative folder, "" for the root."""
        if not self._use_files:
            return self._default
        known = self._folders.get(folder)
        if known is None:
            known = self._own(folder)
            if known is None:
                known = self.of_folder(folder.rpartition("/")[0]) if folder else self._default
            self._folders[folder] = known
        return known

    def table_of(self, settings: Settings) -> Table | None:
        """The configuration file that settings were read from; None for the built-in ones."""
        return self._tables.get(settings.file)

    def shown(self, file: Path) -> str:
        """The path of a file in messages."""
        return _shown(file, self._current)

    def excluded(self, path: str) -> bool:
        """Whether a root-relative path is left out of checking; a folder's has a slash at its end."""
        whole = f"{self._top}/{path}"
        if self._command_exclude is not None:
            inside = _below(whole, self._current)
            if inside is not None and self._command_exclude.match_file(inside):
                return True
        return self.of_folder(path.rstrip("/").rpartition("/")[0]).excludes(whole)

    def own(self, folder: str) -> Settings | None:
        """The settings in the configuration file that lies in a root-relative folder; None for none, or where other files are used."""
        if not self._use_files:
            return self._default if not folder and self._default.file else None
        return self._own(folder)

    def _own(self, folder: str) -> Settings | None:
        for name in FILE_NAMES:
            path = f"{folder}/{name}" if folder else name
            if self._source is not None:
                found = self._read_from(self._source, path, self.root / path)
            else:
                found = self._read(self.root / path) if os.path.lexists(f"{self._top}/{path}") else None
            if found is not None:
                return found
        return None

    def _read_from(self, source: FileSource, path: str, file: Path) -> Settings | None:
        try:
            data = source.read(path)
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as fault:
            shown = _shown(file, self._current)
            raise ConfigurationFault([f"{shown}: cannot read this configuration: {fault.strerror or fault}"]) from None
        return self._parsed(file, data)

    def _read(self, file: Path, *, must_exist: bool = False) -> Settings | None:
        """The settings in a file; None when it is about other tools only."""
        shown = _shown(file, self._current)
        try:
            data = file.read_bytes()
        except OSError as fault:
            if not must_exist and not file.is_file():
                return None
            raise ConfigurationFault([f"{shown}: cannot read this configuration: {fault.strerror or fault}"]) from None
        return self._parsed(file, data)

    def _parsed(self, file: Path, data: bytes) -> Settings | None:
        """The settings in the text of a configuration; None when it is about other tools only."""
        shown = _shown(file, self._current)
        table = read_table(file, shown, data)
        if table is None:
            return None
        if self._must_refuse_packs:
            self._refuse_packs(table)
        checker = Checker(self._registry, table.prefix)
        checker.check(table.values)
        if checker.faults:
            raise _placed(table, checker.faults)
        self._tables[shown] = table
        folder = os.path.realpath(file.parent)
        holds = _below(f"{self.root}/", folder) is not None or _below(f"{folder}/", str(self.root)) is not None
        return self._build(table.values, shown, folder if holds else str(self.root))

    def _refuse_packs(self, table: Table) -> None:
        """Raise `ConfigurationFault` for a rule pack that was not loaded: who analyses a project decides whether its packs are run."""
        named = table.values.get("rule-packs")
        if not named:
            return
        from backend_lint.engine.packs import refusals

        faults = refusals(named, table.file, self._registry.packs, self._current)
        if faults:
            raise _placed(table, [Fault((*table.prefix, "rule-packs", index), True, message) for index, message in faults])

    def _build(self, table: Mapping[str, Any], file: str, folder: str) -> Settings:
        """Settings of a table that the checker found in order."""
        line = self._command_line
        registry = self._registry
        severity = selection.overrides(registry, {key: Severity(value) for key, value in table.get("severity", {}).items()})
        select = table.get("select")
        choice = Choice(
            select=None if select is None else tuple(select),
            extend_select=tuple(table.get("extend-select", ())),
            ignore=tuple(table.get("ignore", ())),
        )
        options: dict[str, Mapping[str, Any]] = {}
        for name, values in table.get("rules", {}).items():
            rule = rule_called(registry, name)
            assert rule is not None, "the checker has seen this name"
            options[rule.code] = {key: _as_default(value, rule.options[key]) for key, value in values.items()}
        ignores = []
        for pattern, selectors in table.get("per-file-ignores", {}).items():
            spec = spec_of([pattern])
            if spec is not None:
                ignores.append((spec, frozenset(code for selector in selectors for code in registry.matching(selector))))
        return Settings(
            file=file,
            folder=folder,
            enabled=selection.enabled(
                registry,
                [choice, line.choice],
                severity,
                preview=table.get("preview", False) if line.preview is None else line.preview,
            ),
            severity=severity,
            options=options,
            per_file_ignores=tuple(ignores),
            exclude=spec_of(table.get("exclude", ())),
            baseline=table.get("baseline"),
            fail_on=line.fail_on or cast("FailLevel", table.get("fail-on", "warning")),
            pedantic=table.get("pedantic", False) if line.pedantic is None else line.pedantic,
            include_tests=table.get("include-tests", False) if line.include_tests is None else line.include_tests,
            names=ExtraNames(
                validators=tuple(table.get("validators", ())),
                response_helpers=tuple(table.get("response-helpers", ())),
                session_factories=tuple(table.get("session-factories", ())),
                settings_modules=tuple(table.get("settings-modules", ())),
            ),
            rule_packs=tuple(table.get("rule-packs", ())),
        )


def read_table(file: Path, shown: str, data: bytes) -> Table | None:
    """What a configuration file says, as yet unchecked; None when it is about other tools only. Raises `ConfigurationFault`."""
    if file.name != "pyproject.toml":
        text, values = _parse(data, shown)
        return Table(file=file, shown=shown, text=text, prefix=(), values=values)
    if b"backend-lint" not in data:
        return None
    text, document = _parse(data, shown)
    tool = document.get("tool", {})
    table: Any = tool.get("backend-lint") if isinstance(tool, dict) else None
    if table is None:
        return None
    prefix = ("tool", "backend-lint")
    found = Table(file=file, shown=shown, text=text, prefix=prefix, values=table)
    if not isinstance(table, dict):
        raise _placed(found, [Fault(prefix, True, "tool.backend-lint: this is no table (expected [tool.backend-lint])")])
    return found


def _placed(table: Table, faults: Sequence[Fault]) -> ConfigurationFault:
    """The faults of a configuration with their places, in the order of these."""
    from backend_lint.engine.toml_places import places, position

    try:
        known = places(table.text)
    except RecursionError:
        known = {}
    found: list[tuple[str, Position | None]] = []
    for fault in faults:
        place = known.get(fault.path)
        span = place and ((fault.at_value and place.value) or place.key)
        found.append((fault.message, position(table.text, span) if span else None))
    found.sort(key=lambda item: (item[1].line, item[1].start) if item[1] else (0, 0))
    return ConfigurationFault([_located(table.shown, *item) for item in found], [place for _, place in found])


def _located(shown: str, message: str, place: Position | None) -> str:
    return f"{shown}:{place.line}:{place.start}: {message}" if place else f"{shown}: {message}"


#: How a parser of TOML ends its message: with the place.
_TOML_PLACE = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")


def _parse(data: bytes, shown: str) -> tuple[str, dict[str, Any]]:
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    try:
        text = data.decode("utf-8").replace("\r\n", "\n")
        return text, tomllib.loads(text)
    except UnicodeDecodeError as fault:
        raise ConfigurationFault([f"{shown}: invalid TOML: not UTF-8 at byte {fault.start} (expected UTF-8 text)"]) from None
    except tomllib.TOMLDecodeError as fault:
        from backend_lint.engine.toml_places import Position

        message = str(fault)
        place = None
        found = _TOML_PLACE.search(message)
        if found is not None:
            message = message[: found.start()]
            lines = text.split("\n")
            line = min(int(found[1]), len(lines)) if found[1] else len(lines)
            column = int(found[2]) if found[2] else len(lines[-1]) + 1
            place = Position(line, column, column + 1, lines[line - 1])
        raise ConfigurationFault([_located(shown, f"invalid TOML: {message}", place)], [place]) from None
    except RecursionError:
        raise ConfigurationFault([f"{shown}: invalid TOML: nested too deeply"]) from None


def _as_default(value: Any, default: Any) -> Any:
    """A list of the user's in the kind of collection that the rule's default is, a whole number as a float where the default is one."""
    if isinstance(default, (tuple, set, frozenset)):
        return type(default)(value)
    return float(value) if isinstance(default, float) else value


def _below(path: str, folder: str) -> str | None:
    """`path` relative to `folder` (both absolute), None when it does not lie below."""
    prefix = folder.rstrip("/") + "/"
    return path[len(prefix) :] if path.startswith(prefix) else None


def _shown(file: Path, current: str) -> str:
    inside = _below(os.path.abspath(file), current)
    return inside if inside else str(file)
