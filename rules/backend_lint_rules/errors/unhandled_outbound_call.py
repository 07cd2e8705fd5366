"""BL612: a call to another service that may hang, or whose failure nobody expects."""

from __future__ import annotations

from typing import TYPE_CHECKING

from backend_lint.findings.model import Step
from backend_lint.frameworks.handling import Catch, Handling, catches
from backend_lint.rule import Cause, Context, Rule, Severity
from backend_lint.semantics.guards import guards_at
from backend_lint.semantics.responses import outbound_calls, reading_of
from backend_lint.semantics.timeouts import timeout_of
from backend_lint.semantics.unit_roles import is_decorated_job
from backend_lint_rules.errors._outbound import (
    bounds_nothing,
    is_best_effort,
    is_called_from_outside,
    is_in_try,
    is_operational,
    is_stream,
    raises_of,
    serves,
    service_of,
    word_of,
)
from backend_lint_rules.errors._outbound_fixing import fix_of

if TYPE_CHECKING:
    from backend_lint.fixes.proposal import Proposal
    from backend_lint.semantics.calls import Callee
    from backend_lint.semantics.project import Function
    from backend_lint.source import nodes as n


class UnhandledOutboundCall(Rule):
    """A call to another service with no time-out, or whose failure or status nobody looks at.

    ## What it does
    Reports calls of HTTP clients, mail servers and SDKs (object storage, payment, identity, language models) in handlers and services

    - that have no time-out where the library has none of its own (`requests`, `urllib`, `urllib3`, `smtplib`) or where it is off by
      `timeout=None`; a time-out of the session, its adapter or a `partial` counts;
    - whose failure nobody handles on a way from a handler: no `try` in the function or a caller, no decorator, no error handler;
    - whose response is used without a look at its status: no `raise_for_status()`, and no decision by `ok` or the status code.

    One finding a call names all that is missing. A failure that only an error handler for every exception takes, one in code that no
    request is seen to reach, and a status alone whose body nobody uses, are notes.

    ## Why is this bad
    A service that does not answer holds the worker that waits for it, then all of them, and takes this service down with it. An error that
    is not expected becomes a 500 in place of an answer that says what is wrong, and an error page that is taken for data is stored as such.

    ## Example
    ```python
    # FastAPI
    @router.get("/rates/{currency}")
    def read_rate(currency: str) -> RateRead:
        response = requests.get(f"{settings.rates_url}/{currency}")
        return RateRead(value=response.json()["value"])
    ```
    ```python
    # Django
    def subscribe(request: HttpRequest) -> HttpResponse:
        form = SubscribeForm(request.POST)
        if form.is_valid():
            send_mail("Welcome", "...", None, [form.cleaned_data["email"]])
        return redirect("home")
    ```
    ```python
    # Flask
    @bp.get("/rates/<currency>")
    def read_rate(currency: str) -> ResponseReturnValue:
        response = requests.get(f"{config.RATES_URL}/{currency}")
        return jsonify(value=response.json()["value"])
    ```

    ## Use instead
    ```python
    # FastAPI
    @router.get("/rates/{currency}")
    def read_rate(currency: str) -> RateRead:
        try:
            response = requests.get(f"{settings.rates_url}/{currency}", timeout=5)
            response.raise_for_status()
        except requests.RequestException as exc:
            raise HTTPException(status_code=502, detail="the rates are not available") from exc
        return RateRead(value=response.json()["value"])
    ```
    ```python
    # Django
    def subscribe(request: HttpRequest) -> HttpResponse:
        form = SubscribeForm(request.POST)
        if form.is_valid():
            try:
                send_mail("Welcome", "...", None, [form.cleaned_data["email"]])
            except (SMTPException, OSError):
                logger.exception("the welcome mail was not sent")
        return redirect("home")
    ```
    ```python
    # Flask
    @bp.get("/rates/<currency>")
    def read_rate(currency: str) -> ResponseReturnValue:
        try:
            response = requests.get(f"{config.RATES_URL}/{currency}", timeout=5)
            response.raise_for_status()
        except requests.RequestException:
            logger.exception("the rates are not available")
            abort(502)
        return jsonify(value=response.json()["value"])
    ```

    ## When not flagged
    Handing work to a queue is no such call. A time-out of the session, its adapter or a `partial` bounds the call; a `try` in any caller, a
    decorator or an error handler takes its failure; libraries that raise for a status themselves need no look at it.

    ## Fix safety
    Where nothing but a time-out or a look at the status is missing, `timeout=10` and `raise_for_status()` are added. Both are unsafe: a
    slow answer that came in the end, and an error page that was taken for data, become failures. How failures are handled is left to you.

    ## When to suppress
    When what runs the code bounds it and tells its failure, such as a job with a time limit and an alarm.
    """

    code = "BL612"
    name = "unhandled-outbound-call"
    family = "errors"
    severity = Severity.WARNING
    fixable = True

    def check_function(self, function: Function, context: Context) -> None:
        if function.module.role not in ("application", "settings") or is_operational(function):
            return
        told: set[tuple[str, str]] = set()
        for call, target in outbound_calls(function):
            found = _Judgement(call, target, function)
            if not found.missing:
                continue
            key = (service_of(target), "".join(found.missing))
            if not found.is_http and key in told:
                # A conversation with one service (connect, log in, send) fails as one.
                continue
            told.add(key)
            context.report(
                call,
                f"`{word_of(call)}` has {_sentence(found.missing)}",
                help=found.help,
                fix=found.fix,
                note=not found.is_clear,
                trace=found.trace,
                function=function,
                cause=found.cause,
            )


