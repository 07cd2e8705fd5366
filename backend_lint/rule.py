"""The authoring API: what a rule is and what it may ask.

A rule is a class in a file of its own. Its docstring is its documentation (see `docs/writing-rules.md` for the sections); its `check_*`
methods look at a file, a function, a handler or the whole project and report what they find:

    class DebugEnabled(Rule):
        \"\"\"...\"\"\"

        code = "BL303"
        name = "debug-enabled"
        family = "exposure"
        severity = Severity.ERROR

        def check_module(self, module: Module, context: Context) -> None:
            ...
            context.report(call, "Flask runs in debug mode", help="read it from the environment")

A rule keeps no state between files: the engine may run it in several processes, and in any order.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, Protocol

from backend_lint.findings.model import Severity, Step

if TYPE_CHECKING:
    from backend_lint.fixes.proposal import Proposal
    from backend_lint.frameworks.model import Handler
    from backend_lint.semantics.project import Function, Module, Project
    from backend_lint.source.nodes import Node

__all__ = ["Cause", "Context", "Rule", "Severity", "Step"]


class Cause(NamedTuple):
    """Where one change does away with a finding and with all others of the same cause: a helper that blocks, and not each of its callers.

    `step` names the place, mostly the last of the trace; None stands for something that the whole project lacks. `message` says what is
    wrong there, the same for all findings of the cause, and `help` what to do there.
    """

    step: Step | None
    message: str
    help: str


class Context(Protocol):
    """What a rule gets besides its subject: the way to report, and its configuration."""

    @property
    def project(self) -> Project: ...

    def option(self, key: str) -> Any:
        """The configured value of one of the rule's `options`, or its default. Raises KeyError for a key the rule does not declare."""
        ...

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
        """Report `node`.

        `note` marks what reviewers would disagree about: shown on request, failing nothing. `severity` overrides the rule's own for this
        finding. `function` is the enclosing function when the check method's subject does not say it; `handler` names the framework;
        `module` is the file that holds `node` when it is another than the one under check (`check_project`). `end` shortens the marked
        span to that offset: pass `function.node.name_end` with `function.node` to mark a header and not a body.
        `fix` is a change of the same file that does away with the finding (`backend_lint.fixes`); it is carried out on request only.
        `cause` is where the finding comes from, when that is another place: findings of one cause are shown as one, there.
        """
        ...


class Rule:
    """Base class of all rules. Override one or more of the `check_*` methods; each is called for every subject in the files under check."""

    code: ClassVar[str]
    name: ClassVar[str]
    family: ClassVar[str]
    severity: ClassVar[Severity]
    fixable: ClassVar[bool] = False
    #: Whether the rule is still on trial: it runs only when its own code or name is selected, or when preview rules are asked for.
    preview: ClassVar[bool] = False
    #: Whether its findings are places where failures vanish: an `except` around code that was there before widens a review's gate.
    silences: ClassVar[bool] = False
    #: Whether findings may have their cause in other files: a comment there is called unused only where all of the project is checked.
    caused_elsewhere: ClassVar[bool] = False
    #: Configurable values: key in `[tool.backend-lint.rules.<name>]` -> default. The default's type is the type that is accepted.
    options: ClassVar[dict[str, Any]] = {}
    #: Samples of code that the rule must be silent about, and of code whose marked lines it must report: see `backend_lint.testing`.
    VALID: ClassVar[Sequence[str | Mapping[str, str]]] = ()
    INVALID: ClassVar[Sequence[str | Mapping[str, str]]] = ()
    #: Whether the rule looks at tests, migrations and examples too (False: the engine does not show it those files).
    include_tests: ClassVar[bool] = False

    def check_module(self, module: Module, context: Context) -> None:
        """Called once a file under check."""

    def check_function(self, function: Function, context: Context) -> None:
        """Called for each function and method, nested ones too, in source order."""

    def check_handler(self, handler: Handler, context: Context) -> None:
        """Called for each handler whose function stands in a file under check."""

    def check_project(self, context: Context) -> None:
        """Called once a run, after the files. Findings in files that are not under check are dropped."""
