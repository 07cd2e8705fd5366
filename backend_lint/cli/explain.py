"""`backend-lint explain`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import click

from backend_lint.cli.options import cache_folder_option, color_option, config_options, no_cache_option, rule_pack_options

if TYPE_CHECKING:
    from backend_lint.engine.entries import RuleEntry
    from backend_lint.engine.registry import Registry

#: `RULE@FILE:LINE`, as findings show places; a column may follow.
_PLACE = re.compile(r"(?P<rule>[^@]+)@(?P<path>.+?):(?P<line>[0-9]{1,7})(?::[0-9]{1,7})?")


@click.command()
@click.argument("place", metavar="RULE@FILE:LINE")
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True, help="How to print.")
@config_options("Use this configuration.")
@rule_pack_options
@no_cache_option
@cache_folder_option
@color_option
def explain(
    place: str,
    format_: str,
    config: str | None,
    no_config: bool,
    rule_pack: tuple[str, ...],
    allow_project_rules: bool,
    no_cache: bool,
    cache_dir: str | None,
    color: str,
) -> int:
    """Say why a rule reports a line, or why it stays silent there, with the facts that it goes by.

    RULE is a code or a name, such as in BL801@app/orders.py:41.
    """
    given = _PLACE.fullmatch(place)
    if given is None:
        raise click.UsageError(f"{place!r} is no place (expected RULE@FILE:LINE, such as BL801@app/orders.py:41)")
    from pathlib import Path

    from backend_lint.cli.inspecting import displayed, looking, request_for
    from backend_lint.cli.options import cache_of
    from backend_lint.cli.terminal import output, refuse, say, writing
    from backend_lint.engine.settings import ConfigurationFault

    request = request_for(
        given["path"],
        config=config,
        no_config=no_config,
        rule_pack=rule_pack,
        allow_project_rules=allow_project_rules,
        cache=cache_of(cache_dir, no_cache=no_cache),
    )
    if request is None:
        return 2
    with looking([Path(given["path"])], request) as projects:
        if projects is None:
            return 2
        from backend_lint.insight.explain import NoSuchLine
        from backend_lint.insight.explain import explain as explained

        (project,) = projects
        entry = _rule(project.registry, given["rule"])
        if entry is None:
            say(f"error: {_unknown(project.registry, given['rule'])}")
            return 2
        try:
            found = explained(project, entry, project.files.targets[0], int(given["line"]))
        except NoSuchLine as fault:
            say(f"error: {fault}")
            return 2
        except ConfigurationFault as fault:
            refuse(fault)
            return 2
    to = output(color, lambda path: "", display=displayed(project.root, request), plain=format_ == "json")
    with writing():
        if format_ == "json":
            from backend_lint.report.insight_json import render_explanation as render_json

            render_json(found, to)
        else:
            from backend_lint.report.insight import render_explanation

            render_explanation(found, entry, to)
    return 0


def _rule(registry: Registry, written: str) -> RuleEntry | None:
    return registry.by_code.get(written.upper()) or registry.by_name.get(written.lower())


def _unknown(registry: Registry, written: str) -> str:
    from backend_lint.engine.registry import nearest

    near = nearest(written, (*registry.by_name, *registry.by_code))
    return f'unknown rule "{written}"' + (f'; did you mean "{near}"?' if near else "")
