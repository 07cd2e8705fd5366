from __future__ import annotations

import re
from typing import TYPE_CHECKING

from backend_lint import frameworks
from backend_lint.findings.model import Step
from backend_lint.frameworks.expressions import argument, assigned
from backend_lint.rule import Context, Rule, Severity
from backend_lint.semantics import settings as _settings
from backend_lint.semantics.calls import callee
from backend_lint.semantics.development import is_guarded
from backend_lint.semantics.project import Class, Module
from backend_lint.source import nodes as n
from backend_lint_rules.exposure import _debug
from backend_lint_rules.exposure._debug_fixing import fix_of

if TYPE_CHECKING:
    from backend_lint.semantics.project import Function
    from backend_lint.semantics.values import Value

_APPLICATIONS = frozenset({"flask.Flask", "fastapi.FastAPI", "starlette.applications.Starlette", "connexion.App"})
# Where `debug` stands among the positional arguments of what starts a server.
_RUNNERS = {"flask.Flask.run": 2, "connexion.App.run": 3, "flask_socketio.SocketIO.run": 3}
_CONSTRUCTORS = frozenset({"fastapi.FastAPI", "starlette.applications.Starlette"})
_DEVELOPMENT_NAME = re.compile(r"(?:^|_)(?:dev|develop|development|debug|local|test|testing)(?:_|$)", re.IGNORECASE)
_DEVELOPMENT_CLASS = re.compile(
    r"(?:^|[a-z_])(?:Dev|Develop|Development|Debug|Local|Test|Testing|CI)(?=[A-Z_]|$)|^(?:dev|test|local)", re.ASCII
)
_PRODUCTION_CLASS = re.compile(r"Prod|Live|Staging|Deploy")
_CONFIG_CLASS = re.compile(r"(?:Config|Configuration|Settings)$|^(?:Config|Settings|Default|Base|Prod)")
_ROLES = frozenset({"script", "test", "migration", "example", "generated"})


