from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from billing.services import reporting

bp = Blueprint("health", __name__)


@bp.get("/health")
def health() -> ResponseReturnValue:
    reporting.ping()
    return jsonify({"status": "ok"})
