"""BL601: a connection or pool opened where nobody handles its failure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from backend_lint.findings.model import Step
from backend_lint.frameworks import SERVED_KINDS, handler_of, handlers
from backend_lint.frameworks.handling import catches
from backend_lint.frameworks.reach import is_start
from backend_lint.rule import Cause, Context, Rule, Severity
from backend_lint.semantics import effects
from backend_lint.semantics.calls import callee, dotted
from backend_lint.semantics.paths import fates_of
from backend_lint.semantics.project import Class
from backend_lint.semantics.roles import UNSERVED, is_main_guard
from backend_lint.semantics.rollbacks import may_catch
from backend_lint.source import nodes as n
from backend_lint_rules.database_errors._connecting import candidates
from backend_lint_rules.database_errors._serving import application_of, is_served

if TYPE_CHECKING:
    from backend_lint.semantics.calls import Callee
    from backend_lint.semantics.project import Function, Module, Project

#: Files whose failure the person who runs them sees.
#: How many callers of a function that connects are looked at.
_MAX_CALLERS = 20
_FLASK_G = "flask.ctx._AppCtxGlobals"


class UnhandledConnectionError(Rule):
    """A connection or pool is opened where nobody handles its failure.

    ## What it does
    Reports a driver's `connect()`, an engine's, the creation of a pool that connects at once, the first statement at import
    (`create_all()`), and the query of a hosted database (Supabase, Firestore) in code that requests reach, when no `try` in any caller, no
    retry, no error handler or middleware catches the driver's error. A helper that connects is reported once, at the call that
    connects, when no way to it handles the error (a note, when some do).

    A note is given for a start-up that lets the process die through functions of its own, which is often meant.

    ## Why is this bad
    The database will be away: a restart, a failover, too many connections. Clients then get a bare 500 with no word of it, work
    that a retry would have saved is lost, and a server that connects at import does not start at all.

    ## Example
    ```python
    # FastAPI
    @router.get("/movements")
    def movements() -> list[Movement]:
        with closing(psycopg2.connect(settings.dsn)) as connection:
            return read_movements(connection)
    ```
    ```python
    # Flask
    def get_connection() -> Connection:
        return pymysql.connect(host=config.DB_HOST, user=config.DB_USER, password=config.DB_PASSWORD)

    @bp.get("/orders")
    def orders() -> Response:
        with get_connection() as connection:
            return jsonify(read_orders(connection))
    ```
    ```python
    # Django
    def movements(request: HttpRequest) -> JsonResponse:
        with closing(psycopg2.connect(settings.WAREHOUSE_DSN)) as connection:
            return JsonResponse({"movements": read_movements(connection)})
    ```

    ## Use instead
    ```python
    # FastAPI
    @app.exception_handler(psycopg2.Error)
    def database_error(request: Request, error: psycopg2.Error) -> JSONResponse:
        logger.error("database error", exc_info=error)
        return JSONResponse({"detail": "The database cannot be reached"}, status_code=503)
    ```
    ```python
    # Flask
    @contextmanager
    def connection() -> Iterator[Connection]:
        try:
            with pymysql.connect(host=config.DB_HOST, user=config.DB_USER, password=config.DB_PASSWORD) as opened:
                yield opened
        except pymysql.err.OperationalError as error:
            raise Unavailable("The database cannot be reached") from error
    ```
    ```python
    # Django
    def movements(request: HttpRequest) -> JsonResponse:
        try:
            with closing(psycopg2.connect(settings.WAREHOUSE_DSN)) as connection:
                return JsonResponse({"movements": read_movements(connection)})
        except psycopg2.Error:
            logger.exception("the warehouse cannot be reached")
            return JsonResponse({"error": "The warehouse cannot be reached"}, status=503)
    ```

    ## When not flagged
    Constructors that connect lazily (`create_engine`, `MongoClient`, `Redis`), the connections of Django's ORM and Flask-SQLAlchemy, and a
    dependency that closes what it opened. One `try`, retry, error handler or middleware on the way to the framework is enough.

    ## When to suppress
    When failing at once is what the operators want, as in a process that its supervisor starts again.
    """

    code = "BL601"
    name = "unhandled-connection-error"
    family = "database-errors"
    severity = Severity.WARNING
    caused_elsewhere = True

    def check_module(self, module: Module, context: Context) -> None:
        if module.role in UNSERVED:
            return
        reported: set[int] = set()
        for function, call in candidates(module):
            if function is None:
                self._at_import(call, module, context)
            elif id(function) not in reported and self._in_function(call, function, context):
                reported.add(id(function))

    def _at_import(self, call: n.Call, module: Module, context: Context) -> None:
        target = callee(call, module, None)
        raised = _raised(call, target, module.project)
        if not raised or not _runs_at_import(call, module.tree.body) or not is_served(module):
            return
        if not catches(call, None, raised, module=module).is_handled and not _is_considered(call, raised, None, module):
            context.report(
                call,
                f"`{_text(call)}` needs the database when the module is imported, and nothing handles that it cannot be reached",
                help=_help(raised),
                module=module,
            )

    def _in_function(self, call: n.Call, function: Function, context: Context) -> bool:
        """Report a call of a function; whether there is something to report."""
        target = callee(call, function.module, function)
        raised = _raised(call, target, function.project)
        if not raised or _is_owned(call, function) or _is_considered(call, raised, function, function.module):
            return False
        handling = catches(call, function, raised)
        root = handling.root
        if handling.is_handled or root is None:
            return False
        handler = handler_of(root)
        if handler is not None and handler.kind == "dependency" and _closes(root):
            return False
        answers = handler is not None and handler.kind in SERVED_KINDS
        starts = is_start(root) and not answers
        if not answers and not starts:
            return False
        who = "the start-up" if starts else "it" if root is function else f"`{root.qualname}`"
        is_meant = starts and bool(handling.open_way)
        context.report(
            call,
            f"nothing handles that `{_text(call)}` fails: the error goes through {who} to the {'process' if starts else 'framework'}",
            help=_help(raised),
            note=is_meant or _is_kept_for_request(call, function) or _is_handled_by_some(function, raised),
            trace=(*handling.open_way, Step(function.module.path, function.module.line(call), f"{function.qualname} connects here")),
            function=function,
            cause=_cause(raised, function.module) if answers else None,
        )
        return True


def _raised(call: n.Call, target: Callee, project: Project) -> tuple[str, ...]:
    """The classes that a call raises when its database is away; none for calls that reach for no database."""
    if "connects" not in target.effects:
        return ()
    first = call.args[0].value if call.args else None
    if isinstance(first, n.Constant) and first.value == ":memory:":
        return ()
    if target.member is not None:
        return target.member.raises or ("Exception",)
    if target.constructs is None:
        return ()
    made = target.constructs
    names = sorted(made.definition.external_ancestors) if isinstance(made.definition, Class) else [made.name]
    classes = project.registry.classes
    return next((classes[name].raises for name in names if name in classes and classes[name].raises), ("Exception",))


def _runs_at_import(call: n.Call, body: list[n.Stmt]) -> bool:
    """Whether a call outside of all functions runs when the module is imported, and not under `if __name__ == "__main__"`."""
    return not any(is_main_guard(statement) and statement.start <= call.start < statement.end for statement in body)


def _is_owned(call: n.Call, function: Function) -> bool:
    """Whether a framework takes care: Flask-SQLAlchemy's own engine, or a FastAPI dependency that closes what it opens."""
    if isinstance(call.func, n.Attribute) and isinstance(call.func.value, n.Attribute):
        holder = function.project.inference.value(call.func.value.value, function.module, function)
        if holder is not None and holder.name.startswith("flask_sqlalchemy."):
            return True
    if not function.is_generator or not _is_dependency(function):
        return False
    fate = next((fate for fate in fates_of(function) if fate.resource.call is call), None)
    return fate is None or not fate.leaks


