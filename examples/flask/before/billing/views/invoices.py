import os
from decimal import Decimal

import requests
from flask import Blueprint, current_app, jsonify, request, send_file
from sqlalchemy import text

from billing.api import api_key_required, api_response
from billing.extensions import db
from billing.models import Customer, Invoice, InvoiceItem
from billing.services import mailer
from billing.services.tax_client import tax_rate

bp = Blueprint("invoices", __name__, url_prefix="/invoices")

CURRENCIES = {"USD", "GBP", "CHF"}
EXCHANGE_RATES_URL = "https://api.frankfurter.dev/v1/latest"


@bp.post("/")
@api_key_required
def create_invoice():
    data = request.get_json()
    customer = db.session.get(Customer, data["customer_id"])  # expect: BL201
    if customer is None:
        return jsonify({"success": False, "data": None, "error": "Customer not found"}), 404
    invoice = Invoice(customer_id=customer.id)
    db.session.add(invoice)
    db.session.commit()
    net = Decimal(0)
    for item in data["items"]:  # expect: BL101
        price = Decimal(str(item["price"]))
        db.session.add(InvoiceItem(invoice_id=invoice.id, text=item["text"], quantity=item["quantity"], price=price))  # expect: BL102
        net += price * item["quantity"]
    invoice.net = net
    invoice.total = net * (1 + tax_rate(customer.country))
    db.session.commit()  # expect: BL402
    return api_response(invoice.to_dict(), status=201)


@bp.get("/")
def list_invoices():  # expect: BP104
    query = Invoice.query.join(Customer)  # expect: BL102
    if "year" in request.args:
        year = int(request.args["year"])  # expect: BL203
        query = query.filter(db.extract("year", Invoice.issued_on) == year)
    if "status" in request.args:
        query = query.filter(Invoice.status == request.args["status"])
    if "country" in request.args:
        query = query.filter(Customer.country == request.args["country"])
    return api_response([invoice.to_dict() for invoice in query.order_by(Invoice.issued_on.desc())])


@bp.get("/search")
def search_invoices():
    term = request.args.get("q", "")
    sql = f"SELECT i.id, c.name FROM invoice i JOIN customer c ON c.id = i.customer_id WHERE c.name LIKE '%{term}%'"
    rows = db.session.execute(text(sql)).mappings()  # expect: BL103, BL206
    return api_response([dict(row) for row in rows])


@bp.post("/<int:invoice_id>/send")
@api_key_required
def send_invoice(invoice_id):  # expect: BL701
    invoice = db.session.get(Invoice, invoice_id)
    try:
        recipient = invoice.customer.email  # expect: BL613
        mailer.send_invoice_mail(recipient, f"Invoice {invoice.id}", f"Please pay {invoice.total} EUR.")  # expect: BL101
        invoice.status = "sent"
        db.session.commit()
    except Exception as e:
        db.session.rollback()
        return api_response(error=str(e))  # expect: BL301, BL614
    return api_response(invoice.to_dict())


@bp.get("/pdf")
def download_pdf():
    folder = os.path.abspath(current_app.config["PDF_DIR"])
    return send_file(os.path.join(folder, request.args["file"]))  # expect: BL207


@bp.get("/<int:invoice_id>/total/<currency>")
async def total_in_currency(invoice_id: int, currency: str):
    if currency not in CURRENCIES:
        return jsonify({"success": False, "data": None, "error": "Unknown currency"}), 404
    invoice = Invoice.query.get_or_404(invoice_id)  # expect: BL802
    try:
        response = requests.get(EXCHANGE_RATES_URL, params={"base": "EUR"}, timeout=5)  # expect: BL801
        response.raise_for_status()
    except requests.RequestException:
        return jsonify({"success": False, "data": None, "error": "No exchange rate available"}), 502
    return api_response({"total": str(invoice.total * Decimal(str(response.json()["rates"][currency])))})
