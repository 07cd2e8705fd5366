"""The `backend-lint` command. `--version` is answered before anything heavy is imported; each subcommand is imported when it is used."""

from __future__ import annotations

import gc
import os
import sys

import backend_lint

_VERSION_OPTIONS = ("--version", "-V")

#: How many objects are made before the collector looks for garbage. There is none among what modules are made of.
_OBJECTS = 50_000


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and leave the process with the exit code, through `SystemExit` where `arguments` are given.

    `arguments` are the words after the program's name; None takes those of the process.
    """
    words = sys.argv[1:] if arguments is None else arguments
    if len(words) == 1 and words[0] in _VERSION_OPTIONS:
        print(f"backend-lint {backend_lint.__version__}")
        sys.exit(0)
    is_process = arguments is None
    if is_process:
        gc.set_threshold(_OBJECTS)
    from backend_lint.cli.group import run

    code = run(words)
    if is_process and sys.gettrace() is None and sys.getprofile() is None:
        _leave(code)
    sys.exit(code)


def _leave(code: int) -> None:
    """End the process without taking apart what it has in memory, which takes long and gains nothing. Where its output cannot be written
    the interpreter shall say so."""
    try:
        for stream in (sys.stdout, sys.stderr):
            if stream is not None:
                stream.flush()
    except (OSError, ValueError):
        return
    os._exit(code)
