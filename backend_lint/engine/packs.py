"""Rule packs of the user's own: which of them a run loads, and how one that is given by a path is imported.

A pack is code that runs with the user's rights, so who may name one matters. The command line and the environment may
(`BACKEND_LINT_RULE_PACKS`), and so may a configuration that the command line names and that lies outside of the project. A project's own
configuration may not, unless the user says that this project is trusted: it comes with the code that is analysed.

A pack given by a path is read as text, from the disk or from a revision, and imported from that text under a name of its own. So it can be
handed to other processes, two states of one pack can be told apart, and what is imported is what the cache's key was made of.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Any

from backend_lint.engine.registry import BUILT_IN_PACK, Packs
from backend_lint.engine.settings import FILE_NAMES, CommandLine, ConfigurationFault, read_table

if TYPE_CHECKING:
    from backend_lint.source.files import FileSource

#: The environment's word: packs as `--rule-pack` takes them, separated as `PATH` is; and whether projects may name packs.
VARIABLE, ALLOW_VARIABLE = "BACKEND_LINT_RULE_PACKS", "BACKEND_LINT_ALLOW_PROJECT_RULES"

#: More than a pack will ever hold, and less than a folder that was named by mistake.
_MAX_FILES = 1_000

_TESTS = re.compile(r"(?:^|/)(?:tests?/|test_[^/]*\.py$|[^/]*_test\.py$|conftest\.py$)")
_NAME = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*")


@dataclass(frozen=True)
class TextPack:
    """A pack as text. `shown` is how the user named it, `place` where it lies, for messages; `files` are its Python files by their paths
    below that place, or one with the path "" when the pack is a single file."""

    shown: str
    place: str
    files: tuple[tuple[str, bytes], ...]

    @cached_property
    def digest(self) -> str:
        """What tells this text of the pack from any other."""
        return blake2b(repr((self.place, self.files)).encode("utf-8", "surrogateescape"), digest_size=12).hexdigest()

    @property
    def module(self) -> str:
        """The name under which the pack is imported."""
        stem = re.sub(r"\W", "_", Path(self.place).stem)
        return f"backend_lint_pack_{stem}_{self.digest}"


def is_path(named: str) -> bool:
    """Whether a pack is named by a path, and not as a package that is installed."""
    return named.endswith(".py") or "/" in named or os.sep in named or named.startswith(".")


def packs_for(
    root: Path,
    line: CommandLine,
    *,
    base: Packs = BUILT_IN_PACK,
    current: Path | None = None,
    config: Path | None = None,
    use_config: bool = True,
    source: FileSource | None = None,
    environment: Mapping[str, str] | None = None,
) -> Packs:
    """The packs of a run on the project under `root`: `base`, those that the user names, and those of the configuration at the root (or of
    `config`, where that is to be used everywhere) when it may name any.

    `current` is the folder that paths of the command line are relative to. `source` is where the project's files are when they are not on
    the disk: a pack inside of the project is read from there. Raises `ConfigurationFault` for a pack that is not there.
    """
    known = os.environ if environment is None else environment
    here = current or Path.cwd()
    found: dict[str, str | TextPack] = {}
    said = [*line.rule_packs, *(each for each in known.get(VARIABLE, "").split(os.pathsep) if each)]
    for named in said:
        place = os.path.realpath(here / named) if is_path(named) else named
        if place in found:
            continue
        if not is_path(named):
            found[place] = _checked(named, "--rule-pack")
        elif source is not None and _is_inside(place, os.path.realpath(root)):
            # A side of a change is judged by the pack as it is there, and not by what the change makes of it.
            found[place] = _from_source(named, here, root, source, "--rule-pack")
        else:
            found[place] = _from_disk(named, Path(place), "--rule-pack")
    is_allowed = line.allow_project_rules or known.get(ALLOW_VARIABLE, "").strip().lower() in ("1", "true", "yes")
    if use_config:
        for file, named in _named_in_configuration(root, config, source):
            if not is_allowed and (config is None or _is_inside(os.path.realpath(file), os.path.realpath(root))):
                # The settings say what is missing, with the place where it is named.
                continue
            place = os.path.realpath(file.parent / named) if is_path(named) else named
            if place in found:
                continue
            if not is_path(named):
                found[place] = _checked(named, f"{file}: rule-packs")
            elif source is not None and config is None:
                found[place] = _from_source(named, file.parent, root, source, f"{file}: rule-packs")
            else:
                found[place] = _from_disk(named, Path(place), f"{file}: rule-packs")
    if not found:
        return base
    return (*(base if isinstance(base, tuple) else (base,)), *found.values())


def refusals(listed: Any, file: Path, loaded: Set[str], current: str) -> list[tuple[int, str]]:
    """What is to be said of the packs that a configuration names (`listed` is the value as it stands there) and that are not among those
    `loaded` for it, each with its index."""
    found = []
    for index, named in enumerate(_texts(listed)):
        ways = {os.path.realpath(file.parent / named), os.path.normpath(file.parent / named)} if is_path(named) else {named}
        if loaded.isdisjoint(ways):
            by = os.path.relpath(file.parent / named, current) if is_path(named) else named
            message = (
                f"rule-packs: the rule pack {named} is not loaded: a pack is code that is run, and this configuration comes with the "
                f"project (where you trust it: --allow-project-rules, or --rule-pack {by})"
            )
            found.append((index, message))
    return found


def _named_in_configuration(root: Path, config: Path | None, source: FileSource | None) -> list[tuple[Path, str]]:
    """The packs that the configuration at the root of a project names, or `config` when that is used everywhere, each with the file that
    names it. What is wrong with that file is said when it is read as a whole."""
    for file in [config] if config is not None else [root / name for name in FILE_NAMES]:
        try:
            data = file.read_bytes() if source is None or config is not None else source.read(file.name)
            table = read_table(file, file.name, data) if b"rule-packs" in data or file.name != "pyproject.toml" else None
        except (OSError, ConfigurationFault):
            continue
        if table is not None:
            return [(file, named) for named in _texts(table.values.get("rule-packs"))]
    return []


def _texts(value: Any) -> list[str]:
    return [each for each in value if isinstance(each, str) and each] if isinstance(value, list) else []


def _checked(named: str, place: str) -> str:
    if not _NAME.fullmatch(named):
        raise ConfigurationFault([f'{place}: "{named}" is no rule pack (expected the name of a package, or a path with a slash or `.py`)'])
    return named


def _from_disk(named: str, place: Path, where: str) -> TextPack:
    """The pack in a file or a folder."""
    try:
        if place.is_file():
            return TextPack(named, str(place), (("", place.read_bytes()),))
        if place.is_dir():
            paths = sorted(_python_files(str(place)))
            return TextPack(named, str(place), _files(paths, lambda path: (place / path).read_bytes(), named, where))
    except OSError as fault:
        raise ConfigurationFault([f"{where}: cannot read the rule pack {named}: {fault.strerror or fault}"]) from None
    raise ConfigurationFault([f"{where}: there is no rule pack {named} (looked for it at {place})"])


def _from_source(named: str, folder: Path, root: Path, source: FileSource, where: str) -> TextPack:
    """The pack at a path inside of the project, in the state that a source gives."""
    place = Path(os.path.normpath(folder / named))
    try:
        inside = place.relative_to(root).as_posix()
    except ValueError:
        return _from_disk(named, Path(os.path.realpath(place)), where)
    try:
        if inside.endswith(".py"):
            return TextPack(named, str(place), (("", source.read(inside)),))
        prefix = "" if inside == "." else f"{inside}/"
        paths = sorted(
            path[len(prefix) :] for path in source.list() if path.startswith(prefix) and path.endswith(".py") and not _TESTS.search(path)
        )
        if paths:
            return TextPack(named, str(place), _files(paths, lambda path: source.read(prefix + path), named, where))
    except FileNotFoundError:
        pass
    except OSError as fault:
        raise ConfigurationFault([f"{where}: cannot read the rule pack {named}: {fault.strerror or fault}"]) from None
    raise ConfigurationFault([f"{where}: there is no rule pack {named} in this state of the project"])


def _files(paths: Sequence[str], read: Callable[[str], bytes], named: str, where: str) -> tuple[tuple[str, bytes], ...]:
    if not paths or len(paths) > _MAX_FILES:
        what = f"more than {_MAX_FILES:,} Python files" if paths else "no Python file"
        raise ConfigurationFault([f"{where}: {named} is no rule pack: it holds {what}"])
    return tuple((path, read(path)) for path in paths)


def _python_files(top: str) -> Iterator[str]:
    """The Python files below a folder but for tests, relative to it."""
    for folder, folders, names in os.walk(top):
        folders[:] = [name for name in folders if name.isidentifier() and name != "__pycache__"]
        for name in names:
            path = os.path.relpath(os.path.join(folder, name), top).replace(os.sep, "/")
            if name.endswith(".py") and not _TESTS.search(path):
                yield path


def _is_inside(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder.rstrip(os.sep) + os.sep)
