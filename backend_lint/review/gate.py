"""The review itself: analyse the project before and after a change by one policy, and say what the change adds."""

from __future__ import annotations

import contextlib
import dataclasses
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

from backend_lint.engine.baselines import NAME, today
from backend_lint.engine.cache_folder import Cache
from backend_lint.engine.check import check_selectors
from backend_lint.engine.discovery import SUFFIXES, ProjectFiles, files_in
from backend_lint.engine.packs import TextPack, packs_for
from backend_lint.engine.plan import reaches
from backend_lint.engine.registry import BUILT_IN_PACK, SYNTAX_ERROR, Packs, load_pack
from backend_lint.engine.result import Problem, Result
from backend_lint.engine.runner import run
from backend_lint.engine.settings import FILE_NAMES, CommandLine, ConfigurationFault, Configurations
from backend_lint.findings.model import Finding, Severity
from backend_lint.review import policy as policies
from backend_lint.review.apart import SetApart
from backend_lint.review.baseline import Accepted
from backend_lint.review.baseline import items as baseline_items
from backend_lint.review.causes import cause_of
from backend_lint.review.change import Change
from backend_lint.review.delta import Delta
from backend_lint.review.matching import Matches, match
from backend_lint.review.model import NewFinding, PolicyItem, Review
from backend_lint.review.scopes import Scopes
from backend_lint.review.silencing import Silencing

#: Files besides Python's that an analysis reads: API descriptions that name handlers, and the configuration.
_DOCUMENTS = (".yaml", ".yml", ".json", ".toml")


@dataclass(frozen=True, kw_only=True)
class Rules:
    """By which rules a change is judged.

    `policy` says whose configuration and suppressions count, those before the change ("base") or after it ("head"). `max_new` is how many
    new findings may fail the level before the verdict does. `allow_suppressions` lets a change widen the gate. `config` names the
    configuration to use everywhere, `use_config` of False reads none. `jobs` of 1 keeps to one process. `current` is
    the folder that patterns of the command line are relative to, by default the top. `cache` is where to look for what is known already.
    `packs_on_disk` takes rule packs inside of the project as they lie there, whatever the change makes of them: for a look at the history.
    """

    policy: Literal["base", "head"] = "head"
    max_new: int = 0
    allow_suppressions: bool = False
    command_line: CommandLine = field(default_factory=CommandLine)
    config: Path | None = None
    use_config: bool = True
    jobs: int | None = None
    packs_on_disk: bool = False
    current: Path | None = None
    pack: Packs = BUILT_IN_PACK
    cache: Cache | None = None


#: Analyses one side of a change, by the configuration given; what it leaves out is not known to be there.
Analyse = Callable[[ProjectFiles, Configurations], Result]


def review(change: Change, rules: Rules, analyse: Analyse | None = None) -> Review:
    """Review a change. `analyse` stands for the engine, for who knows the result of a side already; it is asked in this process. Raises
    `ConfigurationFault` for a configuration that cannot be used."""
    begun = time.perf_counter()
    found = _Reviewer(change, rules, analyse).review()
    for source in change.merged if found.new or found.policy else ():
        other = _Reviewer(dataclasses.replace(change, before=source, merged=()), rules, analyse).review()
        _leave_out_what_was_merged(found, other)
    if change.merged:
        _judge(found, rules)
    found.seconds = time.perf_counter() - begun
    return found


def _leave_out_what_was_merged(found: Review, other: Review) -> None:
    """Keep what is new on both sides of a merge as new; what one side had is old."""
    places = {_place(new.finding) for new in other.new}
    old = [new.finding for new in found.new if _place(new.finding) not in places]
    found.new = [new for new in found.new if _place(new.finding) in places]
    found.existing.extend(old)
    found.policy = [item for item in found.policy if item in other.policy]
    found.is_policy_failing = found.is_policy_failing and bool(found.policy)
    found.problems.extend(problem for problem in other.problems if problem not in found.problems)


