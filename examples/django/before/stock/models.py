from django.db import models


class Supplier(models.Model):
    name = models.CharField(max_length=120)
    email = models.EmailField()
    status_url = models.URLField()

    def __str__(self) -> str:
        return self.name


class Product(models.Model):
    sku = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=255)
    unit_cost = models.DecimalField(max_digits=10, decimal_places=2)
    minimum = models.PositiveIntegerField(default=0)
    on_order = models.PositiveIntegerField(default=0)
    supplier = models.ForeignKey(Supplier, on_delete=models.PROTECT, null=True, related_name="products")

    def __str__(self) -> str:
        return self.sku


class Warehouse(models.Model):
    code = models.CharField(max_length=10, unique=True)
    name = models.CharField(max_length=120)

    def __str__(self) -> str:
        return self.code


class StockLevel(models.Model):
    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="levels")
    warehouse = models.ForeignKey(Warehouse, on_delete=models.CASCADE, related_name="levels")
    quantity = models.IntegerField(default=0)

    class Meta:
        unique_together = [("product", "warehouse")]


class Movement(models.Model):
    product = models.ForeignKey(Product, on_delete=models.PROTECT)
    source = models.ForeignKey(Warehouse, on_delete=models.PROTECT, null=True, related_name="+")
    target = models.ForeignKey(Warehouse, on_delete=models.PROTECT, null=True, related_name="+")
    quantity = models.PositiveIntegerField()
    created_at = models.DateTimeField(auto_now_add=True)


class Operator(models.Model):
    badge = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=120)
    pin = models.CharField(max_length=128)
