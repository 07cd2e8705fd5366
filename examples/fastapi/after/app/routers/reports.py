from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi.responses import FileResponse
from sqlalchemy import Row

from app.dependencies import ReportServiceDep
from app.schemas import SalesDay
from app.security import require_api_key

router = APIRouter(prefix="/reports", tags=["reports"], dependencies=[Depends(require_api_key)])


@router.get("/sales", response_model=list[SalesDay])
def sales_report(reports: ReportServiceDep, days: Annotated[int, Query(ge=1, le=366)] = 30) -> Sequence[Row]:
    return reports.sales(days)


@router.get("/exports")
def download_export(name: str, reports: ReportServiceDep) -> FileResponse:
    return FileResponse(reports.export_path(name), media_type="text/csv")
