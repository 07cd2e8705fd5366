"""What `check --fix` and `check --diff` do with the fixes: write them, or show them."""

from __future__ import annotations

import difflib
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from backend_lint.cli.terminal import say, wants_color, writing
from backend_lint.report.plain import plural, visible

if TYPE_CHECKING:
    from backend_lint.engine.check import Request
    from backend_lint.engine.fixing import ChangedFile, Fixed
    from backend_lint.engine.result import Result

#: How many fixes that were not made are told of one by one.
_TOLD = 5

_STYLES = {"+": "32", "-": "31", "@": "36"}


def fixed(paths: list[Path], request: Request, *, unsafe: bool, quiet: bool, display: Callable[[Path, str], str]) -> Result:
    """Make fixes and write them; the check of what is there then. Raises what `check_paths` does."""
    from backend_lint.engine.fix_writing import write
    from backend_lint.engine.fixing import fix_paths

    made = fix_paths(paths, request, unsafe=unsafe)
    problems = write(made.result.root, made.files)
    made.result.problems += problems
    if not quiet:
        lost = {problem.path for problem in problems}
        written = [file for file in made.files if file.path not in lost]
        if written:
            say(f"fixed {_counted(written)}")
        _tell_refused(made, display)
    return made.result


def show(paths: list[Path], request: Request, *, unsafe: bool, quiet: bool, color: str, display: Callable[[Path, str], str]) -> int:
    """Show what fixes would change, as a diff on standard output. Returns the exit code: 1 where there is something to change, 2 where the
    check is incomplete, else 0. Raises what `check_paths` does."""
    from backend_lint.engine.fixing import fix_paths

    made = fix_paths(paths, request, unsafe=unsafe)
    with writing():
        for file in made.files:
            _write_diff(file, display(made.result.root, file.path), with_color=wants_color(color))
    if not quiet:
        unseen = sum(finding.fix == "unsafe" for finding in made.result.findings)
        more = f" ({unseen} more with --unsafe-fixes)" if unseen and not unsafe else ""
        say(f"would fix {_counted(made.files)}{more}" if made.files else f"nothing to fix{more}")
        _tell_refused(made, display)
    if made.result.problems:
        from backend_lint.cli.telling import tell_problems

        tell_problems(made.result.problems, lambda path: display(made.result.root, path), with_details=False)
        return 2
    return 1 if made.files else 0


def _counted(files: list[ChangedFile]) -> str:
    return f"{plural(sum(file.fixes for file in files), 'finding')} in {plural(len(files), 'file')}"


def _tell_refused(made: Fixed, display: Callable[[Path, str], str]) -> None:
    for finding, reason in made.refused[:_TOLD]:
        say(f"not fixed: {display(made.result.root, finding.path)}:{finding.line} {finding.rule}: {reason}")
    if len(made.refused) > _TOLD:
        say(f"not fixed: {len(made.refused) - _TOLD} more")


def _write_diff(file: ChangedFile, shown: str, *, with_color: bool) -> None:
    """Write a unified diff. On a terminal what it would obey is an escape; elsewhere each byte is as in the file, for `git apply`."""
    from backend_lint.source.decoding import encoding_of

    is_shown = sys.stdout.isatty()
    encoding = "utf-8" if encoding_of(file.before) == "utf-8-sig" else encoding_of(file.before)
    for line in _diff(_lines(file.before.decode(encoding)), _lines(file.after.decode(encoding)), visible(shown)):
        if is_shown or with_color:
            text = visible(line.rstrip("\r\n"))
            style = _STYLES.get(text[:1]) if with_color and not text.startswith(("---", "+++")) else None
            sys.stdout.write(f"\x1b[{style}m{text}\x1b[0m\n" if style is not None else f"{text}\n")
        else:
            sys.stdout.flush()
            sys.stdout.buffer.write(line.encode(encoding, "replace"))


def _lines(text: str) -> list[str]:
    """The lines of a text with their line feeds: other ends of lines belong to the line, as `patch` has it."""
    return text.splitlines(keepends=True) if "\n" not in text else [f"{line}\n" for line in text.split("\n")[:-1]] + _rest(text)


def _rest(text: str) -> list[str]:
    last = text.rpartition("\n")[2]
    return [last] if last else []


def _diff(before: list[str], after: list[str], path: str) -> Iterator[str]:
    for line in difflib.unified_diff(before, after, f"a/{path}", f"b/{path}"):
        yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"
