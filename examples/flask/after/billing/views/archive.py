from flask import current_app, jsonify
from flask.typing import ResponseReturnValue
from flask.views import MethodView

from billing.auth import api_key_required


class ArchiveView(MethodView):
    decorators = [api_key_required]

    def get(self, number: str) -> ResponseReturnValue:
        return jsonify(current_app.extensions["archive"].find(number))

    def post(self, number: str) -> ResponseReturnValue:
        current_app.extensions["archive"].lock(number)
        return jsonify({"locked": number})
