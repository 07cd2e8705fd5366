"""`backend-lint check`."""

from __future__ import annotations

import click


@click.command()
@click.argument("paths", nargs=-1)
def check(paths: tuple[str, ...]) -> int:
    """Lint Python files and folders (default: the current directory)."""
    return 0
