"""A rule's docstring, taken apart. `docs/writing-rules.md` fixes its layout."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from backend_lint.engine.entries import RuleEntry, docstring

if TYPE_CHECKING:
    from backend_lint.rule import Rule

WHAT, WHY, EXAMPLE, INSTEAD, CONFIGURATION, SAFETY, SUPPRESS = (
    "What it does",
    "Why is this bad",
    "Example",
    "Use instead",
    "Configuration",
    "Fix safety",
    "When to suppress",
)

NOT_FLAGGED = "When not flagged"

#: The sections in their order; each is required but `Configuration`, which a rule with options may use to say more about them, and
#: `Fix safety`, which a rule with fixes uses to say when there is one, and what may be otherwise after it.
SECTIONS = (WHAT, WHY, EXAMPLE, INSTEAD, NOT_FLAGGED, CONFIGURATION, SAFETY, SUPPRESS)
REQUIRED = frozenset(SECTIONS) - {CONFIGURATION, SAFETY}

#: How a code block's comment names its framework -> the framework. A block names it in a comment among its first lines.
_FRAMEWORKS = {
    "fastapi": "fastapi",
    "starlette": "fastapi",
    "flask": "flask",
    "django": "django",
    "drf": "django",
    "ninja": "django",
}
_FRAMEWORK = r"(?i)#.*?\b(FastAPI|Starlette|Flask|Django|DRF|Ninja)\b"
_FENCE = "```"


class Section(NamedTuple):
    """A section: its heading, and its text in markdown without the heading."""

    title: str
    text: str


class Documentation(NamedTuple):
    """What a docstring says: the first line, and the sections in their order."""

    summary: str
    sections: tuple[Section, ...]

    def section(self, title: str) -> str:
        """The text of a section; "" when there is none of that title."""
        return next((section.text for section in self.sections if section.title == title), "")


class Block(NamedTuple):
    """A part of a section's markdown: a code block with its language, or (`language` is None) text."""

    text: str
    language: str | None = None


def documentation(rule: type[Rule] | RuleEntry) -> Documentation:
    """The documentation of a rule; of a rule without a docstring an empty one."""
    lines = docstring(rule).splitlines()
    sections: list[Section] = []
    title: str | None = None
    held: list[str] = []
    summary = ""
    in_code = False
    for line in [*lines, "## "]:
        if line.startswith(_FENCE):
            in_code = not in_code
        if not line.startswith("## ") or (in_code and line != "## "):
            held.append(line)
            continue
        text = "\n".join(held).strip("\n")
        if title is None:
            summary = " ".join(text.split())
        else:
            sections.append(Section(title, text))
        title, held = line[3:].strip(), []
    return Documentation(summary, tuple(sections))


def blocks(text: str) -> list[Block]:
    """The code blocks of a section and the texts between them, in order."""
    found: list[Block] = []
    held: list[str] = []
    language: str | None = None
    for line in [*text.splitlines(), None]:
        if line is not None and not line.startswith(_FENCE):
            held.append(line)
            continue
        content = "\n".join(held).strip("\n")
        if content:
            found.append(Block(content, language))
        held = []
        language = (line[len(_FENCE) :].strip() or "text") if line is not None and language is None else None
    return found


def frameworks(text: str) -> set[str]:
    """The frameworks whose code a section shows: those that its code blocks name in a comment."""
    found: set[str] = set()
    for block in blocks(text):
        if block.language is not None:
            found.update(_FRAMEWORKS[match[1].lower()] for match in re.finditer(_FRAMEWORK, block.text))
    return found


def faults(rule: type[Rule] | RuleEntry) -> list[str]:
    """What the layout asks for and a rule's docstring lacks, one sentence each; none when it is as it should be."""
    told = documentation(rule)
    found: list[str] = []
    if not told.summary:
        found.append("the docstring does not begin with a summary line")
    elif len(told.summary) > 130:
        found.append("the summary is longer than 130 characters")
    elif not told.summary.endswith("."):
        found.append("the summary does not end with a full stop")
    titles = [section.title for section in told.sections]
    found.extend(f"there is no section `## {title}`" for title in SECTIONS if title in REQUIRED and title not in titles)
    found.extend(f"`## {title}` is no section that rules have" for title in titles if title not in SECTIONS)
    known = [title for title in titles if title in SECTIONS]
    if known != sorted(set(known), key=SECTIONS.index):
        found.append("the sections are repeated or out of order")
    found.extend(f"the section `## {section.title}` is empty" for section in told.sections if not section.text.strip())
    found.extend(
        f"`## {title}` does not show code of two frameworks, named in a comment of the code block"
        for title in (EXAMPLE, INSTEAD)
        if told.section(title) and len(frameworks(told.section(title))) < 2
    )
    if told.section(CONFIGURATION) and not rule.options:
        found.append("there is a section `## Configuration`, but no options")
    if bool(told.section(SAFETY)) != rule.fixable:
        found.append(f"there is {'no' if rule.fixable else 'a'} section `## {SAFETY}`, but {'' if rule.fixable else 'no '}fixes")
    found.extend(
        f"`## {CONFIGURATION}` does not say what the option `{key}` means"
        for key in rule.options
        if f"`{key}`" not in told.section(CONFIGURATION)
    )
    return found
