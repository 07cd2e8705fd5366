"""All configuration files of a project, looked at without a check: what is wrong in them, and what in them has no effect."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from posixpath import dirname
from typing import TYPE_CHECKING

from backend_lint.engine.discovery import walk
from backend_lint.engine.ignores import spec_of
from backend_lint.engine.registry import nearest
from backend_lint.engine.schema import spelled
from backend_lint.engine.settings import FILE_NAMES, ConfigurationFault, read_table
from backend_lint.semantics.layout import Layout

if TYPE_CHECKING:
    from backend_lint.engine.settings import Configurations, Settings, Table
    from backend_lint.engine.toml_places import KeyPath


_WORD = re.compile(r"\w+")
_STAR = re.compile(r"\bimport[ \t]*\(?[ \t]*\*")


@dataclass(frozen=True)
class Looked:
    """A configuration file, by the name that messages give it. `fault` is what makes it unusable; `remarks` are what has no effect in it,
    each a line that begins with its place."""

    file: str
    fault: ConfigurationFault | None
    remarks: tuple[str, ...] = ()


def look(configurations: Configurations) -> list[Looked]:
    """What is to be said of the configurations that hold for some Python file of the project, outermost first; a configuration that the
    user named stands alone."""
    files = sorted(entry.path for entry in walk(configurations.root))
    found: dict[str, Looked] = {}
    for folder in _folders(files):
        try:
            settings = configurations.own(folder)
        except ConfigurationFault as fault:
            name = fault.messages[0].partition(":")[0]
            found.setdefault(name, Looked(name, fault))
            continue
        table = configurations.table_of(settings) if settings is not None else None
        if settings is not None and table is not None:
            found.setdefault(table.shown, Looked(table.shown, None, tuple(_remarks(configurations, settings, table, files))))
            hidden = _hidden(configurations, folder, table)
            if hidden is not None:
                found.setdefault(hidden.file, hidden)
    return list(found.values())


def _folders(files: Sequence[str]) -> list[str]:
    """The folders that hold one of the files, directly or not."""
    found = {""}
    for path in files:
        folder = dirname(path)
        while folder not in found:
            found.add(folder)
            folder = dirname(folder)
    return sorted(found, key=lambda folder: (folder.count("/") + bool(folder), folder))


def _hidden(configurations: Configurations, folder: str, used: Table) -> Looked | None:
    """The configuration beside the one that is used, which nobody reads."""
    first, second = FILE_NAMES
    file = configurations.root / folder / second
    if used.file.name != first or not file.is_file():
        return None
    shown = used.shown.removesuffix(first) + second
    try:
        table = read_table(file, shown, file.read_bytes())
    except (OSError, ConfigurationFault):
        return None
    if table is None:
        return None
    return Looked(shown, None, (f"{shown}: [{spelled(table.prefix)}] is not read: {used.shown} stands beside it",))


def _remarks(configurations: Configurations, settings: Settings, table: Table, files: Sequence[str]) -> Iterator[str]:
    from backend_lint.engine.toml_places import places, position

    try:
        known = places(table.text)
    except RecursionError:
        return

    def remark(path: KeyPath, what: str) -> str:
        whole = (*table.prefix, *path)
        place = known[whole]
        found = position(table.text, place.value if isinstance(path[-1], int) and place.value is not None else place.key)
        return f"{table.shown}:{found.line}:{found.start}: {spelled(whole)}: {what}"

    prefix = settings.folder.removeprefix(str(configurations.root)).strip("/")
    inside = [path.removeprefix(f"{prefix}/") for path in files if not prefix or path.startswith(f"{prefix}/")]
    layout = Layout(files)
    beside = f"{prefix}/module.py" if prefix else "module.py"
    for index, name in enumerate(settings.names.settings_modules):
        if layout.resolve(name, beside) is None:
            yield remark(("settings-modules", index), f"there is no module {name} in this project")
    for key in ("validators", "response-helpers", "session-factories"):
        for index, name in enumerate(table.values.get(key, ())):
            lacking = _lacking(configurations, layout, name, beside)
            if lacking is not None:
                yield remark((key, index), lacking)
    for pattern in table.values.get("per-file-ignores", {}):
        spec = spec_of([pattern])
        if spec is not None and not any(spec.match_file(path) for path in inside):
            yield remark(("per-file-ignores", pattern), "no Python file matches this pattern")


def _lacking(configurations: Configurations, layout: Layout, name: str, beside: str) -> str | None:
    """What is missing of a dotted name, whose first parts are a module of the project; None when all is there as far as words tell, or the
    name is not the project's."""
    parts = name.split(".")
    for count in range(len(parts) - 1, 0, -1):
        module = ".".join(parts[:count])
        path = layout.resolve(module, beside)
        if path is None:
            continue
        try:
            text = (configurations.root / path).read_bytes().decode("utf-8", "replace")
        except OSError:
            return None
        words = set(_WORD.findall(text))
        # What comes behind it may be inherited.
        missing = parts[count]
        if missing in words or _STAR.search(text):
            return None
        near = nearest(missing, words)
        return f"{path} has no {missing}" + (f"; did you mean {near}?" if near else "")
    return None
