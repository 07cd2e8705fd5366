"""Comments that hide findings.

    return {"error": str(e)}  # backend-lint: ignore[BL301] -- internal admin page
    # backend-lint: ignore-file[layering] -- prototype, rewritten in May
    return {"error": str(e)}  # noqa: BL301

The text of comments comes from the lexer (`Comment`), never from a search in the file, so that a string that holds such a text is none.
What a comment covers is worked out once per file by `collect`, from the comments and the statements' lines, into plain data that a cache can
keep; `apply` matches it with findings, and says which comments hide nothing, name nobody, or give no reason.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Literal, Protocol

import msgspec

from backend_lint.findings.model import Finding, RuleInfo


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

    `codes` are as written; none for a bare `# noqa`. `first` and `last` are the lines in which a finding must start to be hidden; among
    those, findings that span the line `near` are meant alone, if there are any. `problem` says what is wrong with the comment's form.
    """

    kind: Literal["ignore", "ignore-file", "noqa"]
    line: int
    column: int
    end_column: int
    text: str
    codes: tuple[str, ...]
    reason: str
    first: int
    last: int
    near: int | None = None
    problem: str = ""


class Applied(msgspec.Struct, frozen=True, kw_only=True):
    """`kept` and `suppressed` are the given findings, in their order; `extra` are findings about the comments themselves (BL001 to BL003)."""

    kept: list[Finding]
    suppressed: list[Finding]
    extra: list[Finding]


def may_contain(text: str) -> bool:
    """Whether a file's text can hold a suppression at all: a cheap test that spares `collect` for most files."""
    return "backend-lint:" in text or "noqa" in text or "NOQA" in text


def collect(comments: Iterable[Comment], statements: Sequence[StatementLines], line_starts: Sequence[int]) -> list[Directive]:
    """The suppressions among a file's comments, in source order. `line_starts[i]` is the offset of line `i + 1`."""
    raise NotImplementedError


def apply(
    findings: Sequence[Finding],
    directives: Mapping[str, Sequence[Directive]],
    *,
    rules: Iterable[RuleInfo],
    ran: Callable[[str, str], bool],
) -> Applied:
    """Divide `findings` by the suppressions of their files.

    `directives` maps a path, as findings spell it, to what `collect` found there (files without any may be left out). `rules` are all rules
    there are, whether they ran or not, with the general ones (BL001 to BL003), whose entries say the severity of `extra`. `ran(path, code)`
    says whether a rule looked at that file completely: a comment is called unused only for such rules, and BL001, BL002 and BL003 are
    reported only where they themselves ran. Give the findings with fingerprints and before notes are left out: a comment that hides a
    note is in use.
    """
    raise NotImplementedError
