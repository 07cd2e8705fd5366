"""Where a hardcoded value does no harm: development settings, values that start-up refuses, and whatever is not application code."""

from __future__ import annotations

import re
from collections.abc import Iterator

from backend_lint.semantics import effects, secrets
from backend_lint.semantics.calls import dotted
from backend_lint.semantics.development import is_guarded
from backend_lint.semantics.project import Class, Function, Module
from backend_lint.semantics.settings import is_django_settings, is_used_in_production
from backend_lint.source import nodes as n
from backend_lint_rules.configuration.connections import connection_in
from backend_lint_rules.configuration.literals import Named, name_of
from backend_lint_rules.configuration.origins import text_of, value_of

_SEEDS = re.compile(r"(?:^|_)(?:seed|seeds|seeder|seeders|seeding)\d*(?:_|$)")
_TEST_DATA = re.compile(r"(?:^|_)(?:test|demo|dummy|sample|fake)_data(?:_|$)")
_TEST_TOOLS = re.compile(r"^(?:from|import) (?:unittest|pytest)\b", re.MULTILINE)
_DEVELOPMENT = re.compile(r"(?:^|_)(?:dev|devel|develop|development|local|test|tests|testing|debug|ci|example|sample|demo)(?:_|$)")


def is_development(named_at: n.Node, module: Module) -> bool:
    """Whether a node stands in settings for development or tests: by the file's name, its class's name, or a guard around it;
    or in a function that makes data to test with."""
    stem = module.path.rsplit("/", 1)[-1].rpartition(".")[0].lower()
    folder = module.path.split("/")[-2].lower() if "/" in module.path else ""
    if (module.role == "settings" or stem.startswith(("config", "settings")) or folder in ("settings", "config")) and (
        _DEVELOPMENT.search(stem) or _DEVELOPMENT.search(folder)
    ):
        return True
    if module.role == "test" or _SEEDS.search(stem) or _TEST_TOOLS.search(module.tree.text):
        return True
    function = module.function_at(named_at.start)
    if function is not None and _TEST_DATA.search(function.node.name):
        return True
    cls = class_at(named_at, module)
    if cls is not None:
        words = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", cls.node.name).lower()
        if _DEVELOPMENT.search(words):
            return True
    return is_guarded(named_at, module)


def is_replaced(named: Named) -> bool:
    """Whether the literal is a Django setting that the settings which production uses set anew."""
    module = named.module
    is_setting = named.way in ("assigned", "fallback") and named.name.isupper() and named.function is None
    return is_setting and is_django_settings(module) and not is_used_in_production(module, named.name)


def is_shown(node: n.Node, module: Module) -> bool:
    """Whether a node stands in an example for the documentation of an API: below a key, keyword or name that says "example"."""

    def make() -> list[tuple[int, int]]:
        return list(_examples(module)) if "example" in module.tree.text.lower() else []

    spans = module.project.remember(("example spans", module.path), make)
    return any(start <= node.start < end for start, end in spans)


def _examples(module: Module) -> Iterator[tuple[int, int]]:
    for node in module.nodes_of(n.Dict, n.Call, n.Assign, n.AnnAssign):
        given: list[tuple[str | None, n.Expr]] = []
        if isinstance(node, n.Dict):
            given = [(text_of(key), value) for key, value in zip(node.keys, node.values, strict=True) if key is not None]
        elif isinstance(node, n.Call):
            given = [(argument.keyword, argument.value) for argument in node.args]
        elif isinstance(node, n.Assign):
            given = [(name_of(target), node.value) for target in node.targets]
        elif isinstance(node, n.AnnAssign) and node.value is not None:
            given = [(name_of(node.target), node.value)]
        for name, value in given:
            if name is not None and not {"example", "examples"}.isdisjoint(secrets.words_of(name)):
                yield value.start, value.end


def class_at(node: n.Node, module: Module) -> Class | None:
    """The innermost class around a node."""
    found = None
    for cls in module.classes:
        if cls.node.start <= node.start < cls.node.end:
            found = cls
    return found


def holds_secret(named: Named) -> bool:
    """Whether a literal is a secret by the name it is given and by its look.

    One that a name carries from where it is itself called a secret is left to that place, and must look the part otherwise: a plain word
    that a variable holds says nothing.
    """
    strength = secrets.names_secret(named.name)
    if (
        strength is None
        or not secrets.could_be_secret(named.text, named.name, strength, is_label_likely=named.way not in ("fallback", "field"))
        or connection_in(named.text) is not None
    ):
        return False
    if named.text.endswith("...") or is_shown(named.node, named.module):
        return False
    if named.origin is None:
        return True
    if any(secrets.names_secret(name) == "strong" or (name == named.name) for name in named.origin.names):
        return False
    return not re.fullmatch(r"[A-Za-z]+(?:[_.-][A-Za-z]+)*", named.text)


