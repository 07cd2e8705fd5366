from django.urls import include, path
from rest_framework.routers import DefaultRouter

from stock.views import movements, operators, products, reports

router = DefaultRouter()
router.register("products", products.ProductViewSet)

urlpatterns = [
    path("products/search/", products.search_products),
    path("products/datasheet/", products.datasheet),
    path("products/<int:pk>/edit/", products.edit_product),
    path("products/import/", products.ImportView.as_view()),
    path("", include(router.urls)),
    path("levels/", movements.stock_levels),
    path("transfers/", movements.TransferView.as_view()),
    path("movements/", movements.MovementView.as_view()),
    path("counts/", movements.record_count),
    path("operators/", operators.OperatorView.as_view()),
    path("login/", operators.LoginView.as_view()),
    path("reports/value/", reports.stock_value),
    path("reports/suppliers/<int:pk>/", reports.supplier_status),
    path("reports/scans/<str:sku>/", reports.last_scan),
]
