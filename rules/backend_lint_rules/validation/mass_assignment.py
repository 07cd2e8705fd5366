from __future__ import annotations

from backend_lint.frameworks.input_uses import uses_of
from backend_lint.rule import Context, Rule, Severity
from backend_lint.semantics.project import Function
from backend_lint_rules.validation._reporting import report_first


class MassAssignment(Rule):
    """A whole mapping that the client has sent is copied onto a row: `Model(**payload)`, `update(**payload)`, a `setattr` loop.

    ## What it does
    Follows raw bodies, forms and query strings, and reports where all they hold goes into a model's constructor, `create()`, `update()`,
    `insert_one()` or the like, or is set on an object name by name; also in a called function, and also when only the names, and not the
    values, were picked from what is allowed.

    ## Why is this bad
    The client decides which columns are written: `is_admin`, `owner_id`, `price`. What it sends beyond the columns raises a TypeError.

    ## Example
    ```python
    # Flask
    @bp.patch("/profiles/<int:profile_id>")
    def change_profile(profile_id):
        profile = db.get_or_404(Profile, profile_id)
        for name, value in request.get_json().items():
            setattr(profile, name, value)
        db.session.commit()
        return jsonify(profile.to_dict())
    ```
    ```python
    # Django
    def create_ticket(request):
        ticket = Ticket.objects.create(**json.loads(request.body))
        return JsonResponse({"id": ticket.pk}, status=201)
    ```
    ```python
    # FastAPI
    @router.patch("/accounts/{account_id}")
    def change_account(account_id: int, changes: dict, session: SessionDep):
        account = session.get_one(Account, account_id)
        for name, value in changes.items():
            setattr(account, name, value)
        session.commit()
    ```

    ## Use instead
    ```python
    # Flask with Pydantic
    @bp.patch("/profiles/<int:profile_id>")
    def change_profile(profile_id):
        changes = ProfileChange.model_validate(request.get_json())
        return jsonify(profiles.change(profile_id, changes).to_dict())
    ```
    ```python
    # Django
    def create_ticket(request):
        form = TicketForm(json.loads(request.body))
        if not form.is_valid():
            return JsonResponse({"errors": form.errors}, status=400)
        return JsonResponse({"id": form.save().pk}, status=201)
    ```
    ```python
    # FastAPI
    @router.patch("/accounts/{account_id}")
    def change_account(account_id: int, changes: AccountChange, session: SessionDep):
        account = session.get_one(Account, account_id)
        for name, value in changes.model_dump(exclude_unset=True).items():
            setattr(account, name, value)
        session.commit()
    ```

    ## When not flagged
    What a schema, form or serializer has validated may be copied, and so may a mapping that the handler itself has put together from fields
    that it names.

    ## When to suppress
    For a store of documents that belong to the client and have no form of their own.
    """

    code = "BL205"
    name = "mass-assignment"
    family = "validation"
    severity = Severity.ERROR

    def check_function(self, function: Function, context: Context) -> None:
        uses = [use for use in uses_of(function) if use.kind == "mass"]
        report_first(context, function, uses, advice="validate it with a schema that names each field, and copy what that gives")
