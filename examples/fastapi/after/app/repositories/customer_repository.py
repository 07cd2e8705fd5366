from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Customer


class CustomerRepository:
    def __init__(self, session: Session) -> None:
        self.session = session

    def get(self, customer_id: int) -> Customer | None:
        return self.session.get(Customer, customer_id)

    def known_emails(self, emails: Collection[str]) -> set[str]:
        return set(self.session.scalars(select(Customer.email).where(Customer.email.in_(emails))))

    def add(self, customer: Customer) -> None:
        self.session.add(customer)
