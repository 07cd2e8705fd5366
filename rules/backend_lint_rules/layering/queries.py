"""The queries that a handler builds and runs."""

from __future__ import annotations

import re

from backend_lint.semantics.calls import callee, sql_text
from backend_lint.semantics.persistence import Access
from backend_lint.source import nodes as n
from backend_lint_rules.layering.common import Reason, Surveyed, names_in

#: Health probes and questions about the server are no queries of the domain.
_PROBE = re.compile(r"\s*select\s+(?:1|version\s*\(|now\s*\(|true)", re.IGNORECASE)
#: Calls that give one number.
_NUMBERS = ("count", "scalar", "aggregate", "sum", "scalar_one", "scalar_one_or_none")
#: How many queries in one handler some reviewers, and from how many numbers on all reviewers, would call a report.
SOME_QUERIES, MANY_QUERIES = 3, 6


class QuerySurvey(Surveyed):
    """What a function builds and asks."""

    def query_reasons(self) -> list[Reason]:
        """Queries built over several statements, aggregates, many reads."""
        found: list[Reason] = []
        steps = self._query_steps()
        for name, statements in steps.items():
            conditional = [s for s, is_conditional, _ in statements if is_conditional]
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
            found.append(Reason(reads[0].node, f"runs {len(reads)} queries", numbers >= MANY_QUERIES))
        return found

    @staticmethod
    def _is_number(access: Access) -> bool:
        return isinstance(access.node, n.Call) and isinstance(access.node.func, n.Attribute) and access.node.func.attr in _NUMBERS

    def _query_steps(self) -> dict[str, list[tuple[n.Node, bool, bool]]]:
        """For each name that holds a query or its filters: the statements that add to it, whether each is conditional, and whether it joins
        or aggregates."""
        found: dict[str, list[tuple[n.Node, bool, bool]]] = {}
        filters = self._filternames_in()
        for statement, depth in self._with_depth(self.function.node.body, 0):
            name: str | None = None
            aggregates = False
            if isinstance(statement, (n.Assign, n.AugAssign)):
                target = statement.targets[0] if isinstance(statement, n.Assign) else statement.target
                root = target.value if isinstance(target, n.Subscript) else target
                if isinstance(root, n.Name):
                    if isinstance(statement.value, n.Call) and "." not in root.id:
                        builds, aggregates = self._builds(statement.value)
                        if builds and (root.id in found or _mentions(statement.value, root.id) or self._is_query(statement.value)):
                            name = root.id
                    if name is None and root.id in filters and (isinstance(statement, n.AugAssign) or isinstance(target, n.Subscript)):
                        name = root.id
            elif isinstance(statement, n.ExprStmt) and isinstance(statement.value, n.Call):
                func = statement.value.func
                if isinstance(func, n.Attribute) and func.attr in ("append", "extend") and isinstance(func.value, n.Name):
                    name = func.value.id if func.value.id in filters else None
            if name is not None:
                first = name not in found
                found.setdefault(name, []).append((statement, depth > 0 and not first, aggregates))
        return found

    def _filternames_in(self) -> set[str]:
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
        current: n.Expr = call
        while isinstance(current, n.Call):
            effects = callee(current, self.function.module, self.function).effects
            builds = builds or "builds-query" in effects
            aggregates = aggregates or "aggregates" in effects
            current = current.func.value if isinstance(current.func, n.Attribute) else n.Pass(0, 0)  # type: ignore[assignment]
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
