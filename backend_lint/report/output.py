"""Where a report goes, and which reports there are."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from backend_lint.engine.result import Result

#: Name of a format, as `--format` takes it -> the module whose `render(result, output)` writes it.
FORMATS: dict[str, str] = {
    "text": "backend_lint.report.text",
    "concise": "backend_lint.report.concise",
    "json": "backend_lint.report.json_",
}


def _same(path: str) -> str:
    return path


class Output(NamedTuple):
    """What a report needs of the world.

    `write` takes text, with its line ends. `read` takes a path as findings spell it and gives the decoded text for excerpts; an OSError or
    ValueError from it leaves the excerpt out. `display` turns such a path into the one to show: relative to the current directory when
    below it. `width` is in terminal cells. `color` allows colours, `links` allows OSC 8 hyperlinks (terminals only). `rule_url` gives the
    address of a rule's documentation by its code. `quiet` leaves out all but the findings.
    """

    write: Callable[[str], object]
    read: Callable[[str], str]
    display: Callable[[str], str] = _same
    width: int = 80
    color: bool = False
    links: bool = False
    quiet: bool = False
    rule_url: Callable[[str], str | None] | None = None


def render(name: str, result: Result, output: Output) -> None:
    """Write `result` in the format called `name`, a key of `FORMATS`. Raises KeyError for another name."""
    import_module(FORMATS[name]).render(result, output)
