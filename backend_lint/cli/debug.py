"""`backend-lint debug`."""

from __future__ import annotations

import click

from backend_lint.cli.options import cache_folder_option, color_option, config_options, no_cache_option, rule_pack_options


@click.command()
@click.argument("file", type=click.Path())
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True, help="How to print.")
@config_options("Use this configuration.")
@rule_pack_options
@no_cache_option
@cache_folder_option
@color_option
def debug(
    file: str,
    format_: str,
    config: str | None,
    no_config: bool,
    rule_pack: tuple[str, ...],
    allow_project_rules: bool,
    no_cache: bool,
    cache_dir: str | None,
    color: str,
) -> int:
    """Show how a file is seen: configuration, module name, kind of code, handlers and why, rules, and what is not known in it.

    Rules are silent where they do not know: the imports and calls that lead nowhere say which of them see less than there is.
    """
    from pathlib import Path

    from backend_lint.cli.inspecting import displayed, looking, request_for
    from backend_lint.cli.options import cache_of
    from backend_lint.cli.terminal import output, writing

    request = request_for(
        file,
        config=config,
        no_config=no_config,
        rule_pack=rule_pack,
        allow_project_rules=allow_project_rules,
        cache=cache_of(cache_dir, no_cache=no_cache),
    )
    if request is None:
        return 2
    with looking([Path(file)], request) as projects:
        if projects is None:
            return 2
        from backend_lint.insight.files import file_view

        (project,) = projects
        view = file_view(project, project.files.targets[0])
    to = output(color, lambda path: "", display=displayed(project.root, request), plain=format_ == "json")
    with writing():
        if format_ == "json":
            from backend_lint.report.insight_json import render_file as render_json

            render_json(view, to)
        else:
            from backend_lint.report.insight import render_file

            render_file(view, to)
    return 2 if view.fault else 0
