"""Where request data comes from, and how it goes on through attributes, elements and calls: the first half of `InputPolicy`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from backend_lint.frameworks import handler_of
from backend_lint.frameworks.expressions import last_name
from backend_lint.frameworks.input_checks import RESHAPING, SIGNATURE_NAME, TAKING, UNSIGNED_NAME, element_key, keys_asked_for
from backend_lint.frameworks.input_guards import catches, is_answered_elsewhere, is_validated_before
from backend_lint.frameworks.input_labels import FAILURES, MODEL, PRESENT, RAW, TEXT, is_file, is_hard, optional, unchecked
from backend_lint.frameworks.request_data import PAYLOAD, Datum, datum_of, read_by_attribute, read_by_call
from backend_lint.semantics import effects
from backend_lint.semantics.flow import Policy, key_of
from backend_lint.semantics.labels import NONE, PARAMETER, Label
from backend_lint.semantics.project import Class
from backend_lint.source import nodes as n

if TYPE_CHECKING:
    from backend_lint.semantics.calls import Callee
    from backend_lint.semantics.flow import Frame
    from backend_lint.semantics.labels import Labels
    from backend_lint.semantics.project import Function

# Functions that hand on what is in their arguments, in another shape.
_CARRYING = frozenset({
    "dict", "list", "tuple", "set", "sorted", "reversed", "enumerate", "zip", "map", "filter", "str", "bytes", "repr", "next", "iter",
    "max", "min",
    "copy.copy", "copy.deepcopy", "json.loads", "json.dumps", "orjson.loads", "ujson.loads", "simplejson.loads", "pathlib.Path",
    "pathlib.PurePath", "pathlib.PosixPath", "os.path.join", "os.path.abspath", "os.path.normpath", "os.path.realpath",
    "os.path.expanduser",
    "urllib.parse.unquote", "urllib.parse.urljoin", "urllib.parse.unquote_plus", "werkzeug.datastructures.MultiDict", "io.BytesIO",
    "io.StringIO", "funcy.project", "funcy.omit", "funcy.select_values", "funcy.walk_values", "funcy.compact", "toolz.keyfilter",
    "toolz.valfilter", "toolz.merge", "typing.cast", "getattr", "collections.OrderedDict", "starlette.concurrency.run_in_threadpool",
    "stripe.Event.construct_from", "base64.b64decode", "base64.urlsafe_b64decode", "base64.decodebytes",
})  # fmt: skip
_CARRYING_METHODS = frozenset({"format", "format_map", "join", "joinpath"})
_WHOLE_METHODS = frozenset({"items", "values", "lists", "multi_items", "listvalues"})
_SILENT_METHODS = frozenset({
    "keys", "isdigit", "isnumeric", "isdecimal", "isalnum", "isalpha", "startswith", "endswith", "count", "find", "index", "is_valid",
    "errors",
    "has_key", "__contains__", "urlencode", "exists", "is_file", "is_dir", "seek", "tell", "close", "save", "getlength", "hexdigest",
    "digest",
})  # fmt: skip
_PARTS_OF_A_PATH = frozenset({"name", "stem", "suffix", "suffixes"})


_INPUT_SOURCES = frozenset({"body", "form", "query", "path", "header", "cookie", "file"})
_EVENT_PAYLOADS = frozenset({"data", "payload", "content", "message", "msg", "json", "text_data", "event_data", "body"})


class InputSources(Policy):
    """Labels and their ways; see `input_flow` for what is done with what they mark."""

    def __init__(self) -> None:
        #: Parameters (by the function's id) of which the function, or one it calls, looks at some element.
        self.examined: set[tuple[int, str]] = set()
        #: Parameters that went through a schema.
        self.validated: set[tuple[int, str]] = set()
        #: Parameters whose absence the function answers.
        self.required: set[tuple[int, str]] = set()

    def source(self, expr: n.Expr, frame: Frame) -> Labels:
        if isinstance(expr, n.Attribute):
            datum = read_by_attribute(expr, frame.module, frame.function)
        elif isinstance(expr, n.Call):
            datum = read_by_call(expr, frame.module, frame.function)
        else:
            return NONE
        if datum is None or (datum.source != "header" and frame.function is not None and self._is_taken_care_of(datum, frame.function)):
            return NONE
        return frozenset({Label(RAW, datum.text, frame.module, expr)})

    def _is_taken_care_of(self, datum: Datum, function: Function) -> bool:
        if is_validated_before(function):
            return True
        if datum.source not in PAYLOAD:
            return False
        return function.project.remember(("checks a signature", id(function)), lambda: _checks_signature(function))

    def parameter(self, parameter: n.Parameter, frame: Frame) -> Labels:
        function = frame.function
        handler = handler_of(function) if function is not None else None
        if handler is None or function is None:
            return NONE
        if handler.kind == "event":
            if parameter.name in _EVENT_PAYLOADS:
                return frozenset({Label(RAW, Datum("body").text, frame.module, parameter)})
            return NONE
        filled = next((one for one in handler.inputs if one.parameter is parameter), None)
        if filled is None or filled.kind not in _INPUT_SOURCES:
            return NONE
        source = filled.kind
        if not filled.is_validated:
            if is_validated_before(function):
                return NONE
            key = "" if source in ("body", "form") else filled.name
            return frozenset({Label(RAW, Datum(source, key).text, frame.module, parameter)})
        name = filled.value.name if filled.value is not None and filled.value.kind == "instance" else ""
        if source == "file" or (filled.value is not None and isinstance(filled.value.definition, Class)):
            return frozenset({Label(MODEL, Datum(source, filled.name).text, frame.module, parameter)})
        return frozenset({Label(TEXT, Datum(source, filled.name).text, frame.module, parameter)}) if name == "str" else NONE

    # --- how they go on

    def attribute(self, expr: n.Attribute, labels: Labels, frame: Frame) -> Labels:
        found = set()
        for label in labels:
            kept = self._attribute_of(label, expr, frame)
            if kept is not None:
                found.add(kept)
        return frozenset(found)

    def _attribute_of(self, label: Label, expr: n.Attribute, frame: Frame) -> Label | None:
        if expr.attr in _PARTS_OF_A_PATH and label.kind != MODEL:
            return label if label.kind == PARAMETER and expr.attr == "name" else None
        if label.kind == MODEL:
            datum = datum_of(label.detail)
            if datum.source == "file":
                return label.turned(TEXT, Datum("file", "filename").text) if expr.attr == "filename" else None
            value = frame.module.project.inference.value(expr, frame.module, frame.function)
            if value is None or value.kind != "instance":
                return None
            if value.name == "str":
                return label.turned(TEXT, Datum(datum.source, f"{datum.key}.{expr.attr}").text)
            return label if isinstance(value.definition, Class) else None
        if label.kind == PARAMETER:
            value = frame.module.project.inference.value(expr, frame.module, frame.function)
            plain = value is None or value.kind != "instance" or value.name in ("str", "bytes", "dict", "list")
            return label if plain or (value is not None and isinstance(value.definition, Class)) else None
        if label.kind in (RAW, PRESENT) and datum_of(label.detail).source == "file":
            return label.turned(TEXT, Datum("file", "filename").text) if expr.attr == "filename" else None
        return label

    def subscript(self, expr: n.Subscript, labels: Labels, frame: Frame) -> Labels:
        if _is_split(expr.value):
            return frozenset(label for label in labels if label.kind in (RAW, PRESENT))
        key = expr.index.value if isinstance(expr.index, n.Constant) and expr.index.kind == "str" else None
        if key is None and optional(labels):
            self.emit_failing("deref", expr, labels, frame)
        if key is not None and not _is_asked_for(expr.value, key, frame):
            asked = frozenset(label for label in labels if not _is_server_variable(key, label))
            self.emit_failing("index", expr, asked, frame, key)
        return self.taken_from(expr, expr.value, labels, key, frame, is_optional=False)

    def taken_from(self, expr: n.Expr, holder: n.Expr, labels: Labels, key: str | None, frame: Frame, *, is_optional: bool) -> Labels:
        """The labels of an element of a mapping."""
        found = set()
        asked = _is_asked_for(holder, key, frame)
        for label in labels:
            if label.kind == MODEL:
                continue
            if label.kind in (PARAMETER, TEXT):
                found.add(label)
                continue
            datum = datum_of(label.detail)
            if key is not None and _is_server_variable(key, label):
                continue
            if key is None and isinstance(expr, n.Subscript) and isinstance(expr.index, (n.Slice, n.Constant, n.UnaryOp)):
                is_cut = isinstance(expr.index, n.Slice) and expr.index.upper is not None and label.kind == RAW
                found.add(label.turned(PRESENT) if is_cut else label)
                continue
            if datum.key not in ("", "*") and key is not None and datum.source != "body":
                continue  # a text has no keys: it is something that holds the text
            taken = datum.taken(key if key is not None else "*", is_optional=is_optional and not asked)
            found.add(Label(PRESENT if asked else label.kind, taken.text, frame.module, expr if datum.is_whole else label.node, label.via))
        return frozenset(found)

    def result(self, call: n.Call, target: Callee, receiver: Labels, arguments: list[tuple[n.Arg, Labels]], frame: Frame) -> Labels:
        settles = not target.effects.isdisjoint(("converts", "validates", "escapes", "checks", "verifies"))
        if settles and not receiver and target.name not in _CARRYING:
            return NONE
        given = frozenset[Label]().union(*(labels for _, labels in arguments)) if arguments else NONE
        if isinstance(call.func, n.Attribute):
            name = call.func.attr
            if receiver:
                return self._method_result(call, name, receiver, frame)
            return given if name in _CARRYING_METHODS else self._carried(call, target, given)
        return self._carried(call, target, given)

    @staticmethod
    def _carried(call: n.Call, target: Callee, given: Labels) -> Labels:
        if target.name == "re.sub" and given:
            # Taking out all but some characters makes a text harmless; replacing a few does not.
            pattern = call.args[0].value if call.args else None
            return NONE if isinstance(pattern, n.Constant) and pattern.value.lstrip("(").startswith("[^") else given
        return given if given and target.name in _CARRYING else NONE

    def _method_result(self, call: n.Call, name: str, receiver: Labels, frame: Frame) -> Labels:
        assert isinstance(call.func, n.Attribute)
        if name in TAKING and (call.args or name != "pop"):
            kind = next((given.value for given in call.args if given.keyword == "type"), None)
            if kind is not None and last_name(kind) != "str":
                return NONE
            first = call.args[0].value if call.args else None
            key = first.value if isinstance(first, n.Constant) else None
            known = frame.env.get(element_key(call) or "")
            if known is not None:
                return known
            has_default = len(call.args) > 1 or name in ("getlist", "get_list", "getall", "poplist")
            return self.taken_from(call, call.func.value, receiver, key, frame, is_optional=not has_default)
        if name in _SILENT_METHODS:
            return NONE
        if name in _WHOLE_METHODS:
            return frozenset(
                label.turned(label.kind, datum_of(label.detail).taken("*").text) if label.kind in (RAW, PRESENT) else label
                for label in receiver
                if label.kind != MODEL
            )
        if name in ("splitext", "rpartition", "partition") or name in RESHAPING:
            return frozenset(
                label.turned(label.kind, datum_of(label.detail).given().text) if label.kind in (RAW, PRESENT) else label
                for label in receiver
            )
        return frozenset(label for label in receiver if label.kind != MODEL and not is_file(label))

    def note_examined(self, labels: Labels, frame: Frame) -> None:
        """Remember that the function looks into these of its parameters."""
        if frame.function is not None:
            for label in labels:
                if label.kind == PARAMETER:
                    self.examined.add((id(frame.function), label.detail))

    def emit_failing(self, kind: str, expr: n.Expr, labels: Labels, frame: Frame, detail: str = "") -> bool:
        """Record what fails on bad input, unless somebody catches the failure. Whether it was recorded."""
        found = unchecked(labels)
        if kind == "index":
            found = frozenset(label for label in found if label.kind == PARAMETER or is_hard(label))
            if not found or (isinstance(expr, n.Subscript) and _is_local(expr.value, frame)):
                return False
        if kind in ("deref", "index"):
            found = frozenset(label for label in found if label.kind != PRESENT)
        if not found:
            return False
        names = FAILURES[kind]
        if any(catches(node.handlers, names, frame.module, frame.function) for node in frame.tries):
            if kind == "convert":
                self.note_examined(found, frame)
            return False
        if frame.function is not None and is_answered_elsewhere(frame.function, names):
            return False
        frame.emit(kind, expr, found, detail)
        return True


def _is_asked_for(holder: n.Expr, key: str | None, frame: Frame) -> bool:
    """Whether the function makes sure, for a list of names, that the mapping has this one."""
    place = key_of(holder)
    wanted = keys_asked_for(frame.function) if frame.function is not None else {}
    if place is None or place not in wanted:
        return False
    names = wanted[place]
    return names is None or key is None or key in names


def _is_split(expr: n.Expr) -> bool:
    return (
        isinstance(expr, n.Call)
        and isinstance(expr.func, n.Attribute)
        and expr.func.attr in ("split", "rsplit", "splitext", "partition", "rpartition")
    )


def _is_server_variable(key: str, label: Label) -> bool:
    """Whether a key of `META` or of the headers is the server's own (`REMOTE_ADDR`) or checked by it, not simply what the client sends."""
    if label.kind == PARAMETER or datum_of(label.detail).source != "header":
        return False
    if key.replace("_", "-").lower() in ("content-length", "host"):
        return True
    return key.isupper() and "_" in key and not key.startswith("HTTP_")


