"""The map of a project: a column for each layer, a box for each file in it (for each folder, where there are many), as tall as the code is
long and as dark as findings are dense, and the calls between them."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from backend_lint.findings.model import Finding, Severity
from backend_lint.insight.survey import LAYERS, Survey, SurveyedFile
from backend_lint.report.html_charts import LAYER_TITLES, link_to
from backend_lint.report.plain import plural, visible

#: A column with more files shows folders, the largest of them, of the least depth at which there are half as many.
MOST_BOXES = 24
_DEEPEST = 12

#: In units of the drawing: width of a column, room between columns, heights of boxes, room between them, height of the headings.
COLUMN, GUTTER, LOWEST, HIGHEST, GAP, HEAD = 172, 76, 24, 96, 6, 44

#: How high the highest column is, unless its boxes would be too low or too high then.
USUAL_HEIGHT = 520

#: What a finding of a severity weighs where findings are dense.
_WEIGHTS = {Severity.ERROR: 3, Severity.WARNING: 1}

#: How many characters of a label fit into a box.
_LABEL = 22


class Box(NamedTuple):
    """A file or folder: where it is drawn, what is said of it, how dense its findings are from 0 to 5, and what following it shows."""

    id: int
    x: int
    y: int
    height: int
    label: str
    title: str
    level: int
    findings: int
    link: str


class Edge(NamedTuple):
    """Calls from one box into another: the curve, and how often."""

    start: int
    end: int
    curve: str
    width: float


class Column(NamedTuple):
    """A layer: its heading, and what is counted below it."""

    x: int
    title: str
    told: str


class Map(NamedTuple):
    """The drawing; without boxes where nothing is known of the project."""

    width: int
    height: int
    columns: list[Column]
    boxes: list[Box]
    edges: list[Edge]


class _Group(NamedTuple):
    label: str
    path: str
    files: list[SurveyedFile]


def draw(survey: Survey, findings: Sequence[Finding], display: Callable[[str], str]) -> Map:
    """Lay the files of a survey out, with what was found in them."""
    counts = Counter((finding.path, finding.severity) for finding in findings)
    routes = Counter(each.route.place.path for each in survey.routes)
    by_layer: dict[str, list[SurveyedFile]] = {layer: [] for layer in LAYERS}
    for file in survey.files:
        # What no route runs and nothing is found in would be most of the map.
        if file.layer != "support" or any(counts[file.path, severity] for severity in Severity):
            by_layer[file.layer].append(file)
    grouped = {layer: _groups(files) for layer, files in by_layer.items() if files}
    scale = _scale(grouped.values())
    columns: list[Column] = []
    boxes: list[Box] = []
    place: dict[str, int] = {}
    x = height = 0
    for layer, groups in grouped.items():
        files = by_layer[layer]
        told = [plural(len(files), "file")]
        if layer == "routes":
            told.insert(0, plural(sum(routes[file.path] for file in files), "route"))
        columns.append(Column(x, LAYER_TITLES[layer].capitalize(), ", ".join(told)))
        y = HEAD
        for group in groups:
            box = _box(len(boxes), x, y, group, _height(group, scale), counts, routes, display)
            boxes.append(box)
            place.update((file.path, box.id) for file in group.files)
            y += box.height + GAP
        height = max(height, y)
        x += COLUMN + GUTTER
    return Map(max(0, x - GUTTER), height, columns, boxes, _edges(survey, place, boxes))


def _groups(files: Sequence[SurveyedFile]) -> list[_Group]:
    """The files of a column, or their folders, as deep as there is room for."""
    if len(files) <= MOST_BOXES:
        labels = _labels([file.path.removesuffix(".py") for file in files])
        return [_Group(label, file.path, [file]) for label, file in zip(labels, files, strict=True)]
    folders: dict[str, list[SurveyedFile]] = {}
    for depth in range(1, _DEEPEST):
        folders = {}
        for file in files:
            folders.setdefault("/".join(file.path.split("/")[:-1][:depth]), []).append(file)
        if len(folders) > MOST_BOXES // 2:
            break
    largest = sorted(folders.items(), key=lambda item: (-sum(file.lines for file in item[1]), item[0]))
    shown = sorted(largest[:MOST_BOXES])
    labels = _labels([path or "." for path, _ in shown])
    groups = [_Group(f"{label}/", f"{path}/" if path else "", inside) for label, (path, inside) in zip(labels, shown, strict=True)]
    rest = [file for _, inside in largest[MOST_BOXES:] for file in inside]
    return [*groups, _Group(f"{len(largest) - MOST_BOXES} more", "", rest)] if rest else groups


def _labels(paths: Sequence[str]) -> list[str]:
    """The ends of paths, each as short as it may be to be the only one of its kind."""
    found = []
    for path in paths:
        parts = path.split("/")
        others = [other for other in paths if other != path]
        tails = ("/".join(parts[-length:]) for length in range(1, len(parts) + 1))
        found.append(next((tail for tail in tails if not any(f"/{other}".endswith(f"/{tail}") for other in others)), path))
    return found


def _scale(columns: Iterable[list[_Group]]) -> float:
    """By what the square root of a box's lines is multiplied to give its height."""
    return USUAL_HEIGHT / max((sum(math.sqrt(_lines(group)) for group in groups) for groups in columns), default=1)


