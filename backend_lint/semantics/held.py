"""Which object an expression names, said so that two places can be compared: a local path, or a name that a module of the project binds.

`db.session` in two files is one session when both import one `db`; `self.session` in two methods is one session of one object; `db` in a
function is what its callers hand to it. A key is the dotted path as text, with the module in front (`app.extensions:db.session`) when it
begins at module level.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from backend_lint.semantics.calls import Callee, bind, callee, dotted
from backend_lint.semantics.effects import calls_in
from backend_lint.semantics.project import Module
from backend_lint.source import nodes as n

if TYPE_CHECKING:
    from backend_lint.semantics.project import Function

_MAX_ALIASES = 4


def key_of(expr: n.Expr, module: Module, function: Function | None, depth: int = 0) -> str | None:
    """The key of the object that a dotted expression names; None for anything else. A registry that is called for its current session
    (`db.session()`) is taken for that session, and a local alias for what it was assigned."""
    while isinstance(expr, n.Call) and not expr.args and _is_registry(expr, module, function):
        expr = expr.func
    path = dotted(expr)
    if path is None:
        return None
    root, _, rest = path.partition(".")
    scope = function
    while scope is not None and (root not in scope.names.bindings or root in scope.names.globals):
        scope = scope.parent
    if scope is None:
        return _global(root, rest, module)
    bindings = scope.names.bindings[root]
    value = bindings[0].value
    is_alias = len(bindings) == 1 and bindings[0].kind == "assign" and not bindings[0].path
    if is_alias and depth < _MAX_ALIASES and isinstance(value, (n.Name, n.Attribute)):
        original = key_of(value, module, scope, depth + 1)
        return f"{original}.{rest}" if original is not None and rest else original
    if is_alias and rest and depth < _MAX_ALIASES and isinstance(value, n.Call):
        attribute, _, more = rest.partition(".")
        given = kept_by(value, scope).get(attribute)
        if given is not None:
            return f"{given}.{more}" if more else given
    return path


def kept_by(call: n.Call, function: Function) -> dict[str, str]:
    """What the object that a call makes keeps of its arguments: the attribute, and the argument's key in `function`. A repository made with
    a session works with that session, whatever it calls it."""
    return function.project.remember(("kept by", id(call)), lambda: _kept_by(call, function), meanwhile={})


def _kept_by(call: n.Call, function: Function) -> dict[str, str]:
    target = callee(call, function.module, function)
    if target.constructs is None or target.function is None:
        return {}
    given = bind(call, target.function)
    found = {}
    for attribute, parameter in _stored(target.function, 0).items():
        argument = given.get(parameter)
        key = key_of(argument.value, function.module, function) if argument is not None and not argument.star else None
        if key is not None:
            found[attribute] = key
    return found


def _stored(init: Function, depth: int) -> dict[str, str]:
    """Which parameters a constructor stores on its object, its base's constructor included: attribute -> parameter."""
    names = {parameter.name for parameter in init.own_parameters}
    found = {}
    for target, statement in init.names.attributes.get(init.self_name or "", ()):
        if isinstance(target, n.Attribute) and isinstance(statement.value, n.Name) and statement.value.id in names:
            found[target.attr] = statement.value.id
    if depth < _MAX_ALIASES:
        for inner, called in calls_in(init):
            base = called.function
            if base is None or base is init or base.node.name != "__init__" or called.constructs is not None:
                continue
            given = bind(inner, base)
            for attribute, parameter in _stored(base, depth + 1).items():
                argument = given.get(parameter)
                if argument is not None and isinstance(argument.value, n.Name) and argument.value.id in names:
                    found.setdefault(attribute, argument.value.id)
    return found


def _construction(expr: n.Expr, function: Function) -> n.Call | None:
    """The call that made the object an expression names, when there is only one."""
    if isinstance(expr, n.Call):
        return expr
    if isinstance(expr, n.Name):
        bindings = function.names.bindings.get(expr.id, ())
        if len(bindings) == 1 and bindings[0].kind == "assign" and not bindings[0].path and isinstance(bindings[0].value, n.Call):
            return bindings[0].value
    return None


def _attribute_of(expr: n.Expr, key: str, function: Function) -> str | None:
    """The path, from the object that an expression names, to what the function has under `key`."""
    made = _construction(expr, function)
    for attribute, given in kept_by(made, function).items() if made is not None else ():
        if key == given or key.startswith(given + "."):
            return attribute + key[len(given) :]
    return None


def _is_registry(call: n.Call, module: Module, function: Function | None) -> bool:
    value = module.project.inference.value(call.func, module, function)
    return value is not None and value.kind == "instance" and value.name.endswith("scoped_session")


def _global(root: str, rest: str, module: Module) -> str:
    """The key of a module-level name, followed to the module that binds it."""
    bindings = module.names.bindings.get(root)
    if bindings and bindings[-1].kind == "import" and rest:
        # `import extensions` or `from app import extensions`, then `extensions.db.session`.
        value = module.project.inference.binding(bindings[-1], module)
        if value is not None and isinstance(value.definition, Module) and value.definition is not module:
            name, _, more = rest.partition(".")
            return _global(name, more, value.definition)
    found = module.origin_of(root)
    if found is None:
        return f"{module.name}:{root}.{rest}".rstrip(".")
    binding, home = found
    return f"{home.name}:{binding.name}.{rest}".rstrip(".")


def is_global(key: str) -> bool:
    """Whether a key names something that a module binds."""
    return ":" in key


def root_of(key: str) -> str:
    """The name that a local key begins with."""
    return key.partition(".")[0]


def inner_key(key: str, call: n.Call, target: Callee, function: Function) -> str | None:
    """Under which key the function that a call runs has the object that the caller has under `key`; None when it does not get it."""
    called = target.function
    if called is None:
        return None
    if is_global(key):
        return key
    module = function.module
    if called.self_name is not None and target.constructs is None and isinstance(call.func, n.Attribute):
        receiver = key_of(call.func.value, module, function)
        if receiver is not None and key.startswith(receiver + "."):
            return called.self_name + key[len(receiver) :]
        path = _attribute_of(call.func.value, key, function)
        if path is not None:
            return f"{called.self_name}.{path}"
    for name, argument in bind(call, called).items():
        if argument.star:
            continue
        given = key_of(argument.value, module, function)
        if given is not None and (key == given or key.startswith(given + ".")):
            return name + key[len(given) :]
        path = _attribute_of(argument.value, key, function)
        if path is not None:
            return f"{name}.{path}"
    if called.parent is function and root_of(key) not in called.names.bindings:
        return key
    return None


def outer_key(key: str, call: n.Call, target: Callee, function: Function) -> str | None:
    """As `inner_key`, the other way round: how the caller names what the called function has under `key`."""
    called = target.function
    if called is None:
        return None
    if is_global(key):
        return key
    root, _, rest = key.partition(".")
    module = function.module
    bound = bind(call, called)
    if root == called.self_name and root not in bound:
        if target.constructs is not None or not isinstance(call.func, n.Attribute):
            return None
        attribute, _, more = rest.partition(".")
        made = _construction(call.func.value, function)
        kept = kept_by(made, function).get(attribute) if made is not None else None
        if kept is not None:
            return f"{kept}.{more}" if more else kept
        receiver = key_of(call.func.value, module, function)
        return f"{receiver}.{rest}" if receiver is not None and rest else None
    argument = bound.get(root)
    if argument is None or argument.star:
        return None
    given = key_of(argument.value, module, function)
    if given is None:
        return None
    return f"{given}.{rest}" if rest else given
