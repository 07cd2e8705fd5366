"""Handlers of Django, Django REST framework, Ninja and Channels."""

from __future__ import annotations

from backend_lint.frameworks import error_handlers, handler_of, handlers_in, route_layer
from backend_lint.semantics.project import Project
from tests.support import function_of, project_of


def names(project: Project, path: str) -> list[str]:
    return [handler.function.qualname for handler in handlers_in(project.module(path))]


def paths(project: Project, path: str) -> dict[str, str | None]:
    return {handler.function.qualname: handler.path for handler in handlers_in(project.module(path))}


def test_routed_functions_and_unrouted_neighbours() -> None:
    project = project_of(
        {
            "shop/urls.py": """
            from django.urls import include, path, re_path
            from django.contrib.auth.decorators import login_required
            from django.views.decorators.csrf import csrf_exempt
            from . import views
            from .views import detail as product_detail

            item_urls = [
                path("", product_detail),
                path("edit/", login_required(views.edit)),
            ]

            urlpatterns = [
                path("", views.index, name="index"),
                path("items/<int:item_id>/", include(item_urls)),
                path("archive/", views.archive_view),
            ]
            urlpatterns += [re_path(r"^hook/(?P<token>[a-f0-9]{32})/(?P<rest>.*)$", csrf_exempt(views.hook))]
            """,
            "shop/views.py": """
            from django.contrib.auth.decorators import login_required

            def index(request): ...
            def detail(request, item_id): ...
            def edit(request, item_id): ...
            def archive(request): ...
            archive_view = login_required(archive)
            def hook(request, token, rest): ...
            def build_report(request): ...
            """,
        }
    )
    assert paths(project, "shop/views.py") == {
        "index": "",
        "detail": "items/<int:item_id>/",
        "edit": "items/<int:item_id>/edit/",
        "archive": "archive/",
        "hook": r"^hook/(?P<token>[a-f0-9]{32})/(?P<rest>.*)$",
    }
    hook = handler_of(function_of(project, "shop/views.py", "hook"))
    edit = handler_of(function_of(project, "shop/views.py", "edit"))
    assert hook is not None
    assert edit is not None
    assert [(i.kind, i.is_validated) for i in hook.inputs] == [("request", False), ("path", True), ("path", False)]
    assert [(i.kind, i.is_validated) for i in edit.inputs] == [("request", False), ("path", True)]


def test_prefix_of_an_included_module() -> None:
    project = project_of(
        {
            "site/urls.py": """
            from django.urls import include, path
            urlpatterns = [path("api/<slug:tenant>/", include("blog.urls"))]
            """,
            "blog/urls.py": """
            from django.urls import path
            from blog import views
            urlpatterns = [path("posts/<uuid:pk>/", views.post)]
            """,
            "blog/views.py": "def post(request, tenant, pk): ...\n",
        }
    )
    (post,) = handlers_in(project.module("blog/views.py"))
    assert post.path == "api/<slug:tenant>/posts/<uuid:pk>/"


def test_strings_concatenation_language_prefixes_and_old_url() -> None:
    project = project_of(
        {
            "app/urls.py": """
            from django.conf.urls import url
            from django.conf.urls.i18n import i18n_patterns
            from django.urls import path
            import app.views

            base = [url(r"^old/$", "app.views.old")]
            urlpatterns = base + i18n_patterns(path("about/", app.views.about)) + [path("x/", app.views.wrapped(1))]
            """,
            "app/views.py": """
            def old(request): ...
            def about(request): ...
            def wrapped(number):
                def view(request): ...
                return view
            def never(request): ...
            """,
        }
    )
    assert names(project, "app/views.py") == ["old", "about", "wrapped.view"]


def test_class_based_views_hooks_and_bases_in_other_files() -> None:
    project = project_of(
        {
            "core/views.py": """
            from django.views import View
            from django.views.generic import FormView

            class BaseView(View):
                def dispatch(self, request, *args, **kwargs): ...
                def load(self): ...

            class PostMixin:
                def post(self, request): ...
                def check(self): ...

            class Unused(View):
                def get(self, request): ...
            """,
            "app/views.py": """
            from django.views.generic import FormView, ListView
            from core.views import BaseView, PostMixin

            class Home(PostMixin, BaseView):
                def get(self, request): ...

            class Contact(FormView):
                def form_valid(self, form): ...
                def get_context_data(self, **kwargs): ...

            class Items(ListView):
                def get_queryset(self): ...
            """,
            "app/urls.py": """
            from django.urls import path
            from app.views import Contact, Home, Items
            urlpatterns = [
                path("", Home.as_view(title="x")),
                path("contact/", Contact.as_view()),
                path("items/", Items.as_view()),
            ]
            """,
        }
    )
    assert names(project, "app/views.py") == ["Home.get"]
    assert names(project, "core/views.py") == ["BaseView.dispatch", "PostMixin.post"]
    for qualname in ("Contact.form_valid", "Contact.get_context_data", "Items.get_queryset"):
        assert route_layer(function_of(project, "app/views.py", qualname))
    assert route_layer(function_of(project, "core/views.py", "BaseView.load"))
    assert route_layer(function_of(project, "core/views.py", "PostMixin.check"))


