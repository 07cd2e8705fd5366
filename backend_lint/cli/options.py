"""Options that several subcommands share."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from backend_lint.engine.cache_folder import Cache
    from backend_lint.engine.settings import CommandLine, FailLevel

Command = TypeVar("Command", bound=Callable[..., Any])


def complete_selector(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """The families, names and codes of rules that begin as the last one of a list with commas does, for a shell."""
    from backend_lint.engine.registry import built_in

    before, comma, last = incomplete.rpartition(",")
    registry = built_in()
    known = (*registry.families, *registry.by_name, *registry.by_code)
    return [f"{before}{comma}{name}" for name in known if name.casefold().startswith(last.casefold())]


color_option = click.option(
    "--color",
    type=click.Choice(["auto", "always", "never"]),
    default="auto",
    show_default=True,
    help="Colours; `auto` follows the terminal, NO_COLOR and FORCE_COLOR.",
)

select_option = click.option(
    "--select",
    multiple=True,
    metavar="RULE",
    shell_complete=complete_selector,
    help="Check these rules only: codes, beginnings of codes, names or families; ALL.",
)
extend_select_option = click.option(
    "--extend-select",
    multiple=True,
    metavar="RULE",
    shell_complete=complete_selector,
    help="Check these rules as well.",
)
ignore_option = click.option(
    "--ignore",
    multiple=True,
    metavar="RULE",
    shell_complete=complete_selector,
    help="Do not check these rules.",
)

cache_folder_option = click.option(
    "--cache-dir",
    type=click.Path(),
    metavar="FOLDER",
    envvar="BACKEND_LINT_CACHE_DIR",
    show_envvar=True,
    help="Where the cache is kept.  [default: the user's cache folder]",
)

baseline_option = click.option(
    "--baseline",
    type=click.Path(),
    metavar="FILE",
    help="The findings that are accepted.  [default: .backend-lint-baseline beside the configuration, if there is one]",
)

_Value = TypeVar("_Value")


def _one_configuration(ctx: click.Context, param: click.Parameter, value: _Value) -> _Value:
    """Refuse `--config` with `--no-config`: whichever is looked at last sees the other."""
    if value and any(ctx.params.get(name) for name in ("config", "no_config") if name != param.name):
        raise click.UsageError("--config and --no-config exclude each other", ctx)
    return value


def config_options(meant: str = "Use this configuration for all files.") -> Callable[[Command], Command]:
    """Give a command the options that say which configuration holds: `config`, which `meant` explains, or `no_config`, not both."""
    named = click.option("--config", type=click.Path(), metavar="FILE", callback=_one_configuration, help=meant)
    none = click.option("--no-config", is_flag=True, callback=_one_configuration, help="Read no configuration.")
    return lambda command: named(none(command))


no_cache_option = click.option("--no-cache", is_flag=True, help="Neither read nor write the cache.")


_rule_pack = click.option(
    "--rule-pack",
    multiple=True,
    metavar="PACK",
    help="Use the rules of a package, a folder or a file besides the built-in ones: its code is run.  [env var: BACKEND_LINT_RULE_PACKS]",
)
_allow_project_rules = click.option(
    "--allow-project-rules",
    is_flag=True,
    help="Run the rule packs that the project's own configuration names.  [env var: BACKEND_LINT_ALLOW_PROJECT_RULES]",
)
preview_option = click.option("--preview/--no-preview", default=None, help="Treat rules that are on trial like all others.")


def rule_pack_options(command: Command) -> Command:
    """Give a command the options that say which rules there are: `rule_pack` and `allow_project_rules`."""
    return _rule_pack(_allow_project_rules(command))


def packs_in_environment() -> bool:
    """Whether the environment says something about rule packs: asked before the engine is imported, which knows what."""
    return any(os.environ.get(name) for name in ("BACKEND_LINT_RULE_PACKS", "BACKEND_LINT_ALLOW_PROJECT_RULES"))


def cache_of(cache_dir: str | None, *, no_cache: bool = False) -> Cache | None:
    """The cache that the options name; None for none."""
    if no_cache:
        return None
    from pathlib import Path

    from backend_lint.engine.cache_folder import find

    return find(Path(cache_dir) if cache_dir else None)


def command_line(
    *,
    select: tuple[str, ...],
    extend_select: tuple[str, ...],
    ignore: tuple[str, ...],
    exclude: tuple[str, ...],
    fail_on: FailLevel | None,
    pedantic: bool | None,
    include_tests: bool | None,
    preview: bool | None = None,
    rule_pack: tuple[str, ...] = (),
    allow_project_rules: bool = False,
) -> CommandLine:
    """What the options that subcommands share say, as the engine takes it."""
    from backend_lint.engine.selection import Choice
    from backend_lint.engine.settings import CommandLine

    choice = Choice(
        select=split_selectors(select) if select else None, extend_select=split_selectors(extend_select), ignore=split_selectors(ignore)
    )
    return CommandLine(
        choice=choice,
        exclude=exclude,
        fail_on=fail_on,
        pedantic=pedantic,
        include_tests=include_tests,
        preview=preview,
        rule_packs=rule_pack,
        allow_project_rules=allow_project_rules,
    )


def split_selectors(values: tuple[str, ...]) -> tuple[str, ...]:
    """Selectors that may stand in one option, with commas between."""
    return tuple(selector.strip() for value in values for selector in value.split(",") if selector.strip())
