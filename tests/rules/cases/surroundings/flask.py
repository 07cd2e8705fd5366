# --- shop/__init__.py
# --- shop/config.py
import os

DB_HOST = os.environ["DB_HOST"]
DB_USER = os.environ["DB_USER"]
DB_PASSWORD = os.environ["DB_PASSWORD"]
RATES_URL = os.environ["RATES_URL"]
INVENTORY_URL = os.environ["INVENTORY_URL"]
ARCHIVE = os.environ["ARCHIVE"]
# --- shop/extensions.py
from flask_sqlalchemy import SQLAlchemy

db = SQLAlchemy()
# --- shop/models.py
from shop.extensions import db

class Customer(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    name = db.Column(db.String)
    email = db.Column(db.String)
    city = db.Column(db.String)

class Order(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    status = db.Column(db.String)
    total = db.Column(db.Integer)
    customer_id = db.Column(db.Integer, db.ForeignKey("customer.id"))
    customer = db.relationship("Customer")
    lines = db.relationship("OrderLine")

class OrderLine(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    order_id = db.Column(db.Integer, db.ForeignKey("order.id"))
    price = db.Column(db.Integer)
    quantity = db.Column(db.Integer)

class Member(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    name = db.Column(db.String)
    email = db.Column(db.String)

class Profile(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    name = db.Column(db.String)

class Stock(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    level = db.Column(db.Integer)
# --- shop/schemas.py
from marshmallow import Schema, fields
from pydantic import BaseModel

class MemberSchema(Schema):
    name = fields.Str(required=True)
    email = fields.Email()

class LineSchema(Schema):
    sku = fields.Str(required=True)

class ProfileChange(BaseModel):
    name: str
# --- shop/forms.py
from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import DataRequired

class ProfileForm(FlaskForm):
    name = StringField(validators=[DataRequired()])
# --- shop/services/__init__.py
# --- shop/services/members.py
from shop.extensions import db
from shop.models import Member

def add(payload: dict[str, str]) -> Member:
    member = Member(**payload)
    db.session.add(member)
    db.session.commit()
    return member
# --- shop/services/profiles.py
from shop.extensions import db
from shop.models import Profile

def change(profile_id: int, changes: object) -> Profile:
    profile = db.get_or_404(Profile, profile_id)
    profile.name = changes.name
    db.session.commit()
    return profile
# --- shop/services/reports.py
from shop.extensions import db
from shop.models import Order

class ExportError(Exception):
    pass

def export() -> str:
    return "report.csv"

def build(report_id: int) -> list[int]:
    return [order.id for order in db.session.query(Order).filter_by(id=report_id)]
# --- shop/services/orders.py
from shop.extensions import db
from shop.models import Order

def search(**wanted: str | None) -> list[Order]:
    return Order.query.filter_by(**wanted).all()

def revenue() -> int:
    return sum(order.total for order in Order.query.all())

def count_by_status() -> dict[str, int]:
    return {order.status: order.total for order in Order.query.all()}

def pay(order_id: int) -> Order:
    order = db.get_or_404(Order, order_id)
    order.status = "paid"
    db.session.commit()
    return order
# --- shop/services/articles.py
def page(number: int) -> list[str]:
    return [f"article {number}"]
# --- shop/services/alerts.py
async def send(text: str) -> None:
    pass
# --- shop/views/__init__.py
# --- shop/views/pages.py
import asyncio
import logging
import os
import sqlite3
import subprocess
import time
import traceback
from collections.abc import Iterator
from contextlib import closing, contextmanager

import httpx
import pymysql
import redis
import requests
from flask import (
    Blueprint, Flask, Response, abort, current_app, flash, g, jsonify, redirect, render_template, request, send_file, session as cookie,
)
from flask.typing import ResponseReturnValue
from flask_cors import CORS
from flask_login import current_user
from pymysql import Connection
from sqlalchemy import create_engine, func, select, text
from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from sqlalchemy.orm import Session, scoped_session, sessionmaker

from shop import config
from shop.config import ARCHIVE
from shop.extensions import db
from shop.forms import ProfileForm
from shop.models import Customer, Member, Order, OrderLine, Profile, Stock
from shop.schemas import LineSchema, MemberSchema, ProfileChange
from shop.services.reports import ExportError
from shop.services import alerts, articles, members, orders, profiles, reports

logger = logging.getLogger(__name__)
app = Flask(__name__)
bp = Blueprint("pages", __name__)
engine = create_engine(os.environ["REPORTING_URL"])
ReportSession = sessionmaker(bind=engine)
schema = LineSchema(many=True)
