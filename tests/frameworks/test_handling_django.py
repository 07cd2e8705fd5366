"""What Django's and DRF's views, settings and base classes do about an exception."""

from __future__ import annotations

import pytest

from tests.frameworks.handled import NOT_FOUND, handling

DJANGO = {
    "shop/settings.py": "REST_FRAMEWORK = {'EXCEPTION_HANDLER': 'shop.errors.answer'}\nROOT_URLCONF = 'shop.urls'\n",
    "shop/urls.py": """
        from django.urls import path

        from shop import views

        urlpatterns = [
            path("plain/", views.PlainView.as_view()),
            path("based/", views.BasedView.as_view()),
            path("drf/", views.DrfView.as_view()),
        ]
    """,
    "shop/errors.py": """
        from rest_framework.views import exception_handler

        def answer(exc, context):
            return exception_handler(exc, context)
    """,
    "shop/models.py": """
        from django.db import models

        class Book(models.Model):
            title = models.CharField(max_length=10)
    """,
    "shop/views.py": """
        from django.core.exceptions import ObjectDoesNotExist
        from django.views import View
        from rest_framework.views import APIView

        from shop.models import Book

        class PlainView(View):
            def get(self, request, pk):
                return Book.objects.get(pk=pk)

        class BaseView(View):
            def dispatch(self, request, *args, **kwargs):
                try:
                    return super().dispatch(request, *args, **kwargs)
                except ObjectDoesNotExist:
                    return None

        class BasedView(BaseView):
            def get(self, request, pk):
                return Book.objects.get(pk=pk)

            def by_own_error(self, pk):
                try:
                    return Book.objects.get(pk=pk)
                except Book.DoesNotExist:
                    return None

        class DrfBase(APIView):
            def handle_exception(self, exc):
                if isinstance(exc, ObjectDoesNotExist):
                    return None
                return super().handle_exception(exc)

        class DrfView(DrfBase):
            def get(self, request, pk):
                return Book.objects.get(pk=pk)
    """,
}


@pytest.mark.parametrize(
    ("function", "kind"),
    [("PlainView.get", None), ("BasedView.get", "view"), ("DrfView.get", "view"), ("BasedView.by_own_error", "try")],
)
def test_what_django_views_do(function: str, kind: str | None) -> None:
    found = handling(DJANGO, f"shop/views.py:{function}", NOT_FOUND)
    assert [catch.kind for catch in found.catches] == ([kind] if kind else [])
    assert found.is_handled is (kind is not None)


@pytest.mark.parametrize(
    ("body", "is_handled"),
    [
        ("if isinstance(exc, ObjectDoesNotExist):\n                return None\n            return exception_handler(exc, context)", True),
        ("response = exception_handler(exc, context)\n            return response", False),
    ],
)
def test_exception_handler_of_drf_settings(body: str, is_handled: bool) -> None:
    errors = f"""
        from django.core.exceptions import ObjectDoesNotExist
        from rest_framework.views import exception_handler

        def answer(exc, context):
            {body}
    """
    views = """
        from rest_framework.views import APIView

        from shop.models import Book

        class PlainView(APIView):
            def get(self, request, pk):
                return Book.objects.get(pk=pk)

        class BasedView(PlainView): ...
        class DrfView(PlainView): ...
    """
    files = {**DJANGO, "shop/errors.py": errors, "shop/views.py": views}
    assert handling(files, "shop/views.py:PlainView.get", NOT_FOUND).is_handled is is_handled
