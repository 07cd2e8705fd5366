"""Whether a file is part of something that serves, and not a script that does its work when it is run."""

from __future__ import annotations

from itertools import takewhile
from typing import TYPE_CHECKING

from backend_lint.findings.model import Step
from backend_lint.frameworks import handlers_in
from backend_lint.semantics.roles import UNSERVED, is_imported

if TYPE_CHECKING:
    from backend_lint.semantics.project import Module, Project

#: What makes an application, as text.
_APPLICATIONS = ("FastAPI(", "Flask(", "Starlette(", "Litestar(", "Sanic(", "urlpatterns", "get_wsgi_application", "get_asgi_application")


def is_served(module: Module) -> bool:
    """Whether a file holds an application or handlers, or is imported by another file of the project."""
    if module.is_package or any(word in module.tree.text for word in _APPLICATIONS) or handlers_in(module):
        return True
    return is_imported(module.project, module.path.rsplit("/", 1)[-1].rpartition(".")[0])


#: The classes of which an application is an instance that takes error handlers.
_CLASSES = {"FastAPI": "fastapi.", "Starlette": "starlette.", "Flask": "flask."}


def application_of(module: Module) -> Step | None:
    """Where the application is made that serves a file, of several the one that lies nearest; None where there is none to be seen."""
    project = module.project
    found = project.remember(("applications made",), lambda: _applications(project))
    return max(found, key=lambda step: _shared(step.path, module.path), default=None)


def _shared(one: str, other: str) -> int:
    """How many folders two paths have in common."""
    folders = zip(one.split("/")[:-1], other.split("/")[:-1], strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], folders))


def _applications(project: Project) -> list[Step]:
    found = []
    for module in project.containing(*(f"{name}(".encode() for name in _CLASSES)):
        if module.role in UNSERVED:
            continue
        for name, package in _CLASSES.items():
            for holder, call in module.calls_by_name.get(name, ()):
                qualified = project.inference.qualified_name(call.func, module, holder) or ""
                if qualified.startswith(package):
                    found.append(Step(module.path, module.line(call), f"the {name} application is made"))
    return found
