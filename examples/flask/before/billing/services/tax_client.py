from decimal import Decimal

import requests


def tax_rate(country: str) -> Decimal:
    session = requests.Session()  # expect: BL904
    session.headers["Accept"] = "application/json"
    response = session.get("https://10.20.4.17:9443/rates", params={"country": country}, verify=False)  # expect: BL503, BL505, BL612
    return Decimal(response.json()["rate"])
