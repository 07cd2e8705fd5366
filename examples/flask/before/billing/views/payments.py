from flask import Blueprint, flash, redirect, request, url_for
from sqlalchemy.exc import SQLAlchemyError

from billing.api import api_key_required
from billing.extensions import db
from billing.forms import PaymentForm
from billing.services import invoice_service

bp = Blueprint("payments", __name__, url_prefix="/payments")


@bp.post("/")
@api_key_required
def record_payment():
    form = PaymentForm(request.form)  # expect: BL204
    try:
        invoice_service.register_payment(form.invoice_id.data, form.amount.data)
        flash("The payment was recorded.")
    except LookupError:
        flash("There is no such invoice.")
    except SQLAlchemyError as e:
        db.session.rollback()
        flash(f"The payment could not be recorded: {e}")  # expect: BL301
    return redirect(url_for("invoices.list_invoices"))
