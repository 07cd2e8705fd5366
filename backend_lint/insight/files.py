"""How a file is seen: what holds for it, what it is taken for, and what is not known in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from backend_lint.engine.effective import effective
from backend_lint.frameworks import frameworks_of, handlers_in, is_handler
from backend_lint.insight.explain import held_back
from backend_lint.insight.inherited import inherited_routes
from backend_lint.insight.model import Fact, FileView, RuleView, Weakness
from backend_lint.insight.routes import routes_of
from backend_lint.insight.unknown import is_harmless, unknown_calls, unresolved_imports
from backend_lint.source import nodes as n
from backend_lint.source.parse import SyntaxFault

if TYPE_CHECKING:
    from backend_lint.engine.entries import RuleEntry
    from backend_lint.insight.opening import Opened
    from backend_lint.semantics.project import Function, Module

#: The families whose rules hang on what calls call, with what they ask of them, and of calls in which functions.
_HANGING: dict[str, tuple[str, Callable[[Function | None], bool]]] = {
    "layering": ("what a handler's calls do to a database", lambda function: function is not None and is_handler(function)),
    "validation": ("where request data goes", lambda function: function is not None),
    "transactions": ("which calls write and commit", lambda function: function is not None),
    "database-errors": ("which calls connect and commit", lambda function: True),
    "errors": ("which calls look something up or call another service", lambda function: function is not None),
    "async": ("which calls block", lambda function: function is not None and function.is_async),
    "lifecycle": ("which calls open something, and which close it", lambda function: True),
}


def file_view(opened: Opened, path: str) -> FileView:
    """How one of the targets is seen. Raises `ConfigurationFault`."""
    settings = effective(opened.configurations, opened.registry, path)
    project = opened.project()
    try:
        module = project.module(path)
    except (SyntaxFault, OSError) as fault:
        message = f"line {fault.line}: {fault.message}" if isinstance(fault, SyntaxFault) else str(fault.strerror or fault)
        return FileView(path=path, configuration=settings.file, is_excluded=settings.is_excluded, fault=message)
    on, off = _rules(opened, path, module)
    calls = [(call, holder) for call, holder in _calls(module) if not is_harmless(call, module, holder)]
    holders = {id(call): holder for call, holder in calls}
    unknown = list(unknown_calls(module, calls))
    imports = tuple(unresolved_imports(module))
    handlers = [route for handler in handlers_in(module) for route in routes_of(handler)]
    return FileView(
        path=path,
        configuration=settings.file,
        is_excluded=settings.is_excluded,
        module=module.name,
        source_root=_source_root(path, module.name),
        role=module.role,
        frameworks=tuple(sorted(frameworks_of(project))),
        handlers=(*handlers, *inherited_routes(module)),
        on=tuple(RuleView(code=entry.code, name=entry.name, severity=_severity(opened, entry, path)) for entry in on),
        off=tuple(off),
        unresolved_imports=imports,
        calls=len(calls),
        known=len(calls) - len(unknown),
        unknown_calls=tuple(fact for _, fact in unknown),
        weakened=tuple(_weakened(on, [holders[id(call)] for call, _ in unknown], len(imports))),
    )


def _source_root(path: str, name: str) -> str:
    """The folder that a file's name as a module begins in, "." for the project's root."""
    parts = path.rsplit(".", 1)[0].split("/")
    if parts[-1] == "__init__" and name != "__init__":
        parts.pop()
    return "/".join(parts[: len(parts) - len(name.split("."))]) or "."


def _severity(opened: Opened, entry: RuleEntry, path: str) -> str:
    plan = opened.plans.of(path)
    return plan.severity_of(entry).value if plan is not None else entry.severity.value


def _rules(opened: Opened, path: str, module: Module) -> tuple[list[RuleEntry], list[Fact]]:
    """The rules that look at a file, and why the others do not."""
    plan = opened.plans.of(path)
    assert plan is not None, "the file is a target"
    on: list[RuleEntry] = []
    off: dict[Fact, list[str]] = {}
    for entry in opened.registry.rules:
        reasons = list(held_back(opened, entry, path, plan, module))
        if reasons and not reasons[0].text.startswith("the configuration leaves the file out"):
            off.setdefault(reasons[0], []).append(f"{entry.code} {entry.name}")
        elif len(reasons) > 1:
            off.setdefault(reasons[1], []).append(f"{entry.code} {entry.name}")
        else:
            on.append(entry)
    return on, [Fact(text=f"{', '.join(names)}: {reason.text}", place=reason.place) for reason, names in off.items()]


def _calls(module: Module) -> Iterator[tuple[n.Call, Function | None]]:
    for holder in (None, *module.functions):
        for call in module.top_nodes_of(n.Call) if holder is None else holder.nodes_of(n.Call):
            yield call, holder


def _weakened(on: Sequence[RuleEntry], unknown: Sequence[Function | None], imports: int) -> Iterator[Weakness]:
    """The rules that are on and whose answers hang on unknown calls, which stand in these functions: they are silent there."""
    for family, (asked, concerns) in _HANGING.items():
        codes = tuple(entry.code for entry in on if entry.family == family)
        count = sum(concerns(function) for function in unknown)
        if codes and count:
            because = f"they ask {asked}, and {count} call{'s' if count > 1 else ''} may be such"
            if imports:
                because += f"; {imports} import{'s lead' if imports > 1 else ' leads'} nowhere"
            yield Weakness(family=family, rules=codes, because=because)
