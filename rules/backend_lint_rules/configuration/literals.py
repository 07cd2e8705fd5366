"""The literals of a file that are given to a name: by assignment, keyword, default, dict key or fallback."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from backend_lint.semantics import secrets
from backend_lint.semantics.calls import callee, dotted
from backend_lint.semantics.project import Class, Function, Module
from backend_lint.source import nodes as n
from backend_lint_rules.configuration.origins import Origin, origin_of, text_of
from backend_lint_rules.configuration.parameters import parameters_of

#: How a literal comes to its name. "fallback" is what holds when the environment says nothing; "field" a settings class's default;
#: "argument" a positional argument.
Way = Literal["assigned", "keyword", "default", "key", "fallback", "field", "argument"]
#: Base classes whose fields are read from the environment.
SETTINGS_CLASSES = ("pydantic_settings.BaseSettings", "pydantic.BaseSettings", "pydantic.v1.BaseSettings")
_ENVIRONMENT = (
    "os.getenv", "os._Environ.get", "os._Environ.setdefault", "os._Environ.pop", "decouple.", "environ.Env", "environ.FileAwareEnv",
    "environs.Env", "starlette.config.Config",
)  # fmt: skip


@dataclass(frozen=True)
class Named:
    """A string literal that gets the name `name`: its `text`, and the `node` where it is given.

    `function` is the one the node stands in, None at module or class level. When the node only names the literal, `origin` is the place
    where it is written.
    """

    name: str
    text: str
    node: n.Expr
    way: Way
    module: Module
    function: Function | None
    call: n.Call | None = None
    origin: Origin | None = None


def literals_in(module: Module) -> list[Named]:
    """The named string literals of a module, in source order, each once for every name it gets."""

    def make() -> list[Named]:
        found: dict[tuple[int, str], Named] = {}
        for named in _find(module):
            found.setdefault((id(named.node), named.name), named)
        return sorted(found.values(), key=lambda named: named.node.start)

    return module.project.remember(("named literals", module.path), make)


_NAMING = (n.Assign, n.AnnAssign, n.Call, n.Dict, n.FunctionDef, n.BoolOp)


def _find(module: Module) -> Iterator[Named]:
    for node in module.nodes_of(*_NAMING):
        kind = type(node)
        if kind is n.Assign:
            assert isinstance(node, n.Assign)
            for target in node.targets:
                if not (
                    isinstance(target, n.Subscript)
                    and isinstance(target.value, n.Name)
                    and _is_one_of_many(node.value, target.value, module)
                ):
                    yield from _assigned(target, node.value, module)
        elif kind is n.AnnAssign:
            assert isinstance(node, n.AnnAssign)
            if node.value is not None:
                yield from _assigned(node.target, node.value, module)
        elif kind is n.Call:
            assert isinstance(node, n.Call)
            yield from _called(node, module)
        elif kind is n.Dict:
            assert isinstance(node, n.Dict)
            if _maps_names(node):
                continue
            for key, value in zip(node.keys, node.values, strict=True):
                name = text_of(key) if key is not None else None
                if name is not None:
                    yield from _given(name, value, "key", module)
        elif kind is n.FunctionDef:
            assert isinstance(node, n.FunctionDef)
            for parameter in node.params.items:
                if parameter.default is not None:
                    yield from _given(parameter.name, parameter.default, "default", module)
        elif kind is n.BoolOp:
            assert isinstance(node, n.BoolOp)
            if node.op == "or" and len(node.values) == 2:
                name = environment_name(node.values[0], module)
                if name is not None:
                    yield from _given(name, node.values[1], "fallback", module)


def _assigned(target: n.Expr, value: n.Expr, module: Module) -> Iterator[Named]:
    if isinstance(target, (n.Tuple, n.List)) and isinstance(value, (n.Tuple, n.List)) and len(target.elts) == len(value.elts):
        for part, given in zip(target.elts, value.elts, strict=True):
            yield from _assigned(part, given, module)
        return
    name = name_of(target)
    if name is None:
        return
    way: Way = "assigned"
    if isinstance(target, n.Name) and _is_settings_field(target, module):
        way = "field"
    if isinstance(value, n.Call) and way == "field":
        default = next((a.value for a in value.args if a.keyword == "default" or (a.keyword is None and not a.star)), None)
        if default is not None:
            yield from _given(name, default, "field", module)
        return
    if isinstance(value, n.IfExp):
        for part in (value.body, value.orelse):
            yield from _given(name, part, "fallback" if _reads_environment(value, module) else way, module)
        return
    if isinstance(value, n.BoolOp) and value.op == "or":
        for part in value.values[1:]:
            yield from _given(name, part, "fallback", module)
        return
    yield from _given(name, value, way, module)


def _reads_environment(expr: n.IfExp, module: Module) -> bool:
    return any(isinstance(node, n.Call) and environment_name(node, module) is not None for node in n.walk(expr))


def _is_settings_field(target: n.Name, module: Module) -> bool:
    return any(
        cls.node.start <= target.start < cls.node.end and module.function_at(target.start) is None for cls in _settings_classes(module)
    )


def _settings_classes(module: Module) -> list[Class]:
    def make() -> list[Class]:
        return [cls for cls in module.classes if cls.derives_from(*SETTINGS_CLASSES)]

    return module.project.remember(("settings classes", module.path), make)


def _called(call: n.Call, module: Module) -> Iterator[Named]:
    name = environment_name(call, module)
    if name is not None:
        fallback = fallback_of(call, module)
        if fallback is not None:
            yield from _given(name, fallback, "fallback", module)
        return
    for argument in call.args:
        if argument.keyword in ("auth", "basic_auth") and isinstance(argument.value, n.Tuple) and len(argument.value.elts) == 2:
            yield from _given("password", argument.value.elts[1], "argument", module, call)
        elif argument.keyword is not None:
            yield from _given(argument.keyword, argument.value, "keyword", module, call)
    for parameter, value in parameters_of(call, module).items():
        yield from _given(parameter, value, "argument", module, call)
    if isinstance(call.func, n.Attribute) and call.func.attr in ("setdefault", "get") and len(call.args) >= 2:
        key = text_of(call.args[0].value)
        if key is not None and call.args[1].keyword is None and "config" in (dotted(call.func.value) or "").lower():
            yield from _given(key, call.args[1].value, "fallback", module)


def fallback_of(call: n.Call, module: Module) -> n.Expr | None:
    """What a call that reads the environment gives when the variable is not set; None for other calls and without a fallback."""
    if environment_name(call, module) is None:
        return None
    for given in call.args:
        if given.keyword == "default":
            return given.value
    positional = [given.value for given in call.args if given.keyword is None and not given.star]
    return positional[1] if len(positional) > 1 else None


def environment_name(expr: n.Expr, module: Module) -> str | None:
    """The variable that a call reads from the environment (`os.getenv("X", ...)`, `config("X")`, `env.str("X")`); None for other calls."""
    if not isinstance(expr, n.Call) or not expr.args:
        return None
    first = text_of(expr.args[0].value)
    if first is None:
        return None
    target = callee(expr, module, module.function_at(expr.start))
    name = target.name
    return first if name is not None and name.startswith(_ENVIRONMENT) else None


def name_of(target: n.Expr) -> str | None:
    """What an assignment's target is called: the name, the attribute, or the constant key."""
    if isinstance(target, n.Name):
        return target.id
    if isinstance(target, n.Attribute):
        return target.attr
    if isinstance(target, n.Subscript):
        return text_of(target.index)
    return None


