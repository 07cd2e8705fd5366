"""Imports and statements added at the top of a file, where a formatter of imports would have them.

`libcst.codemod.visitors.AddImportsVisitor` puts a new import below all others and a new name before all others, which every project that
sorts its imports would have to correct.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import NamedTuple

import libcst as cst
from libcst.helpers import get_full_name_for_node

#: The parts of the list of imports, in order: `__future__`, the standard library, packages, relative imports.
_FUTURE, _STANDARD, _PACKAGES, _RELATIVE = range(4)


class _Import(NamedTuple):
    """An import at the top of a file: its place among the statements, and what it is sorted by."""

    place: int
    section: int
    is_from: bool
    module: str

    @property
    def key(self) -> tuple[int, bool, str]:
        return self.section, self.is_from, self.module.lower()


def add_import(module: cst.Module, name: str, attribute: str | None) -> cst.Module:
    """A file with `import name`, or with `from name import attribute`, added to the import of that module when there is one."""
    present = _imports(module)
    for each in present:
        if attribute is not None and each.is_from and each.module == name and each.section != _RELATIVE:
            body = list(module.body)
            body[each.place] = _with_name(body[each.place], attribute)
            return module.with_changes(body=body)
    added = cst.SimpleStatementLine([_statement(name, attribute)])
    root = name.partition(".")[0]
    section = _FUTURE if root == "__future__" else _STANDARD if root in sys.stdlib_module_names else _PACKAGES
    wanted = _Import(-1, section, attribute is not None, name)
    alike = [each for each in present if each.module.partition(".")[0] == root and each.section == section] or present
    before = [each for each in alike if each.key <= wanted.key]
    if before:
        last = before[-1]
        following = next((each for each in present if each.place > last.place), None)
        if last.section != section and following is not None and following.section == section:
            return _before(module, following, added, same=True)
        leading = [] if last.section == section else [cst.EmptyLine(indent=False)]
        return _inserted(module, last.place + 1, added.with_changes(leading_lines=leading))
    if alike:
        return _before(module, alike[0], added, same=alike[0].section == section)
    return add_below(module, [added])


def _with_name(statement: cst.CSTNode, name: str) -> cst.SimpleStatementLine:
    """`from module import ...` with one name more, before the first that comes after it in the alphabet."""
    assert isinstance(statement, cst.SimpleStatementLine)
    imported = statement.body[0]
    assert isinstance(imported, cst.ImportFrom)
    if isinstance(imported.names, cst.ImportStar):
        return statement
    names = list(imported.names)
    place = next((index for index, alias in enumerate(names) if _sorted_by(alias) > name.lower()), len(names))
    commas = [alias.comma for alias in names if isinstance(alias.comma, cst.Comma)]
    comma = _bare(commas[0] if len(names) > 1 else cst.Comma(whitespace_after=_opening(imported)))
    new = cst.ImportAlias(cst.Name(name), comma=comma)
    if place == len(names):
        # A comma behind the last name stays there, and what is behind it.
        last = names[-1]
        if isinstance(last.comma, cst.Comma):
            new = new.with_changes(comma=_bare(last.comma))
            comma = _behind(last.comma, comma.whitespace_after)
        else:
            new = new.with_changes(comma=cst.MaybeSentinel.DEFAULT)
        names[-1] = last.with_changes(comma=comma)
    names.insert(place, new)
    return statement.with_changes(body=[imported.with_changes(names=names), *statement.body[1:]])


def _sorted_by(alias: cst.ImportAlias) -> str:
    return (get_full_name_for_node(alias.name) or "").lower()


def _opening(imported: cst.ImportFrom) -> cst.BaseParenthesizableWhitespace:
    """The white space before the first name where that breaks the line, else a blank."""
    space = imported.lpar.whitespace_after if isinstance(imported.lpar, cst.LeftParen) else None
    return space if isinstance(space, cst.ParenthesizedWhitespace) else cst.SimpleWhitespace(" ")


def _behind(comma: cst.Comma, before_next: cst.BaseParenthesizableWhitespace) -> cst.Comma:
    """A comma with its comment that was the last, and before a further name now."""
    space = comma.whitespace_after
    if isinstance(space, cst.ParenthesizedWhitespace) and isinstance(before_next, cst.ParenthesizedWhitespace):
        return comma.with_changes(whitespace_after=space.with_changes(indent=before_next.indent, last_line=before_next.last_line))
    return comma if isinstance(space, cst.ParenthesizedWhitespace) else comma.with_changes(whitespace_after=cst.SimpleWhitespace(" "))


def _bare(comma: cst.Comma) -> cst.Comma:
    """A comma that breaks the line where another one does, without the comment behind that."""
    space = comma.whitespace_after
    if isinstance(space, cst.ParenthesizedWhitespace):
        first = space.first_line.with_changes(whitespace=cst.SimpleWhitespace(""), comment=None)
        space = space.with_changes(first_line=first, empty_lines=[])
    return comma.with_changes(whitespace_after=space)


def add_below(module: cst.Module, added: Sequence[cst.BaseStatement]) -> cst.Module:
    """A file with statements added below its imports, or its docstring, with an empty line before and after them."""
    present = _imports(module)
    place = present[-1].place + 1 if present else 1 if module.body and _is_docstring(module.body[0]) else 0
    first, *others = added
    if place:
        first = first.with_changes(leading_lines=[cst.EmptyLine(indent=False)])
    body = list(module.body)
    if place < len(body):
        follower = body[place]
        lines = getattr(follower, "leading_lines", ())
        if hasattr(follower, "leading_lines") and (not lines or lines[0].comment is not None):
            body[place] = follower.with_changes(leading_lines=[cst.EmptyLine(indent=False), *lines])
    return module.with_changes(body=[*body[:place], first, *others, *body[place:]])


def _before(module: cst.Module, first: _Import, added: cst.SimpleStatementLine, *, same: bool) -> cst.Module:
    """A file with an import added before the first one, which leaves the comments above to that."""
    body = list(module.body)
    follower = body[first.place]
    assert isinstance(follower, cst.SimpleStatementLine)
    lines = list(follower.leading_lines)
    has_comment = any(line.comment is not None for line in lines)
    above = [] if has_comment else lines
    kept = lines if has_comment else []
    if not same and not (kept and kept[0].comment is None):
        kept = [cst.EmptyLine(indent=False), *kept]
    body[first.place] = follower.with_changes(leading_lines=kept)
    return _inserted(module.with_changes(body=body), first.place, added.with_changes(leading_lines=above))


def _inserted(module: cst.Module, place: int, statement: cst.SimpleStatementLine) -> cst.Module:
    return module.with_changes(body=[*module.body[:place], statement, *module.body[place:]])


def _statement(name: str, attribute: str | None) -> cst.Import | cst.ImportFrom:
    dotted = cst.parse_expression(name)
    assert isinstance(dotted, (cst.Name, cst.Attribute))
    if attribute is None:
        return cst.Import([cst.ImportAlias(dotted)])
    return cst.ImportFrom(dotted, [cst.ImportAlias(cst.Name(attribute))])


def _imports(module: cst.Module) -> list[_Import]:
    """The imports at the top of a file, before anything else is done."""
    found: list[_Import] = []
    for index, statement in enumerate(module.body):
        if isinstance(statement, cst.SimpleStatementLine) and isinstance(statement.body[0], (cst.Import, cst.ImportFrom)):
            found.append(_described(index, statement.body[0]))
        elif not (index == 0 and _is_docstring(statement)):
            break
    return found


def _described(index: int, statement: cst.Import | cst.ImportFrom) -> _Import:
    if isinstance(statement, cst.Import):
        name = get_full_name_for_node(statement.names[0].name) or ""
        return _Import(index, _section(name), False, name)
    name = get_full_name_for_node(statement.module) or "" if statement.module is not None else ""
    return _Import(index, _RELATIVE if statement.relative else _section(name), True, name)


def _section(name: str) -> int:
    root = name.partition(".")[0]
    return _FUTURE if root == "__future__" else _STANDARD if root in sys.stdlib_module_names else _PACKAGES


def _is_docstring(statement: cst.CSTNode) -> bool:
    if not isinstance(statement, cst.SimpleStatementLine) or not isinstance(statement.body[0], cst.Expr):
        return False
    return isinstance(statement.body[0].value, (cst.SimpleString, cst.ConcatenatedString))
