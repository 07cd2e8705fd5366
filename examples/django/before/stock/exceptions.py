import traceback

from rest_framework import views
from rest_framework.response import Response


def exception_handler(exc, context):  # expect: BL702
    response = views.exception_handler(exc, context)
    if response is None:
        response = Response({"ok": False, "error": "Server error", "trace": traceback.format_exc()}, status=500)  # expect: BL302
    return response
