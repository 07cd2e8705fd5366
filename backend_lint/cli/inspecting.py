"""What the subcommands share that show what is known of a project and judge nothing."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from backend_lint.cli.telling import shown

if TYPE_CHECKING:
    from backend_lint.engine.cache_folder import Cache
    from backend_lint.engine.check import Request
    from backend_lint.insight.opening import Opened


@contextmanager
def looking(paths: Sequence[Path], request: Request) -> Iterator[list[Opened] | None]:
    """The projects that some paths lie in; None where that is a usage or configuration error, which is told on standard error."""
    from backend_lint.cli.terminal import refuse, say
    from backend_lint.engine.discovery import MissingPath
    from backend_lint.engine.settings import ConfigurationFault
    from backend_lint.insight.opening import opened

    with ExitStack() as stack:
        found: list[Opened] | None = None
        try:
            found = stack.enter_context(opened(paths, request))
        except ConfigurationFault as fault:
            refuse(fault)
        except MissingPath as fault:
            say(f"error: {fault}")
        yield found


def request_for(
    file: str, *, config: str | None, no_config: bool, rule_pack: tuple[str, ...], allow_project_rules: bool, cache: Cache | None
) -> Request | None:
    """The request to look at one file; None where there is no such file, which is told on standard error."""
    from backend_lint.cli.terminal import say
    from backend_lint.engine.check import Request
    from backend_lint.engine.settings import CommandLine

    path = Path(file)
    if not path.is_file():
        say(f"error: {file}: {'this is no file' if path.exists() else 'this path does not exist'}")
        return None
    return Request(
        current=Path.cwd(),
        command_line=CommandLine(rule_packs=rule_pack, allow_project_rules=allow_project_rules),
        config=Path(config) if config is not None else None,
        use_config=not no_config,
        cache=cache,
    )


def displayed(root: Path, request: Request) -> Callable[[str], str]:
    """Turns paths relative to `root` into those to show."""
    current = Path(os.path.realpath(request.current))
    return lambda path: shown(path, root, current)
