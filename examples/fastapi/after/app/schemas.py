from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Email = Annotated[str, Field(max_length=255, pattern=r"^[^@\s]+@[^@\s]+$")]


class OrderStatus(str, Enum):
    PENDING = "pending"
    PAID = "paid"
    SHIPPED = "shipped"
    CANCELLED = "cancelled"


class Tier(str, Enum):
    STANDARD = "standard"
    GOLD = "gold"


class FromModel(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class Page(BaseModel):
    limit: int = Field(default=50, ge=1, le=200)
    offset: int = Field(default=0, ge=0)


class OrderFilter(Page):
    status: OrderStatus | None = None
    email: Email | None = None
    since: date | None = None


class OrderLineIn(BaseModel):
    product_id: int
    quantity: int = Field(gt=0)


class OrderIn(BaseModel):
    customer_id: int
    lines: list[OrderLineIn] = Field(min_length=1, max_length=100)


class OrderOut(FromModel):
    id: int
    customer_id: int
    status: OrderStatus
    total: Decimal
    created_at: datetime


class TrackRequest(BaseModel):
    order_id: int


class TrackReply(BaseModel):
    status: OrderStatus | None


class CustomerIn(BaseModel):
    email: Email
    name: str = Field(min_length=1, max_length=255)


class CustomerPatch(BaseModel):
    name: str | None = Field(default=None, min_length=1, max_length=255)
    tier: Tier | None = None


class CustomerOut(FromModel):
    id: int
    email: str
    name: str
    tier: Tier


class ImportResult(BaseModel):
    created: int
    skipped: int


class ProductOut(FromModel):
    id: int
    sku: str
    name: str
    price: Decimal
    stock: int


class StockAdjustment(BaseModel):
    quantity: int
    reason: str = Field(default="manual", max_length=40)


class PhotoOut(BaseModel):
    photo: str


class PaymentEvent(BaseModel):
    order_id: int


class SalesDay(FromModel):
    day: date
    orders: int
    revenue: Decimal


class Health(BaseModel):
    status: str
