"""`backend-lint mcp`."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.option(
    "--root",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=Path(),
    metavar="FOLDER",
    help="The project to answer for.  [default: the current directory]",
)
def mcp(root: Path) -> int:
    """Serve check, review and the rules' documentation to coding agents, over the Model Context Protocol on standard input and output.

    Needs the extra `mcp`. The tools only read.
    """
    from backend_lint.cli.terminal import say

    try:
        from backend_lint.agents.server import make_server

        server = make_server(root.resolve())
    except ImportError as fault:
        say(f'error: `mcp` needs the package "mcp", version 2 or newer ({fault}); install it: pip install "backend-lint[mcp]"')
        return 2
    server.run("stdio")
    return 0
