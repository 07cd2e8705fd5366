"""Whether a file is part of something that serves, and not a script that does its work when it is run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from backend_lint.frameworks import handlers_in
from backend_lint.semantics.roles import is_imported

if TYPE_CHECKING:
    from backend_lint.semantics.project import Module

#: What makes an application, as text.
_APPLICATIONS = ("FastAPI(", "Flask(", "Starlette(", "Litestar(", "Sanic(", "urlpatterns", "get_wsgi_application", "get_asgi_application")


def is_served(module: Module) -> bool:
    """Whether a file holds an application or handlers, or is imported by another file of the project."""
    if module.is_package or any(word in module.tree.text for word in _APPLICATIONS) or handlers_in(module):
        return True
    return is_imported(module.project, module.path.rsplit("/", 1)[-1].rpartition(".")[0])
