"""What tests and calls prove about request data: that a key is there, that a value is not empty, that it is one of those allowed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from backend_lint.frameworks.expressions import last_name, texts_in
from backend_lint.semantics import effects
from backend_lint.semantics.calls import callee, never_returns
from backend_lint.semantics.flow import key_of
from backend_lint.semantics.persistence import leaves
from backend_lint.source import nodes as n

if TYPE_CHECKING:
    from backend_lint.semantics.flow import Frame
    from backend_lint.semantics.project import Function

#: Methods that give the same text in another shape.
RESHAPING = frozenset({
    "strip", "lstrip", "rstrip", "lower", "upper", "casefold", "title", "capitalize", "replace", "encode", "decode", "removeprefix",
    "removesuffix", "swapcase", "translate", "zfill", "expandtabs",
})  # fmt: skip
#: Methods that look at a text and tell something about it.
ASKING = frozenset({
    "isdigit", "isnumeric", "isdecimal", "isalnum", "isalpha", "isidentifier", "isascii", "startswith", "endswith", "is_relative_to",
})  # fmt: skip
#: Methods that take an element out of a mapping by its name.
TAKING = frozenset({"get", "pop", "getlist", "get_list", "getall", "getone", "poplist"})
#: Names of functions that look at their argument and object to it.
CHECKING_NAME = re.compile(
    r"(?i)valid|verif|check|ensure|sanit|clean|assert|is_allowed|allowed|normali[sz]e|require|whitelist|is_safe|parse"
)
#: Names of functions that give their argument back made harmless, or refuse it.
CLEANING_NAME = re.compile(r"(?i)sanit|clean|validate|escape|normali[sz]e")
#: Names under which functions compare a signature over the body with the one that came with it.
SIGNATURE_NAME = re.compile(
    r"(?i)compare_digest|signature|construct_event|webhook.*verif|verif.*(?:webhook|hmac|request)|hmac|unsign|constant_time_compare"
)
#: Names of errors that say that the signature over a webhook's body is wrong.
UNSIGNED_NAME = re.compile(r"(?i)webhook\w*(?:verif|signature)|signature\w*verif")
_MEASURES = frozenset({"len", "str", "type", "set", "list", "abs", "min", "max", "sum", "bool", "tuple", "sorted", "float", "int"})
_CONSTANT_NAME = re.compile(r"[A-Z][A-Z0-9_]*$")


def element_key(expr: n.Expr) -> str | None:
    """The key under which an element of request data is kept: that of `data["x"]` for `data.get("x")` as well, or a plain name's."""
    if isinstance(expr, n.Call) and isinstance(expr.func, n.Attribute) and expr.func.attr in TAKING and expr.args:
        first = expr.args[0].value
        holder = key_of(expr.func.value)
        if holder is not None and isinstance(first, n.Constant):
            return f"{holder}[{first.value!r}]"
        return None
    return key_of(expr)


def subjects(expr: n.Expr) -> list[n.Expr]:
    """The names, paths and elements that an operand of a comparison is made of: `x` of `x.strip()`, `len(x)`, `(x or "").lower()`."""
    found: list[n.Expr] = []
    pending = [expr]
    for _ in range(40):
        if not pending:
            break
        current = pending.pop()
        if isinstance(current, n.Call) and element_key(current) is None:
            if isinstance(current.func, n.Attribute) and current.func.attr in RESHAPING | {"split", "get", "count"}:
                pending.append(current.func.value)
            elif isinstance(current.func, n.Name) and current.func.id in _MEASURES:
                pending.extend(given.value for given in current.args)
        elif isinstance(current, n.BoolOp):
            pending.extend(current.values)
        elif isinstance(current, (n.Tuple, n.List)):
            pending.extend(current.elts)
        elif isinstance(current, n.NamedExpr):
            found.append(current.target)
            pending.append(current.value)
        elif isinstance(current, n.Subscript) and key_of(current) is None:
            pending.append(current.value)
        elif isinstance(current, (n.Name, n.Attribute, n.Subscript, n.Call)):
            found.append(current)
    return found


class Proof:
    """What a test says: `checked` are expressions that it looks into, `given` those it proves to be there when it has the truth asked
    about,
    `keys` the mappings with the keys that it proves to be in them."""

    __slots__ = ("checked", "given", "keys")

    def __init__(self) -> None:
        self.checked: list[n.Expr] = []
        self.given: list[n.Expr] = []
        self.keys: list[tuple[n.Expr, str]] = []


