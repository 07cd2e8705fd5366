"""BL101: a handler that computes, decides or orchestrates."""

from __future__ import annotations

from backend_lint.frameworks import is_handler, route_layer
from backend_lint.frameworks.model import Handler
from backend_lint.rule import Context, Rule, Severity
from backend_lint.semantics.project import Function
from backend_lint_rules.layering.common import Reason
from backend_lint_rules.layering.reporting import report_reasons
from backend_lint_rules.layering.survey import survey


class BusinessLogicInRoute(Rule):
    """A handler that computes, decides or orchestrates instead of calling a service.

    ## What it does
    Reports handlers that compute domain results (totals, prices, rates), change records in a loop, take two or more branches on the state
    of records beyond guards, or write to the database and call another service. One domain branch, a counter, a write and an outbound call
    that are two calls of services, and all of these in helpers that only handlers reach, are notes.

    ## Why is this bad
    Logic in a route can be reached by HTTP only: a job, a command or another route that needs it copies it, and a test of it needs a
    client, a request and a database.

    ## Example
    ```python
    # FastAPI
    @router.post("/orders/{order_id}/pay")
    def pay(order_id: int, session: SessionDep) -> OrderRead:
        order = session.get(Order, order_id)
        if order is None:
            raise HTTPException(404)
        total = sum(line.price * line.quantity for line in order.lines)
        order.total = total
        order.status = "paid"
        session.commit()
        return OrderRead.model_validate(order)
    ```
    ```python
    # Django REST framework
    class CloseMonth(APIView):
        def post(self, request: Request) -> Response:
            for invoice in Invoice.objects.filter(is_open=True):
                invoice.is_open = False
                invoice.save()
            return Response(status=204)
    ```
    ```python
    # Flask
    @bp.get("/revenue")
    def revenue() -> ResponseReturnValue:
        total = 0
        for line in OrderLine.query.all():
            total += line.price * line.quantity
        return jsonify(total=total)
    ```

    ## Use instead
    ```python
    # FastAPI
    @router.post("/orders/{order_id}/pay")
    def pay(order_id: int, orders: OrderServiceDep) -> OrderRead:
        return OrderRead.model_validate(orders.pay(order_id))
    ```
    ```python
    # Django REST framework
    class CloseMonth(APIView):
        def post(self, request: Request) -> Response:
            close_open_invoices()
            return Response(status=204)
    ```
    ```python
    # Flask
    @bp.get("/revenue")
    def revenue() -> ResponseReturnValue:
        return jsonify(total=orders.revenue())
    ```

    ## When not flagged
    Guards that answer 4xx, response shaping, paging arithmetic and form handling in the framework's idiom are a handler's own work, and so
    is one write of a validated object. What a service computes or decides is not looked at, wherever it stands.

    ## When to suppress
    For a prototype route that will be thrown away, and says so.
    """

    code = "BL101"
    name = "business-logic-in-route"
    family = "layering"
    severity = Severity.WARNING

    def check_handler(self, handler: Handler, context: Context) -> None:
        if handler.kind in ("request", "websocket", "event"):
            report_reasons(context, handler.function, self._reasons(handler.function), "move it to a service function", handler=handler)

    def check_function(self, function: Function, context: Context) -> None:
        if not is_handler(function) and route_layer(function):
            report_reasons(context, function, self._reasons(function), "move it to a service function", always_note=True)

    @staticmethod
    def _reasons(function: Function) -> list[Reason]:
        found = survey(function)
        return [
            *found.computation_reasons(), *found.loop_reasons(), *found.branch_reasons(), *found.orchestration_reasons(),
        ]  # fmt: skip
