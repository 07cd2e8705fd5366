"""What third-party and standard-library names are and do: one file a library or family.

Names are canonical: the import path that users write, or, for what one library only re-exports, the path at its home
(`starlette.requests.Request` for `fastapi.Request`). All other spellings are aliases. The tables' notation is that of
`backend_lint.libraries.notation`, their language that of `backend_lint.semantics.declarations`.
"""

from __future__ import annotations

from functools import cache

from backend_lint.libraries import (
    builtin,
    django,
    django_contrib,
    django_family,
    django_orm,
    fastapi,
    flask,
    flask_family,
    hooks,
    http_clients,
    nosql,
    orms,
    postgres,
    queues,
    security,
    services,
    sql_drivers,
    sqlalchemy,
    sqlalchemy_family,
    stdlib,
    stdlib_network,
    stores,
    validation,
)
from backend_lint.semantics.declarations import Library, Registry

__all__ = ["LIBRARIES", "registry"]

#: All declarations, in no particular order.
LIBRARIES: tuple[Library, ...] = (
    *builtin.LIBRARIES,
    hooks.LIBRARY,
    *stdlib.LIBRARIES,
    *stdlib_network.LIBRARIES,
    *sqlalchemy.LIBRARIES,
    *sqlalchemy_family.LIBRARIES,
    *flask.LIBRARIES,
    *flask_family.LIBRARIES,
    *fastapi.LIBRARIES,
    *django.LIBRARIES,
    *django_orm.LIBRARIES,
    *django_contrib.LIBRARIES,
    *django_family.LIBRARIES,
    *validation.LIBRARIES,
    *sql_drivers.LIBRARIES,
    *postgres.LIBRARIES,
    *nosql.LIBRARIES,
    *stores.LIBRARIES,
    *orms.LIBRARIES,
    *http_clients.LIBRARIES,
    *services.LIBRARIES,
    *queues.LIBRARIES,
    *security.LIBRARIES,
)


@cache
def registry() -> Registry:
    """The declarations of all libraries, made once a process."""
    return Registry(LIBRARIES)
