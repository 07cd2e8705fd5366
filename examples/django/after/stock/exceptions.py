"""The application's own errors, and the one place that turns errors into answers. Every error body has `detail` or the fields' errors."""

import logging
from typing import Any

from django.db import DatabaseError
from rest_framework import exceptions, status, views
from rest_framework.response import Response

logger = logging.getLogger(__name__)


class NotFound(exceptions.NotFound):
    """What was asked for does not exist."""


class Conflict(exceptions.APIException):
    status_code = status.HTTP_409_CONFLICT
    default_detail = "The request does not fit the present state."
    default_code = "conflict"


class Unavailable(exceptions.APIException):
    """A service that the stock depends on did not answer."""

    status_code = status.HTTP_502_BAD_GATEWAY
    default_detail = "A service that the stock depends on did not answer."
    default_code = "unavailable"


def exception_handler(exc: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's own answers, and a fixed text for a database that fails. Everything else is Django's 500, logged by Django."""
    if isinstance(exc, DatabaseError):
        views.set_rollback()
        logger.error("database error in %s", context["view"].__class__.__name__, exc_info=exc)
        return Response({"detail": "The service is temporarily unavailable."}, status=status.HTTP_503_SERVICE_UNAVAILABLE)
    return views.exception_handler(exc, context)
