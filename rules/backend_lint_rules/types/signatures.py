"""What a signature lacks, and whether a reviewer would mind."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass

from backend_lint.frameworks import handler_of
from backend_lint.semantics.project import Class, Function, Project
from backend_lint.source import nodes as n

#: Fewer annotated functions than one in this many make a project "untyped".
ONE_IN = 20

# A function's head, in bytes: enough to count annotated functions without parsing. Parameters nest two pairs of brackets deep (defaults).
_HEAD = re.compile(
    rb"^[ \t]*(?:async[ \t]+)?def[ \t]+\w+[ \t]*(?:\[[^\]\n]*\])?"
    rb"\(((?:[^()]|\((?:[^()]|\([^()]{0,300}\)){0,300}\)){0,3000})\)[ \t]*(->)?",
    re.MULTILINE,
)
_ADMIN_CLASSES = (
    "django.contrib.admin.ModelAdmin",
    "django.contrib.admin.AdminSite",
    "django.contrib.admin.TabularInline",
    "django.contrib.admin.StackedInline",
    "django.contrib.admin.SimpleListFilter",
    "flask_admin.base.BaseView",
    "flask_admin.contrib.sqla.ModelView",
)
_SKIPPED = re.compile(r"(?:^|/)(?:migrations|alembic|versions)/")


@dataclass(frozen=True)
class Lacking:
    """What a function's signature lacks: parameter names, the return, or both; `variadic` are unannotated `*args`/`**kwargs` it reads."""

    parameters: tuple[str, ...]
    returns: bool
    variadic: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.parameters or self.returns or self.variadic)

    @property
    def text(self) -> str:
        parts = []
        if self.parameters:
            names = ", ".join(f"`{name}`" for name in self.parameters[:6])
            more = f" and {len(self.parameters) - 6} more" if len(self.parameters) > 6 else ""
            parts.append(f"parameter{'s' if len(self.parameters) > 1 else ''} {names}{more}")
        elif self.variadic:
            parts.append(f"parameter{'s' if len(self.variadic) > 1 else ''} {', '.join(f'`{name}`' for name in self.variadic)}")
        if self.returns:
            parts.append("the return value")
        return " and ".join(parts)


def lacking(function: Function) -> Lacking:
    """What `function`'s own signature lacks."""
    node = function.node
    named = [p for p in function.own_parameters if p.kind not in ("vararg", "kwarg")]
    missing = tuple(p.name for p in named if p.annotation is None)
    variadic = tuple(
        p.name
        for p in function.own_parameters
        if p.kind in ("vararg", "kwarg") and p.annotation is None and not p.name.startswith("_") and not _only_passed_on(function, p)
    )
    returns = node.returns is None
    if returns and node.name == "__init__" and any(p.annotation is not None for p in named):
        returns = False
    return Lacking(missing, returns, variadic)


def _only_passed_on(function: Function, parameter: n.Parameter) -> bool:
    """Whether `*args` or `**kwargs` is unused or only handed to another call, as wrappers do."""
    passed = {
        id(argument.value)
        for node in n.walk(function.node.body)
        if isinstance(node, n.Call)
        for argument in node.args
        if argument.star and isinstance(argument.value, n.Name)
    }
    return all(id(node) in passed for node in n.walk(function.node.body) if isinstance(node, n.Name) and node.id == parameter.name)


def is_exempt(function: Function) -> bool:
    """Whether nobody would ask for annotations: stubs' overloads, admin and test code, generated files."""
    module = function.module
    if module.role in ("test", "migration", "example", "script", "generated") or module.path.endswith("conftest.py"):
        return True
    # `django-admin startproject` writes it.
    if module.path == "manage.py" or module.path.endswith("/manage.py"):
        return True
    if _is_admin(function):
        return True
    for decorator in function.node.decorators:
        name = decorator.id if isinstance(decorator, n.Name) else decorator.attr if isinstance(decorator, n.Attribute) else None
        if name == "overload":
            return True
    return _under_main_guard(function)


