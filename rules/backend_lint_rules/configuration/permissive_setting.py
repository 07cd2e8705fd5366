"""BL505: settings that open what should be closed."""

from __future__ import annotations

from backend_lint.rule import Context, Rule, Severity, Step
from backend_lint.semantics.calls import argument, callee
from backend_lint.semantics.project import Class, Function, Module
from backend_lint.semantics.settings import is_used_in_production
from backend_lint.source import nodes as n
from backend_lint_rules.configuration.literals import name_of
from backend_lint_rules.configuration.origins import text_of, value_of
from backend_lint_rules.configuration.places import class_at, is_development

_TLS_CALLS = ("requests.", "httpx.", "aiohttp.", "urllib3.")
_OFF_FLAGS = frozenset({"WTF_CSRF_ENABLED", "CSRF_ENABLED"})


class PermissiveSetting(Rule):
    """A setting that opens to everybody what should be closed.

    ## What it does
    Reports `ALLOWED_HOSTS = ["*"]` in settings that production uses, CORS for every origin together with credentials (an error; without
    credentials a note), CSRF protection switched off, and TLS verification switched off (`verify=False`).

    ## Why is this bad
    Each of these is a guard that a framework or client has on by default or asks for: host header attacks, other sites acting in a user's
    name, and eavesdropping are what it guards against.

    ## Example
    ```python
    # FastAPI
    app.add_middleware(CORSMiddleware, allow_origins=["*"], allow_credentials=True)
    ```
    ```python
    # Django settings
    ALLOWED_HOSTS = ["*"]
    ```
    ```python
    # Flask
    CORS(app, origins="*", supports_credentials=True)
    ```

    ## Use instead
    ```python
    # FastAPI
    app.add_middleware(CORSMiddleware, allow_origins=settings.cors_origins, allow_credentials=True)
    ```
    ```python
    # Django settings
    ALLOWED_HOSTS = env.list("ALLOWED_HOSTS")
    ```
    ```python
    # Flask
    CORS(app, origins=app.config["CORS_ORIGINS"], supports_credentials=True)
    ```

    ## When not flagged
    A list of origins or hosts, be it from the environment; settings for development and tests; `csrf_exempt` on single views; every origin
    without credentials, which is a note.

    ## When to suppress
    For `ALLOWED_HOSTS` behind a proxy that checks the host itself.
    """

    code = "BL505"
    name = "permissive-setting"
    family = "configuration"
    severity = Severity.WARNING

    def check_module(self, module: Module, context: Context) -> None:
        if module.role in ("script", "example", "generated", "migration"):
            return
        text = module.tree.text
        if "ALLOWED_HOSTS" in text or "CSRF" in text or "CORS_" in text:
            self._settings(module, context)
        if "CORS" in text or "verify" in text or "_unverified" in text:
            for call in module.nodes_of(n.Call):
                self._call(call, module, context)

    def _settings(self, module: Module, context: Context) -> None:
        values: list[tuple[str, n.Stmt, n.Expr]] = []
        for node in module.nodes_of(n.Assign, n.AnnAssign):
            for target in node.targets if isinstance(node, n.Assign) else [node.target]:
                name = name_of(target)
                if name is not None and name.isupper() and node.value is not None:
                    values.append((name, node, node.value))
        credentials = any(name == "CORS_ALLOW_CREDENTIALS" and _is_true(value) for name, _, value in values)
        for name, statement, value in values:
            if is_development(statement, module):
                continue
            if name == "ALLOWED_HOSTS" and _is_star(value) and is_used_in_production(module, name):
                self._report(context, statement, module, "any host name is allowed", "list the hosts that the deployment serves")
            elif name in _OFF_FLAGS and _is_false(value) and _is_configuration(statement, module):
                self._report(
                    context, statement, module, "CSRF protection is off", "leave it on; exempt single views where a token guards them"
                )
            elif name in ("CORS_ALLOW_ALL_ORIGINS", "CORS_ORIGIN_ALLOW_ALL") and _is_true(value) and is_used_in_production(module, name):
                self._cors(context, statement, module, both=credentials)

    @staticmethod
    def _report(context: Context, node: n.Node, module: Module, message: str, advice: str) -> None:
        context.report(node, message, help=advice, function=module.function_at(node.start))

    @staticmethod
    def _cors(context: Context, node: n.Node, module: Module, *, both: bool, trace: tuple[Step, ...] = ()) -> None:
        context.report(
            node,
            "every origin may call the API with the user's credentials" if both else "every origin may call the API",
            help="list the origins that may",
            severity=Severity.ERROR if both else None,
            note=not both or is_development(node, module),
            trace=trace,
            function=module.function_at(node.start),
        )

    def _call(self, call: n.Call, module: Module, context: Context) -> None:
        function = module.function_at(call.start)
        verify = argument(call, None, "verify")
        if verify is not None and _is_false(verify):
            if (callee(call, module, function).name or "").startswith(_TLS_CALLS) and not is_development(call, module):
                context.report(
                    verify if verify.start > call.start else call,
                    "TLS certificates are not verified",
                    help="leave verification on; give `verify` the path of your own certificate authority",
                    note=module.role == "command",
                    function=function,
                )
        name = callee(call, module, function).name or ""
        if name == "ssl._create_unverified_context" and not is_development(call, module):
            context.report(
                call,
                "TLS certificates are not verified",
                help="use `ssl.create_default_context()` and load your own certificate authority into it",
                note=module.role == "command",
                function=function,
            )
        elif call.args and (
            name.endswith("middleware.Middleware") or (isinstance(call.func, n.Attribute) and call.func.attr == "add_middleware")
        ):
            middleware = callee_name(call.args[0].value, module, function)
            if middleware is not None and middleware.endswith("CORSMiddleware"):
                self._middleware(call, module, function, context)
        elif name.endswith("CORSMiddleware") and name.startswith(("starlette", "fastapi")):
            self._middleware(call, module, function, context)
        elif name in ("flask_cors.CORS", "flask_cors.cross_origin", "flask_cors.CORS.init_app"):
            self._flask(call, module, function, context)

    def _middleware(self, call: n.Call, module: Module, function: Function | None, context: Context) -> None:
        origins = argument(call, None, "allow_origins")
        pattern = argument(call, None, "allow_origin_regex")
        credentials = argument(call, None, "allow_credentials")
        star, trace = resolves_to_star(origins, module, function) if origins is not None else (False, ())
        if not star and pattern is not None and text_of(pattern) in (".*", "^.*$", ".+"):
            star = True
        if star:
            self._cors(context, call, module, both=credentials is not None and _is_true(credentials), trace=trace)

    def _flask(self, call: n.Call, module: Module, function: Function | None, context: Context) -> None:
        origins = argument(call, None, "origins")
        credentials = argument(call, None, "supports_credentials")
        resources = argument(call, None, "resources")
        star = resolves_to_star(origins, module, function)[0] if origins is not None else resources is None
        if isinstance(resources, n.Dict):
            inner = [value for value in resources.values if isinstance(value, n.Dict)]
            pairs = [pair for value in inner for pair in zip(value.keys, value.values, strict=True) if pair[0] is not None]
            star = star or any(text_of(key) == "origins" and _is_star(value) for key, value in pairs)
        if star:
            self._cors(context, call, module, both=credentials is not None and _is_true(credentials))


