"""What a handler computes, decides and changes in loops."""

from __future__ import annotations

import re
from collections.abc import Iterator

from backend_lint.frameworks import handler_of
from backend_lint.semantics import persistence
from backend_lint.semantics.calls import callee
from backend_lint.semantics.memo import remembered
from backend_lint.semantics.project import Class
from backend_lint.semantics.values import Value
from backend_lint.source import nodes as n
from backend_lint_rules.layering.common import Reason, Surveyed, names_in

#: Paging arithmetic is the route's own business.
_PAGING = re.compile(r"page|limit|offset|skip|size|total|count|start|end|index|length|len\b|elapsed|time|duration|second", re.IGNORECASE)

_PAGES = re.compile(r"page|limit|offset|skip|size", re.IGNORECASE)

_FORMS = ("django.forms.", "wtforms.", "flask_wtf.")
_RESPONSES = frozenset({
    "django.http.HttpResponseBase", "rest_framework.response.Response", "starlette.responses.Response", "flask.wrappers.Response",
    "werkzeug.wrappers.Response", "quart.wrappers.Response",
})  # fmt: skip

#: Requests that change nothing.
_READING = frozenset({"GET", "HEAD", "OPTIONS"})


class DomainSurvey(Surveyed):
    """What a function does to domain values and records."""

    def loop_reasons(self) -> list[Reason]:
        """Loops that change or write records."""
        for node in self.nodes:
            if not isinstance(node, n.For):
                continue
            inside = [a for a in self.accesses if node.body[0].start <= a.node.start < node.body[-1].end]
            if any((access.kind == "write" and self.is_own(access)) or (access.kind == "change" and self._stores) for access in inside):
                return [Reason(node, "changes records in a loop", True)]
            element = names_in(node.target)
            for inner in n.walk_scope(node.body):
                if isinstance(inner, n.Assign):
                    for target in inner.targets:
                        if isinstance(target, n.Attribute) and isinstance(target.value, n.Name) and target.value.id in element:
                            owner = self.function.project.inference.value(target.value, self.function.module, self.function)
                            if persistence.is_model(owner) and self._is_stored(owner):
                                return [Reason(node, "changes records in a loop", True)]
        return []

    @remembered
    def _stores(self) -> bool:
        """Whether what a session tracks gets stored: something is written or committed here, or the request is not one that only reads."""
        if any(access.kind in ("write", "commit") for access in self.accesses):
            return True
        handler = handler_of(self.function)
        return handler is None or not handler.methods or not _READING.issuperset(handler.methods)

    def _is_stored(self, owner: Value | None) -> bool:
        """Whether a changed attribute of a row is stored; one that a template or serializer will show is not."""
        return self._stores if persistence.is_tracked(owner) else any(access.kind == "write" for access in self.accesses)

    def branch_reasons(self) -> list[Reason]:
        """Branches on domain state beyond guards: two or more, or one in a long handler."""
        found = [
            node
            for node in self.nodes
            if isinstance(node, n.If) and self._is_domain_test(node.test) and not persistence.leaves(node.body) and self._works(node)
        ]
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
                    if persistence.is_row(node.value, self.function):
                        return True
        return False

    def _works(self, node: n.If) -> bool:
        """Whether a branch changes rows, writes, or computes: not only picks what the response says."""
        start, end = node.body[0].start, (node.orelse or node.body)[-1].end
        kinds = ("write", "change", "outbound", "email") if self._stores else ("write", "outbound", "email")
        if any(start <= a.node.start < end and a.kind in kinds for a in self.accesses):
            return True
        return any(
            isinstance(inner, (n.Assign, n.AugAssign))
            and any(
                isinstance(target, n.Attribute) and not self._is_shown(target) and self._may_be_stored(target)
                for target in (inner.targets if isinstance(inner, n.Assign) else [inner.target])
            )
            for inner in n.walk_scope([*node.body, *node.orelse])
        )

    def _may_be_stored(self, target: n.Attribute) -> bool:
        owner = self.function.project.inference.value(target.value, self.function.module, self.function)
        return not persistence.is_model(owner) or self._is_stored(owner)

    def _is_shown(self, target: n.Attribute) -> bool:
        """Whether an attribute is that of a form or of one of its fields, or of the response: what the client sees."""
        root: n.Expr = target
        while isinstance(root, n.Attribute):
            root = root.value
        value = self.function.project.inference.value(root, self.function.module, self.function)
        if value is None:
            return False
        if not isinstance(value.definition, Class):
            return not _RESPONSES.isdisjoint(self.function.project.registry.ancestors(value.name))
        return any(name.startswith(_FORMS) or name in _RESPONSES for name in value.definition.external_ancestors)

    def computation_reasons(self) -> list[Reason]:
        """Arithmetic on rows' values and on what queries counted: the first that is clear, or else the first."""
        return sorted(self._computations(), key=lambda reason: not reason.is_clear)[:1]

    def _computations(self) -> Iterator[Reason]:
        for node in self.nodes:
            if isinstance(node, n.For):
                for inner in n.walk_scope(node.body):
                    if isinstance(inner, n.AugAssign) and inner.op in ("+", "-", "*") and self._is_amount(inner.value):
                        yield Reason(inner, "adds up domain values in a loop", True)
            elif isinstance(node, n.Call) and isinstance(node.func, n.Name) and node.func.id in ("sum", "max", "min", "len") and node.args:
                first = node.args[0].value
                if isinstance(first, n.Comp):
                    if node.func.id != "len" and any(self._is_row_value(part) for part in n.walk(first.elt)):
                        yield Reason(node, f"computes a {node.func.id} of domain values", True)
                    elif node.func.id in ("len", "sum") and self._selects(first):
                        yield Reason(node, "counts records by their state", True)
            elif isinstance(node, n.AugAssign) and self._is_sum(node):
                is_counter = isinstance(node.value, n.Constant) and node.value.kind == "int"
                yield Reason(node, "computes domain values", not is_counter)
            elif isinstance(node, n.BinOp) and node.op in ("*", "/", "-", "+") and self._is_arithmetic(node):
                yield Reason(node, "computes domain values", node.op in ("*", "/"))

    def _selects(self, comprehension: n.Comp) -> bool:
        """Whether a comprehension keeps the records whose values pass a test."""
        tests = (test for generator in comprehension.generators for test in generator.ifs)
        return any(self._is_row_value(part) for test in tests for part in n.walk(test))

    def _is_sum(self, node: n.AugAssign) -> bool:
        """Whether a record's number is changed by an amount: `product.stock -= line.quantity`."""
        if node.op not in ("+", "-", "*", "/") or not isinstance(node.target, n.Attribute) or not self._is_row_value(node.target):
            return False
        if self._is_text(node.value) or isinstance(node.value, (n.List, n.Tuple, n.Dict, n.Comp)):
            return False
        return self._is_numeric(node.target) and (node.op != "+" or self._is_known_number(node.target) or self._is_known_number(node.value))

    def is_own(self, access: persistence.Access) -> bool:
        """Whether an access is made by the function itself."""
        return access.is_direct

    def _is_known_number(self, expr: n.Expr) -> bool:
        if isinstance(expr, n.Constant):
            return expr.kind in ("int", "float")
        value = self.function.project.inference.value(expr, self.function.module, self.function)
        return value is not None and value.name in ("int", "float", "decimal.Decimal")

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
                return self._is_numeric(operand)
            if isinstance(operand, n.Name) and operand.id in self._numbers and node.op in ("/", "*"):
                return not any(_PAGES.search(text) for part in n.walk(node) for text in _texts_of(part))
        return False

    def _is_numeric(self, operand: n.Attribute) -> bool:
        value = self.function.project.inference.value(operand, self.function.module, self.function)
        return value is None or not re.search(r"str|date|time|Date|Time|Char|Text|String", value.name)

    def _is_text(self, expr: n.Expr) -> bool:
        for node in _operands(expr):
            if isinstance(node, n.FString) or (isinstance(node, n.Constant) and node.kind in ("str", "bytes")):
                return True
            if isinstance(node, n.Name):
                value = self.function.project.inference.value(node, self.function.module, self.function)
                if value is not None and value.name in ("str", "bytes", "list", "datetime.datetime", "datetime.date", "pathlib.Path"):
                    return True
        return False

    @remembered
    def _numbers(self) -> set[str]:
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


def _is_user(expr: n.Expr) -> bool:
    """Whether an expression is the request's user, whose roles a handler may well look at."""
    text = expr.attr if isinstance(expr, n.Attribute) else expr.id if isinstance(expr, n.Name) else ""
    return text in ("user", "current_user", "me", "current_account")


def _texts_of(node: n.Node) -> list[str]:
    """What a node is called: a name, an attribute, the key of an item (`config["POSTS_PER_PAGE"]`)."""
    if isinstance(node, n.Subscript) and isinstance(node.index, n.Constant):
        return [node.index.value]
    return [node.id] if isinstance(node, n.Name) else [node.attr] if isinstance(node, n.Attribute) else []


def _operands(expr: n.Node) -> Iterator[n.Node]:
    """The nodes an arithmetic expression is made of; keys of subscripts and arguments of calls are not among them."""
    below = [expr]
    while below:
        node = below.pop()
        yield node
        below.extend([node.value] if isinstance(node, n.Subscript) else [] if isinstance(node, n.Call) else n.children(node))
