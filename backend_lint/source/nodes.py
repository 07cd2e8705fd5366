"""The syntax tree that every analysis reads.

libcst keeps each blank and comment, which a fix needs and an analysis does not; the standard library's `ast` differs from version to version.
`backend_lint.source.parse` makes the nodes below of either; they are small, carry their place in the text, and can be stored. Names and
shapes follow `ast` (https://docs.python.org/3/library/ast.html); the differences:

- every node has `start` and `end`: offsets in characters into the decoded text, `end` exclusive. `Tree.position` makes 1-based lines and
  columns of them. A bracketed expression's span includes the brackets;
- `Call.args` holds positional, starred and keyword arguments in source order, as `Arg`;
- `BinOp.values` holds a whole chain of one operator (`a + b + c`), so that a sum of a thousand strings is one node deep;
- an `elif` is a nested `If` in `orelse`, as in `ast`;
- one `Comp` stands for all four comprehensions, one `Try` for `except` and `except*`;
- literals that stand side by side (`"a" "b"`) are one `Constant`, or one `FString` when a part of them is one.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from itertools import chain
from typing import Any, Literal, TypeAlias, Union

import msgspec


class Node(msgspec.Struct, tag=True, tag_field="node", eq=False, gc=False):
    """What all nodes share: a span of the text, in characters; `end` is exclusive."""

    start: int
    end: int


# --- expressions -----------------------------------------------------------------------------------------------------------------------


class Name(Node):
    id: str


class Constant(Node):
    """A literal. `kind` says which; `value` is a str for str, int, float and complex (the literal's own text for numbers), bytes decoded as
    latin-1 for bytes, "True"/"False" for bool, "None", "..." for ellipsis."""

    kind: Literal["str", "bytes", "int", "float", "complex", "bool", "none", "ellipsis"]
    value: str


class FString(Node):
    """An f-string (or t-string); `parts` are its literal pieces as `Constant` and its fields as `Field`, in order."""

    parts: list[Union[Constant, Field]]


class Field(Node):
    """`{value!conversion:format}` of an f-string. `spec` holds the fields nested in the format."""

    value: Expr
    conversion: str | None
    spec: list[Union[Constant, Field]]


class Attribute(Node):
    value: Expr
    attr: str


class Arg(Node):
    """An argument of a call. `keyword` is the name for `name=value`; `star` is "" or "*" or "**"."""

    value: Expr
    keyword: str | None
    star: Literal["", "*", "**"]


class Call(Node):
    func: Expr
    args: list[Arg]


class Subscript(Node):
    """`value[index]`; several indices make `index` a `Tuple`."""

    value: Expr
    index: Expr


class Slice(Node):
    lower: Expr | None
    upper: Expr | None
    step: Expr | None


class Starred(Node):
    value: Expr


class BinOp(Node):
    """A chain of one binary operator: `op` is "+", "%", "|", ..."""

    op: str
    values: list[Expr]


class UnaryOp(Node):
    """`op` is "not", "-", "+" or "~"."""

    op: str
    operand: Expr


class BoolOp(Node):
    op: Literal["and", "or"]
    values: list[Expr]


class Compare(Node):
    """`left ops[0] comparators[0] ops[1] ...`; an op is "==", "!=", "<", "<=", ">", ">=", "is", "is not", "in" or "not in"."""

    left: Expr
    ops: list[str]
    comparators: list[Expr]


class IfExp(Node):
    test: Expr
    body: Expr
    orelse: Expr


class Lambda(Node):
    params: Parameters
    body: Expr


class List(Node):
    elts: list[Expr]


class Tuple(Node):
    elts: list[Expr]


class Set(Node):
    elts: list[Expr]


class Dict(Node):
    """A key of None stands for `**value`."""

    keys: list[Union[Expr, None]]
    values: list[Expr]


class Generator(Node):
    """One `for target in iter if ...` of a comprehension."""

    target: Expr
    iter: Expr
    ifs: list[Expr]
    is_async: bool


class Comp(Node):
    """A comprehension; for a dict `elt` is the key and `value` the value, otherwise `value` is None."""

    kind: Literal["list", "set", "dict", "generator"]
    elt: Expr
    value: Expr | None
    generators: list[Generator]


class Await(Node):
    value: Expr


class Yield(Node):
    value: Expr | None


class YieldFrom(Node):
    value: Expr


class NamedExpr(Node):
    target: Expr
    value: Expr


Expr: TypeAlias = Union[
    Name, Constant, FString, Attribute, Call, Subscript, Slice, Starred, BinOp, UnaryOp, BoolOp, Compare, IfExp, Lambda, List, Tuple, Set,
    Dict, Comp, Await, Yield, YieldFrom, NamedExpr,
]  # fmt: skip


# --- statements ------------------------------------------------------------------------------------------------------------------------


class Parameter(Node):
    """One parameter. `kind` says how it takes its argument; `annotation` of a quoted type is a string `Constant`."""

    name: str
    annotation: Expr | None
    default: Expr | None
    kind: Literal["positional-only", "normal", "vararg", "keyword-only", "kwarg"]


class Parameters(Node):
    """All parameters in source order, the bare `*` and `/` left out."""

    items: list[Parameter]


class FunctionDef(Node):
    """`start` is that of the first decorator, or of `async`/`def`; `name_start`/`name_end` span the name itself."""

    name: str
    name_start: int
    name_end: int
    params: Parameters
    returns: Expr | None
    decorators: list[Expr]
    body: list[Stmt]
    is_async: bool


class ClassDef(Node):
    """`bases` holds base classes and keywords (`metaclass=...`) as `Arg`."""

    name: str
    name_start: int
    name_end: int
    bases: list[Arg]
    decorators: list[Expr]
    body: list[Stmt]


class Return(Node):
    value: Expr | None


class Delete(Node):
    targets: list[Expr]


class Assign(Node):
    """`targets[0] = targets[1] = value`."""

    targets: list[Expr]
    value: Expr


class AugAssign(Node):
    """`op` without the equals sign."""

    target: Expr
    op: str
    value: Expr


class AnnAssign(Node):
    target: Expr
    annotation: Expr
    value: Expr | None


class For(Node):
    target: Expr
    iter: Expr
    body: list[Stmt]
    orelse: list[Stmt]
    is_async: bool


class While(Node):
    test: Expr
    body: list[Stmt]
    orelse: list[Stmt]


class If(Node):
    test: Expr
    body: list[Stmt]
    orelse: list[Stmt]


class WithItem(Node):
    value: Expr
    target: Expr | None


class With(Node):
    items: list[WithItem]
    body: list[Stmt]
    is_async: bool


class Raise(Node):
    exc: Expr | None
    cause: Expr | None


class ExceptHandler(Node):
    """`type` is None for a bare `except:`."""

    type: Expr | None
    name: str | None
    body: list[Stmt]


class Try(Node):
    body: list[Stmt]
    handlers: list[ExceptHandler]
    orelse: list[Stmt]
    finalbody: list[Stmt]
    is_star: bool


class Assert(Node):
    test: Expr
    msg: Expr | None


class Alias(Node):
    """`name as asname`; `name` is dotted, or "*"."""

    name: str
    asname: str | None


class Import(Node):
    names: list[Alias]


class ImportFrom(Node):
    """`module` is "" for `from . import x`; `level` counts the leading dots."""

    module: str
    level: int
    names: list[Alias]


class Global(Node):
    names: list[str]


class Nonlocal(Node):
    names: list[str]


class ExprStmt(Node):
    value: Expr


class Pass(Node):
    pass


class Break(Node):
    pass


class Continue(Node):
    pass


class Case(Node):
    """One `case pattern if guard:`. The pattern is kept as the expressions it compares with and the names it binds."""

    values: list[Expr]
    names: list[str]
    guard: Expr | None
    body: list[Stmt]


class Match(Node):
    subject: Expr
    cases: list[Case]


class TypeAlias_(Node):
    """`type name = value` (PEP 695)."""

    name: str
    value: Expr


Stmt: TypeAlias = Union[
    FunctionDef, ClassDef, Return, Delete, Assign, AugAssign, AnnAssign, For, While, If, With, Raise, Try, Assert, Import, ImportFrom, Global,
    Nonlocal, ExprStmt, Pass, Break, Continue, Match, TypeAlias_,
]  # fmt: skip


# --- walking ---------------------------------------------------------------------------------------------------------------------------

# Which fields of a node hold nodes, in source order. Kept by hand because a walk is the hottest loop there is.
CHILD_FIELDS: dict[type[Node], tuple[str, ...]] = {
    Name: (), Constant: (), FString: ("parts",), Field: ("value", "spec"), Attribute: ("value",), Arg: ("value",), Call: ("func", "args"),
    Subscript: ("value", "index"), Slice: ("lower", "upper", "step"), Starred: ("value",), BinOp: ("values",), UnaryOp: ("operand",),
    BoolOp: ("values",), Compare: ("left", "comparators"), IfExp: ("body", "test", "orelse"), Lambda: ("params", "body"), List: ("elts",),
    Tuple: ("elts",), Set: ("elts",), Dict: ("keys", "values"), Generator: ("target", "iter", "ifs"), Comp: ("elt", "value", "generators"),
    Await: ("value",), Yield: ("value",), YieldFrom: ("value",), NamedExpr: ("target", "value"), Parameter: ("annotation", "default"),
    Parameters: ("items",), FunctionDef: ("decorators", "params", "returns", "body"), ClassDef: ("decorators", "bases", "body"),
    Return: ("value",), Delete: ("targets",), Assign: ("targets", "value"), AugAssign: ("target", "value"),
    AnnAssign: ("target", "annotation", "value"), For: ("target", "iter", "body", "orelse"), While: ("test", "body", "orelse"),
    If: ("test", "body", "orelse"), WithItem: ("value", "target"), With: ("items", "body"), Raise: ("exc", "cause"),
    ExceptHandler: ("type", "body"), Try: ("body", "handlers", "orelse", "finalbody"), Assert: ("test", "msg"), Alias: (),
    Import: ("names",), ImportFrom: ("names",), Global: (), Nonlocal: (), ExprStmt: ("value",), Pass: (), Break: (), Continue: (),
    Case: ("values", "guard", "body"), Match: ("subject", "cases"), TypeAlias_: ("value",),
}  # fmt: skip


# The same fields in reverse, as a stack wants them; for a walk of one scope those of nested scopes are left out where they are the body.
_STACKED: dict[type[Node], tuple[str, ...]] = {kind: fields[::-1] for kind, fields in CHILD_FIELDS.items()}
_STACKED_OUTSIDE: dict[type[Node], tuple[str, ...]] = _STACKED | {
    kind: tuple(field for field in _STACKED[kind] if field != "body") for kind in (FunctionDef, Lambda, ClassDef)
}


def children(node: Node) -> list[Node]:
    """The direct child nodes, in source order (a dict's keys come before its values)."""
    found: list[Node] = []
    for field in CHILD_FIELDS[type(node)]:
        value = getattr(node, field)
        if value is None:
            continue
        if type(value) is list:
            found.extend(item for item in value if item is not None)
        else:
            found.append(value)
    return found


def walk(node: Node | list[Stmt]) -> Iterator[Node]:
    """`node` (or each statement of a list) and everything below it, parents before children, roughly in source order."""
    return _walk(list(reversed(node)) if isinstance(node, list) else [node], _STACKED)


def walk_scope(node: Node | list[Stmt]) -> Iterator[Node]:
    """As `walk`, without entering the bodies of nested functions, lambdas and classes: their decorators, defaults and bases are still seen.

    Given a `FunctionDef` or `Lambda` itself, its own body is walked.
    """
    if isinstance(node, list):
        return _walk(list(reversed(node)), _STACKED_OUTSIDE)
    return chain((node,), _walk(children(node)[::-1], _STACKED_OUTSIDE))


def _walk(stack: list[Any], fields: dict[type[Node], tuple[str, ...]]) -> Iterator[Node]:
    """The nodes on a stack, the last first, each with what is below it in these fields.

    Children go onto the stack as they stand in their node, absent ones too: to leave those out here costs a test a node, not a call.
    """
    pop, push = stack.pop, stack.append
    while stack:
        current = pop()
        if current is not None:
            yield current
            for field in fields[type(current)]:
                value = getattr(current, field)
                if type(value) is list:
                    stack += value[::-1]
                else:
                    push(value)


class Comment(msgspec.Struct):
    """A comment: its text with the `#`, the 1-based line it stands on, its offset, and whether nothing but blanks precedes it there."""

    text: str
    line: int
    start: int
    own_line: bool


class Tree(msgspec.Struct):
    """One parsed file. `path` is relative to the project root, in POSIX form; `line_starts[i]` is the offset of line `i + 1`."""

    path: str
    text: str
    body: list[Stmt]
    comments: list[Comment]
    line_starts: list[int]

    def position(self, offset: int) -> tuple[int, int]:
        """1-based line and column (in characters) of an offset."""
        line = bisect_right(self.line_starts, offset)
        return line, offset - self.line_starts[line - 1] + 1

    def line(self, offset: int) -> int:
        """1-based line of an offset."""
        return bisect_right(self.line_starts, offset)

    def source_of(self, node: Node) -> str:
        """The text a node spans."""
        return self.text[node.start : node.end]
