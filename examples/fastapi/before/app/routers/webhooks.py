import logging

from fastapi import APIRouter, Depends, HTTPException, Request
from sqlalchemy.orm import Session

from app.config import settings
from app.db import get_db
from app.services import order_service
from app.services.notifications import notify_customer

logger = logging.getLogger(__name__)

router = APIRouter(prefix="/webhooks", tags=["webhooks"])


@router.post("/payments")
async def payment_webhook(request: Request, db: Session = Depends(get_db)):
    if request.headers.get("x-webhook-secret") != settings.webhook_secret:
        raise HTTPException(status_code=403, detail="Wrong secret")
    payload = await request.json()
    attempt = int(request.headers["x-delivery-attempt"])  # expect: BL203
    logger.info("payment event for order %s, attempt %d", payload["order_id"], attempt)  # expect: BL202
    try:
        order = order_service.mark_paid(db, payload["order_id"])  # expect: BL802
        notify_customer(order.customer.email, f"Order {order.id} is paid")  # expect: BL803
    except Exception:  # expect: BL611
        pass
    return {"received": True}
