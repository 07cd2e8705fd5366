"""The click group whose subcommands are imported when they are named."""

from __future__ import annotations

import signal
import sys
import traceback
from collections.abc import Sequence
from importlib import import_module

import click

import backend_lint

#: Subcommand -> (module, attribute) of its click command.
COMMANDS = {
    "check": ("backend_lint.cli.check", "check"),
    "review": ("backend_lint.cli.review", "review"),
    "rule": ("backend_lint.cli.rule", "rule"),
    "hook": ("backend_lint.cli.hook", "hook"),
    "agent": ("backend_lint.cli.agent", "agent"),
    "mcp": ("backend_lint.cli.mcp", "mcp"),
}


class LazyGroup(click.Group):
    """A group that knows its subcommands by name and imports the one that is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, attribute = COMMANDS[cmd_name]
        command = getattr(import_module(module), attribute)
        assert isinstance(command, click.Command)
        return command


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(backend_lint.__version__, "-V", "--version", prog_name="backend-lint", message="%(prog)s %(version)s")
def cli() -> None:
    """Review the code of Python backends: FastAPI, Flask and Django."""


def run(arguments: Sequence[str]) -> int:
    """Run the command line; returns the exit code: 0 clean, 1 findings, 2 usage, configuration, input or internal errors."""
    try:
        outcome = cli.main(args=list(arguments), prog_name="backend-lint", standalone_mode=False)
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except click.ClickException as problem:
        problem.show()
        return 2
    except (click.Abort, KeyboardInterrupt):
        _stop()
        print("backend-lint: interrupted", file=sys.stderr)
        return 130
    except BrokenPipeError:
        from backend_lint.cli.terminal import silence

        silence()
        return 0
    except Exception as fault:
        if "--traceback" in arguments:
            traceback.print_exc()
        message = str(fault).partition("\n")[0][:200]
        print(
            f"backend-lint: error: {type(fault).__name__}{': ' + message if message else ''}; this is a bug in backend-lint: "
            "please report it with what `backend-lint check --traceback` prints",
            file=sys.stderr,
        )
        return 2
    return outcome if isinstance(outcome, int) else 0


def _stop() -> None:
    """End what still works for this process: an impatient user's second interruption may have come while that was being done."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    processes = sys.modules.get("multiprocessing")
    for child in processes.active_children() if processes is not None else ():
        child.terminate()
