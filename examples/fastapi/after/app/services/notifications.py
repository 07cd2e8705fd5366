import httpx
from pydantic import SecretStr


class MailerUnavailable(Exception):
    """The mail was not accepted."""


class Mailer:
    def __init__(self, client: httpx.Client, base_url: str, api_key: SecretStr) -> None:
        self.client = client
        self.base_url = base_url
        self.api_key = api_key

    def send(self, email: str, subject: str) -> None:
        """Hand a mail to the mail service. Raises MailerUnavailable."""
        headers = {"X-Api-Key": self.api_key.get_secret_value()}
        try:
            response = self.client.post(f"{self.base_url}/send", json={"to": email, "subject": subject}, headers=headers)
            response.raise_for_status()
        except httpx.HTTPError as exc:
            raise MailerUnavailable("the mail service did not accept the mail") from exc
