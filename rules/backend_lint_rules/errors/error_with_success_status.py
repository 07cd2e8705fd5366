"""BL614: an error answered with the status of a success."""

from __future__ import annotations

from typing import TYPE_CHECKING

from backend_lint import frameworks
from backend_lint.frameworks.answers import Answer, answers_of, declared_status, returns_of
from backend_lint.frameworks.payloads import Failure, failure_in
from backend_lint.frameworks.statuses import Scope
from backend_lint.rule import Context, Rule, Severity, Step
from backend_lint.semantics import effects
from backend_lint.semantics.calls import callee
from backend_lint.semantics.reaching import blocks_around
from backend_lint.source import nodes as n
from backend_lint_rules.errors._guards import is_guarded, stops_work
from backend_lint_rules.errors._handed_on import logged_failure
from backend_lint_rules.errors._purpose import acknowledges, reports_failures

if TYPE_CHECKING:
    from backend_lint.frameworks.model import Handler
    from backend_lint.semantics.project import Function


_WRITING = frozenset({"commits", "writes"})


class ErrorWithSuccessStatus(Rule):
    """A handler answers an error with 200, or another status that means success.

    ## What it does
    Works out the status and the body of each answer: of responses (`JSONResponse`, `jsonify`, `JsonResponse`, DRF's `Response`), of dicts,
    texts and `body, status` pairs that the framework makes responses of, of `response.status_code = ...`, and of the project's response
    helpers with what the call passes and the defaults of what it does not. Reported is a body that says that something went wrong
    (`"error": ...`, `"success": False`, `"status": "fail"`, `"code": 404`, or a message alone that names a failure) with a status of
    2xx, also where a service has made the body and the handler hands it on. So is an error handler that answers without a status.

    Health and connection checks, whose purpose is to tell failures, are a note.

    ## Why is this bad
    Clients, caches, monitoring and retries go by the status. With 200 a failed order counts as placed, the error rate stays at zero, and
    each client has to know how this API spells "failed".

    ## Example
    ```python
    # FastAPI
    @router.post("/orders")
    def create_order(order: OrderIn, orders: OrdersDep):
        if not orders.in_stock(order):
            return {"error": "Not enough stock"}
        return orders.create(order)
    ```
    ```python
    # Flask
    @bp.errorhandler(StockError)
    def no_stock(error):
        return jsonify(success=False, message="Not enough stock")
    ```
    ```python
    # Django
    def cancel(request, order_id):
        if not orders.cancel(order_id):
            return JsonResponse({"status": "error", "message": "Too late"})
        return JsonResponse({"status": "ok"})
    ```

    ## Use instead
    ```python
    # FastAPI
    @router.post("/orders")
    def create_order(order: OrderIn, orders: OrdersDep) -> OrderRead:
        if not orders.in_stock(order):
            raise HTTPException(409, "Not enough stock")
        return orders.create(order)
    ```
    ```python
    # Flask
    @bp.errorhandler(StockError)
    def no_stock(error):
        return jsonify(success=False, message="Not enough stock"), 409
    ```
    ```python
    # Django
    def cancel(request, order_id):
        if not orders.cancel(order_id):
            return JsonResponse({"status": "error", "message": "Too late"}, status=409)
        return JsonResponse({"status": "ok"})
    ```

    ## When not flagged
    Webhooks, bots, GraphQL and JSON-RPC, whose senders want a 200, results of batches with errors of single items, and pages that show a
    form again. A body that says `"error": None`, and one whose status nobody can tell, are fine as well.

    ## When to suppress
    When a client that cannot be changed treats every status but 200 as an outage.
    """

    code = "BL614"
    name = "error-with-success-status"
    family = "errors"
    severity = Severity.WARNING

    def check_function(self, function: Function, context: Context) -> None:
        if function.module.role != "application" or function.is_generator:
            return
        handler = frameworks.handler_of(function)
        if handler is not None and handler.kind not in ("request", "error"):
            handler = None
        if handler is None and not _may_answer(function):
            return
        for returned in returns_of(function):
            if returned.value is not None:
                self._judge(returned, function, handler, context)

    def _judge(self, returned: n.Return, function: Function, handler: Handler | None, context: Context) -> None:
        assert returned.value is not None
        if handler is not None and handler.kind == "request":
            failed = logged_failure(returned, function)
            if failed is not None and not acknowledges(function, handler) and declared_status(handler) in (200, 201, 202):
                self._report_handed_on(returned, failed, function, handler, context)
                return
        for answer in answers_of(returned.value, Scope(function.module, function), handler):
            if not answer.is_success:
                continue
            if handler is not None and handler.kind == "error":
                if answer.kind in ("response", "plain", "template"):
                    self._report_error_handler(returned, function, handler, answer, context)
                    return
                continue
            failure = failure_in(answer)
            if failure is None or acknowledges(function, handler):
                continue
            if _is_told_elsewhere(answer, function, handler) or not _is_shown(returned, function, answer, failure, handler):
                continue
            context.report(
                returned,
                f"the answer says {failure.sign} and has the status {answer.status}",
                help=_help(handler),
                note=reports_failures(function, handler, failure) or _is_done(returned, function),
                trace=answer.steps,
                function=function,
                handler=handler,
            )
            return

    def _report_handed_on(self, returned: n.Return, failed: n.If, function: Function, handler: Handler, context: Context) -> None:
        module = function.module
        test = module.tree.source_of(failed.test)[:60]
        context.report(
            returned,
            "what was found failed and logged is answered like a success",
            help="answer an error where the failure is logged",
            note=reports_failures(function, handler),
            trace=(Step(module.path, module.line(failed), f"the failure is logged when `{test}`"),),
            function=function,
            handler=handler,
        )

    def _report_error_handler(self, returned: n.Return, function: Function, handler: Handler, answer: Answer, context: Context) -> None:
        what = ", ".join(name.rpartition(".")[2] for name in handler.exceptions) or "errors"
        context.report(
            returned,
            f"the handler of {what} answers with the status {answer.status}",
            help=_help(handler),
            trace=answer.steps,
            function=function,
            handler=handler,
        )


