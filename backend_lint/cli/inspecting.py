"""What the subcommands share that show what is known of a project and judge nothing."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from backend_lint.engine.check import Request
    from backend_lint.insight.opening import Opened


@contextmanager
def looking(paths: Sequence[Path], request: Request) -> Iterator[list[Opened] | None]:
    """The projects that some paths lie in; None where that is a usage or configuration error, which is told on standard error."""
    from backend_lint.cli.terminal import refuse, say
    from backend_lint.engine.discovery import MissingPath
    from backend_lint.engine.settings import ConfigurationFault
    from backend_lint.insight.opening import opened
    from backend_lint.report.plain import visible

    try:
        context = opened(paths, request)
        found: list[Opened] | None = context.__enter__()
    except ConfigurationFault as fault:
        refuse(fault)
        found = None
    except MissingPath as fault:
        say(f"error: {visible(str(fault))}")
        found = None
    yield found
    if found is not None:
        context.__exit__(None, None, None)


def displayed(root: Path, request: Request) -> Callable[[str], str]:
    """Turns paths relative to `root` into those to show."""
    from backend_lint.cli.check import shown

    current = Path(os.path.realpath(request.current))
    return lambda path: shown(path, root, current)
