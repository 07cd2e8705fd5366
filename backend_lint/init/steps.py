"""What can be set up in a project, as changes of files that can be shown before they are made."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import backend_lint
from backend_lint.agents.hosts import HOSTS
from backend_lint.agents.install import FileChange, change, installation
from backend_lint.agents.settings import Refusal
from backend_lint.engine.baseline_edit import baselines_of, created
from backend_lint.engine.check import Request
from backend_lint.engine.registry import built_in
from backend_lint.init import configuration, pipelines, pre_commit
from backend_lint.report.plain import plural
from backend_lint.source.git import GitFault, Repository

if TYPE_CHECKING:
    from backend_lint.agents.events import Agent
    from backend_lint.init.look import Look

Name = Literal["configuration", "baseline", "pre-commit", "ci", "agents"]

_TITLES: dict[Name, str] = {
    "configuration": "configuration",
    "baseline": "baseline",
    "pre-commit": "pre-commit hook",
    "ci": "job for continuous integration",
    "agents": "hooks for coding agents",
}

#: Files and folders by which it shows that people of a project work with an agent.
_TRACES: dict[Agent, tuple[str, ...]] = {
    "claude": (".claude", "CLAUDE.md"),
    "codex": (".codex",),
    "gemini": (".gemini", "GEMINI.md"),
    "cursor": (".cursor", ".cursorrules"),
}


@dataclass(frozen=True, kw_only=True)
class Step:
    """One thing to set up. `changes` are what it takes, none when it is there or does not apply, which `state` says; `question` is what to
    ask somebody, `option` what says yes on the command line. `refusal` is why it cannot be done."""

    name: Name
    changes: tuple[FileChange, ...] = ()
    question: str = ""
    option: str = ""
    state: str = ""
    refusal: str = ""

    @property
    def title(self) -> str:
        return _TITLES[self.name]

    @property
    def is_open(self) -> bool:
        """Whether there is something to be done."""
        return bool(self.changes) or bool(self.refusal)


@dataclass(frozen=True, kw_only=True)
class Wishes:
    """What is to be set up how. `service` and `agents` are None where the project shows which; `command` is how hooks run the tool."""

    service: pipelines.Service | None = None
    agents: tuple[Agent, ...] | None = None
    command: str = "backend-lint"


def steps(root: Path, look: Look, request: Request, wishes: Wishes) -> list[Step]:
    """What can be set up in the project under `root`, that `look` was taken of by checks like `request`. Raises `ConfigurationFault`."""
    repository = _repository(root)
    return [
        _step("configuration", lambda: _configuration(root, look)),
        _step("baseline", lambda: _baseline(root, look, request, repository)),
        _step("pre-commit", lambda: _pre_commit(root, repository, wishes)),
        _step("ci", lambda: _pipeline(root, repository, wishes)),
        _step("agents", lambda: _agents(root, wishes)),
    ]


def _step(name: Name, make: Callable[[], Step]) -> Step:
    try:
        made = make()
    except Refusal as fault:
        return Step(name=name, refusal=str(fault), option=f"--{name}")
    needed = tuple(each for each in made.changes if not each.is_empty)
    return dataclasses.replace(made, changes=needed, state=made.state if needed or made.state else "there already")


def _configuration(root: Path, look: Look) -> Step:
    present = [name for name in (configuration.OWN_FILE, configuration.PROJECT_FILE) if _has_configuration(root / name)]
    if present:
        return Step(name="configuration", state=f"there already: {present[0]}")
    registry = built_in()
    table = configuration.text(look, registry, in_project_file=True)
    made = change(root, configuration.PROJECT_FILE, lambda before: None if before is None else configuration.with_table(before, table))
    if made.after is None:
        made = change(root, configuration.OWN_FILE, lambda _: configuration.text(look, registry, in_project_file=False))
    return Step(name="configuration", changes=(made,))


def _has_configuration(file: Path) -> bool:
    from backend_lint.engine.settings import ConfigurationFault, read_table

    try:
        return read_table(file, file.name, file.read_bytes()) is not None
    except OSError:
        return False
    except ConfigurationFault:
        # Another tool's fault, or the check would not have come so far.
        return False


def _baseline(root: Path, look: Look, request: Request, repository: Repository | None) -> Step:
    if any(each.data is not None for each in baselines_of(request).found):
        return Step(name="baseline")
    if not look.result.findings:
        return Step(name="baseline", state="not needed: nothing is found")
    result, edits = created(request)
    if result.problems:
        raise Refusal("the check is incomplete, so there can be no baseline")
    changes = []
    lines = []
    for edit in edits:
        path = os.path.relpath(edit.baseline.place.file, root).replace(os.sep, "/")
        changes.append(FileChange(path=path, before=None, after=edit.text.encode()))
        if repository is not None and not _merges_by_lines(repository, root / path):
            lines.append(f"{path} merge=union")
    if lines and repository is not None and repository.top == root:
        changes.append(change(root, ".gitattributes", lambda text: _with_lines(text, lines)))
    count = sum(len(edit.added) for edit in edits)
    question = f"Accept the {plural(count, 'finding')} of today in a baseline, so that only new ones are reported?"
    return Step(name="baseline", changes=tuple(changes), question=question, option="--baseline")


def _merges_by_lines(repository: Repository, file: Path) -> bool:
    try:
        return repository.attribute("merge", os.path.relpath(file, repository.top)) == "union"
    except GitFault:
        return False


def _with_lines(text: str | None, lines: Sequence[str]) -> str:
    before = text or ""
    return before + ("\n" if before and not before.endswith("\n") else "") + "".join(f"{line}\n" for line in lines)


def _pre_commit(root: Path, repository: Repository | None, wishes: Wishes) -> Step:
    if repository is None or repository.top != root:
        return Step(name="pre-commit", state="not possible: this is no git repository")
    made = change(root, pre_commit.PATH, lambda text: pre_commit.with_hook(text, wishes.command))
    question = f"Add a hook to {pre_commit.PATH} that keeps new findings out of commits?"
    return Step(name="pre-commit", changes=(made,), question=question, option="--pre-commit")


def _pipeline(root: Path, repository: Repository | None, wishes: Wishes) -> Step:
    if repository is None or repository.top != root:
        return Step(name="ci", state="not possible: this is no git repository")
    service = wishes.service or _service(root, repository)
    if service is None:
        return Step(name="ci", state="left out: neither GitHub nor GitLab is seen here (--ci github, --ci gitlab)")
    requirement = f"backend-lint=={backend_lint.__version__}"
    if service == "gitlab":
        made = change(root, pipelines.GITLAB_PATH, lambda text: pipelines.with_job(text, requirement))
    elif pipelines.runs_it(_workflows(root)):
        return Step(name="ci")
    else:
        made = change(root, pipelines.GITHUB_PATH, lambda text: pipelines.workflow(requirement))
    asked = "pull requests on GitHub" if service == "github" else "merge requests on GitLab"
    return Step(name="ci", changes=(made,), question=f"Add a job that reviews {asked} ({made.path})?", option=f"--ci {service}")


def _service(root: Path, repository: Repository) -> pipelines.Service | None:
    """The service that a project is built on: by its files there, else by where its remote repositories are."""
    if (root / pipelines.GITLAB_PATH).exists():
        return "gitlab"
    if (root / ".github").is_dir():
        return "github"
    try:
        remotes = repository.run("config", "--get-regexp", r"^remote\..*\.url$").decode("utf-8", "replace").casefold()
    except GitFault:
        return None
    return "github" if "github" in remotes else "gitlab" if "gitlab" in remotes else None


def _workflows(root: Path) -> Iterator[str]:
    folder = root / pipelines.WORKFLOWS
    for file in sorted(folder.glob("*.y*ml")) if folder.is_dir() else ():
        try:
            yield file.read_text(encoding="utf-8", errors="replace")
        except OSError:
            continue


def _agents(root: Path, wishes: Wishes) -> Step:
    chosen = wishes.agents
    if chosen is None:
        chosen = tuple(agent for agent, traces in _TRACES.items() if any(os.path.lexists(root / trace) for trace in traces))
    if not chosen:
        return Step(name="agents", state="left out: no coding agent is seen here (--agent NAME)")
    titles = " and ".join(HOSTS[agent].title for agent in chosen)
    option = " ".join(f"--agent {agent}" for agent in chosen)
    question = f"Have {titles} told what an edit adds, and reviewed before it finishes?"
    return Step(name="agents", changes=tuple(installation(root, chosen, wishes.command)), question=question, option=option)


def _repository(root: Path) -> Repository | None:
    try:
        found = Repository.find(root)
    except GitFault:
        return None
    return None if found.is_bare else found