def _is_local(expr: n.Expr, frame: Frame) -> bool:
    """Whether a name holds a container that the function itself has built."""
    if not isinstance(expr, n.Name) or frame.function is None:
        return False
    return any(
        isinstance(binding.value, (n.Dict, n.List, n.Tuple, n.Set, n.Comp)) for binding in frame.function.names.bindings.get(expr.id, ())
    )


def _checks_signature(function: Function) -> bool:
    """Whether a function has a signature over the body checked: by the name of what it or a dependency calls, or by the failure of that
    check, which it catches."""
    names = [target.name or last_name(call.func) for call, target in effects.calls_in(function)]
    handler = handler_of(function)
    providers = [given.provider for given in handler.inputs] if handler is not None else []
    names.extend(provider.node.name for provider in providers if provider is not None)
    if any(SIGNATURE_NAME.search(name) is not None for name in names):
        return True
    for clause in function.nodes_of(n.ExceptHandler):
        kinds = clause.type.elts if isinstance(clause.type, n.Tuple) else [clause.type]
        if any(kind is not None and _is_of_a_check(kind, function) for kind in kinds):
            return True
    return False


def _is_of_a_check(kind: n.Expr, function: Function) -> bool:
    """Whether an exception says that a signature is wrong, raised by a library of which nothing is known: what those do that are known is
    told by what is called."""
    if UNSIGNED_NAME.search(last_name(kind)) is None:
        return False
    value = function.project.inference.value(kind, function.module, function)
    if value is None:
        return False
    return value.kind == "external" and value.name.partition(".")[0] not in function.project.registry.top_levels
