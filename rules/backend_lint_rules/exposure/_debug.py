"""Whether an expression switches debugging on: a literal, a name or setting that stands for one, or an environment variable's default."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

from backend_lint.frameworks.expressions import assigned
from backend_lint.semantics.development import means_development
from backend_lint.semantics.project import Class
from backend_lint.source import nodes as n

if TYPE_CHECKING:
    from backend_lint.semantics.project import Function, Module

#: "on": always; "default": unless the environment says otherwise; "text": on for any text of the environment, "False" too.
State = Literal["on", "default", "text"]

_TRUE_TEXTS = frozenset({"1", "true", "t", "yes", "y", "on", "enabled"})
_GETTERS = frozenset({"os.getenv", "os.environ.get"})
# Readers that make a bool of the text themselves: django-environ, environs, python-decouple, and the project's own of such names.
_READERS = frozenset({"bool", "env", "env_bool", "get_bool", "getbool", "config", "as_bool", "get_env_bool", "bool_env", "get_value"})
_READER_NAME = re.compile(r"(?i)env_?bool|bool_?env|bool_from_env|bool_setting")
_BOOL_MAKERS = frozenset(
    {"strtobool", "str2bool", "to_bool", "str_to_bool", "parse_bool", "is_true", "asbool", "boolify", "int", "loads", "literal_eval"}
)


def state(expr: n.Expr | None, module: Module, function: Function | None = None) -> State | None:
    """How a setting or argument of this value has debugging on; None when it is off or not known."""
    return _state(expr, module, function, 0)


def _state(expr: n.Expr | None, module: Module, function: Function | None, depth: int) -> State | None:
    if expr is None or depth > 10:
        return None
    if isinstance(expr, n.Constant):
        return "on" if _is_truthy(expr) else None
    if isinstance(expr, (n.Name, n.Attribute)):
        held = _held(expr, module, function)
        return _state(held[0], held[1], held[2], depth + 1) if held is not None else None
    if isinstance(expr, n.Call):
        return _called(expr, module, function, depth)
    if isinstance(expr, n.Compare) and len(expr.ops) == 1:
        return _compared(expr, module, function)
    if isinstance(expr, n.BoolOp) and expr.op == "or":
        # `os.getenv("DEBUG") or True`
        states = [_state(value, module, function, depth + 1) for value in expr.values]
        return "default" if states[-1] == "on" else "text" if "text" in states else None
    return None


def _is_truthy(expr: n.Constant) -> bool:
    if expr.kind == "bool":
        return expr.value == "True"
    if expr.kind == "int":
        return expr.value.strip("0_") != ""
    return expr.kind == "str" and expr.value != ""


def _held(expr: n.Name | n.Attribute, module: Module, function: Function | None) -> tuple[n.Expr, Module, Function | None] | None:
    """What a name, a module's attribute or a settings class's attribute is assigned, with where that stands."""
    project = module.project
    place = assigned(project, expr, module, function)
    if place is not None and place[0] is not expr:
        return place
    if isinstance(expr, n.Attribute):
        owner = project.inference.value(expr.value, module, function)
        if owner is not None and owner.kind in ("instance", "class") and isinstance(owner.definition, Class):
            found = owner.definition.attribute(expr.attr)
            if found is not None and found[1].value is not None and found[1].kind == "assign":
                return found[1].value, found[0].module, None
    return None


def _called(call: n.Call, module: Module, function: Function | None, depth: int) -> State | None:
    name = module.project.inference.qualified_name(call.func, module, function) or ""
    last = call.func.attr if isinstance(call.func, n.Attribute) else call.func.id if isinstance(call.func, n.Name) else ""
    if name in _GETTERS or _is_environ_get(call):
        default = default_of(call)
        if default is None or (isinstance(default, n.Constant) and not _is_truthy(default)):
            return "text"
        return "default" if isinstance(default, n.Constant) else None
    if last in ("bool",) and isinstance(call.func, n.Name) and len(call.args) == 1:
        return _state(call.args[0].value, module, function, depth + 1)
    if last in _BOOL_MAKERS and call.args:
        default = _environment_default(call.args[0].value, module, function)
        return "default" if default is not None and default.value.lower() in _TRUE_TEXTS else None
    if last in ("Field", "field"):
        default = next((given.value for given in call.args if given.keyword == "default"), None)
        if default is None and call.args and call.args[0].keyword is None:
            default = call.args[0].value
        return "default" if isinstance(default, n.Constant) and default.kind == "bool" and default.value == "True" else None
    if (
        (last in _READERS or _READER_NAME.search(last))
        and call.args
        and isinstance(call.args[0].value, n.Constant)
        and call.args[0].value.kind == "str"
    ):
        default = default_of(call)
        if isinstance(default, n.Constant) and (
            (default.kind in ("bool", "int") and _is_truthy(default)) or (default.kind == "str" and default.value.lower() in _TRUE_TEXTS)
        ):
            return "default"
    return None


def _is_environ_get(call: n.Call) -> bool:
    func = call.func
    return (
        isinstance(func, n.Attribute)
        and func.attr == "get"
        and isinstance(func.value, n.Attribute)
        and func.value.attr == "environ"
        and isinstance(func.value.value, n.Name)
    )


def default_of(call: n.Call) -> n.Expr | None:
    """The fallback of a call that reads the environment: its second argument or `default=`."""
    for given in call.args:
        if given.keyword in ("default", "default_value", "fallback"):
            return given.value
    return call.args[1].value if len(call.args) > 1 and call.args[1].keyword is None else None


def _environment_default(expr: n.Expr, module: Module, function: Function | None) -> n.Constant | None:
    """The literal fallback of `os.getenv(..., fallback)`, through `.lower()` and `str(...)`."""
    for _ in range(6):
        if not isinstance(expr, n.Call):
            return None
        if _is_environ_get(expr) or (module.project.inference.qualified_name(expr.func, module, function) or "") in _GETTERS:
            default = default_of(expr)
            return default if isinstance(default, n.Constant) else None
        if isinstance(expr.func, n.Attribute) and expr.func.attr in ("lower", "upper", "strip", "casefold", "title", "capitalize"):
            expr = expr.func.value
        elif isinstance(expr.func, n.Name) and expr.func.id == "str" and expr.args:
            expr = expr.args[0].value
        else:
            return None
    return None


def _compared(test: n.Compare, module: Module, function: Function | None) -> State | None:
    """`os.getenv("DEBUG", "True") == "True"`, `... in ("1", "true")`."""
    default = _environment_default(test.left, module, function)
    right = test.comparators[0]
    values = right.elts if isinstance(right, (n.List, n.Tuple, n.Set)) else [right]
    texts = {value.value.lower() for value in values if isinstance(value, n.Constant)}
    if default is None or default.value.lower() not in _TRUE_TEXTS:
        return None
    if test.ops[0] in ("==", "in") and default.value.lower() in texts and texts <= _TRUE_TEXTS:
        return "default"
    if test.ops[0] in ("!=", "not in") and not texts & _TRUE_TEXTS and means_development(test.left, module, function) is not False:
        return "default"
    return None
