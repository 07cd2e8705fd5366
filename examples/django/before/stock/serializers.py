from rest_framework import serializers

from stock.models import Movement, Product, StockLevel


class ProductSerializer(serializers.ModelSerializer):
    class Meta:
        model = Product
        fields = ["id", "sku", "name", "unit_cost", "minimum", "on_order"]


class StockLevelSerializer(serializers.ModelSerializer):
    class Meta:
        model = StockLevel
        fields = ["product", "warehouse", "quantity"]


class MovementSerializer(serializers.ModelSerializer):
    class Meta:
        model = Movement
        fields = ["id", "product", "source", "target", "quantity", "created_at"]


class TransferSerializer(serializers.Serializer):
    product = serializers.IntegerField()
    source = serializers.IntegerField()
    target = serializers.IntegerField()
    quantity = serializers.IntegerField(min_value=1)
