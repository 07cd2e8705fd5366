from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, Query, WebSocket, WebSocketDisconnect, status
from fastapi.concurrency import run_in_threadpool
from pydantic import ValidationError

from app.dependencies import OrderServiceDep
from app.models import Order
from app.schemas import OrderFilter, OrderIn, OrderOut, TrackReply, TrackRequest
from app.security import require_api_key
from app.services.order_tracking import order_status

router = APIRouter(prefix="/orders", tags=["orders"])
Authenticated = Depends(require_api_key)


@router.post("", status_code=status.HTTP_201_CREATED, response_model=OrderOut, dependencies=[Authenticated])
def create_order(payload: OrderIn, orders: OrderServiceDep) -> Order:
    return orders.place(payload)


@router.get("", response_model=list[OrderOut], dependencies=[Authenticated])
def list_orders(criteria: Annotated[OrderFilter, Query()], orders: OrderServiceDep) -> Sequence[Order]:
    return orders.find(criteria)


@router.post("/{order_id}/pay", response_model=OrderOut, dependencies=[Authenticated])
def pay_order(order_id: int, orders: OrderServiceDep) -> Order:
    return orders.pay(order_id)


@router.post("/{order_id}/cancel", status_code=status.HTTP_204_NO_CONTENT, dependencies=[Authenticated])
def cancel_order(order_id: int, orders: OrderServiceDep) -> None:
    orders.cancel(order_id)


@router.websocket("/track")
async def track_order(websocket: WebSocket) -> None:
    await websocket.accept()
    try:
        message = TrackRequest.model_validate_json(await websocket.receive_text())
    except WebSocketDisconnect:
        return
    except ValidationError:
        await websocket.close(code=status.WS_1007_INVALID_FRAME_PAYLOAD_DATA)
        return
    found = await run_in_threadpool(order_status, message.order_id)
    await websocket.send_json(TrackReply(status=found).model_dump())
    await websocket.close()
