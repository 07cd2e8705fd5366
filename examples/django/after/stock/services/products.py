import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet, Sum

from stock.exceptions import NotFound
from stock.models import Product, StockLevel
from stock.services import erp

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Reorder:
    ordered: int
    reference: str | None = None


def search(name: str) -> QuerySet[Product]:
    return Product.objects.filter(name__icontains=name).order_by("name")


@transaction.atomic
def import_products(rows: list[dict[str, Any]]) -> int:
    """Add validated products, all or none of them. Returns how many there were."""
    return len(Product.objects.bulk_create([Product(sku=row["sku"], name=row["name"], unit_cost=row["unit_cost"]) for row in rows]))


@transaction.atomic
def reorder(product_id: int) -> Reorder:
    """Order what brings the product to twice its minimum. Should the commit fail after that, the ERP drops the repeated order."""
    product = Product.objects.select_for_update().filter(pk=product_id).first()
    if product is None:
        raise NotFound("Product not found.")
    in_stock = StockLevel.objects.filter(product=product).aggregate(total=Sum("quantity"))["total"] or 0
    missing = product.minimum * 2 - in_stock - product.on_order
    if missing <= 0:
        return Reorder(ordered=0)
    reference = erp.order_from_supplier(product.sku, missing)
    product.on_order += missing
    product.save(update_fields=["on_order"])
    return Reorder(ordered=missing, reference=reference)


@transaction.atomic
def retire(product: Product) -> None:
    """Take a product out of the range: nothing is kept in stock and nothing is ordered any more."""
    StockLevel.objects.filter(product=product).delete()
    product.minimum = 0
    product.on_order = 0
    product.save(update_fields=["minimum", "on_order"])
    logger.info("retired %s", product.sku)


def datasheet_path(product: Product) -> Path:
    """The product's datasheet, under a name of our own."""
    path = Path(settings.DATASHEET_DIR) / f"product-{product.pk}.pdf"
    if not path.is_file():
        raise NotFound("There is no datasheet of this product.")
    return path
