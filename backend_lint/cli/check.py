"""`backend-lint check`."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import click
from click.core import ParameterSource

from backend_lint.cli.formats import Target, format_option, tell_verdict, write_reports, write_step_summary
from backend_lint.cli.options import (
    baseline_option,
    cache_folder_option,
    cache_of,
    color_option,
    command_line,
    config_options,
    extend_select_option,
    ignore_option,
    no_cache_option,
    packs_in_environment,
    preview_option,
    rule_pack_options,
    select_option,
    split_selectors,
)
from backend_lint.cli.telling import decoded, shown, tell_problems
from backend_lint.report.output import CHECK_FORMATS, FORMATS

if TYPE_CHECKING:
    from pathlib import Path

    from backend_lint.engine.check import Request
    from backend_lint.engine.result import Result
    from backend_lint.engine.settings import FailLevel
    from backend_lint.report.output import Output

#: The name of a file whose text comes from standard input, where none is given.
STDIN_NAME = "stdin.py"

_EPILOG = """\b
Exit codes: 0 checked completely, nothing at or above the level of --fail-on;
1 findings (a file that cannot be parsed is one);
2 usage, configuration, input or internal errors."""


@click.command(epilog=_EPILOG)
@click.argument("paths", nargs=-1, metavar="[PATHS]...")
@select_option
@extend_select_option
@ignore_option
@format_option(CHECK_FORMATS, "BACKEND_LINT_FORMAT")
@click.option("--pedantic/--no-pedantic", default=None, help="Report notes too: what reviewers would disagree about.")
@click.option(
    "--fail-on",
    type=click.Choice(["error", "warning", "note", "never"]),
    help="The least severity that makes the exit code 1; `never` for none.  [default: warning]",
)
@config_options()
@rule_pack_options
@preview_option
@click.option("--exclude", multiple=True, metavar="PATTERN", help="Leave out files and folders, as in .gitignore; repeatable.")
@click.option("--force-exclude", is_flag=True, help="Leave out what the configuration leaves out even when it is named.")
@click.option("--include-tests/--no-include-tests", default=None, help="Check tests, migrations and examples like other code.")
@baseline_option
@click.option("--no-baseline", is_flag=True, help="Report what the baseline hides as well.")
@click.option("--no-suppressions", is_flag=True, help="Report what comments hide as well, to see what they are worth.")
@click.option("--strict", is_flag=True, help="Fail for entries of the baseline, too, that hide nothing any more.")
@click.option("--stdin-filename", type=click.Path(), metavar="FILE", help="Check standard input as the text of this file.")
@click.option("--no-group", is_flag=True, help="Report findings of one cause one by one instead of as one, where they come from.")
@click.option("--fix", is_flag=True, help="Make the fixes that are safe, and report what is left.")
@click.option("--unsafe-fixes", is_flag=True, help="With --fix or --diff: those as well after which the program may behave otherwise.")
@click.option("--diff", is_flag=True, help="Show what --fix would change, and change nothing; the exit code is 1 where there is something.")
@click.option("--statistics", is_flag=True, help="Count findings by rule, family, folder and file instead of listing them.")
@click.option("-q", "--quiet", is_flag=True, help="Report findings only: no summary, no progress bar.")
@click.option("-j", "--jobs", type=click.IntRange(min=1), metavar="N", help="Use N processes.  [default: what pays]")
@no_cache_option
@cache_folder_option
@click.option("--timings", is_flag=True, help="Say where the time went, on standard error.")
@click.option("--traceback", is_flag=True, help="Show the details of internal errors, for a bug report.")
@color_option
def check(
    paths: tuple[str, ...],
    select: tuple[str, ...],
    extend_select: tuple[str, ...],
    ignore: tuple[str, ...],
    format_: tuple[Target, ...],
    pedantic: bool | None,
    fail_on: FailLevel | None,
    config: str | None,
    no_config: bool,
    exclude: tuple[str, ...],
    force_exclude: bool,
    include_tests: bool | None,
    rule_pack: tuple[str, ...],
    allow_project_rules: bool,
    preview: bool | None,
    baseline: str | None,
    no_baseline: bool,
    no_suppressions: bool,
    strict: bool,
    stdin_filename: str | None,
    no_group: bool,
    fix: bool,
    unsafe_fixes: bool,
    diff: bool,
    statistics: bool,
    quiet: bool,
    jobs: int | None,
    no_cache: bool,
    cache_dir: str | None,
    timings: bool,
    traceback: bool,
    color: str,
) -> int:
    """Check Python files and folders (default: the current directory).

    Folders are searched for Python files, without those that .gitignore or the configuration leave out; files that are named are checked
    unless --force-exclude is given. `-` stands for standard input.
    """
    if baseline is not None and no_baseline:
        raise click.UsageError("--baseline and --no-baseline exclude each other")
    if "" in paths or (select and not split_selectors(select)):
        raise click.UsageError("a path and --select cannot be empty")
    from_stdin = "-" in paths or (stdin_filename is not None and not paths)
    if from_stdin and paths not in ((), ("-",)):
        raise click.UsageError("standard input (-) cannot be checked together with other paths")
    if stdin_filename is not None and not from_stdin:
        raise click.UsageError("--stdin-filename goes with - and no other path")
    if (fix or diff) and from_stdin:
        raise click.UsageError("--fix and --diff are for files, not for standard input")
    if fix and diff:
        raise click.UsageError("--fix and --diff exclude each other: --diff shows what --fix would do")
    if unsafe_fixes and not (fix or diff):
        raise click.UsageError("--unsafe-fixes goes with --fix or --diff")
    _refuse_formats(format_, statistics=statistics, diff=diff)

    from backend_lint.cli.terminal import ProgressBar, refuse, say

    # With packs of the user's own, the engine knows which rules there are.
    if not (rule_pack or allow_project_rules or packs_in_environment()) and _tell_unknown(select, extend_select, ignore):
        return 2
    from pathlib import Path

    from backend_lint.engine.check import Request, check_paths, check_text
    from backend_lint.engine.discovery import MissingPath
    from backend_lint.engine.settings import ConfigurationFault
    from backend_lint.engine.timings import Timings

    begun = time.perf_counter()
    measured = Timings() if timings else None
    line = command_line(
        select=select,
        extend_select=extend_select,
        ignore=ignore,
        exclude=exclude,
        fail_on=fail_on,
        pedantic=pedantic,
        include_tests=include_tests,
        preview=preview,
        rule_pack=rule_pack,
        allow_project_rules=allow_project_rules,
    )
    text = sys.stdin.buffer.read() if from_stdin else None
    try:
        with ProgressBar(shown=not quiet) as progress:
            request = Request(
                current=Path.cwd(),
                command_line=line,
                config=Path(config) if config is not None else None,
                use_config=not no_config,
                jobs=jobs,
                progress=progress,
                force_exclude=force_exclude,
                cache=cache_of(cache_dir, no_cache=no_cache),
                timings=measured,
                by_comments=not no_suppressions,
                by_baseline=not no_baseline,
                baseline=Path(baseline) if baseline is not None else None,
            )
            if fix or diff:
                from backend_lint.cli import fixing

                wanted = [Path(path) for path in paths] or [Path()]
                if diff:
                    return fixing.show(wanted, request, unsafe=unsafe_fixes, quiet=quiet, color=color, display=_shown_here)
                result = fixing.fixed(wanted, request, unsafe=unsafe_fixes, quiet=quiet, display=_shown_here)
            elif text is not None:
                result = check_text(Path(stdin_filename or STDIN_NAME), text, request)
            else:
                result = check_paths([Path(path) for path in paths] or [Path()], request)
    except ConfigurationFault as fault:
        refuse(fault)
        return 2
    except MissingPath as fault:
        say(f"error: {fault}")
        return 2
    if not no_group:
        from backend_lint.engine.result import grouped

        result = grouped(result)
    code = _report(result, request, format_, color=color, quiet=quiet, statistics=statistics, traceback=traceback, stdin=text)
    if result.stale and (strict or not quiet):
        from backend_lint.cli.baseline import tell_stale

        tell_stale(result.stale)
        code = 1 if strict and code == 0 else code
    if measured is not None:
        from backend_lint.cli.timings import tell

        tell(measured, time.perf_counter() - begun)
    return code


def _refuse_formats(targets: Sequence[Target], *, statistics: bool, diff: bool) -> None:
    """Refuse formats of the command line that would not be written. What the environment says is for the runs that have reports."""
    if click.get_current_context().get_parameter_source("format_") is not ParameterSource.COMMANDLINE:
        return
    if diff and tuple(targets) != (Target("text"),):
        raise click.UsageError("--diff prints a patch, which --format has no say in")
    shown = next((target.name for target in targets if target.file is None and target.name not in ("text", "json")), None)
    if statistics and shown is not None:
        raise click.UsageError(f"--statistics counts as text or json: name a file for the report, as in '{shown}:FILE'")


def _report(
    result: Result,
    request: Request,
    targets: Sequence[Target],
    *,
    color: str,
    quiet: bool,
    statistics: bool,
    traceback: bool,
    stdin: bytes | None,
) -> int:
    from pathlib import Path

    from backend_lint.cli import terminal
    from backend_lint.source.files import WorkingTree

    root, current = Path(result.root), Path(os.path.realpath(request.current))

    def display(path: str) -> str:
        return shown(path, root, current)

    def read(path: str) -> str:
        return decoded(stdin if stdin is not None else WorkingTree(root, ()).read(path))

    def output(target: Target) -> Output:
        is_plain = not FORMATS[target.name].for_people
        return terminal.output(color, read, display=display, quiet=quiet, plain=is_plain)

    done = _write(result, targets, output, statistics=statistics, quiet=quiet)
    if result.problems:
        tell_problems(result.problems, display, with_details=traceback)
    if result.problems or not done:
        return 2
    if not result.files:
        terminal.say("no Python files to check")
    return 1 if result.failing else 0


def _write(result: Result, targets: Sequence[Target], output: Callable[[Target], Output], *, statistics: bool, quiet: bool) -> bool:
    """Write the reports, with the counts where there are to be `statistics` on standard output; whether all could be written."""
    from backend_lint.report.output import render

    if statistics:
        is_json = any(target.name == "json" and target.file is None for target in targets)
        targets = [Target("json" if is_json else "text"), *(target for target in targets if target.file is not None)]

    def write(target: Target, output: Output) -> None:
        if statistics and target.file is None:
            from backend_lint.report import statistics as report

            (report.render_json if target.name == "json" else report.render)(result, output)
        else:
            render(target.name, result, output)

    done = write_reports(targets, output, write)
    if any(target.name == "github" for target in targets):
        from backend_lint.report.listing import of_check

        write_step_summary(of_check(result), output(targets[0]))
    if not quiet and all(target.file is not None for target in targets):
        from backend_lint.report.summary import sentences

        tell_verdict(sentences(result))
    return done


def _tell_unknown(select: tuple[str, ...], extend_select: tuple[str, ...], ignore: tuple[str, ...]) -> bool:
    """Whether one of the options names a rule that there is none of, which is told before the engine is imported."""
    if not (select or extend_select or ignore):
        return False
    from backend_lint.cli.terminal import say
    from backend_lint.engine.registry import built_in, unknown_selectors

    faults = unknown_selectors(
        built_in(), select=split_selectors(select), extend_select=split_selectors(extend_select), ignore=split_selectors(ignore)
    )
    for message in faults:
        say(f"error: {message}")
    return bool(faults)


def _shown_here(root: Path, path: str) -> str:
    from pathlib import Path

    return shown(path, root, Path(os.path.realpath(Path.cwd())))
