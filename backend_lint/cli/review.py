"""`backend-lint review`."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from backend_lint.cli.formats import Target, format_option, tell_verdict, write_reports, write_step_summary
from backend_lint.cli.options import (
    cache_folder_option,
    cache_of,
    color_option,
    command_line,
    config_options,
    extend_select_option,
    ignore_option,
    no_cache_option,
    preview_option,
    rule_pack_options,
    select_option,
)
from backend_lint.report.output import FORMATS, REVIEW_FORMATS

if TYPE_CHECKING:
    from backend_lint.engine.settings import FailLevel
    from backend_lint.report.output import Output
    from backend_lint.review.change import ChangeRequest
    from backend_lint.review.model import Review

_EPILOG = """\b
Exit codes: 0 pass, 1 fail: the change adds findings,
2 incomplete: no base, a patch that does not apply, a changed file that
cannot be parsed, usage, configuration or internal errors."""


@click.command(epilog=_EPILOG)
@click.option("--base", metavar="REV", help="Compare the working tree with where HEAD left REV.")
@click.option("--staged", is_flag=True, help="Compare what is staged with HEAD.")
@click.option("--commit", metavar="REV", help="Compare a commit with its first parent.")
@click.option("--range", "range_", metavar="A..B", help="Compare B with A, or with A...B with where B left A.")
@click.option("--patch", metavar="FILE", help="Compare HEAD with what a diff (- for standard input) makes of it, without applying it.")
@click.option("--pre-commit", is_flag=True, help="Compare what pre-commit is run for: what is staged, or the revisions it names.")
@click.option(
    "--policy",
    type=click.Choice(["base", "head"]),
    help="Whose configuration and suppressions count.  [default: head; base with --patch]",
)
@click.option("--allow-suppressions", is_flag=True, help="Let the change add suppressions and weaken the configuration.")
@click.option(
    "--fail-on", type=click.Choice(["error", "warning", "note", "never"]), help="The least severity that fails.  [default: warning]"
)
@click.option("--max-new", type=click.IntRange(min=0), default=0, show_default=True, metavar="N", help="Pass with up to N new findings.")
@format_option(REVIEW_FORMATS, "BACKEND_LINT_REVIEW_FORMAT")
@click.option("--show-existing", is_flag=True, help="List the findings that were there before as well.")
@click.option("--max-findings", type=click.IntRange(min=1), metavar="N", help="List at most N findings.  [agent format; default: 20]")
@click.option("--max-chars", type=click.IntRange(min=500), metavar="N", help="Write at most N characters.  [agent format; default: 8000]")
@select_option
@extend_select_option
@ignore_option
@rule_pack_options
@preview_option
@click.option("--exclude", multiple=True, metavar="PATTERN", help="Leave out files and folders, as in .gitignore; repeatable.")
@click.option("--include-tests/--no-include-tests", default=None, help="Check tests, migrations and examples like other code.")
@click.option("--pedantic/--no-pedantic", default=None, help="Review notes too: what reviewers would disagree about.")
@config_options("Use this configuration for all files, on both sides.")
@click.option("--no-group", is_flag=True, help="Report new findings of one cause one by one instead of as one, where they come from.")
@click.option("--summary", type=click.Path(path_type=Path), metavar="FILE", help="Append the report in Markdown to a file as well.")
@click.option("-q", "--quiet", is_flag=True, help="Leave out remarks.")
@click.option("-j", "--jobs", type=click.IntRange(min=1), metavar="N", help="Use N processes.  [default: what pays]")
@no_cache_option
@cache_folder_option
@click.option("--traceback", is_flag=True, help="Show the details of internal errors, for a bug report.")
@color_option
def review(
    base: str | None,
    staged: bool,
    commit: str | None,
    range_: str | None,
    patch: str | None,
    pre_commit: bool,
    policy: str | None,
    allow_suppressions: bool,
    fail_on: FailLevel | None,
    max_new: int,
    format_: tuple[Target, ...],
    show_existing: bool,
    max_findings: int | None,
    max_chars: int | None,
    select: tuple[str, ...],
    extend_select: tuple[str, ...],
    ignore: tuple[str, ...],
    exclude: tuple[str, ...],
    include_tests: bool | None,
    rule_pack: tuple[str, ...],
    allow_project_rules: bool,
    preview: bool | None,
    pedantic: bool | None,
    config: str | None,
    no_config: bool,
    no_group: bool,
    summary: Path | None,
    quiet: bool,
    jobs: int | None,
    no_cache: bool,
    cache_dir: str | None,
    traceback: bool,
    color: str,
) -> int:
    """Say what a change adds, and nothing else: pass, fail or incomplete.

    The project is analysed before and after the change, so that a finding in a file that was not touched is new when the change causes it.
    Without options the working tree, with untracked files, is compared with where HEAD left its upstream or the default branch; on a pull
    or merge request, with the base that the environment names. The repository is only read.
    """
    sources = [base is not None, staged, commit is not None, range_ is not None, patch is not None, pre_commit]
    if sum(sources) > 1:
        raise click.UsageError("give one of --base, --staged, --commit, --range, --patch and --pre-commit")

    from backend_lint.cli import terminal
    from backend_lint.cli.telling import tell_problems
    from backend_lint.engine.settings import ConfigurationFault
    from backend_lint.review.change import ChangeRequest, opened
    from backend_lint.review.gate import Rules
    from backend_lint.review.gate import review as judge
    from backend_lint.source.git import GitFault, Repository

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
    try:
        repository = Repository.find(Path.cwd())
        if pre_commit:
            from backend_lint.cli.pre_commit import check_everything, chosen

            picked = chosen(repository, os.environ)
            if picked is None:
                return check_everything(repository.top, click.get_current_context().params)
            staged, range_ = picked
        request = ChangeRequest(base=base, staged=staged, commit=commit, range=range_, patch=_read_patch(patch))
        rules = Rules(
            policy="base" if policy == "base" or (policy is None and patch is not None) else "head",
            max_new=max_new,
            allow_suppressions=allow_suppressions,
            command_line=line,
            config=Path(config) if config is not None else None,
            use_config=not no_config,
            jobs=jobs,
            current=Path(os.path.realpath(Path.cwd())),
            cache=cache_of(cache_dir, no_cache=no_cache),
        )
        with opened(repository, request) as change:
            found = judge(change, rules)
            done = _report(
                found,
                change.after.read,
                format_,
                color=color,
                quiet=quiet,
                show_existing=show_existing,
                no_group=no_group,
                limits=(max_findings, max_chars),
                again=_again(request, patch),
                summary=summary,
            )
    except GitFault as fault:
        return _incomplete(fault.message, fault.hint, format_)
    except ConfigurationFault as fault:
        terminal.refuse(fault)
        return _incomplete("the configuration cannot be used", "", format_)
    except OSError as fault:
        return _incomplete(f"{fault.filename}: {fault.strerror}" if fault.filename else str(fault), "", format_)
    if found.problems:
        tell_problems(found.problems, lambda path: path, with_details=traceback)
    return found.exit_code if done else 2


def _read_patch(name: str | None) -> bytes | None:
    if name is None:
        return None
    if name == "-":
        return sys.stdin.buffer.read()
    try:
        return Path(name).read_bytes()
    except OSError as fault:
        from backend_lint.source.git import GitFault

        raise GitFault(f"{name}: cannot read this patch: {fault.strerror or fault}") from None


def _incomplete(message: str, hint: str, targets: Sequence[Target]) -> int:
    """Say why nothing could be compared, in the reports as well where a program or an agent reads them."""
    from backend_lint.cli import terminal
    from backend_lint.report.output import render_fault

    terminal.say(f"error: {message}")
    if hint:
        terminal.say(f"help: {hint}")

    def write(target: Target, output: Output) -> None:
        if target.file is not None or not (FORMATS[target.name].for_people or target.name == "markdown"):
            render_fault(target.name, message, hint, output)

    write_reports(targets, lambda target: terminal.output("never", _no_source, plain=True), write)
    return 2


def _no_source(path: str) -> str:
    raise OSError("nothing was read")


def _report(
    found: Review,
    read: Callable[[str], bytes],
    targets: Sequence[Target],
    *,
    color: str,
    quiet: bool,
    show_existing: bool,
    no_group: bool,
    limits: tuple[int | None, int | None],
    again: str,
    summary: Path | None,
) -> bool:
    """Write the reports; whether all could be written."""
    from backend_lint.cli import terminal
    from backend_lint.cli.telling import decoded, shown
    from backend_lint.report.output import render_review

    current = Path(os.path.realpath(Path.cwd()))
    root = Path(os.path.realpath(found.root))
    bounds = {name: limit for name, limit in zip(("max_findings", "max_chars"), limits, strict=True) if limit is not None}

    def output(target: Target) -> Output:
        return terminal.output(
            color,
            lambda path: decoded(read(path)),
            display=lambda path: shown(path, root, current),
            quiet=quiet,
            plain=not FORMATS[target.name].for_people,
        )._replace(grouped=not no_group)

    def write(target: Target, output: Output) -> None:
        options = {"again": again, **bounds} if target.name == "agent" else {"show_existing": show_existing}
        render_review(target.name, found, output, **options)

    if summary is not None:
        with summary.open("a", encoding="utf-8") as file:
            write(Target("markdown"), output(Target("markdown"))._replace(write=file.write))
    done = write_reports(targets, output, write)
    if any(target.name == "github" for target in targets):
        from backend_lint.report.listing import of_review

        write_step_summary(
            of_review(found, is_grouped=not no_group), output(Target("markdown")), but=str(summary) if summary is not None else None
        )
    if not quiet and all(target.file is not None for target in targets):
        from backend_lint.report.reviews import summary as in_words

        tell_verdict([f"{found.verdict.upper()}  {in_words(found)}"])
    return done


def _again(request: ChangeRequest, patch: str | None) -> str:
    """The command that reviews the same change again."""
    words = ["backend-lint", "review", "--format", "agent"]
    for option, value in (("--base", request.base), ("--commit", request.commit), ("--range", request.range), ("--patch", patch)):
        if value is not None:
            words += [option, value]
    if request.staged:
        words.append("--staged")
    return " ".join(words)
