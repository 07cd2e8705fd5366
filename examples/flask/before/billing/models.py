from datetime import date
from decimal import Decimal

from billing.extensions import db


class SaveMixin:
    def save(self) -> None:
        db.session.add(self)
        db.session.commit()


class Customer(SaveMixin, db.Model):
    id = db.Column(db.Integer, primary_key=True)
    name = db.Column(db.String(120), nullable=False)
    email = db.Column(db.String(255), unique=True, nullable=False)
    country = db.Column(db.String(2), nullable=False, default="DE")
    invoices = db.relationship("Invoice", back_populates="customer")

    def to_dict(self) -> dict:
        return {"id": self.id, "name": self.name, "email": self.email, "country": self.country}


class Invoice(SaveMixin, db.Model):
    id = db.Column(db.Integer, primary_key=True)
    customer_id = db.Column(db.ForeignKey("customer.id"), nullable=False)
    status = db.Column(db.String(20), nullable=False, default="draft")
    issued_on = db.Column(db.Date, nullable=False, default=date.today)
    net = db.Column(db.Numeric(12, 2), nullable=False, default=Decimal(0))
    total = db.Column(db.Numeric(12, 2), nullable=False, default=Decimal(0))
    customer = db.relationship("Customer", back_populates="invoices")
    items = db.relationship("InvoiceItem", back_populates="invoice")

    def to_dict(self) -> dict:
        return {
            "id": self.id,
            "customer_id": self.customer_id,
            "status": self.status,
            "issued_on": self.issued_on.isoformat(),
            "net": str(self.net),
            "total": str(self.total),
        }


class InvoiceItem(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    invoice_id = db.Column(db.ForeignKey("invoice.id"), nullable=False)
    text = db.Column(db.String(255), nullable=False)
    quantity = db.Column(db.Integer, nullable=False)
    price = db.Column(db.Numeric(12, 2), nullable=False)
    invoice = db.relationship("Invoice", back_populates="items")


class Payment(SaveMixin, db.Model):
    id = db.Column(db.Integer, primary_key=True)
    invoice_id = db.Column(db.ForeignKey("invoice.id"), nullable=False)
    amount = db.Column(db.Numeric(12, 2), nullable=False)
    received_on = db.Column(db.Date, nullable=False, default=date.today)
