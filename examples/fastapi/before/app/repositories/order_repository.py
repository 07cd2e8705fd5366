from sqlalchemy.orm import Session

from app.db import SessionLocal
from app.models import Order


class OrderRepository:
    def __init__(self, session: Session):
        self.session = session

    def get(self, order_id: int) -> Order | None:
        return self.session.get(Order, order_id)

    def save(self, order: Order) -> Order:
        self.session.add(order)
        self.session.commit()  # expect: BL602
        self.session.refresh(order)
        return order


def get_order_repository():
    session = SessionLocal()  # expect: BL903
    yield OrderRepository(session)
    session.close()
