"""Whether a shell command that an agent is about to run makes a commit, and of what."""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

#: Words that run the command behind them.
_RUNNERS = frozenset({"builtin", "command", "env", "exec", "nice", "nohup", "sudo", "time"})
_SHELLS = frozenset({"bash", "dash", "sh", "zsh"})
#: Options of git itself that take the next word, https://git-scm.com/docs/git#_options.
_WITH_VALUE = frozenset({"-C", "-c", "--git-dir", "--work-tree", "--namespace", "--super-prefix", "--config-env", "--attr-source"})
#: Options of `git commit` that take the next word, https://git-scm.com/docs/git-commit#_options.
_COMMIT_WITH_VALUE = frozenset(
    {
        "-m", "--message", "-F", "--file", "-C", "--reuse-message", "-c", "--reedit-message", "--author", "--date", "-t", "--template",
        "--fixup", "--squash", "--trailer", "--cleanup", "--pathspec-from-file",
    }
)  # fmt: skip
#: Subcommands of git after which what is staged is no longer what the event saw.
_STAGING = frozenset({"add", "apply", "mv", "reset", "restore", "rm", "stage", "stash", "checkout", "update-index"})

_ASSIGNMENT = re.compile(r"[A-Za-z_]\w*=")
_ROUGHLY = re.compile(r"(?:^|[;&|(\n])\s*git\s+(?:-\S+\s+)*commit\b")
_SEPARATORS = ";&|()\n"
#: A command that runs shells in shells is followed this deep.
_DEPTH = 3


@dataclass(frozen=True, kw_only=True)
class Commit:
    """A commit that is about to be made, in `folder`. `is_staged` is whether it holds what is staged now, and nothing else."""

    folder: Path
    is_staged: bool


def commit_in(command: str, folder: Path) -> Commit | None:
    """The first commit that a command line makes when it is run in `folder`; None when it makes none.

    A commit counts as one of what is staged unless it names paths or `--all`, or the command stages something before it: then the working
    tree is what it may hold.
    """
    if "commit" not in command:
        return None
    try:
        return _commit_in(command, folder, _DEPTH)
    except ValueError:
        return Commit(folder=folder, is_staged=False) if _ROUGHLY.search(command) else None


def _commit_in(command: str, folder: Path, depth: int) -> Commit | None:
    is_staged = True
    for words in _simple_commands(command):
        rest = _without_runners(words)
        if not rest:
            continue
        name = rest[0].replace("\\", "/").rpartition("/")[2].removesuffix(".exe")
        if name == "cd" and len(rest) == 2:
            folder = _entered(folder, rest[1])
        elif name in _SHELLS and depth:
            script = next((rest[i + 1] for i in range(1, len(rest) - 1) if re.fullmatch(r"-\w*c", rest[i])), None)
            found = _commit_in(script, folder, depth - 1) if script is not None else None
            if found is not None:
                return found
        elif name == "git":
            at, arguments = _subcommand(rest[1:], folder)
            if arguments[:1] == ["commit"]:
                return Commit(folder=at, is_staged=is_staged and _holds_what_is_staged(arguments[1:]))
            if arguments and arguments[0] in _STAGING:
                is_staged = False
    return None


def _simple_commands(command: str) -> Iterator[list[str]]:
    """The words of each command of a command line. Raises ValueError for one that is not closed."""
    lexer = shlex.shlex(command, posix=True, punctuation_chars=_SEPARATORS)
    lexer.whitespace = " \t\r"
    lexer.whitespace_split = True
    lexer.commenters = ""
    words: list[str] = []
    for word in lexer:
        if word and all(letter in _SEPARATORS for letter in word):
            yield words
            words = []
        else:
            words.append(word)
    yield words


def _without_runners(words: Sequence[str]) -> list[str]:
    """A command without the assignments and the programs that only run it."""
    rest = list(words)
    runs = False
    while rest and (_ASSIGNMENT.match(rest[0]) or rest[0] in _RUNNERS or (runs and rest[0].startswith("-"))):
        runs = runs or rest[0] in _RUNNERS
        del rest[0]
    return rest


def _entered(folder: Path, name: str) -> Path:
    """The folder that a command goes to; the one it was in where only a shell knows which."""
    if name == "-" or any(letter in name for letter in "$`*?\0"):
        return folder
    return Path(os.path.expanduser(folder / name if not name.startswith("~") else name))


def _subcommand(words: Sequence[str], folder: Path) -> tuple[Path, list[str]]:
    """The folder in which git works and its subcommand with what follows."""
    rest = list(words)
    while rest and rest[0].startswith("-"):
        option = rest.pop(0)
        if option in _WITH_VALUE and rest:
            value = rest.pop(0)
            if option == "-C":
                folder = _entered(folder, value)
    return folder, rest


def _holds_what_is_staged(arguments: Sequence[str]) -> bool:
    rest = list(arguments)
    while rest:
        word = rest.pop(0)
        if word in ("--all", "--patch", "--interactive", "--include", "--only") or word == "--":
            return word == "--" and not rest
        if not word.startswith("-"):
            return False
        if word.startswith("--"):
            if word in _COMMIT_WITH_VALUE and rest:
                rest.pop(0)
            continue
        for index, letter in enumerate(word[1:], 1):
            if letter in "apio":
                return False
            if f"-{letter}" in _COMMIT_WITH_VALUE:
                if index == len(word) - 1 and rest:
                    rest.pop(0)
                break
            if letter in "uS":
                break
    return True
