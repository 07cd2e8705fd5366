import secrets
from typing import Annotated

from fastapi import Depends, Header, HTTPException, status

from app.config import Settings, get_settings

SettingsDep = Annotated[Settings, Depends(get_settings)]


def require_api_key(x_api_key: Annotated[str, Header()], settings: SettingsDep) -> None:
    if not secrets.compare_digest(x_api_key.encode(), settings.api_key.get_secret_value().encode()):
        raise HTTPException(status_code=status.HTTP_401_UNAUTHORIZED, detail="Wrong API key")


def require_webhook_secret(x_webhook_secret: Annotated[str, Header()], settings: SettingsDep) -> None:
    if not secrets.compare_digest(x_webhook_secret.encode(), settings.webhook_secret.get_secret_value().encode()):
        raise HTTPException(status_code=status.HTTP_403_FORBIDDEN, detail="Wrong secret")
