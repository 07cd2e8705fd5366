"""Single expressions and arguments changed, and annotations given."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from backend_lint.fixes.proposal import NotFixable, Proposal, Safety
from backend_lint.source import nodes as n

if TYPE_CHECKING:
    import libcst as cst

    from backend_lint.fixes.editing import Editing


def together(title: str, safety: Safety, *parts: Callable[[Editing], None]) -> Proposal:
    """One proposal of several changes."""

    def make(editing: Editing) -> None:
        for part in parts:
            part(editing)

    return Proposal(title, safety, make)


def annotate_none(function: n.FunctionDef) -> Proposal:
    """Say of a function that it returns nothing."""

    def make(editing: Editing) -> None:
        import libcst as cst

        editing.change(editing.function(function), lambda updated: updated.with_changes(returns=cst.Annotation(cst.Name("None"))))

    return Proposal("annotate the function with `-> None`", "safe", make)


def replaced(node: n.Expr, text: str) -> Callable[[Editing], None]:
    """A change that puts another expression in place of one."""

    def make(editing: Editing) -> None:
        editing.replace(editing.expression_at(node), editing.expression(text))

    return make


def read_from_environment(node: n.Expr, variable: str) -> Proposal:
    """Put `os.environ["VARIABLE"]` in place of an expression."""

    def make(editing: Editing) -> None:
        name = editing.name_of(node, "os")
        replaced(node, f'{name}.environ["{variable}"]')(editing)

    return Proposal(f'read it from `os.environ["{variable}"]`', "unsafe", make)


def argument(call: n.Call, keyword: str, text: str) -> Callable[[Editing], None]:
    """A change that gives a call a keyword argument, in place of the one of that name when there is one."""

    def make(editing: Editing) -> None:
        import libcst as cst

        found = editing.find(call, cst.Call)
        value = editing.expression(text)

        def changed(updated: Any) -> Any:
            for index, given in enumerate(updated.args):
                if given.keyword is not None and given.keyword.value == keyword:
                    args = [*updated.args[:index], given.with_changes(value=value), *updated.args[index + 1 :]]
                    return updated.with_changes(args=args)
            new = cst.Arg(value, keyword=cst.Name(keyword), equal=_tight())
            return _with_argument(updated, new)

        editing.change(found, changed)

    return make


def _tight() -> cst.AssignEqual:
    import libcst as cst

    return cst.AssignEqual(cst.SimpleWhitespace(""), cst.SimpleWhitespace(""))


def _with_argument(call: cst.Call, new: cst.Arg) -> cst.Call:
    """A call with one more argument at its end, set as those before it are: each on a line of its own, with a comma at the end."""
    import libcst as cst

    if not call.args:
        return call.with_changes(args=[new])
    *others, last = call.args
    if isinstance(last.value, cst.GeneratorExp) and not last.value.lpar:
        raise NotFixable("a generator without brackets can be the only argument")
    between = _separator(call)
    if isinstance(last.comma, cst.Comma):
        # The comma stays where it is, with the comment behind it; the new argument ends as the last one did.
        after = last.comma.whitespace_after
        held = last.with_changes(comma=last.comma.with_changes(whitespace_after=_indented_like(after, between)))
        added = new.with_changes(comma=last.comma.with_changes(whitespace_after=_without_comments(after)))
    else:
        held = last.with_changes(comma=cst.Comma(whitespace_after=between), whitespace_after_arg=cst.SimpleWhitespace(""))
        added = new.with_changes(whitespace_after_arg=last.whitespace_after_arg)
    return call.with_changes(args=[*others, held, added])


def _separator(call: cst.Call) -> Any:
    """The white space before another argument."""
    import libcst as cst

    commas = [given.comma for given in call.args[:-1] if isinstance(given.comma, cst.Comma)]
    if commas:
        return _without_comments(commas[-1].whitespace_after)
    is_spread = isinstance(call.args[-1].comma, cst.Comma) or isinstance(call.args[-1].whitespace_after_arg, cst.ParenthesizedWhitespace)
    if is_spread and isinstance(call.whitespace_before_args, cst.ParenthesizedWhitespace):
        return _without_comments(call.whitespace_before_args)
    return cst.SimpleWhitespace(" ")


def _without_comments(space: Any) -> Any:
    """White space that breaks a line where it did, without the comments in it."""
    import libcst as cst

    if not isinstance(space, cst.ParenthesizedWhitespace):
        return space
    first = space.first_line.with_changes(whitespace=cst.SimpleWhitespace(""), comment=None)
    return space.with_changes(first_line=first, empty_lines=[])


def _indented_like(after: Any, between: Any) -> Any:
    """The white space behind the comma of what was the last argument: its comment stays, and the next argument stands as others do."""
    import libcst as cst

    if not isinstance(after, cst.ParenthesizedWhitespace):
        return between
    if not isinstance(between, cst.ParenthesizedWhitespace):
        raise NotFixable("the arguments are set in an unusual way")
    return after.with_changes(indent=between.indent, last_line=between.last_line)


def in_threads(calls: Sequence[n.Call]) -> Proposal:
    """Put blocking calls of a coroutine function into threads: `await asyncio.to_thread(requests.get, url)`."""

    def make(editing: Editing) -> None:
        to_thread = f"{editing.name_of(calls[0], 'asyncio')}.to_thread"
        for call in calls:
            _await(editing, call, lambda updated: _handed_over(updated, editing.expression(to_thread), updated.func))

    return Proposal("move it to a thread with `await asyncio.to_thread(...)`", "unsafe", make)


def sleep_in_loop(calls: Sequence[n.Call]) -> Proposal:
    """Let the event loop wait in place of the thread: `await asyncio.sleep(seconds)`."""

    def make(editing: Editing) -> None:
        sleep = f"{editing.name_of(calls[0], 'asyncio')}.sleep"
        for call in calls:
            _await(editing, call, lambda updated: updated.with_changes(func=editing.expression(sleep)))

    return Proposal("wait with `await asyncio.sleep(...)`", "safe", make)


def await_call(call: n.Call) -> Proposal:
    """Wait for a coroutine where it is made."""
    return Proposal("`await` it", "unsafe", lambda editing: _await(editing, call, lambda updated: updated))


def get_or_404(call: n.Call) -> Proposal:
    """Answer 404 where a lookup of Django's finds nothing: `get_object_or_404(Order, pk=pk)` for `Order.objects.get(pk=pk)`."""

    def make(editing: Editing) -> None:
        import libcst as cst

        name = editing.name_of(call, "django.shortcuts", "get_object_or_404")

        def changed(updated: Any) -> Any:
            held = updated.func.value
            if isinstance(held, cst.Attribute) and held.attr.value == "objects":
                held = held.value
            return _handed_over(updated, editing.expression(name), held)

        editing.change(editing.find(call, cst.Call), changed)

    return Proposal("use `get_object_or_404`", "safe", make)


