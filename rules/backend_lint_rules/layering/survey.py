"""What a handler does besides reading the request, authorising, calling a service and shaping the response.

One survey a function, from which all layering rules read: its accesses (see `backend_lint.semantics.persistence`), the queries it builds, the
loops that change records, the branches on domain state, and what it computes.
"""

from __future__ import annotations

import re

from backend_lint.semantics import persistence
from backend_lint.semantics.calls import callee
from backend_lint.semantics.effects import of_function
from backend_lint.semantics.persistence import Access
from backend_lint.semantics.project import Function
from backend_lint.source import nodes as n

#: Paging arithmetic is the route's own business.
_PAGING = re.compile(r"page|limit|offset|skip|size|total|count|start|end|index|length|len\b|elapsed|time|duration|second", re.IGNORECASE)
#: How long a handler with one domain branch may be before the branch counts, in statements.
SHORT = 12


class Reason:
    """One thing a reviewer would point at: `node`, what it is, and whether all or only some reviewers would ask for a change."""

    __slots__ = ("is_clear", "node", "text")

    def __init__(self, node: n.Node, text: str, is_clear: bool) -> None:
        self.node = node
        self.text = text
        self.is_clear = is_clear


class Survey:
    """The survey of one function."""

    def __init__(self, function: Function) -> None:
        self.function = function
        self.accesses = persistence.accesses(function)
        self.nodes = list(n.walk_scope(function.node.body))
        self.statements = sum(isinstance(node, _STATEMENTS) for node in self.nodes)
        self._rows = self._row_names()

    # --- data access

    def writes(self) -> list[Access]:
        """Writes made here: one for each statement that writes, changes of a row's attributes counted once a row."""
        found: list[Access] = []
        changed: set[str | None] = set()
        commits = any(access.kind == "commit" for access in self.accesses)
        for access in self.accesses:
            if access.kind == "write" and (access.is_direct or self._is_repository(access)):
                found.append(access)
            elif access.kind == "change" and commits and access.subject not in changed:
                changed.add(access.subject)
                found.append(access)
        return found

    def _is_repository(self, access: Access) -> bool:
        """Whether a write through a project function is a repository's: the callee itself writes and does nothing else of note."""
        if access.origin is None or len(access.origin.steps) > 2 or not isinstance(access.node, n.Call):
            return False
        target = callee(access.node, self.function.module, self.function).function
        if target is None or "writes" not in of_function(target).own:
            return False
        held = of_function(target)
        return "outbound" not in held and "email" not in held and sum(isinstance(x, _STATEMENTS) for x in n.walk_scope(target.node.body)) <= SHORT

    def write_reasons(self) -> list[Reason]:
        """Writes to several tables, or a write and a call to another service, on one path."""
        found: list[Reason] = []
        body = self.function.node.body
        writes = self.writes()
        for index, second in enumerate(writes):
            for first in writes[:index]:
                if first.subject is None or second.subject is None or first.subject == second.subject:
                    continue
                if persistence.is_exclusive(body, first.node.start, second.node.start):
                    continue
                direct = first.is_direct or second.is_direct
                clear = direct or bool(self.branch_reasons())
                found.append(Reason(second.node, f"writes {_short(first.subject)} and {_short(second.subject)}", clear))
                break
            if found:
                break
        return found

    def orchestration_reasons(self) -> list[Reason]:
        """A write and an outbound call on one path, at least one of them made here."""
        body = self.function.node.body
        writes = [a for a in self.accesses if a.kind in ("write", "commit")]
        calls = [a for a in self.accesses if a.kind in ("outbound", "email")]
        for call in calls:
            for write in writes:
                if write.node is call.node or persistence.is_exclusive(body, *sorted((write.node.start, call.node.start))):
                    continue
                if write.kind == "commit" and not write.is_direct:
                    continue
                what = "sends mail" if call.kind == "email" else "calls another service"
                return [Reason(call.node, f"writes to the database and {what}", write.is_direct or call.is_direct)]
        return []

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
        if len(reads) >= 6:
            found.append(Reason(reads[0].node, f"runs {len(reads)} queries", True))
        elif len(reads) >= 3:
            found.append(Reason(reads[0].node, f"runs {len(reads)} queries", False))
        return found

    def _query_steps(self) -> dict[str, list[tuple[n.Node, bool, bool]]]:
        """For each name that holds a query or its filters: the statements that add to it, whether each is conditional, and whether it joins
        or aggregates."""
        found: dict[str, list[tuple[n.Node, bool, bool]]] = {}
        filters = self._filter_names()
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
        from backend_lint.semantics.calls import sql_text

        found = []
        for access in self.accesses:
            if access.is_raw and access.is_direct and isinstance(access.node, n.Call):
                text = sql_text(access.node.args[0].value, self.function.module, self.function) or ""
                if not re.match(r"\s*select\s+(?:1|version\s*\(|now\s*\(|true)", text, re.IGNORECASE):
                    found.append(access)
        return found

    # --- domain logic

    def loop_reasons(self) -> list[Reason]:
        """Loops that change or write records."""
        for node in self.nodes:
            if not isinstance(node, n.For):
                continue
            inside = [a for a in self.accesses if node.body[0].start <= a.node.start < node.body[-1].end]
            writes = [a for a in inside if a.kind in ("write", "change") and (a.is_direct or self._is_repository(a))]
            if writes:
                return [Reason(node, "changes records in a loop", True)]
            element = _names(node.target)
            for inner in n.walk_scope(node.body):
                if isinstance(inner, n.Assign):
                    for target in inner.targets:
                        if isinstance(target, n.Attribute) and isinstance(target.value, n.Name) and target.value.id in element:
                            owner = self.function.project.inference.value(target.value, self.function.module, self.function)
                            if persistence.is_model(owner):
                                return [Reason(node, "changes records in a loop", True)]
        return []

    def branch_reasons(self) -> list[Reason]:
        """Branches on domain state beyond guards: two or more, or one in a long handler."""
        found = []
        for node in self.nodes:
            if isinstance(node, n.If) and self._is_domain_test(node.test) and not persistence.leaves(node.body) and self._works(node):
                found.append(node)
        if len(found) >= 2:
            return [Reason(found[0], f"decides on domain state in {len(found)} branches", True)]
        if found:
            return [Reason(found[0], "decides on domain state", False)]
        return []

    def _is_domain_test(self, test: n.Expr) -> bool:
        infer = self.function.project.inference
        for node in n.walk(test):
            if isinstance(node, n.Attribute) and persistence.is_model(infer.value(node.value, self.function.module, self.function)):
                value = infer.value(node.value, self.function.module, self.function)
                if value is not None and value.kind == "instance" and not _is_user(node.value):
                    return True
        return False

    def _works(self, node: n.If) -> bool:
        """Whether a branch changes rows, writes, or computes: not only picks what the response says."""
        start, end = node.body[0].start, (node.orelse or node.body)[-1].end
        if any(start <= a.node.start < end and a.kind in ("write", "change", "outbound", "email") for a in self.accesses):
            return True
        return any(
            isinstance(inner, (n.Assign, n.AugAssign))
            and any(isinstance(t, n.Attribute) for t in (inner.targets if isinstance(inner, n.Assign) else [inner.target]))
            for inner in n.walk_scope([*node.body, *node.orelse])
        )

    def computation_reasons(self) -> list[Reason]:
        """Arithmetic on rows' values and on what queries counted."""
        for node in self.nodes:
            if isinstance(node, n.For):
                for inner in n.walk_scope(node.body):
                    if isinstance(inner, n.AugAssign) and inner.op in ("+", "-", "*") and self._is_amount(inner.value):
                        return [Reason(inner, "adds up domain values in a loop", True)]
            if isinstance(node, n.Call) and isinstance(node.func, n.Name) and node.func.id in ("sum", "max", "min") and node.args:
                first = node.args[0].value
                if isinstance(first, n.Comp) and any(self._is_row_value(part) for part in n.walk(first.elt)):
                    return [Reason(node, f"computes a {node.func.id} of domain values", True)]
            if isinstance(node, n.BinOp) and node.op in ("*", "/", "-", "+") and self._is_arithmetic(node):
                return [Reason(node, "computes domain values", node.op in ("*", "/"))]
        return []

    def _is_amount(self, expr: n.Expr) -> bool:
        return any(self._is_row_value(node) for node in n.walk(expr)) and not self._is_text(expr)

    def _is_row_value(self, node: n.Node) -> bool:
        if not isinstance(node, n.Attribute):
            return False
        value = self.function.project.inference.value(node.value, self.function.module, self.function)
        return value is not None and value.kind == "instance" and persistence.is_model(value)

    def _is_arithmetic(self, node: n.BinOp) -> bool:
        if self._is_text(node):
            return False
        for operand in node.values:
            if isinstance(operand, n.Attribute) and self._is_row_value(operand) and not _PAGING.search(operand.attr):
                return self._is_number(operand)
            if isinstance(operand, n.Name) and operand.id in self._rows and node.op in ("/", "*"):
                return not any(isinstance(x, n.Name) and re.search(r"page|limit|offset|skip|size", x.id) for x in n.walk(node))
        return False

    def _is_number(self, operand: n.Attribute) -> bool:
        value = self.function.project.inference.value(operand, self.function.module, self.function)
        return value is None or not re.search(r"str|date|time|Date|Time|Char|Text|String", value.name)

    def _is_text(self, expr: n.Expr) -> bool:
        for node in n.walk(expr):
            if isinstance(node, n.FString) or (isinstance(node, n.Constant) and node.kind in ("str", "bytes")):
                return True
            if isinstance(node, n.Name):
                value = self.function.project.inference.value(node, self.function.module, self.function)
                if value is not None and value.name in ("str", "bytes", "list", "datetime.datetime", "datetime.date", "pathlib.Path"):
                    return True
        return False

    def _row_names(self) -> set[str]:
        """Names assigned from queries that count or sum."""
        found = set()
        for node in self.nodes:
            if isinstance(node, n.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], n.Name):
                call: n.Expr = node.value
                if isinstance(call, n.BoolOp):
                    call = call.values[0]
                if isinstance(call, n.Await):
                    call = call.value
                if isinstance(call, n.Call) and isinstance(call.func, n.Attribute) and call.func.attr in ("count", "scalar", "aggregate"):
                    if "reads" in callee(call, self.function.module, self.function).effects:
                        found.add(node.targets[0].id)
        return found


def survey(function: Function) -> Survey:
    """The survey of a function, made once."""
    memory = function.project.memory
    key = ("survey", id(function))
    found = memory.get(key)
    if found is None:
        found = memory[key] = Survey(function)
    return found  # type: ignore[return-value]


def _short(name: str) -> str:
    return f"`{name.rpartition('.')[2]}`"


def _names(target: n.Expr) -> set[str]:
    return {node.id for node in n.walk(target) if isinstance(node, n.Name)}


def _mentions(expr: n.Expr, name: str) -> bool:
    return any(isinstance(node, n.Name) and node.id == name for node in n.walk(expr))


def _is_user(expr: n.Expr) -> bool:
    """Whether an expression is the request's user, whose roles a handler may well look at."""
    text = expr.attr if isinstance(expr, n.Attribute) else expr.id if isinstance(expr, n.Name) else ""
    return text in ("user", "current_user", "me", "current_account")


_STATEMENTS = (
    n.Assign, n.AugAssign, n.AnnAssign, n.ExprStmt, n.Return, n.Raise, n.If, n.For, n.While, n.With, n.Try, n.Delete, n.Assert,
)  # fmt: skip
