"""`backend-lint agent`."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from backend_lint.agents.events import Agent
    from backend_lint.agents.install import FileChange

_Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]

host_option: _Decorator = click.option(
    "--host",
    "hosts",
    type=click.Choice(["claude", "codex", "gemini", "cursor", "all"]),
    multiple=True,
    default=("all",),
    help="Which agent; repeatable.  [default: all]",
)
dry_option: _Decorator = click.option("--dry-run", is_flag=True, help="Show what would change and change nothing.")


@click.group()
def agent() -> None:
    """Set coding agents up so that they call `backend-lint hook`, and tell them about it in AGENTS.md.

    The settings are those of the project that the current directory lies in: .claude/settings.json, .codex/hooks.json,
    .gemini/settings.json and .cursor/hooks.json. All else in them is left as it is.
    """


@agent.command()
@host_option
@dry_option
@click.option("--command", default="backend-lint", show_default=True, metavar="TEXT", help="How the hooks run this tool.")
def install(hosts: tuple[str, ...], dry_run: bool, command: str) -> int:
    """Write the hooks into the settings, and a block into AGENTS.md; to do it again changes nothing."""
    from backend_lint.agents.hosts import HOSTS, is_hook_command
    from backend_lint.agents.install import installation

    chosen = _chosen(hosts)
    if not command.isprintable() or not all(is_hook_command(command, each) for each in chosen):
        raise click.UsageError('--command must be one line that ends by running "backend-lint", for instance "uv run backend-lint"')
    code = _carry_out(lambda root: installation(root, chosen, command), dry_run=dry_run, nothing="all of it is there already")
    if code == 0 and not dry_run:
        for each in chosen:
            if HOSTS[each].remark:
                print(f"Note: {HOSTS[each].remark}.")
    return code


@agent.command()
@host_option
@dry_option
def uninstall(hosts: tuple[str, ...], dry_run: bool) -> int:
    """Take the hooks out of the settings again, and with the last of them the block out of AGENTS.md."""
    from backend_lint.agents.install import removal

    chosen = _chosen(hosts)
    return _carry_out(lambda root: removal(root, chosen), dry_run=dry_run, nothing="nothing of it is there")


@agent.command()
@host_option
def status(hosts: tuple[str, ...]) -> int:
    """Say which agents are set up."""
    from backend_lint.agents.install import has_instructions, statuses
    from backend_lint.agents.settings import Refusal

    root = _root()
    code = 0
    for each in _chosen(hosts):
        try:
            (found,) = statuses(root, [each])
        except Refusal as fault:
            code = _refuse(str(fault))
            continue
        told = "not installed" if not found.there else "installed" if not found.missing else f"in part: no {', '.join(found.missing)}"
        print(f"{found.host.title}: {told} ({found.host.path})")
    try:
        print(f"Instructions: {'installed' if has_instructions(root) else 'not installed'} (AGENTS.md)")
    except Refusal as fault:
        code = _refuse(str(fault))
    return code


def _chosen(hosts: tuple[str, ...]) -> Sequence[Agent]:
    from backend_lint.agents.events import AGENTS

    return [each for each in AGENTS if "all" in hosts or each in hosts]


def _root() -> Path:
    """The top of the repository that the current directory lies in, or else that directory."""
    from backend_lint.source.git import GitFault, Repository

    try:
        found = Repository.find(Path.cwd())
    except GitFault:
        return Path.cwd()
    return Path.cwd() if found.is_bare else found.top


def _carry_out(plan: Callable[[Path], list[FileChange]], *, dry_run: bool, nothing: str) -> int:
    """Show the diff of a plan and carry it out: all of it, or when a file is refused nothing."""
    from backend_lint.agents.install import carry_out
    from backend_lint.agents.settings import Refusal
    from backend_lint.cli.terminal import writing
    from backend_lint.report.plain import visible

    root = _root()
    try:
        changes = [change for change in plan(root) if not change.is_empty]
    except Refusal as fault:
        return _refuse(f"{fault}; nothing was changed")
    with writing():
        for change in changes:
            sys.stdout.writelines(f"{visible(line)}\n" for line in change.diff())
    for change in changes if not dry_run else ():
        try:
            carry_out(root, change)
        except OSError as fault:
            return _refuse(f"{change.path} cannot be written: {fault.strerror or fault}")
        print(f"{'removed' if change.after is None else 'wrote'} {change.path}")
    if not changes:
        print(f"Nothing to do: {nothing}.")
    return 0


def _refuse(message: str) -> int:
    from backend_lint.cli.terminal import say

    say(f"error: {message}")
    return 2
