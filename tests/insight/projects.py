"""Small projects as people write them, one a framework."""

from __future__ import annotations

FASTAPI = {
    "app/__init__.py": "",
    "app/main.py": """\
from fastapi import FastAPI
from app.errors import register
from app.routers import orders

app = FastAPI()
app.include_router(orders.router, prefix="/api")
register(app)
""",
    "app/errors.py": """\
from fastapi import FastAPI
from fastapi.responses import JSONResponse

def register(app: FastAPI) -> None:
    @app.exception_handler(ValueError)
    async def bad_value(request, exc):
        return JSONResponse({"error": "bad value"}, status_code=400)
""",
    "app/database.py": """\
from sqlalchemy import create_engine
from sqlalchemy.orm import Session, sessionmaker

engine = create_engine("sqlite://")
SessionLocal = sessionmaker(bind=engine)

def get_db():
    db = SessionLocal()
    try:
        yield db
    finally:
        db.close()
""",
    "app/models.py": """\
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

class Base(DeclarativeBase):
    pass

class Order(Base):
    __tablename__ = "orders"
    id: Mapped[int] = mapped_column(primary_key=True)
    total: Mapped[int]
""",
    "app/services.py": """\
import requests
from sqlalchemy.orm import Session
from app.models import Order

def fetch_rate(currency: str) -> float:
    return requests.get(f"https://rates.example/{currency}", timeout=5).json()["rate"]

def place(db: Session, total: int) -> Order:
    order = Order(total=total)
    db.add(order)
    db.commit()
    return order
""",
    "app/routers/__init__.py": "",
    "app/routers/orders.py": """\
from fastapi import APIRouter, Depends
from pydantic import BaseModel
from sqlalchemy.orm import Session
from app import services
from app.database import get_db
from app.models import Order

router = APIRouter(prefix="/orders")

class OrderIn(BaseModel):
    total: int

@router.post("")
def create(payload: OrderIn, db: Session = Depends(get_db)):
    return services.place(db, payload.total)

@router.get("/{order_id}/rate")
async def rate(order_id: int, currency: str):
    return services.fetch_rate(currency)

@router.put("/{order_id}")
def replace(order_id: int, payload: dict, db: Session = Depends(get_db)):
    order = db.get(Order, order_id)
    order.total = payload["total"]
    db.commit()
    return order
""",
}

FLASK = {
    "shop/__init__.py": """\
from flask import Flask

def create_app():
    app = Flask(__name__)
    from shop import views
    app.register_blueprint(views.bp, url_prefix="/shop")
    return app
""",
    "shop/views.py": """\
import sqlite3
from flask import Blueprint, jsonify, request
from flask.views import MethodView

bp = Blueprint("shop", __name__)

class Items(MethodView):
    def get(self, number):
        connection = sqlite3.connect("shop.db")
        try:
            row = connection.execute("SELECT * FROM items WHERE number = ?", (number,)).fetchone()
        finally:
            connection.close()
        return jsonify(row)

    def post(self, number):
        name = request.form["name"]
        return jsonify(name=int(request.json["count"]))

bp.add_url_rule("/items/<number>", view_func=Items.as_view("items"))
""",
}

DJANGO = {
    "manage.py": "",
    "config/settings.py": 'ROOT_URLCONF = "config.urls"\n',
    "config/urls.py": """\
from django.urls import include, path
from rest_framework.routers import DefaultRouter
from store import views

router = DefaultRouter()
router.register("products", views.ProductViewSet)

urlpatterns = [
    path("api/", include(router.urls)),
    path("store/", include("store.urls")),
]
""",
    "store/__init__.py": "",
    "store/models.py": """\
from django.db import models

class Product(models.Model):
    name = models.TextField()
""",
    "store/urls.py": """\
from django.urls import path
from store import views

urlpatterns = [path("rename/<int:pk>/", views.rename), path("list/", views.ProductList.as_view())]
""",
    "store/views.py": """\
from django.http import JsonResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_POST
from django.views.generic import ListView
from rest_framework import viewsets
from rest_framework.decorators import action
from rest_framework.response import Response
from store.models import Product

@require_POST
def rename(request, pk):
    product = get_object_or_404(Product, pk=pk)
    product.name = request.POST["name"]
    product.save()
    return JsonResponse({"name": product.name})

class ProductList(ListView):
    model = Product

class ProductViewSet(viewsets.ReadOnlyModelViewSet):
    queryset = Product.objects.all()

    @action(detail=True, methods=["post"])
    def retire(self, request, pk=None):
        self.get_object().delete()
        return Response({})
""",
}
