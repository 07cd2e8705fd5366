from collections.abc import Collection, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Product, StockMovement


class ProductRepository:
    def __init__(self, session: Session) -> None:
        self.session = session

    def get_for_update(self, product_id: int) -> Product | None:
        return self.session.get(Product, product_id, with_for_update=True)

    def get_by_sku(self, sku: str) -> Product | None:
        return self.session.scalars(select(Product).where(Product.sku == sku)).one_or_none()

    def get_many_for_update(self, product_ids: Collection[int]) -> dict[int, Product]:
        query = select(Product).where(Product.id.in_(product_ids)).order_by(Product.id).with_for_update()
        return {product.id: product for product in self.session.scalars(query)}

    def find(self, name: str | None, limit: int, offset: int) -> Sequence[Product]:
        query = select(Product).order_by(Product.name).limit(limit).offset(offset)
        if name:
            query = query.where(Product.name.icontains(name, autoescape=True))
        return self.session.scalars(query).all()

    def add_movement(self, movement: StockMovement) -> None:
        self.session.add(movement)
