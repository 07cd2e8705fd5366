from __future__ import annotations

import pytest

from backend_lint.frameworks import transactions
from tests.support import function_of, project_of

MODELS = """
from django.db import models

class Order(models.Model):
    status = models.CharField(max_length=20)
"""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('DATABASES = {"default": {"ATOMIC_REQUESTS": True}}', True),
        ('DATABASES = {"default": {"ATOMIC_REQUESTS": env.bool("ATOMIC", True)}}', True),
        ('DATABASES = {"default": {}}\nDATABASES["default"]["ATOMIC_REQUESTS"] = True', True),
        ('DATABASES = {"default": dict(ENGINE="x", ATOMIC_REQUESTS=True)}', True),
        ('DATABASES = {"default": {"ATOMIC_REQUESTS": False}}', False),
        ("ATOMIC_REQUESTS = True", False),
        ('DATABASES = {"default": {}}  # "ATOMIC_REQUESTS": True', False),
    ],
)
def test_atomic_requests(text: str, expected: bool) -> None:
    assert transactions.atomic_requests(project_of({"site/settings.py": text})) is expected


def test_settings_for_development_hold_nothing() -> None:
    project = project_of({"site/settings/dev.py": 'DATABASES = {"default": {"ATOMIC_REQUESTS": True}}'})
    assert not transactions.atomic_requests(project)


CALLERS = """
from django.db import transaction

def helper(order):
    order.save()

def between(order):
    helper(order)

def view(request):
    with transaction.atomic():
        between(request)

{more}
"""


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ("", True),
        ("@transaction.atomic\ndef other(request):\n    helper(request)", True),
        ("def other(request):\n    helper(request)", False),
    ],
)
def test_every_caller_must_hold(more: str, expected: bool) -> None:
    project = project_of({"orders.py": CALLERS.replace("{more}", more)})
    assert transactions.is_held(function_of(project, "orders.py", "helper")) is expected


def test_nobody_calls_it() -> None:
    project = project_of({"orders.py": "def work(order):\n    order.save()\n"})
    assert not transactions.is_held(function_of(project, "orders.py", "work"))


ADMIN = """
from django.contrib import admin

class OrderAdmin(admin.ModelAdmin):
    def save_model(self, request, obj, form, change):
        obj.save()

    def mark(self, request, queryset):
        queryset.update(status="x")
"""


def test_the_admin_holds_its_change_views_only() -> None:
    project = project_of({"orders/admin.py": ADMIN, "orders/models.py": MODELS})
    assert transactions.is_held(function_of(project, "orders/admin.py", "OrderAdmin.save_model"))
    assert not transactions.is_held(function_of(project, "orders/admin.py", "OrderAdmin.mark"))


SETTINGS = """
from celery import shared_task
from fastapi import APIRouter
import work

router = APIRouter()

@router.post("/orders")
def create():
    work.both()
    work.from_request()

@shared_task
def run():
    work.both()
    work.from_task()
"""


@pytest.mark.parametrize(
    ("name", "expected"), [("both", "request"), ("from_request", "request"), ("from_task", "job"), ("seed_orders", "start")]
)
def test_settings_of_functions(name: str, expected: str) -> None:
    functions = "\n".join(f"def {each}():\n    pass\n" for each in ("both", "from_request", "from_task", "seed_orders"))
    project = project_of({"main.py": SETTINGS, "work.py": functions})
    assert transactions.setting_of(function_of(project, "work.py", name)) == expected


def test_what_is_handed_to_a_queue_is_a_job() -> None:
    project = project_of(
        {"work.py": "from django_q.tasks import AsyncTask\ndef scan(user):\n    pass\ndef view(request):\n    AsyncTask(scan, 1)\n"}
    )
    assert transactions.setting_of(function_of(project, "work.py", "scan")) == "job"


@pytest.mark.parametrize(
    ("body", "expected"),
    [("while True:\n        time.sleep(1)", True), ("while not self.stopped:\n        self.event.wait(1)", True), ("print(1)", False)],
)
def test_commands_that_go_on_for_ever(body: str, expected: bool) -> None:
    text = f"import time\nclass Command:\n  def handle(self):\n    {body}\n"
    project = project_of({"shop/management/commands/work.py": text})
    assert transactions.is_unattended(function_of(project, "shop/management/commands/work.py", "Command.handle")) is expected


HOOKS = """
from django.db import transaction

class Base:
    def run(self):
        with transaction.atomic():
            self.store()

    @classmethod
    def build(cls):
        with transaction.atomic():
            cls.fill()

    def store(self):
        pass

    @classmethod
    def fill(cls):
        pass

class Orders(Base):
    def store(self):
        super().store()

    @classmethod
    def fill(cls):
        super().fill()
"""


def test_a_base_class_calls_what_overrides_its_hook() -> None:
    project = project_of({"orders.py": HOOKS})
    assert transactions.is_held(function_of(project, "orders.py", "Orders.store"))
    assert transactions.is_held(function_of(project, "orders.py", "Orders.fill"))
