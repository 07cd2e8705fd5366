"""What the server and the process that analyses for it say to each other. Plain data, which is pickled on its way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from backend_lint.engine.cache_folder import Cache
from backend_lint.engine.result import Problem
from backend_lint.engine.settings import CommandLine
from backend_lint.findings.model import Finding
from backend_lint.fixes.proposal import Fix


@dataclass(frozen=True)
class Options:
    """How to check, as the server's command line and the editor say. `config` names the configuration to use everywhere, `cache` is where
    to look for what is known already; `current` is the folder that the server was started in."""

    current: Path
    command_line: CommandLine = field(default_factory=CommandLine)
    config: Path | None = None
    use_config: bool = True
    cache: Cache | None = None


@dataclass(frozen=True)
class Check:
    """Check some files. `targets` maps the real path of each to the folder that the editor has it in; `texts` are those of all open
    documents, which stand for what lies on the disk."""

    number: int
    options: Options
    targets: Mapping[str, str]
    texts: Mapping[str, str]


@dataclass(frozen=True)
class MakeFixes:
    """Make the fixes of the findings in one file, whose text was checked as it is here. `root` is the project's, `path` relative to it."""

    number: int
    options: Options
    root: Path
    path: str
    text: str
    findings: tuple[Finding, ...]


class Stop:
    """What is being done is wanted no more."""


@dataclass(frozen=True)
class FileAnswer:
    """What is found in one file of the project under `root`, by its path there."""

    root: str
    path: str
    findings: tuple[Finding, ...]


@dataclass
class Answer:
    """What came of a question, by real paths. `rules` are the rules of the user's packs: code to name and page. `faults` say why a
    configuration cannot be used; `problems` are internal errors. `is_stopped` is true when nothing was answered."""

    number: int
    files: dict[str, FileAnswer] = field(default_factory=dict)
    fixes: tuple[Fix, ...] = ()
    rules: dict[str, tuple[str, str]] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    is_stopped: bool = False