_ADMIN_IMPORT = re.compile(
    r"^\s{0,40}(?:from\s+django\.contrib(?:\.gis)?(?:\.admin\b|\s+import\b[^\n]*\badmin\b)|import\s+django\.contrib\.admin\b)", re.MULTILINE
)


def _is_admin(function: Function) -> bool:
    """Whether the function belongs to Django's or Flask's admin site: a method of an admin class, or anything in an admin module. An
    `admin.py` that registers nothing there (an API's routes for administrators) is no such module."""
    if function.cls is not None and function.cls.derives_from(*_ADMIN_CLASSES):
        return True
    parts = function.module.path.split("/")
    if parts[-1] != "admin.py" and "admin" not in parts[:-1]:
        return False
    return _ADMIN_IMPORT.search(function.module.tree.text) is not None


def _under_main_guard(function: Function) -> bool:
    from backend_lint.semantics.roles import is_main_guard

    body = function.module.tree.body
    place = bisect_right(body, function.node.start, key=lambda statement: statement.start) - 1
    return place >= 0 and is_main_guard(body[place]) and function.node.start < body[place].end


def is_disputed(function: Function, gaps: Lacking) -> bool:
    """Whether reviewers would disagree about asking: only the return missing, dunders, private helpers, inner functions, overrides."""
    name = function.node.name
    if not gaps.parameters:
        return True
    if function.parent is not None:
        return True
    if name.startswith("_") and not (name == "__call__" and _is_middleware(function)):
        return True
    if function.module.role == "command" or _is_command(function):
        return True
    cls = function.cls
    while cls is not None:
        if cls.node.name.startswith("_"):
            return True
        cls = cls.outer
    return function.cls is not None and overrides_library(function.cls, name)


def _is_command(function: Function) -> bool:
    """Whether a decorator makes a command-line command of the function: `@click.command()`, `@app.cli.command("sync")`, `@cli.command`."""
    for decorator in function.node.decorators:
        target = decorator.func if isinstance(decorator, n.Call) else decorator
        if isinstance(target, n.Attribute) and target.attr == "command":
            return True
    return False


def _is_middleware(function: Function) -> bool:
    """Whether a method is what a framework calls for each request: a middleware's `__call__` has a contract like a handler's."""
    handler = handler_of(function)
    return handler is not None and handler.kind == "middleware"


def overrides_library(cls: Class, name: str) -> bool:
    """Whether a base class outside the project defines the method, or may: nothing is known of an undeclared class."""
    registry = cls.module.project.registry
    for ancestor in sorted(cls.external_ancestors):
        if registry.defines(ancestor, name):
            return True
        if not registry.knows(ancestor) and ancestor not in registry.top_levels:
            return True
    for base in cls.node.bases:
        # A base that inference cannot name may define anything.
        if base.keyword is None and not base.star:
            value = cls.module.project.inference.class_value(base.value, cls.module, cls.parent)
            if value is None or value.kind not in ("class", "external"):
                return True
    return False


def annotated_share(project: Project) -> tuple[int, int]:
    """How many of the project's functions have an annotation, and how many there are; tests and migrations left out. Counted in the bytes:
    a project need not be parsed to be counted."""
    counts = project.searches.gathered(_counted).values()
    return sum(annotated for annotated, _ in counts), sum(total for _, total in counts)


def _counted(project: Project, path: str, text: bytes) -> tuple[int, int] | None:
    """How many of a file's functions have an annotation, and how many there are."""
    annotated = total = 0
    if b"def" in text and not _SKIPPED.search(path):
        for match in _HEAD.finditer(text):
            total += 1
            if match[2] or b":" in match[1]:
                annotated += 1
    return (annotated, total) if total else None


def is_untyped_project(project: Project) -> bool:
    """Whether fewer than one in twenty of the project's functions is annotated."""
    return project.fact(_is_untyped)


def _is_untyped(project: Project) -> bool:
    annotated, total = annotated_share(project)
    return total > 0 and annotated * ONE_IN < total


def header(function: Function) -> n.Name:
    """A node that spans the function's name, to report at."""
    return n.Name(function.node.name_start, function.node.name_end, function.node.name)
