import traceback

from fastapi import APIRouter
from fastapi.responses import JSONResponse, PlainTextResponse
from sqlalchemy import create_engine, text

from app.config import settings

router = APIRouter(prefix="/reports", tags=["reports"])

SALES_BY_DAY = """
    SELECT date(created_at) AS day, count(*) AS orders, sum(total) AS revenue
    FROM orders WHERE status = 'paid' AND created_at > now() - make_interval(days => :days)
    GROUP BY 1 ORDER BY 1
"""


@router.get("/sales")
def sales_report(days: int = 30):
    try:
        replica = create_engine("postgresql+psycopg2://report:r3p0rt-2024@replica.shop.internal:5432/shop")  # expect: BL502, BL904
        connection = replica.connect()  # expect: BL902
        rows = connection.execute(text(SALES_BY_DAY), {"days": days}).mappings().all()  # expect: BL103
        connection.close()
        return [dict(row) for row in rows]
    except Exception:
        return JSONResponse(status_code=500, content={"success": False, "trace": traceback.format_exc()})  # expect: BL302


@router.get("/exports")
def download_export(name: str):
    with open(f"{settings.export_dir}/{name}") as export:  # expect: BL207
        return PlainTextResponse(export.read(), media_type="text/csv")
