"""Statements put into `with` and `try`. What is meant is named by the analysis's nodes, and found anew when the change is made."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

from backend_lint.fixes.proposal import NotFixable, Proposal, Safety

if TYPE_CHECKING:
    import libcst as cst

    from backend_lint.fixes.editing import Editing
    from backend_lint.source import nodes as n

#: How a resource is entered: by its own `with`, by its own `async with`, or by that of `contextlib.closing`.
Way = Literal["with", "async with", "closing"]


def open_by_with(
    opening: n.Assign | n.AnnAssign, last: n.Stmt, closings: Sequence[n.Stmt], name: str, way: Way, safety: Safety
) -> Proposal:
    """Open by `with` what the statement `opening` assigns to `name`, with all statements up to `last` in its block; the statements that
    close it are taken out, of which `last` may be one."""
    shown = {"with": "`with`", "async with": "`async with`", "closing": "`with closing(...)`"}[way]

    def make(editing: Editing) -> None:
        import libcst as cst

        closing = editing.name_of(opening, "contextlib", "closing") if way == "closing" else None
        for statement in closings:
            editing.change(_without_remarks(editing.alone(statement)), lambda _: cst.RemoveFromParent())
        editing.alone(opening)

        def changed(statements: list[Any]) -> list[Any]:
            first, *inside = statements
            value = first.body[0].value
            if not inside or not isinstance(value, cst.BaseExpression) or isinstance(value, cst.Await):
                raise NotFixable("nothing stands below it that a `with` could hold")
            if closing is not None:
                value = cst.Call(editing.expression(closing), [cst.Arg(value)])
            block = cst.IndentedBlock(_from_the_top(inside), header=first.trailing_whitespace)
            item = cst.WithItem(value, cst.AsName(cst.Name(name)))
            entered = cst.With([item], block, leading_lines=first.leading_lines)
            return [entered.with_changes(asynchronous=cst.Asynchronous()) if way == "async with" else entered]

        editing.replace_statements(opening, last, changed)

    return Proposal(f"open `{name}` by {shown}", safety, make)


def close_what_commits(statement: n.With, item: n.WithItem, name: str) -> Proposal:
    """Have a `with` that only ends the transaction of `name` close it as well: `with closing(connect()) as name, name:`."""

    def make(editing: Editing) -> None:
        import libcst as cst

        closing = editing.name_of(statement, "contextlib", "closing")
        entered = editing.statement(statement)
        assert isinstance(entered, cst.With)
        place = editing.find(item, cst.WithItem)
        index = next(index for index, each in enumerate(entered.items) if each is place)

        def changed(updated: Any) -> Any:
            held = updated.items[index]
            wrapped = held.with_changes(
                item=cst.Call(editing.expression(closing), [cst.Arg(held.item)]),
                comma=cst.Comma(whitespace_after=cst.SimpleWhitespace(" ")),
            )
            again = cst.WithItem(cst.Name(name), comma=held.comma)
            return updated.with_changes(items=[*updated.items[:index], wrapped, again, *updated.items[index + 1 :]])

        editing.change(entered, changed)

    return Proposal(f"close `{name}` with `closing(...)`, and keep its transaction", "safe", make)


def close_finally(first: n.Stmt, closing: n.Stmt, name: str) -> Proposal:
    """Put the statements from `first` to the one before `closing`, which closes `name`, into a `try` and `closing` into its `finally`."""

    def make(editing: Editing) -> None:
        import libcst as cst

        _without_remarks(editing.alone(closing))

        def changed(statements: list[Any]) -> list[Any]:
            *inside, last = statements
            final = cst.Finally(cst.IndentedBlock([last.with_changes(leading_lines=[])]))
            if len(inside) == 1 and isinstance(inside[0], cst.Try) and inside[0].finalbody is None:
                return [inside[0].with_changes(finalbody=final)]
            leading = inside[0].leading_lines if inside else ()
            block = cst.IndentedBlock(_from_the_top([inside[0].with_changes(leading_lines=()), *inside[1:]]))
            return [cst.Try(block, finalbody=final, leading_lines=leading)]

        editing.replace_statements(first, closing, changed)

    return Proposal(f"close `{name}` in a `finally`", "safe", make)


def in_transaction(first: n.Stmt, last: n.Stmt) -> Proposal:
    """Put some statements of a block into `with transaction.atomic():`, of Django."""

    def make(editing: Editing) -> None:
        import libcst as cst

        transaction = editing.name_of(first, "django.db", "transaction")

        def changed(statements: list[Any]) -> list[Any]:
            leading = statements[0].leading_lines
            block = cst.IndentedBlock([statements[0].with_changes(leading_lines=()), *statements[1:]])
            item = cst.WithItem(cst.Call(editing.expression(f"{transaction}.atomic")))
            return [cst.With([item], block, leading_lines=leading)]

        editing.replace_statements(first, last, changed)

    return Proposal("put the writes into `with transaction.atomic():`", "unsafe", make)


def _from_the_top(statements: list[Any]) -> list[Any]:
    """Statements for a new block, without blank lines above the first."""
    first = statements[0]
    lines = list(getattr(first, "leading_lines", ()))
    while lines and lines[0].comment is None:
        lines.pop(0)
    return [first.with_changes(leading_lines=lines) if hasattr(first, "leading_lines") else first, *statements[1:]]


def _without_remarks(statement: cst.SimpleStatementLine) -> cst.SimpleStatementLine:
    """A statement that is to be moved or taken out. Raises `NotFixable` when a comment tells of it."""
    if any(line.comment is not None for line in statement.leading_lines) or statement.trailing_whitespace.comment is not None:
        raise NotFixable("a comment tells of the statement that would go")
    return statement
