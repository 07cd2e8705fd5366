from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.errors import Conflict, NotFound
from app.models import Customer
from app.repositories.customer_repository import CustomerRepository
from app.schemas import CustomerIn, CustomerPatch, ImportResult


class CustomerService:
    def __init__(self, session: Session, customers: CustomerRepository) -> None:
        self.session = session
        self.customers = customers

    def create(self, data: CustomerIn) -> Customer:
        customer = Customer(email=data.email, name=data.name)
        self.customers.add(customer)
        try:
            self.session.commit()
        except IntegrityError as exc:
            self.session.rollback()
            raise Conflict("A customer with this e-mail address exists") from exc
        return customer

    def update(self, customer_id: int, data: CustomerPatch) -> Customer:
        customer = self.customers.get(customer_id)
        if customer is None:
            raise NotFound("Customer not found")
        if data.name is not None:
            customer.name = data.name
        if data.tier is not None:
            customer.tier = data.tier.value
        self.session.commit()
        return customer

    def import_many(self, rows: list[CustomerIn]) -> ImportResult:
        """Add the customers whose e-mail address is new, all or none of them."""
        unique = {row.email: row for row in rows}
        known = self.customers.known_emails(unique)
        new = [row for email, row in unique.items() if email not in known]
        for row in new:
            self.customers.add(Customer(email=row.email, name=row.name))
        self.session.commit()
        return ImportResult(created=len(new), skipped=len(rows) - len(new))
