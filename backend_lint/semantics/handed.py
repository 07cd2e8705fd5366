"""Values that come from elsewhere in the project without a declaration: what callers pass, and what is kept on a shared object.

Nothing declares that the `db` of `def add_user(db, name)` is a session: its callers show it. Nothing declares `g.db` either: the function
that runs before each request assigns it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from backend_lint.semantics.importing import naming
from backend_lint.source import nodes as n

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backend_lint.semantics.inference import Inference
    from backend_lint.semantics.project import Function
    from backend_lint.semantics.values import Value

#: Parameters whose callers are asked, for that takes a search of the project: the ones that hand on what is opened once.
_HANDED_ON = frozenset(
    {"db", "session", "db_session", "sess", "conn", "con", "connection", "cur", "cursor", "engine", "database", "client", "transaction"}
)
#: Objects on which an application keeps what it opens for a request or for good.
KEEPERS = frozenset({"flask.ctx._AppCtxGlobals", "starlette.datastructures.State"})
_MAX_FILES = 40
_MAX_CALLS = 6


def given(infer: Inference, name: str, function: Function) -> Value | None:
    """What the callers of `function` pass for its parameter `name`, when those of which inference knows agree; None otherwise."""
    if name not in _HANDED_ON:
        return None
    return infer.project.remember(("given", id(function), name), lambda: _agreed(_passed(infer, name, function)), meanwhile=None)


def kept(infer: Inference, keeper: str, attribute: str) -> Value | None:
    """What the project assigns to an attribute of the object of class `keeper`, such as Flask's `g`; None when it is not known."""
    return infer.project.remember(("kept", keeper, attribute), lambda: _agreed(_assigned(infer, keeper, attribute)), meanwhile=None)


def _agreed(values: Iterator[Value]) -> Value | None:
    first: Value | None = None
    for value in values:
        if first is None:
            first = value
        elif (value.kind, value.name) != (first.kind, first.name):
            return None
    return first


def _passed(infer: Inference, name: str, function: Function) -> Iterator[Value]:
    from backend_lint.semantics.calls import bind, callee

    count = 0
    called = function.node.name
    for number, module in enumerate(naming(function)):
        if number >= _MAX_FILES:
            return
        for holder, call in module.calls_by_name.get(called, ()):
            if holder is function:
                continue
            target = infer.value(call.func, module, holder)
            # Most are plain functions or unknown, and asked about in the midst of a question, where what a call calls is not kept.
            if target is None or target.kind in ("external", "method"):
                continue
            called_one = target.definition if target.kind == "function" else callee(call, module, holder).function
            if called_one is not function:
                continue
            argument = bind(call, function).get(name)
            value = infer.value(argument.value, module, holder) if argument is not None and not argument.star else None
            if value is not None:
                yield value
                count += 1
                if count >= _MAX_CALLS:
                    return


def _assigned(infer: Inference, keeper: str, attribute: str) -> Iterator[Value]:
    for number, module in enumerate(infer.project.containing(b"." + attribute.encode() + b" =")):
        if number >= _MAX_FILES:
            return
        for function in module.functions:
            for assignments in function.names.attributes.values():
                for target, statement in assignments:
                    if (
                        not isinstance(target, n.Attribute)
                        or target.attr != attribute
                        or not isinstance(statement, (n.Assign, n.AnnAssign))
                    ):
                        continue
                    owner = infer.value(target.value, module, function)
                    if owner is None or owner.name != keeper or statement.value is None:
                        continue
                    value = infer.value(statement.value, module, function)
                    if value is not None:
                        yield value
