"""Explanations and views of files for people: facts below headings, each with the place that it comes from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from backend_lint.insight.model import Explanation, Fact, FileView, Route, Section
from backend_lint.report.documentation import NOT_FLAGGED, documentation
from backend_lint.report.output import Output
from backend_lint.report.plain import plural, visible
from backend_lint.report.style import paint, wrap

if TYPE_CHECKING:
    from backend_lint.engine.entries import RuleEntry

#: How many of what is unknown a view lists.
MOST_UNKNOWN = 20

_NARROWEST = 60
_VERDICTS = {
    "reported": ("reported", "error"),
    "hidden": ("found, but not reported", "warning"),
    "silent": ("silent", "note"),
}


class Lines:
    """Writes headings and facts, wrapped, with what a terminal would obey taken out."""

    def __init__(self, output: Output) -> None:
        self._output = output
        self._width = max(output.width, _NARROWEST)

    def heading(self, text: str, style: str = "heading", *, first: bool = False) -> None:
        """A line above facts, an empty one before it."""
        if not first:
            self._output.write("\n")
        shown = visible(text)
        self._output.write((paint(shown, style) if self._output.color else shown) + "\n")

    def fact(self, fact: Fact, *, depth: int = 1) -> None:
        """A fact, and below it the steps on its way."""
        place = f" ({self.place(fact)})" if fact.place is not None else ""
        self.text(f"{visible(fact.text)}{place}", head="  " * depth + "- ")
        for step in fact.steps:
            self.fact(step, depth=depth + 1)

    def text(self, text: str, *, head: str = "") -> None:
        """Words, wrapped, the further lines below the first one's."""
        room = self._width - len(head)
        first, *others = wrap(text, room, room)
        self._output.write(f"{head}{first}\n")
        for line in others:
            self._output.write(f"{' ' * len(head)}{line}\n")

    def facts(self, facts: Iterable[Fact]) -> None:
        for fact in facts:
            self.fact(fact)

    def section(self, found: Section) -> None:
        self.heading(found.title)
        self.facts(found.facts)
        if found.left_out:
            self.text(f"and {found.left_out:,} more", head="  ")

    def place(self, fact: Fact) -> str:
        """The place of a fact as the user wants to see it."""
        assert fact.place is not None, "the fact has a place"
        return f"{visible(self._output.display(fact.place.path))}:{fact.place.line}"


def render_explanation(found: Explanation, entry: RuleEntry, output: Output) -> None:
    """Write why a rule reports a line or is silent there."""
    lines = Lines(output)
    word, style = _VERDICTS[found.verdict]
    place = f"{visible(output.display(found.place.path))}:{found.place.line}"
    lines.heading(f"{found.code} {found.name} at {place}: {word}", style, first=True)
    if found.source:
        lines.text(visible(found.source), head="    ")
    for finding in found.findings:
        output.write("\n")
        lines.text(visible(finding.message), head="")
        for step in finding.trace:
            lines.text(f"{visible(step.message)} ({visible(output.display(step.path))}:{step.line})", head="  -> ")
        if finding.help:
            lines.text(f"help: {visible(finding.help)}", head="")
    if found.reasons:
        lines.heading("Why it is not reported" if found.findings else "Why the rule is silent here")
        lines.facts(found.reasons)
    for section in found.sections:
        lines.section(section)
    if found.elsewhere:
        lines.heading("What the rule finds nearby")
        for finding in found.elsewhere:
            lines.text(f"line {finding.line}: {visible(finding.message)}", head="  - ")
    quiet = documentation(entry).section(NOT_FLAGGED)
    if quiet:
        lines.heading(NOT_FLAGGED)
        for paragraph in _paragraphs(quiet):
            lines.text(visible(paragraph), head="  ")


def _paragraphs(text: str) -> Iterator[str]:
    """The paragraphs and items of a markdown text, each on one line."""
    current: list[str] = []
    for line in text.splitlines():
        if (not line.strip() or line.startswith("- ")) and current:
            yield " ".join(current)
            current = []
        if line.strip():
            current.append(line.strip())
    if current:
        yield " ".join(current)


def render_file(view: FileView, output: Output) -> None:
    """Write how a file is seen."""
    lines = Lines(output)
    lines.heading(output.display(view.path), first=True)
    for label, value in _head(view):
        lines.text(visible(value), head=f"  {label:<14} ")
    if view.fault:
        return
    lines.heading(f"Handlers: {len(view.handlers) or 'none'}")
    for route in view.handlers:
        lines.fact(Fact(text=f"{_way(route)}{route.function}", place=route.place, steps=(route.why, *route.mounts)))
    lines.heading(f"Rules that look at this file: {len(view.on)}")
    for severity in ("error", "warning", "note"):
        named = [f"{rule.code} {rule.name}" for rule in view.on if rule.severity == severity]
        if named:
            lines.text(", ".join(named), head=f"  {severity:<8} ")
    if view.off:
        lines.heading("Rules that do not")
        lines.facts(view.off)
    lines.heading(f"Imports that lead nowhere: {len(view.unresolved_imports) or 'none'}")
    _some(lines, view.unresolved_imports)
    share = f" of {view.calls:,}" if view.calls else ""
    lines.heading(f"Calls whose target is not known: {len(view.unknown_calls) or 'none'}{share}")
    _some(lines, view.unknown_calls)
    if view.weakened:
        lines.heading("Rules that this weakens")
        for weakness in view.weakened:
            lines.text(f"{weakness.family} ({', '.join(weakness.rules)}): {weakness.because}", head="  - ")


def _head(view: FileView) -> Iterator[tuple[str, str]]:
    yield "configuration", view.configuration or "none, the defaults hold"
    if view.is_excluded:
        yield "left out", "by `exclude`, when its folder is checked"
    if view.fault:
        yield "not parsed", view.fault
        return
    yield "module", view.module
    yield "source root", view.source_root
    yield "kind", view.role
    yield "frameworks", ", ".join(view.frameworks) or "none"


def _way(route: Route) -> str:
    words = [" ".join(route.methods)] if route.kind == "request" else [route.kind]
    if route.path is not None:
        words.append(route.path)
    return f"{' '.join(word for word in words if word)} -> "


def _some(lines: Lines, facts: Sequence[Fact]) -> None:
    lines.facts(facts[:MOST_UNKNOWN])
    if len(facts) > MOST_UNKNOWN:
        lines.text(f"and {plural(len(facts) - MOST_UNKNOWN, 'other')}, all of them with --format json", head="  ")
