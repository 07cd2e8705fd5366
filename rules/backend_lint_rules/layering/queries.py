"""The queries that a handler builds and runs."""

from __future__ import annotations

import re

from backend_lint.semantics import persistence
from backend_lint.semantics.calls import callee, sql_text
from backend_lint.semantics.persistence import Access
from backend_lint.source import nodes as n
from backend_lint_rules.layering.common import Reason, Surveyed, names_in

#: Health probes and questions about the server are no queries of the domain.
_PROBE = re.compile(r"\s*select\s+(?:1|version\s*\(|now\s*\(|true)", re.IGNORECASE)
#: Calls that say how rows come, not which.
_ARRANGING = frozenset({
    "order_by", "limit", "offset", "options", "distinct", "reverse", "select_related", "prefetch_related", "only", "defer", "slice",
    "using", "execution_options", "values", "values_list",
})  # fmt: skip
#: Calls that give one number.
_NUMBERS = ("count", "scalar", "aggregate", "sum", "scalar_one", "scalar_one_or_none")
#: How many queries in one handler some reviewers would move; how many make it a report when at least `NUMBERS` of them count or sum.
SOME_QUERIES, MANY_QUERIES, NUMBERS = 3, 6, 4


class QuerySurvey(Surveyed):
    """What a function builds and asks."""

    def query_reasons(self) -> list[Reason]:
        """Queries built over several statements, aggregates, many reads."""
        found: list[Reason] = []
        steps = self._query_steps()
        for name, statements in steps.items():
            conditional = self._together([s for s, is_conditional, _ in statements if is_conditional and not _only_arranges(s)])
            joined = [s for s, _, is_aggregate in statements if is_aggregate]
            if len(conditional) >= 2:
                found.append(Reason(statements[0][0], f"builds the query `{name}` with {len(conditional)} conditional filters", True))
            elif len(joined) >= 2:
                found.append(Reason(statements[0][0], f"adds joins and aggregates to the query `{name}` step by step", True))
            elif conditional or joined:
                found.append(Reason(statements[0][0], f"builds the query `{name}` over several statements", False))
        reads = [a for a in self.accesses if a.kind == "read" and a.is_direct]
        if len(reads) >= SOME_QUERIES:
            numbers = sum(self._is_number(access) for access in reads)
            found.append(Reason(reads[0].node, f"runs {len(reads)} queries", len(reads) >= MANY_QUERIES and numbers >= NUMBERS))
        return found

    def _together(self, statements: list[n.Node]) -> list[n.Node]:
        """One statement for each condition, of conditions that can hold together: of the branches of one decision the first is counted."""
        found: list[n.Node] = []
        decisions: set[int] = set()
        for statement in statements:
            decision = self._decision(statement)
            if decision in decisions:
                continue
            if not any(persistence.is_exclusive(self.function.node.body, other.start, statement.start) for other in found):
                decisions.add(decision)
                found.append(statement)
        return found

    def _decision(self, statement: n.Node) -> int:
        """Where the innermost `if` around a statement begins; -1 for none."""
        return max((node.start for node in self._ifs_around(statement)), default=-1)

    def _decides(self, statement: n.Node, first: n.Node) -> bool:
        """Whether an `if` decides on a statement that does not hold the query's first one as well."""
        return any(not node.start <= first.start < node.end for node in self._ifs_around(statement))

    def _ifs_around(self, statement: n.Node) -> list[n.If]:
        return [node for node in self.nodes if isinstance(node, n.If) and node.start <= statement.start < node.end]

    @staticmethod
    def _is_number(access: Access) -> bool:
        return isinstance(access.node, n.Call) and isinstance(access.node.func, n.Attribute) and access.node.func.attr in _NUMBERS

    def _query_steps(self) -> dict[str, list[tuple[n.Node, bool, bool]]]:
        """For each name that holds a query or its filters: the statements that add to it, whether each is conditional, and whether it joins
        or aggregates."""
        found: dict[str, list[tuple[n.Node, bool, bool]]] = {}
        begun: dict[str, n.Node] = {}
        filters = self._filter_names()
        for statement, depth in self._with_depth(self.function.node.body, 0):
            name, aggregates = self._added_to(statement, filters)
            if name is not None:
                if name not in found and name in begun:
                    found[name] = [(begun[name], False, False)]
                first = name not in found
                is_conditional = depth > 0 and not first and self._decides(statement, found[name][0][0])
                found.setdefault(name, []).append((statement, is_conditional, aggregates))
            elif isinstance(statement, n.Assign) and depth == 0:
                begun.update((target.id, statement) for target in statement.targets if isinstance(target, n.Name))
        return found

    def _added_to(self, statement: n.Stmt, filters: set[str]) -> tuple[str | None, bool]:
        """The name of the query or of the filters that a statement adds to, and whether it joins or aggregates."""
        if isinstance(statement, (n.Assign, n.AugAssign)):
            target = statement.targets[0] if isinstance(statement, n.Assign) else statement.target
            root = target.value if isinstance(target, n.Subscript) else target
            if not isinstance(root, n.Name):
                return None, False
            if isinstance(statement.value, n.Call):
                builds, aggregates = self._builds(statement.value)
                if builds and (_mentions(statement.value, root.id) or self._is_query(statement.value)):
                    return root.id, aggregates
            if root.id in filters and (isinstance(statement, n.AugAssign) or isinstance(target, n.Subscript)):
                return root.id, False
        elif isinstance(statement, n.ExprStmt) and isinstance(statement.value, n.Call):
            func = statement.value.func
            if isinstance(func, n.Attribute) and func.attr in ("append", "extend") and isinstance(func.value, n.Name):
                return (func.value.id if func.value.id in filters else None), False
        return None, False

    def _filter_names(self) -> set[str]:
        """Names that are spread into a call that builds a query: `query.filter(*conditions)`, `.filter(**criteria)`, `.filter(q)`."""
        found: set[str] = set()
        for node in self.nodes:
            if isinstance(node, n.Call) and "builds-query" in callee(node, self.function.module, self.function).effects:
                for argument in node.args:
                    if isinstance(argument.value, n.Name) and (argument.star or self._is_condition(argument.value)):
                        found.add(argument.value.id)
        return found

    def _is_condition(self, expr: n.Expr) -> bool:
        value = self.function.project.inference.value(expr, self.function.module, self.function)
        return value is not None and value.name == "django.db.models.Q"

    def _builds(self, call: n.Call) -> tuple[bool, bool]:
        """Whether a chain of calls builds a query without running it, and whether a link of it joins or aggregates."""
        builds = aggregates = False
        current: n.Expr | None = call
        while isinstance(current, n.Call):
            effects = callee(current, self.function.module, self.function).effects
            builds = builds or "builds-query" in effects
            aggregates = aggregates or "aggregates" in effects
            current = current.func.value if isinstance(current.func, n.Attribute) else None
        return builds, aggregates

    def _is_query(self, call: n.Call) -> bool:
        return "reads" not in callee(call, self.function.module, self.function).effects

    def _with_depth(self, body: list[n.Stmt], depth: int) -> list[tuple[n.Stmt, int]]:
        """Statements with the number of `if`s around them."""
        found: list[tuple[n.Stmt, int]] = []
        for statement in body:
            found.append((statement, depth))
            if isinstance(statement, n.If):
                found += self._with_depth(statement.body, depth + 1) + self._with_depth(statement.orelse, depth + 1)
            elif isinstance(statement, (n.For, n.While)):
                found += self._with_depth(statement.body, depth) + self._with_depth(statement.orelse, depth)
            elif isinstance(statement, n.With):
                found += self._with_depth(statement.body, depth)
            elif isinstance(statement, n.Try):
                found += self._with_depth(statement.body, depth) + self._with_depth(statement.orelse, depth)
                found += self._with_depth(statement.finalbody, depth)
        return found

    def raw_sql(self) -> list[Access]:
        """Direct calls that run SQL text, health probes left out."""
        found = []
        for access in self.accesses:
            if access.is_raw and access.is_direct and isinstance(access.node, n.Call):
                text = sql_text(access.node.args[0].value, self.function.module, self.function) or ""
                if not _PROBE.match(text):
                    found.append(access)
        return found


def _mentions(expr: n.Expr, name: str) -> bool:
    return name in names_in(expr)


def _only_arranges(statement: n.Node) -> bool:
    """Whether all calls that a statement adds to a query only say how its rows come: in which order, how many, with what loaded."""
    call = statement.value if isinstance(statement, n.Assign) else None
    seen = False
    while isinstance(call, n.Call) and isinstance(call.func, n.Attribute):
        if call.func.attr not in _ARRANGING:
            return False
        seen = True
        call = call.func.value
    return seen
