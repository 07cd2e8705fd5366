from dataclasses import asdict

from django.shortcuts import get_object_or_404
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from stock.models import Supplier
from stock.services import movements, scanner, suppliers


@api_view(["GET"])
def stock_value(request: Request) -> Response:
    return Response(movements.value_by_warehouse())


@api_view(["GET"])
def supplier_status(request: Request, pk: int) -> Response:
    supplier = get_object_or_404(Supplier, pk=pk)
    return Response({"delivers": suppliers.delivers(supplier)})


@api_view(["GET"])
def last_scan(request: Request, sku: str) -> Response:
    return Response(asdict(scanner.last_scan(sku)))
