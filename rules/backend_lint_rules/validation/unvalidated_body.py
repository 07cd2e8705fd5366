from __future__ import annotations

from backend_lint.frameworks.input_uses import uses_of
from backend_lint.frameworks.request_data import PAYLOAD
from backend_lint.rule import Context, Rule, Severity
from backend_lint.semantics.project import Function
from backend_lint_rules.validation._reporting import PLAIN, is_typed, report_first


class UnvalidatedBody(Rule):
    """The body, form or files of a request are used with no schema and no check.

    ## What it does
    Follows what `request.get_json()`, `request.form`, `request.POST`, `request.data`, `json.loads(request.body)` and their like give,
    through variables and called functions, and reports the first use of it that nobody has checked: a key taken for granted, a value
    stored, sent on, or converted where nothing catches the failure. The finding names the keys.

    A test for presence alone makes the finding a note, as does a value that only chooses rows.

    ## Why is this bad
    A missing key is an error 500 where the client should read what is wrong. A value of another type, or ten megabytes of it, ends up in
    the database, and all that reads it later has to cope.

    ## Example
    ```python
    # Flask
    @bp.post("/members")
    def add_member():
        payload = request.get_json()
        member = Member(name=payload["name"], email=payload.get("email"))
        db.session.add(member)
        db.session.commit()
        return jsonify(member.to_dict()), 201
    ```
    ```python
    # Django REST framework
    @api_view(["PATCH"])
    def rename_team(request, pk):
        team = get_object_or_404(Team, pk=pk)
        team.name = request.data.get("name", team.name)
        team.save()
        return Response(TeamSerializer(team).data)
    ```

    ## Use instead
    ```python
    # Flask with marshmallow
    @bp.post("/members")
    def add_member():
        payload = MemberSchema().load(request.get_json())
        return jsonify(members.add(payload).to_dict()), 201
    ```
    ```python
    # Django REST framework
    @api_view(["PATCH"])
    def rename_team(request, pk):
        serializer = TeamSerializer(get_object_or_404(Team, pk=pk), data=request.data, partial=True)
        serializer.is_valid(raise_exception=True)
        serializer.save()
        return Response(serializer.data)
    ```

    ## When not flagged
    A schema, form or serializer that has validated the data, a comparison with what is allowed, a type check, a matched pattern, a
    conversion inside `try`, a decorator, router or function that validates, and a verified signature are checks.

    ## When to suppress
    When something outside the code checks the body before it arrives, such as a gateway that holds the schema.
    """

    code = "BL201"
    name = "unvalidated-body"
    family = "validation"
    severity = Severity.ERROR

    def check_function(self, function: Function, context: Context) -> None:
        uses = [
            use
            for use in uses_of(function)
            if use.kind in PLAIN and any(datum.source in PAYLOAD and not is_typed(function, datum) for datum in use.data)
        ]
        report_first(context, function, uses, advice="load it through a schema, form or serializer, and use what that gives")