def _sentence(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


class _Judgement:
    """What is missing at one call."""

    def __init__(self, call: n.Call, target: Callee, function: Function) -> None:
        self.call = call
        self.target = target
        self.function = function
        self.missing: list[str] = []
        self.is_clear = False
        self.trace: tuple[Step, ...] = ()
        self.reading = reading_of(call, function)
        self.is_http = self.reading is not None or "url-sink" in target.effects
        self._advice: list[str] = []
        #: What a fix can add, where it is all that is missing.
        self._lacks_timeout = self._lacks_status = False
        self._timeout()
        self._failure()
        self._status()

    @property
    def help(self) -> str:
        return ", ".join(self._advice)

    @property
    def cause(self) -> Cause | None:
        """The project, where no call at all has a time-out and that is all that is missing."""
        if not self._lacks_timeout or len(self.missing) > 1 or not self.function.project.fact(bounds_nothing):
            return None
        remedy = "send them through one client or function of the project that sets a time-out, and use nothing else"
        return Cause(None, "no call to another service has a time-out, anywhere in the project", remedy)

    @property
    def fix(self) -> Proposal | None:
        """A time-out, a look at the status or both, where nothing else is missing."""
        if len(self.missing) > self._lacks_timeout + self._lacks_status:
            return None
        return fix_of(self.call, self.target, self.function, timeout=self._lacks_timeout, status=self._lacks_status)

    def _timeout(self) -> None:
        found = timeout_of(self.call, self.target, self.function.module, self.function)
        if found == "missing":
            self.missing.append("no time-out")
        elif found == "off":
            self.missing.append("no time-out (`timeout=None`)")
        else:
            return
        self._advice.append("pass `timeout=`")
        self._lacks_timeout = True
        # A stream may be meant to last.
        self.is_clear = not (found == "off" and is_stream(self.call))

    def _failure(self) -> None:
        declared = raises_of(self.target, self.function.project)
        if is_best_effort(self.call) or is_called_from_outside(self.function):
            return
        raised = declared or ("Exception",)
        handling = catches(self.call, self.function, raised, accept=_is_meant)
        if handling.is_handled or (not declared and is_in_try(self.call, self.function)):
            return
        served = handling.root is not None and serves(handling.root)
        if not served and handling.root is not None and is_decorated_job(handling.root):
            # The queue tells that a job failed.
            return
        if not served and not self.missing and handling.root is not self.function:
            return
        anyhow = served and _is_open_to_none(catches(self.call, self.function, raised))
        self.missing.append("no handling of its failure but that of every error" if anyhow else "no handling of its failure")
        self._advice.append(f"catch `{raised[0].rpartition('.')[2]}` and answer 502, or go on without it")
        is_seen = anyhow or is_in_try(self.call, self.function)
        self.is_clear = self.is_clear or (served and not is_seen and bool(declared))
        self.trace = handling.open_way

    def _status(self) -> None:
        if self.reading is None or self.reading.is_checked:
            return
        if self.reading.body is None:
            if self.missing:
                self._lacks_status = True
                self.missing.append("no look at its status")
                self._advice.append("call `raise_for_status()`")
            return
        module = self.function.module
        self._lacks_status = True
        self.missing.append("no look at its status before its body is used")
        self._advice.append("call `raise_for_status()` first")
        self.trace += (Step(module.path, module.line(self.reading.body), f"{self.function.qualname} uses the body"),)
        if not guards_at(self.reading.body, self.function, module, ("ValueError", "KeyError")):
            self.is_clear = self.is_clear or serves(self.function)


def _is_open_to_none(handling: Handling) -> bool:
    """Whether no way on which a failure gets out begins at a handler."""
    return handling.is_handled or handling.root is None or not serves(handling.root)


def _is_meant(catch: Catch) -> bool:
    """Whether what catches a failure was written with one in mind: an answer to every exception there is was not."""
    return not (catch.is_broad and catch.kind in ("error-handler", "middleware", "dependency"))