def test_a_table_that_is_not_understood_keeps_view_classes() -> None:
    project = project_of(
        {
            "app/urls.py": """
            from django.urls import include, path
            from app.registry import urls_of
            from app.views import index
            urlpatterns = [path("", index), path("things/", include(urls_of("things")))]
            """,
            "app/registry.py": "def urls_of(name): return load(name)\n",
            "app/views.py": """
            from django.views.generic import View
            from app.registry import register

            def index(request): ...

            @register("things")
            class Things(View):
                def get(self, request): ...
            """,
        }
    )
    assert names(project, "app/views.py") == ["index", "Things.get"]


def test_a_project_without_routes_is_judged_by_its_views_modules() -> None:
    project = project_of(
        {
            "reusable/views.py": """
            from django.http import HttpResponse
            def page(request): ...
            def _private(request): ...
            def total(items): ...
            """,
            "reusable/helpers.py": "from django.http import HttpResponse\ndef client_ip(request): ...\n",
        }
    )
    assert names(project, "reusable/views.py") == ["page"]
    assert names(project, "reusable/helpers.py") == []


def test_rest_framework_views_viewsets_and_actions() -> None:
    project = project_of(
        {
            "api/views.py": """
            from rest_framework import generics, mixins, viewsets
            from rest_framework.decorators import action, api_view
            from rest_framework.views import APIView

            @api_view(["GET", "POST"])
            def users(request): ...

            class Me(APIView):
                def get(self, request): ...
                def shape(self, user): ...

            class ArchiveMixin:
                @action(detail=True, methods=["post"])
                def archive(self, request, pk=None): ...

            class Posts(ArchiveMixin, viewsets.ModelViewSet):
                def list(self, request): ...
                def retrieve(self, request, pk=None): ...
                def perform_create(self, serializer): ...

                @action(detail=False, methods=["get", "put"], url_path="top")
                def top(self, request): ...

            class Feed(viewsets.ViewSet):
                def newest(self, request): ...
                def oldest(self, request): ...
                def unused(self, request): ...

            class Tags(generics.ListCreateAPIView):
                def create(self, request, *args, **kwargs): ...
                def get_queryset(self): ...
            """,
            "api/urls.py": """
            from django.urls import include, path
            from rest_framework.routers import DefaultRouter
            from api import views

            router = DefaultRouter()
            router.register(r"posts", views.Posts, basename="posts")

            urlpatterns = [
                path("users/", views.users),
                path("me/", views.Me.as_view()),
                path("feed/", views.Feed.as_view({"get": "newest"})),
                path("feed/old/", views.Feed.as_view({"post": "oldest"})),
                path("tags/", views.Tags.as_view()),
                path("", include(router.urls)),
            ]
            """,
        }
    )
    found = {h.function.qualname: (h.framework, h.methods) for h in handlers_in(project.module("api/views.py"))}
    assert found == {
        "users": ("drf", ("GET", "POST")),
        "Me.get": ("drf", ("GET",)),
        "ArchiveMixin.archive": ("drf", ("POST",)),
        "Posts.list": ("drf", ("GET",)),
        "Posts.retrieve": ("drf", ("GET",)),
        "Posts.top": ("drf", ("GET", "PUT")),
        "Feed.newest": ("drf", ()),
        "Feed.oldest": ("drf", ()),
        "Tags.create": ("drf", ("POST",)),
    }
    retrieve = handler_of(function_of(project, "api/views.py", "Posts.retrieve"))
    assert retrieve is not None
    assert [(i.kind, i.is_validated) for i in retrieve.inputs] == [("request", False), ("path", False)]
    assert route_layer(function_of(project, "api/views.py", "Posts.perform_create"))
    assert route_layer(function_of(project, "api/views.py", "Me.shape"))


def test_method_decorator_names() -> None:
    project = project_of(
        {
            "app/urls.py": "from django.urls import path\nfrom app.views import Page\nurlpatterns = [path('', Page.as_view())]\n",
            "app/views.py": """
            from django.contrib.auth.decorators import login_required
            from django.utils.decorators import method_decorator
            from django.views import View
            from django.views.decorators.cache import never_cache

            @method_decorator([never_cache, login_required], name="dispatch")
            class Page(View):
                @method_decorator(never_cache)
                def get(self, request): ...
            """,
        }
    )
    (get,) = handlers_in(project.module("app/views.py"))
    assert get.decorators[1:] == ("django.views.decorators.cache.never_cache", "django.contrib.auth.decorators.login_required")


