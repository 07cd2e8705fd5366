from django.db.models import Sum
from django.http import HttpRequest, JsonResponse
from rest_framework.decorators import api_view
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response
from rest_framework.views import APIView

from stock import services
from stock.forms import CountForm
from stock.models import Movement, StockLevel
from stock.responses import error, ok
from stock.serializers import MovementSerializer, TransferSerializer


@api_view(["GET"])
def stock_levels(request):  # expect: BL701
    levels = StockLevel.objects.select_related("product", "warehouse")  # expect: BL102
    if "warehouse" in request.GET:
        levels = levels.filter(warehouse_id=int(request.GET["warehouse"]))  # expect: BL203
    if "sku" in request.GET:
        levels = levels.filter(product__sku__startswith=request.GET["sku"])
    if "empty" in request.GET:
        levels = levels.filter(quantity=0)
    totals = levels.values("product__sku").annotate(total=Sum("quantity")).order_by("product__sku")
    return ok(list(totals))


class TransferView(APIView):
    permission_classes = [IsAuthenticated]

    def post(self, request):  # expect: BL701
        serializer = TransferSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        data = serializer.validated_data
        try:
            source, _ = StockLevel.objects.get_or_create(product_id=data["product"], warehouse_id=data["source"])
            if source.quantity < data["quantity"]:
                return Response({"ok": False, "error": "Not enough stock"})  # expect: BL614
            source.quantity -= data["quantity"]  # expect: BL101
            source.save()
            target, _ = StockLevel.objects.get_or_create(product_id=data["product"], warehouse_id=data["target"])
            target.quantity += data["quantity"]
            target.save()  # expect: BL401
            movement = Movement.objects.create(  # expect: BL102
                product_id=data["product"],
                source_id=data["source"],
                target_id=data["target"],
                quantity=data["quantity"],
            )
        except Exception as e:
            return error(e)  # expect: BL301, BL614
        return ok(MovementSerializer(movement).data)  # expect: BP106


class MovementView(APIView):
    permission_classes = [IsAuthenticated]

    def get(self, request):  # expect: BL701, BP104
        return ok(MovementSerializer(Movement.objects.all(), many=True).data)

    def post(self, request):  # expect: BL701
        serializer = MovementSerializer(data=request.data)
        serializer.is_valid()
        serializer.save()  # expect: BL204
        return ok(serializer.data, status=201)


def record_count(request: HttpRequest) -> JsonResponse:
    form = CountForm(request.POST)
    if not form.is_valid():
        return JsonResponse({"ok": False, "error": form.errors}, status=400)
    product = form.cleaned_data["product"]
    warehouse = form.cleaned_data["warehouse"]
    level = services.record_count(product, warehouse, request.POST["quantity"])  # expect: BL201
    return JsonResponse({"ok": True, "data": {"quantity": level.quantity}})
