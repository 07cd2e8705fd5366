from rest_framework import serializers

from stock.models import Movement, Operator, Product, StockLevel, Warehouse


class ProductSerializer(serializers.ModelSerializer):
    class Meta:
        model = Product
        fields = ["id", "sku", "name", "unit_cost", "minimum", "on_order"]
        read_only_fields = ["on_order"]


class ProductImportSerializer(serializers.Serializer):
    products = ProductSerializer(many=True, allow_empty=False)


class LevelFilterSerializer(serializers.Serializer):
    warehouse = serializers.IntegerField(required=False)
    sku = serializers.CharField(required=False, max_length=40)
    empty = serializers.BooleanField(required=False, default=False)


class StockTotalSerializer(serializers.Serializer):
    sku = serializers.CharField(source="product__sku")
    total = serializers.IntegerField()


class StockLevelSerializer(serializers.ModelSerializer):
    class Meta:
        model = StockLevel
        fields = ["product", "warehouse", "quantity"]


class MovementSerializer(serializers.ModelSerializer):
    class Meta:
        model = Movement
        fields = ["id", "product", "source", "target", "quantity", "created_at"]


class TransferSerializer(serializers.Serializer):
    product = serializers.PrimaryKeyRelatedField(queryset=Product.objects.all())
    source = serializers.PrimaryKeyRelatedField(queryset=Warehouse.objects.all())
    target = serializers.PrimaryKeyRelatedField(queryset=Warehouse.objects.all())
    quantity = serializers.IntegerField(min_value=1)


class SearchSerializer(serializers.Serializer):
    name = serializers.CharField(min_length=2, max_length=100)


class OperatorSerializer(serializers.ModelSerializer):
    pin = serializers.RegexField(r"^\d{4,8}$", write_only=True)

    class Meta:
        model = Operator
        fields = ["id", "badge", "name", "pin"]


class LoginSerializer(serializers.Serializer):
    badge = serializers.CharField(max_length=20)
    pin = serializers.CharField(max_length=8)