def _place(finding: Finding) -> tuple[str, str, int, int, int, int]:
    return finding.rule, finding.path, finding.line, finding.column, finding.end_line, finding.end_column


def _judge(found: Review, rules: Rules) -> None:
    """Give the verdict of a review that could be made completely."""
    if found.verdict != "incomplete" and not found.problems:
        failing = sum(new.fails for new in found.new)
        found.verdict = "fail" if failing > rules.max_new or found.is_policy_failing else "pass"
    else:
        found.verdict = "incomplete"


class _Reviewer:
    def __init__(self, change: Change, rules: Rules, analyse: Analyse | None = None) -> None:
        self._change = change
        self._rules = rules
        self._analyse = analyse
        self._packs = self._packs_of(rules.policy)
        self._registry = load_pack(self._packs)
        check_selectors(self._registry, rules.command_line)
        self._settings = self._configurations(rules.policy)
        # What swallows failures may be a note, which is looked at and not shown.
        self._thorough = self._configurations(rules.policy, dataclasses.replace(rules.command_line, pedantic=True))
        self._day = today()
        self._sides: dict[str, Accepted] = {}
        self._review = Review(root=change.root, verdict="pass", base=change.base, head=change.head, remarks=list(change.remarks))

    def _packs_of(self, side: str) -> Packs:
        rules = self._rules
        return packs_for(
            self._change.root,
            rules.command_line,
            base=rules.pack,
            current=rules.current,
            config=rules.config,
            use_config=rules.use_config,
            source=None if rules.packs_on_disk else self._change.before if side == "base" else self._change.after,
        )

    def _configurations(self, side: str, command_line: CommandLine | None = None) -> Configurations:
        rules = self._rules
        source = self._change.before if side == "base" else self._change.after
        return Configurations(
            self._change.root,
            self._registry,
            command_line or rules.command_line,
            file=rules.config,
            use_files=rules.use_config,
            source=source,
            current=rules.current,
            refuse_packs=side == rules.policy,
        )

    def review(self) -> Review:
        change, found = self._change, self._review
        paths = {path for source in (change.before, change.after) for path in source.list() if path.endswith((*SUFFIXES, *_DOCUMENTS))}
        self._delta = Delta(change.before, change.after, paths)
        found.changed = len(self._delta.files)
        self._paths = sorted(path for path in paths if path.endswith(SUFFIXES))
        if self._delta.is_empty and not any(path.endswith(SUFFIXES) for path in self._delta.unreadable):
            found.remarks.append("no Python file and no configuration differs between the two sides")
            self._gate(self._baseline_items([]))
            _judge(found, self._rules)
            return found
        before_files = files_in(change.before, change.root, self._settings.excluded)
        after_files = files_in(change.after, change.root, self._settings.excluded)
        before, after = self._both(before_files, after_files)
        found.files = after.files
        self._compare(before, after)
        self._policy()
        self._verdict(before, after)
        return found

    # --- analysis

    def _both(self, before: ProjectFiles, after: ProjectFiles) -> tuple[Result, Result]:
        """The results for both sides. What the change does not concern the second takes from the first, through the cache or, where none is
        to be used, through one that is thrown away."""
        if self._analyse is not None:
            return self._analyse(before, self._settings), self._analyse(after, self._settings)
        if self._rules.cache is not None:
            return self._run(before, self._rules.cache), self._run(after, self._rules.cache)
        with TemporaryDirectory(prefix="backend-lint-", ignore_cleanup_errors=True) as folder:
            cache = Cache(Path(folder, "cache"), Path(folder, "own"))
            return self._run(before, cache), self._run(after, cache)

    def _run(self, files: ProjectFiles, cache: Cache) -> Result:
        return run(files, self._thorough, jobs=self._rules.jobs, pack=self._packs, cache=cache)

    # --- comparison

    def _compare(self, before: Result, after: Result) -> None:
        found, delta = self._review, self._delta
        old_scopes, self._scopes = Scopes(self._change.before), Scopes(self._change.after)
        was_hidden = {id(finding) for finding in before.hidden}
        is_hidden = {id(finding) for finding in after.hidden}
        matches = match(
            list(filter(self._is_asked_for, [*before.findings, *before.hidden])),
            list(filter(self._is_asked_for, [*after.findings, *after.hidden])),
            delta,
            old_scopes,
            self._scopes,
        )
        silencing = Silencing(self._change.before, self._change.after, delta, old_scopes, self._scopes, self._registry)
        items, silenced = silencing.items(matches.new, [old for old in matches.fixed if id(old) not in was_hidden])
        found.policy.extend(items)
        matches = Matches(
            [pair for pair in matches.pairs if self._is_shown(pair[1])],
            list(filter(self._is_shown, matches.new)),
            [old for old in matches.fixed if self._is_shown(old) and id(old) not in silenced],
        )
        self._added = policies.added_directives(before.directives, after.directives, delta)
        self._pairs = matches.pairs
        accepted = self._accepted(self._rules.policy)
        unknown = {finding.path for finding in before.findings if finding.rule == SYNTAX_ERROR}
        for old, new in matches.pairs:
            if id(new) in is_hidden:
                found.suppressed += 1
                if id(old) not in was_hidden:
                    self._suppressed(new)
            elif accepted.take(new) or accepted.take(old) or id(old) not in was_hidden:
                found.existing.append(new)
            else:
                self._add(new, was_suppressed=True)
        for finding in matches.new:
            if id(finding) in is_hidden:
                found.suppressed += 1
                if policies.hides(self._added, finding, self._registry):
                    self._suppressed(finding)
                    if self._rules.policy == "base":
                        self._add(finding)
            elif self._was_unknown(finding, unknown):
                found.existing.append(finding)
            elif accepted.take(finding):
                found.baselined += 1
            else:
                self._add(finding)
        unparsed = {finding.path for finding in after.findings if finding.rule == SYNTAX_ERROR}
        apart = SetApart(self._change.root, self._change.before, self._change.after, delta, self._settings.excluded)
        for finding in matches.fixed:
            item = None if self._is_unknown(finding, unparsed) else apart.item(finding)
            if item is not None:
                found.policy.append(item)
            elif id(finding) not in was_hidden and not self._is_unknown(finding, unparsed):
                found.fixed.append(finding)
        if unknown:
            listed = ", ".join(sorted(unknown)[:3])
            found.remarks.append(f"before the change {listed} could not be parsed: there, only what stands on changed lines counts as new")

    def _is_shown(self, finding: Finding) -> bool:
        return finding.severity is not Severity.NOTE or self._settings.of_file(finding.path).pedantic

    def _is_asked_for(self, finding: Finding) -> bool:
        """Whether a finding is shown, or may tell that failures are swallowed."""
        return self._is_shown(finding) or self._registry.by_code[finding.rule].silences

    def _was_unknown(self, finding: Finding, unknown: set[str]) -> bool:
        """Whether it cannot be told if a finding was there before, a file that it stands in or rests on having been unreadable then, and
        none of its lines being new."""
        places = [(finding.path, finding.line, finding.end_line), *((step.path, step.line, step.line) for step in finding.trace)]
        if not any(self._delta.old_path(path) in unknown for path, _, _ in places):
            return False
        files = ((self._delta.files.get(path), first, last) for path, first, last in places)
        return not any(file is not None and file.hunk_at(first, last) is not None for file, first, last in files)

    def _is_unknown(self, finding: Finding, unparsed: set[str]) -> bool:
        """Whether it cannot be told if a finding is still there, its file being unreadable now."""
        file = self._delta.of_old(finding.path)
        return (finding.path if file is None else file.new) in unparsed

    def _add(self, finding: Finding, *, was_suppressed: bool = False) -> None:
        level = self._settings.of_file(finding.path).fail_on
        cause = cause_of(finding, self._delta, self._scopes)
        self._review.new.append(
            NewFinding(finding=finding, cause=cause, fails=reaches(finding.severity, level), was_suppressed=was_suppressed)
        )

    def _suppressed(self, finding: Finding) -> None:
        message = f"hides {finding.rule} {finding.name}: {finding.message}"
        self._review.policy.append(PolicyItem(kind="suppressed-finding", path=finding.path, line=finding.line, message=message))

    # --- policy

    def _policy(self) -> None:
        items = list(policies.suppression_items(self._added, self._registry))
        touches = any(path.rpartition("/")[2] in FILE_NAMES for path in self._delta.files)
        if touches and self._rules.use_config and self._rules.config is None:
            known = files_in(self._change.after, self._change.root, lambda path: False)
            items += policies.configuration_items(self._configurations("base"), self._configurations("head"), known.targets, self._registry)
        self._gate([*items, *self._changed_packs(), *self._baseline_items(self._pairs)])

    def _changed_packs(self) -> list[PolicyItem]:
        """The packs that judge the change and that it changes or takes away: those whose text is the project's own."""
        if not isinstance(self._packs, tuple):
            return []
        others: tuple[str | TextPack, ...] = ()
        with contextlib.suppress(ConfigurationFault):
            found = self._packs_of("head" if self._rules.policy == "base" else "base")
            others = found if isinstance(found, tuple) else ()
        before, after = (self._packs, others) if self._rules.policy == "base" else (others, self._packs)
        kept = {each.place: each for each in after if isinstance(each, TextPack)}
        items = []
        for pack in before:
            if isinstance(pack, TextPack) and kept.get(pack.place) != pack:
                path = Path(os.path.relpath(pack.place, self._change.root)).as_posix()
                verb = "changes" if pack.place in kept else "takes away"
                items.append(PolicyItem(kind="rule-pack", path=path, message=f"{verb} the rule pack {pack.shown}"))
        return items

    def _accepted(self, side: str) -> Accepted:
        """What the baselines of one side accept."""
        if side not in self._sides:
            source = self._change.before if side == "base" else self._change.after
            configurations = self._settings if side == self._rules.policy else self._configurations(side)
            self._sides[side] = Accepted(self._change.root, source, configurations, self._paths, self._day)
        return self._sides[side]

    def _baseline_items(self, pairs: Sequence[tuple[Finding, Finding]]) -> list[PolicyItem]:
        """What the change adds to the baselines."""
        try:
            after = self._accepted("head")
        except ConfigurationFault as fault:
            if self._rules.policy == "head":
                raise
            return [policies.unreadable(fault, NAME)]
        try:
            before = self._accepted("base")
        except ConfigurationFault as fault:
            if self._rules.policy == "base":
                raise
            self._review.remarks.append(f"the baseline before the change cannot be read: {fault}")
            return []
        return baseline_items(before, after, pairs)

    def _gate(self, items: Sequence[PolicyItem]) -> None:
        """Note by what the change makes the gate wider."""
        told = {(item.path, item.line, item.kind, item.message): item for item in (*items, *self._review.policy)}
        self._review.policy = sorted(told.values(), key=lambda item: (item.path, item.line or 0, item.kind, item.message))
        self._review.is_policy_failing = bool(self._review.policy) and self._rules.policy == "base" and not self._rules.allow_suppressions

    # --- verdict

    def _verdict(self, before: Result, after: Result) -> None:
        found = self._review
        unparsed = [finding for finding in after.findings if finding.rule == SYNTAX_ERROR]
        found.unparsed = len(unparsed)
        found.problems = [*after.problems, *(_of_base(problem) for problem in before.problems)]
        changed = {path for path, file in self._delta.files.items() if file.new is not None}
        if any(finding.path in changed for finding in unparsed):
            found.verdict = "incomplete"
        _judge(found, self._rules)


def _of_base(problem: Problem) -> Problem:
    return Problem(
        kind=problem.kind, path=problem.path, rule=problem.rule, detail=problem.detail, message=f"before the change: {problem.message}"
    )
