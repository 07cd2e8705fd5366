"""`backend-lint trial`."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click

from backend_lint.cli.options import (
    cache_folder_option,
    cache_of,
    color_option,
    command_line,
    complete_selector,
    config_options,
    no_cache_option,
    rule_pack_options,
    split_selectors,
)

if TYPE_CHECKING:
    from pathlib import Path

    from backend_lint.engine.settings import CommandLine, FailLevel
    from backend_lint.source.git import Repository

_EPILOG = """\b
Exit codes: 0 the commits were looked at, whatever was found; 2 usage, configuration or internal errors, or a repository that cannot be
read; 130 interrupted, after the answer for the commits until then."""


@click.command(epilog=_EPILOG)
@click.argument("rules", nargs=-1, required=True, metavar="RULE...", shell_complete=complete_selector)
@click.option("--last", type=click.IntRange(min=1), default=200, show_default=True, metavar="N", help="Look at the last N commits.")
@click.option("--branch", default="HEAD", metavar="REVISION", help="The branch, tag or commit that they lead up to.  [default: HEAD]")
@click.option("--examples", type=click.IntRange(min=0), default=10, show_default=True, metavar="N", help="Show at most N blocked commits.")
@click.option(
    "--format", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True, help="How to write the answer."
)
@click.option(
    "--fail-on",
    type=click.Choice(["error", "warning", "note"]),
    help="The least severity that blocks.  [default: as configured, or warning]",
)
@click.option("--pedantic/--no-pedantic", default=None, help="Count notes too.")
@click.option("--include-tests/--no-include-tests", default=None, help="Look at tests, migrations and examples like other code.")
@click.option("--exclude", multiple=True, metavar="PATTERN", help="Leave out files and folders, as in .gitignore; repeatable.")
@config_options("Use this configuration for all commits.  [default: today's at the top]")
@rule_pack_options
@click.option("-q", "--quiet", is_flag=True, help="Show no progress bar.")
@click.option("-j", "--jobs", type=click.IntRange(min=1), metavar="N", help="Use N processes.  [default: what pays]")
@no_cache_option
@cache_folder_option
@color_option
def trial(
    rules: tuple[str, ...],
    last: int,
    branch: str,
    examples: int,
    format_: str,
    fail_on: FailLevel | None,
    pedantic: bool | None,
    include_tests: bool | None,
    exclude: tuple[str, ...],
    config: str | None,
    no_config: bool,
    rule_pack: tuple[str, ...],
    allow_project_rules: bool,
    quiet: bool,
    jobs: int | None,
    no_cache: bool,
    cache_dir: str | None,
    color: str,
) -> int:
    """Replay the last commits and say what rules would have blocked.

    RULE is a code, the beginning of one, a name or a family; rules that are off and those on trial are meant as well. Each commit that is
    no merge and touches Python is reviewed against its first parent, by one configuration, the newest first. The repository is only read.
    """
    if not split_selectors(rules):
        raise click.UsageError("RULE cannot be empty")
    from pathlib import Path

    from backend_lint.cli import terminal
    from backend_lint.engine.settings import ConfigurationFault
    from backend_lint.report import trials
    from backend_lint.review.gate import Rules
    from backend_lint.review.history import last_commits
    from backend_lint.review.trial import try_out
    from backend_lint.source.git import GitFault, Repository

    line = command_line(
        select=rules,
        extend_select=(),
        ignore=(),
        exclude=exclude,
        fail_on=fail_on,
        pedantic=pedantic,
        include_tests=include_tests,
        rule_pack=rule_pack,
        allow_project_rules=allow_project_rules,
    )
    try:
        repository = Repository.find(Path.cwd())
        file = Path(config) if config is not None else None if no_config else _todays(repository)
        names = _meant(repository, line, file)
        commits = last_commits(repository, last, branch)
        if not commits:
            terminal.say(f"error: {branch}: no commit that leads here touches Python and is no merge")
            return 2
        by = Rules(
            command_line=line,
            config=file,
            use_config=file is not None,
            jobs=jobs,
            current=Path(os.path.realpath(Path.cwd())),
            cache=cache_of(cache_dir, no_cache=no_cache),
            packs_on_disk=True,
        )
        with terminal.ProgressBar(shown=not quiet, verb="replaying", unit="commits") as progress:
            found = try_out(repository, commits, frozenset(names), by, progress)
    except GitFault as fault:
        terminal.say(f"error: {fault.message}")
        if fault.hint:
            terminal.say(f"help: {fault.hint}")
        return 2
    except ConfigurationFault as fault:
        terminal.refuse(fault)
        return 2
    output = terminal.output(color, _no_source, plain=format_ == "json")
    if format_ == "json":
        trials.render_json(found, output, names=names)
    else:
        trials.render_text(found, output, names=names, examples=examples)
    if not found.is_complete:
        return 130
    return 0 if found.reviewed else 2


def _todays(repository: Repository) -> Path | None:
    """The configuration at the top of the repository, as it is now; None where there is none."""
    from backend_lint.engine.settings import FILE_NAMES, read_table

    for name in FILE_NAMES:
        file = repository.top / name
        if file.is_file() and read_table(file, name, file.read_bytes()) is not None:
            return file
    return None


def _meant(repository: Repository, line: CommandLine, config: Path | None) -> dict[str, str]:
    """The names of the rules that the command line selects, by code. Raises `ConfigurationFault` where there is no such rule, or where the
    configuration has it off for good."""
    from pathlib import Path

    from backend_lint.engine.check import check_selectors
    from backend_lint.engine.packs import packs_for
    from backend_lint.engine.registry import load_pack
    from backend_lint.engine.settings import ConfigurationFault, Configurations

    current = Path(os.path.realpath(Path.cwd()))
    registry = load_pack(packs_for(repository.top, line, current=current, config=config, use_config=config is not None))
    try:
        check_selectors(registry, line)
    except ConfigurationFault as fault:
        raise ConfigurationFault([message.replace("--select", "RULE", 1) for message in fault.messages]) from None
    settings = Configurations(repository.top, registry, line, current=current, file=config, use_files=config is not None).of_file("x.py")
    asked = [registry.matching(selector) for selector in line.choice.select or ()]
    codes = frozenset().union(*asked) & settings.enabled
    silent = [selector for selector, found in zip(line.choice.select or (), asked, strict=True) if not found & settings.enabled]
    if silent:
        raise ConfigurationFault(
            [f"{selector}: the configuration gives it the severity off; try it with --no-config" for selector in silent]
        )
    return {code: registry.by_code[code].name for code in codes}


def _no_source(path: str) -> str:
    raise OSError("the sources of commits are not shown")
