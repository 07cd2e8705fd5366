from functools import lru_cache
from pathlib import Path

from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Everything that differs between deployments. A value without a default has to be in the environment, or the app does not start."""

    model_config = SettingsConfigDict(env_file=".env")

    app_name: str = "Shop API"
    database_url: str
    api_key: SecretStr
    webhook_secret: SecretStr
    payment_url: str
    payment_api_key: SecretStr
    mailer_url: str
    mailer_api_key: SecretStr
    cors_origins: list[str] = []
    export_dir: Path = Path("exports")
    photo_dir: Path = Path("photos")
    max_photo_bytes: int = 5_000_000
    outbound_timeout: float = 5.0


@lru_cache
def get_settings() -> Settings:
    return Settings()
