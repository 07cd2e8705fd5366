"""BL611: a failure that an `except` makes vanish."""

from __future__ import annotations

from typing import TYPE_CHECKING

from backend_lint import frameworks
from backend_lint.frameworks.answers import answers_of
from backend_lint.frameworks.statuses import Scope
from backend_lint.rule import Context, Rule, Severity, Step
from backend_lint.semantics import effects
from backend_lint.semantics.calls import callee
from backend_lint.semantics.reaching import blocks_around
from backend_lint.semantics.roles import is_imported, is_main_guard
from backend_lint.source import nodes as n
from backend_lint_rules.errors._aftermath import Aftermath, aftermath, tells_failure
from backend_lint_rules.errors._lost_answers import lost_answers
from backend_lint_rules.errors._places import Place, can_fail, is_cleaning, is_probe, places_in

if TYPE_CHECKING:
    from backend_lint.semantics.project import Function, Module


class SwallowedException(Rule):
    """A failure vanishes in an `except`: it is neither logged nor raised nor answered.

    ## What it does
    Reads what each `except` does, calls of the project's functions included, and reports

    - a bare `except:` that does not raise;
    - a broad `except` (`Exception`, `BaseException`, also in a tuple or under a name of the project's) that neither logs, raises, records
      the failure nor answers an error; `return None`, `False` or an empty result hide it just as `pass` does;
    - a broad `except` that answers every failure with one and the same 4xx and logs nothing, though more than the input can fail;
    - `print` as the only trace of a failure, outside of commands;
    - `get_object_or_404()`, `abort()` and `HTTPException` inside a `try` whose broad `except` turns their answer into another one.

    A narrow `except` that passes, and a broad one that logs and goes on, are notes.

    ## Why is this bad
    The request seems to have worked, and the data say otherwise. Nobody sees when it began, what it was, or that there is anything at
    all: a typo in the `try` looks like a missing record. A 404 that a broad `except` has made a 500 looks like a fault of the server.

    ## Example
    ```python
    # FastAPI
    @router.post("/orders/{order_id}/receipt")
    def send_receipt(order_id: int, session: SessionDep):
        try:
            mailer.send(orders.receipt(session, order_id))
        except Exception:
            pass
        return {"sent": True}
    ```
    ```python
    # Flask
    @bp.get("/orders/<int:order_id>")
    def show_order(order_id):
        try:
            return jsonify(Order.query.get_or_404(order_id).to_dict())
        except Exception as error:
            current_app.logger.exception("order %s", order_id)
            return jsonify(error="server error"), 500
    ```
    ```python
    # Django
    def cancel(request, order_id):
        try:
            Order.objects.get(pk=order_id).delete()
        except Exception:
            return JsonResponse({"error": "Order not found"}, status=404)
        return JsonResponse({"cancelled": True})
    ```

    ## Use instead
    ```python
    # FastAPI
    @router.post("/orders/{order_id}/receipt")
    def send_receipt(order_id: int, session: SessionDep):
        try:
            mailer.send(orders.receipt(session, order_id))
        except MailError:
            logger.exception("receipt of order %s was not sent", order_id)
            return {"sent": False}
        return {"sent": True}
    ```
    ```python
    # Flask: the lookup stands before the `try`, and what is unexpected goes to the application's error handler
    @bp.get("/orders/<int:order_id>")
    def show_order(order_id):
        order = Order.query.get_or_404(order_id)
        return jsonify(order.to_dict())
    ```
    ```python
    # Django
    def cancel(request, order_id):
        try:
            Order.objects.get(pk=order_id).delete()
        except Order.DoesNotExist:
            return JsonResponse({"error": "Order not found"}, status=404)
        return JsonResponse({"cancelled": True})
    ```

    ## When not flagged
    Clean-up, probes for optional modules, errors that are counted, collected, sent to an error tracker or converted by `raise ... from
    error`, and retries that raise in the end.

    ## When to suppress
    When losing the failure is the purpose, and a comment says why nobody needs to know.
    """

    code = "BL611"
    name = "swallowed-exception"
    family = "errors"
    severity = Severity.WARNING
    silences = True

    def check_module(self, module: Module, context: Context) -> None:
        if module.role in ("script", "generated") or _runs_itself(module):
            return
        told: set[int] = set()
        for place in places_in(module):
            found = _judge(place)
            if found is not None:
                message, advice, is_note = found
                context.report(
                    place.handler,
                    message,
                    help=advice,
                    note=is_note or _is_command(place),
                    function=place.function,
                    module=module,
                    end=place.handler.type.end if place.handler.type is not None else place.handler.start + len("except"),
                )
            self._lost(place, told, context)
        self._suppressed(module, context)

    def _lost(self, place: Place, told: set[int], context: Context) -> None:
        """Report the first HTTP error that a `try` loses."""
        if id(place.attempt) in told:
            return
        for lost in lost_answers(place)[:1]:
            told.add(id(place.attempt))
            caught = _named(place)
            context.report(
                lost.node,
                f"the answer of {lost.what} never gets out: `{caught}` catches it{_becomes(aftermath(place))}",
                help="move it out of the `try`, catch what can really fail, or put `except HTTPException: raise` first"
                if place.module.tree.text.find("HTTPException") >= 0
                else "move it out of the `try`, or catch only what can really fail",
                note=_is_command(place) or not lost.is_sure,
                trace=(
                    *lost.steps,
                    Step(place.module.path, place.module.line(place.handler), f"`{caught}` catches every error of the `try`"),
                ),
                function=place.function,
                module=place.module,
            )

    def _suppressed(self, module: Module, context: Context) -> None:
        """`with suppress(Exception):` says that it swallows; whether it should is for the reviewer."""
        if module.tree.text.find("suppress(") < 0:
            return
        for holder, call in module.calls_by_name.get("suppress", ()):
            target = callee(call, module, holder)
            if (target.name or "") != "contextlib.suppress" or holder is None:
                continue
            if any(isinstance(given.value, n.Name) and given.value.id in ("Exception", "BaseException") for given in call.args):
                context.report(
                    call,
                    "every failure of the block is suppressed",
                    help="name the errors that may be lost, and log the others",
                    note=True,
                    function=holder,
                    module=module,
                )


