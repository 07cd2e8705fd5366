"""`--format`: which reports are written, and where each goes."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple, TextIO, TypeVar

import click

from backend_lint.report.output import FORMATS, Output

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from backend_lint.report.listing import Listing

Command = TypeVar("Command", bound=Callable[..., Any])


class Target(NamedTuple):
    """A report: the name of its format, and the file that it goes to; None for standard output."""

    name: str
    file: str | None = None

    def __str__(self) -> str:
        return self.name if self.file is None else f"{self.name}:{self.file}"


def format_option(names: Sequence[str], variable: str) -> Callable[[Command], Command]:
    """Give a command the option `format_`: the targets, with formats that are among `names`. `variable` of the environment, with blanks
    between several, says what is written unless the option is given."""
    told = ", ".join(f"{name} (the default)" if name == "text" else name for name in names)
    return click.option(
        "--format",
        "format_",
        type=_TargetType(names),
        multiple=True,
        default=("text",),
        envvar=variable,
        show_envvar=True,
        callback=_checked,
        help=f"How to report: NAME for standard output, which takes one, or NAME:FILE; repeatable. NAME is one of {told}.",
    )


class _TargetType(click.ParamType[Target]):
    """`NAME` or `NAME:FILE`; `-` for a file is standard output."""

    name = "format"

    def __init__(self, names: Sequence[str]) -> None:
        self._names = names

    def get_metavar(self, param: click.Parameter, ctx: click.Context | None = None) -> str:
        return "NAME[:FILE]"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Target:
        if isinstance(value, Target):
            return value
        name, colon, file = str(value).partition(":")
        if name not in self._names:
            self.fail(f"{name!r} is none of {', '.join(self._names)}.{self._meant(name)}", param, ctx)
        if colon and not file:
            self.fail(f"no file is named after '{name}:'.", param, ctx)
        target = Target(name, file if file and file != "-" else None)
        if target.file is None and FORMATS[name].needs_file:
            self.fail(f"{name} needs a file to go to, as in '{name}:report.{name}'.", param, ctx)
        fault = _fault(target.file) if target.file is not None else None
        if fault is not None:
            self.fail(f"{target.file}: {fault}.", param, ctx)
        return target

    def _meant(self, name: str) -> str:
        from difflib import get_close_matches

        near = get_close_matches(name.lower(), self._names, n=1)
        return f" Did you mean {near[0]!r}?" if near else ""

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        from click.shell_completion import CompletionItem

        return [CompletionItem(name, help=FORMATS[name].about) for name in self._names if name.startswith(incomplete)]


def _fault(file: str) -> str | None:
    """Why a file cannot be written, as far as can be known before."""
    folder = os.path.dirname(os.path.realpath(file))
    if os.path.isdir(file):
        return "this is a folder"
    if not os.path.isdir(folder):
        return "there is no such folder"
    if not os.access(file if os.path.exists(file) and not os.path.isfile(file) else folder, os.W_OK):
        return "this cannot be written: permission denied"
    return None


def _checked(ctx: click.Context, param: click.Parameter, targets: tuple[Target, ...]) -> tuple[Target, ...]:
    shown = [target.name for target in targets if target.file is None]
    if len(shown) > 1:
        told = f"{' and '.join(shown)} would both go to standard output: name a file for one, as in '{shown[-1]}:FILE'."
        raise click.BadParameter(told, ctx=ctx, param=param)
    files = [os.path.realpath(target.file) for target in targets if target.file is not None]
    twice = next((file for file in files if files.count(file) > 1), None)
    if twice is not None:
        raise click.BadParameter(f"two reports would go to {twice}.", ctx=ctx, param=param)
    return targets


def write_reports(targets: Sequence[Target], shown: Callable[[Target], Output], render: Callable[[Target, Output], object]) -> bool:
    """Write each report by `render(target, output)`: `shown` makes the output for standard output, from which that for a file is made.
    False where one could not be written, which is told."""
    from backend_lint.cli import terminal
    from backend_lint.report.extras import MissingExtra

    done = True
    # Standard output may be left by its reader before the last file would be written.
    for target in sorted(targets, key=lambda target: target.file is None):
        output = shown(target)._replace(hidden="GITHUB_ACTIONS" not in os.environ)
        try:
            if target.file is None:
                with terminal.writing():
                    render(target, output)
            else:
                with written(target.file) as stream:
                    plain = output._replace(write=stream.write, width=terminal.WIDTH_WITHOUT_TERMINAL, color=False, links=False)
                    render(target, plain)
        except MissingExtra as fault:
            terminal.say(f"error: {fault}")
            done = False
        except OSError as fault:
            if target.file is None:
                raise
            terminal.say(f"error: {target.file}: the report cannot be written: {fault.strerror or fault}")
            done = False
    return done


@contextmanager
def written(file: str) -> Iterator[TextIO]:
    """A file to write text to in UTF-8, which takes its name when all is written: a reader sees the old file or the new one, whole. What
    is no regular file, as a pipe or a device, is written to as it is. Raises OSError."""
    import tempfile

    place = os.path.realpath(file)
    if os.path.exists(place) and not os.path.isfile(place):
        with open(place, "w", encoding="utf-8", errors="backslashreplace", newline="\n") as stream:
            yield stream
        return
    mode = stat.S_IMODE(os.stat(place).st_mode) if os.path.exists(place) else 0o666 & ~_umask()
    handle, made = tempfile.mkstemp(dir=os.path.dirname(place), prefix=".", suffix=".new")
    try:
        with open(handle, "w", encoding="utf-8", errors="backslashreplace", newline="\n") as stream:
            yield stream
        os.chmod(made, mode)
        os.replace(made, place)
    except BaseException:
        os.unlink(made)
        raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def write_step_summary(listing: Listing, output: Output, *, but: str | None = None) -> None:
    """Append what was found to the summary that GitHub Actions shows of the step, where it does: not to the file `but`, which has it."""
    place = os.environ.get("GITHUB_STEP_SUMMARY")
    if not place or (but is not None and os.path.realpath(but) == os.path.realpath(place)):
        return
    from backend_lint.cli import terminal
    from backend_lint.report import github

    try:
        with open(place, "a", encoding="utf-8", errors="backslashreplace", newline="\n") as file:
            github.summary(listing, output._replace(write=file.write), github.MOST_BYTES - file.tell())
    except OSError as fault:
        terminal.say(f"the summary of the step cannot be written: {fault.strerror or fault}")


def tell_verdict(verdict: Sequence[str]) -> None:
    """Say how it went on standard error, for a run whose reports have all gone to files."""
    from backend_lint.cli.terminal import say

    say(" ".join(verdict))
