from collections.abc import Sequence
from decimal import Decimal

from sqlalchemy import extract, select

from billing.errors import Conflict, NotFound
from billing.extensions import db
from billing.models import Customer, Invoice, InvoiceItem, Payment
from billing.schemas import InvoiceFilter, NewInvoice
from billing.services.mailer import Mailer
from billing.services.rates_client import RatesClient


def get_invoice(invoice_id: int) -> Invoice:
    invoice = db.session.get(Invoice, invoice_id)
    if invoice is None:
        raise NotFound("Invoice not found")
    return invoice


def find_invoices(criteria: InvoiceFilter) -> Sequence[Invoice]:
    query = select(Invoice).join(Customer)
    if criteria.year is not None:
        query = query.where(extract("year", Invoice.issued_on) == criteria.year)
    if criteria.status is not None:
        query = query.where(Invoice.status == criteria.status)
    if criteria.country is not None:
        query = query.where(Customer.country == criteria.country)
    if criteria.name is not None:
        query = query.where(Customer.name.icontains(criteria.name, autoescape=True))
    query = query.order_by(Invoice.issued_on.desc()).limit(criteria.limit).offset(criteria.offset)
    return db.session.scalars(query).all()


def create_invoice(data: NewInvoice, rates: RatesClient) -> Invoice:
    customer = db.session.get(Customer, data.customer_id)
    if customer is None:
        raise NotFound("Customer not found")
    net = sum((item.price * item.quantity for item in data.items), Decimal(0))
    invoice = Invoice(
        customer=customer,
        net=net,
        total=net * (1 + rates.tax_rate(customer.country)),
        items=[InvoiceItem(text=item.text, quantity=item.quantity, price=item.price) for item in data.items],
    )
    db.session.add(invoice)
    db.session.commit()
    return invoice


def send_invoice(invoice_id: int, mailer: Mailer) -> Invoice:
    """Mail the invoice and remember that it was sent. A mail that was not accepted leaves the invoice a draft."""
    invoice = get_invoice(invoice_id)
    if invoice.status != "draft":
        raise Conflict(f"The invoice is {invoice.status}")
    mailer.send(invoice.customer.email, f"Invoice {invoice.id}", f"Please pay {invoice.total} EUR.")
    invoice.status = "sent"
    db.session.commit()
    return invoice


def total_in(invoice_id: int, currency: str, rates: RatesClient) -> Decimal:
    invoice = get_invoice(invoice_id)
    return round(invoice.total * rates.exchange_rate(currency), 2)


def register_payment(invoice_id: int, amount: Decimal) -> Invoice:
    """Book the payment; the invoice is paid when its payments reach its total. One transaction."""
    invoice = get_invoice(invoice_id)
    invoice.payments.append(Payment(amount=amount))
    if sum((payment.amount for payment in invoice.payments), Decimal(0)) >= invoice.total:
        invoice.status = "paid"
    db.session.commit()
    return invoice
