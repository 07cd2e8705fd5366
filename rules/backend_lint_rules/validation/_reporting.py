"""One finding for a function and a rule: the first unchecked use, in words that name the keys."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from backend_lint.frameworks import frameworks_of, handler_of
from backend_lint.frameworks.input_uses import Use
from backend_lint.frameworks.request_data import BY_HAND, Datum

if TYPE_CHECKING:
    from backend_lint.rule import Context
    from backend_lint.semantics.project import Function

#: Uses that take input as it comes, whatever it is used for.
PLAIN = frozenset({"index", "deref", "convert", "store", "outbound", "passed", "filter"})
_NAMES = {
    "body": "the request body", "form": "the form", "file": "the uploaded files", "query": "the query string", "path": "the path",
    "header": "the headers", "cookie": "the cookies",
}  # fmt: skip
_PHRASES = {
    "index": "{what} is taken out of {source}, and nothing makes sure that it is there",
    "deref": "{what} of {source} may be missing, and `{callee}` is called on it",
    "convert": "`{callee}()` converts {what} of {source}, and nothing catches its failure",
    "store": "{what} of {source} is stored unchecked",
    "outbound": "{what} of {source} is sent on by `{callee}()` unchecked",
    "passed": "{what} of {source} is passed to `{callee}()` unchecked",
    "filter": "{what} of {source} goes into a query as it came",
    "mass": "values of {source} are copied onto a row as they came, name by name",
    "sql": "{what} of {source} is formatted into SQL",
    "path": "{what} of {source} decides which file `{callee}()` opens",
    "command": "{what} of {source} becomes part of a command",
    "code": "{what} of {source} is unpickled by `{callee}()`, which runs what it says",
    "url": "{what} of {source} decides which address `{callee}()` fetches",
}  # fmt: skip


def is_typed(function: Function, datum: Datum) -> bool:
    """Whether the framework's own way of taking this input is a typed parameter."""
    handler = handler_of(function)
    if handler is not None:
        return handler.framework in ("fastapi", "ninja")
    return BY_HAND in datum.flags and "fastapi" in frameworks_of(function.project)


def first_of(uses: Iterable[Use]) -> Use | None:
    """The use to report: the first clear one, else the first that reviewers would disagree about."""
    ordered = list(uses)
    return next((use for use in ordered if not use.is_note), ordered[0] if ordered else None)


def report_first(context: Context, function: Function, uses: list[Use], *, advice: str) -> None:
    """Report the first of some uses for all of them; nothing when there are none."""
    use = first_of(uses)
    if use is None:
        return
    same = [other for other in uses if other.kind == use.kind and other.is_note == use.is_note]
    context.report(use.node, phrase(use, same), help=advice, note=use.is_note, trace=use.trace, function=function)


def phrase(use: Use, same: list[Use]) -> str:
    """What is said of a use, naming the keys of all uses of its kind (at most four)."""
    source = use.data[0].source if use.data else "body"
    keys = [datum.key for other in same for datum in other.data if datum.source == source and datum.key not in ("", "*")]
    if use.kind == "index" and use.callee:
        keys = [other.callee for other in same if other.callee] or keys
    distinct = list(dict.fromkeys(keys))
    if distinct:
        what = ", ".join(f"`{key}`" for key in distinct[:4]) + (f" and {len(distinct) - 4} more" if len(distinct) > 4 else "")
    else:
        what = "what comes"
    text = _PHRASES[use.kind].format(what=what, source=_NAMES[source], callee=use.callee)
    if len(distinct) > 1:
        text = text.replace(" is ", " are ", 1).replace("that it is there", "that they are there")
    return text
