import hashlib

from django.db import IntegrityError
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from stock.models import Operator
from stock.responses import ok


class OperatorView(APIView):
    permission_classes = [IsAuthenticated]

    def post(self, request: Request) -> Response:
        badge = request.data["badge"]  # expect: BL201
        pin = hashlib.md5(request.data["pin"].encode()).hexdigest()  # expect: BP102
        try:
            operator = Operator.objects.create(badge=badge, name=request.data["name"], pin=pin)
        except IntegrityError as e:
            return Response({"ok": False, "error": f"Could not create the operator: {e}"}, status=409)  # expect: BL301
        return ok({"id": operator.id}, status=201)


class LoginView(APIView):
    def post(self, request):  # expect: BL701, BP107
        badge = request.data["badge"]  # expect: BL201
        operator = Operator.objects.filter(badge=badge).first()
        if operator.pin != hashlib.md5(str(request.data["pin"]).encode()).hexdigest():  # expect: BL613, BP102
            return Response({"ok": False, "error": "Wrong PIN"}, status=401)
        request.session["operator"] = operator.id
        return ok({"name": operator.name})
