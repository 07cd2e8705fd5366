from flask import Blueprint, request
from sqlalchemy.exc import IntegrityError

from billing.api import api_key_required, api_response
from billing.extensions import db
from billing.models import Customer
from billing.services.invoice_service import import_customers

bp = Blueprint("customers", __name__, url_prefix="/customers")


@bp.get("/")
def list_customers():  # expect: BP104
    return api_response([customer.to_dict() for customer in Customer.query.all()])


@bp.post("/")
@api_key_required
def create_customer():
    try:
        customer = Customer(**request.get_json())  # expect: BL205
        db.session.add(customer)
        db.session.commit()
    except IntegrityError as e:
        db.session.rollback()
        return api_response(error=f"Could not save the customer: {e.orig}", status=409)  # expect: BL301
    return api_response(customer.to_dict())  # expect: BP106


@bp.patch("/<int:customer_id>")
def update_customer(customer_id):  # expect: BL701, BP103
    customer = Customer.query.get_or_404(customer_id)
    data = request.get_json()
    for field in data:
        if hasattr(customer, field):
            setattr(customer, field, data[field])  # expect: BL205
    db.session.commit()
    return api_response(customer.to_dict())


@bp.post("/import")
@api_key_required
def import_from_old_system():
    rows = request.get_json()  # expect: BL201
    try:
        import_customers(rows)
    except Exception:  # expect: BL611
        pass
    return api_response({"received": len(rows)})
