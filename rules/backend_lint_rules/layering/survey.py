"""What a handler does besides reading the request, authorising, calling a service and shaping the response.

One survey a function, from which all layering rules read: its accesses (see `backend_lint.semantics.persistence`), the queries it builds,
the loops that change records, the branches on domain state, and what it computes.
"""

from __future__ import annotations

import re

from backend_lint.semantics import persistence
from backend_lint.semantics.calls import callee
from backend_lint.semantics.effects import of_function
from backend_lint.semantics.persistence import Access
from backend_lint.semantics.project import Function
from backend_lint.source import nodes as n
from backend_lint_rules.layering.common import STATEMENTS, Reason, short
from backend_lint_rules.layering.domain import DomainSurvey
from backend_lint_rules.layering.queries import QuerySurvey

#: How long a project function is at most, in statements, that only stores what it is given.
_REPOSITORY_LENGTH = 12
#: Records of what happened, written beside the thing itself.
_TRAIL = re.compile(r"(?:Log|Audit|AuditEntry|AuditEvent|History|Activity|LogEntry)$")


class Survey(QuerySurvey, DomainSurvey):
    """The survey of one function."""

    def writes(self) -> list[Access]:
        """Writes made here: one for each statement that writes, changes of a row's attributes counted once a row."""
        found: list[Access] = []
        changed: set[str | None] = set()
        commits = any(access.kind == "commit" for access in self.accesses)
        for access in self.accesses:
            if access.kind == "write" and self.is_own(access):
                found.append(access)
            elif access.kind == "change" and commits and access.subject not in changed:
                changed.add(access.subject)
                found.append(access)
        return found

    def is_own(self, access: Access) -> bool:
        """Whether a write is made here, or through a repository: a project function that itself writes and does nothing else of note."""
        if access.is_direct:
            return True
        if access.origin is None or len(access.origin.steps) > 2 or not isinstance(access.node, n.Call):
            return False
        target = callee(access.node, self.function.module, self.function).function
        if target is None:
            return False
        held = of_function(target)
        if "writes" not in held.own and ("commits" not in held or "writes" in held):
            return False
        length = sum(isinstance(node, STATEMENTS) for node in n.walk_scope(target.node.body))
        return "outbound" not in held and "email" not in held and length <= _REPOSITORY_LENGTH

    def write_reasons(self) -> list[Reason]:
        """Writes to two tables on one path."""
        body = self.function.node.body
        writes = self.writes()
        found: list[Reason] = []
        for index, second in enumerate(writes):
            for first in writes[:index]:
                if first.subject is None or second.subject is None or first.subject == second.subject:
                    continue
                if persistence.is_exclusive(body, first.node.start, second.node.start):
                    continue
                decided = first.is_direct or second.is_direct or self._is_conditional(second) or bool(self.branch_reasons())
                is_trail = _TRAIL.search(first.subject) or _TRAIL.search(second.subject)
                is_clear = decided and not is_trail and not self._are_of_two_forms(first, second)
                text = f"writes {short(first.subject)} and {short(second.subject)}"
                found.append(Reason(second.node, text, is_clear))
        return sorted(found, key=lambda reason: not reason.is_clear)[:1]

    def _are_of_two_forms(self, first: Access, second: Access) -> bool:
        """Whether a page tells its forms apart by a field that only one of them sends: `if "leave" in request.POST`, then `if "rename" in
        request.POST`. A request sends one form, so that only one of the writes is made."""
        one, other = self._fields_before(first), self._fields_before(second)
        return bool(one) and bool(other) and one.isdisjoint(other) and {form for form, _ in one} == {form for form, _ in other}

    def _fields_before(self, access: Access) -> set[tuple[str, str]]:
        """The forms and fields whose presence the branches around an access ask for."""
        offset = access.node.start
        found: set[tuple[str, str]] = set()
        for node in self.nodes:
            if isinstance(node, n.If) and node.body[0].start <= offset < node.body[-1].end:
                parts = node.test.values if isinstance(node.test, n.BoolOp) and node.test.op == "and" else [node.test]
                for part in parts:
                    if isinstance(part, n.Compare) and part.ops == ["in"] and isinstance(part.left, n.Constant) and part.left.kind == "str":
                        form = part.comparators[0]
                        if isinstance(form, n.Attribute) and form.attr in ("POST", "form"):
                            found.add((self.function.module.tree.source_of(form), part.left.value))
        return found

    def _is_conditional(self, access: Access) -> bool:
        """Whether an access stands in a branch: the function decides whether it is made."""
        offset = access.node.start
        return any(
            isinstance(node, n.If) and any(block and block[0].start <= offset < block[-1].end for block in (node.body, node.orelse))
            for node in self.nodes
        )

    def orchestration_reasons(self) -> list[Reason]:
        """A write and a call to another service on one path; clear when one of them is made, or the record changed, here."""
        body = self.function.node.body
        writes = [access for access in self.accesses if access.kind in ("write", "commit")]
        calls = [access for access in self.accesses if access.kind in ("outbound", "email")]
        changes = any(access.kind == "change" for access in self.accesses)
        found: list[Reason] = []
        for call in calls:
            for write in writes:
                if write.node is call.node or persistence.is_exclusive(body, *sorted((write.node.start, call.node.start))):
                    continue
                if write.kind == "commit" and not write.is_direct:
                    continue
                what = "sends mail" if call.kind == "email" else "calls another service"
                is_clear = write.is_direct or call.is_direct or changes
                found.append(Reason(call.node, f"writes to the database and {what}", is_clear))
        return sorted(found, key=lambda reason: not reason.is_clear)[:1]


def survey(function: Function) -> Survey:
    """The survey of a function, made once."""
    return function.project.remember(("survey", id(function)), lambda: Survey(function))
