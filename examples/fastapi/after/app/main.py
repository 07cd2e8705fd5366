import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware
from sqlalchemy.exc import SQLAlchemyError

from app.config import get_settings
from app.db import Base, engine
from app.errors import register_error_handlers
from app.observability import configure_logging, register_request_ids
from app.routers import customers, health, orders, products, reports, webhooks

logger = logging.getLogger(__name__)


def create_schema() -> None:
    try:
        Base.metadata.create_all(bind=engine)
    except SQLAlchemyError:
        logger.critical("the database cannot be reached, giving up")
        raise


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    create_schema()
    with httpx.Client(timeout=get_settings().outbound_timeout) as client:
        app.state.http_client = client
        yield
    engine.dispose()


def create_app() -> FastAPI:
    configure_logging()
    settings = get_settings()
    app = FastAPI(title=settings.app_name, lifespan=lifespan)
    app.add_middleware(CORSMiddleware, allow_origins=settings.cors_origins)
    register_request_ids(app)
    register_error_handlers(app)
    for module in (health, customers, products, orders, webhooks, reports):
        app.include_router(module.router)
    return app


app = create_app()
