from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from app.models import Customer, Order, OrderLine
from app.schemas import OrderFilter


class OrderRepository:
    """Reads and adds orders. Never commits: that is the service's decision."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def get(self, order_id: int) -> Order | None:
        return self.session.get(Order, order_id)

    def get_with_products(self, order_id: int) -> Order | None:
        loaded = selectinload(Order.lines).selectinload(OrderLine.product)
        return self.session.scalars(select(Order).where(Order.id == order_id).options(loaded)).one_or_none()

    def find(self, criteria: OrderFilter) -> Sequence[Order]:
        query = select(Order).join(Customer)
        if criteria.status:
            query = query.where(Order.status == criteria.status.value)
        if criteria.email:
            query = query.where(func.lower(Customer.email) == criteria.email.lower())
        if criteria.since:
            query = query.where(Order.created_at >= criteria.since)
        query = query.order_by(Order.created_at.desc()).limit(criteria.limit).offset(criteria.offset)
        return self.session.scalars(query).all()

    def add(self, order: Order) -> None:
        self.session.add(order)
