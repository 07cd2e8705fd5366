from collections import defaultdict
from decimal import Decimal

from django.db import transaction
from django.db.models import DecimalField, ExpressionWrapper, F, QuerySet, Sum

from stock.exceptions import Conflict
from stock.models import Movement, Product, StockLevel, Warehouse


def totals(warehouse: int | None, sku: str | None, empty: bool) -> QuerySet[StockLevel, dict[str, object]]:
    """Stock by product, over the warehouses that the filters leave."""
    levels = StockLevel.objects.all()
    if warehouse is not None:
        levels = levels.filter(warehouse_id=warehouse)
    if sku is not None:
        levels = levels.filter(product__sku__startswith=sku)
    if empty:
        levels = levels.filter(quantity=0)
    return levels.values("product__sku").annotate(total=Sum("quantity")).order_by("product__sku")


def record_count(product: Product, warehouse: Warehouse, quantity: int) -> StockLevel:
    level, _ = StockLevel.objects.update_or_create(product=product, warehouse=warehouse, defaults={"quantity": quantity})
    return level


@transaction.atomic
def transfer(product: Product, source: Warehouse, target: Warehouse, quantity: int) -> Movement:
    """Move stock between two warehouses and book the movement."""
    levels = {level.warehouse_id: level for level in StockLevel.objects.select_for_update().filter(product=product)}
    taken = levels.get(source.pk)
    if taken is None or taken.quantity < quantity:
        raise Conflict("Not enough stock.")
    given = levels.get(target.pk) or StockLevel(product=product, warehouse=target)
    taken.quantity -= quantity
    taken.save()
    given.quantity += quantity
    given.save()
    return Movement.objects.create(product=product, source=source, target=target, quantity=quantity)


def value_by_warehouse() -> dict[str, Decimal]:
    """What the stock cost, by warehouse. A product below its minimum counts twice, which is what replacing it costs."""
    cost = ExpressionWrapper(F("quantity") * F("product__unit_cost"), output_field=DecimalField())
    rows = StockLevel.objects.annotate(cost=cost).values_list("warehouse__code", "quantity", "product__minimum", "cost")
    value: defaultdict[str, Decimal] = defaultdict(Decimal)
    for code, quantity, minimum, amount in rows:
        value[code] += amount * 2 if quantity < minimum else amount
    return dict(value)