def proof_of(test: n.Expr, truth: bool, frame: Frame) -> Proof:
    """What is known once a test that is no `not`, `and` or `or` has turned out `truth`."""
    proof = Proof()
    if isinstance(test, n.Compare):
        _compared(test, truth, proof)
    elif isinstance(test, n.Call):
        _called(test, truth, proof, frame)
    elif isinstance(test, n.NamedExpr):
        if truth:
            proof.given.extend(subjects(test))
    elif isinstance(test, n.BoolOp):
        # What remains of `a or b` that is true, or of an `and` that is false: checks still are checks.
        for part in test.values:
            negated = isinstance(part, n.UnaryOp) and part.op == "not"
            inner = proof_of(part.operand if isinstance(part, n.UnaryOp) else part, truth != negated, frame)
            proof.checked.extend(inner.checked)
    elif truth:
        proof.given.extend(subjects(test))
    return proof


def _compared(test: n.Compare, truth: bool, proof: Proof) -> None:
    operands = [test.left, *test.comparators]
    for left, op, right in zip(operands, test.ops, operands[1:], strict=False):
        if op in ("in", "not in"):
            if isinstance(left, n.Constant):
                if (op == "in") == truth:
                    proof.keys.append((right, left.value))
                elif left.value in ("..", "/", "\\", "://", "@", " "):
                    proof.checked.extend(subjects(right))
            elif (op == "in") == truth:
                proof.checked.extend(subjects(left))
        elif op in ("<", "<=", ">", ">="):
            proof.checked.extend(subjects(left) + subjects(right))
        elif op in ("is", "is not"):
            if isinstance(right, n.Constant) and right.kind == "none" and (op == "is not") == truth:
                proof.given.extend(subjects(left))
        else:
            _equated(left, right, (op == "==") == truth, proof)
            _equated(right, left, (op == "==") == truth, proof)


def _equated(side: n.Expr, other: n.Expr, equal: bool, proof: Proof) -> None:
    if isinstance(side, n.Call) and isinstance(side.func, n.Name) and side.func.id == "len" and not isinstance(other, n.Constant):
        # As many as there are rows, or as many as another list has.
        proof.checked.extend(subjects(side))
        return
    if isinstance(other, n.Constant):
        if other.kind == "none" or other.value == "" or (other.value == "0" and isinstance(side, n.Call)):
            if not equal:
                proof.given.extend(subjects(side))
        elif equal:
            proof.checked.extend(subjects(side))
    elif equal and _is_constant(other):
        proof.checked.extend(subjects(side))


def _is_constant(expr: n.Expr) -> bool:
    """Whether an operand is fixed by the program: a named constant, an enumeration's member, a setting."""
    if isinstance(expr, (n.Tuple, n.List)):
        return all(isinstance(element, n.Constant) for element in expr.elts)
    if isinstance(expr, n.Attribute):
        if expr.attr == "value" and isinstance(expr.value, n.Attribute):
            return _is_constant(expr.value)
        root = last_name(expr.value)
        return bool(_CONSTANT_NAME.match(expr.attr)) or root in ("settings", "config", "conf") or (root[:1].isupper() and bool(root))
    return isinstance(expr, n.Name) and bool(_CONSTANT_NAME.match(expr.id))


def _called(test: n.Call, truth: bool, proof: Proof, frame: Frame) -> None:
    name = last_name(test.func)
    if isinstance(test.func, n.Attribute) and name in ASKING:
        proof.checked.extend(subjects(test.func.value))
        return
    if name in ("isinstance", "issubclass") and len(test.args) == 2:
        if not truth:
            return
        proof.checked.extend(subjects(test.args[0].value))
        return
    if name in ("all", "any") and isinstance(test.func, n.Name) and test.args:
        inner = test.args[0].value
        if isinstance(inner, (n.List, n.Tuple)):
            negated = [element.operand for element in inner.elts if isinstance(element, n.UnaryOp) and element.op == "not"]
            if name == "all" and truth:
                proof.given.extend(s for element in inner.elts for s in subjects(element))
            elif name == "any" and not truth:
                proof.given.extend(s for element in negated for s in subjects(element))
        return
    if element_key(test) is not None:
        if truth:
            proof.given.append(test)
        return
    if isinstance(test.func, n.Attribute) and name in RESHAPING:
        if truth:
            proof.given.extend(subjects(test))
        return
    arguments = [given.value for given in test.args if not given.star]
    if arguments and is_predicate(test, frame):
        proof.checked.extend(s for value in arguments for s in subjects(value))