def _is_configuration(statement: n.Stmt, module: Module) -> bool:
    """Whether an assignment sets the application's configuration: an item of `app.config`, a settings file, a configuration class. A view
    class that sets the flag exempts itself alone."""
    if isinstance(statement, n.Assign) and isinstance(statement.targets[0], n.Subscript):
        return True
    cls = class_at(statement, module)
    return "config" in cls.node.name.lower() or "settings" in cls.node.name.lower() if cls is not None else module.role == "settings"


def callee_name(expr: n.Expr, module: Module, function: Function | None) -> str | None:
    value = module.project.inference.value(expr, module, function)
    return value.name if value is not None else None


def resolves_to_star(expr: n.Expr, module: Module, function: Function | None) -> tuple[bool, tuple[Step, ...]]:
    """Whether an expression is `["*"]`, directly or as a name's or a settings object's default; with the step to where it is written."""
    if _is_star(expr):
        return True, ()
    infer = module.project.inference
    written = value_of(expr, module, function)
    if written is not None:
        value, home, _ = written
        return _is_star(value), (Step(home.path, home.line(value), "here it is every origin"),)
    if isinstance(expr, n.Attribute):
        owner = infer.value(expr.value, module, function)
        if owner is not None and isinstance(owner.definition, Class):
            found = owner.definition.attribute(expr.attr)
            if found is not None and found[1].value is not None and _is_star(found[1].value):
                home = found[0].module
                return True, (Step(home.path, home.line(found[1].value), "the default is every origin"),)
    return False, ()


def _is_star(expr: n.Expr) -> bool:
    if isinstance(expr, (n.List, n.Tuple, n.Set)):
        return any(text_of(element) == "*" for element in expr.elts)
    if isinstance(expr, n.Call) and expr.args and isinstance(expr.func, n.Name) and expr.func.id == "Field":
        value = expr.args[0].value
        return _is_star(value.body if isinstance(value, n.Lambda) else value)
    return text_of(expr) == "*"


def _is_true(expr: n.Expr) -> bool:
    return isinstance(expr, n.Constant) and (expr.value == "True" or (expr.kind == "int" and expr.value == "1"))


def _is_false(expr: n.Expr) -> bool:
    return isinstance(expr, n.Constant) and ((expr.kind == "bool" and expr.value == "False") or (expr.kind == "int" and expr.value == "0"))
