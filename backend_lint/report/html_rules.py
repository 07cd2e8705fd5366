"""The documentation of rules as the page shows it: their docstrings' markdown as paragraphs, lists and code."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from backend_lint.engine.registry import built_in
from backend_lint.engine.result import Result
from backend_lint.report.documentation import EXAMPLE, INSTEAD, NOT_FLAGGED, SUPPRESS, WHY, blocks, documentation

if TYPE_CHECKING:
    from markupsafe import Markup

#: The sections that somebody needs who has a finding before them.
_SHOWN = (WHY, EXAMPLE, INSTEAD, NOT_FLAGGED, SUPPRESS)


class Piece(NamedTuple):
    """A paragraph ("text"), a list ("list") or code ("code"); a list has several texts, the others one."""

    kind: str
    texts: list[str]


class Explained(NamedTuple):
    """A rule with what its documentation says."""

    code: str
    name: str
    summary: str
    sections: list[tuple[str, list[Piece]]]


def explained(result: Result) -> list[Explained]:
    """The rules that have findings and come with the tool, by code."""
    known = built_in().by_code
    found = []
    for code in sorted({finding.rule for finding in result.findings} & known.keys()):
        told = documentation(known[code])
        sections = [(section.title, pieces(section.text)) for section in told.sections if section.title in _SHOWN]
        found.append(Explained(code, known[code].name, told.summary, sections))
    return found


def pieces(text: str) -> list[Piece]:
    """The paragraphs, lists and code blocks of a section."""
    found: list[Piece] = []
    for block in blocks(text):
        if block.language is not None:
            found.append(Piece("code", [block.text]))
            continue
        for paragraph in re.split(r"\n\s*\n", block.text):
            if paragraph.startswith("- "):
                found.append(Piece("list", [" ".join(item.split()) for item in re.split(r"(?m)^- ", paragraph)[1:]]))
            else:
                found.append(Piece("text", [" ".join(paragraph.split())]))
    return found


def inline(text: str) -> Markup:
    """A line of text with what stands in backticks as code, everything in it escaped."""
    from markupsafe import Markup, escape

    parts = text.split("`")
    if len(parts) % 2 == 0:
        return escape(text)
    return Markup("").join(Markup("<code>{}</code>").format(part) if index % 2 else escape(part) for index, part in enumerate(parts))
