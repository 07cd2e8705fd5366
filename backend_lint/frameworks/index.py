"""The index of a project's handlers."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from backend_lint.frameworks.model import Handler
    from backend_lint.semantics.project import Class, Function, Module, Project


class HandlerIndex:
    """Handlers of one project, found module by module and remembered."""

    def __init__(self, project: Project) -> None:
        self.project = project

    def in_module(self, module: Module) -> list[Handler]:
        """All handlers whose function stands in the module, in source order."""
        raise NotImplementedError

    def of(self, function: Function) -> Handler | None:
        """The handler that a function is."""
        raise NotImplementedError

    def error_handlers(self) -> list[Handler]:
        """The registered error handlers of the project."""
        raise NotImplementedError

    def in_route_layer(self, function: Function) -> bool:
        """See `backend_lint.frameworks.route_layer`."""
        raise NotImplementedError

    def frameworks(self) -> set[str]:
        """See `backend_lint.frameworks.frameworks_of`."""
        raise NotImplementedError

    def views_in(self, module: Module) -> list[Class]:
        """See `backend_lint.frameworks.view_classes`."""
        raise NotImplementedError
