"""What comes in and goes out. `load` gives the dataclasses, so that a service never sees a raw payload."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from marshmallow import EXCLUDE, Schema, fields, post_load, validate

STATUSES = ("draft", "sent", "paid")


@dataclass(frozen=True)
class NewItem:
    text: str
    quantity: int
    price: Decimal


@dataclass(frozen=True)
class NewInvoice:
    customer_id: int
    items: list[NewItem]


@dataclass(frozen=True)
class NewCustomer:
    name: str
    email: str
    country: str


@dataclass(frozen=True)
class CustomerChange:
    name: str | None = None
    country: str | None = None


@dataclass(frozen=True)
class InvoiceFilter:
    limit: int
    offset: int
    year: int | None = None
    status: str | None = None
    country: str | None = None
    name: str | None = None


country_code = validate.Regexp(r"^[A-Z]{2}$")


class NewItemSchema(Schema):
    text = fields.String(required=True, validate=validate.Length(min=1, max=255))
    quantity = fields.Integer(required=True, validate=validate.Range(min=1))
    price = fields.Decimal(required=True, places=2, validate=validate.Range(min=0))

    @post_load
    def make(self, data: dict[str, Any], **kwargs: Any) -> NewItem:
        return NewItem(**data)


class NewInvoiceSchema(Schema):
    customer_id = fields.Integer(required=True)
    items = fields.List(fields.Nested(NewItemSchema), required=True, validate=validate.Length(min=1, max=200))

    @post_load
    def make(self, data: dict[str, Any], **kwargs: Any) -> NewInvoice:
        return NewInvoice(**data)


class NewCustomerSchema(Schema):
    name = fields.String(required=True, validate=validate.Length(min=1, max=120))
    email = fields.Email(required=True)
    country = fields.String(load_default="DE", validate=country_code)

    @post_load
    def make(self, data: dict[str, Any], **kwargs: Any) -> NewCustomer:
        return NewCustomer(**data)


class CustomerChangeSchema(Schema):
    name = fields.String(validate=validate.Length(min=1, max=120))
    country = fields.String(validate=country_code)

    @post_load
    def make(self, data: dict[str, Any], **kwargs: Any) -> CustomerChange:
        return CustomerChange(**data)


class PageSchema(Schema):
    class Meta:
        unknown = EXCLUDE

    limit = fields.Integer(load_default=50, validate=validate.Range(min=1, max=200))
    offset = fields.Integer(load_default=0, validate=validate.Range(min=0))


class InvoiceFilterSchema(PageSchema):
    year = fields.Integer(validate=validate.Range(min=1970, max=9999))
    status = fields.String(validate=validate.OneOf(STATUSES))
    country = fields.String(validate=country_code)
    name = fields.String(validate=validate.Length(min=2, max=120))

    @post_load
    def make(self, data: dict[str, Any], **kwargs: Any) -> InvoiceFilter:
        return InvoiceFilter(**data)


class OverdueSchema(PageSchema):
    days = fields.Integer(load_default=30, validate=validate.Range(min=0, max=3650))


class CustomerSchema(Schema):
    id = fields.Integer()
    name = fields.String()
    email = fields.String()
    country = fields.String()


class InvoiceSchema(Schema):
    id = fields.Integer()
    customer_id = fields.Integer()
    status = fields.String()
    issued_on = fields.Date()
    net = fields.Decimal(as_string=True)
    total = fields.Decimal(as_string=True)
