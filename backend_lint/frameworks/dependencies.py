"""FastAPI's dependencies: the functions that some `Depends(...)` or `Security(...)` of the project names."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from backend_lint.frameworks.expressions import call_at, holder_of
from backend_lint.source import nodes as n

if TYPE_CHECKING:
    from backend_lint.frameworks.index import HandlerIndex
    from backend_lint.semantics.project import Function, Module, Project

_USE = re.compile(r"\b(Depends|Security)\(\s*(?:dependency\s*=\s*)?([A-Za-z_][\w.]*)")
_USE_BYTES = re.compile(_USE.pattern.encode())


def _named(project: Project) -> dict[str, list[str]]:
    """The files that depend on something, by the last part of its name. A fact."""
    found: dict[str, list[str]] = {}
    for path, names in project.searches.gathered(_depended_on).items():
        for name in sorted(names):
            found.setdefault(name, []).append(path)
    return found


def _depended_on(project: Project, path: str, text: bytes) -> frozenset[str] | None:
    """The last parts of the names that a file depends on."""
    if b"Depends(" not in text and b"Security(" not in text:
        return None
    found = {match.group(2).decode("ascii", "replace").rpartition(".")[2] for match in _USE_BYTES.finditer(text)}
    return frozenset(found) or None


class Dependencies:
    """Which functions are providers. Files are searched once for names; a use is looked up in its tree when its name is asked for."""

    def __init__(self, index: HandlerIndex) -> None:
        self._project = index.project

    def use_of(self, function: Function) -> tuple[Module, n.Call] | None:
        """A place that depends on the function (or on the class whose `__init__` or `__call__` it is); None when there is none."""
        if function.cls is not None and function.node.name in ("__init__", "__call__"):
            names = {function.cls.node.name} | _instances(function)
        else:
            names = {function.node.name}
        if function.parent is not None:
            # The factory of a closure: `Depends(require_role("admin"))`.
            names.add(function.parent.node.name)
        for name in sorted(names):
            for path in self._project.fact_of(_named, name) or ():
                found = self._uses_in(path).get(id(function.node))
                if found is not None:
                    return found
        return None

    def _uses_in(self, path: str) -> dict[int, tuple[Module, n.Call]]:
        return self._project.remember(("uses of dependencies", path), lambda: self._search(path), meanwhile={})

    def _search(self, path: str) -> dict[int, tuple[Module, n.Call]]:
        known: dict[int, tuple[Module, n.Call]] = {}
        module = self._project.find(path)
        if module is not None:
            seen: set[tuple[str, int]] = set()
            for match in _USE.finditer(module.tree.text):
                call = call_at(module, match.start(1), match.end(1))
                if call is None or not call.args:
                    continue
                holder = holder_of(module, call)
                key = (match.group(2), id(holder))
                if key in seen and not isinstance(call.args[0].value, n.Call):
                    continue
                seen.add(key)
                function = self._provider(call, module, holder)
                if function is not None:
                    known.setdefault(id(function.node), (module, call))
        return known

    def _provider(self, call: n.Call, module: Module, holder: Function | None) -> Function | None:
        from backend_lint.semantics.project import Class as ProjectClass
        from backend_lint.semantics.project import Function as ProjectFunction

        target = self._project.inference.value(call.args[0].value, module, holder)
        if target is None:
            return None
        definition = target.definition
        if isinstance(definition, ProjectFunction) and target.kind == "function":
            return definition
        if isinstance(definition, ProjectClass):
            return definition.method("__call__" if target.kind == "instance" else "__init__")
        return None


def _instances(function: Function) -> set[str]:
    """Module-level names that hold an instance of the method's class: `admin_only = RoleChecker("admin")`."""
    assert function.cls is not None
    found = set()
    for name, bindings in function.module.names.bindings.items():
        for binding in bindings:
            if (
                isinstance(binding.value, n.Call)
                and isinstance(binding.value.func, n.Name)
                and binding.value.func.id == function.cls.node.name
            ):
                found.add(name)
    return found
