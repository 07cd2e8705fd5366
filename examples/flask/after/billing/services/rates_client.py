from decimal import Decimal, InvalidOperation
from typing import Any

import requests

from billing.errors import Unavailable


class RatesClient:
    """Tax and exchange rates from two services. Made once by the application; `close` belongs to its shutdown."""

    def __init__(self, tax_url: str, tax_ca_bundle: str, exchange_url: str, timeout: float) -> None:
        self.tax_url = tax_url
        self.tax_ca_bundle = tax_ca_bundle
        self.exchange_url = exchange_url
        self.timeout = timeout
        self.session = requests.Session()
        self.session.headers["Accept"] = "application/json"

    def close(self) -> None:
        self.session.close()

    def tax_rate(self, country: str) -> Decimal:
        """The rate as a fraction. Raises Unavailable."""
        answer = self._get(self.tax_url, {"country": country}, verify=self.tax_ca_bundle)
        return self._number(answer.get("rate"))

    def exchange_rate(self, currency: str) -> Decimal:
        """What one euro costs in `currency`. Raises Unavailable."""
        answer = self._get(self.exchange_url, {"base": "EUR"}, verify=True)
        return self._number(answer.get("rates", {}).get(currency))

    def _get(self, url: str, params: dict[str, str], verify: bool | str) -> dict[str, Any]:
        try:
            response = self.session.get(url, params=params, timeout=self.timeout, verify=verify)
            response.raise_for_status()
            return response.json()
        except requests.RequestException as error:
            raise Unavailable("The rates cannot be read at the moment") from error

    @staticmethod
    def _number(value: object) -> Decimal:
        try:
            return Decimal(str(value))
        except InvalidOperation as error:
            raise Unavailable("The rates cannot be read at the moment") from error
