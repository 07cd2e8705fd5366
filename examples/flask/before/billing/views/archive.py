from flask import abort
from flask.views import MethodView

from billing.api import api_key_required, api_response
from billing.services.archive import find_archived, lock_archived


class ArchiveView(MethodView):
    def get(self, number):  # expect: BL701
        invoice = find_archived(number)
        if invoice is None:
            abort(404)
        return api_response(invoice)

    @api_key_required
    def post(self, number):  # expect: BL701
        if find_archived(number) is None:
            abort(404)
        lock_archived(number)
        return api_response({"locked": number})
