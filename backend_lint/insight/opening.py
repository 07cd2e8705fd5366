"""A project opened for looking at it: its files, its settings, and what parses them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from backend_lint.engine.analysis import Analysis
from backend_lint.engine.cache import Session
from backend_lint.engine.check import ProjectConfigurations, Request
from backend_lint.engine.discovery import ProjectFiles, discover
from backend_lint.engine.plan import Plans, make_plans
from backend_lint.engine.registry import Registry, load_pack
from backend_lint.engine.settings import Configurations

if TYPE_CHECKING:
    from backend_lint.semantics.project import Project


@dataclass(frozen=True, kw_only=True)
class Opened:
    """A project with the settings of its files. `analysis` runs the rules that are on; its `project` answers questions."""

    request: Request
    files: ProjectFiles
    every: ProjectConfigurations
    configurations: Configurations
    registry: Registry
    plans: Plans
    session: Session | None

    @property
    def root(self) -> Path:
        """The project's root, which all paths are relative to."""
        return self.files.root

    def analysis(self, plans: Plans | None = None) -> Analysis:
        """The rules on the files, by other plans where some are given."""
        source = self.files.opened()
        return Analysis(self.root, self.files.all, source, plans or self.plans, self.registry, self.session)

    def project(self) -> Project:
        """The project itself, for questions."""
        from backend_lint.engine.subjects import open_project

        source = self.files.opened()
        read, session = source.read, self.session
        if session is None:
            return open_project(self.root, self.files.all, read, self.plans.names, source)
        return open_project(self.root, self.files.all, session.read, self.plans.names, source, parse=session.parse, listing=session.listing)


@contextmanager
def opened(paths: Sequence[Path], request: Request) -> Iterator[list[Opened]]:
    """The projects that some files and folders lie in, whose parsed files are kept in the cache of the request afterwards. Raises
    `ConfigurationFault` and `MissingPath`."""
    every = ProjectConfigurations(request)
    projects = discover(paths, request.current, lambda root: every.of(root).excluded, force_exclude=request.force_exclude)
    found = [_opened(files, every, request) for files in projects]
    yield found
    for each in found:
        if each.session is not None:
            each.session.write()


def _opened(files: ProjectFiles, every: ProjectConfigurations, request: Request) -> Opened:
    configurations = every.of(files.root)
    session = Session(request.cache, files.root, files.opened()) if request.cache is not None else None
    return Opened(
        request=request,
        files=files,
        every=every,
        configurations=configurations,
        registry=load_pack(every.packs(files.root)),
        plans=make_plans(files, configurations),
        session=session,
    )
