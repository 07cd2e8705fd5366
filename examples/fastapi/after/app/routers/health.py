from fastapi import APIRouter

from app.dependencies import ReportServiceDep
from app.schemas import Health

router = APIRouter(tags=["health"])


@router.get("/health")
def health(reports: ReportServiceDep) -> Health:
    reports.ping()
    return Health(status="ok")
