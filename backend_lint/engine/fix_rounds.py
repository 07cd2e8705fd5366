"""The files of one project under repair: candidates found, made together where they do not touch, and judged by another check."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from backend_lint.engine.baselines import Hiding
from backend_lint.engine.fix_comments import comment_fix
from backend_lint.engine.rechecks import Rechecks, Seen
from backend_lint.engine.registry import Packs
from backend_lint.engine.result import order
from backend_lint.findings import suppression
from backend_lint.fixes.proposal import Edit, Fix, apply
from backend_lint.source.decoding import Undecodable, decode, encoding_of
from backend_lint.source.parse import SyntaxFault, is_accepted, parse

if TYPE_CHECKING:
    from backend_lint.engine.analysis import FileReport
    from backend_lint.engine.cache_folder import Cache
    from backend_lint.engine.discovery import ProjectFiles
    from backend_lint.engine.plan import Plans
    from backend_lint.engine.result import Result
    from backend_lint.engine.runner import Progress
    from backend_lint.engine.timings import Timings
    from backend_lint.findings.model import Finding
    from backend_lint.source.nodes import Tree

#: How often the files are checked again before what still changes is left as it is. Each round makes what touched the one before.
MAX_ROUNDS = 12

#: What findings are counted by, before and after: rule, file, function, severity.
_Key = tuple[str, str, str, str]
#: What a fix that was taken back is known by in later rounds, when lines have moved.
_Place = tuple[str, str, str, str]


@dataclass(frozen=True)
class Candidate:
    """A fix and the finding that it is for."""

    finding: Finding
    fix: Fix


@dataclass
class Checked:
    """One file as a check saw it: its text, None where that cannot be read, what is shown of its findings, what all its findings count, the
    fixes offered, and why others were not."""

    text: str | None
    shown: list[Finding]
    counts: Counter[_Key]
    offered: list[Candidate]
    unoffered: list[tuple[Finding, str]]
    is_sound: bool


@dataclass
class Workshop:
    """The files of a project with the texts that fixes have made so far (`texts`), by path.

    `made` are the fixes that stand, `refused` why others do not: with the finding each, in the order of the rounds. The others say how to
    check, as for `Rechecks`.
    """

    files: ProjectFiles
    plans: Plans
    pack: Packs
    hiding: Hiding
    cache: Cache | None = None
    unsafe: bool = False
    texts: dict[str, bytes] = field(default_factory=dict)
    made: dict[str, list[Candidate]] = field(default_factory=dict)
    refused: list[tuple[Finding, str]] = field(default_factory=list)
    jobs: int | None = None
    progress: Progress | None = None
    timings: Timings | None = None
    _given_up: set[_Place] = field(default_factory=set)

    @cached_property
    def checks(self) -> Rechecks:
        """The checks of these files."""
        return Rechecks(self.files, self.plans, self.pack, self.hiding, self.cache, self.jobs, self.progress, self.timings)

    def whole(self) -> Result:
        """The check of all files as they are now."""
        return self.checks.whole(self.texts)

    def is_wanted(self, finding: Finding) -> bool:
        """Whether there may be a fix for a finding that was not given up yet."""
        return (finding.fix == "safe" or (self.unsafe and finding.fix == "unsafe")) and _place(finding) not in self._given_up

    def repair(self, paths: Iterable[str]) -> None:
        """Make the fixes that rules propose in some files, and what these lead to."""
        wanted = sorted(paths)
        for _ in range(MAX_ROUNDS):
            if not wanted:
                return
            wanted = self._round(wanted)

    def remove_comments(self, findings: Sequence[Finding], directives: Mapping[str, Sequence[suppression.Directive]]) -> None:
        """Remove the suppressions that a check of the texts as they are has found unused."""
        by_path: dict[str, list[Finding]] = {}
        for finding in findings:
            if finding.rule == suppression.UNUSED and finding.fixable:
                by_path.setdefault(finding.path, []).append(finding)
        for path, found in by_path.items():
            tree = self._tree(path)
            if tree is None:
                continue
            fixes = (comment_fix(tree, finding, directives.get(path, ())) for finding in found)
            candidates = [Candidate(finding, fix) for finding, fix in zip(found, fixes, strict=True) if fix is not None]
            self._take(path, tree.text, _apart(candidates))

    # --- checking

    def check(
        self, paths: Sequence[str], texts: Mapping[str, bytes] | None = None, *, propose: bool = False, is_trial: bool = False
    ) -> dict[str, Checked]:
        """Check some files as they are now, or with other texts; with `propose` fixes are offered. What is found out in a trial is of no
        use to the next check."""
        texts = self.texts if texts is None else texts
        seen = self.checks.check(texts, paths, unsafe=self.unsafe if propose else None, is_trial=is_trial)
        return self._checked(seen, paths, texts)

    def _checked(self, seen: Seen, paths: Sequence[str], texts: Mapping[str, bytes]) -> dict[str, Checked]:
        shown: dict[str, list[Finding]] = {path: [] for path in paths}
        part = Seen({path: seen.reports[path] for path in paths})
        for finding in self.checks.result(part).findings:
            shown[finding.path].append(finding)
        found: dict[str, Checked] = {}
        for path in paths:
            report = seen.reports[path]
            data = self._data(path, texts)
            offers = {order(offer.finding): offer for offer in seen.offers.get(path, ())}
            pairs = [(finding, offers[order(finding)]) for finding in shown[path] if order(finding) in offers]
            found[path] = Checked(
                text=_decoded(data),
                shown=shown[path],
                counts=count(report.findings),
                offered=[_candidate(finding, offer.fix) for finding, offer in pairs if offer.fix is not None],
                unoffered=[(finding, offer.reason) for finding, offer in pairs if offer.fix is None],
                is_sound=not report.problems and _is_sound(report, path, data),
            )
        return found

    def _data(self, path: str, texts: Mapping[str, bytes]) -> bytes | None:
        found = texts.get(path)
        try:
            return found if found is not None else self.files.opened().read(path)
        except OSError:
            return None

    def _tree(self, path: str) -> Tree | None:
        data = self._data(path, self.texts)
        try:
            return None if data is None else parse(path, data)
        except SyntaxFault:
            return None

    # --- rounds

    def _round(self, paths: Sequence[str]) -> list[str]:
        """Make what can be made at once in some files; the files in which more may be done."""
        before = self.check(paths, propose=True)
        batches: dict[str, list[Candidate]] = {}
        more = []
        for path, found in before.items():
            offered = self._wanted(found)
            batch = _apart(offered)
            if batch:
                batches[path] = batch
            if len(batch) < len(offered):
                more.append(path)
        if not batches:
            return []
        texts = self._with(batches, before)
        # What else a change concerns has to be checked in the end anyway, and most rounds are the last.
        everything = self.checks.is_quick and not more
        seen = self.checks.check(texts, self.files.targets if everything else sorted(batches))
        after = self._checked(seen, sorted(batches), texts)
        worse = {path: batch for path, batch in batches.items() if not _is_better(before[path], after[path], batch)}
        good = {**batches, **self._good_ones(worse, before, after, texts)} if worse else batches
        for path, batch in good.items():
            if batch:
                self._take(path, before[path].text, batch)
        return [path for path in more if good.get(path)]

    def _wanted(self, found: Checked) -> list[Candidate]:
        """The fixes of a file that have not been given up yet."""
        for finding, reason in found.unoffered:
            if _place(finding) not in self._given_up:
                self._give_up(finding, reason)
        return [candidate for candidate in found.offered if _place(candidate.finding) not in self._given_up]

    def _with(self, batches: Mapping[str, Sequence[Candidate]], before: Mapping[str, Checked]) -> dict[str, bytes]:
        """All texts, with some fixes in some files. A file whose encoding cannot spell them stays as it is."""
        texts = dict(self.texts)
        for path, batch in batches.items():
            data = self._text(path, before[path].text, batch)
            if data is not None:
                texts[path] = data
        return texts

    def _good_ones(
        self,
        batches: Mapping[str, list[Candidate]],
        before: Mapping[str, Checked],
        after: Mapping[str, Checked],
        texts: Mapping[str, bytes],
    ) -> dict[str, list[Candidate]]:
        """Those of the fixes in some files that do away with their findings and bring no others, by path. Where all of a file's together do
        not, parts of them are tried beside the good ones: those that are likely to be good first, and ever smaller ones of the rest; in
        all files at once."""
        good: dict[str, list[Candidate]] = {path: [] for path in batches}
        parts = {path: _parts(batch, before[path], after[path]) for path, batch in batches.items()}
        while any(parts.values()):
            tried = {path: waiting.pop(0) for path, waiting in parts.items() if waiting}
            alone = {path: part[0] for path, part in tried.items() if len(part) == len(batches[path]) == 1}
            for path, candidate in alone.items():
                # It has been tried already.
                self._give_up(candidate.finding, _REFUSED)
                del tried[path]
            if not tried:
                continue
            trial = {**texts, **self._with({path: [*good[path], *tried.get(path, ())] for path in batches}, before)}
            checked = self.check(sorted(tried), trial, is_trial=True)
            for path, part in tried.items():
                if self._text(path, before[path].text, part) is not None and _is_better(before[path], checked[path], [*good[path], *part]):
                    good[path] += part
                elif len(part) == 1:
                    self._give_up(part[0].finding, _REFUSED)
                else:
                    parts[path][:0] = _halves(part)
        return good

    def _give_up(self, finding: Finding, reason: str) -> None:
        self._given_up.add(_place(finding))
        self.refused.append((finding, reason))

    def _take(self, path: str, text: str | None, candidates: list[Candidate]) -> None:
        data = self._text(path, text, candidates)
        if data is not None and candidates:
            self.texts[path] = data
            self.made.setdefault(path, []).extend(candidates)

    def take_back(self, path: str, reason: str) -> None:
        """Leave a file as it was."""
        self.texts.pop(path, None)
        for candidate in self.made.pop(path, []):
            self._give_up(candidate.finding, reason)

    def _text(self, path: str, text: str | None, candidates: Sequence[Candidate]) -> bytes | None:
        """The bytes of a file after some fixes, in its own encoding; None when that cannot spell them."""
        data = self._data(path, self.texts)
        if text is None or data is None:
            return None
        return encoded(apply(text, sorted({edit for candidate in candidates for edit in candidate.fix.edits})), data)


_REFUSED = "the finding would stay, or another would come"


def _candidate(finding: Finding, fix: Fix) -> Candidate:
    return Candidate(finding, Fix(fix.title, fix.safety, fix.edits, finding.fingerprint))


def _decoded(data: bytes | None) -> str | None:
    try:
        return None if data is None else decode(data)
    except Undecodable:
        return None


def _is_sound(report: FileReport, path: str, data: bytes | None) -> bool:
    """Whether a file can be parsed. Where a rule has looked at it, it could."""
    if report.completed or data is None:
        return data is not None
    try:
        return is_accepted(data) or parse(path, data) is not None
    except SyntaxFault:
        return False


def _parts(batch: list[Candidate], before: Checked, after: Checked) -> list[list[Candidate]]:
    """Parts of fixes that were not good together, the likeliest to be good first: those in functions where nothing is wrong now."""
    wrong = {key[2] for key in _excess(before, after, batch)}
    fine = [candidate for candidate in batch if (candidate.finding.function or "") not in wrong]
    others = [candidate for candidate in batch if (candidate.finding.function or "") in wrong]
    return [fine, others] if fine and others else _halves(batch)


def _halves(batch: list[Candidate]) -> list[list[Candidate]]:
    middle = len(batch) // 2
    return [part for part in (batch[:middle], batch[middle:]) if part]


def encoded(text: str, data: bytes) -> bytes | None:
    """A text as the file with the bytes `data` would hold it; None when its encoding lacks a character."""
    try:
        return text.encode(encoding_of(data))
    except UnicodeError:
        return None


def count(findings: Iterable[Finding]) -> Counter[_Key]:
    """How many findings there are of a kind, wherever they stand in their function: fixes move lines and change statements."""
    return Counter(_key(finding) for finding in findings)


def _key(finding: Finding) -> _Key:
    return finding.rule, finding.path, finding.function or "", finding.severity.value


def _place(finding: Finding) -> _Place:
    return finding.rule, finding.path, finding.function or "", finding.statement


def _is_better(before: Checked, after: Checked, made: Sequence[Candidate]) -> bool:
    """Whether after some fixes their findings are gone and there are no new ones."""
    return after.is_sound and not _excess(before, after, made)


def _excess(before: Checked, after: Checked, made: Sequence[Candidate]) -> list[_Key]:
    """Of what there are more findings after some fixes than there should be."""
    expected = Counter(before.counts)
    expected.subtract(_key(candidate.finding) for candidate in made)
    return [key for key, amount in after.counts.items() if amount > expected[key]]


def _apart(candidates: Sequence[Candidate]) -> list[Candidate]:
    """The first of the fixes that touch each other. An edit that several ask for, such as an import, is one."""
    chosen: list[Candidate] = []
    taken: list[Edit] = []
    for candidate in candidates:
        new = [edit for edit in candidate.fix.edits if edit not in taken]
        if new and not any(_touch(edit, other) for edit in new for other in taken):
            chosen.append(candidate)
            taken += new
    return chosen


def _touch(one: Edit, other: Edit) -> bool:
    return one.start <= other.end and other.start <= one.end