def _judge(place: Place) -> tuple[str, str, bool] | None:
    """What is wrong with an `except`: message, advice, and whether reviewers would disagree; None for nothing."""
    after = aftermath(place)
    caught = _named(place)
    if _is_log_handler(place.function):
        return None
    if place.is_bare:
        return _judge_bare(place, after)
    if place.is_broad:
        found = _judge_broad(place, after, caught)
        if found is not None:
            return found
    if after.prints is not None and not after.leaves_trace and _is_silent(after):
        if place.module.role == "command" or is_cleaning(place) or not _prints_a_failure(place, after.prints):
            return None
        # An error that is answered is seen by somebody, if not by those who run the server.
        is_answered = after.reraises or not {result for result, _ in after.results} <= {"empty", "success", "redirect"}
        is_note = is_answered or place.function is None or (not place.is_broad and place.is_conversion)
        return f"`print` is the only trace of what `{caught}` catches", "log it with `logger.exception(...)`", is_note
    if not place.is_broad and _only_passes(place) and place.function is not None and _is_worth_a_note(place):
        return f"`{caught}` passes over the failure", "log it, or say in a comment why it does not matter", True
    return None


def _judge_bare(place: Place, after: Aftermath) -> tuple[str, str, bool] | None:
    if after.reraises:
        return _fixed_answer(place, after, "except") if after.raised and not after.leaves_trace else None
    if is_cleaning(place):
        return None
    what = "even `SystemExit` and the cancellation of a task"
    if after.logs or after.records or not {result for result, _ in after.results} <= {"empty", "success"}:
        return f"a bare `except` catches {what}", "name the errors that can happen here, or write `except Exception`", is_probe(place)
    return f"a bare `except` swallows every failure, {what}", "name the errors that can happen here, and log the others", is_probe(place)


