"""How services are built for a request."""

from typing import Annotated

import httpx
from fastapi import Depends, Request

from app.db import SessionDep
from app.repositories.customer_repository import CustomerRepository
from app.repositories.order_repository import OrderRepository
from app.repositories.product_repository import ProductRepository
from app.security import SettingsDep
from app.services.customer_service import CustomerService
from app.services.notifications import Mailer
from app.services.order_service import OrderService
from app.services.payment_client import PaymentClient
from app.services.product_service import ProductService
from app.services.report_service import ReportService


def get_http_client(request: Request) -> httpx.Client:
    return request.app.state.http_client


HttpClientDep = Annotated[httpx.Client, Depends(get_http_client)]


def get_payment_client(client: HttpClientDep, settings: SettingsDep) -> PaymentClient:
    return PaymentClient(client, settings.payment_url, settings.payment_api_key)


def get_mailer(client: HttpClientDep, settings: SettingsDep) -> Mailer:
    return Mailer(client, settings.mailer_url, settings.mailer_api_key)


def get_order_service(
    session: SessionDep,
    payments: Annotated[PaymentClient, Depends(get_payment_client)],
    mailer: Annotated[Mailer, Depends(get_mailer)],
) -> OrderService:
    return OrderService(session, OrderRepository(session), ProductRepository(session), CustomerRepository(session), payments, mailer)


def get_customer_service(session: SessionDep) -> CustomerService:
    return CustomerService(session, CustomerRepository(session))


def get_product_service(session: SessionDep, settings: SettingsDep) -> ProductService:
    return ProductService(session, ProductRepository(session), settings.photo_dir, settings.max_photo_bytes)


def get_report_service(session: SessionDep, settings: SettingsDep) -> ReportService:
    return ReportService(session, settings.export_dir)


OrderServiceDep = Annotated[OrderService, Depends(get_order_service)]
CustomerServiceDep = Annotated[CustomerService, Depends(get_customer_service)]
ProductServiceDep = Annotated[ProductService, Depends(get_product_service)]
ReportServiceDep = Annotated[ReportService, Depends(get_report_service)]
