import requests
from django.conf import settings

from stock.exceptions import Unavailable


def order_from_supplier(sku: str, quantity: int) -> str:
    """Order through the ERP. Returns its reference; raises Unavailable."""
    try:
        response = requests.post(
            f"{settings.ERP_URL}/api/orders",
            json={"sku": sku, "quantity": quantity},
            headers={"Authorization": f"Token {settings.ERP_TOKEN}"},
            timeout=settings.OUTBOUND_TIMEOUT,
            verify=settings.ERP_CA_BUNDLE,
        )
        response.raise_for_status()
        return str(response.json()["reference"])
    except (requests.RequestException, KeyError) as exc:
        raise Unavailable("The order cannot be placed at the moment.") from exc
