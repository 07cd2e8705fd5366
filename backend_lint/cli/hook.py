"""`backend-lint hook`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from backend_lint.agents.events import Agent

_EPILOG = """\b
Exit codes: 0 always, with an answer in JSON on standard output where there is
something to say; 1 wrong usage. Never 2: to a coding agent that means "stop"."""


class _NeverTwo(click.Command):
    """A command whose usage errors have the exit code 1."""

    def make_context(self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: object) -> click.Context:
        try:
            return super().make_context(info_name, args, parent, **extra)
        except click.UsageError as problem:
            problem.show()
            raise click.exceptions.Exit(1) from None


@click.command(cls=_NeverTwo, epilog=_EPILOG)
@click.option(
    "--agent",
    type=click.Choice(["claude", "codex", "gemini", "cursor"]),
    help="Whose protocol to speak.  [default: told by the event]",
)
def hook(agent: Agent | None) -> int:
    """Answer a coding agent's hook: one event in JSON on standard input.

    After an edit it gives advice about what is new in that file. Before the agent stops or commits it reviews the change, by the
    configuration and the suppressions of the last commit, and blocks what `backend-lint review` fails. The same verdict keeps an agent from
    stopping once only, and an error of its own never does. `backend-lint agent install` sets it up.
    """
    try:
        return _answered(agent)
    except BrokenPipeError:
        raise
    except Exception as fault:
        # Whatever else: the exit code of an internal error would block the agent.
        print(f'{{"systemMessage": "backend-lint: internal error, nothing was reviewed: {type(fault).__name__}"}}')
        return 0


def _answered(agent: Agent | None) -> int:
    import contextlib

    from backend_lint.agents.answers import Outcome, answer
    from backend_lint.agents.events import UnreadableEvent, read_event

    if sys.stdin is None or sys.stdin.isatty():
        print("backend-lint: error: `hook` reads an event of a coding agent from standard input", file=sys.stderr)
        return 1
    event = None
    try:
        # What a host reads is the answer and nothing else.
        with contextlib.redirect_stdout(sys.stderr):
            event = read_event(sys.stdin.buffer.read(), agent)
            outcome = Outcome()
            if event.moment != "other":
                from backend_lint.agents.hook import respond

                outcome = respond(event)
    except UnreadableEvent as fault:
        outcome = Outcome(kind="tell", text=f"backend-lint: {fault}")
    sys.stdout.write(answer(event, outcome))
    sys.stdout.flush()
    if outcome.kind == "tell":
        print(outcome.text, file=sys.stderr)
    return 0
