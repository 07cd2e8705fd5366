"""The application's own errors, and the one place that turns errors into answers. Every error body is `{"detail": ...}`."""

import logging

import httpx
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from sqlalchemy.exc import SQLAlchemyError

logger = logging.getLogger(__name__)


class ShopError(Exception):
    """An error whose text is written for the client."""

    status_code = 400


class NotFound(ShopError):
    status_code = 404


class Conflict(ShopError):
    status_code = 409


class InvalidUpload(ShopError):
    status_code = 422


async def shop_error(request: Request, exc: ShopError) -> JSONResponse:
    return JSONResponse(status_code=exc.status_code, content={"detail": str(exc)})


async def database_error(request: Request, exc: SQLAlchemyError) -> JSONResponse:
    logger.error("database error on %s %s", request.method, request.url.path, exc_info=exc)
    return JSONResponse(status_code=503, content={"detail": "The service is temporarily unavailable"})


async def upstream_error(request: Request, exc: httpx.HTTPError) -> JSONResponse:
    logger.error("upstream error on %s %s", request.method, request.url.path, exc_info=exc)
    return JSONResponse(status_code=502, content={"detail": "A service that the shop depends on did not answer"})


async def unexpected_error(request: Request, exc: Exception) -> JSONResponse:
    logger.error("unhandled error on %s %s", request.method, request.url.path, exc_info=exc)
    return JSONResponse(status_code=500, content={"detail": "Internal server error"})


def register_error_handlers(app: FastAPI) -> None:
    app.add_exception_handler(ShopError, shop_error)
    app.add_exception_handler(SQLAlchemyError, database_error)
    app.add_exception_handler(httpx.HTTPError, upstream_error)
    app.add_exception_handler(Exception, unexpected_error)
