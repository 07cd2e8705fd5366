import logging

from stock.models import Product, StockLevel, Warehouse

logger = logging.getLogger(__name__)


def record_count(product: Product, warehouse: Warehouse, quantity) -> StockLevel:  # expect: BL702
    level, _ = StockLevel.objects.update_or_create(product=product, warehouse=warehouse, defaults={"quantity": quantity})
    return level


def retire_product(product: Product) -> None:
    """Take a product out of the range: nothing is kept in stock and nothing is ordered any more."""
    StockLevel.objects.filter(product=product).delete()
    product.minimum = 0
    product.on_order = 0
    product.save()  # expect: BL401
    logger.info("retired %s", product.sku)


async def alert_buyers(product_id, message):  # expect: BL702
    logger.warning("buyers, look at product %s: %s", product_id, message)
