"""Options that several subcommands share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from backend_lint.engine.cache_folder import Cache
    from backend_lint.engine.settings import CommandLine, FailLevel

color_option = click.option(
    "--color",
    type=click.Choice(["auto", "always", "never"]),
    default="auto",
    show_default=True,
    help="Colours; `auto` follows the terminal, NO_COLOR and FORCE_COLOR.",
)

cache_folder_option = click.option(
    "--cache-dir",
    type=click.Path(),
    metavar="FOLDER",
    envvar="BACKEND_LINT_CACHE_DIR",
    show_envvar=True,
    help="Where the cache is kept.  [default: the user's cache folder]",
)

no_cache_option = click.option("--no-cache", is_flag=True, help="Neither read nor write the cache.")


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
) -> CommandLine:
    """What the options that subcommands share say, as the engine takes it."""
    from backend_lint.engine.selection import Choice
    from backend_lint.engine.settings import CommandLine

    choice = Choice(
        select=split_selectors(select) if select else None, extend_select=split_selectors(extend_select), ignore=split_selectors(ignore)
    )
    return CommandLine(choice=choice, exclude=exclude, fail_on=fail_on, pedantic=pedantic, include_tests=include_tests)


def split_selectors(values: tuple[str, ...]) -> tuple[str, ...]:
    """Selectors that may stand in one option, with commas between."""
    return tuple(selector.strip() for value in values for selector in value.split(",") if selector.strip())
