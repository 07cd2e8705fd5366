import requests

from app.config import MAILER_API_KEY


async def notify_customer(email: str, subject: str) -> None:
    message = {"to": email, "subject": subject}
    headers = {"X-Api-Key": MAILER_API_KEY}
    requests.post("http://mailer.shop.internal:8025/send", json=message, headers=headers)  # expect: BL503, BL612, BL801
