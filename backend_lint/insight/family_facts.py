"""What each family of rules asks, answered for one function and one line: the special part of an explanation."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from backend_lint.frameworks import error_handlers, handler_of, transactions
from backend_lint.frameworks.handling import catches
from backend_lint.frameworks.input_uses import uses_of
from backend_lint.frameworks.reach import reach_of
from backend_lint.frameworks.serving import serves
from backend_lint.insight.facts import place_of, place_of_function, quoted, step_facts
from backend_lint.insight.function_facts import calls_at, role_text, section
from backend_lint.insight.model import Fact, Section
from backend_lint.semantics import blocking, units
from backend_lint.semantics.calls import callee
from backend_lint.semantics.nullness import lookup_at
from backend_lint.semantics.persistence import accesses
from backend_lint.semantics.resources import acquired
from backend_lint.source import nodes as n

if TYPE_CHECKING:
    from backend_lint.semantics.guards import Catch
    from backend_lint.semantics.project import Function, Module

#: Stands for any failure of a driver or a client: what catches one of these catches it.
_FAILURES = ("builtins.Exception", "Exception")

_CATCHERS = {
    "try": "an except clause", "suppress": "suppress()", "decorator": "a decorator", "retry": "a retry",
    "callback": "what it is handed to", "error-handler": "a registered error handler", "middleware": "middleware",
    "view": "the view class", "dependency": "a dependency",
}  # fmt: skip


def of_family(family: str, module: Module, function: Function | None, line: int) -> list[Section]:
    """The facts that the rules of a family rest on, as far as they concern a place."""
    ask = _QUESTIONS.get(family)
    return [found for found in ask(module, function, line) if found.facts] if ask is not None else []


def guards(module: Module, function: Function | None, line: int) -> list[Fact]:
    """What catches a failure of the calls on a line: here, in a caller, or by what the framework was told."""
    found: dict[Fact, None] = {}
    for call, holder in calls_at(module, line):
        if holder is not function:
            continue
        handling = catches(call, holder, _raised(call, module, holder), module=module)
        for catch in handling.catches:
            found[_caught(catch)] = None
    return list(found)


def _raised(call: n.Call, module: Module, function: Function | None) -> tuple[str, ...]:
    """The classes of what a call is declared to raise; any failure where nothing is declared."""
    member = callee(call, module, function).member
    declared = tuple(sorted(member.raises)) if member is not None and member.raises else ()
    return (*declared, *_FAILURES) if declared else _FAILURES


def _caught(catch: Catch) -> Fact:
    what = ", ".join(catch.classes) or "what is not known"
    where = _CATCHERS[catch.kind]
    inside = f" in {catch.function.qualname}" if catch.function is not None else ""
    return Fact(text=f"{where}{inside} catches {what}", place=place_of(catch.module, catch.node))


# --- by family


def _async(module: Module, function: Function | None, line: int) -> Iterator[Section]:
    if function is None:
        return
    yield section("On the event loop", _loop(function))


def _loop(function: Function) -> Iterator[Fact]:
    if function.is_async:
        waits = serves(function)
        yield Fact(text="runs on a loop that serves others meanwhile" if waits else "runs on a loop that serves nobody else meanwhile")
    else:
        yield Fact(text="a plain function: it blocks the loop only where a coroutine function calls it without a thread")
    blocks = [*blocking.blocks_in(function), *(blocking.awaited_blocks(function) if function.is_async else ())]
    for block in blocks:
        yield Fact(text=f"blocks ({block.cause}): {block.name}", place=place_of(function.module, block.node), steps=step_facts(block.steps))
    if not blocks:
        yield Fact(text="no call in it is known to block")


def _transactions(module: Module, function: Function | None, line: int) -> Iterator[Section]:
    if function is None:
        return
    yield section("Transactions", _units(function))


def _units(function: Function) -> Iterator[Fact]:
    project, module = function.project, function.module
    yield Fact(text=f"runs for a {transactions.setting_of(function)}".replace("for a start", "when the process starts"))
    if transactions.atomic_requests(project):
        yield Fact(text="ATOMIC_REQUESTS puts each request into a transaction")
    held = transactions.is_held(function)
    yield Fact(text="a transaction is open whenever it runs" if held else "nobody holds a transaction open around it")
    unit = units.of_function(function)
    for pair in unit.pairs:
        first = f"{units.deed(pair.first)} (line {module.line(pair.first.node)})"
        second = "again in the loop" if pair.is_loop else f"{units.deed(pair.second)} (line {module.line(pair.second.node)})"
        yield Fact(text=f"a failure in between leaves half: {first}, then {second}", place=place_of(module, pair.second.node))
    for event in unit.lasting:
        yield Fact(text=f"lasts when it returns: {units.deed(event)}", place=place_of(module, event.node))
    if unit.pending:
        yield Fact(text=f"leaves {len(unit.pending)} scheduled writes for its caller to commit")
    if not unit.pairs and not unit.lasting and not unit.pending:
        yield Fact(text="no write of it is known")


def _lifecycle(module: Module, function: Function | None, line: int) -> Iterator[Section]:
    calls = function.nodes_of(n.Call) if function is not None else module.top_nodes_of(n.Call)
    found = []
    for call in calls:
        for resource in acquired(call, module, function):
            word = "opens" if resource.opens else "makes what is costly to make"
            found.append(
                Fact(text=f"{word}: {resource.maker}, a {resource.kind} of {resource.cls}", place=place_of(module, call),
                     steps=step_facts(resource.steps))
            )  # fmt: skip
    if function is not None:
        reach = reach_of(function)
        if reach is not None:
            found.append(
                Fact(text=f"runs for each request, by {reach.handler.qualname}", place=place_of_function(reach.handler),
                     steps=step_facts(reach.steps))
            )  # fmt: skip
        else:
            found.append(Fact(text="no way is known by which a request gets here"))
    yield section("What is opened here", found or [Fact(text="nothing is known to be opened here")])


def _validation(module: Module, function: Function | None, line: int) -> Iterator[Section]:
    if function is None:
        return
    found = []
    for use in uses_of(function):
        data = ", ".join(f"{datum.source}{f' {datum.key!r}' if datum.key not in ('', '*') else ''}" for datum in use.data)
        into = f" into {use.callee}" if use.callee else ""
        note = ", which is worth a note" if use.is_note else ""
        found.append(Fact(text=f"{data} unchecked: {use.kind}{into}{note}", place=place_of(module, use.node), steps=step_facts(use.trace)))
    if not found:
        found.append(Fact(text="no unchecked use of request data is known here"))
    yield section("Request data", found)


def _errors(module: Module, function: Function | None, line: int) -> Iterator[Section]:
    found = guards(module, function, line)
    if function is not None:
        for call in function.nodes_of(n.Call):
            lookup = lookup_at(call, callee(call, module, function), module, function)
            if lookup is not None and module.line(call) == line:
                outcome = "gives None" if lookup.kind == "none" else "raises"
                found.append(
                    Fact(text=f"a lookup: {lookup.name} {outcome} when nothing is found", place=place_of(module, call),
                         steps=step_facts(lookup.steps))
                )  # fmt: skip
    yield section("Who takes care of a failure here", found or [Fact(text="no except clause, error handler or middleware is known to")])
    yield from _registered(module, function)


def _registered(module: Module, function: Function | None) -> Iterator[Section]:
    handlers = []
    for each in error_handlers(module.project):
        text = f"{each.function.qualname} handles {', '.join(each.exceptions) or 'what is not known'}"
        handlers.append(Fact(text=text, place=place_of_function(each.function)))
    yield section("Error handlers of the project", handlers or [Fact(text="none is registered")])


def _exposure(module: Module, function: Function | None, line: int) -> Iterator[Section]:
    if function is not None:
        handler = handler_of(function)
        reach = reach_of(function) if handler is None else None
        if reach is not None:
            fact = Fact(text=f"answers for {reach.handler.qualname}", place=place_of_function(reach.handler), steps=step_facts(reach.steps))
            yield section("Who sees the answer", [fact])
    caught = [
        Fact(text=f"{quoted(module, clause.type) if clause.type is not None else 'everything'} is caught", place=place_of(module, clause))
        for clause in (function.nodes_of(n.ExceptHandler) if function is not None else ())
    ]
    yield section("Exceptions caught here", caught or [Fact(text="no exception is caught here")])


def _layering(module: Module, function: Function | None, line: int) -> Iterator[Section]:
    if function is None:
        return
    found = []
    for access in accesses(function):
        who = "itself" if access.is_direct else f"through {access.name.rpartition('.')[2]}"
        subject = f" {access.subject.rpartition('.')[2]}" if access.subject else ""
        raw = ", as SQL text" if access.is_raw else ""
        found.append(Fact(text=f"{access.kind}{subject}: {who}{raw}", place=place_of(module, access.node)))
    found = found or [Fact(text="no access to a database or another service is known")]
    yield section("What the function does by itself and through others", found)


def _configuration(module: Module, function: Function | None, line: int) -> Iterator[Section]:
    texts = [
        Fact(text=f"text {quoted(module, node, longest=40)}", place=place_of(module, node))
        for node in module.nodes_of(n.Constant)
        if node.kind == "str" and module.line(node) == line
    ]
    yield section("Texts on this line", [Fact(text=f"the file is {role_text(module)}"), *texts])


def _types(module: Module, function: Function | None, line: int) -> Iterator[Section]:
    if function is None:
        return
    missing = [parameter.name for parameter in function.own_parameters if parameter.annotation is None]
    facts = [Fact(text=f"parameters without an annotation: {', '.join(missing)}" if missing else "all parameters are annotated")]
    returns = function.node.returns
    facts.append(Fact(text="no return annotation" if returns is None else f"returns {quoted(module, returns)}"))
    yield section("Annotations", facts)


_QUESTIONS: dict[str, Callable[[Module, Function | None, int], Iterator[Section]]] = {
    "async": _async, "transactions": _transactions, "lifecycle": _lifecycle, "validation": _validation, "errors": _errors,
    "database-errors": _errors, "exposure": _exposure, "layering": _layering, "configuration": _configuration, "types": _types,
}  # fmt: skip
