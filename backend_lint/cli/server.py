"""`backend-lint server`."""

from __future__ import annotations

import click

from backend_lint.cli.options import (
    cache_folder_option,
    cache_of,
    command_line,
    extend_select_option,
    ignore_option,
    no_cache_option,
    preview_option,
    rule_pack_options,
    select_option,
)


@click.command()
@click.option("--stdio", is_flag=True, help="Speak over standard input and output: what it does anyway, and some editors say.")
@select_option
@extend_select_option
@ignore_option
@click.option("--pedantic/--no-pedantic", default=None, help="Show notes too: what reviewers would disagree about.")
@click.option("--include-tests/--no-include-tests", default=None, help="Check tests, migrations and examples like other code.")
@click.option("--config", type=click.Path(), metavar="FILE", help="Use this configuration for all files.")
@rule_pack_options
@preview_option
@no_cache_option
@cache_folder_option
def server(
    stdio: bool,
    select: tuple[str, ...],
    extend_select: tuple[str, ...],
    ignore: tuple[str, ...],
    pedantic: bool | None,
    include_tests: bool | None,
    config: str | None,
    rule_pack: tuple[str, ...],
    allow_project_rules: bool,
    preview: bool | None,
    no_cache: bool,
    cache_dir: str | None,
) -> int:
    """Serve an editor over the Language Server Protocol: findings while you type, rules explained, corrections offered.

    Needs the extra `lsp`. It is started by the editor, see docs/editors.md.
    """
    import sys
    from pathlib import Path

    from backend_lint.cli.terminal import say

    try:
        from backend_lint.lsp.features import make_server
        from backend_lint.lsp.messages import Options
    except ImportError as fault:
        if (fault.name or "").partition(".")[0] not in ("pygls", "lsprotocol", ""):
            raise
        say(f'error: `server` needs the package "pygls", version 2 or newer ({fault}); install it: pip install "backend-lint[lsp]"')
        return 2
    if sys.stdin.isatty():
        say("error: `server` is started by an editor, which speaks to it over standard input: see docs/editors.md")
        return 2
    line = command_line(
        select=select,
        extend_select=extend_select,
        ignore=ignore,
        exclude=(),
        fail_on=None,
        pedantic=pedantic,
        include_tests=include_tests,
        preview=preview,
        rule_pack=rule_pack,
        allow_project_rules=allow_project_rules,
    )
    cache = cache_of(cache_dir, no_cache=no_cache)
    options = Options(Path.cwd().resolve(), line, Path(config).resolve() if config is not None else None, cache=cache)
    make_server(options, cache.own if cache is not None else None).serve()
    return 0
