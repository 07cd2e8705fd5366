from billing import create_app
from billing.config import Settings

app = create_app(Settings.from_environment())
