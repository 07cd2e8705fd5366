"""`backend-lint suppressions`."""

from __future__ import annotations

from pathlib import Path

import click

from backend_lint.cli.options import (
    cache_folder_option,
    cache_of,
    color_option,
    command_line,
    config_options,
    no_cache_option,
    rule_pack_options,
)


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path), metavar="[PATHS]...")
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True, help="How to list them.")
@config_options()
@rule_pack_options
@click.option("--include-tests/--no-include-tests", default=None, help="Check tests, migrations and examples like other code.")
@click.option("-q", "--quiet", is_flag=True, help="Leave out the summary.")
@click.option("-j", "--jobs", type=click.IntRange(min=1), metavar="N", help="Use N processes.  [default: what pays]")
@no_cache_option
@cache_folder_option
@click.option("--traceback", is_flag=True, help="Show the details of internal errors, for a bug report.")
@color_option
def suppressions(
    paths: tuple[Path, ...],
    format_: str,
    config: str | None,
    no_config: bool,
    rule_pack: tuple[str, ...],
    allow_project_rules: bool,
    include_tests: bool | None,
    quiet: bool,
    jobs: int | None,
    no_cache: bool,
    cache_dir: str | None,
    traceback: bool,
    color: str,
) -> int:
    """List the comments that hide findings in files and folders (default: the current directory).

    Each with what it hides, its reason, the day until which it holds, and its age as git knows it. To see what they hide, run
    `backend-lint check --no-suppressions`.
    """
    import os
    import time

    from backend_lint.cli import terminal
    from backend_lint.cli.telling import shown, tell_problems
    from backend_lint.engine.check import ProjectConfigurations, Request
    from backend_lint.engine.discovery import MissingPath
    from backend_lint.engine.registry import load_pack
    from backend_lint.engine.roots import project_root
    from backend_lint.engine.settings import ConfigurationFault
    from backend_lint.engine.suppressions import suppressions as listed
    from backend_lint.report.suppressions import render_json, render_text

    current = Path(os.path.realpath(Path.cwd()))
    request = Request(
        current=current,
        command_line=command_line(
            select=(),
            extend_select=(),
            ignore=(),
            exclude=(),
            fail_on=None,
            pedantic=None,
            include_tests=include_tests,
            rule_pack=rule_pack,
            allow_project_rules=allow_project_rules,
        ),
        config=Path(config) if config is not None else None,
        use_config=not no_config,
        jobs=jobs,
        cache=cache_of(cache_dir, no_cache=no_cache),
    )
    try:
        packs = ProjectConfigurations(request).packs(project_root(current, current))
        result, found = listed(paths or [Path()], request, load_pack(packs))
    except ConfigurationFault as fault:
        terminal.refuse(fault)
        return 2
    except MissingPath as fault:
        terminal.say(f"error: {fault}")
        return 2
    root = Path(result.root)
    output = terminal.output(color, lambda path: "", display=lambda path: shown(path, root, current), quiet=quiet, plain=format_ == "json")
    with terminal.writing():
        render = render_json if format_ == "json" else render_text
        render(found, output, time.time())
    if result.problems:
        tell_problems(result.problems, output.display, with_details=traceback)
        return 2
    return 0
