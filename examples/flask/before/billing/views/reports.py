from flask import Blueprint, request

from billing.api import api_response
from billing.services import reporting

bp = Blueprint("reports", __name__, url_prefix="/reports")


@bp.get("/revenue")
def revenue():
    return api_response(reporting.revenue_by_status())


@bp.get("/overdue")
def overdue():
    return api_response(reporting.overdue_invoices(int(request.args.get("days", 30))))  # expect: BL203