def is_predicate(call: n.Call, frame: Frame) -> bool:
    """Whether a call in a test tells something about its arguments, as against what the database or the file system holds."""
    target = callee(call, frame.module, frame.function)
    if target.function is not None:
        if CHECKING_NAME.search(target.function.node.name):
            return True
        if effects.of_function(target.function).all.keys() & {"reads", "writes", "commits", "outbound", "email", "path-sink"}:
            return False
        return target.constructs is None
    if not target.effects.isdisjoint(("validates", "checks", "verifies")):
        return True
    return bool(CHECKING_NAME.search(last_name(call.func))) or last_name(call.func) in ("match", "fullmatch", "search")


def rejects(node: n.Node | None, truth: bool, frame: Frame) -> bool:
    """Whether the branch of an `if` that is taken when its test is not `truth` leaves: what is missing is answered there."""
    if not isinstance(node, n.If):
        return False

    def ends(call: n.Call) -> bool:
        return never_returns(call, frame.module, frame.function)

    if truth and not node.orelse:
        # `if name: ... return saved` leaves what follows to the case that it is missing.
        return leaves(node.body, ends)
    return leaves(node.orelse if truth else node.body, ends)


def keys_asked_for(function: Function) -> dict[str, frozenset[str] | None]:
    """The mappings whose keys a loop or comprehension over wanted names asks for (`if field not in data: ...`, `all(f in data for ...)`),
    with those names; None when they are not written down."""
    return function.project.remember(("keys asked for", id(function)), lambda: _asked(function))


def _asked(function: Function) -> dict[str, frozenset[str] | None]:
    def ends(call: n.Call) -> bool:
        return never_returns(call, function.module, function)

    found: dict[str, frozenset[str] | None] = {}

    def note(keys: set[str], wanted: n.Expr) -> None:
        names = _texts_of(wanted, function) if keys else None
        for key in keys:
            known = found.get(key, frozenset())
            found[key] = known | names if names is not None and known is not None else None

    for node in function.nodes_of(n.Comp, n.For):
        if isinstance(node, n.Comp):
            for generator in node.generators:
                for part in [node.elt, *generator.ifs]:
                    note(_asked_in(part, node.kind == "generator"), generator.iter)
        else:
            for inner in n.walk_scope(node.body):
                if isinstance(inner, n.If) and (leaves(inner.body, ends) or _collects(inner.body)):
                    note(_asked_in(inner.test, False), node.iter)
    return found


def _texts_of(expr: n.Expr, function: Function) -> frozenset[str] | None:
    """The texts of a literal list, or of the one that a name is assigned in the function or the module."""
    if isinstance(expr, n.Name):
        names = function.names if expr.id in function.names.bindings else function.module.names
        values = [binding.value for binding in names.bindings.get(expr.id, ()) if binding.kind == "assign"]
        if len(values) != 1 or values[0] is None:
            return None
        expr = values[0]
    if not isinstance(expr, (n.List, n.Tuple, n.Set)):
        return None
    texts = texts_in(expr)
    return frozenset(texts) if len(texts) == len(expr.elts) else None


def _collects(body: list[n.Stmt]) -> bool:
    """Whether a branch notes down what is missing."""
    return any(isinstance(s, n.ExprStmt) and isinstance(s.value, n.Call) and last_name(s.value.func) in ("append", "add") for s in body)


def _asked_in(test: n.Expr, positive: bool) -> set[str]:
    found: set[str] = set()
    pending = [test]
    while pending:
        current = pending.pop()
        if isinstance(current, n.BoolOp):
            pending.extend(current.values)
        elif isinstance(current, n.Compare) and len(current.ops) == 1 and isinstance(current.left, n.Name):
            key = key_of(current.comparators[0])
            if key is not None and (current.ops[0] == "not in" or (positive and current.ops[0] == "in")):
                found.add(key)
        elif isinstance(current, n.UnaryOp) and current.op == "not":
            operand = current.operand
            if isinstance(operand, n.Call) and isinstance(operand.func, n.Attribute) and operand.func.attr in TAKING and operand.args:
                if isinstance(operand.args[0].value, n.Name):
                    key = key_of(operand.func.value)
                    if key is not None:
                        found.add(key)
            elif isinstance(operand, n.Subscript) and isinstance(operand.index, n.Name):
                key = key_of(operand.value)
                if key is not None:
                    found.add(key)
            else:
                pending.append(operand)
    return found
