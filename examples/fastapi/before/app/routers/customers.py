from fastapi import APIRouter, Body, Depends, HTTPException
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.db import get_db
from app.models import Customer
from app.services.customer_service import import_customers

router = APIRouter(prefix="/customers", tags=["customers"])


@router.post("", status_code=201)
def create_customer(payload: dict, db: Session = Depends(get_db)):  # expect: BL202
    customer = Customer(**payload)  # expect: BL205
    db.add(customer)
    try:
        db.commit()
    except IntegrityError as exc:
        db.rollback()
        raise HTTPException(status_code=409, detail=f"Could not create customer: {exc}")  # expect: BL301
    db.refresh(customer)
    return customer


@router.patch("/{customer_id}")
def update_customer(customer_id: int, payload=Body(...), db=Depends(get_db)):  # expect: BL202, BL701
    customer = db.get(Customer, customer_id)
    if customer is None:
        raise HTTPException(status_code=404, detail="Customer not found")
    for field, value in payload.items():
        setattr(customer, field, value)  # expect: BL205
    db.commit()
    db.refresh(customer)
    return customer


@router.post("/import")
def import_from_crm(rows: list = Body(...), db: Session = Depends(get_db)):  # expect: BL202
    return import_customers(db, rows)
