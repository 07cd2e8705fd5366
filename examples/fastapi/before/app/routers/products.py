import os

from fastapi import APIRouter, Depends, HTTPException, UploadFile
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.config import settings
from app.db import catalog_session, get_db
from app.models import Product
from app.services.stock_ledger import record_movement

router = APIRouter(prefix="/products", tags=["products"])


@router.get("")
def list_products():  # expect: BP104
    return catalog_session.scalars(select(Product)).all()


@router.get("/search")
def search_products(q: str, db: Session = Depends(get_db)):
    rows = db.execute(text(f"SELECT sku, name, price FROM products WHERE name LIKE '%{q}%'"))  # expect: BL103, BL206
    return [{"sku": row.sku, "name": row.name, "price": row.price} for row in rows]


@router.get("/{sku}")
def get_product(sku: str):
    product = catalog_session.scalars(select(Product).where(Product.sku == sku)).first()
    return {"sku": product.sku, "name": product.name, "price": product.price}  # expect: BL613


@router.post("/{product_id}/adjust")
def adjust_stock(product_id: int, quantity: int, reason: str = "manual", db=Depends(get_db)):  # expect: BL701
    product = db.get(Product, product_id)
    if product is None:
        raise HTTPException(status_code=404, detail="Product not found")
    product.stock += quantity  # expect: BL101
    db.commit()
    record_movement(product.sku, quantity, reason)
    return {"sku": product.sku, "stock": product.stock}


@router.post("/photos")
async def upload_photo(file: UploadFile):
    os.makedirs(settings.photo_dir, exist_ok=True)
    content = await file.read()
    with open(f"{settings.photo_dir}/{file.filename}", "wb") as photo:  # expect: BL207, BL801
        photo.write(content)
    return {"photo": file.filename}
