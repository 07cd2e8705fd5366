"""The `backend-lint` command. `--version` is answered before anything heavy is imported; each subcommand is imported when it is used."""

from __future__ import annotations

import sys

import backend_lint

_VERSION_OPTIONS = ("--version", "-V")


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and leave the process through `SystemExit` with the exit code.

    `arguments` are the words after the program's name; None takes those of the process.
    """
    words = sys.argv[1:] if arguments is None else arguments
    if len(words) == 1 and words[0] in _VERSION_OPTIONS:
        print(f"backend-lint {backend_lint.__version__}")
        sys.exit(0)
    from backend_lint.cli.group import run

    sys.exit(run(words))
