"""`backend-lint init`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, cast

import click

from backend_lint.cli.options import cache_folder_option, cache_of, no_cache_option

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from backend_lint.agents.events import Agent
    from backend_lint.init.pipelines import Service
    from backend_lint.init.steps import Name, Step


@click.command()
@click.option("--dry-run", is_flag=True, help="Show all that could be set up as a diff, and write nothing.")
@click.option("--yes", is_flag=True, help="Set up all that the project has a place for, and ask nothing.")
@click.option("--baseline/--no-baseline", default=None, help="Accept the findings of today, so that only new ones are reported.")
@click.option("--pre-commit/--no-pre-commit", default=None, help="Add the hook to .pre-commit-config.yaml.")
@click.option("--ci", type=click.Choice(["github", "gitlab", "none"]), help="Add the job for pull or merge requests.")
@click.option(
    "--agent",
    "agents",
    type=click.Choice(["claude", "codex", "gemini", "cursor", "none"]),
    multiple=True,
    help="Set up the hooks of a coding agent; repeatable.",
)
@click.option("--command", default="backend-lint", show_default=True, metavar="TEXT", help="How the hooks run this tool.")
@no_cache_option
@cache_folder_option
def init(
    dry_run: bool,
    yes: bool,
    baseline: bool | None,
    pre_commit: bool | None,
    ci: str | None,
    agents: tuple[str, ...],
    command: str,
    no_cache: bool,
    cache_dir: str | None,
) -> int:
    """Look at the project and set the tool up in it: a configuration, and what is wanted besides.

    On a terminal it asks about a baseline, the pre-commit hook, the job for continuous integration and the hooks of coding agents.
    Elsewhere only the configuration is written, unless options say more. To do it again changes nothing.
    """
    import os
    from pathlib import Path

    from backend_lint.agents.hosts import is_hook_command
    from backend_lint.cli.terminal import ProgressBar, fitted, refuse, say, writing
    from backend_lint.engine.check import Request
    from backend_lint.engine.roots import project_root
    from backend_lint.engine.settings import ConfigurationFault
    from backend_lint.init.look import look
    from backend_lint.init.steps import Wishes, steps
    from backend_lint.init.telling import lines
    from backend_lint.report.plain import visible

    if "none" in agents and len(agents) > 1:
        raise click.UsageError("--agent none goes with no other agent")
    if not command.isprintable() or not is_hook_command(command, "claude") or command.strip() != command:
        raise click.UsageError('--command must be one line that ends by running "backend-lint", for instance "uv run backend-lint"')
    current = Path(os.path.realpath(Path.cwd()))
    root = project_root(current, current)
    wishes = Wishes(
        service=cast("Service", ci) if ci not in (None, "none") else None,
        agents=cast("tuple[Agent, ...]", agents) if agents and "none" not in agents else None,
        command=command,
    )
    answers: dict[Name, bool | None] = {
        "configuration": True,
        "baseline": baseline,
        "pre-commit": pre_commit,
        "ci": None if ci is None else ci != "none",
        "agents": None if not agents else "none" not in agents,
    }
    try:
        with ProgressBar() as progress:
            request = Request(current=root, cache=cache_of(cache_dir, no_cache=no_cache), progress=progress)
            looked = look(root, request)
            plan = steps(root, looked, request, wishes)
    except ConfigurationFault as fault:
        refuse(fault)
        return 2
    with writing():
        if root != current:
            click.echo(f"Project: {visible(str(root))}")
        for line in lines(looked):
            click.echo(fitted(line))
        click.echo()
    refused = [step for step in plan if step.refusal and (answers[step.name] or step.name == "configuration")]
    if refused:
        for step in refused:
            say(f"error: {step.title}: {step.refusal}; nothing was changed")
        return 2
    if dry_run:
        return _show(plan, answers)
    chosen, left = _chosen(plan, answers, yes=yes)
    return _carry_out(root, chosen, left, plan)


def _show(plan: Sequence[Step], answers: Mapping[Name, bool | None]) -> int:
    """The diffs of all that could be done."""
    from backend_lint.cli.terminal import writing
    from backend_lint.report.plain import visible

    with writing():
        for step in plan:
            if answers[step.name] is False:
                continue
            if step.refusal:
                click.echo(f"# {step.title}: not possible: {visible(step.refusal)}")
            elif not step.changes:
                click.echo(f"# {step.title}: {visible(step.state)}")
            else:
                is_sure = answers[step.name]
                click.echo(f"# {step.title}{'' if is_sure else f', with {step.option}'}")
                for change in step.changes:
                    for line in change.diff():
                        click.echo(visible(line))
    return 0


def _chosen(plan: Sequence[Step], answers: Mapping[Name, bool | None], *, yes: bool) -> tuple[list[Step], list[Step]]:
    """The steps to take, and those that could be taken and are not. Whoever sits at a terminal is asked."""
    from backend_lint.cli.terminal import say

    may_ask = not yes and sys.stdin.isatty() and sys.stdout.isatty()
    chosen: list[Step] = []
    left: list[Step] = []
    for step in plan:
        answer = answers[step.name]
        if step.refusal:
            if yes or may_ask:
                say(f"note: {step.title}: {step.refusal}; add it by hand")
        elif step.changes:
            if answer is None:
                answer = yes or (may_ask and click.confirm(step.question, default=True))
                (chosen if answer else left).append(step)
            elif answer:
                chosen.append(step)
    return chosen, left


def _carry_out(root: Path, chosen: Sequence[Step], left: Sequence[Step], plan: Sequence[Step]) -> int:
    from backend_lint.agents.hosts import HOSTS
    from backend_lint.agents.install import carry_out
    from backend_lint.cli.terminal import say, writing

    for step in chosen:
        for change in step.changes:
            try:
                carry_out(root, change)
            except OSError as fault:
                say(f"error: {change.path} cannot be written: {fault.strerror or fault}")
                return 2
            with writing():
                click.echo(f"wrote {change.path} ({step.title})")
    with writing():
        for step in plan:
            if not step.is_open and step.state:
                click.echo(f"{step.title}: {step.state}")
        for step in left:
            click.echo(f"{step.title}: left out ({step.option} adds it)")
        if not chosen:
            click.echo("Nothing to do.")
        for host in HOSTS.values() if any(step.name == "agents" for step in chosen) else ():
            if host.remark and any(change.path == host.path for step in chosen for change in step.changes):
                click.echo(f"Note: {host.remark}.")
    return 0
