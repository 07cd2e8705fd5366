"""Which settings modules of a Django project production uses, and which are for development."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from backend_lint.semantics.roles import is_test_path
from backend_lint.source import nodes as n

if TYPE_CHECKING:
    from backend_lint.semantics.project import Module, Project

_WORD = re.compile(r"[a-z0-9]+")
_DEVELOPMENT_WORDS = frozenset({
    "dev", "devel", "develop", "development", "local", "localdev", "test", "tests", "testing", "ci", "debug", "example", "sample", "demo",
    "playground", "sandbox", "docs", "pytest", "e2e", "devcontainer", "codespaces", "dummy", "mypy",
})  # fmt: skip
_PRODUCTION_WORDS = frozenset({"prod", "production", "live", "deploy", "deployment", "staging", "heroku", "stage"})
_ENTRY_FILES = re.compile(r"(?:^|/)(?:wsgi|asgi|manage|celery|celery_app|main|app)\.py$")
_SERVING_FILES = re.compile(r"(?:^|/)(?:wsgi|asgi)\.py$")
_SETTINGS_NAME = re.compile(r"DJANGO_SETTINGS_MODULE['\"]\s*[,\]]\s*=?\s*['\"]([\w.]+)['\"]")
_DJANGO = ("INSTALLED_APPS", "ROOT_URLCONF", "MIDDLEWARE", "WSGI_APPLICATION", "TEMPLATES", "AUTH_USER_MODEL", "ALLOWED_HOSTS")


def is_development_name(path: str) -> bool:
    """Whether a settings or start-up file is one for development or tests by its name or that of its own folder."""
    parts = path.rsplit(".", 1)[0].lower().split("/")
    near = parts[-1:] + [part for part in parts[-2:-1] if part not in ("apps",)]
    return is_test_path(path) or any(word in _DEVELOPMENT_WORDS for part in near for word in _WORD.findall(part.replace("_", " ")))


def is_production_name(path: str) -> bool:
    """Whether a settings file is one for production by its name."""
    return any(word in _PRODUCTION_WORDS for word in _WORD.findall(path.rsplit("/", 1)[-1].lower().replace("_", " ")))


def is_django_settings(module: Module) -> bool:
    """Whether a module holds Django settings: it binds some of Django's own, or stars in what does."""
    names = module.names.bindings
    if sum(name in names for name in _DJANGO) >= 2:
        return True
    if module.role != "settings" and not module.path.endswith("settings.py"):
        return False
    return any(star for star in _stars(module) if sum(name in star.names.bindings for name in _DJANGO) >= 2)


def _stars(module: Module) -> list[Module]:
    """The project modules that a module star-imports."""
    found = []
    for star in module.names.stars:
        source = module.imported_from(star)
        if source is not None and source is not module:
            found.append(source)
    return found


def closure(module: Module) -> list[Module]:
    """A module and those it star-imports, directly or not."""
    found: list[Module] = []
    queue = [module]
    while queue and len(found) < 50:
        current = queue.pop(0)
        if current not in found:
            found.append(current)
            queue.extend(_stars(current))
    return found


def _entry_files(project: Project) -> list[str]:
    """The files that start the project, by their names. A fact."""
    return sorted(path for path in project.files if _ENTRY_FILES.search(path))


def _named(project: Project) -> tuple[list[Module], list[Module]]:
    """The settings modules that `wsgi.py` and `asgi.py` name, and those that any entry file names."""

    def find() -> tuple[list[Module], list[Module]]:
        serving: list[Module] = []
        every: list[Module] = []
        for path in project.fact(_entry_files):
            data = project.bytes_of(path)
            for match in _SETTINGS_NAME.finditer(data.decode("utf-8", "replace")) if data else ():
                target = project.layout.resolve(match[1], path)
                module = project.find(target) if target else None
                if module is not None:
                    every.append(module)
                    if _SERVING_FILES.search(path):
                        serving.append(module)
        return serving, every

    return project.remember("settings modules", find)


def users(module: Module) -> list[Module]:
    """The settings modules of the project that star-import `module`, directly or not."""
    stem = module.path.rsplit("/", 1)[-1].removesuffix(".py")
    needle = module.path.rsplit("/", 2)[-2] if stem == "__init__" and "/" in module.path else stem
    return [
        other
        for other in module.project.containing(needle.encode())
        if other is not module and other.names.stars and module in closure(other)
    ]


def is_used_in_production(module: Module, name: str) -> bool:
    """Whether the value that `module` gives the setting `name` is what production gets.

    Not when the file is for development by its name, when production's settings are other ones, or when those that build upon the module
    set the name anew. Where the user says which modules production takes its settings from, these and what they star-import are it.
    """
    declared = module.project.declared("settings-modules")
    if declared:
        return module.name in declared or any(user.name in declared and not _overrides(user, module, name) for user in users(module))
    if is_development_name(module.path):
        return False
    if is_production_name(module.path):
        return True
    above = [user for user in users(module) if not is_development_name(user.path)]
    production = [user for user in above if is_production_name(user.path)]
    if production:
        return any(not _overrides(user, module, name) for user in production)
    serving, every = _named(module.project)
    named = [found for found in serving or every if not is_development_name(found.path)]
    if any(module is found for found in named):
        return True
    final = [user for user in above if user in named] or above
    if final:
        return any(not _overrides(user, module, name) for user in final)
    return not any(_near(found, module) for found in named)


def _near(found: Module, module: Module) -> bool:
    """Whether two settings modules belong to one Django project: they share their folder or that above it."""
    one, other = found.path.rsplit("/", 1)[0], module.path.rsplit("/", 1)[0]
    return one == other or one.startswith(other) or other.startswith(one)


def _overrides(user: Module, module: Module, name: str) -> bool:
    """Whether a module between `user` (included) and `module`, or `user` itself, binds the name after it has taken over `module`'s."""
    return any(
        name in other.names.bindings
        for other in closure(user)
        if other is not module and (module in closure(other) or is_production_name(other.path))
    )


def overridden_later(module: Module, name: str, node: n.Node) -> bool | None:
    """Whether the module sets the name again after `node`: True when it does, None when a later star import may."""
    if any(binding.start > node.end and binding.kind != "annotation" for binding in module.names.bindings.get(name, ())):
        return True
    if any(star.start > node.end for star in module.names.stars):
        return None
    return False
