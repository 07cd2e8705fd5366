"""Comments that hide findings: how they are written, and what they cover.

    return {"error": str(e)}  # backend-lint: ignore[BL301] -- internal admin page
    # backend-lint: ignore-file[layering] until=2027-05-31 -- prototype, rewritten in May
    return {"error": str(e)}  # noqa: BL301

The text of comments comes from the lexer (`Comment`), never from a search in the file, so that a string that holds such a text is none.
What a comment covers is worked out once per file by `collect`, from the comments and the statements' lines, into plain data that a cache
can keep; `apply` in `backend_lint.findings.suppression` matches it with findings, and says which comments hide nothing, name nobody, or
give no reason.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Literal, Protocol

import msgspec


class Comment(Protocol):
    """What `collect` reads of a comment: its text with the `#`, its 1-based line, its offset, and whether only blanks precede it there."""

    @property
    def text(self) -> str: ...
    @property
    def line(self) -> int: ...
    @property
    def start(self) -> int: ...
    @property
    def own_line(self) -> bool: ...


class StatementLines(msgspec.Struct, frozen=True):
    """The lines of one statement, 1-based and inclusive.

    `first` is the line of the first decorator or of the statement; `keyword` that of `def`, `class` or the statement itself; `header` the
    last line before its body (for a statement without a body: its last line); `last` the last line of all. `scope` is true of functions and
    classes: a comment on their header covers all that is in them.
    """

    first: int
    keyword: int
    header: int
    last: int
    scope: bool = False


class Directive(msgspec.Struct, frozen=True, kw_only=True):
    """One suppression found in a comment. Lines and columns are 1-based, `end_column` is exclusive.

    `codes` are as written; none for a bare `# noqa`. `first` and `last` are the lines in which a finding must start to be hidden (0 and 0:
    the comment hides nothing); among those, findings that span the line `near` are meant alone, if there are any. `until` is the last day
    on which it hides anything, `YYYY-MM-DD`, "" for no such day. `problem` says what is wrong with the comment's form, `remedy` what to
    write instead.
    """

    kind: Literal["ignore", "ignore-file", "noqa"]
    line: int
    column: int
    end_column: int
    text: str
    codes: tuple[str, ...] = ()
    reason: str = ""
    first: int = 0
    last: int = 0
    near: int | None = None
    until: str = ""
    problem: str = ""
    remedy: str = ""


#: The last line of a directive that covers a whole file.
END_OF_FILE = 2**31 - 1

# A directive begins a comment, or follows a blank after another directive. Behind a quote or a backtick it is prose.
_DIRECTIVE = re.compile(r"(?:^|(?<=\s))#+[ \t]*(?:(?P<own>backend-lint[ \t]*:)|(?P<noqa>[nN][oO][qQ][aA])(?![\w-]))")
_IGNORE = re.compile(r"(?P<kind>ignore-file|ignore)[ \t]*\[(?P<codes>[^\[\]]*)\](?P<rest>.*)", re.DOTALL)
_WORD = re.compile(r"[\w-]*")
#: What an editor leaves for the user to replace.
_PLACEHOLDER = re.compile(r"<[^<>]*>")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_UNTIL = re.compile(r"(?<![\w-])until[ \t]*=[ \t]*(?P<day>[\w-]*)")
_NOQA_CODE = re.compile(r"[ \t,]*([A-Za-z]+[0-9]+)(?![\w-])")


def may_contain(text: str) -> bool:
    """Whether a text can hold a suppression at all: a cheap test that spares `collect` for most files."""
    return "backend-lint" in text or "noqa" in text or "NOQA" in text or "NoQA" in text or "noQA" in text


def collect(comments: Iterable[Comment], statements: Iterable[StatementLines], line_starts: Sequence[int]) -> list[Directive]:
    """The suppressions among a file's comments, in source order. `line_starts[i]` is the offset of line `i + 1`; `statements` come outer
    before inner."""
    listed = list(comments)
    parsed = [(comment, directive) for comment in listed for directive in _parse(comment, line_starts)]
    if not parsed:
        return []
    places = _Places(listed, statements)
    return [places.cover(comment, directive) for comment, directive in parsed]


def _parse(comment: Comment, line_starts: Sequence[int]) -> list[Directive]:
    """The directives in one comment, with what they cover still open."""
    text = comment.text
    starts = list(_DIRECTIVE.finditer(text))
    found: list[Directive] = []
    column = comment.start - line_starts[comment.line - 1] + 1
    for index, match in enumerate(starts):
        end = starts[index + 1].start() if index + 1 < len(starts) else len(text)
        body = text[match.end() : end].strip()
        whole = text[match.start() : end].rstrip()
        place = Directive(
            kind="noqa",
            line=comment.line,
            column=column + match.start(),
            end_column=column + match.start() + len(whole),
            text=whole,
        )
        if match["own"]:
            found.append(_parse_own(body, place, comment))
        else:
            noqa = _parse_noqa(body, place)
            if noqa is not None:
                found.append(noqa)
    return found


def _parse_own(body: str, place: Directive, comment: Comment) -> Directive:
    match = _IGNORE.match(body)
    if match is None:
        problem, remedy = _malformed(body)
        return msgspec.structs.replace(place, kind="ignore", problem=problem, remedy=remedy)
    kind: Literal["ignore", "ignore-file"] = "ignore" if match["kind"] == "ignore" else "ignore-file"
    codes = tuple(dict.fromkeys(code for code in (part.strip() for part in match["codes"].split(",")) if code))
    rest = match["rest"].strip()
    problem = remedy = reason = ""
    days = [found["day"] for found in _UNTIL.finditer(rest)]
    rest = _UNTIL.sub("", rest).replace("()", "").strip() if days else rest
    if rest.startswith("--"):
        reason = rest[2:].strip()
        if not any(character.isalnum() for character in reason) or _PLACEHOLDER.fullmatch(reason):
            reason = ""
    elif rest and not rest.startswith("#"):
        problem = "the text after the brackets is no reason without ` -- ` before it"
        remedy = f"write `{kind}[...] -- reason`"
    if len(days) > 1 or not all(map(is_day, days)):
        # Taken at its word, it might hide things for ever.
        codes = ()
        problem = f"`until={days[0][:40]}` is no date, so this suppresses nothing" if len(days) == 1 else "there is more than one `until=`"
        remedy = f"write the last day as `{kind}[...] until=YYYY-MM-DD -- reason`"
    elif not codes:
        problem, remedy = f"`{kind}[]` names no rule", f"name the rules: `{kind}[BL101] -- reason`"
    if kind == "ignore-file" and not (comment.own_line and place.column == 1):
        codes = ()
        problem = "`ignore-file` works only in a comment at the beginning of a line of its own"
        remedy = "move the comment to the top of the file, or write `ignore[...]` for this place alone"
    until = days[0] if len(days) == 1 and codes else ""
    return msgspec.structs.replace(place, kind=kind, codes=codes, reason=reason, until=until, problem=problem, remedy=remedy)


def is_day(text: str) -> bool:
    """Whether a text is a day of the calendar, written `YYYY-MM-DD`."""
    if not _DAY.fullmatch(text):
        return False
    import datetime

    try:
        datetime.date(*map(int, text.split("-")))
    except ValueError:
        return False
    return True


def _malformed(body: str) -> tuple[str, str]:
    """What is wrong with a text after `backend-lint:` that is no suppression, and what to do."""
    match = _WORD.match(body)
    word = match.group() if match else ""
    if word in ("ignore", "ignore-file"):
        if "[" in body:
            return f"the brackets of `{word}[...]` do not close", f"write `{word}[BL101] -- reason`"
        return f"`{word}` names no rule", f"name the rules: `{word}[BL101] -- reason`"
    said = f"`{word[:40]}`" if word else "the comment"
    return f"{said} is no suppression", "write `ignore[BL101] -- reason` or `ignore-file[BL101] -- reason`"


def _parse_noqa(body: str, place: Directive) -> Directive | None:
    """`noqa` alone hides everything on its line; with a colon but no code, which linters read in different ways, it hides nothing."""
    if not body.startswith(":"):
        return place
    codes: list[str] = []
    position = 1
    while match := _NOQA_CODE.match(body, position):
        codes.append(match[1])
        position = match.end()
    return msgspec.structs.replace(place, codes=tuple(dict.fromkeys(codes))) if codes else None


class _Places:
    """Where the statements of a file stand, by line."""

    def __init__(self, comments: Iterable[Comment], statements: Iterable[StatementLines]) -> None:
        self.comment_lines = {comment.line for comment in comments if comment.own_line}
        #: The innermost statement whose header holds a line, and the innermost function or class whose header does.
        self.statement: dict[int, StatementLines] = {}
        self.scope: dict[int, StatementLines] = {}
        for statement in statements:
            for line in range(statement.first, statement.header + 1):
                self.statement[line] = statement
                if statement.scope:
                    self.scope[line] = statement

    def cover(self, comment: Comment, directive: Directive) -> Directive:
        """`directive` with the lines it covers."""
        if not directive.codes and directive.kind != "noqa":
            return directive
        if directive.kind == "ignore-file":
            return msgspec.structs.replace(directive, first=1, last=END_OF_FILE)
        line = comment.line
        if directive.kind == "noqa":
            statement = self.statement.get(line)
            if statement is None or comment.own_line or not directive.codes:
                return msgspec.structs.replace(directive, first=line, last=line)
            return msgspec.structs.replace(directive, first=statement.first, last=statement.header, near=line)
        inside = line in self.statement
        if comment.own_line:
            while line in self.comment_lines:
                line += 1
        first, last, near = self._around(line)
        return msgspec.structs.replace(directive, first=first, last=last, near=near if inside else None)

    def _around(self, line: int) -> tuple[int, int, int | None]:
        """The lines that a comment on (or directly above) `line` covers, and the line whose findings it prefers."""
        scope = self.scope.get(line)
        if scope is not None:
            return scope.first, scope.last, line if line > scope.keyword else None
        statement = self.statement.get(line)
        if statement is not None:
            return statement.first, statement.header, line
        return line, line, line
