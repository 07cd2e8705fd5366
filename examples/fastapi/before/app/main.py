from fastapi import FastAPI, Request
from fastapi.middleware.cors import CORSMiddleware
from fastapi.responses import JSONResponse

from app import models
from app.config import settings
from app.db import engine
from app.routers import customers, orders, products, reports, webhooks

app = FastAPI(title=settings.app_name, debug=True)  # expect: BL303

app.add_middleware(CORSMiddleware, allow_origins=settings.cors_origins, allow_credentials=True)  # expect: BL505

models.Base.metadata.create_all(bind=engine)  # expect: BL601

app.include_router(customers.router)
app.include_router(products.router)
app.include_router(orders.router)
app.include_router(webhooks.router)
app.include_router(reports.router)


@app.exception_handler(ValueError)
async def value_error_handler(request: Request, exc: ValueError):
    return JSONResponse(status_code=400, content={"success": False, "error": str(exc)})  # expect: BL301


if __name__ == "__main__":
    import uvicorn

    uvicorn.run(app, host="0.0.0.0", port=8000)