def _judge_broad(place: Place, after: Aftermath, caught: str) -> tuple[str, str, bool] | None:
    results = {result for result, _ in after.results}
    if after.reraises:
        return _fixed_answer(place, after, caught) if not after.leaves_trace and after.prints is None else None
    if after.leaves_trace:
        if after.logs and not after.records and results & {"empty", "success"} and not is_cleaning(place) and place.function is not None:
            return f"after logging, `{caught}` goes on as if nothing had happened", "catch the errors that may be passed over", True
        return None
    if after.prints is not None or is_cleaning(place) or is_probe(place):
        return None
    goes_on = any(node is None for _, node in after.results)
    follows = _what_follows(place) if goes_on else ""
    if follows == "fails":
        return None
    if "client error" in results:
        return _fixed_answer(place, after, caught)
    if results <= {"empty", "default"} and not after.acts and (results <= {"empty"} or _can_fail_otherwise(place)):
        how = next((node for _, node in after.results if node is not None), None)
        shown = "" if how is None else ": the caller cannot tell it from a result"
        is_note = follows == "tests" or place.within == "failing"
        return f"`{caught}` swallows every failure{shown}", "catch the errors that can happen here, and log or raise the others", is_note
    if results <= {"empty", "success", "redirect"} and not after.acts and "empty" not in results:
        is_note = "redirect" in results
        status = next((answer.status for answer in after.answers if answer.status is not None), 200)
        return f"`{caught}` answers every failure with {status}, and nothing is logged", "log it, and answer an error", is_note
    if results == {"error"} and after.tells_text and _is_serializer_field(place.function):
        return f"`{caught}` puts the text of every failure into the answer as data", "log it, and let it raise", False
    return None


def _fixed_answer(place: Place, after: Aftermath, caught: str) -> tuple[str, str, bool] | None:
    """A broad `except` that answers each failure with one 4xx and logs nothing."""
    statuses = [*after.raised, *(answer.status for answer in after.answers)]
    if not statuses or not all(status is not None and 400 <= status < 500 for status in statuses):
        return None
    status = statuses[0]
    is_note = not _can_fail_otherwise(place)
    return (
        f"`{caught}` answers every failure with {status}, and nothing is logged",
        f"catch the error that means {status}, and let the others become a logged 500",
        is_note,
    )


def _can_fail_otherwise(place: Place) -> bool:
    """Whether more than the client's input can fail in the `try`."""
    return any(isinstance(node, n.Call) and can_fail(node, place) for node in n.walk_scope(place.attempt.body))


def _named(place: Place) -> str:
    if place.handler.type is None:
        return "except"
    text = place.module.tree.source_of(place.handler.type)
    return f"except {text}" if len(text) <= 60 and "\n" not in text else "except"


def _becomes(after: Aftermath) -> str:
    statuses = [status for status in (*after.raised, *(answer.status for answer in after.answers)) if status is not None]
    if statuses:
        return f" and answers {statuses[0]}"
    return ""


def _is_silent(after: Aftermath) -> bool:
    """Whether what is done beside printing tells nobody on the server: what is raised is an answer to the client, or nothing is."""
    return not after.reraises or bool(after.raised)


def _only_passes(place: Place) -> bool:
    body = place.handler.body
    return all(
        isinstance(statement, (n.Pass, n.Continue)) or (isinstance(statement, n.ExprStmt) and isinstance(statement.value, n.Constant))
        for statement in body
    )


def _is_worth_a_note(place: Place) -> bool:
    """Whether a narrow `except: pass` may hide something: not the end of an iteration, a cancelled task, an optional import."""
    if is_cleaning(place) or is_probe(place):
        return False
    names = {value.name.rpartition(".")[2] for _, value in place.classes() if value is not None}
    return bool(names) and names.isdisjoint(
        {"ImportError", "ModuleNotFoundError", "StopIteration", "StopAsyncIteration", "CancelledError", "KeyboardInterrupt",
         "WebSocketDisconnect", "FileNotFoundError", "ProcessLookupError", "Empty", "Full", "GeneratorExit"}
    )  # fmt: skip


