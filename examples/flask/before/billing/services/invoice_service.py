from decimal import Decimal

from billing.extensions import db
from billing.models import Customer, Invoice, Payment


def register_payment(invoice_id: int, amount: Decimal) -> Invoice:
    invoice = db.session.get(Invoice, invoice_id)
    if invoice is None:
        raise LookupError(f"There is no invoice {invoice_id}")
    payment = Payment(invoice_id=invoice.id, amount=amount)
    payment.save()
    paid = sum(p.amount for p in Payment.query.filter_by(invoice_id=invoice.id))
    if paid >= invoice.total:
        invoice.status = "paid"
        invoice.save()  # expect: BL402
    return invoice


def import_customers(rows):  # expect: BL702
    """Take over the customers of the old system."""
    for row in rows:
        customer = Customer.query.filter_by(email=row["email"]).first()  # expect: BP101
        if customer is None:
            customer = Customer(email=row["email"])
        customer.name = row["name"]
        db.session.add(customer)
        db.session.commit()  # expect: BL402
