import secrets
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from flask import abort, current_app, request

P = ParamSpec("P")
R = TypeVar("R")


def api_key_required(view: Callable[P, R]) -> Callable[P, R]:
    """Answers 401 unless the request brings the API key. A header is no cookie, so these routes need no CSRF token."""

    @wraps(view)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> R:
        given = request.headers.get("X-Api-Key", "")
        if not secrets.compare_digest(given.encode(), current_app.config["API_KEY"].encode()):
            abort(401)
        return view(*args, **kwargs)

    return wrapper
