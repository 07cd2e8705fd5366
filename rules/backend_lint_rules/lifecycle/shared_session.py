"""BL905: one session object shared by all requests, or by a request and what outlives it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from backend_lint.rule import Cause, Context, Rule, Severity, Step
from backend_lint.semantics import effects
from backend_lint.semantics.calls import bind, callee, dotted
from backend_lint.semantics.paths import parameter_fate
from backend_lint.semantics.project import Function
from backend_lint.semantics.resources import acquired, is_session
from backend_lint.semantics.roles import is_imported, is_main_guard
from backend_lint.source import nodes as n
from backend_lint_rules.lifecycle._leaks import SHORT_LIVED

if TYPE_CHECKING:
    from backend_lint.semantics.calls import Callee
    from backend_lint.semantics.project import Module

#: What makes a file part of a server, as text.
_SERVING = ("@app.", "@router", "@bp.", "FastAPI(", "Flask(", "Blueprint(", "APIRouter(", "urlpatterns", "@api.", "@blueprint")
_SPAWNING_METHODS = frozenset({
    "add_task", "create_task", "ensure_future", "start_soon", "apply_async", "delay", "run_coroutine_threadsafe",
})  # fmt: skip
_THREADS = frozenset({"threading.Thread", "threading.Timer", "multiprocessing.Process"})


class SharedSession(Rule):
    """One session object that all requests share, or that outlives its request.

    ## What it does
    Reports an ORM session opened at import and kept for all requests: at module level, in a class body, as a parameter's default, on the
    application. Reports too a request's session that is handed to a background task, thread or unawaited coroutine, which runs on
    after the session's owner has closed it.

    ## Why is this bad
    A session is no thread-safe object: requests see each other's half-done changes, one request's rollback drops another's writes, and
    after one failed flush all of them fail until the process restarts. A task that gets a closed session opens a new connection nobody
    gives back, or works on detached objects.

    ## Example
    ```python
    # FastAPI
    session = SessionLocal()

    @router.get("/products")
    def products() -> list[ProductRead]:
        return session.scalars(select(Product)).all()
    ```
    ```python
    # Flask
    session = sessionmaker(bind=engine)()

    @bp.post("/orders")
    def create() -> Response:
        session.add(Order(**schema.load(request.get_json())))
        session.commit()
        return jsonify(ok=True)
    ```

    ## Use instead
    ```python
    # FastAPI
    @router.get("/products")
    def products(session: Annotated[Session, Depends(get_db)]) -> list[ProductRead]:
        return session.scalars(select(Product)).all()
    ```
    ```python
    # Flask
    session = scoped_session(sessionmaker(bind=engine))

    @app.teardown_appcontext
    def remove_session(error: BaseException | None) -> None:
        session.remove()
    ```

    ## When not flagged
    A `scoped_session` or `async_scoped_session`, which keeps one session a thread or task; scripts and what runs under `__main__`; a task
    that opens a session of its own.

    ## When to suppress
    In a program with one thread that handles one task at a time.
    """

    code = "BL905"
    name = "shared-session"
    family = "lifecycle"
    severity = Severity.ERROR
    caused_elsewhere = True

    def check_module(self, module: Module, context: Context) -> None:
        text = module.tree.text
        if module.role in SHORT_LIVED or ("ession" not in text and "next(" not in text and "get_db" not in text):
            return
        for call, owner in _module_calls(module):
            resource = next((found for found in acquired(call, module, None) if found.kind == "session"), None)
            if resource is None or (owner is not None and _is_script(module, owner)):
                continue
            what = f"`{owner}`" if owner is not None else f"the session of `{resource.maker}`"
            context.report(
                call,
                f"{what} is one session, opened at import and shared by all requests",
                help="open a session for each request (a dependency that yields it), or keep a `scoped_session` here",
                trace=resource.steps,
                module=module,
            )

    def check_function(self, function: Function, context: Context) -> None:
        if function.module.role in SHORT_LIVED:
            return
        for call, target in effects.calls_in(function):
            if not _spawns(call, target) or _is_joined(call, function):
                continue
            given = next(_sessions_given(call, function), None)
            held = next(_objects_given(call, function), None) if given is None else None
            if held is not None:
                context.report(
                    held[0],
                    f"`{dotted(held[0])}` works with session `{held[1]}`, which the request has closed when `{_name(call)}` gets to run it",
                    help="pass identifiers, and let the task open a session of its own",
                    function=function,
                    cause=_task(call, function),
                )
            if given is not None:
                context.report(
                    given,
                    f"session `{dotted(given)}` outlives its owner: `{_name(call)}` runs on after the request has closed it",
                    help="pass identifiers, and let the task open a session of its own",
                    function=function,
                    cause=_task(call, function),
                )


def _module_calls(module: Module) -> Iterator[tuple[n.Call, str | None]]:
    """The calls that are run at import and whose result lasts, with the name it gets: assignments, defaults of parameters."""
    yield from _assigned(module.tree.body, "")
    for cls in module.classes:
        if cls.parent is None:
            yield from _assigned(cls.node.body, f"{cls.qualname}.")
    for function in module.functions:
        for parameter in function.parameters:
            if isinstance(parameter.default, n.Call):
                yield parameter.default, parameter.name


def _assigned(body: list[n.Stmt], prefix: str) -> Iterator[tuple[n.Call, str | None]]:
    for statement in body:
        if isinstance(statement, (n.Assign, n.AnnAssign)):
            target = statement.targets[0] if isinstance(statement, n.Assign) else statement.target
            path = dotted(target)
            value = statement.value
            if isinstance(value, n.Await):
                value = value.value
            if isinstance(value, n.Call) and path is not None:
                yield value, prefix + path
                for given in value.args:
                    if isinstance(given.value, n.Call):
                        yield given.value, None
        elif isinstance(statement, n.Try):
            yield from _assigned(statement.body, prefix)
        elif isinstance(statement, n.If) and not is_main_guard(statement):
            yield from _assigned(statement.body, prefix)
            yield from _assigned(statement.orelse, prefix)


def _is_script(module: Module, name: str) -> bool:
    """Whether a file's top level does the work itself: nobody imports it and it serves nothing, or it closes the session again."""
    for node in n.walk_scope(module.tree.body):
        if isinstance(node, n.Attribute) and node.attr == "close" and dotted(node.value) == name:
            return True
    stem = module.path.rsplit("/", 1)[-1].rpartition(".")[0]
    if any(word in module.tree.text for word in _SERVING) or module.is_package:
        return False
    return not is_imported(module.project, stem)


