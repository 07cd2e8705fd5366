"""Where a request's data is read: the attributes and calls of each framework's request object, and what they give.

Inference names most request objects (`flask.request`, an annotated `Request`, a view class's `self.request`). A parameter that is merely
called `request` is taken for the request of the framework whose words are used on it.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from backend_lint.frameworks import frameworks_of
from backend_lint.semantics.calls import callee, dotted
from backend_lint.semantics.effects import attribute_effects
from backend_lint.source import nodes as n

if TYPE_CHECKING:
    from backend_lint.semantics.project import Function, Module

#: Sources that carry a request's payload, as against its address and headers.
PAYLOAD = frozenset({"body", "form", "file"})

#: Flags of a datum: the framework itself answers 400 when a key is missing; the value may be None; read from the request object where the
#: framework's way is a typed parameter.
SOFT, OPTIONAL, BY_HAND = "s", "n", "h"


class Datum(NamedTuple):
    """A piece of request data.

    `source` is "body", "form", "file", "query", "path", "header" or "cookie"; `key` the name it was taken by: "" for the whole, "*" for a
    name that is not written down; `flags` any of SOFT, OPTIONAL and BY_HAND.
    """

    source: str
    key: str = ""
    flags: str = ""

    @property
    def is_whole(self) -> bool:
        return not self.key

    @property
    def text(self) -> str:
        """The one-line form that a label carries."""
        return f"{self.source}|{self.flags}|{self.key}"

    def taken(self, key: str, *, is_optional: bool = False) -> Datum:
        """The element of that name; an element's own elements keep the first name."""
        flags = self.flags.replace(OPTIONAL, "") + (OPTIONAL if is_optional else "")
        return Datum(self.source, self.key or key, flags)

    def given(self) -> Datum:
        """The same, known not to be None."""
        return Datum(self.source, self.key, self.flags.replace(OPTIONAL, "")) if OPTIONAL in self.flags else self


@lru_cache(maxsize=4096)
def datum_of(text: str) -> Datum:
    """The datum that a label's detail describes."""
    source, _, rest = text.partition("|")
    flags, _, key = rest.partition("|")
    return Datum(source, key, flags)


_BY_ATTRIBUTE = {
    "json": "body", "data": "body", "DATA": "body", "body": "body", "payload": "body", "stream": "body", "initial_data": "body",
    "form": "form", "POST": "form", "values": "form", "args": "query", "GET": "query", "query_params": "query", "QUERY_PARAMS": "query",
    "query_string": "query", "files": "file", "FILES": "file", "headers": "header", "META": "header", "cookies": "cookie",
    "COOKIES": "cookie", "referrer": "header",
}  # fmt: skip
_BY_CALL = {
    "get_json": "body", "get_data": "body", "json": "body", "body": "body", "stream": "body", "form": "form", "receive_json": "body",
    "receive_text": "body", "receive_bytes": "body", "iter_json": "body", "iter_text": "body",
}  # fmt: skip
# A missing key of these is a BadRequestKeyError, which Flask answers with 400
# (https://werkzeug.palletsprojects.com/en/stable/datastructures/#werkzeug.datastructures.MultiDict).
_SOFT = frozenset({"form", "args", "values", "files", "headers", "cookies"})
_REQUEST_NAMES = frozenset({"request", "req", "_request"})
_DJANGO_WORDS = frozenset({"POST", "GET", "FILES", "COOKIES", "META"})
_FLASK_WORDS = frozenset({"form", "args", "files", "values", "json", "get_json", "get_data"})
_STARLETTE_CALLS = frozenset({"json", "body", "form"})


def read_by_attribute(expr: n.Attribute, module: Module, function: Function | None) -> Datum | None:
    """The request data that an attribute gives (`request.form`, `self.request.data`), None when it gives none."""
    source = _BY_ATTRIBUTE.get(expr.attr)
    if source is None:
        return None
    owner = module.project.inference.value(expr.value, module, function)
    if owner is not None and owner.kind in ("instance", "class"):
        found = attribute_effects(expr, module, function)
        if not any(effect.startswith("input-") for effect in found):
            return None
        flavour = _flavour_of_class(owner.name, owner.definition)
        if flavour == "starlette" and expr.attr == "body":
            return None
        if expr.attr in ("data", "stream") and flavour == "flask":
            return Datum("body")
        return Datum(source, "", _flags(expr.attr, flavour))
    if owner is not None or not _is_called_request(expr.value):
        return None
    flavour = _flavour_of_word(expr.attr, module, is_call=False)
    return Datum(source, "", _flags(expr.attr, flavour)) if flavour else None


def read_by_call(call: n.Call, module: Module, function: Function | None) -> Datum | None:
    """The request data that a call gives (`request.get_json()`, `await request.json()`), None when it gives none."""
    if not isinstance(call.func, n.Attribute):
        return None
    source = _BY_CALL.get(call.func.attr)
    if source is None:
        return None
    owner = module.project.inference.value(call.func.value, module, function)
    if owner is not None:
        target = callee(call, module, function)
        if target.function is not None or not any(effect.startswith("input-body") for effect in target.effects):
            return None
        return Datum(source, "", _flags(call.func.attr, _flavour_of_class(owner.name, owner.definition)))
    if not _is_called_request(call.func.value):
        return None
    flavour = _flavour_of_word(call.func.attr, module, is_call=True)
    return Datum(source, "", _flags(call.func.attr, flavour)) if flavour else None


def _flags(word: str, flavour: str | None) -> str:
    if flavour == "flask":
        return SOFT if word in _SOFT else ""
    return BY_HAND if flavour == "starlette" else ""


def _flavour_of_class(name: str, definition: object) -> str | None:
    names = [name]
    ancestors = getattr(definition, "external_ancestors", None)
    if ancestors:
        names.extend(sorted(ancestors))
    for known in names:
        package = known.partition(".")[0]
        if package in ("flask", "werkzeug", "quart", "connexion"):
            return "flask"
        if package in ("starlette", "fastapi"):
            return "starlette"
        if package in ("django", "rest_framework", "ninja"):
            return "django"
    return None


def _is_called_request(expr: n.Expr) -> bool:
    path = dotted(expr)
    if path is not None:
        return path.rpartition(".")[2] in _REQUEST_NAMES
    # A serializer's `self.context["request"]`, or `.get("request")`.
    if isinstance(expr, n.Subscript):
        return isinstance(expr.index, n.Constant) and expr.index.value == "request"
    return False


def _flavour_of_word(word: str, module: Module, *, is_call: bool) -> str | None:
    known = frameworks_of(module.project)
    django = "django" in known or "drf" in known
    if is_call:
        if word in _FLASK_WORDS and word.startswith("get_") and "flask" in known:
            return "flask"
        return "starlette" if word in _STARLETTE_CALLS and not known.isdisjoint(("fastapi", "starlette")) else None
    if word in _DJANGO_WORDS:
        return "django" if django else None
    if word in ("data", "query_params", "QUERY_PARAMS", "DATA"):
        return "django" if "drf" in known else None
    if word == "body":
        return "django" if django else None
    if word in _FLASK_WORDS:
        return "flask" if "flask" in known else None
    if word in ("headers", "cookies"):
        return "flask" if "flask" in known else "django" if django else "starlette"
    return None
