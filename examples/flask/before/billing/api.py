import traceback
from functools import wraps

from flask import current_app, jsonify, request
from werkzeug.exceptions import HTTPException


def api_response(data=None, error=None, status=200):  # expect: BL702
    return jsonify({"success": error is None, "data": data, "error": error}), status


def handle_exception(error: Exception):
    if isinstance(error, HTTPException):
        return error
    body = {"success": False, "error": str(error), "trace": traceback.format_exc()}
    return jsonify(body), 500  # expect: BL301, BL302


def api_key_required(view):  # expect: BL702
    @wraps(view)
    def wrapper(*args, **kwargs):
        if request.headers.get("X-Api-Key") != current_app.config["API_KEY"]:
            return jsonify({"success": False, "data": None, "error": "Wrong API key"}), 401
        return view(*args, **kwargs)

    return wrapper