def _handed_over(call: Any, func: Any, first: Any) -> Any:
    """A call of `func` with `first` before the arguments of another call."""
    import libcst as cst

    if not call.args:
        return call.with_changes(func=func, args=[cst.Arg(first)])
    if isinstance(call.args[0].value, cst.GeneratorExp) and not call.args[0].value.lpar:
        raise NotFixable("a generator without brackets can be the only argument")
    space = call.whitespace_before_args
    is_spread = isinstance(space, cst.ParenthesizedWhitespace)
    comma = cst.Comma(whitespace_after=_without_comments(space) if is_spread else cst.SimpleWhitespace(" "))
    return call.with_changes(func=func, args=[cst.Arg(first, comma=comma), *call.args])


def _await(editing: Editing, call: n.Call, change: Callable[[Any], Any]) -> None:
    """Put `await` and what a call becomes in place of it, in brackets where its result is used further: `(await f()).json()`."""
    import libcst as cst

    found = editing.find(call, cst.Call)
    is_used = any(_holds(node, found) for node in editing.nodes)

    def awaited(updated: Any) -> Any:
        lpar, rpar = updated.lpar, updated.rpar
        if is_used and not lpar:
            lpar, rpar = [cst.LeftParen()], [cst.RightParen()]
        return cst.Await(change(updated.with_changes(lpar=(), rpar=())), lpar=lpar, rpar=rpar)

    editing.change(found, awaited)


def _holds(node: cst.CSTNode, inner: cst.CSTNode) -> bool:
    import libcst as cst

    if isinstance(node, (cst.Attribute, cst.Subscript)):
        return node.value is inner
    if isinstance(node, cst.Call):
        return node.func is inner
    return isinstance(node, cst.BinaryOperation) and isinstance(node.operator, cst.Power) and inner in (node.left, node.right)


def without_argument(call: n.Call, value: n.Expr, title: str) -> Proposal:
    """Take the last argument out of a call."""

    def make(editing: Editing) -> None:
        import libcst as cst

        found = editing.find(call, cst.Call)
        gone = editing.expression_at(value)
        if len(found.args) < 2 or found.args[-1].value is not gone:
            raise NotFixable("other arguments follow")

        def changed(updated: Any) -> Any:
            *others, before, last = updated.args
            return updated.with_changes(
                args=[*others, before.with_changes(comma=last.comma, whitespace_after_arg=last.whitespace_after_arg)]
            )

        editing.change(found, changed)

    return Proposal(title, "unsafe", make)


def without_default(statement: n.AnnAssign, title: str) -> Proposal:
    """Take the value out of an annotated assignment: `key: str = "x"` becomes `key: str`."""

    def make(editing: Editing) -> None:
        import libcst as cst

        found = editing.find(statement, cst.AnnAssign)
        editing.change(found, lambda updated: updated.with_changes(value=None, equal=cst.MaybeSentinel.DEFAULT))

    return Proposal(title, "unsafe", make)
