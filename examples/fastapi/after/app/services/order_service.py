import logging
from collections.abc import Sequence
from decimal import Decimal

from sqlalchemy.orm import Session

from app.errors import Conflict, NotFound
from app.models import Customer, Order, OrderLine
from app.repositories.customer_repository import CustomerRepository
from app.repositories.order_repository import OrderRepository
from app.repositories.product_repository import ProductRepository
from app.schemas import OrderFilter, OrderIn, OrderStatus, Tier
from app.services.notifications import Mailer, MailerUnavailable
from app.services.payment_client import PaymentClient

logger = logging.getLogger(__name__)

GOLD_RATE = Decimal("0.90")
BULK_RATE = Decimal("0.95")
BULK_THRESHOLD = Decimal("500")


def discounted(total: Decimal, customer: Customer) -> Decimal:
    """`total` after the one discount that applies; gold customers get theirs on every order."""
    if customer.tier == Tier.GOLD.value:
        return total * GOLD_RATE
    if total > BULK_THRESHOLD:
        return total * BULK_RATE
    return total


class OrderService:
    """The life of an order. Each public method is one unit of work and commits at most once."""

    def __init__(
        self,
        session: Session,
        orders: OrderRepository,
        products: ProductRepository,
        customers: CustomerRepository,
        payments: PaymentClient,
        mailer: Mailer,
    ) -> None:
        self.session = session
        self.orders = orders
        self.products = products
        self.customers = customers
        self.payments = payments
        self.mailer = mailer

    def find(self, criteria: OrderFilter) -> Sequence[Order]:
        return self.orders.find(criteria)

    def place(self, data: OrderIn) -> Order:
        customer = self.customers.get(data.customer_id)
        if customer is None:
            raise NotFound("Customer not found")
        products = self.products.get_many_for_update({line.product_id for line in data.lines})
        order = Order(customer=customer, status=OrderStatus.PENDING.value)
        total = Decimal("0")
        for line in data.lines:
            product = products.get(line.product_id)
            if product is None:
                raise NotFound(f"Product {line.product_id} not found")
            if product.stock < line.quantity:
                raise Conflict(f"Not enough stock of {product.sku}")
            product.stock -= line.quantity
            order.lines.append(OrderLine(product=product, quantity=line.quantity, unit_price=product.price))
            total += product.price * line.quantity
        order.total = discounted(total, customer)
        self.orders.add(order)
        self.session.commit()
        return order

    def pay(self, order_id: int) -> Order:
        """Charge the order. The order's ID makes the charge safe to repeat when the commit after it fails."""
        order = self._get(order_id)
        if order.status != OrderStatus.PENDING.value:
            raise Conflict(f"The order is {order.status}")
        self.payments.charge(order.id, order.total)
        order.status = OrderStatus.PAID.value
        self.session.commit()
        return order

    def confirm_payment(self, order_id: int) -> None:
        """Record a payment that the payment service reports, and tell the customer."""
        order = self._get(order_id)
        order.status = OrderStatus.PAID.value
        email = order.customer.email
        self.session.commit()
        try:
            self.mailer.send(email, f"Order {order_id} is paid")
        except MailerUnavailable:
            logger.warning("no mail about the payment of order %d", order_id, exc_info=True)

    def cancel(self, order_id: int) -> None:
        """Cancel the order and put its products back into stock."""
        order = self.orders.get_with_products(order_id)
        if order is None:
            raise NotFound("Order not found")
        if order.status == OrderStatus.SHIPPED.value:
            raise Conflict("A shipped order cannot be cancelled")
        for line in order.lines:
            line.product.stock += line.quantity
        order.status = OrderStatus.CANCELLED.value
        self.session.commit()

    def _get(self, order_id: int) -> Order:
        order = self.orders.get(order_id)
        if order is None:
            raise NotFound("Order not found")
        return order
