import atexit

from flask import Flask

from billing.config import Settings
from billing.errors import register_error_handlers
from billing.extensions import db
from billing.observability import configure_logging, register_request_ids
from billing.services.archive import Archive
from billing.services.mailer import Mailer
from billing.services.rates_client import RatesClient
from billing.views import archive, customers, health, invoices, payments, reports


def create_app(settings: Settings) -> Flask:
    configure_logging()
    app = Flask(__name__)
    app.config["SECRET_KEY"] = settings.secret_key
    app.config["API_KEY"] = settings.api_key
    app.config["PDF_DIR"] = settings.pdf_dir.resolve()
    app.config["SQLALCHEMY_DATABASE_URI"] = settings.database_url
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = {"pool_pre_ping": True, "pool_size": 5, "max_overflow": 10, "pool_timeout": 5}
    db.init_app(app)

    rates = RatesClient(settings.tax_url, settings.tax_ca_bundle, settings.exchange_url, settings.outbound_timeout)
    atexit.register(rates.close)
    app.extensions["rates"] = rates
    app.extensions["mailer"] = Mailer(settings.mail_host, settings.mail_user, settings.mail_password, settings.outbound_timeout)
    app.extensions["archive"] = Archive(settings.archive_path)

    register_request_ids(app)
    register_error_handlers(app)
    for module in (health, customers, invoices, payments, reports):
        app.register_blueprint(module.bp)
    app.add_url_rule("/archive/<number>", view_func=archive.ArchiveView.as_view("archive"))
    with app.app_context():
        db.create_all()
    return app
