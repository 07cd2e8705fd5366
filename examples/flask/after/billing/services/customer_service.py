from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from billing.errors import Conflict, NotFound
from billing.extensions import db
from billing.models import Customer
from billing.schemas import CustomerChange, NewCustomer


def find_customers(limit: int, offset: int) -> Sequence[Customer]:
    return db.session.scalars(select(Customer).order_by(Customer.name).limit(limit).offset(offset)).all()


def create_customer(data: NewCustomer) -> Customer:
    customer = Customer(name=data.name, email=data.email, country=data.country)
    db.session.add(customer)
    try:
        db.session.commit()
    except IntegrityError as error:
        db.session.rollback()
        raise Conflict("A customer with this e-mail address exists") from error
    return customer


def update_customer(customer_id: int, change: CustomerChange) -> Customer:
    customer = db.session.get(Customer, customer_id)
    if customer is None:
        raise NotFound("Customer not found")
    if change.name is not None:
        customer.name = change.name
    if change.country is not None:
        customer.country = change.country
    db.session.commit()
    return customer


def import_customers(rows: list[NewCustomer]) -> int:
    """Take over the customers of the old system, all or none of them. Returns how many there were."""
    emails = {row.email for row in rows}
    known = {customer.email: customer for customer in db.session.scalars(select(Customer).where(Customer.email.in_(emails)))}
    for row in rows:
        customer = known.get(row.email)
        if customer is None:
            customer = known[row.email] = Customer(email=row.email)
            db.session.add(customer)
        customer.name = row.name
        customer.country = row.country
    db.session.commit()
    return len(rows)
