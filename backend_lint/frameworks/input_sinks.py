"""Where request data does harm or is taken for granted: which calls store it, run it, open or fetch what it names."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from backend_lint.frameworks.expressions import argument, last_name
from backend_lint.frameworks.input_labels import MODEL, elements, hold_whole, is_file, texts, unchecked
from backend_lint.semantics.calls import Callee, statement_kind
from backend_lint.semantics.labels import Label
from backend_lint.semantics.persistence import is_model
from backend_lint.source import nodes as n

if TYPE_CHECKING:
    from backend_lint.semantics.flow import Frame
    from backend_lint.semantics.labels import Labels

#: Tells whether an expression holds request data where a frame stands.
Carries = Callable[[n.Expr, "Frame"], bool]

# Names that no other library's methods have, for collections whose class inference does not know.
_STORING_NAMES = frozenset({"insert_one", "insert_many", "update_one", "update_many", "replace_one", "find_one_and_update", "bulk_create"})
_MANAGER_WRITES = frozenset({"create", "get_or_create", "update_or_create", "create_user", "acreate", "bulk_create"})
_STATEMENT_VALUES = ("values", "ordered_values", "on_conflict_do_update", "returning")
#: Methods of a query or manager that select rows.
_SELECTING = frozenset({
    "filter", "filter_by", "where", "exclude", "get", "get_or_404", "first_or_404", "find_one", "find", "get_object_or_404", "aget",
})  # fmt: skip
# Sent on to be checked by whom it is sent to.
_PROOF_OF_SELF = re.compile(r"(?i)passw|pwd|secret|token|code|captcha|otp|credential|assertion|saml")
# These take any text for the number of a page (https://docs.djangoproject.com/en/stable/ref/paginator/).
_PAGING = frozenset({"get_page", "page", "paginate", "paginate_queryset"})
# Readers that run what the text tells them to (https://docs.python.org/3/library/pickle.html).
_UNPICKLING = frozenset({
    "pickle.loads", "pickle.load", "pickle.Unpickler", "cPickle.loads", "_pickle.loads", "dill.loads", "cloudpickle.loads", "marshal.loads",
    "jsonpickle.decode", "shelve.open", "yaml.load", "yaml.unsafe_load", "yaml.full_load", "joblib.load",
})  # fmt: skip
_SCHEMES = ("http://", "https://", "ftp://", "//")


def is_storing(call: n.Call, target: Callee) -> bool:
    """Whether a call writes its arguments to a database: a model's constructor, a manager's `create`, an INSERT, a document's insert."""
    if target.constructs is not None and is_model(target.constructs):
        return True
    if "writes" in target.effects and target.function is None:
        return True
    name = last_name(call.func)
    if name in ("write", "writelines") and target.name is not None and target.name.startswith("io.IOBase"):
        return True
    if name in _STATEMENT_VALUES and target.name is not None:
        return target.name.startswith(("sqlalchemy.Insert.", "sqlalchemy.Update."))
    if target.function is not None or target.value is not None:
        return False
    if name in _STORING_NAMES:
        return True
    if name in _MANAGER_WRITES and isinstance(call.func, n.Attribute):
        return last_name(call.func.value) == "objects"
    return False


def stored_arguments(call: n.Call, target: Callee) -> list[n.Arg]:
    """The arguments of a storing call that end up in the row: for SQL text, the parameters beside it."""
    if "sql" in target.effects:
        return call.args[1:]
    return call.args


def is_selecting(call: n.Call, target: Callee, frame: Frame) -> bool:
    """Whether a call uses its arguments to choose rows."""
    if "sql" in target.effects:
        return bool(call.args) and statement_kind(call.args[0].value, frame.module, frame.function) in ("reads", None)
    if not target.effects.isdisjoint(("reads", "builds-query")):
        return last_name(call.func) not in _PAGING
    return (
        target.value is None
        and last_name(call.func) in _SELECTING
        and isinstance(call.func, n.Attribute)
        and (last_name(call.func.value) in ("objects", "query", "session"))
    )


def record_sinks(call: n.Call, target: Callee, arguments: list[tuple[n.Arg, Labels]], frame: Frame, carries: Carries) -> None:
    """Record what a call does with its arguments; `carries` tells whether an expression holds request data where the frame stands."""
    name = last_name(call.func)
    known = target.effects
    if not arguments:
        return
    first, first_labels = arguments[0]
    if first_labels and not known.isdisjoint(("sql", "sql-text")) and not first.star:
        frame.emit("sql", call, texts(first_labels), name)
    if first_labels and "path-sink" in known and not (target.name or "").startswith("django.core.files.storage") and _names(first, frame):
        frame.emit("path", call, texts(first_labels), name)
    if first_labels and "command-sink" in known and runs_in_shell(call, target.name or name):
        frame.emit("command", call, texts(first_labels), name)
    if first_labels and target.name in _UNPICKLING and not _is_safe_loader(call):
        frame.emit("code", call, frozenset(label for label in first_labels if label.kind != MODEL), name)
    if "url-sink" in known:
        url, labels = next(((g, found) for g, found in arguments if g.keyword == "url"), arguments[0])
        if name in ("request", "stream") and url is first and len(arguments) > 1:
            url, labels = arguments[1]
        if labels and leads(url.value, frame, carries):
            frame.emit("url", call, texts(labels), name)
    if name == "setattr" and len(arguments) == 3:
        _record_set(call, arguments, frame)
    elif is_storing(call, target):
        _record_stored(call, target, arguments, frame, name)
    elif is_selecting(call, target, frame):
        chosen = frozenset[Label]().union(*(labels for argument, labels in arguments if not argument.star))
        frame.emit("filter", call, unchecked(chosen), name)
    elif not known.isdisjoint(("outbound", "email")) and not _is_forwarding(call):
        for given, labels in arguments:
            if given.keyword not in ("url", "headers", "params"):
                sent = frozenset(label for label in elements(unchecked(labels)) if not _PROOF_OF_SELF.search(label.detail))
                frame.emit("outbound", given, sent, name)