def is_refused(named: Named) -> bool:
    """Whether a check refuses to run with this very text: a comparison with it (or membership in a list that holds it) beside a `raise` or
    an exit, in a validator or in code that runs, here or in another file that has the text."""
    module = named.module
    return any(_refuses(other, named) for other in [module, *_others(named)])


def _others(named: Named) -> list[Module]:
    """The other files that may compare with the text: those that have it, or the name of the setting, in their own text."""
    module = named.module
    if len(named.text) < 4 or not named.text.isascii():
        return []
    needles = {named.text.encode(), named.name.encode()}
    found = {id(other): other for needle in needles for other in module.project.containing(needle) if other is not module}
    return [other for other in found.values() if other.role != "test" and ("raise" in other.tree.text or "exit" in other.tree.text)][:50]


def _refuses(module: Module, named: Named) -> bool:
    for statement in module.tree.body:
        if isinstance(statement, n.If) and _tests(statement, named, module, None):
            return True
    for cls in module.classes if module is named.module else ():
        if any(isinstance(statement, n.If) and _tests(statement, named, module, None) for statement in cls.node.body):
            return True
    for function in module.functions:
        body = function.node.body
        if _stops(body) and any(_compares(node, named, module, function) for node in n.walk(body)) and _is_run(function):
            return True
    return False


def _tests(statement: n.If, named: Named, module: Module, function: Function | None) -> bool:
    return _stops(statement.body) and any(_compares(node, named, module, function) for node in n.walk(statement.test))


def _compares(node: n.Node, named: Named, module: Module, function: Function | None) -> bool:
    if isinstance(node, n.Compare):
        return any(_holds(part, named, module, function) for part in (node.left, *node.comparators))
    if "://" in named.text:
        return False  # `startswith("mysql")` asks for a driver
    if isinstance(node, n.Call) and isinstance(node.func, n.Attribute) and node.func.attr == "startswith" and node.args:
        first = node.args[0].value
        return isinstance(first, n.Constant) and len(first.value) > 3 and named.text.startswith(first.value)
    return False


def _holds(part: n.Expr, named: Named, module: Module, function: Function | None) -> bool:
    """Whether one side of a comparison is the text, or a collection with it, written there or under a name."""
    found = value_of(part, module, function)
    value = found[0] if found is not None else None
    if isinstance(value, n.Call) and value.args:
        value = value.args[0].value  # `frozenset({...})`, `Field("...")`
    if value is named.node and not isinstance(part, n.Attribute):
        return True
    if isinstance(value, (n.Set, n.List, n.Tuple)):
        return any(text_of(element) == named.text for element in value.elts)
    return value is not None and value is not named.node and text_of(value) == named.text


def _stops(body: list[n.Stmt]) -> bool:
    for node in n.walk(body):
        if isinstance(node, n.Raise):
            return True
        if isinstance(node, n.Call):
            name = node.func.attr if isinstance(node.func, n.Attribute) else node.func.id if isinstance(node.func, n.Name) else ""
            if name in ("exit", "_exit", "abort"):
                return True
    return False


#: Decorators that do not have a function called.
_PLAIN_DECORATORS = frozenset({"staticmethod", "classmethod", "property", "cached_property", "override"})
#: Names so common that a call of them somewhere says nothing.
_COMMON = frozenset({"validate", "check", "run", "verify", "clean", "init", "setup", "main", "load", "get", "start"})


def _is_run(function: Function) -> bool:
    """Whether a function runs: a decorator registers it (a validator, a start-up hook), the language or pydantic calls it, or something
    does."""
    decorators = {dotted(d.func if isinstance(d, n.Call) else d) for d in function.node.decorators}
    if decorators - _PLAIN_DECORATORS:
        return True
    name, project = function.node.name, function.module.project
    if (name.startswith("__") and name.endswith("__")) or name == "model_post_init":
        return True
    if next(effects.callers(function), None) is not None:
        return True
    if name in _COMMON:
        return False
    pattern = re.compile(rb"(?<!def )\b" + re.escape(name.encode()) + rb"\s*\(")
    return any(pattern.search(project.bytes_of(path) or b"") for path in project.holding(name.encode(), tests=True))