def _closes(dependency: Function) -> bool:
    """Whether a `yield` dependency closes whatever it opened."""
    fates = fates_of(dependency)
    return dependency.is_generator and bool(fates) and not any(fate.leaks for fate in fates)


def _is_dependency(function: Function) -> bool:
    """Whether FastAPI calls the function for a parameter."""
    handler = handler_of(function)
    if handler is not None and handler.kind == "dependency":
        return True
    return handlers(function.project).dependencies.use_of(function) is not None


def _is_kept_for_request(call: n.Call, function: Function) -> bool:
    """Whether a connection is kept on Flask's `g`, as its documentation shows: the framework's own answer may be what is wanted."""
    for node in n.walk_scope(function.node.body):
        if isinstance(node, n.Assign) and node.start <= call.start and call.end <= node.end:
            for target in node.targets:
                if isinstance(target, n.Attribute):
                    holder = function.project.inference.value(target.value, function.module, function)
                    if holder is not None and holder.name == _FLASK_G:
                        return True
    return False


def _is_handled_by_some(function: Function, raised: tuple[str, ...]) -> bool:
    """Whether some callers of a function that connects handle its failure: then it is for the others to do so, not for the function."""
    for number, (caller, call) in enumerate(effects.callers(function)):
        if number >= _MAX_CALLERS:
            break
        if caller is not function and caller.module.role not in UNSERVED and catches(call, caller, raised).is_handled:
            return True
    return False


def _is_considered(call: n.Call, raised: tuple[str, ...], function: Function | None, module: Module) -> bool:
    """Whether an `except` around a call takes its error, be it only to log it and raise it again."""
    for node in n.walk_scope(function.node.body if function is not None else module.tree.body):
        if isinstance(node, n.Try) and node.handlers and node.body and node.body[0].start <= call.start < node.body[-1].end:
            if any(may_catch(clause, raised, function, module) for clause in node.handlers):
                return True
    return False


def _text(call: n.Call) -> str:
    """A call in words; of a chain its beginning and its end: `supabase...execute()`."""
    name = dotted(call.func)
    if name is None and isinstance(call.func, n.Attribute):
        root: n.Expr = call.func
        while isinstance(root, (n.Attribute, n.Call, n.Subscript)):
            root = root.func if isinstance(root, n.Call) else root.value
        name = f"{root.id if isinstance(root, n.Name) else ''}...{call.func.attr}"
    return f"{name or 'connect'}()"


def _cause(raised: tuple[str, ...], module: Module) -> Cause | None:
    """The application as the cause, which has no error handler for what drivers raise."""
    application = application_of(module)
    if application is None:
        return None
    what = "the driver's error" if raised == ("Exception",) else raised[0]
    message = f"nobody handles {what}: the application has no error handler for it, nor have the places that connect"
    return Cause(application, message, f"register an error handler for {what} here that logs it and answers 503")


def _help(raised: tuple[str, ...]) -> str:
    if raised == ("Exception",):
        return "catch the driver's error where the connection is opened, or register an error handler for it that answers 503"
    return f"catch {raised[0]} where the connection is opened, or register an error handler for it that answers 503"
