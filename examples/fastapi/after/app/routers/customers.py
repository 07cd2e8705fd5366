from typing import Annotated

from fastapi import APIRouter, Body, Depends, status

from app.dependencies import CustomerServiceDep
from app.models import Customer
from app.schemas import CustomerIn, CustomerOut, CustomerPatch, ImportResult
from app.security import require_api_key

router = APIRouter(prefix="/customers", tags=["customers"], dependencies=[Depends(require_api_key)])


@router.post("", status_code=status.HTTP_201_CREATED, response_model=CustomerOut)
def create_customer(payload: CustomerIn, customers: CustomerServiceDep) -> Customer:
    return customers.create(payload)


@router.patch("/{customer_id}", response_model=CustomerOut)
def update_customer(customer_id: int, payload: CustomerPatch, customers: CustomerServiceDep) -> Customer:
    return customers.update(customer_id, payload)


@router.post("/import", status_code=status.HTTP_201_CREATED)
def import_from_crm(rows: Annotated[list[CustomerIn], Body(max_length=1000)], customers: CustomerServiceDep) -> ImportResult:
    return customers.import_many(rows)
