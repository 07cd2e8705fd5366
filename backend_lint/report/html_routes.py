"""The table of routes: what each takes and does, and which findings stand in what runs behind it, by layer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from backend_lint.engine.survey import LAYERS, Route, RouteInput, Survey
from backend_lint.findings.model import Finding
from backend_lint.report.html_charts import link_to
from backend_lint.report.plain import visible

#: The layers that the table has a column for.
SHOWN_LAYERS = LAYERS[:3]


class LayerCell(NamedTuple):
    """A layer behind a route: how many functions of it run, and how many findings stand in them."""

    layer: str
    functions: int
    findings: int


class RouteRow(NamedTuple):
    """A row of the table; `link` shows the findings of the handler itself, `findings` counts those of all that runs."""

    methods: str
    route: str
    function: str
    place: str
    framework: str
    is_async: bool
    inputs: list[RouteInput]
    does: tuple[str, ...]
    layers: list[LayerCell]
    findings: int
    link: str


def route_rows(survey: Survey, findings: Iterable[Finding], display: Callable[[str], str]) -> list[RouteRow]:
    """A row for each route, by file and place."""
    counts = Counter((finding.path, finding.function) for finding in findings)
    layers = survey.layer_of()
    return [_row(route, counts, layers, display) for route in survey.routes]


def _row(route: Route, counts: Counter[tuple[str, str | None]], layers: Mapping[str, str], display: Callable[[str], str]) -> RouteRow:
    functions: Counter[str] = Counter()
    found: Counter[str] = Counter()
    for path, function in route.reached:
        layer = layers.get(path, "support")
        functions[layer] += 1
        found[layer] += counts[path, function]
    path = display(route.path)
    return RouteRow(
        methods=" ".join(route.methods) or ("" if route.kind == "request" else route.kind),
        route=visible(route.route) if route.route is not None else "",
        function=visible(route.function),
        place=visible(f"{path}:{route.line}"),
        framework=route.framework,
        is_async=route.is_async,
        inputs=[RouteInput(visible(given.name), given.kind, given.is_validated) for given in route.inputs],
        # A plain function may block: it has a thread of its own.
        does=tuple(effect for effect in route.does if effect != "blocks" or route.is_async),
        layers=[LayerCell(layer, functions[layer], found[layer]) for layer in SHOWN_LAYERS],
        findings=found.total(),
        link=link_to(path=path, function=route.function),
    )