def test_error_handlers_of_settings_and_urls() -> None:
    project = project_of(
        {
            "conf/settings.py": 'REST_FRAMEWORK = {"EXCEPTION_HANDLER": "api.errors.handle"}\n',
            "conf/urls.py": """
            from django.urls import path
            from api.errors import missing
            urlpatterns = [path("", missing.__class__)]
            handler404 = missing
            handler500 = "api.errors.crash"
            """,
            "api/errors.py": """
            from django.http import JsonResponse
            from rest_framework.views import exception_handler

            def handle(exc, context): ...
            def missing(request, exception): ...
            def crash(request): ...
            def other(request): ...
            """,
        }
    )
    assert {h.function.node.name: (h.framework, h.exceptions) for h in error_handlers(project)} == {
        "handle": ("drf", ("Exception",)),
        "missing": ("django", ("404",)),
        "crash": ("django", ("500",)),
    }


def test_middleware_classes() -> None:
    project = project_of(
        {
            "app/middleware.py": """
            from django.utils.deprecation import MiddlewareMixin

            class Tenant:
                def __init__(self, get_response):
                    self.get_response = get_response
                def __call__(self, request): ...
                def process_exception(self, request, exception): ...
                def lookup(self, host): ...

            class Old(MiddlewareMixin):
                def process_request(self, request): ...

            class Callable:
                def __call__(self, value): ...

            def tag(get_response):
                def middleware(request):
                    return get_response(request)
                return middleware
            """
        }
    )
    assert {h.function.qualname: h.kind for h in handlers_in(project.module("app/middleware.py"))} == dict.fromkeys(
        ["Tenant.__call__", "Tenant.process_exception", "Old.process_request", "tag.middleware"], "middleware"
    )


def test_ninja_operations_and_inputs() -> None:
    project = project_of(
        {
            "api.py": """
            from django.http import HttpRequest
            from ninja import File, Form, NinjaAPI, Query, Router, Schema
            from ninja.files import UploadedFile

            api = NinjaAPI()
            router = Router()

            class ItemIn(Schema):
                name: str

            class Filters(Schema):
                q: str

            @router.post("/items/{item_id}", response=ItemIn)
            def save(request: HttpRequest, item_id: int, payload: ItemIn, filters: Query[Filters], extra: dict): ...

            @api.api_operation(["PUT", "PATCH"], "/raw")
            def raw(request, data: Form[ItemIn], picture: UploadedFile = File(...)): ...

            @api.exception_handler(ValueError)
            def bad(request, exc): ...
            """
        }
    )
    save, raw, bad = handlers_in(project.module("api.py"))
    assert (save.framework, save.methods, save.path, save.response_model) == ("ninja", ("POST",), "/items/{item_id}", True)
    assert [(i.kind, i.is_validated) for i in save.inputs] == [
        ("request", False),
        ("path", True),
        ("body", True),
        ("query", True),
        ("body", False),
    ]
    assert (raw.methods, raw.path) == (("PUT", "PATCH"), "/raw")
    assert [i.kind for i in raw.inputs] == ["request", "form", "file"]
    assert (bad.kind, bad.exceptions) == ("error", ("ValueError",))


def test_channels_consumers() -> None:
    project = project_of(
        {
            "chat/consumers.py": """
            from channels.generic.websocket import AsyncJsonWebsocketConsumer

            class Chat(AsyncJsonWebsocketConsumer):
                async def connect(self): ...
                async def receive_json(self, content): ...
                async def chat_message(self, event): ...
                async def _store(self, content): ...
            """,
            "chat/routing.py": """
            from django.urls import re_path
            from chat import consumers
            websocket_urlpatterns = [re_path(r"ws/(?P<room>\\w+)/$", consumers.Chat.as_asgi())]
            """,
        }
    )
    assert {h.function.qualname: h.kind for h in handlers_in(project.module("chat/consumers.py"))} == dict.fromkeys(
        ["Chat.connect", "Chat.receive_json", "Chat.chat_message"], "event"
    )


def test_operations_table_of_a_view() -> None:
    project = project_of(
        {
            "app/urls.py": "from django.urls import path\nfrom app.views import Bulk\nurlpatterns = [path('bulk/', Bulk.as_view())]\n",
            "app/views.py": """
            from django.views import View

            class Bulk(View):
                operations = {"publish": "_publish", "hide": "_hide"}

                def post(self, request):
                    return getattr(self, self.operations[request.POST["op"]])(request)

                def _publish(self, request): ...
                def _hide(self, request): ...
                def _rows(self): ...
            """,
        }
    )
    assert names(project, "app/views.py") == ["Bulk.post", "Bulk._publish", "Bulk._hide"]


def test_a_single_file_asks_only_for_what_it_needs() -> None:
    project = project_of(
        {
            "app/urls.py": "from django.urls import path\nfrom app.views import index\nurlpatterns = [path('', index)]\n",
            "app/views.py": "from django.shortcuts import render\ndef index(request): ...\n",
            "app/models.py": "from django.db import models\nclass Item(models.Model): ...\n",
        }
    )
    assert names(project, "app/views.py") == ["index"]
    assert "app/models.py" not in project._modules
