"""What a hook does about an event: advice after an edit, the review before an agent stops or commits."""

from __future__ import annotations

import dataclasses
import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from backend_lint.agents.answers import Outcome
from backend_lint.agents.events import Event
from backend_lint.agents.memory import Memory
from backend_lint.findings.model import Finding

if TYPE_CHECKING:
    from backend_lint.review.change import Change, ChangeRequest
    from backend_lint.review.model import Review
    from backend_lint.source.git import Repository

#: Hosts cut what is longer than 10,000 characters.
MAX_CHARACTERS = 7_900
#: Advice that comes in the middle of the work is short.
MAX_ADVICE = 8

_SUFFIXES = (".py", ".pyi")
_NOTHING = Outcome()
_STOPPING = "note: when a finding is wrong, leave the code as it is and tell the user so"
_AGAIN = "backend-lint review --base HEAD --policy base --format agent"
_AGAIN_STAGED = "backend-lint review --staged --policy base --format agent"


def respond(event: Event, memory_folder: Path | None = None) -> Outcome:
    """What to say to an agent's event. An error of the tool's own is told and never keeps an agent from anything; `memory_folder` is where
    to keep what was said, by default a folder of the user's."""
    from backend_lint.engine.settings import ConfigurationFault
    from backend_lint.source.git import GitFault

    if event.moment == "other":
        return _NOTHING
    try:
        if event.moment == "edit":
            return _after_edit(event, memory_folder)
        return _before_commit(event) if event.moment == "commit" else _before_stop(event, memory_folder)
    except GitFault as fault:
        if event.moment == "edit":
            return _NOTHING
        return _once(event, memory_folder, f"{fault.message}{f'; {fault.hint}' if fault.hint else ''}")
    except ConfigurationFault as fault:
        return _once(event, memory_folder, "the configuration cannot be used: " + "; ".join(fault.messages))
    except Exception as fault:
        text = str(fault).partition("\n")[0][:200]
        return Outcome(kind="tell", text=f"backend-lint: internal error, nothing was reviewed: {type(fault).__name__}: {text}")


def _once(event: Event, folder: Path | None, message: str) -> Outcome:
    """A message that is told once in a session."""
    text = _plain(f"backend-lint: nothing was reviewed: {message}")[:1_000]
    memory = Memory(event.folder, event.session, folder=folder)
    key = _digest([text])
    if memory.last("error") == key:
        return _NOTHING
    memory.remember("error", key)
    return Outcome(kind="tell", text=text)


# --- after an edit


