from flask import Flask

from billing.api import handle_exception
from billing.config import CONFIGS
from billing.extensions import db
from billing.views import archive, customers, invoices, payments, reports


def create_app(config_name: str = "production") -> Flask:
    app = Flask(__name__)
    app.config.from_object(CONFIGS[config_name])
    db.init_app(app)
    app.register_blueprint(invoices.bp)
    app.register_blueprint(customers.bp)
    app.register_blueprint(payments.bp)
    app.register_blueprint(reports.bp)
    app.add_url_rule("/archive/<number>", view_func=archive.ArchiveView.as_view("archive"))
    app.register_error_handler(Exception, handle_exception)
    with app.app_context():
        db.create_all()
    return app
