import os
from datetime import date, timedelta

from sqlalchemy import create_engine, func, select
from sqlalchemy.orm import sessionmaker

from billing.models import Invoice

reporting_engine = create_engine(os.environ.get("REPORTING_URL", "sqlite:///instance/billing.db"))
ReportSession = sessionmaker(bind=reporting_engine)

session = ReportSession()  # expect: BL905


def revenue_by_status() -> dict[str, str]:
    rows = session.execute(select(Invoice.status, func.sum(Invoice.total)).group_by(Invoice.status))
    return {status: str(total) for status, total in rows}


def overdue_invoices(days):  # expect: BL702
    report = ReportSession()  # expect: BL901
    latest = date.today() - timedelta(days=days)
    invoices = report.scalars(select(Invoice).where(Invoice.status == "sent", Invoice.issued_on < latest)).all()
    if not invoices:
        return []
    result = [invoice.to_dict() for invoice in invoices]
    report.close()
    return result
