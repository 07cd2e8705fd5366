from __future__ import annotations

from typing import TYPE_CHECKING

from backend_lint.fixes.expressions import argument, together
from backend_lint.rule import Context, Rule, Severity
from backend_lint.semantics.labels import PARAMETER
from backend_lint.semantics.project import Class, Function
from backend_lint.source import nodes as n
from backend_lint_rules.validation._pending import IGNORED, LOADED, WTFORM, engine_of

if TYPE_CHECKING:
    from backend_lint.fixes.proposal import Proposal
    from backend_lint.semantics.labels import Event, Label
    from backend_lint.semantics.values import Value

_ROLES = frozenset({"application", "settings", "command"})
_MARKS = ("validated_data", "cleaned_data", ".save(", ".data", "populate_obj", "is_valid", "Form(", "Serializer(", "get_serializer(")
_WORDS = {"saved": "`{word}()` is called", "read": "`{word}` is read", "stored": "its `data` is stored"}


class UncheckedValidator(Rule):
    """A form or serializer is used before it was asked whether its input is valid, or although nobody looks at the answer.

    ## What it does
    Follows bound forms and serializers (Django, Django REST framework, WTForms) and reports `save()`, `validated_data`, `cleaned_data`,
    `populate_obj()` and field data that is stored on a path without `is_valid()`, `validate()` or `validate_on_submit()` before it, or
    after an `is_valid()` whose result nobody looks at. Marshmallow 2's load result counts likewise when its `errors` are not looked at.

    ## Why is this bad
    Without the question Django REST framework raises an AssertionError and a Django form has no `cleaned_data`: the client's mistake
    becomes an error 500. WTForms hands out whatever was sent.

    ## Example
    ```python
    # Django REST framework
    class CommentList(APIView):
        def post(self, request):
            serializer = CommentSerializer(data=request.data)
            serializer.is_valid()
            serializer.save(author=request.user)
            return Response(serializer.data, status=201)
    ```
    ```python
    # Flask with WTForms
    @bp.route("/profile", methods=["GET", "POST"])
    def profile():
        form = ProfileForm()
        if request.method == "POST":
            form.populate_obj(current_user)
            db.session.commit()
        return render_template("profile.html", form=form)
    ```

    ## Use instead
    ```python
    # Django REST framework
    class CommentList(APIView):
        def post(self, request):
            serializer = CommentSerializer(data=request.data)
            serializer.is_valid(raise_exception=True)
            serializer.save(author=request.user)
            return Response(serializer.data, status=201)
    ```
    ```python
    # Flask with WTForms
    @bp.route("/profile", methods=["GET", "POST"])
    def profile():
        form = ProfileForm()
        if form.validate_on_submit():
            form.populate_obj(current_user)
            db.session.commit()
        return render_template("profile.html", form=form)
    ```

    ## When not flagged
    `is_valid(raise_exception=True)`, `if form.is_valid():` and a `return` where it is not; generic views and hooks that the framework calls
    after validation (`perform_create`, `form_valid`); serializers that only render.

    ## Fix safety
    The `is_valid()` of a serializer of Django REST framework whose result nobody looks at becomes `is_valid(raise_exception=True)`, which
    is safe: what the serializer accepts is handled as before. Forms, and code that does not ask at all, are left to you.

    ## When to suppress
    When the class validates in its constructor.
    """

    code = "BL204"
    name = "unchecked-validator"
    family = "validation"
    severity = Severity.ERROR
    fixable = True

    def check_function(self, function: Function, context: Context) -> None:
        text = function.module.tree.text
        node = function.node
        if function.module.role not in _ROLES or not any(text.find(mark, node.start, node.end) >= 0 for mark in _MARKS):
            return
        for event in engine_of(function.project).run(function).events:
            label = next((label for label in event.labels if label.kind != PARAMETER and _is_own(label, function)), None)
            if label is None:
                continue
            own = event.function is function
            place = event.node if own or label.node is None else label.node
            context.report(
                place,
                _message(event, label),
                help=_advice(label),
                trace=() if own else event.trace,
                function=function,
                fix=_fix(label, function),
            )
            return


def _fix(label: Label, function: Function) -> Proposal | None:
    """`raise_exception=True` for the one question whose answer is dropped, where a serializer is asked."""
    if label.kind != IGNORED:
        return None
    asked = [
        node.value
        for node in function.nodes_of(n.ExprStmt)
        if isinstance(node.value, n.Call) and isinstance(node.value.func, n.Attribute) and node.value.func.attr == "is_valid"
    ]
    if len(asked) != 1 or asked[0].args:
        return None
    func = asked[0].func
    assert isinstance(func, n.Attribute)
    value = function.project.inference.value(func.value, function.module, function)
    if value is None or not _is_serializer(value, function):
        return None
    return together("call `is_valid(raise_exception=True)`", "safe", argument(asked[0], "raise_exception", "True"))


def _is_serializer(value: Value, function: Function) -> bool:
    names = value.definition.external_ancestors if isinstance(value.definition, Class) else function.project.registry.ancestors(value.name)
    return any(name.startswith("rest_framework.serializers.") for name in names)


def _is_own(label: Label, function: Function) -> bool:
    return label.module is function.module and label.node is not None and function.node.start <= label.node.start < function.node.end


def _message(event: Event, label: Label) -> str:
    what = "load result" if label.detail == LOADED else "form" if label.detail == WTFORM else label.detail
    used = _WORDS[event.kind].format(word=event.detail)
    if label.detail == LOADED:
        return f"{used} from a load result whose `errors` nobody has looked at"
    if label.kind == IGNORED:
        return f"{used} on a {what} although nobody looks at what its check has found"
    return f"{used} on a {what} that has not been asked whether its input is valid"


def _advice(label: Label) -> str:
    if label.detail == LOADED:
        return "look at `errors` first, or make the schema strict"
    if label.detail == WTFORM:
        return "do it under `if form.validate_on_submit():`"
    return "call `is_valid(raise_exception=True)`, or do it under `if ....is_valid():`"
