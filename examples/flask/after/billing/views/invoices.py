from flask import Blueprint, abort, current_app, jsonify, request, send_file
from flask.typing import ResponseReturnValue

from billing.auth import api_key_required
from billing.schemas import InvoiceFilterSchema, InvoiceSchema, NewInvoiceSchema
from billing.services import documents, invoice_service

bp = Blueprint("invoices", __name__, url_prefix="/invoices")

CURRENCIES = {"USD", "GBP", "CHF"}


@bp.post("/")
@api_key_required
def create_invoice() -> ResponseReturnValue:
    data = NewInvoiceSchema().load(request.get_json())
    invoice = invoice_service.create_invoice(data, current_app.extensions["rates"])
    return jsonify(InvoiceSchema().dump(invoice)), 201


@bp.get("/")
@api_key_required
def list_invoices() -> ResponseReturnValue:
    criteria = InvoiceFilterSchema().load(request.args)
    return jsonify(InvoiceSchema(many=True).dump(invoice_service.find_invoices(criteria)))


@bp.post("/<int:invoice_id>/send")
@api_key_required
def send_invoice(invoice_id: int) -> ResponseReturnValue:
    invoice = invoice_service.send_invoice(invoice_id, current_app.extensions["mailer"])
    return jsonify(InvoiceSchema().dump(invoice))


@bp.get("/<int:invoice_id>/pdf")
@api_key_required
def download_pdf(invoice_id: int) -> ResponseReturnValue:
    invoice = invoice_service.get_invoice(invoice_id)
    return send_file(documents.invoice_pdf(current_app.config["PDF_DIR"], invoice))


@bp.get("/<int:invoice_id>/total/<currency>")
@api_key_required
def total_in_currency(invoice_id: int, currency: str) -> ResponseReturnValue:
    if currency not in CURRENCIES:
        abort(404)
    total = invoice_service.total_in(invoice_id, currency, current_app.extensions["rates"])
    return jsonify({"total": str(total)})
