from app.db import SessionLocal
from app.repositories.order_repository import OrderRepository
from app.schemas import OrderStatus


def order_status(order_id: int) -> OrderStatus | None:
    """The order's status, read in a session of its own: a websocket outlives any one session. None for an unknown order."""
    with SessionLocal() as session:
        order = OrderRepository(session).get(order_id)
        return OrderStatus(order.status) if order else None
