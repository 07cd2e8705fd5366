"""`backend-lint config`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from backend_lint.cli.options import rule_pack_options

if TYPE_CHECKING:
    from pathlib import Path

    from backend_lint.engine.registry import Registry
    from backend_lint.engine.settings import Configurations


@click.group()
def config() -> None:
    """Check the configuration, show what holds for a path and why, or print its JSON Schema for editors."""


@config.command()
@click.argument("path", required=False, type=click.Path(), metavar="[FILE|FOLDER]")
@rule_pack_options
def check(path: str | None, rule_pack: tuple[str, ...], allow_project_rules: bool) -> int:
    """Check all configuration files of the project that the folder belongs to (default: the current one), or a single one.

    Exit codes: 0 nothing wrong, 2 a file that cannot be used.
    """
    from pathlib import Path

    from backend_lint.cli.terminal import refuse, say, writing
    from backend_lint.engine.config_files import look
    from backend_lint.engine.settings import ConfigurationFault
    from backend_lint.report.plain import plural, visible

    named = Path(path or ".")
    if not named.exists():
        say(f"error: {named}: this path does not exist")
        return 2
    try:
        is_file = named.is_file()
        configurations, _ = _opened(named, rule_pack, allow_project_rules, file=named if is_file else None)
        found = look(configurations)
    except ConfigurationFault as fault:
        refuse(fault)
        return 2
    for each in found:
        if each.fault is not None:
            refuse(each.fault)
        for remark in each.remarks:
            say(f"note: {remark}")
    if any(each.fault is not None for each in found):
        return 2
    with writing():
        for each in found:
            click.echo(f"{visible(each.file)}: {'valid' if not each.remarks else 'valid, with parts that have no effect'}")
        click.echo(f"{plural(len(found), 'configuration file')}, no faults." if found else "No configuration: the defaults hold.")
    return 0


@config.command()
@click.argument("path", required=False, default=".", type=click.Path(), metavar="[PATH]")
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True, help="How to print.")
@click.option("--config", "file", type=click.Path(), metavar="FILE", help="Use this configuration.")
@rule_pack_options
def show(path: str, format_: str, file: str | None, rule_pack: tuple[str, ...], allow_project_rules: bool) -> int:
    """Show the configuration that holds for a file or folder (default: the current one), and where each value comes from."""
    import os
    from pathlib import Path

    from backend_lint.cli.terminal import refuse, say, writing
    from backend_lint.engine.effective import effective
    from backend_lint.engine.settings import ConfigurationFault
    from backend_lint.report.effective import as_json, as_text
    from backend_lint.report.plain import visible

    named = Path(path)
    if not named.exists():
        say(f"error: {visible(path)}: this path does not exist")
        return 2
    try:
        configurations, registry = _opened(named, rule_pack, allow_project_rules, file=Path(file) if file is not None else None)
        real = Path(os.path.realpath(named))
        inside = real.relative_to(configurations.root).as_posix()
        found = effective(configurations, registry, "" if inside == "." else inside, is_folder=real.is_dir())
    except ConfigurationFault as fault:
        refuse(fault)
        return 2
    with writing():
        click.echo(as_json(found) if format_ == "json" else as_text(found, path), nl=False)
    return 0


@config.command()
@rule_pack_options
def schema(rule_pack: tuple[str, ...], allow_project_rules: bool) -> int:
    """Print the JSON Schema of the configuration, with the rules and their options."""
    import json
    from pathlib import Path

    from backend_lint.cli.terminal import refuse, writing
    from backend_lint.engine.json_schema import json_schema
    from backend_lint.engine.settings import ConfigurationFault

    try:
        registry = _registry(Path(), rule_pack, allow_project_rules, file=None)
    except ConfigurationFault as fault:
        refuse(fault)
        return 2
    with writing():
        click.echo(json.dumps(json_schema(registry), indent=2))
    return 0


def _opened(named: Path, rule_pack: tuple[str, ...], allow_project_rules: bool, *, file: Path | None) -> tuple[Configurations, Registry]:
    """The configurations of the project that a path lies in, and the rules they speak of. Raises `ConfigurationFault`."""
    import os
    from pathlib import Path

    from backend_lint.engine.roots import project_root
    from backend_lint.engine.settings import Configurations

    current = Path(os.path.realpath(Path.cwd()))
    registry = _registry(named, rule_pack, allow_project_rules, file=file)
    root = project_root(Path(os.path.realpath(named)), current)
    return Configurations(root, registry, None, current=current, file=file), registry


def _registry(named: Path, rule_pack: tuple[str, ...], allow_project_rules: bool, *, file: Path | None) -> Registry:
    import os
    from pathlib import Path

    from backend_lint.engine.packs import packs_for
    from backend_lint.engine.registry import load_pack
    from backend_lint.engine.roots import project_root
    from backend_lint.engine.settings import CommandLine

    current = Path(os.path.realpath(Path.cwd()))
    root = project_root(Path(os.path.realpath(named)), current)
    line = CommandLine(rule_packs=rule_pack, allow_project_rules=allow_project_rules)
    return load_pack(packs_for(root, line, current=current, config=file))
