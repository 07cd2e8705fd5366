"""The command's standard output and error: colours, width, a pipe that nobody reads any more, a progress bar."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

    from backend_lint.engine.settings import ConfigurationFault
    from backend_lint.report.output import Output

#: Width of a report that goes to a file or a pipe, in characters.
WIDTH_WITHOUT_TERMINAL = 100

#: Width of a terminal that does not say how wide it is.
_USUAL_WIDTH = 80

#: How long a run may take before a progress bar is shown, in seconds.
PATIENCE = 1.0


def say(message: str) -> None:
    """Write a line to standard error, in which nothing is left that a terminal would obey: it may name files. It is no finding."""
    from backend_lint.report.plain import visible

    print(f"backend-lint: {visible(message)}", file=sys.stderr)


def refuse(fault: ConfigurationFault) -> None:
    """Tell on standard error what is wrong in a configuration, with the lines it is about."""
    from backend_lint.report.faults import lines

    for line in lines(fault, columns()):
        print(line, file=sys.stderr)


def wants_color(choice: str) -> bool:
    """Whether to use colours: `choice` is "always", "never" or "auto", which minds NO_COLOR (https://no-color.org), FORCE_COLOR and the
    terminal."""
    if choice != "auto":
        return choice == "always"
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return _is_terminal() and os.environ.get("TERM") != "dumb"


def columns() -> int:
    """The width of the terminal: as COLUMNS says, or the terminal itself. As `shutil.get_terminal_size` tells it, which comes with all that
    archives need."""
    said = os.environ.get("COLUMNS", "")
    if said.isdecimal() and int(said) > 0:
        return int(said)
    try:
        return os.get_terminal_size(sys.__stdout__.fileno()).columns or _USUAL_WIDTH if sys.__stdout__ is not None else _USUAL_WIDTH
    except (OSError, ValueError):
        return _USUAL_WIDTH


def fitted(line: str) -> str:
    """A line for standard output, broken at blanks where a terminal would break it anywhere, and whole in a pipe, where somebody may look
    for it."""
    if not _is_terminal() or len(line) <= columns():
        return line
    from backend_lint.report.style import wrap

    text = line.lstrip(" ")
    indent = " " * (len(line) - len(text))
    first, *more = wrap(text, columns() - len(indent), columns() - len(indent) - 2)
    return "\n".join((f"{indent}{first}", *(f"{indent}  {each}" for each in more)))


def output(
    color: str, read: Callable[[str], str], *, display: Callable[[str], str] | None = None, quiet: bool = False, plain: bool = False
) -> Output:
    """Where a report goes: standard output. `plain` is for formats that programs read: no colours whatever `color` says."""
    from backend_lint.report.output import Output

    with_color = not plain and wants_color(color)
    width = columns() if _is_terminal() or "COLUMNS" in os.environ else WIDTH_WITHOUT_TERMINAL
    links = with_color and _is_terminal() and "CI" not in os.environ
    if display is None:
        return Output(write=sys.stdout.write, read=read, width=width, color=with_color, links=links, quiet=quiet)
    return Output(write=sys.stdout.write, read=read, display=display, width=width, color=with_color, links=links, quiet=quiet)


@contextmanager
def writing() -> Iterator[None]:
    """Write to standard output inside: a character that its encoding lacks is escaped, and a reader who has left early is no fault."""
    reconfigure = getattr(sys.stdout, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(errors="backslashreplace")
    try:
        yield
        sys.stdout.flush()
    except BrokenPipeError:
        silence()


def silence() -> None:
    """Send what is still to be written to standard output nowhere, so that the interpreter's own last flush cannot fail."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


def _is_terminal() -> bool:
    return sys.stdout.isatty()


class ProgressBar:
    """A bar on standard error, shown once a run has taken longer than `PATIENCE`, and only where somebody may be watching."""

    def __init__(self, *, shown: bool = True, verb: str = "checking", unit: str = "files") -> None:
        self._words = verb, unit
        self._begun = time.monotonic()
        self._shown = shown and sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
        self._bar: Progress | None = None
        self._task: TaskID | None = None

    def __enter__(self) -> ProgressBar:
        return self

    def __exit__(self, *fault: object) -> None:
        if self._bar is not None:
            self._bar.stop()

    def __call__(self, done: int, total: int) -> None:
        """Tell that `done` of `total` are done."""
        if not self._shown or time.monotonic() - self._begun < PATIENCE:
            return
        if self._bar is None:
            from rich.console import Console
            from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

            verb, unit = self._words
            columns = (TextColumn(verb), BarColumn(), MofNCompleteColumn(), TextColumn(unit), TimeElapsedColumn())
            self._bar = Progress(*columns, console=Console(stderr=True), transient=True)
            self._bar.start()
            self._task = self._bar.add_task("", total=total)
        assert self._task is not None, "a bar that is shown has its task"
        self._bar.update(self._task, completed=done, total=total)
