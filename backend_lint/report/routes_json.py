"""The table of routes as JSON. Its schema is `backend_lint/report/schema/routes-1.schema.json`.

One object; each route stands on a line of its own. Within `version` 1 keys may be added, never removed or given another meaning.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import msgspec

from backend_lint.insight.model import Fact, Place, Route, RouteTable
from backend_lint.report.json_ import encode, write_lines
from backend_lint.report.output import Output

VERSION = 1


class StepRecord(msgspec.Struct):
    """A fact with its place; null where it has none."""

    message: str
    path: str | None
    line: int | None


class InputRecord(msgspec.Struct):
    name: str
    source: str
    type: str
    validated: bool | None


class DependencyRecord(msgspec.Struct):
    parameter: str | None
    provider: str
    path: str | None
    line: int | None


class EffectRecord(msgspec.Struct):
    kind: str
    name: str
    path: str
    line: int
    trace: list[StepRecord]


class DatabaseRecord(msgspec.Struct):
    libraries: list[str]
    reads: list[str]
    writes: list[str]
    raw_sql: bool


class RouteRecord(msgspec.Struct):
    """A route as the report spells it; the order of the fields is that of the keys."""

    methods: list[str]
    route: str | None
    complete: bool
    kind: str
    framework: str
    function: str
    path: str
    line: int
    is_async: bool = msgspec.field(name="async")
    inherited: bool = False
    why: StepRecord = msgspec.field(default_factory=lambda: StepRecord("", None, None))
    mounts: list[StepRecord] = []
    inputs: list[InputRecord] = []
    dependencies: list[DependencyRecord] = []
    decorators: list[str] = []
    database: DatabaseRecord = msgspec.field(default_factory=lambda: DatabaseRecord([], [], [], raw_sql=False))
    effects: list[EffectRecord] = []
    exceptions: list[str] = []


def render(table: RouteTable, output: Output) -> None:
    """Write the table as one JSON object. Colours and `quiet` mean nothing here."""
    output.write(f'{{"version": {VERSION}, "routes": [')
    write_lines(output, (route_record(route, output.display) for route in table.routes))
    output.write('], "errors": [')
    write_lines(output, _steps(table.left_out, output.display))
    summary = {
        "routes": len(table.routes),
        "handlers": len({(route.place.path, route.function) for route in table.routes}),
        "frameworks": list(table.frameworks),
        "dynamic": table.is_dynamic,
        "complete": not table.left_out,
    }
    output.write(f'], "summary": {encode(summary)}}}\n')


def route_record(route: Route, display: Callable[[str], str]) -> RouteRecord:
    """A route as reports spell it."""
    return RouteRecord(
        methods=list(route.methods),
        route=route.path,
        complete=route.is_complete,
        kind=route.kind,
        framework=route.framework,
        function=route.function,
        path=display(route.place.path),
        line=route.place.line,
        is_async=route.is_async,
        inherited=route.is_inherited,
        why=_step(route.why, display),
        mounts=_steps(route.mounts, display),
        inputs=[InputRecord(given.name, given.source, given.type, given.is_validated) for given in route.inputs],
        dependencies=[
            DependencyRecord(needed.parameter or None, needed.provider, *_place(needed.place, display)) for needed in route.dependencies
        ],
        decorators=list(route.decorators),
        database=DatabaseRecord(
            list(route.database.libraries), list(route.database.reads), list(route.database.writes), route.database.is_raw
        ),
        effects=[
            EffectRecord(effect.kind, effect.name, display(effect.place.path), effect.place.line, _steps(effect.steps, display))
            for effect in route.effects
        ],
        exceptions=list(route.exceptions),
    )


def _steps(facts: Iterable[Fact], display: Callable[[str], str]) -> list[StepRecord]:
    return [_step(fact, display) for fact in facts]


def _step(fact: Fact, display: Callable[[str], str]) -> StepRecord:
    return StepRecord(fact.text, *_place(fact.place, display))


def _place(place: Place | None, display: Callable[[str], str]) -> tuple[str | None, int | None]:
    return (display(place.path), place.line) if place is not None else (None, None)
