"""BL402: one unit of work that is committed in several parts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from backend_lint.rule import Cause, Context, Rule, Severity
from backend_lint_rules.transactions._halves import call_text, subjects, trace
from backend_lint_rules.transactions._judging import judged

if TYPE_CHECKING:
    from backend_lint.semantics.project import Function
    from backend_lint.semantics.units import Pair


class SplitCommit(Rule):
    """Several commits in one unit of work, or a commit inside the loop over its items.

    ## What it does
    Reports the second commit on one path of a function, a call that commits (a model's `save()` mixin, a repository's method, another
    service) followed or preceded by another commit, and a commit in a loop over the items of one operation. It is reported in the lowest
    function that holds both, with the way to each commit.

    A second commit of the same row, an audit entry or a notification after the commit, a commit before another service is called, and
    commands and jobs are notes.

    ## Why is this bad
    A failure between two commits leaves the first half for good, and no rollback mends it: an account without a wallet, an order that took
    only some of its lines from stock. Trying again then meets what is already there.

    ## Example
    ```python
    # Flask
    @bp.post("/orders")
    def create_order() -> Response:
        order = Order(customer_id=g.user.id)
        db.session.add(order)
        db.session.commit()
        for line in schema.load(request.get_json()):
            db.session.add(OrderLine(order_id=order.id, **line))
        db.session.commit()
        return jsonify(id=order.id)
    ```
    ```python
    # FastAPI
    @router.post("/accounts")
    def register(data: AccountIn, db: Annotated[Session, Depends(get_db)]) -> AccountOut:
        account = accounts.create(db, data)  # commits
        wallets.create(db, account.id)  # commits
        return account
    ```

    ## Use instead
    ```python
    # Flask
    @bp.post("/orders")
    def create_order() -> Response:
        order = Order(customer_id=g.user.id)
        db.session.add(order)
        db.session.flush()  # gives order.id
        for line in schema.load(request.get_json()):
            db.session.add(OrderLine(order_id=order.id, **line))
        db.session.commit()
        return jsonify(id=order.id)
    ```
    ```python
    # FastAPI
    @router.post("/accounts")
    def register(data: AccountIn, db: Annotated[Session, Depends(get_db)]) -> AccountOut:
        account = accounts.add(db, data)  # flushes
        wallets.add(db, account.id)  # flushes
        db.commit()
        return account
    ```

    ## When not flagged
    One commit for several `add`s, `flush` in between, `with session.begin()`, a dependency or decorator that commits once, commits on paths
    that exclude each other, a rollback followed by the commit of an error state, batches, and the progress that a job writes down.

    ## When to suppress
    When the parts stand alone, and running the function again takes up where it stopped.
    """

    code = "BL402"
    name = "split-commit"
    family = "transactions"
    severity = Severity.WARNING
    caused_elsewhere = True

    def check_function(self, function: Function, context: Context) -> None:
        for pair, verdict, code in judged(function):
            if code != "commits":
                continue
            first, second = pair
            if pair.is_loop:
                message = f"`{call_text(second)}` in a loop commits each item by itself: a failure leaves those before it"
                help_text = "commit once after the loop"
            else:
                line = function.module.line(first.node)
                about = subjects(first)
                left = f"{about}, committed at line {line}" if about else f"what `{call_text(first)}` commits at line {line}"
                message = f"`{call_text(second)}` is the second commit of one unit of work: a failure before it leaves {left}"
                help_text = _advice(pair.first.called, pair.second.called)
            context.report(
                second.node,
                message,
                help=help_text,
                note=verdict == "note",
                trace=trace(pair, function),
                function=function,
                cause=_cause(pair),
            )


def _cause(pair: Pair) -> Cause | None:
    """The commit in a function that is called, which ends its callers' units of work; of two the second's."""
    event = pair.second if pair.second.called is not None else pair.first
    if event.called is None or len(event.steps) < 2:
        return None
    return Cause(
        event.steps[-1],
        f"{event.steps[-1].message} by itself, and splits the units of work of those who call it",
        "flush here, and let the callers commit once when all is done",
    )


def _advice(first: Function | None, second: Function | None) -> str:
    names = list(dict.fromkeys(called.node.name for called in (first, second) if called is not None))
    if not names:
        return "flush where a key is needed and commit once at the end"
    return f"let {' and '.join(f'`{name}`' for name in names)} flush, and commit once here"
