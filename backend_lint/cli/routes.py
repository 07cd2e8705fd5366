"""`backend-lint routes`."""

from __future__ import annotations

import click

from backend_lint.cli.options import cache_folder_option, color_option, no_cache_option


@click.command()
@click.argument("paths", nargs=-1, metavar="[PATHS]...")
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True, help="How to print.")
@click.option("-d", "--details", is_flag=True, help="Tell of each route why it is one, what it needs, and how it comes to what it does.")
@click.option("--all", "everything", is_flag=True, help="List error handlers, middleware and dependencies as well.")
@click.option("-q", "--quiet", is_flag=True, help="List routes only: no summary.")
@no_cache_option
@cache_folder_option
@color_option
def routes(
    paths: tuple[str, ...],
    format_: str,
    details: bool,
    everything: bool,
    quiet: bool,
    no_cache: bool,
    cache_dir: str | None,
    color: str,
) -> int:
    """List the routes in files and folders (default: the current directory): method, full path, handler, inputs, effects.

    An input that is used unchecked is marked with "!". The routes' own files are those that are named; all files of the project may be read
    for prefixes, dependencies and effects. Nothing is imported or run.
    """
    if "" in paths:
        raise click.UsageError("a path cannot be empty")
    from pathlib import Path

    from backend_lint.cli.inspecting import displayed, looking
    from backend_lint.cli.options import cache_of
    from backend_lint.cli.terminal import output, say, writing
    from backend_lint.engine.check import Request

    request = Request(current=Path.cwd(), cache=cache_of(cache_dir, no_cache=no_cache), force_exclude=True)
    with looking([Path(path) for path in paths] or [Path()], request) as projects:
        if projects is None:
            return 2
        from backend_lint.insight.routes import merged, route_table

        tables = [(each.root, route_table(each.project(), each.files.targets, everything=everything)) for each in projects]
        top, table = merged(tables)
    display = displayed(top, request)
    to = output(color, lambda path: "", display=display, quiet=quiet, plain=format_ == "json")
    with writing():
        if format_ == "json":
            from backend_lint.report.routes_json import render as render_json

            render_json(table, to)
        else:
            from backend_lint.report.routes import render

            render(table, to, details=details)
    for fact in table.left_out:
        place = f"{display(fact.place.path)}:{fact.place.line}: " if fact.place is not None else ""
        say(f"error: {place}{fact.text}")
    return 2 if table.left_out else 0
