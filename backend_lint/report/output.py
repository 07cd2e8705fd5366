"""Where a report goes, and which reports there are."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from backend_lint.engine.result import Result
    from backend_lint.review.model import Review


class Format(NamedTuple):
    """A format, as `--format` takes it: what it is for, and who writes it.

    `check` and `review` name a function, as `module:function` below this package, that takes a `Result` or a `Review`, and an `Output`;
    `listing` names one that takes a `Listing` of either, `fault` one that takes a message and a hint where a review cannot be done. None
    where there is no such report. `for_people` says whether colours make sense;
    `needs_file` that standard output is no place for it.
    """

    about: str
    check: str | None = None
    review: str | None = None
    listing: str | None = None
    fault: str | None = None
    for_people: bool = False
    needs_file: bool = False


FORMATS: dict[str, Format] = {
    "text": Format("for people", "text:render", "reviews:render_text", fault="reviews:render_fault", for_people=True),
    "concise": Format("a line a finding", "concise:render", "reviews:render_concise", fault="reviews:render_fault", for_people=True),
    "json": Format("one object, with its schema", "json_:render", "review_json:render", fault="review_json:render_fault"),
    "markdown": Format("for comments and summaries", "markdown:render", "reviews:render_markdown", fault="markdown:render_fault"),
    "agent": Format("for coding agents", None, "reviews:render_agent", fault="reviews:render_agent_fault"),
    "html": Format("a page to look at, in one file", "html:render", needs_file=True),
    "sarif": Format("SARIF 2.1.0, for code scanning", listing="sarif:render"),
    "github": Format("annotations of GitHub Actions", listing="github:render"),
    "gitlab": Format("GitLab code quality", listing="gitlab:render"),
    "junit": Format("JUnit XML", listing="junit:render"),
    "checkstyle": Format("Checkstyle XML", listing="checkstyle:render"),
    "rdjson": Format("for reviewdog", listing="rdjson:render"),
}

#: The formats that each subcommand has.
CHECK_FORMATS = tuple(name for name, format_ in FORMATS.items() if format_.check or format_.listing)
REVIEW_FORMATS = tuple(name for name, format_ in FORMATS.items() if format_.review or format_.listing)


def _same(path: str) -> str:
    return path


class Output(NamedTuple):
    """What a report needs of the world.

    `write` takes text, with its line ends. `read` takes a path as findings spell it and gives the decoded text for excerpts; an OSError or
    ValueError from it leaves the excerpt out. `display` turns such a path into the one to show: relative to the current directory when
    below it. `width` is in terminal cells. `color` allows colours, `links` allows OSC 8 hyperlinks (terminals only). `rule_url` gives the
    address of a rule's documentation by its code. `quiet` leaves out all but the findings. `hidden` has those formats that can tell so list
    what a comment hides as well, marked as hidden. `grouped` has new findings of one cause shown as one.
    """

    write: Callable[[str], object]
    read: Callable[[str], str]
    display: Callable[[str], str] = _same
    width: int = 80
    color: bool = False
    links: bool = False
    quiet: bool = False
    rule_url: Callable[[str], str | None] | None = None
    hidden: bool = True
    grouped: bool = True


def render(name: str, result: Result, output: Output) -> None:
    """Write the outcome of a check in the format called `name`. Raises KeyError for another name, `MissingExtra` where what a format is
    made with is not installed."""
    format_ = FORMATS[name]
    if format_.check is not None:
        _function(format_.check)(result, output)
    elif format_.listing is not None:
        from backend_lint.report.listing import of_check

        _function(format_.listing)(of_check(result), output)
    else:
        raise KeyError(name)


def render_review(name: str, review: Review, output: Output, **options: object) -> None:
    """Write the outcome of a review in the format called `name`; `options` are those of its own function. Raises as `render` does."""
    format_ = FORMATS[name]
    if format_.review is not None:
        _function(format_.review)(review, output, **options)
    elif format_.listing is not None:
        from backend_lint.report.listing import of_review

        _function(format_.listing)(of_review(review, is_grouped=output.grouped), output)
    else:
        raise KeyError(name)


def render_fault(name: str, message: str, hint: str, output: Output) -> None:
    """Write of a review in the format called `name` that it could not be done, why, and what would help ("" for nothing known). Raises as
    `render` does."""
    format_ = FORMATS[name]
    if format_.listing is not None:
        from backend_lint.report.listing import of_fault

        _function(format_.listing)(of_fault(message, hint), output)
    elif format_.fault is not None:
        _function(format_.fault)(message, hint, output)
    else:
        raise KeyError(name)


def _function(named: str) -> Callable[..., None]:
    module, _, function = named.partition(":")
    found: Callable[..., None] = getattr(import_module(f"backend_lint.report.{module}"), function)
    return found
