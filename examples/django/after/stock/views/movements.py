from django.db.models import QuerySet
from rest_framework import status
from rest_framework.decorators import api_view
from rest_framework.generics import ListAPIView, ListCreateAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from stock.forms import CountForm
from stock.models import Movement, StockLevel
from stock.serializers import (
    LevelFilterSerializer,
    MovementSerializer,
    StockLevelSerializer,
    StockTotalSerializer,
    TransferSerializer,
)
from stock.services import movements


class StockTotalsView(ListAPIView):
    serializer_class = StockTotalSerializer

    def get_queryset(self) -> QuerySet[StockLevel, dict[str, object]]:
        query = LevelFilterSerializer(data=self.request.query_params)
        query.is_valid(raise_exception=True)
        data = query.validated_data
        return movements.totals(data.get("warehouse"), data.get("sku"), data["empty"])


class TransferView(APIView):
    def post(self, request: Request) -> Response:
        serializer = TransferSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        movement = movements.transfer(**serializer.validated_data)
        return Response(MovementSerializer(movement).data, status=status.HTTP_201_CREATED)


class MovementView(ListCreateAPIView):
    queryset = Movement.objects.order_by("-created_at")
    serializer_class = MovementSerializer


@api_view(["POST"])
def record_count(request: Request) -> Response:
    form = CountForm(request.POST)
    if not form.is_valid():
        return Response(form.errors, status=status.HTTP_400_BAD_REQUEST)
    level = movements.record_count(**form.cleaned_data)
    return Response(StockLevelSerializer(level).data)