class DebugEnabled(Rule):
    """Debug mode is on in what production runs.

    ## What it does
    Reports `app.run(debug=True)`, also under `if __name__ == "__main__"`, `FastAPI(debug=True)`, `app.debug = True`,
    `app.config["DEBUG"] = True`, and `DEBUG = True` in Django settings and Flask configuration classes that are not for development or
    tests. The value may be positional, a number, a constant of another module, a field of the settings, or the default of an environment
    variable. Which Django settings production uses is read from `wsgi.py` and `asgi.py`, from the files' names and from what they import.

    `DEBUG = os.getenv("DEBUG", False)` is a note: any text in the variable switches it on, "False" too.

    ## Why is this bad
    With debugging on an error page shows the source, the local variables, the settings and the environment; Flask's offers a console that
    runs code. `python app.py` is how small deployments start, so the `__main__` guard is no protection.

    ## Example
    ```python
    # Flask
    if __name__ == "__main__":
        app.run(host="0.0.0.0", debug=True)
    ```
    ```python
    # FastAPI
    app = FastAPI(title="Orders", debug=True)
    ```
    ```python
    # Django settings.py
    DEBUG = True
    ```

    ## Use instead
    ```python
    # Flask: `flask --app app run --debug` on the developer's machine
    if __name__ == "__main__":
        app.run(debug=os.getenv("APP_ENV") == "development")
    ```
    ```python
    # FastAPI
    app = FastAPI(title="Orders", debug=settings.debug)  # debug: bool = False
    ```
    ```python
    # Django settings.py
    DEBUG = env.bool("DEBUG", default=False)
    ```

    ## When not flagged
    Settings for development and tests, by their names and by who imports them; what stands behind a test for a development environment;
    `DEBUG` read from the environment with a conversion and a default of False.

    ## Fix safety
    A literal that switches debugging on, as the value itself or as the default of what reads the environment, becomes the one that leaves
    it off. That is unsafe: whoever relied on it during development has to switch it on.

    ## When to suppress
    For a program that is never deployed, such as a training ground for security tests.
    """

    code = "BL303"
    name = "debug-enabled"
    family = "exposure"
    severity = Severity.ERROR
    fixable = True

    def check_module(self, module: Module, context: Context) -> None:
        text = module.tree.text
        if "debug" not in text and "DEBUG" not in text and ".run" not in text:
            return
        if module.role in _ROLES or _settings.is_development_name(module.path):
            return
        self._calls(module, context)
        if "DEBUG" in text or ".debug" in text:
            self._assignments(module, context)
        if "DEBUG" in text:
            self._classes(module, context)
            self._django(module, context)

    # --- servers and applications

    def _calls(self, module: Module, context: Context) -> None:
        for node in module.nodes_of(n.Call):
            if not node.args:
                continue
            value = self._debug_argument(node, module)
            if value is None:
                continue
            function = module.function_at(node.start)
            what = (
                "the server runs"
                if isinstance(node.func, n.Attribute) or not _is_constructor(node, module, function)
                else "the application is made"
            )
            self._report(node, value, f"{what} in debug mode", module, context, function)

    def _debug_argument(self, call: n.Call, module: Module) -> n.Expr | None:
        """What a call that starts or makes an application, or configures one, sets debugging to."""
        function = module.function_at(call.start)
        name = call.func.attr if isinstance(call.func, n.Attribute) else call.func.id if isinstance(call.func, n.Name) else ""
        given = _keyword(call, "debug", module, function)
        if name in ("update", "from_mapping") and isinstance(call.func, n.Attribute):
            setting = _keyword(call, "DEBUG", module, function) or _in_literal(call, "DEBUG")
            return setting if setting is not None and _is_config(call.func.value, module, function) else None
        if given is None and not (name.startswith("run") or len(call.args) > 2):
            return None
        target = callee(call, module, function)
        if target.value is None:
            return None
        if target.value.kind == "method":
            runner = _runner(target.value, module)
            if runner is None:
                return None
            return given if given is not None else argument(call, _RUNNERS[runner])
        if target.constructs is not None and given is not None and _CONSTRUCTORS & _names(target.constructs, module):
            return given
        return None

    def _assignments(self, module: Module, context: Context) -> None:
        """`app.debug = True`, `app.config["DEBUG"] = True`."""
        for node in module.nodes_of(n.Assign):
            for target in node.targets:
                function = module.function_at(node.start)
                if isinstance(target, n.Attribute) and target.attr == "debug":
                    owner = module.project.inference.value(target.value, module, function)
                    if owner is None or owner.kind != "instance" or not _APPLICATIONS & _names(owner, module):
                        continue
                elif isinstance(target, n.Subscript) and isinstance(target.index, n.Constant) and target.index.value == "DEBUG":
                    if not _is_config(target.value, module, function):
                        continue
                else:
                    continue
                self._report(node, node.value, "the application's debug mode is switched on", module, context, function)

    # --- settings

    def _classes(self, module: Module, context: Context) -> None:
        """`DEBUG = True` in a configuration class that production uses."""
        for cls in module.classes:
            if cls.node.name.startswith("_") or not _CONFIG_CLASS.search(cls.node.name) or _DEVELOPMENT_CLASS.search(cls.node.name):
                continue
            if "flask" not in frameworks.frameworks_of(module.project) or cls.derives_from(
                "pydantic_settings.BaseSettings", "pydantic.BaseModel"
            ):
                continue
            for binding in cls.names.bindings.get("DEBUG", [])[-1:]:
                if binding.value is None or binding.path:
                    continue
                if not _PRODUCTION_CLASS.search(cls.node.name) and _is_overridden(cls):
                    continue
                self._report(binding.node, binding.value, f"{cls.node.name} switches debug mode on", module, context, None)

    def _django(self, module: Module, context: Context) -> None:
        bindings = [b for b in module.names.bindings.get("DEBUG", []) if b.kind == "assign" and b.value is not None and not b.path]
        if not bindings or not _settings.is_django_settings(module):
            return
        for binding in bindings:
            value = binding.value
            assert value is not None
            if not _is_unconditional(binding.node, module) or _debug.state(value, module) is None:
                continue
            later = _settings.overridden_later(module, "DEBUG", binding.node)
            if later or not _settings.is_used_in_production(module, "DEBUG"):
                continue
            self._report(binding.node, value, "these settings switch debug mode on", module, context, None, note=later is None)

    # --- findings

    def _report(
        self, node: n.Node, value: n.Expr, what: str, module: Module, context: Context, function: Function | None, *, note: bool = False
    ) -> None:
        state = _debug.state(value, module, function)
        if state is None or is_guarded(node, module) or _is_development_function(function):
            return
        message = {
            "on": f"{what}: clients get stack traces, source lines and settings",
            "default": f"{what} unless the environment switches it off: clients get stack traces, source lines and settings",
            "text": f"{what} by any text in the environment variable, also by 'False' and '0'",
        }[state]
        trace: tuple[Step, ...] = ()
        place = assigned(module.project, value, module, function) if isinstance(value, (n.Name, n.Attribute)) else None
        if place is not None and (place[1] is not module or place[0] is not value):
            trace = (Step(place[1].path, place[1].line(place[0]), "the value is set here"),)
        context.report(
            node,
            message,
            help="default to off and switch it on by an environment variable that is compared with a text, in development alone",
            note=note or state == "text" or module.role == "command",
            trace=trace,
            function=function,
            module=module,
            fix=fix_of(value, state),
        )


