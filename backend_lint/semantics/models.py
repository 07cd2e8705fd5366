"""What a pydantic model keeps of what it is constructed with.

    drops(call, target, argument) -> whether the model takes no notice of the argument: no field of that name or alias, no `extra="allow"`

Pydantic ignores what a model does not declare, unless its configuration says otherwise
(https://docs.pydantic.dev/latest/concepts/models/#extra-data). Whatever about a model cannot be read means that it keeps everything.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from backend_lint.semantics.project import Class
from backend_lint.source import nodes as n

if TYPE_CHECKING:
    from backend_lint.semantics.calls import Callee

# Outside bases that neither take extra values nor look at what a model is constructed with.
_PLAIN_BASES = frozenset({"pydantic.BaseModel", "typing.Generic", "abc.ABC", "object"})
# What a model or a validator of its own runs before the fields are filled.
_READING_METHODS = ("__init__", "__new__", "model_validate")
_EARLY_VALIDATORS = frozenset({"model_validator", "root_validator"})
_ALIASES = frozenset({"alias", "validation_alias"})
# Settings under which other names than those of the fields are taken.
_NAMING = frozenset({"alias_generator", "fields"})
# The values of `extra` with which nothing more is kept: `forbid` raises.
_CLOSED = frozenset({"ignore", "forbid"})


def drops(call: n.Call, target: Callee, argument: n.Arg) -> bool:
    """Whether a call (of what `callee` says) constructs a pydantic model of the project that ignores this argument."""
    made = target.constructs
    if argument.keyword is None or made is None or not isinstance(made.definition, Class):
        return False
    # Behind `cls`, a parameter or a variable a class may stand that declares more.
    called = call.func.attr if isinstance(call.func, n.Attribute) else call.func.id if isinstance(call.func, n.Name) else ""
    if called != made.definition.node.name:
        return False
    kept = kept_keywords(made.definition)
    return kept is not None and argument.keyword not in kept


def kept_keywords(cls: Class) -> frozenset[str] | None:
    """The keywords that a pydantic model takes notice of; None for other classes, and when it may take any."""
    return cls.module.project.remember(("kept keywords", id(cls)), lambda: _kept(cls))


def _kept(cls: Class) -> frozenset[str] | None:
    if not cls.derives_from("pydantic.BaseModel") or any(cls.method(name) is not None for name in _READING_METHODS):
        return None
    found: set[str] = set()
    for each in cls.mro:
        if not _is_plain(each) or not _is_closed(each) or any(_reads_input(method.node) for method in each.methods.values()):
            return None
        found.update(each.names.bindings)
        aliases = _aliases(each)
        if aliases is None:
            return None
        found |= aliases
    return frozenset(found)


def _is_plain(cls: Class) -> bool:
    """Whether all bases of a class are known, and nothing else makes more of it than its body says."""
    given = [base for base in cls.node.bases if base.keyword is None]
    if cls.node.decorators or any(base.star for base in cls.node.bases) or len(cls.bases) != len(given):
        return False
    return all(isinstance(base.definition, Class) or base.name in _PLAIN_BASES for base in cls.bases)


def _is_closed(cls: Class) -> bool:
    """Whether a class's own configuration lets no undeclared keyword in: class keywords, `model_config`, `class Config`."""
    given = {base.keyword: base.value for base in cls.node.bases if base.keyword is not None}
    if "metaclass" in given or not _is_closed_by(given):
        return False
    for binding in cls.names.bindings.get("model_config", ()):
        settings = _settings(binding.value)
        if settings is None or not _is_closed_by(settings):
            return False
    for binding in cls.names.bindings.get("Config", ()):
        config = binding.node
        if not isinstance(config, n.ClassDef) or config.bases or not _is_closed_by(_assigned(config)):
            return False
    return True


def _settings(expr: n.Node | None) -> dict[str, n.Expr] | None:
    """The entries of `ConfigDict(...)` or of a dict; None when they are not all there to be read."""
    if isinstance(expr, n.Call) and isinstance(expr.func, (n.Name, n.Attribute)):
        called = expr.func.attr if isinstance(expr.func, n.Attribute) else expr.func.id
        if called not in ("ConfigDict", "dict"):
            return None
        entries = {given.keyword: given.value for given in expr.args if given.keyword is not None}
        return entries if len(entries) == len(expr.args) else None
    if isinstance(expr, n.Dict):
        found = {key.value: value for key, value in zip(expr.keys, expr.values, strict=True) if isinstance(key, n.Constant)}
        return found if len(found) == len(expr.keys) else None
    return None


def _assigned(config: n.ClassDef) -> dict[str, n.Expr | None]:
    found: dict[str, n.Expr | None] = {}
    for statement in n.walk_scope(config.body):
        if isinstance(statement, (n.Assign, n.AnnAssign)):
            targets = statement.targets if isinstance(statement, n.Assign) else [statement.target]
            found.update({target.id: statement.value for target in targets if isinstance(target, n.Name)})
    return found


def _is_closed_by(settings: Mapping[str, n.Expr | None]) -> bool:
    if not _NAMING.isdisjoint(settings):
        return False
    if "extra" not in settings:
        return True
    extra = settings["extra"]
    if isinstance(extra, n.Attribute):
        return extra.attr in _CLOSED
    return isinstance(extra, n.Constant) and extra.value in _CLOSED


def _reads_input(function: n.FunctionDef) -> bool:
    """Whether a method is a validator that gets the keywords before the fields do; `mode="after"` says that it does not."""
    for decorator in function.decorators:
        named = decorator.func if isinstance(decorator, n.Call) else decorator
        name = named.attr if isinstance(named, n.Attribute) else named.id if isinstance(named, n.Name) else ""
        if name in _EARLY_VALIDATORS:
            given = decorator.args if isinstance(decorator, n.Call) else []
            return not any(each.keyword == "mode" and isinstance(each.value, n.Constant) and each.value.value == "after" for each in given)
    return False


def _aliases(cls: Class) -> set[str] | None:
    """The aliases that the fields of a class's own body have; None when one is not written out."""
    found: set[str] = set()
    for node in n.walk_scope(cls.node.body):
        for given in node.args if isinstance(node, n.Call) else ():
            if given.star == "**":
                return None
            if given.keyword not in _ALIASES:
                continue
            # `AliasChoices("error", AliasPath("errors", 0))`
            texts = {part.value for part in n.walk(given.value) if isinstance(part, n.Constant) and part.kind == "str"}
            if not texts or isinstance(given.value, n.FString):
                return None
            found |= texts
    return found