# --- sessions that outlive their request


def _name(call: n.Call) -> str:
    return dotted(call.func) or (call.func.attr if isinstance(call.func, n.Attribute) else "the task")


def _task(call: n.Call, function: Function) -> Cause | None:
    """The project function that a call hands on to be run later as the cause: all who do so are mended with it."""
    for given in call.args:
        value = function.project.inference.value(given.value, function.module, function)
        task = value.definition if value is not None and value.kind == "function" else None
        if isinstance(given.value, n.Call):
            task = callee(given.value, function.module, function).function
        if isinstance(task, Function):
            return Cause(
                Step(task.module.path, task.module.tree.line(task.node.name_start), f"{task.qualname} is run later"),
                f"`{task.qualname}` is run later, and is given the session of a request that has closed it by then",
                "let it take identifiers and open a session of its own",
            )
    return None


def _spawns(call: n.Call, target: Callee) -> bool:
    """Whether a call starts work that goes on after the caller has returned."""
    if target.name in _THREADS or target.name in ("asyncio.create_task", "asyncio.ensure_future"):
        return True
    if isinstance(call.func, n.Attribute) and call.func.attr in _SPAWNING_METHODS:
        return target.function is None
    return False


_WAITS = frozenset({"join", "gather", "wait", "wait_for", "result"})


def _is_joined(call: n.Call, function: Function) -> bool:
    """Whether the function waits for the work: it awaits or joins the task, or gathers it."""
    return any(_waits(node, call) for node in function.nodes)


def _waits(node: n.Node, call: n.Call) -> bool:
    if isinstance(node, n.Call):
        return isinstance(node.func, n.Attribute) and node.func.attr in _WAITS and not isinstance(node.func.value, n.Constant)
    if isinstance(node, n.Await):
        return node.value is call or isinstance(node.value, n.Name)
    if isinstance(node, n.With):
        groups = [dotted(item.value.func) or "" for item in node.items if isinstance(item.value, n.Call)]
        return node.is_async and any(group.endswith(("TaskGroup", "create_task_group")) for group in groups)
    return isinstance(node, n.Comp) and node.start <= call.start and call.end <= node.end


def _sessions_given(call: n.Call, function: Function) -> Iterator[n.Expr]:
    """The arguments that are sessions of this function: its parameters, or names that a `with` or dependency binds."""
    for given in call.args:
        for node in n.walk_scope(given.value):
            if isinstance(node, n.Name) and _is_own_session(node, function) and not _is_receiver(node, given.value):
                yield node


def _objects_given(call: n.Call, function: Function) -> Iterator[tuple[n.Expr, str]]:
    """The bound methods among the arguments whose object was made with this function's session, with the session's name."""
    for given in call.args:
        value = given.value.func if isinstance(given.value, n.Call) else given.value
        if not isinstance(value, n.Attribute) or not isinstance(value.value, n.Name):
            continue
        for binding in function.names.bindings.get(value.value.id, ()):
            made = binding.value
            target = callee(made, function.module, function) if isinstance(made, n.Call) else None
            if target is None or target.constructs is None or target.function is None or not isinstance(made, n.Call):
                continue
            for name, argument in bind(made, target.function).items():
                inner = argument.value
                if isinstance(inner, n.Name) and _is_own_session(inner, function) and parameter_fate(target.function, name) == "holder":
                    yield value, inner.id


def _is_receiver(name: n.Name, expr: n.Expr) -> bool:
    """Whether a session is only asked something: `db.bind`, `session.get(...)`."""
    return any(isinstance(node, n.Attribute) and node.value is name for node in n.walk_scope(expr))


def _is_own_session(name: n.Name, function: Function) -> bool:
    bindings = function.names.bindings.get(name.id)
    if not bindings or not any(binding.kind in ("parameter", "with") for binding in bindings):
        return False
    return is_session(function.project.inference.value(name, function.module, function), function.project)