def _names(value: Value, module: Module) -> frozenset[str]:
    """The outside classes that a class or instance is of."""
    if isinstance(value.definition, Class):
        return value.definition.external_ancestors
    return frozenset(module.project.registry.ancestors(value.name))


def _runner(value: Value, module: Module) -> str | None:
    """The server-starting method that a bound method is."""
    owner, _, attribute = value.name.rpartition(".")
    if attribute != "run":
        return None
    names = module.project.registry.ancestors(owner)
    if value.receiver is not None:
        names = (*names, *_names(value.receiver, module))
    return next((f"{name}.run" for name in names if f"{name}.run" in _RUNNERS), None)


def _is_constructor(call: n.Call, module: Module, function: Function | None) -> bool:
    return callee(call, module, function).constructs is not None


def _keyword(call: n.Call, name: str, module: Module, function: Function | None) -> n.Expr | None:
    """A keyword argument, also one in `**{...}` or in a dict that a name is assigned."""
    for given in call.args:
        if given.keyword == name:
            return given.value
        if given.star == "**":
            place = assigned(module.project, given.value, module, function)
            if place is not None and isinstance(place[0], n.Dict):
                found = _item(place[0], name)
                if found is not None:
                    return found
    return None


def _in_literal(call: n.Call, key: str) -> n.Expr | None:
    first = call.args[0].value if call.args else None
    return _item(first, key) if isinstance(first, n.Dict) else None


def _item(literal: n.Dict, key: str) -> n.Expr | None:
    return next(
        (value for name, value in zip(literal.keys, literal.values, strict=True) if isinstance(name, n.Constant) and name.value == key),
        None,
    )


def _is_config(expr: n.Expr, module: Module, function: Function | None) -> bool:
    """Whether an expression is a Flask application's configuration."""
    value = module.project.inference.value(expr, module, function)
    if value is not None and value.kind == "instance" and value.name == "flask.Config":
        return True
    if not isinstance(expr, n.Attribute) or expr.attr != "config":
        return False
    owner = module.project.inference.value(expr.value, module, function)
    return owner is not None and owner.kind == "instance" and "flask.Flask" in _names(owner, module)


def _is_overridden(cls: Class) -> bool:
    """Whether the classes for production that derive from a configuration class set DEBUG anew, or all that derive from it do."""
    below = [
        other
        for module in cls.module.project.containing(cls.node.name.encode())
        for other in module.classes
        if other is not cls and cls in other.mro
    ]
    production = [other for other in below if _PRODUCTION_CLASS.search(other.node.name)]
    if production:
        return all(_binds_debug(other, cls) for other in production)
    application = [other for other in below if not _DEVELOPMENT_CLASS.search(other.node.name)]
    return bool(application) and all(_binds_debug(other, cls) for other in application)


def _binds_debug(cls: Class, base: Class) -> bool:
    return any("DEBUG" in other.names.bindings for other in cls.mro if other is not base)


def _is_unconditional(node: n.Node, module: Module) -> bool:
    """Whether a statement stands at the top of the module, or in the body of a `try` or `with` there."""
    for statement in module.tree.body:
        if statement is node:
            return True
        if isinstance(statement, (n.Try, n.With)) and any(inner is node for inner in statement.body):
            return True
    return False


def _is_development_function(function: Function | None) -> bool:
    while function is not None:
        if _DEVELOPMENT_NAME.search(function.node.name):
            return True
        function = function.parent
    return False
