"""The rules' side of the engine: turns what they report into findings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from backend_lint.engine import subjects
from backend_lint.findings.model import Finding, RootCause, Severity, Step
from backend_lint.source.statements import statement_text

if TYPE_CHECKING:
    from backend_lint.engine.plan import Plan, Plans
    from backend_lint.fixes.proposal import Proposal
    from backend_lint.frameworks.model import Handler
    from backend_lint.rule import Cause, Rule
    from backend_lint.semantics.project import Function, Module, Project
    from backend_lint.source.nodes import Node


class ReportContext:
    """A `backend_lint.rule.Context` for one rule. `findings` collects what it reports.

    `module` is the file under check, None while the rule looks at the whole project; `handler` is the subject of `check_handler`.
    `proposals` collects the fixes that the rule proposes, beside their findings, when fixes are asked for.
    """

    def __init__(
        self,
        project: Project,
        rule: Rule,
        plans: Plans,
        module: Module | None,
        findings: list[Finding],
        proposals: list[tuple[Finding, Proposal]] | None = None,
    ) -> None:
        self._project = project
        self._rule = rule
        self._plans = plans
        self._module = module
        self._plan = (plans.of(module.path) if module is not None else None) or plans.plans[0]
        self._findings = findings
        self._proposals = proposals
        self.handler: Handler | None = None

    @property
    def project(self) -> Project:
        return self._project

    def option(self, key: str) -> Any:
        default = self._rule.options[key]
        return self._plan.options.get(self._rule.code, {}).get(key, default)

    def report(
        self,
        node: Node,
        message: str,
        *,
        help: str,  # noqa: A002 - the output's own word
        note: bool = False,
        severity: Severity | None = None,
        trace: Sequence[Step] = (),
        function: Function | None = None,
        handler: Handler | None = None,
        module: Module | None = None,
        end: int | None = None,
        fix: Proposal | None = None,
        cause: Cause | None = None,
    ) -> None:
        _check_texts(message, help)
        handler = handler or self.handler
        holder = module or (function.module if function else None) or self._module or (handler.function.module if handler else None)
        if holder is None:
            raise ValueError(f"{self._rule.code} reports a node without saying which module holds it")
        plan = self._plans.of(holder.path)
        if plan is None or not applies(self._rule, plan, holder):
            return
        tree = holder.tree
        stop = node.end if end is None else min(end, node.end)
        line, column = tree.position(node.start)
        end_line, end_column = tree.position(max(stop, node.start))
        owner = function or holder.function_at(node.start)
        finding = Finding(
            rule=self._rule.code,
            name=self._rule.name,
            family=self._rule.family,
            severity=_severity(plan, self._rule, note, severity),
            message=message,
            help=help,
            path=holder.path,
            line=line,
            column=column,
            end_line=end_line,
            end_column=end_column,
            function=owner.qualname if owner else None,
            framework=_framework(handler, owner),
            trace=tuple(trace),
            fixable=fix is not None,
            fix=fix.safety if fix is not None else None,
            statement=statement_text(tree, node.start, max(stop, node.start)),
            cause=_root_cause(cause, self._project, (holder.path, line)) if cause is not None else None,
        )
        self._findings.append(finding)
        if fix is not None and self._proposals is not None:
            self._proposals.append((finding, fix))


def _check_texts(*texts: object) -> None:
    """Raise TypeError unless these are texts: what is none would make the reports fail, with all that others have found."""
    for text in texts:
        if not isinstance(text, str):
            raise TypeError(f"a message or help is of type {type(text).__name__}, and no text")


#: Files that rules are not shown unless they or the user ask for them.
_SET_APART = frozenset({"test", "migration", "example", "generated"})


def applies(rule: Rule, plan: Plan, module: Module) -> bool:
    """Whether a rule looks at a file: it is on there, and the file is not set apart (a test, a migration, an example, generated)."""
    return rule.code in plan.enabled and (rule.include_tests or plan.include_tests or module.role not in _SET_APART)


def _root_cause(cause: Cause, project: Project, own: tuple[str, int]) -> RootCause | None:
    """A cause with its place: what stands on the line of its step. None where that is the line of the finding itself."""
    if cause.step is None:
        return RootCause(message=cause.message, help=cause.help)
    module = project.find(cause.step.path)
    if module is None or (cause.step.path, cause.step.line) == own:
        return None
    tree, number = module.tree, cause.step.line
    begin = tree.line_starts[number - 1]
    line = tree.text[begin : tree.line_starts[number] if number < len(tree.line_starts) else len(tree.text)]
    start = begin + len(line) - len(line.lstrip())
    stop = max(start, begin + len(line.rstrip()))
    owner = module.function_at(start)
    return RootCause(
        message=cause.message,
        help=cause.help,
        path=cause.step.path,
        line=number,
        column=start - begin + 1,
        end_line=number,
        end_column=stop - begin + 1,
        function=owner.qualname if owner is not None else None,
        statement=statement_text(tree, start, stop),
    )


def _severity(plan: Plan, rule: Rule, note: bool, given: Severity | None) -> Severity:
    if note or given is Severity.NOTE:
        return Severity.NOTE
    return plan.severity_of(rule, given)


def _framework(handler: Handler | None, owner: Function | None) -> str | None:
    """The framework of the handler that was named, or else of the one that encloses the place. A fault in finding handlers is told where
    they are a rule's subjects; here it must not cost a finding."""
    try:
        while handler is None and owner is not None:
            handler = subjects.handler_of(owner)
            owner = owner.parent
    except Exception:
        return None
    return handler.framework if handler else None
