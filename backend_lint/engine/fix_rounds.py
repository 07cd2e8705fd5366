"""The files of one project under repair: candidates found, made together where they do not touch, and judged by another check."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from backend_lint.engine.analysis import BUG_REPORT, Analysis
from backend_lint.engine.baselines import Hiding
from backend_lint.engine.cache import Session
from backend_lint.engine.fix_comments import comment_fix
from backend_lint.engine.registry import Packs, load_pack
from backend_lint.engine.result import order
from backend_lint.engine.whole import assemble
from backend_lint.findings import suppression
from backend_lint.fixes.proposal import Edit, Fix, NotFixable, Proposal, apply
from backend_lint.source.decoding import encoding_of

if TYPE_CHECKING:
    from backend_lint.engine.cache_folder import Cache
    from backend_lint.engine.discovery import ProjectFiles
    from backend_lint.engine.plan import Plans
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
    """One file as a check saw it: what is shown of its findings, what all its findings count, and the fixes proposed."""

    tree: Tree | None
    shown: list[Finding]
    counts: Counter[_Key]
    proposed: list[tuple[Finding, Proposal]]
    is_sound: bool


@dataclass
class Workshop:
    """The files of a project with the texts that fixes have made so far (`texts`), by path.

    `made` are the fixes that stand, `refused` why others do not: with the finding each, in the order of the rounds.
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
    _given_up: set[_Place] = field(default_factory=set)

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
        checked = self.check(sorted(by_path)) if by_path else {}
        for path, found in by_path.items():
            tree = checked[path].tree
            if tree is None:
                continue
            fixes = (comment_fix(tree, finding, directives.get(path, ())) for finding in found)
            candidates = [Candidate(finding, fix) for finding, fix in zip(found, fixes, strict=True) if fix is not None]
            self._take(path, tree, _apart(candidates))

    # --- checking

    def check(self, paths: Sequence[str], texts: Mapping[str, bytes] | None = None, *, propose: bool = False) -> dict[str, Checked]:
        """Check some files as they are now, or with other texts; with `propose` the rules' proposals are kept."""
        source = self.files.opened(self.texts if texts is None else texts)
        session = Session(self.cache, self.files.root, source) if self.cache is not None else None
        registry = load_pack(self.pack)
        analysis = Analysis(self.files.root, self.files.all, source, self.plans, registry, session)
        analysis.proposals = [] if propose else None
        reports = {path: analysis.check_file(path) for path in paths}
        modules = {path: analysis.project.find(path) for path in paths}
        if session is not None:
            session.close()
        shown: dict[str, list[Finding]] = {path: [] for path in paths}
        for finding in assemble(self.files, self.plans, registry, list(reports.values()), self.hiding).findings:
            shown[finding.path].append(finding)
        proposals = {order(finding): proposal for finding, proposal in analysis.proposals or ()}
        found: dict[str, Checked] = {}
        for path, report in reports.items():
            module = modules[path]
            found[path] = Checked(
                tree=module.tree if module is not None else None,
                shown=shown[path],
                counts=count(report.findings),
                proposed=[(finding, proposals[order(finding)]) for finding in shown[path] if order(finding) in proposals],
                is_sound=module is not None and not report.problems,
            )
        return found

    # --- rounds

    def _round(self, paths: Sequence[str]) -> list[str]:
        """Make what can be made at once in some files; the files in which more may be done."""
        before = self.check(paths, propose=True)
        batches = {path: batch for path, found in before.items() if (batch := self._candidates(found))}
        if not batches:
            return []
        texts = dict(self.texts)
        for path, batch in batches.items():
            data = self._text(path, before[path].tree, batch)
            if data is not None:
                texts[path] = data
        after = self.check(sorted(batches), texts)
        changed = []
        for path, batch in batches.items():
            good = batch if _is_better(before[path], after[path], batch) else self._good_ones(path, batch, before[path])
            if good:
                self._take(path, before[path].tree, good)
                changed.append(path)
        return changed

    def _candidates(self, found: Checked) -> list[Candidate]:
        """The fixes of a file that are wanted and do not touch each other."""
        wanted = []
        for finding, proposal in found.proposed:
            if (proposal.safety == "unsafe" and not self.unsafe) or _place(finding) in self._given_up:
                continue
            wanted.append((finding, proposal))
        fixes = fixes_in(found.tree, wanted, self._give_up) if found.tree is not None else []
        return _apart(fixes)

    def _good_ones(self, path: str, batch: list[Candidate], before: Checked) -> list[Candidate]:
        """Those of some fixes that do away with their findings and bring no others, each tried with the good ones before it."""
        good: list[Candidate] = []
        for candidate in batch:
            tried = [*good, candidate]
            data = self._text(path, before.tree, tried)
            if data is not None and _is_better(before, self.check([path], {**self.texts, path: data})[path], tried):
                good = tried
            else:
                self._give_up(candidate.finding, "the finding would stay, or another would come")
        return good

    def _give_up(self, finding: Finding, reason: str) -> None:
        self._given_up.add(_place(finding))
        self.refused.append((finding, reason))

    def _take(self, path: str, tree: Tree | None, candidates: list[Candidate]) -> None:
        data = self._text(path, tree, candidates)
        if data is not None and candidates:
            self.texts[path] = data
            self.made.setdefault(path, []).extend(candidates)

    def take_back(self, path: str, reason: str) -> None:
        """Leave a file as it was."""
        self.texts.pop(path, None)
        for candidate in self.made.pop(path, []):
            self._give_up(candidate.finding, reason)

    def _text(self, path: str, tree: Tree | None, candidates: Sequence[Candidate]) -> bytes | None:
        """The bytes of a file after some fixes, in its own encoding; None when that cannot spell them."""
        if tree is None:
            return None
        text = apply(tree.text, sorted({edit for candidate in candidates for edit in candidate.fix.edits}))
        data = self.texts.get(path)
        if data is None:
            data = self.files.opened().read(path)
        return encoded(text, data)


def fixes_in(
    tree: Tree, proposed: Sequence[tuple[Finding, Proposal]], tell: Callable[[Finding, str], None] = lambda finding, reason: None
) -> list[Candidate]:
    """The fixes that proposals come to in a text. `tell` is told of each that comes to none, and why."""
    if not proposed:
        return []
    from backend_lint.fixes.editing import Editing

    try:
        editing = Editing(tree)
    except NotFixable as fault:
        for finding, _ in proposed:
            tell(finding, fault.args[0])
        return []
    found = []
    for finding, proposal in proposed:
        editing.restart()
        try:
            proposal.make(editing)
            edits = editing.edits()
        except NotFixable as fault:
            tell(finding, fault.args[0])
        except RecursionError:
            tell(finding, "the file nests too deeply")
        except Exception as fault:
            tell(finding, f"{type(fault).__name__} while it was made; {BUG_REPORT}")
        else:
            found.append(Candidate(finding, Fix(proposal.title, proposal.safety, edits, finding.fingerprint)))
    return found


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
    if not after.is_sound:
        return False
    expected = Counter(before.counts)
    expected.subtract(_key(candidate.finding) for candidate in made)
    return all(amount <= expected[key] for key, amount in after.counts.items())


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
