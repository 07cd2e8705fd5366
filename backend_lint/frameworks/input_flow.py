"""The flow of request data through handlers and what they call, from where it is read to where it is checked or used.

Events, by kind: "index" (a key taken for granted), "deref" (a method of what may be None), "convert" (a conversion whose failure nobody
catches), "store" (into a row), "mass" (a whole mapping into a row), "outbound" (to another service), "passed" (to a project function that
does not look at it), "filter" (chooses rows), "sql", "path", "command", "code" and "url" (into what runs, is opened, unpickled
or fetched).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from backend_lint.frameworks.expressions import last_name
from backend_lint.frameworks.input_checks import CHECKING_NAME, CLEANING_NAME, TAKING, element_key, is_predicate, proof_of, rejects
from backend_lint.frameworks.input_guards import catches, is_answered_elsewhere, is_declared_validator
from backend_lint.frameworks.input_labels import (
    FAILURES,
    INJECTIONS,
    MODEL,
    PRESENT,
    RAW,
    TEXT,
    elements,
    is_file,
    is_hard,
    known_to_be_there,
    optional,
    texts,
    unchecked,
)
from backend_lint.frameworks.input_sinks import is_selecting, leads, record_sinks
from backend_lint.frameworks.input_sources import InputSources
from backend_lint.frameworks.request_data import PAYLOAD, datum_of
from backend_lint.semantics import effects
from backend_lint.semantics.calls import bind, callee
from backend_lint.semantics.labels import NONE, PARAMETER
from backend_lint.semantics.persistence import is_model
from backend_lint.source import nodes as n

if TYPE_CHECKING:
    from backend_lint.semantics.calls import Callee
    from backend_lint.semantics.flow import Frame
    from backend_lint.semantics.labels import Event, Labels
    from backend_lint.semantics.project import Function

_NO_ROWS = frozenset({
    "session", "g", "request", "response", "resp", "form", "app", "current_app", "settings", "config", "ctx", "context", "logger", "log",
    "res", "cls", "self", "redis", "cache",
})  # fmt: skip


class InputPolicy(InputSources):
    """What to watch for request data; see the module."""

    name = "input"

    # --- what is done with them

    def after_call(self, call: n.Call, target: Callee, receiver: Labels, arguments: list[tuple[n.Arg, Labels]], frame: Frame) -> None:
        if receiver and isinstance(call.func, n.Attribute):
            self._called_on(call, call.func, target, receiver, frame)
        if not target.effects.isdisjoint(("not-found-404", "raises-not-found")):
            # Whoever goes on from here has found a row by these keys.
            record_sinks(call, target, arguments, frame, self.carries)
            self._settle_arguments(call, frame)
            return
        if not any(labels for _, labels in arguments):
            return
        if self._settles(call, target, arguments, frame):
            return
        record_sinks(call, target, arguments, frame, self.carries)
        if isinstance(call.func, n.Attribute) and call.func.attr in ("append", "add", "insert") and frame.function is not None:
            if _is_kept(call.func.value, frame.function):
                frame.emit("store", call, unchecked(arguments[-1][1]), last_name(call.func.value))
        if target.function is not None and target.constructs is None:
            self._handed_on(call, target, arguments, frame)
        if "converts" in target.effects and target.function is None and arguments:
            failing = self.emit_failing("convert", call, arguments[0][1], frame, last_name(call.func))
            # What follows has a value that converts, but a function that lets the failure out has not looked at its argument.
            self.settle(arguments[0][0].value, frozenset() if failing else arguments[0][1], frame)

    def enter(self, call: n.Call, target: Callee, frame: Frame) -> bool:
        # What a function gives that is there to make its argument harmless is harmless.
        return target.function is None or not CLEANING_NAME.search(target.function.node.name)

    def _called_on(self, call: n.Call, func: n.Attribute, target: Callee, receiver: Labels, frame: Frame) -> None:
        missing = optional(receiver)
        if missing and func.attr not in TAKING and _is_straight(func.value, missing, frame):
            self.emit_failing("deref", call, missing, frame, func.attr)
        if "path-sink-receiver" in target.effects or (
            func.attr in ("open", "read_text", "read_bytes", "write_text", "write_bytes", "unlink") and target.value is None
        ):
            frame.emit("path", call, texts(receiver), last_name(func))

    def _settles(self, call: n.Call, target: Callee, arguments: list[tuple[n.Arg, Labels]], frame: Frame) -> bool:
        """Drop the labels of what a call has looked into. True when there is nothing more to say of the call."""
        name = last_name(call.func)
        known = target.effects
        validates = not known.isdisjoint(("validates", "verifies", "escapes")) or (
            target.function is None
            and (name in ("match", "fullmatch", "search") or (name in ("load", "validate") and "schema" in _text(call.func)))
        )
        if "validates" not in known and target.constructs is not None and is_model(target.constructs):
            return False
        named = CHECKING_NAME.search(name) is not None and target.constructs is None and name not in ("parse_args",)
        if (target.function is not None and named and not effects.of_function(target.function).all.keys() & {"writes", "commits"}) or (
            target.value is None and named and not name.startswith("parse")
        ):
            validates = True
        by_schema = "validates" in known or is_declared_validator(target.name, frame.module.project)
        if not validates and not by_schema:
            return False
        for given, labels in arguments:
            if labels:
                self.settle(given.value, labels, frame)
                if by_schema:
                    self._note_validated(labels, frame)
        return target.function is None

    def _note_validated(self, labels: Labels, frame: Frame) -> None:
        """These parameters of the function, or what was made of them, went through a schema."""
        if frame.function is not None:
            for label in labels:
                if isinstance(label.node, n.Parameter) and label.module is frame.module:
                    self.validated.add((id(frame.function), label.node.name))

    def settle(self, expr: n.Expr, labels: Labels, frame: Frame) -> None:
        """An expression has been checked: it, and the element it was assigned from, carry nothing from here on."""
        self.note_examined(labels, frame)
        key = element_key(expr)
        if key is not None:
            frame.clear(key)
        for label in labels:
            if label.module is not frame.module or label.node is None:
                continue
            if isinstance(label.node, n.Parameter):
                if key == label.node.name and frame.function is not None:
                    self.validated.add((id(frame.function), key))
            elif isinstance(label.node, (n.Subscript, n.Call)) and isinstance(expr, n.Name):
                origin = element_key(label.node)
                if origin is not None:
                    frame.clear(origin)

    def carries(self, expr: n.Expr, frame: Frame) -> bool:
        """Whether a name, path or read of request data in an expression carries anything."""
        for node in n.walk(expr):
            if isinstance(node, (n.Name, n.Attribute, n.Subscript, n.Call)):
                key = element_key(node)
                own = frame.function.self_name if frame.function is not None else None
                held = frame.lookup(key) if key is not None else NONE
                if any(label.kind != PARAMETER or label.detail != own for label in held) or self.source(node, frame):
                    return True
        return False

    def _handed_on(self, call: n.Call, target: Callee, arguments: list[tuple[n.Arg, Labels]], frame: Frame) -> None:
        """Request data goes to a project function: note whether that looks at it, and tell when it plainly takes it as it is."""
        function = target.function
        assert function is not None
        summary = frame.engine.run(function)
        labels_of = {id(given): labels for given, labels in arguments}
        for name, given in bind(call, function).items():
            labels = labels_of.get(id(given), NONE)
            if not labels:
                continue
            if (id(function), name) in self.examined or any(key.partition("[")[0].partition(".")[0] == name for key in summary.checked):
                self.note_examined(labels, frame)
                if (id(function), name) in self.validated:
                    self.settle(given.value, labels, frame)
                    self._note_validated(labels, frame)
                continue
            used = [event for event in summary.events if any(label.kind == PARAMETER and label.detail == name for label in event.labels)]
            if not used and not is_predicate(call, frame):
                raw = frozenset(label for label in elements(labels) if label.kind == RAW and datum_of(label.detail).source in PAYLOAD)
                frame.emit("passed", given, raw, function.node.name)

    def stored(self, target: n.Expr, labels: Labels, frame: Frame, statement: n.Node) -> None:
        found = unchecked(labels)
        if not found or frame.function is None:
            return
        if isinstance(target, n.Subscript):
            if _is_kept(target.value, frame.function):
                frame.emit("store", statement, found, last_name(target.value))
            return
        if not isinstance(target, n.Attribute):
            return
        owner = frame.module.project.inference.value(target.value, frame.module, frame.function)
        root = target.value
        while isinstance(root, (n.Attribute, n.Subscript)):
            root = root.value
        if owner is not None:
            if is_model(owner):
                frame.emit("store", statement, found, target.attr)
            return
        if not isinstance(root, n.Name) or root.id in _NO_ROWS or root.id == frame.function.self_name:
            return
        if not effects.of_function(frame.function).all.keys().isdisjoint(("writes", "commits")) or _is_saved(root.id, frame.function):
            frame.emit("store", statement, found, target.attr)

    # --- what is known

    def tested(self, test: n.Expr, truth: bool, frame: Frame) -> None:
        proof = proof_of(test, truth, frame)
        condition = frame.condition
        for holder, key in proof.keys:
            self._there(
                n.Subscript(holder.start, holder.end, holder, n.Constant(0, 0, "str", key)), holder, rejects(condition, truth, frame), frame
            )
        for expr in proof.given:
            self._there(expr, None, rejects(condition, truth, frame), frame)
        for expr in proof.checked:
            labels = self._labels_of(expr, frame)
            if not labels:
                continue
            if any(label.kind in (RAW, PRESENT) and datum_of(label.detail).is_whole for label in labels):
                continue
            self.settle(expr, labels, frame)

    def _labels_of(self, expr: n.Expr, frame: Frame) -> Labels:
        """What a name, path or element carries, without recording anything."""
        key = element_key(expr)
        if key is None:
            return NONE
        if key in frame.env:
            return frame.env[key]
        if isinstance(expr, (n.Subscript, n.Call)):
            holder = expr.value if isinstance(expr, n.Subscript) else expr.func.value if isinstance(expr.func, n.Attribute) else None
            if holder is None:
                return NONE
            labels = self._labels_of(holder, frame) | self.source(holder, frame)
            name = expr.index if isinstance(expr, n.Subscript) else expr.args[0].value
            if isinstance(name, n.Constant):
                return self.taken_from(expr, holder, labels, name.value, frame, is_optional=False)
            return labels
        return frame.lookup(key) or self.source(expr, frame)

    def _there(self, expr: n.Expr, holder: n.Expr | None, is_required: bool, frame: Frame) -> None:
        """A value is known to be there; `is_required` when its absence was answered."""
        key = element_key(expr)
        labels = self._labels_of(expr, frame)
        if is_required and isinstance(expr, n.Name) and not labels:
            self._settle_lookup(expr, frame)
        if key is None or not labels:
            return
        if holder is None and any(label.kind in (RAW, PRESENT) and datum_of(label.detail).is_whole for label in labels):
            return
        if is_required and frame.function is not None:
            self.note_examined(labels, frame)
            self.required.update((id(frame.function), label.detail) for label in labels if label.kind == PARAMETER)
        known = frame.env[key] = known_to_be_there(labels, is_required=is_required)
        if isinstance(expr, n.Name):
            for label in labels:
                if label.module is frame.module and isinstance(label.node, (n.Subscript, n.Call)):
                    origin = element_key(label.node)
                    if origin is not None and origin not in frame.env:
                        frame.env[origin] = known

    def truthy(self, labels: Labels) -> Labels:
        return known_to_be_there(labels, is_required=False)

    def _settle_lookup(self, found: n.Name, frame: Frame) -> None:
        """A row was found by keys that the client has sent, and what finds none was answered: those keys are good."""
        assert frame.function is not None
        before = [b for b in frame.function.names.bindings.get(found.id, ()) if b.start <= found.start]
        value = before[-1].value if before and before[-1].kind == "assign" else None
        if value is None:
            return
        calls = [node for node in n.walk(value) if isinstance(node, n.Call)]
        if any(last_name(call.func) == "next" or is_selecting(call, callee(call, frame.module, frame.function), frame) for call in calls):
            for call in calls:
                self._settle_arguments(call, frame)

    def _settle_arguments(self, call: n.Call, frame: Frame) -> None:
        """The values in the arguments of a chain of calls (`Query.filter(...).first_or_404()`) have been looked up."""
        given = list(call.args)
        inner = call.func.value if isinstance(call.func, n.Attribute) else None
        while isinstance(inner, n.Call) and element_key(inner) is None:
            given.extend(inner.args)
            inner = inner.func.value if isinstance(inner.func, n.Attribute) else None
        for argument in given:
            for node in n.walk(argument.value):
                if isinstance(node, (n.Name, n.Subscript, n.Call)) and (labels := self._labels_of(node, frame)):
                    if not any(label.kind in (RAW, PRESENT) and datum_of(label.detail).is_whole for label in labels):
                        self.settle(node, labels, frame)

    # --- across functions

    def crossing(self, event: Event, labels: Labels, call: n.Call, target: Callee, frame: Frame) -> Labels:
        if event.kind in INJECTIONS:
            if event.kind == "url" and not self._leads_on(event, call, target, frame):
                return NONE
            return self._injected(event, labels)
        found = frozenset(label for label in labels if label.kind in (RAW, PRESENT, PARAMETER))
        if not found:
            return NONE
        names = FAILURES.get(event.kind)
        if names is not None:
            if len(event.trace) > 1 or any(catches(node.handlers, names, frame.module, frame.function) for node in frame.tries):
                return NONE
            if frame.function is not None and is_answered_elsewhere(frame.function, names):
                return NONE
        if event.kind == "index":
            found = frozenset(
                label for label in found if label.kind == PARAMETER or (is_hard(label) and datum_of(label.detail).key in ("", "*"))
            )
        if event.kind == "store" and target.function is not None and "cache" in target.function.node.name.lower():
            return NONE
        called = {(id(target.function), label.detail) for label in event.labels if label.kind == PARAMETER}
        if not called.isdisjoint(self.examined) and event.kind != "mass":
            # It was handed to a function that looks into it.
            return frozenset(label for label in found if label.kind == PARAMETER)
        if called and called <= self.required:
            found = frozenset(label.turned(PRESENT) if label.kind == RAW else label for label in found)
        if event.kind == "mass":
            found = frozenset(label for label in found if label.kind == PARAMETER or datum_of(label.detail).key in ("", "*"))
        if event.detail in ("write", "writelines"):
            found = frozenset(label for label in found if not is_file(label))
        return found

    def _leads_on(self, event: Event, call: n.Call, target: Callee, frame: Frame) -> bool:
        """Whether what is given for an address that a called function fetches may name the host."""
        if target.function is None:
            return True
        bound = bind(call, target.function)
        names = {label.detail for label in event.labels if label.kind == PARAMETER}
        given = [bound[name].value for name in names if name in bound]
        return not given or any(leads(value, frame, self.carries) for value in given)

    @staticmethod
    def _injected(event: Event, labels: Labels) -> Labels:
        """What a schema made is text where a called function takes a part of it; an uploaded file only where its name is asked for."""
        names_file = (
            event.function is not None and event.module.tree.text.find(".filename", event.function.node.start, event.function.node.end) >= 0
        )
        found = set()
        for label in labels:
            if label.kind == MODEL or is_file(label):
                of_file = datum_of(label.detail).source == "file"
                if event.kind == "code" or not of_file or names_file:
                    found.add(label.turned(TEXT))
            else:
                found.add(label)
        return frozenset(found)


def _is_straight(expr: n.Expr, labels: Labels, frame: Frame) -> bool:
    """Whether an expression is what was taken out of the request, or a name assigned that, and not something that holds it."""
    origins = [label.node for label in labels]
    if isinstance(expr, n.Name) and frame.function is not None:
        before = [b for b in frame.function.names.bindings.get(expr.id, ()) if b.start <= expr.start]
        return bool(before) and any(before[-1].value is node for node in origins)
    return any(expr is node for node in origins)


def _is_kept(expr: n.Expr, function: Function) -> bool:
    """Whether a name is that of a module's own dict or list, which outlives the request."""
    if not isinstance(expr, n.Name) or expr.id in function.names.bindings:
        return False
    bindings = function.module.names.bindings.get(expr.id, ())
    return any(binding.kind in ("assign", "annotation") and isinstance(binding.value, (n.Dict, n.List)) for binding in bindings)


def _is_saved(name: str, function: Function) -> bool:
    """Whether `name.save()` is called in the function."""
    return any(
        isinstance(call.func, n.Attribute) and call.func.attr in ("save", "asave") and last_name(call.func.value) == name
        for call, _ in effects.calls_in(function)
    )


def _text(expr: n.Expr) -> str:
    names = []
    while isinstance(expr, (n.Attribute, n.Call)):
        if isinstance(expr, n.Attribute):
            names.append(expr.attr)
            expr = expr.value
        else:
            expr = expr.func
    names.append(last_name(expr))
    return ".".join(names).lower()
