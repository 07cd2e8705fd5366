"""The table of routes for people: grouped by file, readable at 80 columns; with all that is known of each route on request."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from rich.table import Table
from rich.text import Text

from backend_lint.insight.model import EFFECTS, Fact, Place, Route, RouteInput, RouteTable
from backend_lint.report.output import Output
from backend_lint.report.plain import plural, visible
from backend_lint.report.style import paint, wrap
from backend_lint.report.tables import write

#: What marks an input that nobody has checked.
RAW = "!"

#: What effects are called in a table.
_SHORT = {
    "reads": "reads", "writes": "writes", "commits": "commits", "rolls-back": "rolls back", "outbound": "calls out", "email": "mails",
    "enqueues": "enqueues", "blocks": "BLOCKS",
}  # fmt: skip

#: Widths of the columns but the first, as parts of what is left of a line; and the least width of a line.
_PARTS = (32, 24, 22, 22)
_NARROWEST = 60


def render(table: RouteTable, output: Output, *, details: bool = False) -> None:
    """Write the routes, grouped by the file that their functions stand in, then what there is of them unless `output.quiet`."""
    groups: dict[str, list[Route]] = {}
    for route in table.routes:
        groups.setdefault(route.place.path, []).append(route)
    method = min(max((len(_methods(route)) for route in table.routes), default=0), 9)
    widths = _widths(output, method)
    for index, path in enumerate(sorted(groups)):
        if index:
            output.write("\n")
        frameworks = ", ".join(sorted({route.framework for route in groups[path]}))
        _line(output, f"{visible(output.display(path))}  ({frameworks})", "heading")
        if details:
            for route in groups[path]:
                _details(route, output)
        else:
            _table(groups[path], widths, output)
    if not output.quiet:
        if groups:
            output.write("\n")
        room = max(output.width, _NARROWEST)
        for sentence in _sentences(table):
            output.write("\n".join(wrap(sentence, room, room)) + "\n")


def _widths(output: Output, method: int) -> tuple[int, ...]:
    room = max(output.width, _NARROWEST) - method - 12
    return (method, *(room * part // sum(_PARTS) for part in _PARTS))


def _table(routes: Iterable[Route], widths: tuple[int, ...], output: Output) -> None:
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column(width=2)
    for width in widths:
        table.add_column(width=width, overflow="fold")
    for route in routes:
        table.add_row(
            "",
            Text(_methods(route), "bold"),
            Text(broken(visible(_path(route)), widths[1])),
            Text(broken(f"{visible(route.function)}:{route.place.line}", widths[2])),
            _takes(route),
            _does(route),
        )
    write(output, table, width=sum(widths) + 2 * 5 + 4)


def _methods(route: Route) -> str:
    """The methods of a route; of what has none its kind."""
    if route.kind == "websocket":
        return "WS"
    if route.kind in ("error", "middleware", "dependency", "event"):
        return {"error": "ERROR", "middleware": "MIDDLE", "dependency": "DEPEND", "event": "EVENT"}[route.kind]
    return " ".join(route.methods) if route.methods != ("*",) else "*"


def _path(route: Route) -> str:
    if route.path is not None:
        return route.path
    if route.exceptions:
        return ", ".join(name.rpartition(".")[2] for name in route.exceptions)
    return "?" if route.kind in ("request", "websocket") else ""


def broken(text: str, width: int) -> str:
    """A path or dotted name broken into lines of a width, before a slash, a dot or an underscore where there is one."""
    lines: list[str] = []
    while len(text) > width:
        cut = max(text.rfind(mark, width // 3, width + 1) for mark in "/.:_")
        cut = cut if cut > 0 else width
        lines.append(text[:cut])
        text = text[cut:]
    return "\n".join([*lines, text])


def _takes(route: Route) -> Text:
    """The inputs by name, what the handler itself reads from the request by its source; with a mark those that nobody has checked."""
    states: dict[str, bool] = {}
    for given in route.inputs:
        if given.is_validated is not None:
            name = given.name if given.name.isidentifier() else given.source
            states[name] = states.get(name, True) and given.is_validated
    found = Text()
    for name, is_validated in states.items():
        found.append(", " if found else "")
        found.append(*(visible(name), "") if is_validated else (RAW + visible(name), "bold yellow"))
    return found


def _does(route: Route) -> Text:
    found = Text()
    for effect in route.effects:
        if found:
            found.append(", ")
        found.append(_SHORT[effect.kind], "bold bright_red" if effect.kind == "blocks" else "")
    return found


# --- all that is known


def _details(route: Route, output: Output) -> None:
    method = _methods(route)
    _line(output, f"  {method} {visible(_path(route))}".rstrip(), "message")
    for label, text in _told(route, output):
        _wrapped(output, f"    {label:<9} ", text)


def _told(route: Route, output: Output) -> Iterator[tuple[str, str]]:
    def at(place: Place) -> str:
        return f"{visible(output.display(place.path))}:{place.line}"

    def facts(steps: Iterable[Fact]) -> str:
        return " -> ".join(f"{visible(step.text)} ({at(step.place)})" if step.place else visible(step.text) for step in steps)

    kind = "async def" if route.is_async else "def"
    inherited = ", of a base class outside the project" if route.is_inherited else ""
    yield "function", f"{kind} {visible(route.function)} ({at(route.place)}){inherited}"
    yield "because", facts([route.why])
    if route.mounts:
        yield "mounted", facts(route.mounts)
    for given in route.inputs:
        yield "takes", _input(given)
    for needed in route.dependencies:
        place = f" ({at(needed.place)})" if needed.place else ""
        yield "needs", f"{visible(needed.provider)}{f' as {visible(needed.parameter)}' if needed.parameter else ''}{place}"
    if route.decorators:
        yield "decorated", ", ".join(visible(name) for name in route.decorators)
    if route.exceptions:
        yield "handles", ", ".join(visible(name) for name in route.exceptions)
    database = route.database
    if database.libraries or database.reads or database.writes or database.is_raw:
        parts = [
            f"reads {', '.join(database.reads)}" if database.reads else "",
            f"writes {', '.join(database.writes)}" if database.writes else "",
            "runs SQL text" if database.is_raw else "",
        ]
        told = "; ".join(part for part in parts if part)
        yield "database", visible(": ".join(part for part in (", ".join(database.libraries), told) if part))
    for effect in route.effects:
        way = facts(effect.steps) or at(effect.place)
        yield "does", f"{EFFECTS[effect.kind]}: {visible(effect.name)}, {way}"


def _input(given: RouteInput) -> str:
    shape = f": {visible(given.type)}" if given.type else ""
    state = {True: ", validated", False: ", NOT validated", None: ""}[given.is_validated]
    return f"{visible(given.name)}{shape} ({given.source}{state})"


def _wrapped(output: Output, head: str, text: str) -> None:
    room = max(output.width, _NARROWEST) - len(head)
    first, *others = wrap(text, room, room)
    output.write(f"{head}{first}\n")
    for line in others:
        output.write(f"{' ' * len(head)}{line}\n")


# --- the end


def _sentences(table: RouteTable) -> list[str]:
    served = [route for route in table.routes if route.kind in ("request", "websocket", "event")]
    handlers = {(route.place.path, route.function) for route in served}
    lines = []
    if served:
        frameworks = ", ".join(table.frameworks)
        lines.append(f"{plural(len(served), 'route')} to {plural(len(handlers), 'handler')} ({frameworks}).")
    else:
        lines.append("No routes found.")
    counts = Counter(effect.kind for route in served for effect in route.effects)
    raw = sum(any(given.is_validated is False for given in route.inputs) for route in served)
    if raw:
        lines.append(f"{RAW} marks what is used unchecked, in {plural(raw, 'route')}.")
    if counts["blocks"]:
        lines.append(f"{plural(counts['blocks'], 'route')} BLOCK{'' if counts['blocks'] > 1 else 'S'} the event loop.")
    unknown = sum(route.kind != "event" and not route.is_complete for route in served)
    if unknown:
        lines.append(f"Of {plural(unknown, 'route')} the path is not wholly known: ? or … stands for what is not.")
    if table.is_dynamic:
        lines.append("Some URL patterns are made in a way that is not understood: there may be more routes.")
    if table.left_out:
        lines.append(f"{plural(len(table.left_out), 'file')} could not be read.")
    return lines


def _line(output: Output, text: str, style: str) -> None:
    output.write((paint(text, style) if output.color else text) + "\n")
