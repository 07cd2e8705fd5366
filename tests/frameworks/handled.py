"""What tests about handled exceptions share."""

from __future__ import annotations

from collections.abc import Mapping

from backend_lint.frameworks.handling import Accept, Handling, catches
from backend_lint.semantics import effects
from tests.support import function_of, project_of

ERRORS = ("sqlalchemy.exc.OperationalError", "sqlalchemy.exc.SQLAlchemyError")
NOT_FOUND = ("django.core.exceptions.ObjectDoesNotExist",)


def handling(files: Mapping[str, str], place: str, raised: tuple[str, ...] = ERRORS, *, accept: Accept | None = None) -> Handling:
    """What becomes of an exception that the last call named `query` (or `get`) raises in `path:function`."""
    path, _, qualname = place.partition(":")
    project = project_of(files)
    function = function_of(project, path, qualname)
    calls = [call for call, _ in effects.calls_in(function)]
    call = next(call for call in calls if project.module(path).tree.source_of(call).startswith(("query(", "Book.objects.get(")))
    return catches(call, function, raised, accept=accept)
