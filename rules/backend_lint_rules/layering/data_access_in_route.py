"""BL102: queries and writes built in a handler."""

from __future__ import annotations

from backend_lint.frameworks import is_handler, route_layer
from backend_lint.frameworks.model import Handler
from backend_lint.rule import Context, Rule, Severity
from backend_lint.semantics.project import Function
from backend_lint_rules.layering.common import Reason
from backend_lint_rules.layering.reporting import report_reasons
from backend_lint_rules.layering.survey import survey


class DataAccessInRoute(Rule):
    """A handler that builds a query over several statements, or writes to several tables.

    ## What it does
    Reports handlers that add two or more conditional filters to a query, add joins or aggregates to it step by step, count or sum in half a
    dozen queries, or write to two different tables. Several reads, one query expression, with or without one condition added, and a row
    that records what was done (a log, an audit trail) are at most a note.

    ## Why is this bad
    The query is part of the domain: which orders count as open is not for a route to say, and the next route that lists orders will say it
    otherwise. Several writes in a handler are a unit of work that nothing but HTTP can run, with its transaction left to chance.

    ## Example
    ```python
    # Flask
    @bp.get("/orders")
    def list_orders() -> ResponseReturnValue:
        query = Order.query.join(Customer)
        if args.status:
            query = query.filter(Order.status == args.status)
        if args.city:
            query = query.filter(Customer.city == args.city)
        return jsonify([order.to_dict() for order in query.all()])
    ```
    ```python
    # Django
    def ship(request: HttpRequest, pk: int) -> HttpResponse:
        order = get_object_or_404(Order, pk=pk)
        Shipment.objects.create(order=order)
        order.is_shipped = True
        order.save()
        return redirect(order)
    ```
    ```python
    # FastAPI
    @router.get("/orders")
    def list_orders(session: SessionDep, status: str | None = None, city: str | None = None) -> list[OrderRead]:
        query = select(Order).join(Order.customer)
        if status:
            query = query.where(Order.status == status)
        if city:
            query = query.where(Customer.city == city)
        return session.scalars(query).all()
    ```

    ## Use instead
    ```python
    # Flask
    @bp.get("/orders")
    def list_orders() -> ResponseReturnValue:
        return jsonify([order.to_dict() for order in orders.search(status=args.status, city=args.city)])
    ```
    ```python
    # Django
    def ship(request: HttpRequest, pk: int) -> HttpResponse:
        order = get_object_or_404(Order, pk=pk)
        shipping.ship(order)
        return redirect(order)
    ```
    ```python
    # FastAPI
    @router.get("/orders")
    def list_orders(orders: OrderRepositoryDep, status: str | None = None, city: str | None = None) -> list[OrderRead]:
        return orders.search(status=status, city=city)
    ```

    ## When not flagged
    One write of a validated object with its commit and refresh is a handler's own work, as is one lookup by key. Queries that a repository,
    manager or service builds are where they belong.

    ## When to suppress
    For an administration page that is a thin window on the tables.
    """

    code = "BL102"
    name = "data-access-in-route"
    family = "layering"
    severity = Severity.WARNING

    def check_handler(self, handler: Handler, context: Context) -> None:
        if handler.kind in ("request", "websocket", "event"):
            report_reasons(context, handler.function, self._reasons(handler.function), _ADVICE, handler=handler)

    def check_function(self, function: Function, context: Context) -> None:
        if not is_handler(function) and route_layer(function):
            report_reasons(context, function, self._reasons(function), _ADVICE, always_note=True)

    @staticmethod
    def _reasons(function: Function) -> list[Reason]:
        found = survey(function)
        return [*found.query_reasons(), *found.write_reasons()]


_ADVICE = "move the query or the writes to a repository or service function"
