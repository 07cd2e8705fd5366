from sqlalchemy.orm import Session

from app.models import Order


def mark_paid(db: Session, order_id: int) -> Order:
    order = db.get(Order, order_id)
    if order is None:
        raise LookupError(f"Order {order_id} not found")
    order.status = "paid"
    db.commit()
    return order


def cancel_order(db, order_id):  # expect: BL702
    """Cancel the order and put its products back into stock."""
    order = db.get(Order, order_id)
    if order is None:
        return None
    if order.status == "shipped":
        raise ValueError("A shipped order cannot be cancelled")
    for line in order.lines:
        line.product.stock += line.quantity  # expect: BP101
        db.commit()  # expect: BL402
    order.status = "cancelled"
    db.commit()
    return order
