"""Bar charts of findings, as numbers that a template draws."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple
from urllib.parse import quote

from backend_lint.findings.model import Finding, Severity
from backend_lint.report.plain import visible

#: How the page calls the layers of a survey.
LAYER_TITLES = {"routes": "routes", "services": "services", "data": "data", "settings": "settings", "support": "other"}


def layer_title(layer: str | None) -> str:
    """The page's word for a layer; files that are in none, such as tests, are with the others."""
    return LAYER_TITLES.get(layer or "", "other")


class Part(NamedTuple):
    """A part of a bar: its severity, where it begins and how long it is, in hundredths of the longest bar."""

    severity: str
    start: float
    length: float
    total: int


class Bar(NamedTuple):
    """A bar: its label, how many findings it stands for, the parts, and the fragment of the page's address that shows these findings."""

    label: str
    total: int
    parts: list[Part]
    link: str


def bars(findings: Iterable[Finding], key: str, of: Callable[[Finding], tuple[str, str]], severities: Sequence[Severity]) -> list[Bar]:
    """A bar for each value and label that `of` gives, the longest first; `key` is the filter of the page that the value is one of."""
    counts: dict[tuple[str, str], Counter[Severity]] = {}
    for finding in findings:
        counts.setdefault(of(finding), Counter())[finding.severity] += 1
    longest = max((count.total() for count in counts.values()), default=1)
    made = []
    for (value, label), count in counts.items():
        parts: list[Part] = []
        start = 0.0
        for severity in severities:
            length = 100 * count[severity] / longest
            if length:
                parts.append(Part(severity.value, round(start, 3), round(length, 3), count[severity]))
            start += length
        made.append(Bar(visible(label), count.total(), parts, link_to(**{key: value})))
    return sorted(made, key=lambda bar: (-bar.total, bar.label))


def link_to(**filters: str) -> str:
    """The fragment of the page's address that shows the findings which filters leave."""
    chosen = "&".join(f"{key}={quote(visible(value), safe='')}" for key, value in filters.items())
    return f"#view=findings&{chosen}"
