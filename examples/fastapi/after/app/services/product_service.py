from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

from sqlalchemy.orm import Session

from app.errors import InvalidUpload, NotFound
from app.models import Product, StockMovement
from app.repositories.product_repository import ProductRepository
from app.schemas import StockAdjustment

PHOTO_SUFFIXES = {"image/png": ".png", "image/jpeg": ".jpg"}


class ProductService:
    def __init__(self, session: Session, products: ProductRepository, photo_dir: Path, max_photo_bytes: int) -> None:
        self.session = session
        self.products = products
        self.photo_dir = photo_dir
        self.max_photo_bytes = max_photo_bytes

    def find(self, name: str | None, limit: int, offset: int) -> Sequence[Product]:
        return self.products.find(name, limit, offset)

    def get_by_sku(self, sku: str) -> Product:
        product = self.products.get_by_sku(sku)
        if product is None:
            raise NotFound("Product not found")
        return product

    def adjust_stock(self, product_id: int, data: StockAdjustment) -> Product:
        """Change the stock and book the movement that explains it, in one transaction."""
        product = self._get_for_update(product_id)
        product.stock += data.quantity
        self.products.add_movement(StockMovement(product_id=product.id, quantity=data.quantity, reason=data.reason))
        self.session.commit()
        return product

    def store_photo(self, product_id: int, content_type: str | None, source: BinaryIO) -> str:
        """Store the photo under a name of our own; the client's file name is never used."""
        suffix = PHOTO_SUFFIXES.get(content_type or "")
        if suffix is None:
            raise InvalidUpload("A photo is a PNG or a JPEG")
        content = source.read(self.max_photo_bytes + 1)
        if len(content) > self.max_photo_bytes:
            raise InvalidUpload("The photo is too large")
        product = self._get_for_update(product_id)
        name = f"{product.id}{suffix}"
        self.photo_dir.mkdir(parents=True, exist_ok=True)
        (self.photo_dir / name).write_bytes(content)
        product.photo = name
        self.session.commit()
        return name

    def _get_for_update(self, product_id: int) -> Product:
        product = self.products.get_for_update(product_id)
        if product is None:
            raise NotFound("Product not found")
        return product
