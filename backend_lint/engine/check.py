"""The engine's front door: paths or a text in, a result out."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from backend_lint.engine.baselines import Baselines, Hiding, missing, today
from backend_lint.engine.cache_folder import Cache
from backend_lint.engine.discovery import ProjectFiles, discover, for_stdin
from backend_lint.engine.packs import packs_for
from backend_lint.engine.registry import BUILT_IN_PACK, Packs, Registry, load_pack, unknown_selectors
from backend_lint.engine.result import Result
from backend_lint.engine.runner import Progress, merge, run
from backend_lint.engine.settings import CommandLine, ConfigurationFault, Configurations
from backend_lint.engine.timings import Timings, phase


@dataclass(frozen=True, kw_only=True)
class Request:
    """How to check. `current` is the folder the user works in; `config` names the configuration to use everywhere, `use_config` of False
    reads none; `jobs` is the number of processes, None for what pays. `force_exclude` leaves out files that the configuration leaves out
    even when they are named. `cache` is where to look for what is known already; `timings` is filled with where the time went.
    `by_comments` and `by_baseline` say whether these hide findings; `baseline` names the baseline to use everywhere; `today` is the day by
    which suppressions expire, `YYYY-MM-DD`, by default the one that it is."""

    current: Path
    command_line: CommandLine = field(default_factory=CommandLine)
    config: Path | None = None
    use_config: bool = True
    jobs: int | None = None
    progress: Progress | None = None
    pack: Packs = BUILT_IN_PACK
    force_exclude: bool = False
    cache: Cache | None = None
    timings: Timings | None = None
    by_comments: bool = True
    by_baseline: bool = True
    baseline: Path | None = None
    today: str | None = None


def check_paths(paths: Sequence[Path], request: Request) -> Result:
    """Check files and folders. Paths in the result are relative to its root: the project's, or where several projects were named, a folder
    above them all. Raises `ConfigurationFault` and `MissingPath`."""
    timings = request.timings
    with phase(timings, "configure"):
        configurations = ProjectConfigurations(request)
    with phase(timings, "discover"):
        projects = discover(paths, request.current, lambda root: configurations.of(root).excluded, force_exclude=request.force_exclude)
    results = [
        run(
            each,
            configurations.of(each.root),
            jobs=request.jobs,
            progress=request.progress,
            pack=configurations.packs(each.root),
            cache=request.cache,
            timings=timings,
            hiding=configurations.hiding(each),
        )
        for each in projects
    ]
    return merge(results, Path(os.path.commonpath([result.root for result in results])))


def check_text(name: Path, data: bytes, request: Request) -> Result:
    """Check `data` as if it stood in the file `name`, which need not exist; the rest of the project is read from the disk. Raises
    `ConfigurationFault`."""
    files = for_stdin(name, request.current)
    configurations = ProjectConfigurations(request)
    return run(
        files,
        configurations.of(files.root),
        texts={files.targets[0]: data},
        pack=configurations.packs(files.root),
        cache=request.cache,
        timings=request.timings,
        hiding=configurations.hiding(files),
    )


class ProjectConfigurations:
    """The configurations and rule packs of each project that a request touches."""

    def __init__(self, request: Request) -> None:
        self._request = request
        self._packs: dict[Path, Packs] = {}
        self._known: dict[Path, Configurations] = {}

    def packs(self, root: Path) -> Packs:
        """The packs whose rules are used for a project."""
        if root not in self._packs:
            request = self._request
            self._packs[root] = packs_for(
                root,
                request.command_line,
                base=request.pack,
                current=Path(os.path.realpath(request.current)),
                config=request.config,
                use_config=request.use_config,
            )
        return self._packs[root]

    def of(self, root: Path) -> Configurations:
        """The settings of a project's folders. The selectors of the command line are looked at first."""
        if root not in self._known:
            request = self._request
            with phase(request.timings, "configure"):
                registry = load_pack(self.packs(root))
                check_selectors(registry, request.command_line)
                self._known[root] = Configurations(
                    root,
                    registry,
                    request.command_line,
                    current=Path(os.path.realpath(request.current)),
                    file=request.config,
                    use_files=request.use_config,
                )
        return self._known[root]

    def hiding(self, files: ProjectFiles) -> Hiding:
        """What may hide findings in a project."""
        request = self._request
        day = request.today or today()
        if not request.by_baseline:
            return Hiding(by_comments=request.by_comments, today=day)
        with phase(request.timings, "configure"):
            baselines = self.baselines(files)
            faults = missing(baselines)
            if faults:
                raise ConfigurationFault(faults)
            return Hiding(by_comments=request.by_comments, baselines=baselines, today=day)

    def baselines(self, files: ProjectFiles) -> Baselines:
        """The baselines of a project, those that are still to be made as well."""
        request = self._request
        named = request.current / request.baseline if request.baseline is not None else None
        return Baselines.of(files, self.of(files.root), named)


def check_selectors(registry: Registry, line: CommandLine) -> None:
    """Raise `ConfigurationFault` when the command line names a rule that there is none of."""
    choice = line.choice
    faults = unknown_selectors(registry, select=choice.select or (), extend_select=choice.extend_select, ignore=choice.ignore)
    if faults:
        raise ConfigurationFault(faults)
