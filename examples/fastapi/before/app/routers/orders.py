from datetime import date
from decimal import Decimal

from fastapi import APIRouter, Depends, HTTPException, WebSocket
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.db import SessionLocal, get_db
from app.models import Customer, Order, OrderLine, Product
from app.repositories.order_repository import OrderRepository, get_order_repository
from app.responses import failure, success
from app.schemas import OrderIn, OrderOut
from app.services import order_service
from app.services.payment_client import PaymentClient

router = APIRouter(prefix="/orders", tags=["orders"])


@router.post("")  # expect: BP106
def create_order(payload: OrderIn, db: Session = Depends(get_db)):
    customer = db.get(Customer, payload.customer_id)
    if customer is None:
        raise HTTPException(status_code=404, detail="Customer not found")
    try:
        order = Order(customer_id=customer.id)
        db.add(order)
        total = Decimal("0")
        for line in payload.lines:  # expect: BL101
            product = db.get(Product, line.product_id)  # expect: BP101
            if product is None or product.stock < line.quantity:
                db.rollback()
                return failure("Not enough stock")  # expect: BL614
            product.stock -= line.quantity  # expect: BL102
            order.lines.append(OrderLine(product=product, quantity=line.quantity, unit_price=product.price))
            total += product.price * line.quantity
        if customer.tier == "gold":
            total = total * Decimal("0.9")
        elif total > 500:
            total = total * Decimal("0.95")
        order.total = total
        db.commit()
        return success(OrderOut.model_validate(order))
    except Exception as e:
        db.rollback()
        return failure(e)  # expect: BL301, BL614


@router.get("", response_model=list[OrderOut])
def list_orders(  # expect: BP104
    status: str | None = None,
    email: str | None = None,
    since: date | None = None,
    db: Session = Depends(get_db),
) -> list[Order]:
    query = select(Order).join(Customer)  # expect: BL102
    if status:
        query = query.where(Order.status == status)
    if email:
        query = query.where(func.lower(Customer.email) == email.lower())
    if since:
        query = query.where(Order.created_at >= since)
    return list(db.scalars(query.order_by(Order.created_at.desc())))


@router.post("/{order_id}/pay")
def pay_order(order_id: int, repository: OrderRepository = Depends(get_order_repository)):
    order = repository.get(order_id)
    if order is None:
        raise HTTPException(status_code=404, detail="Order not found")
    client = PaymentClient()  # expect: BP105
    order.status = client.charge(order.id, order.total)  # expect: BL101
    return success(OrderOut.model_validate(repository.save(order)))


@router.post("/{order_id}/cancel")
async def cancel_order(order_id: int, db=Depends(get_db)):  # expect: BL701
    order = order_service.cancel_order(db, order_id)  # expect: BL802
    if order is None:
        raise HTTPException(status_code=404, detail="Order not found")
    return {"success": True}


@router.websocket("/track")
async def track_order(websocket: WebSocket) -> None:
    await websocket.accept()
    message = await websocket.receive_json()
    db = SessionLocal()  # expect: BL901
    order = db.get(Order, message["order_id"])  # expect: BL202, BL802
    await websocket.send_json({"status": order.status})  # expect: BL613
    db.close()
    await websocket.close()
