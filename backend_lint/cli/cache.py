"""`backend-lint cache`: where the cache lies, what is in it, and how to be rid of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from backend_lint.cli.options import cache_folder_option

if TYPE_CHECKING:
    from backend_lint.engine.cache_folder import Cache

_NO_HOME = "error: there is no home folder to keep a cache in: name one with --cache-dir"


@click.group()
def cache() -> None:
    """Say what is in the cache, or empty it.

    What is there is a means to be quicker and nothing else: it may be deleted at any time.
    """


@cache.command()
@cache_folder_option
def info(cache_dir: str | None) -> int:
    """Say where the cache lies, how large it is and what it holds."""
    from backend_lint.cli.terminal import say, writing
    from backend_lint.engine.store import size

    found = _found(cache_dir)
    if found is None:
        say(_NO_HOME)
        return 2
    with writing():
        click.echo(f"file     {found.file}")
        if not found.file.exists():
            click.echo("state    not there yet")
            return 0
        click.echo(f"size     {size(found.file) / 1_000_000:.1f} MB")
        store = found.store_anywhere()
        counts = store.counts()
        store.close()
        if store.fault is not None:
            click.echo(f"state    not used: {store.fault}")
        for table, number in counts.items():
            click.echo(f"{table:<8} {number}")
    return 0


@cache.command()
@cache_folder_option
def clean(cache_dir: str | None) -> int:
    """Delete the cache."""
    from backend_lint.cli.terminal import say, writing
    from backend_lint.engine.store import is_store, remove, size

    found = _found(cache_dir)
    if found is None:
        say(_NO_HOME)
        return 2
    file = found.file
    if not file.exists():
        with writing():
            click.echo(f"there is no cache: {file}")
        return 0
    if not is_store(file):
        say(f"error: {file}: not deleted: it is no cache of backend-lint")
        return 2
    freed = size(file)
    remove(file)
    if file.exists():
        say(f"error: {file}: this file cannot be deleted")
        return 2
    with writing():
        click.echo(f"deleted {file} ({freed / 1_000_000:.1f} MB)")
    return 0


def _found(cache_dir: str | None) -> Cache | None:
    from backend_lint.cli.options import cache_of

    return cache_of(cache_dir)