def _after_edit(event: Event, folder: Path | None) -> Outcome:
    from backend_lint.agents.advice import advise, inside
    from backend_lint.engine.cache_folder import find

    texts: list[str] = []
    for path in event.paths:
        if not path.name.endswith(_SUFFIXES):
            continue
        real = Path(os.path.realpath(path))
        with _change(real.parent, _since_head) as (repository, change):
            relative = inside(Path(os.path.realpath(repository.top)), real)
            others = _others(repository, change, relative) if relative is not None else ()
            found = advise(change, relative, others, cache=find()) if relative is not None else None
            if found is None or found.problems:
                continue
            memory = Memory(repository.top, event.session, folder=folder)
            key = _key(found)
            is_known = memory.last(f"advice {relative}") == key
            memory.remember(f"advice {relative}", key)
            if key is not None and not is_known:
                texts.append(_agent_text(found, _AGAIN, max_findings=MAX_ADVICE, max_chars=MAX_CHARACTERS // len(event.paths)))
    if not texts:
        return _NOTHING
    return Outcome(kind="block", text=_bounded("".join(texts)), summary="backend-lint has advice about this edit")


def _others(repository: Repository, change: Change, path: str) -> list[str]:
    """The other files that were edited since the last commit."""
    if change.base.commit is None:
        return []
    changed, _ = repository.touched_files(change.base.commit)
    return [each for each in changed if each != path]


# --- before stopping or committing


def _before_stop(event: Event, folder: Path | None) -> Outcome:
    with _change(event.folder, _since_head) as (repository, change):
        found = _sure(_reviewed(change))
    memory = Memory(repository.top, event.session, folder=folder)
    subject = f"stop {event.speaker}".strip()
    key = _key(found)
    if key is None:
        memory.remember(subject, None)
        return _incomplete(found) if found.problems else _NOTHING
    if memory.last(subject) == key:
        return Outcome(kind="tell", text=_still(found))
    is_kept = memory.remember(subject, key)
    if event.is_again and not is_kept:
        return Outcome(kind="tell", text=_still(found))
    return Outcome(kind="block", text=_agent_text(found, _AGAIN, _STOPPING), summary=_summary(found))


def _before_commit(event: Event) -> Outcome:
    assert event.commit is not None, "a commit is known"
    staged = event.commit.is_staged
    folder = event.commit.folder if event.commit.folder.is_dir() else event.folder
    with _change(folder, _staged if staged else _since_head) as (_, change):
        found = _sure(_reviewed(change))
    if _key(found) is None:
        return _incomplete(found) if found.problems else _NOTHING
    return Outcome(kind="block", text=_agent_text(found, _AGAIN_STAGED if staged else _AGAIN, _STOPPING), summary=_summary(found))


def _since_head() -> ChangeRequest:
    from backend_lint.review.change import ChangeRequest

    return ChangeRequest(base="HEAD", environment={})


def _staged() -> ChangeRequest:
    from backend_lint.review.change import ChangeRequest

    return ChangeRequest(staged=True, environment={})


@contextmanager
def _change(folder: Path, request: Callable[[], ChangeRequest]) -> Iterator[tuple[Repository, Change]]:
    """The repository that a folder belongs to, and the change in it. Raises `GitFault`."""
    from backend_lint.review.change import opened
    from backend_lint.review.model import Side
    from backend_lint.source.git import GitFault, Repository

    if not folder.is_dir():
        raise GitFault(f"there is no folder {folder}")
    repository = Repository.find(folder)
    with opened(repository, request()) as change:
        if change.base.commit is not None:
            change = dataclasses.replace(change, base=Side(label="HEAD", commit=change.base.commit))
        yield repository, change


def _reviewed(change: Change) -> Review:
    from backend_lint.engine.cache_folder import find
    from backend_lint.review.gate import Rules, review

    return review(change, Rules(policy="base", cache=find()))


def _sure(found: Review) -> Review:
    """A review without what may be owed to an error of the tool's own: a rule that failed in a file on one side finds nothing there, so
    that its old findings look new."""

    def is_sure(path: str, rule: str | None) -> bool:
        return not any(
            problem.path in (None, path) and (problem.rule is None or rule is None or problem.rule == rule) for problem in found.problems
        )

    found.new = [new for new in found.new if is_sure(new.finding.path, new.finding.rule)]
    found.policy = [item for item in found.policy if is_sure(item.path, None)]
    found.is_policy_failing = found.is_policy_failing and bool(found.policy)
    return found


# --- texts


def _key(found: Review) -> str | None:
    """What is the same for the same verdict, wherever its lines are now; None for a change that may pass."""
    said = [_identity(new.finding) for new in found.new if new.fails]
    if found.is_policy_failing:
        said += [f"{item.kind}\0{item.path}\0{item.message}" for item in found.policy]
    return _digest(said) if said else None


def _identity(finding: Finding) -> str:
    return f"{finding.rule}\0{finding.path}\0{finding.function}\0{finding.fingerprint or finding.statement}"


def _digest(said: list[str]) -> str:
    return hashlib.sha256("\n".join(sorted(said)).encode("utf-8", "surrogateescape")).hexdigest()[:32]


def _agent_text(found: Review, again: str, note: str = "", *, max_findings: int = 20, max_chars: int = MAX_CHARACTERS) -> str:
    """The report for an agent, with a note before its last line."""
    from backend_lint.report.output import Output
    from backend_lint.report.reviews import render_agent

    # A review that could not read all of the change is one that fails when what it did read is bad.
    found.verdict = "fail"
    parts: list[str] = []
    room = max_chars - len(note) - 10
    output = Output(write=parts.append, read=_no_source)
    render_agent(found, output, max_findings=max_findings, max_chars=max(room, 500), again=again)
    lines = "".join(parts).splitlines()
    return _bounded("\n".join([*lines[:-1], *([note] if note else []), *lines[-1:]]) + "\n")


def _bounded(text: str) -> str:
    """A text cut to what hosts take, its last line kept."""
    if len(text) <= MAX_CHARACTERS:
        return text
    last = text.rstrip("\n").rpartition("\n")[2][:500]
    return f"{text[: MAX_CHARACTERS - len(last) - 10]}\n...\n{last}\n"


def _no_source(path: str) -> str:
    raise OSError("no source is shown to an agent")


def _summary(found: Review) -> str:
    from backend_lint.report.plain import plural

    said = []
    failing = sum(new.fails for new in found.new)
    if failing:
        said.append(f"adds {plural(failing, 'finding')}")
    if found.is_policy_failing:
        said.append(f"widens the gate in {plural(len(found.policy), 'place')}")
    return f"backend-lint: this change {' and '.join(said)}"


def _still(found: Review) -> str:
    """For the user, when the agent was told already and stops all the same."""
    places = [f"{new.finding.rule} {new.finding.path}:{new.finding.line}" for new in found.new if new.fails]
    places += [f"{item.path}{f':{item.line}' if item.line else ''}" for item in (found.policy if found.is_policy_failing else ())]
    more = f" and {len(places) - 5} more" if len(places) > 5 else ""
    return _plain(f"{_summary(found)}, and the agent was told: {', '.join(places[:5])}{more}. See: backend-lint review --base HEAD")


def _incomplete(found: Review) -> Outcome:
    first = found.problems[0]
    more = f" (and {len(found.problems) - 1} more)" if len(found.problems) > 1 else ""
    place = f"{first.path}: " if first.path else ""
    return Outcome(kind="tell", text=_plain(f"backend-lint: the review is not complete: {place}{first.message}{more}")[:1_000])


def _plain(text: str) -> str:
    from backend_lint.report.plain import visible

    return visible(text)
