"""The click group whose subcommands are imported when they are named."""

from __future__ import annotations

import errno
import sys
from collections.abc import Sequence
from importlib import import_module

import click

import backend_lint
from backend_lint.cli.terminal import columns, silence

#: How wide the text of `--help` is at least and at most, as click would have it.
_NARROWEST, _WIDEST = 50, 78

#: Subcommand -> (module, attribute) of its click command, and what it does, as the list of commands says it.
COMMANDS = {
    "check": ("backend_lint.cli.check", "check", "Check Python files and folders (default: the current directory)."),
    "init": ("backend_lint.cli.init", "init", "Look at the project and set the tool up in it."),
    "review": ("backend_lint.cli.review", "review", "Say what a change adds, and nothing else: pass, fail or incomplete."),
    "trial": ("backend_lint.cli.trial", "trial", "Replay the last commits and say what rules would have blocked."),
    "routes": ("backend_lint.cli.routes", "routes", "List the routes: method, full path, handler, inputs, effects."),
    "explain": ("backend_lint.cli.explain", "explain", "Say why a rule reports a line, or why it stays silent there."),
    "debug": ("backend_lint.cli.debug", "debug", "Show how a file is seen: its kind, handlers, rules, and what is not known."),
    "baseline": ("backend_lint.cli.baseline", "baseline", "Make, shrink and show the baseline: the findings that are accepted."),
    "suppressions": ("backend_lint.cli.suppressions", "suppressions", "List the comments that hide findings, with reasons and ages."),
    "cache": ("backend_lint.cli.cache", "cache", "Say what is in the cache, or empty it."),
    "config": ("backend_lint.cli.config", "config", "Check the configuration, or show what holds for a path and why."),
    "completion": ("backend_lint.cli.completion", "completion", "Print what makes a shell complete commands, options and rules."),
    "rule": ("backend_lint.cli.rule", "rule", "Explain a rule, or list the rules of a family, or all of them."),
    "hook": ("backend_lint.cli.hook", "hook", "Answer a coding agent's hook: one event in JSON on standard input."),
    "agent": ("backend_lint.cli.agent", "agent", "Set coding agents up so that they call `backend-lint hook`."),
    "server": ("backend_lint.cli.server", "server", "Serve an editor over the Language Server Protocol."),
    "mcp": ("backend_lint.cli.mcp", "mcp", "Serve checks, reviews and the rules' pages to coding agents."),
}


class LazyGroup(click.Group):
    """A group that knows its subcommands by name and imports the one that is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, attribute, _ = COMMANDS[cmd_name]
        command = getattr(import_module(module), attribute)
        assert isinstance(command, click.Command)
        return command

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        """As click does, which knows only of commands that are imported; names the nearest of those that there are."""
        name = args[0]
        if name in COMMANDS or name.startswith("-") or ctx.resilient_parsing:
            return super().resolve_command(ctx, args)
        from difflib import get_close_matches

        near = get_close_matches(name.lower(), COMMANDS, n=1)
        raise click.UsageError(f"No such command {name!r}.{f' Did you mean {near[0]!r}?' if near else ''}", ctx)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, told) for name, (_, _, told) in COMMANDS.items()])


@click.group(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"], "terminal_width": max(min(columns() - 2, _WIDEST), _NARROWEST)},
)
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
        silence()
        return 0
    except Exception as fault:
        if isinstance(fault, OSError) and fault.errno in (errno.ENOSPC, errno.EDQUOT):
            silence()
            print(f"backend-lint: error: the output cannot be written: {fault.strerror}", file=sys.stderr)
            return 2
        if "--traceback" in arguments:
            import traceback

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
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    processes = sys.modules.get("multiprocessing")
    for child in processes.active_children() if processes is not None else ():
        child.terminate()
