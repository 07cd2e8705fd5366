"""The application's own errors, and the one place that turns errors into answers. Every error body is `{"error": ...}`."""

import logging

from flask import Flask, jsonify
from flask.typing import ResponseReturnValue
from marshmallow import ValidationError
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException

from billing.extensions import db

logger = logging.getLogger(__name__)


class BillingError(Exception):
    """An error whose text is written for the client."""

    status = 400


class NotFound(BillingError):
    status = 404


class Conflict(BillingError):
    status = 409


class Unavailable(BillingError):
    """A service that billing depends on did not answer."""

    status = 502


def billing_error(error: BillingError) -> ResponseReturnValue:
    return jsonify({"error": str(error)}), error.status


def validation_error(error: ValidationError) -> ResponseReturnValue:
    return jsonify({"error": "The input is not valid", "fields": error.messages}), 422


def http_error(error: HTTPException) -> ResponseReturnValue:
    return jsonify({"error": error.name}), error.code or 500


def database_error(error: SQLAlchemyError) -> ResponseReturnValue:
    db.session.rollback()
    logger.error("database error", exc_info=error)
    return jsonify({"error": "The service is temporarily unavailable"}), 503


def unexpected_error(error: Exception) -> ResponseReturnValue:
    logger.error("unhandled error", exc_info=error)
    return jsonify({"error": "Internal server error"}), 500


def register_error_handlers(app: Flask) -> None:
    app.register_error_handler(BillingError, billing_error)
    app.register_error_handler(ValidationError, validation_error)
    app.register_error_handler(HTTPException, http_error)
    app.register_error_handler(SQLAlchemyError, database_error)
    app.register_error_handler(Exception, unexpected_error)
