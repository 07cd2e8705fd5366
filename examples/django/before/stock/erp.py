import requests
from django.conf import settings


def order_from_supplier(sku: str, quantity: int) -> str:
    session = requests.Session()  # expect: BL904
    session.headers["Authorization"] = f"Token {settings.ERP_TOKEN}"
    order = {"sku": sku, "quantity": quantity}
    response = session.post("https://erp.stock.internal/api/orders", json=order, verify=False)  # expect: BL503, BL505, BL612
    return response.json()["reference"]
