import os

from django.conf import settings
from django.db import connection
from django.http import FileResponse
from rest_framework.decorators import action, api_view
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response
from rest_framework.views import APIView
from rest_framework.viewsets import ModelViewSet

from stock import erp, services
from stock.models import Product, StockLevel
from stock.responses import error, ok
from stock.serializers import ProductSerializer


class ProductViewSet(ModelViewSet):  # expect: BP104
    queryset = Product.objects.all()
    serializer_class = ProductSerializer
    permission_classes = [IsAuthenticated]

    @action(detail=True, methods=["post"])
    def reorder(self, request, pk=None):  # expect: BL701
        product = self.get_object()
        in_stock = sum(level.quantity for level in StockLevel.objects.filter(product=product))  # expect: BL101
        missing = product.minimum * 2 - in_stock - product.on_order
        if missing <= 0:
            return ok({"ordered": 0})
        try:
            reference = erp.order_from_supplier(product.sku, missing)
            product.on_order += missing
            product.save()
        except Exception as e:
            return error(e)  # expect: BL301, BL614
        return ok({"ordered": missing, "reference": reference})

    @action(detail=True, methods=["post"])
    def retire(self, request, pk=None):  # expect: BL701
        services.retire_product(self.get_object())
        return Response(status=204)


@api_view(["GET"])
def search_products(request):  # expect: BL701
    name = request.GET.get("name", "")
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id, sku, name FROM stock_product WHERE name LIKE '%{name}%'")  # expect: BL103, BL206
        rows = cursor.fetchall()
    return ok([{"id": row[0], "sku": row[1], "name": row[2]} for row in rows])


@api_view(["PATCH"])
def edit_product(request, pk):  # expect: BL701, BP103
    product = Product.objects.get(pk=pk)  # expect: BL613
    for field, value in request.data.items():
        setattr(product, field, value)  # expect: BL205
    product.save()
    return ok(ProductSerializer(product).data)


def datasheet(request):  # expect: BL701
    path = os.path.join(settings.DATASHEET_DIR, request.GET["file"])  # expect: BL203
    return FileResponse(open(path, "rb"))  # expect: BL207


class ImportView(APIView):
    permission_classes = [IsAuthenticated]

    def post(self, request):  # expect: BL701
        created = 0
        for row in request.data["products"]:  # expect: BL101, BL201
            try:
                Product.objects.create(**row)  # expect: BL205
                created += 1
            except Exception:  # expect: BL611
                pass
        return ok({"created": created})
