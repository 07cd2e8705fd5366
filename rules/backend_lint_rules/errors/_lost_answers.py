"""HTTP errors raised inside a `try` whose broad `except` catches them: a 404 that becomes a 500."""

from __future__ import annotations

from typing import TYPE_CHECKING

from backend_lint.findings.model import Step
from backend_lint.frameworks.statuses import HTTP_ERRORS, Scope, raised_status, status_of
from backend_lint.semantics import raises
from backend_lint.semantics.calls import callee
from backend_lint.semantics.reaching import blocks_around
from backend_lint.source import nodes as n
from backend_lint_rules.errors._aftermath import aftermath
from backend_lint_rules.errors._places import Place

if TYPE_CHECKING:
    from backend_lint.semantics.project import Function, Project
    from backend_lint.semantics.values import Value

_KEPT = frozenset({"status_code", "code", "response", "get_response", "default_code"})


class LostAnswer:
    """An HTTP error that an `except` catches.

    `node` raises it, looks something up, or calls the project's function that raises it, as `steps` show; `status` is its own where that is
    known. `is_sure` is False for a called function's errors other than 404.
    """

    __slots__ = ("is_sure", "node", "status", "steps", "what")

    def __init__(self, node: n.Node, what: str, status: int | None, steps: tuple[Step, ...] = (), *, is_sure: bool = True) -> None:
        self.node = node
        self.what = what
        self.status = status
        self.steps = steps
        self.is_sure = is_sure


def lost_answers(place: Place) -> list[LostAnswer]:
    """The HTTP errors of a `try` body that its broad `except` at `place` turns into something else."""
    if not place.is_broad or _keeps_http_errors(place) or _is_of_an_item(place):
        return []
    hidden = _inner_tries(place)
    found: list[LostAnswer] = []
    scope = Scope(place.module, place.function)
    for node in n.walk_scope(place.attempt.body):
        if isinstance(node, n.Raise) and node.exc is not None:
            status = raised_status(node.exc, scope)
            if status is None:
                continue
            cls = raises.raised_class(node.exc, place.module, place.function)
            if cls is not None and not _is_caught_before(place, cls) and not _is_hidden(node, cls, hidden):
                found.append(LostAnswer(node, f"`{cls.name.rpartition('.')[2]}`", status[0]))
        elif isinstance(node, n.Call):
            target = callee(node, place.module, place.function)
            status_: int | None = 404
            if "not-found-404" in target.effects:
                what = f"`{(target.name or '').rpartition('.')[2]}`"
            elif "aborts" in target.effects:
                what, status_ = "`abort`", status_of(node.args[0].value, scope) if node.args else None
            else:
                called = _raised_by_callee(node, target.function, place, hidden) if target.function is not None else None
                if called is not None:
                    found.append(called)
                continue
            names = target.member.raises if target.member is not None and target.member.raises else ("werkzeug.exceptions.NotFound",)
            cls = place.module.project.inference.external(names[0])
            if not _is_caught_before(place, cls) and not _is_hidden(node, cls, hidden):
                found.append(LostAnswer(node, what, status_))
    found = [lost for lost in found if not _stays_the_same(lost, place)]
    return sorted(found, key=lambda lost: not lost.is_sure)


def _is_of_an_item(place: Place) -> bool:
    """Whether the `try` is for one item of several, and what fails with it is told beside the others'."""
    after = aftermath(place)
    return place.loop is not None and after.leaves_trace and not after.reraises and {node for _, node in after.results} == {None}


def _raised_by_callee(call: n.Call, function: Function, place: Place, hidden: list[Place]) -> LostAnswer | None:
    """The HTTP error that a function of the project raises itself, outside of any `try` of its own."""
    if function.is_generator or function is place.function:
        return None
    for node in n.walk_scope(function.node.body):
        if isinstance(node, n.Raise) and node.exc is not None:
            status = raised_status(node.exc, Scope(function.module, function))
            cls = raises.raised_class(node.exc, function.module, function) if status is not None else None
            if status is None or cls is None or _is_in_try(node, function) or _is_caught_before(place, cls):
                continue
            if not _is_hidden(call, cls, hidden):
                step = Step(function.module.path, function.module.line(node), f"{function.qualname} raises {cls.name.rpartition('.')[2]}")
                return LostAnswer(call, f"`{function.node.name}`", status[0], (step,), is_sure=status[0] == 404)
    return None


def _is_in_try(node: n.Node, function: Function) -> bool:
    return any(isinstance(block[index], n.Try) for block, index in blocks_around(node.start, function.node.body))


def _keeps_http_errors(place: Place) -> bool:
    """Whether the `except` raises what it has caught again, or looks at which error it is."""
    name = place.handler.name
    for node in n.walk_scope(place.handler.body):
        if isinstance(node, n.Raise):
            if node.exc is None or (isinstance(node.exc, n.Name) and node.exc.id == name):
                return True
        elif isinstance(node, n.Call) and isinstance(node.func, n.Name) and node.func.id in ("isinstance", "getattr", "hasattr", "type"):
            if any(isinstance(given.value, n.Name) and given.value.id == name for given in node.args):
                return True
        elif isinstance(node, n.Attribute) and node.attr in _KEPT and isinstance(node.value, n.Name) and node.value.id == name:
            return True
        elif isinstance(node, n.Return) and node.value is not None and name is not None:
            value = node.value.value if isinstance(node.value, n.Await) else node.value
            if isinstance(value, n.Name) and value.id == name:
                return True
            # `return self.handle_exception(error)`: what is made of it is decided there.
            if isinstance(value, n.Call) and any(isinstance(given.value, n.Name) and given.value.id == name for given in value.args):
                return True
    return False


def _is_caught_before(place: Place, cls: Value) -> bool:
    """Whether an `except` before this one catches an error of a class, or may."""
    for handler in place.attempt.handlers:
        if handler is place.handler:
            return False
        for _, value in raises.caught_classes(handler.type, place.module, place.function):
            if value is None or value.name in _names(cls, place.module.project):
                return True
    return True


def _names(cls: Value, project: Project) -> frozenset[str]:
    found = raises.ancestors(cls, project) | {cls.name}
    return found | {project.registry.canonical(name) for name in HTTP_ERRORS if project.registry.canonical(name) in found}


def _inner_tries(place: Place) -> list[Place]:
    """The `except`s of tries inside the body."""
    return [
        Place(place.module, place.function, node, handler, None, "")
        for node in n.walk_scope(place.attempt.body)
        if isinstance(node, n.Try)
        for handler in node.handlers
    ]


def _is_hidden(node: n.Node, cls: Value, hidden: list[Place]) -> bool:
    for inner in hidden:
        body = inner.attempt.body
        if not body or not body[0].start <= node.start < body[-1].end:
            continue
        if inner.is_broad or any(value is None or value.name in _names(cls, inner.module.project) for _, value in inner.classes()):
            return True
    return False


def _stays_the_same(lost: LostAnswer, place: Place) -> bool:
    """Whether the client gets the status that was meant, or a server error was meant anyway."""
    after = aftermath(place)
    statuses = [*after.raised, *(answer.status for answer in after.answers)]
    if not statuses:
        return False
    if lost.status is not None and all(status == lost.status for status in statuses):
        return True
    if lost.status is not None and lost.status >= 500:
        return all(status is not None and status >= 500 for status in statuses)
    return all(status is None for status in statuses)
