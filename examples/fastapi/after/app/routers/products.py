from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, Query, UploadFile

from app.dependencies import ProductServiceDep
from app.models import Product
from app.schemas import Page, PhotoOut, ProductOut, StockAdjustment
from app.security import require_api_key

router = APIRouter(prefix="/products", tags=["products"])
Authenticated = Depends(require_api_key)


@router.get("", response_model=list[ProductOut])
def list_products(page: Annotated[Page, Query()], products: ProductServiceDep) -> Sequence[Product]:
    return products.find(None, page.limit, page.offset)


@router.get("/search", response_model=list[ProductOut])
def search_products(q: Annotated[str, Query(min_length=2, max_length=100)], products: ProductServiceDep) -> Sequence[Product]:
    return products.find(q, limit=50, offset=0)


@router.get("/{sku}", response_model=ProductOut)
def get_product(sku: str, products: ProductServiceDep) -> Product:
    return products.get_by_sku(sku)


@router.post("/{product_id}/adjust", response_model=ProductOut, dependencies=[Authenticated])
def adjust_stock(product_id: int, payload: StockAdjustment, products: ProductServiceDep) -> Product:
    return products.adjust_stock(product_id, payload)


@router.put("/{product_id}/photo", dependencies=[Authenticated])
def upload_photo(product_id: int, file: UploadFile, products: ProductServiceDep) -> PhotoOut:
    return PhotoOut(photo=products.store_photo(product_id, file.content_type, file.file))
