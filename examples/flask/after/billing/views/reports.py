from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue

from billing.auth import api_key_required
from billing.schemas import InvoiceSchema, OverdueSchema
from billing.services import reporting

bp = Blueprint("reports", __name__, url_prefix="/reports")


@bp.get("/revenue")
@api_key_required
def revenue() -> ResponseReturnValue:
    return jsonify({status: str(total) for status, total in reporting.revenue_by_status().items()})


@bp.get("/overdue")
@api_key_required
def overdue() -> ResponseReturnValue:
    query = OverdueSchema().load(request.args)
    invoices = reporting.overdue_invoices(query["days"], query["limit"], query["offset"])
    return jsonify(InvoiceSchema(many=True).dump(invoices))