def _names(given: n.Arg, frame: Frame) -> bool:
    """Whether an argument may name a file, and is none that is open or in memory already: `ZipFile(BytesIO(data))`."""
    value = frame.module.project.inference.value(given.value, frame.module, frame.function)
    return value is None or value.kind != "instance" or not value.name.startswith(("io.", "tempfile."))


def _is_forwarding(call: n.Call) -> bool:
    """Whether a call sends the request on as it came, by its own method: a gateway."""
    return any(isinstance(node, n.Attribute) and node.attr == "method" for given in call.args for node in n.walk(given.value))


def _record_set(call: n.Call, arguments: list[tuple[n.Arg, Labels]], frame: Frame) -> None:
    """`setattr(row, name, value)`: by names that a loop goes through, it is mass assignment."""
    target, name = arguments[0][0].value, arguments[1][0].value
    owner = frame.module.project.inference.value(target, frame.module, frame.function)
    if owner is not None and not is_model(owner):
        return
    is_given = isinstance(name, n.Constant) or (
        isinstance(name, n.Name) and frame.function is not None and any(p.name == name.id for p in frame.function.parameters)
    )
    if not is_given or owner is not None:
        frame.emit("store" if is_given else "mass", call, unchecked(arguments[2][1]), "setattr")


def _record_stored(call: n.Call, target: Callee, arguments: list[tuple[n.Arg, Labels]], frame: Frame, name: str) -> None:
    labels_of = {id(given): labels for given, labels in arguments}
    for given in stored_arguments(call, target):
        labels = unchecked(labels_of[id(given)])
        if not labels:
            continue
        literal = given.value if isinstance(given.value, n.Dict) else None
        if given.star == "**":
            is_mass = literal is None and (hold_whole(labels) or _is_element(given.value, frame))
        elif literal is not None:
            is_mass = any(key is None for key in literal.keys) and hold_whole(labels)
        else:
            is_mass = given.keyword is None and not given.star and target.constructs is None and hold_whole(labels)
        if name in ("write", "writelines"):
            is_mass = False
            labels = frozenset(label for label in labels if not is_file(label))
        frame.emit("mass" if is_mass else "store", given, labels, name)


def _is_element(expr: n.Expr, frame: Frame) -> bool:
    """Whether a name stands for an element of request data itself (`for row in data["rows"]`), and for no mapping that the code has put
    together of such elements."""
    if not isinstance(expr, n.Name) or frame.function is None:
        return False
    bindings = frame.function.names.bindings.get(expr.id, [])
    return bool(bindings) and all(
        binding.kind == "for" or (binding.kind == "assign" and isinstance(binding.value, n.Subscript)) for binding in bindings
    )


def leads(expr: n.Expr, frame: Frame, carries: Carries, depth: int = 0) -> bool:
    """Whether the part of an address that names its host may come from request data: an f-string or sum that begins with fixed text beyond
    a bare scheme, or with something else than request data, settles it."""
    if depth > 6:
        return True
    if isinstance(expr, n.FString):
        for part in expr.parts:
            if not isinstance(part, n.Constant):
                return carries(part.value, frame)
            if part.value and part.value.lower() not in _SCHEMES:
                return False
        return False
    if isinstance(expr, n.BinOp):
        first = expr.values[0]
        if isinstance(first, n.Constant):
            if expr.op == "+":
                return first.value.lower() in _SCHEMES and len(expr.values) > 1 and carries(expr.values[1], frame)
            return first.value.lower().startswith(("%s", "http://%s", "https://%s"))
        return expr.op != "+" or (carries(first, frame) and leads(first, frame, carries, depth + 1))
    if isinstance(expr, n.IfExp):
        return leads(expr.body, frame, carries, depth + 1) or leads(expr.orelse, frame, carries, depth + 1)
    if isinstance(expr, n.Constant):
        return False
    if isinstance(expr, n.Call):
        name = last_name(expr.func)
        if name == "format" and isinstance(expr.func, n.Attribute):
            text = expr.func.value
            return not isinstance(text, n.Constant) or text.value.lower().startswith(("{", "http://{", "https://{"))
        return name != "urljoin"
    if isinstance(expr, n.Name) and frame.function is not None:
        bindings = [b for b in frame.function.names.bindings.get(expr.id, ()) if b.start < expr.start]
        if bindings and bindings[-1].kind == "assign" and isinstance(bindings[-1].value, (n.FString, n.BinOp, n.Call, n.IfExp)):
            return leads(bindings[-1].value, frame, carries, depth + 1)
    return True


def _is_safe_loader(call: n.Call) -> bool:
    loader = argument(call, 1, "Loader")
    return loader is not None and "Safe" in last_name(loader)


def runs_in_shell(call: n.Call, name: str) -> bool:
    """Whether a command-running call hands one text to a shell or interpreter: a list of arguments, without `shell=True`, goes to none."""
    wanted = argument(call, None, "shell")
    if isinstance(wanted, n.Constant) and wanted.value == "True":
        return True
    first = call.args[0].value if call.args else None
    return not isinstance(first, (n.List, n.Tuple)) and not name.endswith("create_subprocess_exec")
