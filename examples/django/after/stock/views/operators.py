from rest_framework import status
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import AllowAny, IsAdminUser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import ScopedRateThrottle
from rest_framework.views import APIView

from stock.serializers import LoginSerializer, OperatorSerializer
from stock.services import operators


class OperatorView(APIView):
    permission_classes = [IsAdminUser]

    def post(self, request: Request) -> Response:
        serializer = OperatorSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        operator = operators.create_operator(**serializer.validated_data)
        return Response(OperatorSerializer(operator).data, status=status.HTTP_201_CREATED)


class LoginView(APIView):
    permission_classes = [AllowAny]
    throttle_classes = [ScopedRateThrottle]
    throttle_scope = "login"

    def post(self, request: Request) -> Response:
        serializer = LoginSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        operator = operators.authenticate(**serializer.validated_data)
        if operator is None:
            raise AuthenticationFailed("Wrong badge or PIN.")
        request.session.cycle_key()
        request.session["operator"] = operator.pk
        return Response({"name": operator.name})
