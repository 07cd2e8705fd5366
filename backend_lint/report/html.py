"""The report to look at in a browser: one file that asks for nothing else, neither from the network nor from the disk.

Jinja writes the page with every text escaped; findings and source go into it as JSON, from which the page's script makes elements by their
text, never by markup. The policy in the page's head (https://www.w3.org/TR/CSP3/) lets run and apply the script and style whose hashes it
names, and nothing else: what the analysed project says is text, whatever it says.
"""

from __future__ import annotations

import base64
import hashlib
import os
import time
from collections.abc import Callable, Mapping
from importlib.resources import files
from typing import TYPE_CHECKING

from backend_lint.engine.result import Result
from backend_lint.findings.model import Finding
from backend_lint.report.extras import MissingExtra
from backend_lint.report.html_charts import Bar, bars, layer_title
from backend_lint.report.html_data import page_data, script_json
from backend_lint.report.html_map import draw
from backend_lint.report.html_routes import route_rows
from backend_lint.report.html_rules import explained, inline
from backend_lint.report.output import Output
from backend_lint.report.plain import plural, visible
from backend_lint.report.summary import SEVERITIES, by_severity, sentences

if TYPE_CHECKING:
    from jinja2 import Environment

#: The scripts of the page in the order in which they stand in it.
SCRIPTS = ("data.js", "code.js", "filters.js", "finding.js", "list.js", "viewer.js", "map.js", "main.js")

#: How many bars a chart has at most; one that stands beside two others has more.
_MOST, _MOST_BESIDE = 12, 18


def render(result: Result, output: Output) -> None:
    """Write the page. Raises `MissingExtra` where Jinja is not installed."""
    environment = _environment()
    from markupsafe import Markup

    from backend_lint.insight.survey import survey

    surveyed = survey(result.root)
    layers = surveyed.layer_of()
    style, script = _asset("report.css"), "\n".join(_asset(name) for name in SCRIPTS)
    rules = explained(result)
    page = environment.get_template("report.html.jinja").render(
        title=visible(result.root.name) or "project",
        policy=_policy(style, script),
        style=Markup(style),
        script=Markup(script),
        data=Markup(script_json(page_data(result, output, layers))),
        severities=[(severity.value, count) for severity, count in by_severity(result).items()],
        said=sentences(result),
        result=result,
        made=_today(),
        rules=rules,
        charts=_charts(result, output, layers),
        map=draw(surveyed, result.findings, output.display),
        routes=route_rows(surveyed, result.findings, output.display),
        findings=result.findings,
    )
    output.write(page)


def _environment() -> Environment:
    try:
        from jinja2 import Environment, PackageLoader, StrictUndefined
    except ImportError:
        raise MissingExtra("the HTML report needs Jinja: install backend-lint[html]") from None
    environment = Environment(
        loader=PackageLoader("backend_lint.report", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(visible=visible, inline=inline)
    environment.globals.update(plural=plural)
    return environment


def _asset(name: str) -> str:
    return (files("backend_lint.report") / "templates" / name).read_text(encoding="utf-8").replace("\r\n", "\n").strip("\n")


def _policy(style: str, script: str) -> str:
    """What the page may do: this style, this script, and nothing from anywhere."""
    return f"default-src 'none'; style-src {_hash(style)}; script-src {_hash(script)}; base-uri 'none'; form-action 'none'"


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _today() -> str:
    """The day of the report; builds that are to be repeated set it (https://reproducible-builds.org/specs/source-date-epoch/)."""
    set_to = os.environ.get("SOURCE_DATE_EPOCH", "")
    moment = time.gmtime(int(set_to)) if set_to.isdecimal() else time.localtime()
    return f"{moment.tm_mday} {time.strftime('%B %Y', moment)}"


def _charts(result: Result, output: Output, layers: Mapping[str, str]) -> list[list[tuple[str, list[Bar], int]]]:
    """The overview's columns of charts, each its title, its bars, and how many bars are left out."""

    def chart(title: str, key: str, of: Callable[[Finding], tuple[str, str]], most: int = _MOST) -> tuple[str, list[Bar], int]:
        made = bars(result.findings, key, of, SEVERITIES)
        return title, made[:most], max(0, len(made) - most)

    def layer(finding: Finding) -> tuple[str, str]:
        title = layer_title(layers.get(finding.path))
        return title, title

    def file(finding: Finding) -> tuple[str, str]:
        path = output.display(finding.path)
        return path, path

    of_families = [chart("Families", "family", lambda finding: (finding.family, finding.family))]
    if layers:
        of_families.append(chart("Layers", "layer", layer))
    rules = chart("Rules", "rule", lambda finding: (finding.rule, f"{finding.rule} {finding.name}"), _MOST_BESIDE)
    return [of_families, [rules], [chart("Files", "path", file, _MOST_BESIDE)]]
