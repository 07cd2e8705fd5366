from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue
from marshmallow import ValidationError

from billing.auth import api_key_required
from billing.forms import PaymentForm
from billing.schemas import InvoiceSchema
from billing.services import invoice_service

bp = Blueprint("payments", __name__, url_prefix="/payments")


@bp.post("/")
@api_key_required
def record_payment() -> ResponseReturnValue:
    form = PaymentForm(request.form)
    if not form.validate():
        raise ValidationError(form.errors)
    invoice = invoice_service.register_payment(form.invoice_id.data, form.amount.data)
    return jsonify(InvoiceSchema().dump(invoice)), 201
