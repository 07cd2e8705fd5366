from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_file=".env")

    app_name: str = "Shop API"
    database_url: str = "sqlite:///./shop.db"
    webhook_secret: str = "whk-9f2c7e51b8d04a6f"  # expect: BL504
    cors_origins: list[str] = ["*"]
    export_dir: str = "exports"
    photo_dir: str = "photos"
    ledger_path: str = "ledger.db"


settings = Settings()

PAYMENT_API_KEY = "pay-7Qm2xV9tKc41LrWz"  # expect: BL501
MAILER_API_KEY = "mail-Zt81hYw3Nf6Bd0Rs"  # expect: BL501
