from decimal import Decimal

import httpx
from pydantic import SecretStr

from app.errors import ShopError


class PaymentDeclined(ShopError):
    status_code = 402


class PaymentUnavailable(ShopError):
    status_code = 502


class PaymentClient:
    """The payment service. `client` is the application's and brings the time-out; it is not closed here."""

    def __init__(self, client: httpx.Client, base_url: str, api_key: SecretStr) -> None:
        self.client = client
        self.base_url = base_url
        self.api_key = api_key

    def charge(self, order_id: int, amount: Decimal) -> None:
        """Charge `amount`. Raises PaymentDeclined, and PaymentUnavailable when the service does not answer."""
        headers = {"Authorization": f"Bearer {self.api_key.get_secret_value()}", "Idempotency-Key": f"order-{order_id}"}
        try:
            response = self.client.post(f"{self.base_url}/charges", json={"order": order_id, "amount": str(amount)}, headers=headers)
            if response.status_code == httpx.codes.PAYMENT_REQUIRED:
                raise PaymentDeclined("The payment was declined")
            response.raise_for_status()
        except httpx.HTTPError as exc:
            raise PaymentUnavailable("The payment service did not answer") from exc
