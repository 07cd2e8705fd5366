"""Runs rules over files, in one process. A fault in a rule is told and costs that rule's answer about that subject, nothing else."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import repeat
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from backend_lint.engine import stored_trees, subjects
from backend_lint.engine.context import ReportContext, applies
from backend_lint.engine.entries import RuleEntry
from backend_lint.engine.file_states import digest_of
from backend_lint.engine.offers import BUG_REPORT, Offer, Proposing, offers
from backend_lint.engine.pack_loading import pack_of
from backend_lint.engine.plan import Plan, Plans
from backend_lint.engine.registry import SYNTAX_ERROR, Registry
from backend_lint.engine.result import Problem, order
from backend_lint.engine.timings import phase
from backend_lint.engine.timings import rule as timed
from backend_lint.findings.model import Finding, Severity
from backend_lint.findings.suppression import Directive, may_contain
from backend_lint.rule import Rule
from backend_lint.semantics.roles import is_set_apart
from backend_lint.source.files import FileSource
from backend_lint.source.parse import SyntaxFault, is_accepted, parse
from backend_lint.source.statements import suppressions

if TYPE_CHECKING:
    from backend_lint.engine.cache import Session
    from backend_lint.engine.timings import Timings
    from backend_lint.fixes.proposal import Proposal
    from backend_lint.semantics.project import Module
    from backend_lint.source.nodes import Tree


class FileReport(msgspec.Struct, kw_only=True):
    """What the check of one file, or of the whole project (`path` is None), gave. `completed` are the codes of the rules that looked at all
    of it without a fault. `elsewhere` has the suppressions of other files in which findings have their cause. `rests` is what the report
    rests on, a bit set in little-endian bytes: see `semantics.memo`. `offers` are the fixes, where they were asked for."""

    path: str | None
    findings: list[Finding] = []
    directives: list[Directive] = []
    problems: list[Problem] = []
    completed: frozenset[str] = frozenset()
    elsewhere: dict[str, list[Directive]] = {}
    rests: bytes = b""
    offers: list[Offer] = []


class Reader:
    """Reads files of a project and remembers why one could not be read."""

    def __init__(self, read: Callable[[str], bytes], timings: Timings | None = None) -> None:
        self._read = read
        self._timings = timings
        self.faults: dict[str, str] = {}

    def __call__(self, path: str) -> bytes:
        try:
            with phase(self._timings, "read"):
                return self._read(path)
        except OSError as fault:
            self.faults[path] = fault.strerror or str(fault)
            raise


class Analysis:
    """The rules of `registry` on the files of one project, whose bytes come from `source`, with what `session` has in the cache.

    `trees` are stored ones by the digests of the files. `proposing` says for what fixes are to be offered, None for nothing.
    """

    def __init__(
        self,
        root: Path,
        files: Sequence[str],
        source: FileSource,
        plans: Plans,
        registry: Registry,
        session: Session | None = None,
        timings: Timings | None = None,
        trees: Mapping[bytes, bytes] | None = None,
        proposing: Proposing | None = None,
    ) -> None:
        self.proposing = proposing
        self._trees = trees or {}
        self._plans = plans
        self._registry = registry
        self._timings = timings
        self._read = Reader(source.read if session is None else session.read, timings)
        self._parse = parse if session is None else session.parse
        listing = None if session is None else session.listing
        self.project = subjects.open_project(root, files, self._read, plans.names, source, parse=self._tree, listing=listing)
        on = plans.anywhere()
        #: Rules of packs that cannot be made, which is told once for the project.
        self._unmade: list[Problem] = []
        self._rules = [made for rule in registry.rules if rule.code in on if (made := self._make(rule)) is not None]
        #: The checks that each rule has of its own: the others need not be called.
        self._checks = {rule.code: frozenset(each for each in _CHECKS if overrides(rule, each)) for rule in self._rules}
        #: The fixes that rules have proposed, beside their findings; None while nobody asks for them.
        self._proposals: list[tuple[Finding, Proposal]] | None = None
        self._looks_at_tests = any(rule.include_tests and self._checks[rule.code] for rule in self._rules)

    def _make(self, rule: RuleEntry) -> Rule | None:
        try:
            return rule()
        except (Exception, SystemExit) as fault:
            if not rule.pack:
                raise
            self._unmade.append(internal(fault, None, rule))
            return None

    def _tree(self, path: str, data: bytes) -> Tree:
        with phase(self._timings, "parse"):
            stored = self._trees.get(digest_of(data)) if self._trees else None
            found = stored_trees.decoded(path, data, stored) if stored is not None else None
            if isinstance(found, SyntaxFault):
                raise found
            return found if found is not None else self._parse(path, data)

    def check_file(self, path: str) -> FileReport:
        """Check one of the files under check."""
        self._proposals = None if self.proposing is None else []
        with phase(self._timings, "check"):
            report, rests = self.project.memo.apart(lambda: self._check_file(path))
        report.rests = rests.to_bytes((rests.bit_length() + 7) // 8, "little")
        if self.proposing is not None and self._proposals:
            # The last of the proposals for one place counts.
            wanted = {order(finding): (finding, proposal) for finding, proposal in self._proposals}
            is_safe_only = not self.proposing.unsafe
            report.offers = offers(
                self.project.module(path).tree,
                [(finding, proposal) for finding, proposal in wanted.values() if proposal.safety == "safe" or not is_safe_only],
            )
        return report

    def _check_file(self, path: str) -> FileReport:
        plan = self._plans.of(path)
        assert plan is not None, "only files under check are checked"
        report = FileReport(path=path, findings=[], directives=[], problems=[])
        if self._is_passed_by(path, plan):
            return report
        try:
            module = self.project.module(path)
        except SyntaxFault as fault:
            if SYNTAX_ERROR in plan.enabled:
                report.findings.append(self._syntax_error(path, fault, plan))
            return report
        except OSError as fault:
            reason = self._read.faults.get(path) or fault.strerror or str(fault)
            report.problems.append(Problem(kind="unreadable", path=path, message=f"cannot read this file: {reason}"))
            return report
        except Exception as fault:
            report.problems.append(internal(fault, path))
            return report
        completed = set()
        only = self.proposing.only.get(path) if self.proposing is not None else None
        for rule in self._rules if only is None else [rule for rule in self._rules if rule.code in only]:
            if applies(rule, plan, module) and self._check_with(rule, module, report):
                completed.add(rule.code)
        report.findings = without_repeats(report.findings)
        report.completed = frozenset(completed)
        try:
            if may_contain(module.tree.text):
                report.directives = suppressions(module.tree)
            report.elsewhere = self._suppressions_at_causes(report)
        except Exception as fault:
            report.problems.append(internal(fault, path))
        return report

    def _suppressions_at_causes(self, report: FileReport) -> dict[str, list[Directive]]:
        causes = {finding.cause.path for finding in report.findings if finding.cause is not None} - {report.path, ""}
        found = {path: suppressions(module.tree) for path in sorted(causes) if (module := self.project.find(path)) is not None}
        return {path: directives for path, directives in found.items() if directives}

    def _is_passed_by(self, path: str, plan: Plan) -> bool:
        """Whether no rule looks at a file, which holds no suppressions either and can be parsed: then it need not be."""
        if plan.include_tests or self._looks_at_tests or not is_set_apart(path):
            return False
        data = self.project.bytes_of(path)
        return data is not None and not may_contain(data.decode("latin-1")) and is_accepted(data)

    def check_project(self) -> FileReport:
        """Let the rules look at the project as a whole."""
        with phase(self._timings, "check"):
            return self._check_project()

    def _check_project(self) -> FileReport:
        report = FileReport(path=None, findings=[], problems=list(self._unmade))
        faulty = set()
        for rule in self._rules:
            if overrides(rule, "check_project"):
                context = ReportContext(self.project, rule, self._plans, None, report.findings)
                with timed(self._timings, rule.code):
                    if not _guarded(rule.check_project, [(context,)], rule, None, report.problems):
                        faulty.add(rule.code)
        report.completed = frozenset(rule.code for rule in self._rules) - faulty
        return report

    def _check_with(self, rule: Rule, module: Module, report: FileReport) -> bool:
        """Whether the rule got through without a fault."""
        with timed(self._timings, rule.code):
            return self._guarded_checks(rule, module, report)

    def _guarded_checks(self, rule: Rule, module: Module, report: FileReport) -> bool:
        checks = self._checks[rule.code]
        if not checks:
            return True
        context = ReportContext(self.project, rule, self._plans, module, report.findings, self._proposals)
        path, problems = module.path, report.problems
        sound = True
        if "check_module" in checks:
            sound &= _guarded(rule.check_module, [(module, context)], rule, path, problems)
        if "check_function" in checks:
            sound &= _guarded(rule.check_function, zip(module.functions, repeat(context), strict=False), rule, path, problems)
        if "check_handler" in checks:
            try:
                handlers = subjects.handlers_in(module)
            except Exception as fault:
                problems.append(internal(fault, path, rule))
                return False
            for handler in handlers:
                context.handler = handler
                sound &= _guarded(rule.check_handler, [(handler, context)], rule, path, problems)
        return sound

    def _syntax_error(self, path: str, fault: SyntaxFault, plan: Plan) -> Finding:
        rule = self._registry.by_code[SYNTAX_ERROR]
        line, column = max(fault.line, 1), max(fault.column, 1)
        return Finding(
            rule=rule.code,
            name=rule.name,
            family=rule.family,
            severity=plan.severity_of(rule),
            message=f"this file cannot be parsed: {fault.message}",
            help="correct the syntax, or leave the file out with `exclude`",
            path=path,
            line=line,
            column=column,
            end_line=line,
            end_column=column + 1,
        )


#: The checks that are made of a file.
_CHECKS = ("check_module", "check_function", "check_handler")


def overrides(rule: Rule, method: str) -> bool:
    """Whether a rule has a check of its own by that name: the others need not be called."""
    return getattr(type(rule), method) is not getattr(Rule, method)


def _guarded(
    check: Callable[..., None], given: Iterable[tuple[object, ...]], rule: Rule, path: str | None, problems: list[Problem]
) -> bool:
    """Call `check` with each of `given`. Faults of a rule in one file are told once: they are likely to be one fault."""
    sound = True
    for arguments in given:
        try:
            check(*arguments)
        except (Exception, SystemExit) as fault:
            sound = False
            if not any(problem.rule == rule.code and problem.path == path for problem in problems):
                problems.append(internal(fault, path, rule))
    return sound


def internal(fault: BaseException, path: str | None, rule: Rule | RuleEntry | None = None) -> Problem:
    """The problem that a fault of the tool itself is, or of a rule pack."""
    pack = (rule.pack if isinstance(rule, RuleEntry) else pack_of(rule)) if rule is not None else None
    of_pack = f" of the rule pack {pack}" if pack else ""
    what = f"rule {rule.code} {rule.name}{of_pack} failed" if rule else "the analysis failed"
    remedy = f"this is a fault of {pack}, not of backend-lint" if pack else BUG_REPORT
    text = str(fault).partition("\n")[0][:200]
    lines = traceback.format_exception(type(fault), fault, fault.__traceback__)
    detail = "".join(lines if len(lines) <= 40 else [*lines[:10], "  ...\n", *lines[-25:]])
    return Problem(
        kind="internal",
        path=path,
        rule=rule.code if rule else None,
        message=f"{what}: {type(fault).__name__}{': ' + text if text else ''}; {remedy}",
        detail=detail,
    )


_RANK = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.NOTE: 2, Severity.OFF: 3}


def without_repeats(findings: Iterable[Finding]) -> list[Finding]:
    """One finding for each rule and place, the worst of them, the first of equals."""
    best: dict[tuple[object, ...], Finding] = {}
    for finding in findings:
        key = (finding.rule, finding.path, finding.line, finding.column, finding.end_line, finding.end_column)
        known = best.get(key)
        if known is None or _RANK[finding.severity] < _RANK[known.severity]:
            best[key] = finding
    return list(best.values())