def _what_follows(place: Place) -> str:
    """How the code after the `except` takes it, when it goes on there: "fails" when it raises or answers an error next, at once or after a
    loop has tried again; "tests" when it looks at what the `try` should have set and raises or answers an error then; else ""."""
    if place.function is None:
        return ""
    if place.loop is not None and any(
        isinstance(node, n.Raise) and node.start >= place.loop.body[-1].end for node in n.walk_scope(place.function.node.body)
    ):
        return "fails"
    names = {
        target.id
        for node in n.walk_scope([*place.attempt.body, *place.handler.body])
        if isinstance(node, n.Assign)
        for target in node.targets
        if isinstance(target, n.Name)
    }
    for block, index in reversed(list(blocks_around(place.attempt.start, place.function.node.body))):
        for statement in block[index + 1 :]:
            if _fails(statement, place):
                return "fails"
            if isinstance(statement, n.Return):
                return ""
            if isinstance(statement, n.If) and any(_fails(inner, place) for inner in statement.body):
                if any(isinstance(node, n.Name) and node.id in names for node in n.walk(statement.test)):
                    return "tests"
    return ""


def _fails(statement: n.Stmt, place: Place) -> bool:
    """Whether a statement raises, or returns an error or an answer that is one."""
    if isinstance(statement, n.Raise):
        return True
    if not isinstance(statement, n.Return) or place.function is None:
        return False
    if statement.value is not None and tells_failure(statement.value):
        return True
    handler = frameworks.handler_of(place.function)
    found = answers_of(statement.value, Scope(place.module, place.function), handler)
    return bool(found) and all(answer.is_error for answer in found)


def _prints_a_failure(place: Place, call: n.Call) -> bool:
    """Whether a `print` is about what went wrong: in a narrow `except` the exception may be no more than an answer of "no"."""
    if place.is_broad:
        return True
    if any(expr.attr == "DoesNotExist" for expr, _ in place.classes() if isinstance(expr, n.Attribute)):
        return False
    return any(
        tells_failure(given.value) or place.handler.name in {node.id for node in n.walk(given.value) if isinstance(node, n.Name)}
        for given in call.args
    )


def _runs_itself(module: Module) -> bool:
    """Whether a file that nobody imports calls its own functions at its top level: a script without a guard."""
    stem = module.path.rsplit("/", 1)[-1].rpartition(".")[0]
    called = {
        statement.value.func.id
        for statement in module.tree.body
        if isinstance(statement, n.ExprStmt) and isinstance(statement.value, n.Call) and isinstance(statement.value.func, n.Name)
    }
    if is_imported(module.project, stem) or frameworks.handlers_in(module):
        return False
    if any(holder is None for holder, _ in module.calls_by_name.get("parse_args", ())):
        return True
    return any(function.node.name in called and function.cls is None for function in module.functions)


def _is_log_handler(function: Function | None) -> bool:
    """Whether a function is part of the logging itself, which has nowhere to log to."""
    return function is not None and function.cls is not None and function.cls.derives_from("logging.Handler", "logging.Formatter")


def _is_serializer_field(function: Function | None) -> bool:
    if function is None or function.cls is None or not function.node.name.startswith("get_"):
        return False
    return any(name.rpartition(".")[2].endswith("Serializer") for name in function.cls.external_ancestors)


def _is_command(place: Place) -> bool:
    """Whether a command runs the code: a file of commands, or a function that a decorator makes one."""
    if place.module.role == "command":
        return True
    function = place.function
    while function is not None:
        if _is_run_by_hand(function):
            return True
        for decorator in function.node.decorators:
            target = decorator.func if isinstance(decorator, n.Call) else decorator
            if isinstance(target, n.Attribute) and target.attr in ("command", "cli"):
                return True
        function = function.parent
    return False


def _is_run_by_hand(function: Function) -> bool:
    """Whether only the `if __name__ == "__main__":` of its file, and scripts, call a function, in a file that serves nothing."""
    module = function.module
    if function.cls is not None or module.tree.text.find("__main__") < 0 or frameworks.handlers_in(module):
        return False
    guards = [statement for statement in module.tree.body if is_main_guard(statement)]
    called = {node.func.id for node in n.walk_scope(guards) if isinstance(node, n.Call) and isinstance(node.func, n.Name)}
    return function.node.name in called and all(caller.module.role == "script" for caller, _ in effects.callers(function))