def _help(handler: Handler | None) -> str:
    framework = handler.framework if handler is not None else ""
    if framework in ("fastapi", "starlette"):
        if handler is not None and handler.kind == "error":
            return "pass `status_code=` to the response"
        return "raise `HTTPException` with a status of 4xx or 5xx, or return a `JSONResponse` that has one"
    if framework in ("flask", "flask-restful"):
        return "return `body, status` with a status of 4xx or 5xx"
    if framework == "ninja":
        return "return `status, body` with a status of 4xx or 5xx"
    return "pass `status=` of 4xx or 5xx to the response"


def _may_answer(function: Function) -> bool:
    """Whether a function that is no handler makes responses: the cheap question before the dear one."""
    text = function.module.tree.text
    start, end = function.node.start, function.node.end
    return any(text.find(word, start, end) >= 0 for word in ("Response", "jsonify", "make_response"))


def _is_told_elsewhere(answer: Answer, function: Function, handler: Handler | None) -> bool:
    """Whether another place is the one to report: the function that makes the response, or the callers of a helper."""
    if answer.scope.function is function:
        return handler is None and (_is_helper(answer, function) or _gets_a_status(function))
    if handler is None:
        return True
    maker = answer.scope.function
    return answer.kind == "response" and maker is not None and not _is_helper(answer, maker)


def _gets_a_status(function: Function) -> bool:
    """Whether a caller gives the response a status: `return no_such_key(), 404`."""
    for caller, call in effects.callers(function):
        if any(
            isinstance(target, n.Attribute) and target.attr in ("status_code", "status")
            for targets in caller.names.attributes.values()
            for target, _ in targets
        ):
            return True
        for returned in returns_of(caller):
            value = returned.value
            if isinstance(value, (n.Tuple, n.Call)) and value.start <= call.start and call.end <= value.end and value is not call:
                return True
    return False


def _is_done(returned: n.Return, function: Function) -> bool:
    """Whether the branch that a `return` ends has written something: the body then tells the outcome of what was asked for."""
    for depth, (block, index) in enumerate(blocks_around(returned.start, function.node.body)):
        if depth and block[index] is returned:
            simple = [statement for statement in block[:index] if isinstance(statement, (n.ExprStmt, n.Assign))]
            calls = [node for node in n.walk_scope(list(simple)) if isinstance(node, n.Call)]
            return any(not _WRITING.isdisjoint(callee(call, function.module, function).effects) for call in calls)
    return False


def _is_helper(answer: Answer, function: Function) -> bool:
    """Whether a function that is no handler makes responses of what it is given."""
    names = {parameter.name for parameter in function.own_parameters} - {"request", "req"}
    return any(isinstance(node, n.Name) and node.id in names for node in n.walk(answer.node))


def _is_shown(returned: n.Return, function: Function, answer: Answer, failure: Failure, handler: Handler | None) -> bool:
    """Whether the body is what the client gets, and a failure by what leads to it where the body alone does not say so."""
    value = returned.value
    while isinstance(value, n.Await):
        value = value.value
    if isinstance(value, n.Name) and answer.scope.function is not function and _is_tested(value.id, function):
        return False
    place = answer.scope.function
    if failure.is_sure or place is None:
        return failure.is_sure
    offset = returned.start if place is function else answer.node.start
    if not failure.is_worded:
        return is_guarded(offset, place)
    # A status that was chosen says more than words.
    return stops_work(offset, place) and answer.status in (200, None if handler is None else declared_status(handler))


def _is_tested(name: str, function: Function) -> bool:
    tests = (node.test for node in n.walk_scope(function.node.body) if isinstance(node, (n.If, n.IfExp, n.While)))
    return any(isinstance(node, n.Name) and node.id == name for test in tests for node in n.walk(test))
