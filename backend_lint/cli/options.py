"""Options that several subcommands share."""

from __future__ import annotations

import click

color_option = click.option(
    "--color",
    type=click.Choice(["auto", "always", "never"]),
    default="auto",
    show_default=True,
    help="Colours; `auto` follows the terminal, NO_COLOR and FORCE_COLOR.",
)
