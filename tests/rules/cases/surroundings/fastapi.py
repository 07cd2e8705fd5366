# --- app/__init__.py
# --- app/config.py
from pydantic import SecretStr
from pydantic_settings import BaseSettings

class Settings(BaseSettings):
    database_url: str
    rates_url: str
    inventory_url: str
    dsn: str
    debug: bool = False
    cors_origins: list[str] = []
    secret_key: SecretStr
    archive: str
    mail_host: str

settings = Settings()
# --- app/db.py
from collections.abc import Iterator
from typing import Annotated
from asyncpg import Pool
from fastapi import Depends, Request
from sqlalchemy import create_engine
from sqlalchemy.orm import Session, sessionmaker
from app.config import settings

engine = create_engine(settings.database_url)
SessionLocal = sessionmaker(bind=engine)

def get_db() -> Iterator[Session]:
    with SessionLocal() as session:
        yield session

def get_pool(request: Request) -> Pool:
    return request.app.state.pool

SessionDep = Annotated[Session, Depends(get_db)]
# --- app/models.py
from sqlalchemy import ForeignKey
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

class Base(DeclarativeBase):
    pass

class Customer(Base):
    __tablename__ = "customers"
    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str]
    city: Mapped[str]

class Order(Base):
    __tablename__ = "orders"
    id: Mapped[int] = mapped_column(primary_key=True)
    status: Mapped[str]
    total: Mapped[int]
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"))
    customer: Mapped["Customer"] = relationship()
    lines: Mapped[list["OrderLine"]] = relationship()

class OrderLine(Base):
    __tablename__ = "order_lines"
    id: Mapped[int] = mapped_column(primary_key=True)
    price: Mapped[int]
    quantity: Mapped[int]

class Account(Base):
    __tablename__ = "accounts"
    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str]

class Product(Base):
    __tablename__ = "products"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
# --- app/schemas.py
from pydantic import BaseModel

class OrderIn(BaseModel):
    customer: int
    sku: str

class OrderCreate(BaseModel):
    customer: int
    sku: str

class OrderOut(BaseModel):
    id: int

class OrderRead(BaseModel):
    id: int
    total: int

class ProductRead(BaseModel):
    id: int

class RatesRead(BaseModel):
    base: str

class RateRead(BaseModel):
    value: float

class StatsRead(BaseModel):
    counts: dict[str, int]

class CustomerIn(BaseModel):
    email: str

class AccountIn(BaseModel):
    email: str

class AccountChange(BaseModel):
    email: str

class ArchivedRead(BaseModel):
    number: str

class AccountOut(BaseModel):
    id: int
# --- app/services/__init__.py
# --- app/services/order_service.py
from sqlalchemy.orm import Session
from app.models import Order

def load(db: Session, order_id: int) -> Order | None:
    return db.get(Order, order_id)
# --- app/services/orders.py
from sqlalchemy.orm import Session
from app.models import Order

class OrdersError(Exception):
    pass

def create(session: Session, order: object) -> Order:
    made = Order(customer_id=order.customer, status="new")
    session.add(made)
    session.commit()
    return made

def receipt(session: Session, order_id: int) -> str:
    return f"Order {session.get_one(Order, order_id).id}"

def change(session: Session, order_id: int, changes: object) -> Order:
    order = session.get_one(Order, order_id)
    order.status = changes["status"]
    session.commit()
    return order
# --- app/services/subscriptions.py
from sqlalchemy.orm import Session
from app.models import Account

def add(session: Session, email: str) -> dict[str, str]:
    session.add(Account(email=email))
    session.commit()
    return {"email": email}
# --- app/services/articles.py
def page(number: int) -> list[str]:
    return [f"article {number}"]
# --- app/services/notifications.py
async def can_order(user: object) -> bool:
    return bool(user)

async def notify_customer(order: object) -> None:
    pass
# --- app/services/weather.py
import httpx
from app.config import settings

class WeatherUnavailable(Exception):
    pass

async def forecast(city: str) -> dict[str, str]:
    async with httpx.AsyncClient(timeout=5) as client:
        response = await client.get(settings.rates_url, params={"city": city})
        response.raise_for_status()
        return response.json()
# --- app/services/mailer.py
import smtplib
from app.config import settings

class MailError(Exception):
    pass

def send(text: str) -> None:
    with smtplib.SMTP(settings.mail_host, timeout=5) as server:
        server.sendmail("shop@example.com", ["customer@example.com"], text)
# --- app/services/accounts.py
from sqlalchemy.orm import Session
from app.models import Account

def create(db: Session, data: object) -> Account:
    account = add(db, data)
    db.commit()
    return account

def add(db: Session, data: object) -> Account:
    account = Account(email=data.email)
    db.add(account)
    db.flush()
    return account
# --- app/services/wallets.py
from sqlalchemy.orm import Session
from app.models import Order

def create(db: Session, account_id: int) -> Order:
    wallet = add(db, account_id)
    db.commit()
    return wallet

def add(db: Session, account_id: int) -> Order:
    wallet = Order(customer_id=account_id)
    db.add(wallet)
    db.flush()
    return wallet
# --- app/repositories.py
from typing import Annotated
from fastapi import Depends
from sqlalchemy.orm import Session
from app.db import SessionDep
from app.models import Order

class OrderRepository:
    def __init__(self, session: Session) -> None:
        self.session = session

    def save(self, order: Order) -> None:
        self.session.add(order)
        self.session.commit()

def get_orders(session: SessionDep) -> OrderRepository:
    return OrderRepository(session)

OrderRepositoryDep = Annotated[OrderRepository, Depends(get_orders)]
# --- app/routers/__init__.py
# --- app/routers/shop.py
import logging
import os
import sqlite3
import time
import traceback
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from typing import Annotated, Any
from uuid import uuid4

import httpx
import jwt
import psycopg2
import requests
from asyncpg import Pool
from fastapi import APIRouter, BackgroundTasks, Depends, FastAPI, HTTPException, Query, Request, UploadFile
from fastapi.middleware.cors import CORSMiddleware
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field, SecretStr
from pydantic_settings import BaseSettings
from sqlalchemy import create_engine, func, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, sessionmaker

from app.config import settings
from app.db import SessionDep, SessionLocal, engine, get_db, get_pool
from app.models import Account, Customer, Order, OrderLine, Product
from app.repositories import OrderRepository, OrderRepositoryDep
from app.schemas import (
    AccountChange, AccountIn, ArchivedRead, AccountOut, CustomerIn, OrderCreate, OrderIn, OrderOut, OrderRead, ProductRead, RateRead, RatesRead, StatsRead,
)
from app.services import accounts, articles, mailer, order_service, orders, subscriptions, wallets, weather
from app.services.mailer import MailError
from app.services.notifications import can_order, notify_customer
from app.services.weather import WeatherUnavailable

FIND = "SELECT number FROM archive WHERE number = ?"
logger = logging.getLogger(__name__)
app = FastAPI()
router = APIRouter()
