"""The table of routes: what each takes and does, and which findings stand in what runs behind it, by layer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from backend_lint.findings.model import Finding
from backend_lint.insight.model import EFFECTS, Fact, RouteInput
from backend_lint.insight.survey import LAYERS, Survey, SurveyedRoute
from backend_lint.report.html_charts import link_to
from backend_lint.report.plain import visible

#: The layers that the table has a column for.
SHOWN_LAYERS = LAYERS[:3]


class LayerCell(NamedTuple):
    """A layer behind a route: how many functions of it run, and how many findings stand in them."""

    layer: str
    functions: int
    findings: int


class Chip(NamedTuple):
    """A word in a cell, how it is drawn, and what is said of it."""

    text: str
    kind: str
    title: str


class RouteRow(NamedTuple):
    """A row of the table; `why` says what makes the handler one, `link` shows its findings, `findings` counts those of all that runs."""

    methods: list[str]
    route: str
    function: str
    place: str
    framework: str
    is_async: bool
    why: str
    inputs: list[Chip]
    does: list[Chip]
    layers: list[LayerCell]
    findings: int
    link: str


def route_rows(survey: Survey, findings: Iterable[Finding], display: Callable[[str], str]) -> list[RouteRow]:
    """A row for each route, by path."""
    counts = Counter((finding.path, finding.function) for finding in findings)
    layers = survey.layer_of()
    return [_row(surveyed, counts, layers, display) for surveyed in survey.routes]


def _row(
    surveyed: SurveyedRoute, counts: Counter[tuple[str, str | None]], layers: Mapping[str, str], display: Callable[[str], str]
) -> RouteRow:
    functions: Counter[str] = Counter()
    found: Counter[str] = Counter()
    for path, function in surveyed.behind:
        layer = layers.get(path, "support")
        functions[layer] += 1
        found[layer] += counts[path, function]
    route = surveyed.route
    path = display(route.place.path)
    methods = ["any" if method == "*" else visible(method) for method in route.methods]
    return RouteRow(
        methods=methods or ([] if route.kind == "request" else [route.kind]),
        route=visible(route.path) if route.path is not None else "",
        function=visible(route.function),
        place=visible(f"{path}:{route.place.line}"),
        framework=route.framework,
        is_async=route.is_async,
        why=_told(route.why, display),
        inputs=[_input(given) for given in route.inputs],
        does=[Chip(effect.kind, "", visible(f"{EFFECTS[effect.kind]}: {effect.name}")) for effect in route.effects],
        layers=[LayerCell(layer, functions[layer], found[layer]) for layer in SHOWN_LAYERS],
        findings=found.total(),
        link=link_to(path=path, function=route.function),
    )


#: How an input is drawn, and what is said of it, by whether it is validated.
_INPUTS = {True: "ok", False: "raw", None: ""}
_SAID = {True: ", validated", False: ", not validated", None: ""}


def _input(given: RouteInput) -> Chip:
    title = f"{given.source} {given.type}".strip() + _SAID[given.is_validated]
    return Chip(visible(given.name), _INPUTS[given.is_validated], visible(title))


def _told(fact: Fact, display: Callable[[str], str]) -> str:
    place = f" ({display(fact.place.path)}:{fact.place.line})" if fact.place is not None else ""
    return visible(f"{fact.text}{place}")
