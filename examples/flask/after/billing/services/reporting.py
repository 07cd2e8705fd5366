from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy import func, select, text

from billing.extensions import db
from billing.models import Invoice


def revenue_by_status() -> dict[str, Decimal]:
    rows = db.session.execute(select(Invoice.status, func.sum(Invoice.total)).group_by(Invoice.status))
    return {status: total for status, total in rows}


def overdue_invoices(days: int, limit: int, offset: int) -> Sequence[Invoice]:
    latest = date.today() - timedelta(days=days)
    query = select(Invoice).where(Invoice.status == "sent", Invoice.issued_on < latest)
    return db.session.scalars(query.order_by(Invoice.issued_on).limit(limit).offset(offset)).all()


def ping() -> None:
    db.session.execute(text("SELECT 1"))
