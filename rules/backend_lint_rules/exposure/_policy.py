"""Exception flow: from where an exception is caught to where its text meets a client.

Labels are hung on caught exceptions, on the exception parameters of error handlers and on formatted tracebacks; the flow engine carries
them through strings, containers, helpers, results and the project's own exceptions. An event of kind `SHOWN` says where such a value enters
an answer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from backend_lint import frameworks
from backend_lint.findings.model import Step
from backend_lint.semantics import raises
from backend_lint.semantics.calls import Callee, bind, callee
from backend_lint.semantics.development import is_guarded, means_development
from backend_lint.semantics.flow import Engine, Frame, Policy, key_of
from backend_lint.semantics.labels import NONE, PARAMETER, Label, Labels
from backend_lint.semantics.models import drops
from backend_lint.semantics.project import Class, Function
from backend_lint.semantics.raises import BROAD
from backend_lint.source import nodes as n
from backend_lint_rules.exposure import _classes, _sinks, _values
from backend_lint_rules.exposure._classes import DOMAIN, LEAK, PICKED, PROJECT
from backend_lint_rules.exposure._origins import gives_text, holds_text

if TYPE_CHECKING:
    from backend_lint.semantics.project import Project
    from backend_lint.semantics.values import Value

TRACE = "traceback"
#: An exception handed to a helper whose parameter is annotated as one.
HANDED = "handed"

SHOWN = "shown"
RAISED = "raised"
YIELDED = "yielded"


class ExposurePolicy(Policy):
    """The one policy of the family; `engine` runs it."""

    name = "exposure"
    always_enter = True

    def __init__(self, project: Project) -> None:
        self.project = project
        self.memo = project.memo
        self.engine = Engine(self)
        self._labelled: int | None = None

    # --- sources

    def parameter(self, parameter: n.Parameter, frame: Frame) -> Labels:
        function = frame.function
        assert function is not None
        if _values.exception_parameter(function) is parameter:
            return self._handled(parameter, function)
        if parameter.annotation is not None and frameworks.handler_of(function) is None:
            classes = raises.caught_classes(parameter.annotation, function.module, function.parent)
            for _, value in classes:
                if value is not None and value.name in BROAD:
                    return frozenset({Label(HANDED, value.name, function.module, parameter)})
        return NONE

    def _handled(self, parameter: n.Parameter, function: Function) -> Labels:
        """What an error handler's exception parameter carries, by the classes it is registered for."""
        handler = frameworks.handler_of(function)
        names = handler.exceptions if handler is not None and handler.kind == "error" and handler.exceptions else ("Exception",)
        found = set()
        for name in names:
            cls = _values.project_class(self.project, name, function.module)
            if cls is not None:
                found.add(Label(PROJECT, cls.name, function.module, parameter))
                continue
            grade = _classes.grade_of_name(name, self.project)
            if grade is not None:
                shown = "any unhandled exception" if name.isdigit() else name
                found.add(Label(grade, shown, function.module, parameter))
        return frozenset(found)

    def caught(self, handler: n.ExceptHandler, frame: Frame) -> Labels:
        body = frame.failed.body if frame.failed is not None else []
        if handler.type is None:
            return NONE
        return self._of_classes(raises.caught_classes(handler.type, frame.module, frame.function), handler, body, frame)

    def _of_classes(self, classes: list[tuple[n.Expr, Value | None]], node: n.Node, body: list[n.Stmt], frame: Frame) -> Labels:
        found: set[Label] = set()
        evidence: _classes.Evidence | None = None
        for expr, value in classes:
            if value is None:
                if _classes.is_model_exception(expr):
                    found.add(Label(LEAK, frame.module.tree.source_of(expr), frame.module, node))
                continue
            name = value.name
            if name in BROAD:
                found.add(Label(LEAK, name, frame.module, node))
                continue
            if _classes.is_project_class(value):
                found |= self._wrapped(value, body, frame)
                continue
            if _classes.is_for_clients(name, self.project):
                continue
            if not _classes.is_builtin(name):
                found.add(Label(LEAK, name, frame.module, node))
                continue
            if not _classes.is_exception_name(name, self.project):
                continue
            if not body:
                found.add(Label(PICKED, name, frame.module, node))
                continue
            if evidence is None:
                evidence = _classes.Evidence(body, frame.module, frame.function)
            wrapped = self._texts(evidence.raised(name))
            found |= wrapped or {Label(evidence.grade(name), name, frame.module, node)}
        return frozenset(found)

    def _wrapped(self, cls: Value, body: list[n.Stmt], frame: Frame) -> set[Label]:
        """The library texts that a `try` body's project code has put into exceptions of a project class."""
        if not body:
            return set()
        names = frozenset({cls.name})
        return self._texts(
            [site for site in raises.raised_in(body, frame.module, frame.function) if raises.derives(site.cls, names, self.project)]
        )

    def _texts(self, sites: list[raises.RaiseSite]) -> set[Label]:
        found: set[Label] = set()
        for site in sites:
            if site.function is None or not holds_text(site.function):
                continue
            step = Step(site.module.path, site.module.line(site.node), f"raises {site.cls.name.rpartition('.')[2]} with that text")
            for event in self.engine.own_events(site.function):
                if event.kind == RAISED and event.node is site.node:
                    found |= {label.through(step) for label in event.labels if label.kind in (LEAK, TRACE)}
        return found

    # --- what passes on

    def enter(self, call: n.Call, target: Callee, frame: Frame) -> bool:
        if target.constructs is not None or target.function is None:
            return False
        if self._labelled == id(call):
            return True
        return gives_text(target.function)

    def result(self, call: n.Call, target: Callee, receiver: Labels, arguments: list[tuple[n.Arg, Labels]], frame: Frame) -> Labels:
        if _values.is_traceback(target):
            return NONE if is_guarded(call, frame.module) else frozenset({Label(TRACE, target.name or "traceback", frame.module, call)})
        if target.name == "sys.exc_info":
            return frozenset({Label(LEAK, "the current exception", frame.module, call)}) if frame.catching else NONE
        if _sinks.sink_of(target, frame.module, frame.function) is not None:
            return NONE
        return _values.passed_on(call, target, receiver, [(given, labels) for given, labels in arguments if not drops(call, target, given)])

    def attribute(self, expr: n.Attribute, labels: Labels, frame: Frame) -> Labels:
        if _values.is_exception(expr.value, frame):
            return labels if expr.attr in _values.TEXT_ATTRIBUTES else NONE
        return NONE if expr.attr in _values.NO_TEXT else labels

    def subscript(self, expr: n.Subscript, labels: Labels, frame: Frame) -> Labels:
        if isinstance(expr.index, n.Constant) and expr.index.kind == "str" and expr.index.value in _values.NO_TEXT:
            return NONE
        return labels

    def tested(self, test: n.Expr, truth: bool, frame: Frame) -> None:
        meaning = means_development(test, frame.module, frame.function)
        if meaning is not None and meaning == truth:
            for key, labels in frame.env.items():
                if labels:
                    frame.env[key] = NONE
            return
        if truth and isinstance(test, n.Call) and isinstance(test.func, n.Name) and test.func.id == "isinstance" and len(test.args) == 2:
            self._narrow(test, frame)
        elif (emptied := _values.emptied_by(test, truth)) is not None:
            for known in [key for key in frame.env if key == emptied or key.startswith((emptied + ".", emptied + "["))]:
                frame.env[known] = frozenset(label for label in frame.env[known] if label.kind == PARAMETER)
        elif _values.is_api_answer(test, truth, frame):
            parameter = _values.exception_parameter(frame.function) if frame.function is not None else None
            if parameter is not None:
                frame.env[parameter.name] = NONE

    def _narrow(self, test: n.Call, frame: Frame) -> None:
        """After `isinstance(e, X)` what `e` carries is what an X carries."""
        key = key_of(test.args[0].value)
        labels = frame.lookup(key) if key is not None else NONE
        if key is None or not any(label.kind in (LEAK, DOMAIN, PICKED, PROJECT, HANDED) for label in labels):
            return
        origin = next(label for label in labels if label.kind != PARAMETER)
        classes = raises.caught_classes(test.args[1].value, frame.module, frame.function)
        narrowed = self._of_classes(classes, origin.node or test, [], frame)
        if frame.function is not None and _values.exception_parameter(frame.function) is origin.node:
            # A handler that gets every error gets those that libraries raise.
            narrowed = frozenset(label.turned(LEAK) if label.kind == PICKED else label for label in narrowed)
        if any(label.kind == HANDED for label in labels):
            narrowed = frozenset(label.turned(HANDED) for label in narrowed if label.kind in (LEAK, PICKED))
        frame.env[key] = frozenset(label for label in labels if label.kind == PARAMETER and narrowed) | narrowed

    # --- where it ends

    def after_call(self, call: n.Call, target: Callee, receiver: Labels, arguments: list[tuple[n.Arg, Labels]], frame: Frame) -> None:
        labelled = [(given, labels) for given, labels in arguments if labels]
        file = _values.traceback_file(call, target)
        key = key_of(file) if file is not None else None
        if key is not None:
            frame.env[key] = frame.lookup(key) | {Label(TRACE, target.name or "", frame.module, call)}
        if labelled:
            self._given(call, target, labelled, frame)
        # Last of all: the functions looked into on the way have asked about calls of their own.
        self._labelled = id(call) if labelled or receiver else None

    def _given(self, call: n.Call, target: Callee, labelled: list[tuple[n.Arg, Labels]], frame: Frame) -> None:
        sink = _sinks.sink_of(target, frame.module, frame.function)
        if sink is not None:
            shown = {id(given) for given in _sinks.shown_arguments(call)}
            for given, labels in labelled:
                if id(given) in shown:
                    self._show(given.value, labels, sink, frame, _sinks.status_of_call(call))
        elif target.function is not None and (target.constructs is None or _is_shown_class(target, self.project)):
            self._through(call, target.function, labelled, frame)

    def _through(self, call: n.Call, function: Function, labelled: list[tuple[n.Arg, Labels]], frame: Frame) -> None:
        """A project function that shows what it is given: the value enters the answer at the call."""
        names = {id(given): name for name, given in bind(call, function).items()}
        extra = next((parameter.name for parameter in function.parameters if parameter.kind == "kwarg"), None)
        events = [event for event in self.engine.run(function).events if event.kind == SHOWN]
        if not events:
            return
        for given, labels in labelled:
            name = names.get(id(given)) or (extra if given.keyword is not None else None)
            for event in events:
                own = next((label for label in event.labels if label.kind == PARAMETER and label.detail == name), None)
                if own is None or own.module is not function.module:
                    continue
                handed = any(label.kind == HANDED and label.node is own.node for label in event.labels)
                step = Step(
                    event.module.path, event.module.line(event.node), f"{function.qualname} shows it in {event.detail.partition('|')[0]}"
                )
                status = _sinks.status_of_call(call) or _status_in(event.detail)
                found = frozenset(label.through(step) for label in labels)
                if handed:
                    found = frozenset(label.turned(HANDED, "") if label.kind == LEAK else label for label in found)
                self._show(given.value, found, f"`{function.node.name}`", frame, status)
                break

    def returned(self, statement: n.Return, labels: Labels, frame: Frame) -> None:
        if not labels or frame.function is None or statement.value is None:
            return
        shown = _sinks.answers(frame.function)
        if shown is not None and not (_sinks.refuses_exceptions(frame.function) and _values.is_exception(statement.value, frame)):
            self._show(statement.value, labels, shown, frame, None)

    def yielded(self, expr: n.Yield, labels: Labels, frame: Frame) -> None:
        if labels and expr.value is not None and not is_guarded(expr, frame.module):
            frame.emit(YIELDED, self._pinpoint(expr.value, labels, frame), labels, "a streamed response")

    def raised(self, statement: n.Raise, labels: Labels, frame: Frame) -> None:
        if not labels:
            return
        frame.emit(RAISED, statement, labels)
        if statement.exc is None or not any(label.kind in (LEAK, TRACE) for label in labels):
            return
        cls = raises.raised_class(statement.exc, frame.module, frame.function)
        if cls is None or not isinstance(cls.definition, Class) or not isinstance(statement.exc, n.Call):
            return
        step = self._shown_by(cls.definition)
        if step is None or self._is_caught(cls, frame):
            return
        found = frozenset(label.through(step) for label in labels if label.kind in (LEAK, TRACE))
        self._show(statement.exc, found, f"`{cls.definition.node.name}`", frame, None)

    def stored(self, target: n.Expr, labels: Labels, frame: Frame, statement: n.Node) -> None:
        if not labels or not isinstance(target, (n.Subscript, n.Attribute)):
            return
        sink = _values.stored_sink(target, frame)
        if sink is not None:
            value = getattr(statement, "value", None)
            self._show(value if value is not None else target, labels, sink, frame, None)

    # --- helpers

    def _show(self, expr: n.Expr, labels: Labels, sink: str, frame: Frame, status: int | None) -> None:
        if is_guarded(expr, frame.module):
            return
        node = self._pinpoint(expr, labels, frame)
        if status is None:
            status = _sinks.status_around(node, frame.function)
        frame.emit(SHOWN, node, labels, f"{sink}|{status or ''}")

    def _pinpoint(self, expr: n.Expr, labels: Labels, frame: Frame) -> n.Expr:
        """The innermost part of a container or constructor call that carries one of the labels: what a reviewer points at."""
        from backend_lint.semantics.walker import Walker

        walker = Walker(frame)
        wanted = frozenset(label for label in labels if label.kind != PARAMETER) or labels
        for _ in range(12):
            inner: list[n.Expr]
            if isinstance(expr, n.Dict):
                inner = list(expr.values)
            elif isinstance(expr, (n.List, n.Tuple, n.Set)):
                inner = list(expr.elts)
            elif isinstance(expr, n.Call) and not (isinstance(expr.func, n.Name) and expr.func.id in _values.FORMATTERS):
                target = callee(expr, frame.module, frame.function)
                inner = [given.value for given in expr.args if not drops(expr, target, given)]
            elif isinstance(expr, n.IfExp):
                inner = [expr.body, expr.orelse]
            elif isinstance(expr, n.Await):
                inner = [expr.value]
            else:
                return expr
            found = next((part for part in inner if not wanted.isdisjoint(walker.peek(part))), None)
            if found is None:
                return expr
            expr = found
        return expr

    def _is_caught(self, cls: Value, frame: Frame) -> bool:
        """Whether a `try` around the `raise` catches the class."""
        names = raises.ancestors(cls, self.project) | {cls.name}
        for statement in frame.tries:
            for handler in statement.handlers:
                for _, value in raises.caught_classes(handler.type, frame.module, frame.function):
                    if value is not None and (value.name in names or value.name in BROAD):
                        return True
        return False

    def _shown_by(self, cls: Class) -> Step | None:
        """The place where a registered error handler shows the text of a project exception; None when none does."""
        none: dict[str, Step] = {}
        known = self.memo.ask("shown exceptions", self._shown_classes, none)
        return next((known[ancestor.name] for ancestor in cls.mro if ancestor.name in known), None)

    def _shown_classes(self) -> dict[str, Step]:
        found: dict[str, Step] = {}
        for handler in frameworks.error_handlers(self.project):
            for event in self.engine.own_events(handler.function):
                for label in event.labels:
                    if event.kind == SHOWN and not event.trace and label.kind == PROJECT and label.module is handler.function.module:
                        step = Step(event.module.path, event.module.line(event.node), f"{handler.function.qualname} shows its text")
                        found.setdefault(label.detail, step)
        return found


def _is_shown_class(target: Callee, project: Project) -> bool:
    return _sinks.is_http_error(_sinks.class_names(target, project)) or "response" in target.effects or "aborts" in target.effects


def _status_in(detail: str) -> int | None:
    status = detail.partition("|")[2]
    return int(status) if status else None