def _given(name: str, value: n.Expr, way: Way, module: Module, call: n.Call | None = None) -> Iterator[Named]:
    text = text_of(value)
    fallback = fallback_of(value, module) if isinstance(value, n.Call) else None
    if fallback is not None:
        yield from _given(name, fallback, "fallback", module)
    elif text is not None:
        yield Named(name, text, value, way, module, module.function_at(value.start), call)
    elif isinstance(value, (n.Name, n.Attribute)) and secrets.names_secret(name) is not None:
        function = module.function_at(value.start)
        origin = origin_of(value, module, function)
        if origin is not None:
            yield Named(name, origin.text, value, way, module, function, call, origin)


def _is_one_of_many(value: n.Expr, container: n.Name, module: Module) -> bool:
    """Whether a container gets the same text under three keys or more: `kinds["text"] = "input"`, `kinds["password"] = "input"`."""
    text = text_of(value)
    function = module.function_at(container.start)
    names = function.names if function is not None and container.id in function.names.bindings else module.names
    same = [statement for _, statement in names.attributes.get(container.id, ()) if text is not None and text_of(statement.value) == text]
    return len(same) >= 3


def _maps_names(node: n.Dict) -> bool:
    """Whether a dict maps names onto names or kinds: two of its keys stand for themselves, or three have one value.

    `{"email": "email", "name": "name", "password": "provider"}`, `{"text": "input", "email": "input", "password": "input"}`.
    """
    pairs = [(text_of(key), text_of(value)) for key, value in zip(node.keys, node.values, strict=True) if key is not None]
    values = Counter(value for _, value in pairs if value is not None)
    return sum(key is not None and key == value for key, value in pairs) >= 2 or max(values.values(), default=0) >= 3
