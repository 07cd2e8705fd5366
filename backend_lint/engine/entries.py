"""What is known of a rule without importing it.

To import the rules is to import all that they know about code, which takes far longer than to list them, to read a configuration or to
find that nothing has changed. So a pack may bring an index, a module `_index` made from its rules (`index_text`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any

from backend_lint.findings.severity import Severity

if TYPE_CHECKING:
    from backend_lint.rule import Rule

#: The module of a pack that holds its index.
INDEX = "_index"

#: Attributes that an index leaves out where they are those of `Rule` itself.
_OPTIONAL: dict[str, Any] = {
    "fixable": False, "include_tests": False, "preview": False, "silences": False, "caused_elsewhere": False, "options": {},
}  # fmt: skip

_HEAD = '''"""The rules of this pack, so that they can be listed without importing them: made from their classes by `make docs`."""

from __future__ import annotations

from typing import Any

RULES: list[dict[str, Any]] = [
'''


class RuleEntry:
    """The attributes of a rule, by their names there, and its summary. Calling an entry makes the rule, whose module is imported then."""

    def __init__(self, stated: Mapping[str, Any], module: str, name: str, loaded: type[Rule] | None = None) -> None:
        """`stated` is what an index says of the class `name` of a module, which `loaded` is where it is imported already."""
        self.code: str = stated["code"]
        self.name: str = stated["name"]
        self.family: str = stated["family"]
        self.severity = Severity(stated["severity"])
        self.summary: str = stated["summary"]
        self.fixable: bool = stated.get("fixable", False)
        self.include_tests: bool = stated.get("include_tests", False)
        self.preview: bool = stated.get("preview", False)
        self.silences: bool = stated.get("silences", False)
        self.caused_elsewhere: bool = stated.get("caused_elsewhere", False)
        self.options: dict[str, Any] = stated.get("options", {})
        #: The pack that it comes from, as the user named it; "" for the built-in one.
        self.pack = ""
        #: Where the class is: its module, and its name there.
        self.module, self.class_name = module, name
        self._loaded = loaded

    @classmethod
    def of(cls, rule: type[Rule]) -> RuleEntry:
        """The entry of a class."""
        return cls(_stated(rule), rule.__module__, rule.__name__, rule)

    def __call__(self) -> Rule:
        return self.load()()

    def __repr__(self) -> str:
        return f"<{self.code} {self.name}>"

    def load(self) -> type[Rule]:
        """The class of the rule."""
        if self._loaded is None:
            self._loaded = getattr(import_module(self.module), self.class_name)
            assert self._loaded is not None, "a module has no class that is None"
        return self._loaded

    @property
    def docstring(self) -> str:
        """The rule's documentation as its class has it, "" for none. It is read from the text of its module where that is not imported."""
        if self._loaded is None:
            found = _docstring_in(self.module, self.class_name)
            if found is not None:
                return found
        return docstring(self.load())


def docstring(rule: type[Rule] | RuleEntry) -> str:
    """The documentation that a rule itself states, without its indentation; "" for none."""
    if isinstance(rule, RuleEntry):
        return rule.docstring
    from inspect import cleandoc

    return cleandoc(vars(rule).get("__doc__") or "")


def summary(rule: type[Rule] | RuleEntry) -> str:
    """The first sentence of a rule's documentation, what comes before its sections."""
    if isinstance(rule, RuleEntry):
        return rule.summary
    return " ".join(f"\n{docstring(rule)}".partition("\n## ")[0].split())


def read_index(package: str) -> list[RuleEntry] | None:
    """The entries in the index of a pack; None when it has none."""
    try:
        index = import_module(f"{package}.{INDEX}")
    except ModuleNotFoundError as fault:
        if fault.name != f"{package}.{INDEX}":
            raise
        return None
    return [RuleEntry(stated, stated["module"], stated["class"]) for stated in index.RULES]


def index_text(rules: Iterable[type[Rule]]) -> str:
    """The text of the module that is the index of a pack with these rules."""
    lines = [_HEAD]
    for rule in rules:
        lines.append("    {\n")
        for key, value in {**_stated(rule), "module": rule.__module__, "class": rule.__name__}.items():
            lines.append(f"        {_literal(key)}: {_literal(value)},\n")
        lines.append("    },\n")
    return "".join([*lines, "]\n"])


def _stated(rule: type[Rule]) -> dict[str, Any]:
    found: dict[str, Any] = {
        "code": rule.code,
        "name": rule.name,
        "family": rule.family,
        "severity": rule.severity.value,
        "summary": summary(rule),
    }
    found.update({key: getattr(rule, key) for key, default in _OPTIONAL.items() if getattr(rule, key) != default})
    return found


def _literal(value: object) -> str:
    """A value as the formatter would have it written."""
    if isinstance(value, str):
        return f'"{value}"' if '"' not in value and "\\" not in value and value.isprintable() else repr(value)
    return repr(value)


def _docstring_in(module: str, name: str) -> str | None:
    """The docstring of a class, from the text of its module; None where there is no text, or no such class in it."""
    import ast
    from importlib.util import find_spec

    spec = find_spec(module)
    get_source = getattr(spec.loader, "get_source", None) if spec is not None else None
    text = get_source(module) if get_source is not None else None
    body: Sequence[ast.stmt] = ast.parse(text).body if text is not None else ()
    for statement in body:
        if isinstance(statement, ast.ClassDef) and statement.name == name:
            return ast.get_docstring(statement) or ""
    return None
