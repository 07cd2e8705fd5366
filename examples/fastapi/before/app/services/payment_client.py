from decimal import Decimal

import httpx

from app.config import PAYMENT_API_KEY


class PaymentClient:
    def __init__(self):
        headers = {"Authorization": f"Bearer {PAYMENT_API_KEY}"}
        self.client = httpx.Client(base_url="http://payments.shop.internal:8080", headers=headers)  # expect: BL503, BL904

    def charge(self, order_id: int, amount: Decimal) -> str:
        response = self.client.post("/charges", json={"order": order_id, "amount": str(amount)})  # expect: BL612
        return response.json()["status"]
