"""Small repositories whose history holds what a review must get right."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from textwrap import dedent
from typing import Any

from backend_lint.engine.selection import Choice
from backend_lint.engine.settings import CommandLine
from backend_lint.review.change import ChangeRequest, opened
from backend_lint.review.gate import Rules, review
from backend_lint.review.model import Review
from backend_lint.source.git import Repository

#: A variable of the surroundings that would lead git elsewhere is no part of a test.
_CLEAN = {key: value for key, value in os.environ.items() if not key.startswith(("GIT_", "GITHUB_", "CI_", "PRE_COMMIT"))}

#: Settings that change what git prints for people, and what a parser of that would stumble over.
_HOSTILE = """
[diff]
noprefix = true
mnemonicPrefix = true
external = false
renames = false
[core]
quotepath = true
autocrlf = false
[color]
ui = always
"""


class Repo:
    """A repository in a folder, driven as a person would, who has set what is known to confuse parsers of diffs."""

    def __init__(self, folder: Path, *, hostile: bool = True, options: Sequence[str] = ()) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.git("init", "-q", "-b", "main", *options)
        if hostile:
            with (folder / ".git/config").open("a", encoding="utf-8") as file:
                file.write(_HOSTILE)

    def git(self, *arguments: str, check: bool = True, strip: bool = True) -> str:
        """What a git command prints, unless it is to be kept whole without blanks around."""
        environment = {**_CLEAN, "HOME": str(self.folder), "GIT_CONFIG_NOSYSTEM": "1"}
        words = ["git", "-c", "user.name=T", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false", *arguments]
        done = subprocess.run(words, cwd=self.folder, env=environment, check=check, capture_output=True)
        said = done.stdout.decode("utf-8", "surrogateescape")
        return said.strip() if strip else said

    def write(self, files: Mapping[str, str | bytes | None]) -> Repo:
        """Write files: text with its common indentation taken off, bytes as they are; None removes the file."""
        for path, text in files.items():
            place = self.folder / path
            if text is None:
                place.unlink()
                continue
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(text if isinstance(text, bytes) else dedent(text).lstrip("\n").encode())
        return self

    def commit(self, files: Mapping[str, str | bytes | None] | None = None, message: str = "change") -> str:
        """Write files and commit all there is; the id of the commit."""
        self.write(files or {})
        self.git("add", "-A")
        self.git("commit", "-q", "--no-verify", "--allow-empty", "-m", message)
        return self.git("rev-parse", "HEAD")

    def review(self, *, folder: Path | None = None, environment: Mapping[str, str] | None = None, **options: Any) -> Review:
        """Review a change of the repository. Options of `ChangeRequest` and `Rules` are told apart by their names."""
        request = {key: options.pop(key) for key in ("base", "staged", "commit", "range", "patch") if key in options}
        select = options.pop("select", None)
        line = CommandLine(choice=Choice(select=tuple(select)) if select else Choice(), **options.pop("line", {}))
        rules = Rules(command_line=line, jobs=1, **options)
        repository = Repository.find(folder or self.folder)
        with opened(repository, ChangeRequest(environment=dict(environment or {}), **request)) as change:
            return review(change, rules)

    def snapshot(self) -> dict[str, bytes]:
        """All files of the working tree and of the repository itself."""
        return {
            str(path.relative_to(self.folder)): path.read_bytes()
            for path in sorted(self.folder.rglob("*"))
            if path.is_file() and not path.is_symlink()
        }

    def links(self) -> dict[str, str]:
        """All folders and links, with where those lead."""
        found = {}
        for path in sorted(self.folder.rglob("*")):
            if path.is_symlink() or path.is_dir():
                found[str(path.relative_to(self.folder))] = os.readlink(path) if path.is_symlink() else ""
        return found


def rules_of(found: Review) -> list[str]:
    """The new findings as `RULE path:line`."""
    return [f"{new.finding.rule} {new.finding.path}:{new.finding.line}" for new in found.new]
