"""A server of tools in the Model Context Protocol, https://modelcontextprotocol.io: check, review, explain a rule.

The `mcp` package is imported when a server is made, not before.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import backend_lint
from backend_lint.agents import tools

if TYPE_CHECKING:
    from mcp.server import MCPServer

_INSTRUCTIONS = (
    "Reviews Python backends (FastAPI, Flask, Django) across files. Call review before you finish or commit: it lists only what the change "
    "adds. A finding is corrected, not suppressed."
)


def make_server(root: Path) -> MCPServer:
    """A server for the project that the folder `root` lies in. Raises ImportError when the package `mcp` is not there."""
    from mcp.server import MCPServer
    from mcp.server.mcpserver.exceptions import ToolError
    from mcp.types import ToolAnnotations

    server: MCPServer = MCPServer("backend-lint", instructions=_INSTRUCTIONS, version=backend_lint.__version__, log_level="ERROR")
    reads = ToolAnnotations(read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False)
    # The analysis keeps what it knows in the process; two at once would only be in each other's way.
    turn = threading.Lock()

    def answered(ask: Callable[[], str]) -> str:
        try:
            with turn:
                return ask()
        except tools.ToolFault as fault:
            raise ToolError(str(fault)) from None

    @server.tool(annotations=reads, structured_output=False)
    def check(paths: list[str] | None = None, select: list[str] | None = None, pedantic: bool = False) -> str:
        """List all findings in files or folders (default: the whole project). select: rule codes, names or families."""
        return answered(lambda: tools.check(root, paths or (), select or (), pedantic=pedantic))

    @server.tool(annotations=reads, structured_output=False)
    def review(
        base: str | None = None,
        staged: bool = False,
        commit: str | None = None,
        range: str | None = None,  # noqa: A002 - the option's own name
        patch: str | None = None,
        policy: Literal["base", "head"] | None = None,
    ) -> str:
        """Say what a change adds, and nothing else. At most one of: base (a revision; the working tree since it left that), staged, commit,
        range (A..B), patch (the text of a diff against HEAD); default: the working tree since its branch began."""
        return answered(
            lambda: tools.review(root, base=base, staged=staged, commit=commit, range_=range, patch=patch, policy=policy),
        )

    @server.tool(annotations=reads, structured_output=False)
    def explain_rule(rule: str) -> str:
        """Explain a rule by its code or name: what it reports, why, code before and after. A family gives the table of its rules."""
        return answered(lambda: tools.explain_rule(rule))

    return server
