from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Settings:
    """What differs between deployments. All of it has to be in the environment, or the app does not start."""

    secret_key: str = field(repr=False)
    api_key: str = field(repr=False)
    database_url: str = field(repr=False)
    archive_path: Path
    pdf_dir: Path
    tax_url: str
    tax_ca_bundle: str
    exchange_url: str
    mail_host: str
    mail_user: str
    mail_password: str = field(repr=False)
    outbound_timeout: float = 5.0

    @classmethod
    def from_environment(cls) -> Settings:
        """Raises KeyError, which names the variable that is missing."""
        return cls(
            secret_key=os.environ["SECRET_KEY"],
            api_key=os.environ["BILLING_API_KEY"],
            database_url=os.environ["DATABASE_URL"],
            archive_path=Path(os.environ["ARCHIVE_PATH"]),
            pdf_dir=Path(os.environ["PDF_DIR"]),
            tax_url=os.environ["TAX_URL"],
            tax_ca_bundle=os.environ["TAX_CA_BUNDLE"],
            exchange_url=os.environ["EXCHANGE_URL"],
            mail_host=os.environ["MAIL_HOST"],
            mail_user=os.environ["MAIL_USER"],
            mail_password=os.environ["MAIL_PASSWORD"],
        )
