from collections.abc import Sequence
from datetime import datetime, timedelta, timezone
from pathlib import Path

from sqlalchemy import Row, func, select, text
from sqlalchemy.orm import Session

from app.errors import NotFound
from app.models import Order
from app.schemas import OrderStatus


class ReportService:
    def __init__(self, session: Session, export_dir: Path) -> None:
        self.session = session
        self.export_dir = export_dir

    def sales(self, days: int) -> Sequence[Row]:
        since = datetime.now(timezone.utc) - timedelta(days=days)
        day = func.date(Order.created_at).label("day")
        query = (
            select(day, func.count().label("orders"), func.sum(Order.total).label("revenue"))
            .where(Order.status == OrderStatus.PAID.value, Order.created_at > since)
            .group_by(day)
            .order_by(day)
        )
        return self.session.execute(query).all()

    def export_path(self, name: str) -> Path:
        """The export of that name, looked up in the folder's listing, so that no path can be smuggled in."""
        exports = {path.name: path for path in self.export_dir.glob("*.csv")}
        if name not in exports:
            raise NotFound("Export not found")
        return exports[name]

    def ping(self) -> None:
        self.session.execute(text("SELECT 1"))
