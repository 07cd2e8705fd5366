from rest_framework.decorators import api_view, permission_classes
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from stock.services.health import ping


@api_view(["GET"])
@permission_classes([AllowAny])
def health(request: Request) -> Response:
    ping()
    return Response({"status": "ok"})
