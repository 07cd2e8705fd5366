"""`backend-lint rule`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from backend_lint.cli.options import color_option, complete_selector, packs_in_environment, rule_pack_options

if TYPE_CHECKING:
    from backend_lint.engine.registry import Registry


@click.command()
@click.argument("selector", required=False, metavar="[CODE|NAME|FAMILY]", shell_complete=complete_selector)
@click.option(
    "--format", "format_", type=click.Choice(["text", "markdown", "json"]), default="text", show_default=True, help="How to print."
)
@rule_pack_options
@color_option
def rule(selector: str | None, format_: str, rule_pack: tuple[str, ...], allow_project_rules: bool, color: str) -> int:
    """Explain a rule, or list the rules of a family, or all of them."""
    from backend_lint.cli import terminal
    from backend_lint.report.rules import render_rule, render_table

    registry = _registry(rule_pack, allow_project_rules)
    if registry is None:
        return 2
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


def _registry(rule_pack: tuple[str, ...], allow_project_rules: bool) -> Registry | None:
    """The built-in rules, with those of packs where the user names any; None when these cannot be loaded, which is told."""
    from backend_lint.engine.registry import built_in, load_pack

    if not (rule_pack or allow_project_rules or packs_in_environment()):
        return built_in()
    from pathlib import Path

    from backend_lint.cli.terminal import refuse
    from backend_lint.engine.packs import packs_for
    from backend_lint.engine.roots import project_root
    from backend_lint.engine.settings import CommandLine, ConfigurationFault

    current = Path.cwd().resolve()
    line = CommandLine(rule_packs=rule_pack, allow_project_rules=allow_project_rules)
    try:
        return load_pack(packs_for(project_root(current, current), line, current=current))
    except ConfigurationFault as fault:
        refuse(fault)
        return None


def _no_source(path: str) -> str:
    raise OSError("documentation has no excerpts")
