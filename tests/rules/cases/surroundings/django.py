# --- shop/__init__.py
# --- shop/wsgi.py
import os
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")
application = get_wsgi_application()
# --- shop/settings.py
import environ

env = environ.Env()
INSTALLED_APPS = ["django.contrib.auth", "shop"]
ROOT_URLCONF = "shop.urls"
MIDDLEWARE = []
# --- shop/models.py
from django.conf import settings
from django.db import models

class Customer(models.Model):
    email = models.EmailField(unique=True)
    name = models.CharField(max_length=100)

class Order(models.Model):
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE)
    is_shipped = models.BooleanField(default=False)
    total = models.IntegerField(default=0)

class Shipment(models.Model):
    order = models.ForeignKey(Order, on_delete=models.CASCADE)

class Invoice(models.Model):
    is_open = models.BooleanField(default=True)

class Account(models.Model):
    balance = models.IntegerField()

class Team(models.Model):
    name = models.CharField(max_length=100)

class Ticket(models.Model):
    title = models.CharField(max_length=100)

class Book(models.Model):
    title = models.CharField(max_length=100)
    year = models.IntegerField()

class Level(models.Model):
    code = models.CharField(max_length=10)

class Comment(models.Model):
    text = models.TextField()
# --- shop/serializers.py
from rest_framework import serializers
from shop.models import Comment, Team

class TeamSerializer(serializers.ModelSerializer):
    class Meta:
        model = Team
        fields = ["name"]

class CommentSerializer(serializers.ModelSerializer):
    class Meta:
        model = Comment
        fields = ["text"]
# --- shop/forms.py
from django import forms
from shop.models import Ticket

class TicketForm(forms.ModelForm):
    class Meta:
        model = Ticket
        fields = ["title"]

class ArchiveForm(forms.Form):
    year = forms.IntegerField()

class SubscribeForm(forms.Form):
    email = forms.EmailField()
# --- shop/services.py
import requests
from django.conf import settings
from shop.models import Invoice, Order

async def alert_buyers(pk: int, text: str) -> None:
    pass

def close_open_invoices() -> None:
    Invoice.objects.filter(is_open=True).update(is_open=False)
# --- shop/shipping.py
from django.db import transaction
from shop.models import Order, Shipment

@transaction.atomic
def ship(order: Order) -> None:
    Shipment.objects.create(order=order)
    order.is_shipped = True
    order.save()
# --- shop/orders.py
from shop.models import Order

def cancel(order_id: int) -> bool:
    return Order.objects.filter(pk=order_id, is_shipped=False).delete()[0] > 0
# --- shop/billing.py
from shop.models import Invoice

class BillingError(Exception):
    pass

def total(invoice: Invoice) -> int:
    return sum(line.price for line in invoice.lines.all())
# --- shop/exports.py
from shop.models import Order

class ExportError(Exception):
    pass

def build_export(user: object) -> object:
    return open(f"/srv/exports/{user.pk}", "rb")
# --- shop/articles.py
def of(year: int) -> list[str]:
    return [f"article of {year}"]
# --- shop/tags.py
def add(name: str) -> dict[str, str]:
    return {"name": name}
# --- shop/views.py
import asyncio
import json
import logging
import sqlite3
import time
import traceback
from contextlib import closing
from decimal import Decimal
from functools import lru_cache
from smtplib import SMTPException

import psycopg2
import requests
from django.conf import settings
from django.core.mail import send_mail
from django.db import IntegrityError, connection, models, transaction
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBadRequest, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from ninja import NinjaAPI, Schema
from rest_framework import serializers
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from shop import articles, billing, orders, services, shipping, tags
from shop.billing import BillingError
from shop.exports import ExportError, build_export
from shop.forms import ArchiveForm, SubscribeForm, TicketForm
from shop.models import Account, Book, Comment, Customer, Invoice, Level, Order, Shipment, Team, Ticket
from shop.serializers import CommentSerializer, TeamSerializer
from shop.services import close_open_invoices

logger = logging.getLogger(__name__)
api = NinjaAPI()
