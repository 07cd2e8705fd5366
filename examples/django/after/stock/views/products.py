from dataclasses import asdict

from django.db.models import QuerySet
from django.http import FileResponse
from django.shortcuts import get_object_or_404
from rest_framework import status
from rest_framework.decorators import action, api_view
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView
from rest_framework.viewsets import ModelViewSet

from stock.models import Product
from stock.serializers import ProductImportSerializer, ProductSerializer, SearchSerializer
from stock.services import products


class ProductViewSet(ModelViewSet):
    queryset = Product.objects.order_by("sku")
    serializer_class = ProductSerializer

    @action(detail=True, methods=["post"])
    def reorder(self, request: Request, pk: str) -> Response:
        return Response(asdict(products.reorder(self.get_object().pk)))

    @action(detail=True, methods=["post"])
    def retire(self, request: Request, pk: str) -> Response:
        products.retire(self.get_object())
        return Response(status=status.HTTP_204_NO_CONTENT)


class SearchView(ListAPIView):
    serializer_class = ProductSerializer

    def get_queryset(self) -> QuerySet[Product]:
        query = SearchSerializer(data=self.request.query_params)
        query.is_valid(raise_exception=True)
        return products.search(query.validated_data["name"])


class ImportView(APIView):
    def post(self, request: Request) -> Response:
        serializer = ProductImportSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        created = products.import_products(serializer.validated_data["products"])
        return Response({"created": created}, status=status.HTTP_201_CREATED)


@api_view(["GET"])
def datasheet(request: Request, pk: int) -> FileResponse:
    product = get_object_or_404(Product, pk=pk)
    return FileResponse(products.datasheet_path(product).open("rb"))
