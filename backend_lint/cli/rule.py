"""`backend-lint rule`."""

from __future__ import annotations

import click

from backend_lint.cli.options import color_option


@click.command()
@click.argument("selector", required=False, metavar="[CODE|NAME|FAMILY]")
@click.option(
    "--format", "format_", type=click.Choice(["text", "markdown", "json"]), default="text", show_default=True, help="How to print."
)
@color_option
def rule(selector: str | None, format_: str, color: str) -> int:
    """Explain a rule, or list the rules of a family, or all of them."""
    from backend_lint.cli import terminal
    from backend_lint.engine.registry import built_in
    from backend_lint.report.rules import render_rule, render_table

    registry = built_in()
    chosen = [registry.by_code[code] for code in sorted(registry.matching("ALL" if selector is None else selector))]
    if not chosen:
        near = registry.nearest(selector or "")
        hint = f'; did you mean "{near}"?' if near else "; `backend-lint rule` lists them all"
        terminal.say(f'error: there is no rule "{selector}"{hint}')
        return 2
    output = terminal.output(color, _no_source, plain=format_ != "text")
    with terminal.writing():
        if selector is not None and len(chosen) == 1 and selector not in registry.families:
            render_rule(chosen[0], output, format=format_)
        else:
            render_table(chosen, output, format=format_)
    return 0


def _no_source(path: str) -> str:
    raise OSError("documentation has no excerpts")
