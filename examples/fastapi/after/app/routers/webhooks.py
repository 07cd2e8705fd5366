import logging
from typing import Annotated

from fastapi import APIRouter, Depends, Header, status

from app.dependencies import OrderServiceDep
from app.schemas import PaymentEvent
from app.security import require_webhook_secret

logger = logging.getLogger(__name__)

router = APIRouter(prefix="/webhooks", tags=["webhooks"], dependencies=[Depends(require_webhook_secret)])


@router.post("/payments", status_code=status.HTTP_204_NO_CONTENT)
def payment_webhook(event: PaymentEvent, x_delivery_attempt: Annotated[int, Header(ge=1)], orders: OrderServiceDep) -> None:
    logger.info("payment event for order %d, attempt %d", event.order_id, x_delivery_attempt)
    orders.confirm_payment(event.order_id)
