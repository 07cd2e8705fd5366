"""`backend-lint baseline`: the findings that are accepted, in a file to be committed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from backend_lint.cli.options import (
    Command,
    baseline_option,
    cache_folder_option,
    cache_of,
    command_line,
    config_options,
    extend_select_option,
    ignore_option,
    no_cache_option,
    rule_pack_options,
    select_option,
)

if TYPE_CHECKING:
    from backend_lint.engine.baseline_edit import Acceptance, Edit
    from backend_lint.engine.check import Request
    from backend_lint.engine.result import Result, StaleEntry

_OPTIONS = (
    baseline_option,
    config_options(),
    rule_pack_options,
)

_CHECK_OPTIONS = (
    select_option,
    extend_select_option,
    ignore_option,
    click.option("--pedantic/--no-pedantic", default=None, help="Look at notes too: what reviewers would disagree about."),
    click.option("--include-tests/--no-include-tests", default=None, help="Check tests, migrations and examples like other code."),
    click.option("-j", "--jobs", type=click.IntRange(min=1), metavar="N", help="Use N processes.  [default: what pays]"),
    no_cache_option,
    cache_folder_option,
    click.option("--dry-run", is_flag=True, help="Say what would be done, and do nothing."),
    click.option("--traceback", is_flag=True, help="Show the details of internal errors, for a bug report."),
)


def _with(*options: Callable[[Any], Any]) -> Callable[[Command], Command]:
    def add(command: Command) -> Command:
        for option in reversed(options):
            command = option(command)
        return command

    return add


@click.group()
def baseline() -> None:
    """Make, shrink and show the baseline: the findings that are accepted, in a file to be committed.

    `backend-lint check` does not report what the baseline holds. It lies beside the configuration and is called .backend-lint-baseline,
    unless the configuration says otherwise.
    """


@baseline.command()
@_with(*_OPTIONS, *_CHECK_OPTIONS)
def create(dry_run: bool, traceback: bool, **options: Any) -> int:
    """Make the baseline of the project that the current folder belongs to, with all that a check finds.

    There must be none yet. Files that cannot be parsed are not accepted.
    """
    from backend_lint.cli.terminal import refuse, say
    from backend_lint.engine.baseline_edit import created
    from backend_lint.engine.settings import ConfigurationFault
    from backend_lint.report.plain import plural

    try:
        result, edits = created(_request(options))
    except ConfigurationFault as fault:
        refuse(fault)
        return 2
    if not edits and not result.problems:
        say("nothing is found that could be accepted, so no baseline is needed")
        return 0
    code = _carry_out(result, edits, dry_run=dry_run, traceback=traceback)
    unparsed = sum(finding.rule == "BL000" for finding in result.findings)
    if unparsed:
        say(f"note: {plural(unparsed, 'file')} cannot be parsed, which no baseline hides")
    if code == 0 and not dry_run:
        _propose_to_merge(edits)
    return code


@baseline.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path), metavar="[PATHS]...")
@click.option("--accept", is_flag=True, help="Add what is found in PATHS (default: everywhere) and not in the baseline yet.")
@click.option("--reason", metavar="TEXT", help="Why it is accepted; required with --accept.")
@click.option("--until", metavar="YYYY-MM-DD", help="Accept it up to this day, and report it again after that.")
@_with(*_OPTIONS, *_CHECK_OPTIONS)
def update(
    paths: tuple[Path, ...], accept: bool, reason: str | None, until: str | None, dry_run: bool, traceback: bool, **options: Any
) -> int:
    """Remove the entries that hide nothing any more, and follow files that were renamed. Nothing is added without --accept."""
    return _update(options, _acceptance(paths, reason, until, accept=accept), dry_run=dry_run, traceback=traceback)


@baseline.command()
@_with(*_OPTIONS, *_CHECK_OPTIONS)
def prune(dry_run: bool, traceback: bool, **options: Any) -> int:
    """Remove the entries that hide nothing any more, and those that have expired."""
    return _update(options, None, dry_run=dry_run, traceback=traceback)


@baseline.command()
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True, help="How to show it.")
@_with(*_OPTIONS)
def show(format_: str, **options: Any) -> int:
    """Show the entries with their reasons. Nothing is checked."""
    from backend_lint.cli.terminal import fitted, refuse, say, writing
    from backend_lint.engine.baseline_edit import baselines_of
    from backend_lint.engine.baselines import CREATE, missing, today
    from backend_lint.engine.registry import built_in
    from backend_lint.engine.settings import ConfigurationFault
    from backend_lint.report.baselines import as_json, as_text

    try:
        found = baselines_of(_request(options))
        found.load()
        faults = missing(found)
        if faults:
            raise ConfigurationFault(faults)
    except ConfigurationFault as fault:
        refuse(fault)
        return 2
    present = [each for each in found.found if each.data is not None]
    with writing():
        if format_ == "json":
            click.echo(as_json(present, today()), nl=False)
        else:
            names = {rule.code: rule.name for rule in built_in().rules}
            for each in present:
                click.echo("\n".join(fitted(line) for line in as_text(each, today(), names)))
    if not present:
        say(f"there is no baseline; {CREATE}")
    return 0


def tell_stale(stale: Sequence[StaleEntry]) -> None:
    """Name on standard error the entries that hide nothing, and the command that removes them."""
    from backend_lint.cli.terminal import say
    from backend_lint.report.baselines import stale_lines

    for line in stale_lines(stale, {each.baseline: _near(each.baseline) for each in stale}):
        say(f"note: {line}" if not line.startswith(" ") else line)


def _near(file: str) -> str:
    """A path as the user wants to see it: relative to the current folder where it lies below."""
    import os

    inside = os.path.relpath(file, os.path.realpath(Path.cwd()))
    return file if inside.startswith("..") else inside


def _acceptance(paths: tuple[Path, ...], reason: str | None, until: str | None, *, accept: bool) -> Acceptance | None:
    import os

    from backend_lint.engine.baseline_edit import Acceptance
    from backend_lint.engine.baselines import today
    from backend_lint.findings.comments import is_day

    if not accept:
        if paths or reason is not None or until is not None:
            raise click.UsageError("PATHS, --reason and --until go with --accept")
        return None
    if reason is None or not any(letter.isalnum() for letter in reason):
        raise click.UsageError("--accept needs a --reason, for the next reader")
    if until is not None and not is_day(until):
        raise click.UsageError(f'--until: "{until}" is no day; write YYYY-MM-DD')
    if until is not None and until < today():
        raise click.UsageError(f"--until: {until} is over")
    missing = [path for path in paths if not path.exists()]
    if missing:
        raise click.UsageError(f"{missing[0]}: this path does not exist")
    folders = [Path(os.path.realpath(path)) for path in paths]

    def wants(path: Path) -> bool:
        return not folders or any(path == folder or folder in path.parents for folder in folders)

    return Acceptance(reason=reason, until=until or "", wants=wants)


def _update(options: dict[str, Any], acceptance: Acceptance | None, *, dry_run: bool, traceback: bool) -> int:
    from backend_lint.cli.terminal import refuse, say
    from backend_lint.engine.baseline_edit import updated
    from backend_lint.engine.baselines import CREATE
    from backend_lint.engine.settings import ConfigurationFault
    from backend_lint.report.plain import plural

    try:
        result, edits = updated(_request(options), acceptance)
    except ConfigurationFault as fault:
        refuse(fault)
        return 2
    if not edits and not result.problems:
        say(f"there is no baseline; {CREATE}" if acceptance is None else "there is nothing to accept")
        return 0
    code = _carry_out(result, edits, dry_run=dry_run, traceback=traceback)
    left = len(result.findings) - sum(finding.rule == "BL000" for finding in result.findings)
    if left and acceptance is None:
        say(f"note: {plural(left, 'finding')} not in the baseline: right them, or `backend-lint baseline update --accept --reason TEXT`")
    return code


def _carry_out(result: Result, edits: Sequence[Edit], *, dry_run: bool, traceback: bool) -> int:
    """Write the baselines, unless the check was incomplete: what it did not find would be taken for gone, or be missed."""
    from backend_lint.cli.telling import tell_problems
    from backend_lint.cli.terminal import fitted, say, writing
    from backend_lint.report.baselines import edit_lines

    if result.problems:
        tell_problems(result.problems, lambda path: path, with_details=traceback)
        say("error: the check is incomplete, so the baseline is left as it is")
        return 2
    for edit in edits if not dry_run else ():
        if edit.is_needed:
            try:
                edit.write()
            except OSError as fault:
                say(f"error: {edit.baseline.shown}: cannot write this baseline: {fault.strerror or fault}")
                return 2
    with writing():
        for edit in edits:
            click.echo("\n".join(fitted(line) for line in edit_lines(edit, is_dry=dry_run)))
    return 0


def _propose_to_merge(edits: Sequence[Edit]) -> None:
    """Name the line by which git merges baselines that two branches have edited, in a repository that does not have it."""
    import os

    from backend_lint.cli.terminal import say
    from backend_lint.source.git import GitFault, Repository

    for edit in edits:
        file = edit.baseline.place.file
        try:
            repository = Repository.find(Path(os.path.dirname(file)))
            inside = os.path.relpath(file, repository.top)
            if inside.startswith("..") or repository.attribute("merge", inside) == "union":
                continue
        except GitFault:
            continue
        say(f"note: commit it, and let git merge it by lines: `{inside} merge=union` in .gitattributes")


def _request(options: dict[str, Any]) -> Request:
    from backend_lint.engine.check import Request

    line = command_line(
        select=options.get("select", ()),
        extend_select=options.get("extend_select", ()),
        ignore=options.get("ignore", ()),
        exclude=(),
        fail_on=None,
        pedantic=options.get("pedantic"),
        include_tests=options.get("include_tests"),
        rule_pack=options["rule_pack"],
        allow_project_rules=options["allow_project_rules"],
    )
    named = options["baseline"]
    return Request(
        current=Path.cwd(),
        command_line=line,
        config=Path(options["config"]) if options["config"] is not None else None,
        use_config=not options["no_config"],
        jobs=options.get("jobs"),
        cache=cache_of(options.get("cache_dir"), no_cache=options.get("no_cache", True)),
        baseline=Path(named) if named is not None else None,
    )