def _height(group: _Group, scale: float) -> int:
    return min(HIGHEST, max(LOWEST, round(scale * math.sqrt(_lines(group)))))


def _lines(group: _Group) -> int:
    return sum(file.lines for file in group.files)


def _box(
    number: int,
    x: int,
    y: int,
    group: _Group,
    height: int,
    counts: Counter[tuple[str, Severity]],
    routes: Counter[str],
    display: Callable[[str], str],
) -> Box:
    lines = _lines(group)
    found = {severity: sum(counts[file.path, severity] for file in group.files) for severity in Severity}
    total = sum(found.values())
    weight = sum(_WEIGHTS.get(severity, 0) * count for severity, count in found.items())
    said = [plural(count, severity.value) for severity, count in found.items() if count] or ["nothing found"]
    inside = [plural(lines, "line")]
    if len(group.files) > 1:
        inside.insert(0, plural(len(group.files), "file"))
    served = sum(routes[file.path] for file in group.files)
    if served:
        inside.append(plural(served, "route"))
    path = display(group.path) if group.path else ""
    label = visible(group.label)
    return Box(
        id=number,
        x=x,
        y=y,
        height=height,
        label=label if len(label) <= _LABEL else f"…{label[1 - _LABEL :]}",
        title=visible(f"{path or label}: {', '.join(inside)}; {', '.join(said)}"),
        level=_level(weight, lines),
        findings=total,
        link=link_to(path=path) if total and path else "",
    )


def _level(weight: int, lines: int) -> int:
    """How dense findings are, from 0 to 5: each step is twice the weight in as many lines; files count as 60 lines at least."""
    density = 100 * weight / max(lines, 60)
    return next((level for level, limit in enumerate((0, 1.5, 3, 6, 12)) if density <= limit), 5)


def _edges(survey: Survey, place: dict[str, int], boxes: list[Box]) -> list[Edge]:
    counts: Counter[tuple[int, int]] = Counter()
    for (start, end), count in survey.calls.items():
        if start in place and end in place and place[start] != place[end]:
            counts[place[start], place[end]] += count
    return [
        Edge(start, end, _curve(boxes[start], boxes[end]), min(4.0, round(0.8 + math.sqrt(count) / 3, 2)))
        for (start, end), count in counts.items()
    ]


def _curve(start: Box, end: Box) -> str:
    """From the side of one box that is nearer to the other; boxes of one column are joined on their right."""
    y1, y2 = start.y + start.height // 2, end.y + end.height // 2
    if start.x == end.x:
        x = start.x + COLUMN
        return f"M{x} {y1}C{x + GUTTER // 2} {y1} {x + GUTTER // 2} {y2} {x} {y2}"
    x1, x2 = (start.x + COLUMN, end.x) if start.x < end.x else (start.x, end.x + COLUMN)
    middle = (x1 + x2) // 2
    return f"M{x1} {y1}C{middle} {y1} {middle} {y2} {x2} {y2}"
