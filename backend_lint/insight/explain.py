"""Why a rule reports a line, or why it is silent there.

The rule is run on the file as if nothing held it back, and what it finds is compared with what a check would show. For silence, mechanisms
are asked in turn: is the place one that the rule looks at, is what is called there known, does something take care of it?
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec

from backend_lint.engine.analysis import FileReport, overrides
from backend_lint.engine.discovery import ProjectFiles
from backend_lint.engine.effective import effective
from backend_lint.engine.plan import Plan, Plans
from backend_lint.engine.whole import assemble
from backend_lint.findings.grouping import grouped
from backend_lint.findings.severity import Severity
from backend_lint.frameworks import handler_of
from backend_lint.insight import family_facts, function_facts
from backend_lint.insight.facts import place_of_function
from backend_lint.insight.model import Explanation, Fact, Place, Section
from backend_lint.insight.unknown import unknown_calls
from backend_lint.semantics.effects import callers, calls_in
from backend_lint.source.parse import SyntaxFault

if TYPE_CHECKING:
    from backend_lint.engine.entries import RuleEntry
    from backend_lint.engine.result import Result
    from backend_lint.findings.comments import Directive
    from backend_lint.findings.model import Finding
    from backend_lint.insight.opening import Opened
    from backend_lint.rule import Rule
    from backend_lint.semantics.project import Function, Module, Project

#: Files that rules are not shown unless they or the user ask for them.
_SET_APART = frozenset({"test", "migration", "example", "generated"})

#: How many functions that call the one at a place are looked at.
_MAX_CALLERS = 200


class NoSuchLine(Exception):
    """The file has no such line; `args[0]` is the message."""


def explain(opened: Opened, entry: RuleEntry, path: str, line: int) -> Explanation:
    """What a rule makes of a line of a file, which is one of the targets. Raises `NoSuchLine`, `ConfigurationFault`."""
    plan = opened.plans.of(path)
    assert plan is not None, "the file is a target"
    forced = _forced(entry, plan)
    plans = Plans(plans=(forced,), index=dict.fromkeys(opened.files.all, 0), names=opened.plans.names)
    analysis = opened.analysis(plans)
    module = analysis.project.find(path)
    function = _function_at(module, line) if module is not None else None
    paths = [path, *(_calling_files(function) if entry.caused_elsewhere and function is not None else ())]
    reports = [analysis.check_file(each) for each in dict.fromkeys(paths)] + [analysis.check_project()]
    alone = ProjectFiles(root=opened.root, targets=tuple(report.path for report in reports if report.path), source=opened.files.source)
    result = assemble(alone, plans, opened.registry, reports, opened.every.hiding(opened.files))
    lines = module.tree.text.splitlines() if module is not None else []
    if module is not None and not 1 <= line <= len(lines):
        raise NoSuchLine(f"{path} has {len(lines)} lines")
    source = lines[line - 1].strip() if module is not None else ""
    every = [finding for finding in (*result.findings, *result.hidden, *result.baselined) if finding.rule == entry.code]
    here = [finding for finding in every if finding.path == path and finding.line <= line <= finding.end_line]
    caused = [finding for finding in every if _is_caused_at(finding, path, line)]
    if len(caused) > 1:
        # Reports show them here, as one.
        here += [finding for finding in caused if not any(finding is each for each in here)]
    held = list(held_back(opened, entry, path, plan, module))
    held.extend(_hidden(opened, result, here, plan, reports[0]))
    sections: list[Section] = []
    reasons = held
    if module is not None:
        if not here:
            reasons = [*held, *_silent(entry, module, function, line, every, reports)]
        if function is not None:
            sections.append(function_facts.of_function(function))
        sections.append(function_facts.of_line(module, line))
        sections.extend(family_facts.of_family(entry.family, module, function, line))
    else:
        reasons = [*held, *_unparsed(analysis.project, path), *_problems(reports)]
    return Explanation(
        code=entry.code,
        name=entry.name,
        family=entry.family,
        place=Place(path, line),
        source=source,
        function=function.qualname if function is not None else None,
        verdict="silent" if not here else "hidden" if held else "reported",
        findings=tuple(grouped(here)),
        reasons=tuple(reasons),
        sections=tuple(section for section in sections if section.facts),
        elsewhere=tuple(_elsewhere(every, here, path, function)),
    )


def _forced(entry: RuleEntry, plan: Plan) -> Plan:
    """The plan of the file with the rule on and nothing hidden that depends on the plan."""
    severity = {code: each for code, each in plan.severity.items() if each is not Severity.OFF}
    # Rules about suppressions ask what the other rules find.
    enabled = plan.enabled | {entry.code} if entry.family == "general" else frozenset({entry.code})
    return msgspec.structs.replace(plan, enabled=enabled, severity=severity, pedantic=True, include_tests=True)


def _is_caused_at(finding: Finding, path: str, line: int) -> bool:
    """Whether a finding has its cause at a line."""
    cause = finding.cause
    return cause is not None and cause.path == path and cause.line <= line <= max(cause.line, cause.end_line)


def _calling_files(function: Function) -> list[str]:
    """The files from which a function is called, directly or through others: its findings may stand there."""
    seen = {id(function): function}
    pending = [function]
    while pending and len(seen) < _MAX_CALLERS:
        for caller, _ in callers(pending.pop()):
            if id(caller) not in seen:
                seen[id(caller)] = caller
                pending.append(caller)
    return sorted({each.module.path for each in seen.values() if each.module.role not in _SET_APART})


def _function_at(module: Module, line: int) -> Function | None:
    """The innermost function that a line belongs to; the line of a decorator belongs to what it decorates."""
    found = None
    for function in module.functions:
        first = module.tree.line(function.node.start)
        last = module.tree.line(max(function.node.end - 1, function.node.start))
        if first <= line <= last:
            found = function
    return found


# --- what holds back what a rule finds


def held_back(opened: Opened, entry: RuleEntry, path: str, plan: Plan, module: Module | None) -> Iterator[Fact]:
    """Why a check would not show the rule this file."""
    if opened.configurations.excluded(path):
        yield Fact(text="the configuration leaves the file out (`exclude`): a check of its folder does not look at it")
    if entry.code not in plan.enabled:
        yield _off(opened, entry, path)
    if module is not None and module.role in _SET_APART and not entry.include_tests and not plan.include_tests:
        yield Fact(
            text=f"the file is {function_facts.role_text(module)}: rules are not shown it without --include-tests or `include-tests`"
        )


def _off(opened: Opened, entry: RuleEntry, path: str) -> Fact:
    state = next((each for each in effective(opened.configurations, opened.registry, path).rules if each.rule.code == entry.code), None)
    if state is not None and state.origin.file:
        where = f"{state.origin.file}:{state.origin.line}" if state.origin.line is not None else state.origin.file
        return Fact(text=f"the rule is off for this file: {state.origin.key} ({where})")
    if entry.preview:
        return Fact(text="the rule is on trial, and off until it is selected by its code or name or preview rules are asked for")
    if entry.severity is Severity.OFF:
        return Fact(text="the rule is off unless it is selected")
    return Fact(text="the rule is off for this file, by the command line")


def _hidden(opened: Opened, result: Result, here: list[Finding], plan: Plan, report: FileReport) -> Iterator[Fact]:
    """Why findings at the place would not be shown, if they would not."""
    for finding in here:
        if any(finding is each for each in result.hidden):
            yield from (
                Fact(text=f"a comment hides it: {directive.text.strip()}", place=Place(finding.path, directive.line))
                for directive in report.directives
                if _covers(directive, finding)
            )
        elif any(finding is each for each in result.baselined):
            place = opened.every.baselines(opened.files).of_file(finding.path)
            yield Fact(text=f"the baseline hides it: {place.shown}")
        elif finding.severity is Severity.NOTE and not plan.pedantic:
            yield Fact(text="it is a note, which reviewers would disagree about: shown with --pedantic")


def _covers(directive: Directive, finding: Finding) -> bool:
    names = {finding.rule.casefold(), finding.name, finding.family, "all"}
    named = not directive.codes or any(
        code.casefold() in names or finding.rule.casefold().startswith(code.casefold()) for code in directive.codes
    )
    return directive.first <= finding.line <= directive.last and (named or directive.kind == "noqa")


# --- why there is nothing


def _silent(
    entry: RuleEntry, module: Module, function: Function | None, line: int, every: list[Finding], reports: list[FileReport]
) -> Iterator[Fact]:
    """Why a rule that was shown the file finds nothing at a line; at least one reason."""
    count = 0
    for fact in _reasons(entry, module, function, line, every, reports):
        count += 1
        yield fact
    if not count:
        yield Fact(text="nothing here is what the rule looks for: see the facts below and when it does not flag")


def _reasons(
    entry: RuleEntry, module: Module, function: Function | None, line: int, every: list[Finding], reports: list[FileReport]
) -> Iterator[Fact]:
    yield from _problems(reports)
    for finding in every:
        if any(step.path == module.path and step.line == line for step in finding.trace):
            yield Fact(text=f"the line is a step of a finding elsewhere: {finding.message}", place=Place(finding.path, finding.line))
    if not module.tree.text.splitlines()[line - 1].strip():
        yield Fact(text="the line is empty")
        return
    rule = entry()
    if function is None:
        if overrides(rule, "check_module") or overrides(rule, "check_project"):
            yield Fact(text="the line stands in no function: it runs when the module is imported")
        else:
            yield Fact(text=f"the rule looks at {_subjects(rule)}, and the line stands in no function")
    elif not overrides(rule, "check_module") and not overrides(rule, "check_function") and overrides(rule, "check_handler"):
        if handler_of(function) is None:
            yield Fact(text=f"the rule looks at handlers, and {function.qualname} is none", place=place_of_function(function))
    if module.role != "application" and module.role not in _SET_APART:
        yield Fact(text=f"the file is {function_facts.role_text(module)}, where many things are as they should be")
    calls = function_facts.calls_at(module, line)
    for _, fact in unknown_calls(module, calls):
        yield Fact(text=f"unknown is silence: {fact.text}", place=fact.place)
    for fact in family_facts.guards(module, function, line) if entry.family in ("errors", "database-errors", "validation") else ():
        yield Fact(text=f"a guard covers it: {fact.text}", place=fact.place)
    if function is not None and not calls:
        hidden = [fact for _, fact in unknown_calls(module, [(call, function) for call, _ in calls_in(function)])]
        if hidden:
            yield Fact(text=f"in this function {len(hidden)} calls are unknown, and so are their effects", steps=tuple(hidden[:5]))


def _subjects(rule: Rule) -> str:
    return "handlers" if overrides(rule, "check_handler") and not overrides(rule, "check_function") else "functions"


def _unparsed(project: Project, path: str) -> Iterator[Fact]:
    try:
        project.module(path)
    except SyntaxFault as fault:
        yield Fact(text=f"the file cannot be parsed: {fault.message}", place=Place(path, max(fault.line, 1)))
    except OSError:
        yield Fact(text="the file cannot be read")


def _problems(reports: list[FileReport]) -> Iterator[Fact]:
    for report in reports:
        for problem in report.problems:
            yield Fact(text=problem.message, place=Place(problem.path, 1) if problem.path else None)


def _elsewhere(every: list[Finding], here: list[Finding], path: str, function: Function | None) -> Iterator[Finding]:
    """The rule's other findings in the function; where there are none, in the file."""
    others = [finding for finding in every if finding.path == path and not any(finding is each for each in here)]
    own = [finding for finding in others if function is not None and finding.function == function.qualname]
    yield from own or others[:5]
