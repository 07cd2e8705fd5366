import time

import requests
from django.http import HttpRequest, JsonResponse

from stock import scanner, services
from stock.models import StockLevel, Supplier


def stock_value(request):  # expect: BL701
    value = {}
    for level in StockLevel.objects.all():
        product = level.product  # expect: BP101
        code = level.warehouse.code  # expect: BP101
        cost = level.quantity * product.unit_cost  # expect: BL101
        if level.quantity < product.minimum:
            cost = cost * 2
        value[code] = value.get(code, 0) + cost
    return JsonResponse({"ok": True, "data": value})


async def supplier_status(request: HttpRequest, pk: int) -> JsonResponse:
    supplier = Supplier.objects.filter(pk=pk).first()  # expect: BL802
    if supplier is None:
        return JsonResponse({"ok": False, "error": "Supplier not found"}, status=404)
    for _ in range(3):
        try:
            response = requests.get(supplier.status_url, timeout=5)  # expect: BL801
            response.raise_for_status()
            return JsonResponse({"ok": True, "data": {"delivers": True}})
        except requests.RequestException:
            time.sleep(2)  # expect: BL801
    services.alert_buyers(pk, "the supplier does not answer")  # expect: BL803
    return JsonResponse({"ok": True, "data": {"delivers": False}})


def last_scan(request, sku):  # expect: BL701
    scan = scanner.last_scan(sku)
    if scan is None:
        return JsonResponse({"ok": False, "error": "Never scanned"}, status=404)
    return JsonResponse({"ok": True, "data": {"warehouse": scan[0], "at": scan[1], "scans": scanner.count_scans(sku)}})
