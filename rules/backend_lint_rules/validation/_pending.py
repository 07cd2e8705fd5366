"""The flow of forms, serializers and load results that nobody has asked yet whether their input is valid."""

from __future__ import annotations

from typing import TYPE_CHECKING

from backend_lint.frameworks.expressions import argument, last_name
from backend_lint.frameworks.input_sinks import is_storing
from backend_lint.semantics.flow import Engine, Policy, key_of
from backend_lint.semantics.labels import NONE, PARAMETER, Label
from backend_lint.semantics.persistence import is_model
from backend_lint.semantics.project import Class
from backend_lint.source import nodes as n

if TYPE_CHECKING:
    from backend_lint.semantics.calls import Callee
    from backend_lint.semantics.flow import Frame
    from backend_lint.semantics.labels import Labels
    from backend_lint.semantics.project import Project

#: Label kinds: nobody has asked, or somebody has and not looked at the answer.
UNASKED, IGNORED = "unasked", "ignored"

SERIALIZER, FORM, WTFORM, LOADED = "serializer", "form", "wtform", "loaded"
_BASES = (
    ("rest_framework.serializers.BaseSerializer", SERIALIZER),
    ("django.forms.Form", FORM),
    ("django.forms.BaseForm", FORM),
    ("django.forms.ModelForm", FORM),
    ("wtforms.Form", WTFORM),
)
_ASKING = frozenset({"is_valid", "validate", "validate_on_submit", "full_clean", "ais_valid", "run_validation"})
_RESULTS = {
    SERIALIZER: frozenset({"validated_data"}),
    FORM: frozenset({"cleaned_data"}),
    WTFORM: frozenset[str](),
    LOADED: frozenset({"data"}),
}
_WRITES = {SERIALIZER: frozenset({"save"}), FORM: frozenset({"save"}), WTFORM: frozenset({"populate_obj"}), LOADED: frozenset[str]()}


class PendingPolicy(Policy):
    """Labels: a bound form, serializer or load result, by what it is (`detail`). Events: "saved", "read" and "stored", by the word used."""

    name = "pending validators"

    def source(self, expr: n.Expr, frame: Frame) -> Labels:
        if not isinstance(expr, n.Call):
            return NONE
        found = _made(expr, frame)
        return frozenset({Label(UNASKED, found, frame.module, expr)}) if found else NONE

    def attribute(self, expr: n.Attribute, labels: Labels, frame: Frame) -> Labels:
        if expr.attr in ("errors", "is_bound", "non_field_errors"):
            self._looked_at(expr.value, frame)
            return NONE
        for label in labels:
            if expr.attr in _RESULTS.get(label.detail, ()):
                frame.emit("read", expr, frozenset({label}), expr.attr)
        if expr.attr in ("validated_data", "cleaned_data"):
            given = frozenset(label for label in labels if label.kind == PARAMETER)
            frame.emit("read", expr, given, expr.attr)
            return NONE
        return frozenset(label for label in labels if label.kind == PARAMETER or label.detail == WTFORM or expr.attr == "data")

    def subscript(self, expr: n.Subscript, labels: Labels, frame: Frame) -> Labels:
        return frozenset(label for label in labels if label.kind != PARAMETER)

    def result(self, call: n.Call, target: Callee, receiver: Labels, arguments: list[tuple[n.Arg, Labels]], frame: Frame) -> Labels:
        return NONE

    def after_call(self, call: n.Call, target: Callee, receiver: Labels, arguments: list[tuple[n.Arg, Labels]], frame: Frame) -> None:
        if isinstance(call.func, n.Attribute) and receiver:
            if call.func.attr in _ASKING:
                self._asked(call, call.func, receiver, frame)
            else:
                written = frozenset(
                    label for label in receiver if label.kind == PARAMETER or call.func.attr in _WRITES.get(label.detail, ())
                )
                if call.func.attr in ("save", "populate_obj") and not _is_part_of(call.func.value):
                    frame.emit("saved", call, written, call.func.attr)
        if any(labels for _, labels in arguments) and is_storing(call, target):
            for given, labels in arguments:
                frame.emit("stored", given, labels, last_name(call.func))

    def stored(self, target: n.Expr, labels: Labels, frame: Frame, statement: n.Node) -> None:
        if not isinstance(target, n.Attribute) or not labels:
            return
        owner = frame.module.project.inference.value(target.value, frame.module, frame.function)
        if is_model(owner):
            frame.emit("stored", statement, labels, target.attr)

    def _asked(self, call: n.Call, func: n.Attribute, receiver: Labels, frame: Frame) -> None:
        wanted = argument(call, 0, "raise_exception")
        raises = wanted is not None and not (isinstance(wanted, n.Constant) and wanted.value == "False")
        key = key_of(func.value)
        if key is None:
            return
        statement = frame.statement
        if raises or func.attr in ("full_clean", "run_validation"):
            frame.clear(key)
        elif isinstance(statement, n.ExprStmt) and _bare(statement.value) is call:
            frame.env[key] = frozenset(label.turned(IGNORED) for label in receiver if label.kind != PARAMETER)
        elif not (isinstance(statement, (n.If, n.While)) and _holds(statement.test, call)):
            frame.clear(key)

    def tested(self, test: n.Expr, truth: bool, frame: Frame) -> None:
        if not truth:
            return
        for node in n.walk(test):
            if isinstance(node, n.Call) and isinstance(node.func, n.Attribute) and node.func.attr in _ASKING:
                self._looked_at(node.func.value, frame)

    @staticmethod
    def _looked_at(expr: n.Expr, frame: Frame) -> None:
        key = key_of(expr)
        if key is not None and frame.lookup(key):
            frame.clear(key)


def _made(call: n.Call, frame: Frame) -> str | None:
    """What a call makes when it binds input: a serializer, form, WTForms form, or marshmallow's load result."""
    value = frame.module.project.inference.value(call.func, frame.module, frame.function)
    if value is None:
        bound = last_name(call.func) == "get_serializer" and argument(call, None, "data") is not None
        return SERIALIZER if bound else None
    if value.kind == "method":
        if value.name == "marshmallow.Schema.load":
            return LOADED
        if value.name.endswith("GenericAPIView.get_serializer"):
            return SERIALIZER if argument(call, None, "data") is not None else None
        return None
    if value.kind != "class":
        return None
    names = (
        value.definition.external_ancestors
        if isinstance(value.definition, Class)
        else frozenset(frame.module.project.registry.ancestors(value.name))
    )
    for base, made in _BASES:
        if base in names:
            if made == WTFORM:
                return made
            first = call.args[0] if call.args else None
            positional = first is not None and first.keyword is None and not first.star
            is_bound = argument(call, None, "data") is not None or (made == FORM and positional)
            return made if is_bound else None
    return None


def _bare(expr: n.Expr) -> n.Expr:
    return expr.value if isinstance(expr, n.Await) else expr


def _holds(expr: n.Expr, call: n.Call) -> bool:
    return any(node is call for node in n.walk(expr))


def _is_part_of(expr: n.Expr) -> bool:
    """Whether the receiver is something that the form or serializer holds (`form.instance`, `form.photo.data`)."""
    return isinstance(expr, n.Attribute) and not (isinstance(expr.value, n.Name) and expr.value.id == "self")


def engine_of(project: Project) -> Engine:
    """The project's one engine for this question."""
    return project.remember("pending validators engine", lambda: Engine(PendingPolicy()))
