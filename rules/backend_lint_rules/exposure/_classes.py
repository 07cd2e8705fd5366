"""What an exception's class says about its text: written for clients, or by and for programmers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from backend_lint.semantics import raises
from backend_lint.semantics.project import Class
from backend_lint.source import nodes as n

if TYPE_CHECKING:
    from collections.abc import Sequence

    from backend_lint.semantics.project import Function, Module, Project
    from backend_lint.semantics.values import Value

#: The text comes from the interpreter or a library.
LEAK = "leak"
#: A builtin class that project code raises as a domain error, or may: reviewers would disagree.
DOMAIN = "domain"
#: A builtin class that a handler for a broad one has picked out with `isinstance`, to show its text.
PICKED = "picked"
#: A class of the project: its text is the project's own, unless somebody has put a library's into it.
PROJECT = "project"

# Exceptions whose text is made for the client: HTTP errors with their own answer, and what validation found wrong with the client's input.
_FOR_CLIENTS = frozenset({
    "starlette.exceptions.HTTPException", "fastapi.HTTPException", "fastapi.exceptions.HTTPException",
    "starlette.exceptions.WebSocketException", "werkzeug.exceptions.HTTPException", "rest_framework.exceptions.APIException",
    "ninja.errors.HttpError", "ninja_extra.exceptions.APIException", "django.http.Http404", "django.core.exceptions.ValidationError",
    "django.core.exceptions.PermissionDenied", "django.core.exceptions.BadRequest", "graphql.GraphQLError",
    "email_validator.EmailNotValidError", "voluptuous.Invalid", "voluptuous.error.Invalid", "colander.Invalid",
    "wtforms.validators.StopValidation", "click.ClickException", "aiohttp.web.HTTPException", "connexion.exceptions.ProblemException",
    "apiflask.HTTPError", "flask_smorest.error_handler.HTTPException", "slowapi.errors.RateLimitExceeded",
    "fastapi_users.InvalidPasswordException", "fastapi_users.exceptions.InvalidPasswordException", "graphene.utils.GraphQLError",
    "authlib.oauth2.base.OAuth2Error", "authlib.oauth2.OAuth2Error", "oauthlib.oauth2.OAuth2Error",
    "oauthlib.oauth2.rfc6749.errors.OAuth2Error", "strawberry.exceptions.GraphQLError",
})  # fmt: skip
# Modules all of whose exceptions are such.
_FOR_CLIENTS_MODULES = (
    "werkzeug.exceptions.",
    "rest_framework.exceptions.",
    "ninja.errors.",
    "ninja_extra.exceptions.",
    "marshmallow.exceptions.",
)
# Inner classes of Django models that say no more than the model's name; their text is Django's.
_MODEL_EXCEPTIONS = frozenset({"DoesNotExist", "MultipleObjectsReturned"})
#: Builtins that projects raise for what is wrong in their own domain.
_DOMAIN_BUILTINS = frozenset({
    "ValueError", "TypeError", "RuntimeError", "AssertionError", "NotImplementedError", "PermissionError", "LookupError",
})  # fmt: skip
#: Of these, those that the system raises where a call is known to raise an OSError.
_OF_THE_SYSTEM = frozenset({"PermissionError"})
_LOOKUPS = frozenset({"KeyError", "IndexError", "LookupError"})


def is_for_clients(name: str, project: Project, ancestors: frozenset[str] | None = None) -> bool:
    """Whether a class of this qualified name (with these ancestors) has a text meant for clients."""
    names = ancestors if ancestors is not None else frozenset(project.registry.ancestors(name))
    canonical = project.registry.canonical
    for known in names | {name}:
        if known in _FOR_CLIENTS or known.startswith(_FOR_CLIENTS_MODULES):
            return True
        last = known.rpartition(".")[2]
        if last.endswith(("ValidationError", "ValidationException", "ValidationErrors")) and "." in known:
            return True
    return any(canonical(known) in names for known in _FOR_CLIENTS)


def is_project_class(value: Value | None) -> bool:
    """Whether the class is defined in the project."""
    return value is not None and isinstance(value.definition, Class)


def is_builtin(name: str) -> bool:
    """Whether a qualified class name is a builtin's."""
    return "." not in name


def grade_of_name(name: str, project: Project) -> str | None:
    """The grade of an outside class by its name alone, as an error handler is registered for it; None for a text meant for clients."""
    if name.isdigit():
        return LEAK if name.startswith("5") else None
    if is_for_clients(name, project) or (is_builtin(name) and not is_exception_name(name, project)):
        return None
    return LEAK


def is_exception_name(name: str, project: Project) -> bool:
    """Whether a builtin's name is that of an exception class."""
    return "BaseException" in project.registry.ancestors(name)


def is_model_exception(expr: n.Expr) -> bool:
    """Whether an expression is `Model.DoesNotExist` or the like."""
    return isinstance(expr, n.Attribute) and expr.attr in _MODEL_EXCEPTIONS


class Evidence:
    """What a `try` body says about who raises a builtin: the project's own `raise`s, conversions and lookups in it, calls below it."""

    def __init__(self, body: Sequence[n.Stmt], module: Module, function: Function | None) -> None:
        self.project = module.project
        self.sites = raises.raised_in(body, module, function)
        self.libraries = [name for _, name in raises.library_raises(body, module, function, 0)]
        self._deep: list[str] | None = None
        self._where = (body, module, function)

    @property
    def deep(self) -> list[str]:
        """What libraries raise in the functions that the body calls."""
        if self._deep is None:
            self._deep = [name for _, name in raises.library_raises(*self._where, 1)]
        return self._deep

    def raised(self, name: str) -> list[raises.RaiseSite]:
        """The project's raises of a class or of what derives from it."""
        return [site for site in self.sites if raises.derives(site.cls, frozenset({name}), self.project) or site.cls.name == name]

    def _holds(self, names: list[str], name: str) -> bool:
        return any(name in self.project.registry.ancestors(found) and not is_for_clients(found, self.project) for found in names)

    def grade(self, name: str) -> str:
        """Whether a builtin exception caught around the body carries a library's text (LEAK) or the project's (DOMAIN)."""
        sites = self.raised(name)
        if self._holds(self.libraries, name) or (name in _LOOKUPS and self._looks_up()):
            return LEAK
        if sites:
            return DOMAIN
        if self._holds(self.deep, name) or (name in _OF_THE_SYSTEM and "OSError" in self.deep):
            return LEAK
        return DOMAIN if name in _DOMAIN_BUILTINS else LEAK

    def _looks_up(self) -> bool:
        return any(isinstance(node, n.Subscript) and not isinstance(node.index, n.Slice) for node in n.walk_scope(list(self._where[0])))
