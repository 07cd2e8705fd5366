"""BL904: an engine, pool or client built for each request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from backend_lint.findings.model import Step
from backend_lint.frameworks import handlers, reach
from backend_lint.rule import Context, Rule, Severity
from backend_lint.semantics import effects
from backend_lint.semantics.once import once_spans
from backend_lint.semantics.paths import Fate, fates_of
from backend_lint.semantics.resources import is_cached
from backend_lint_rules.lifecycle._leaks import SHORT_LIVED, is_dependency, way_of_object, word

if TYPE_CHECKING:
    from backend_lint.semantics.project import Function

#: SDKs whose documentation makes a client where it is used, often with a tenant's own key: reviewers differ on them.
_DISPUTED = ("boto3.", "google.", "supabase.", "firebase_admin.", "zeep.", "confluent_kafka.", "socketio.", "openai.", "anthropic.")


class ClientPerRequest(Rule):
    """An engine, pool or client that is built for each request.

    ## What it does
    Reports `create_engine`, connection pools, `MongoClient`, `redis.Redis`, `httpx.Client`, `requests.Session` and their like, made in a
    handler, in a dependency, or in a function or `__init__` that requests reach, and neither closed nor kept. The trace shows the way from
    the handler.

    ## Why is this bad
    Such an object owns a pool. Made for each request it opens connections, and negotiates TLS, each time, reuses none, and leaves them open
    until the collector finds them; an engine per request also multiplies the pool's limit by the number of requests.

    ## Example
    ```python
    # FastAPI
    @router.get("/rates")
    async def rates() -> RatesRead:
        client = httpx.AsyncClient(base_url=settings.rates_url)
        response = await client.get("/latest")
        return RatesRead.model_validate(response.json())
    ```
    ```python
    # Django
    class Erp:
        def __init__(self) -> None:
            self.session = requests.Session()

    def reorder(request: HttpRequest, sku: str) -> JsonResponse:
        return JsonResponse({"reference": Erp().order(sku)})
    ```
    ```python
    # Flask
    @bp.get("/rates")
    def rates() -> ResponseReturnValue:
        client = httpx.Client(base_url=config.RATES_URL, timeout=5)
        return jsonify(client.get("/latest").json())
    ```

    ## Use instead
    ```python
    # FastAPI
    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with httpx.AsyncClient(base_url=settings.rates_url) as client:
            app.state.rates = client
            yield
    ```
    ```python
    # Django
    @lru_cache(maxsize=1)
    def erp_session() -> requests.Session:
        return requests.Session()
    ```
    ```python
    # Flask
    rates_client = httpx.Client(base_url=config.RATES_URL, timeout=5)

    @bp.get("/rates")
    def rates() -> ResponseReturnValue:
        return jsonify(rates_client.get("/latest").json())
    ```

    ## When not flagged
    Clients at module level, behind `lru_cache`, in a global, on the application or `g`, in an object that is made once, and a client that a
    `with` closes.

    ## When to suppress
    When each request needs credentials of its own that the client is bound to, and the client is closed elsewhere.
    """

    code = "BL904"
    name = "client-per-request"
    family = "lifecycle"
    severity = Severity.WARNING

    def check_function(self, function: Function, context: Context) -> None:
        if function.module.role in SHORT_LIVED:
            return
        for fate in fates_of(function):
            resource = fate.resource
            if resource.kind != "client" or (resource.steps and resource.owner is None):
                continue
            way = _way(function, fate)
            if way is not None:
                where = "here" if way.handler is function else f"through `{way.handler.qualname}`"
                context.report(
                    resource.call,
                    f"`{resource.maker}` builds a new {word(fate)} for each request ({where}), and nothing closes it",
                    help="make it once (module level, lifespan, `lru_cache`) and pass it in, or close it by `with`",
                    note=resource.cls.startswith(_DISPUTED),
                    trace=(*way.steps, *_last(function, fate)),
                    function=function,
                )


def _last(function: Function, fate: Fate) -> tuple[Step, ...]:
    line = function.module.line(fate.resource.call)
    return (Step(function.module.path, line, f"{function.qualname} makes it with {fate.resource.maker}"),)


def _way(function: Function, fate: Fate) -> reach.Reach | None:
    """How a request gets to the construction, when nobody keeps or closes what it makes."""
    place = fate.resource.call.start
    if is_cached(function) or any(start <= place < end for start, end in once_spans(function)):
        return None
    kept = [keeper for keeper, _, _ in fate.kept]
    if any(keeper != "self" for keeper in kept):
        return None
    if kept:
        paths = [path for _, _, path in fate.kept if path is not None]
        return way_of_object(function, paths[0]) if paths else None
    if fate.returned or fate.is_wrapped:
        return _returned(function)
    if not fate.leaks or (fate.is_yielded and fate.resource.opens):
        return None
    return reach.reach_of(function)


def _returned(function: Function) -> reach.Reach | None:
    """The first user of a factory that leaves the client open and that requests reach."""
    if is_dependency(function):
        used = handlers(function.project).dependencies.use_of(function)
        steps = (Step(used[0].path, used[0].line(used[1]), f"{function.qualname} is a dependency"),) if used is not None else ()
        return reach.Reach(function, steps)
    for caller, call in effects.callers(function):
        made = next((other for other in fates_of(caller) if other.resource.call is call), None)
        if made is None or (made.kept and not made.returned):
            continue
        way = _way(caller, made) if (made.leaks or made.returned) and caller is not function else None
        if way is not None:
            step = Step(caller.module.path, caller.module.line(call), f"{caller.qualname} calls {function.qualname}")
            return reach.Reach(way.handler, (*way.steps, step))
    return None
