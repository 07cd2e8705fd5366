from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue

from billing.auth import api_key_required
from billing.schemas import CustomerChangeSchema, CustomerSchema, NewCustomerSchema, PageSchema
from billing.services import customer_service

bp = Blueprint("customers", __name__, url_prefix="/customers")


@bp.get("/")
@api_key_required
def list_customers() -> ResponseReturnValue:
    page = PageSchema().load(request.args)
    return jsonify(CustomerSchema(many=True).dump(customer_service.find_customers(page["limit"], page["offset"])))


@bp.post("/")
@api_key_required
def create_customer() -> ResponseReturnValue:
    data = NewCustomerSchema().load(request.get_json())
    return jsonify(CustomerSchema().dump(customer_service.create_customer(data))), 201


@bp.patch("/<int:customer_id>")
@api_key_required
def update_customer(customer_id: int) -> ResponseReturnValue:
    change = CustomerChangeSchema().load(request.get_json())
    return jsonify(CustomerSchema().dump(customer_service.update_customer(customer_id, change)))


@bp.post("/import")
@api_key_required
def import_from_old_system() -> ResponseReturnValue:
    rows = NewCustomerSchema(many=True).load(request.get_json())
    return jsonify({"received": customer_service.import_customers(rows)}), 201
