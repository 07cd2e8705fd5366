"""The block about this tool in AGENTS.md, https://agents.md: what agents are to run, and what the verdict means."""

from __future__ import annotations

from backend_lint.agents.settings import Refusal

PATH = "AGENTS.md"
BEGIN = "<!-- backend-lint:begin -->"
END = "<!-- backend-lint:end -->"

_TEXT = """\
## Review of backend code

Before you finish or commit, run `{command} review --base HEAD --policy base --format agent`. It compares the
project with the last commit and lists only what your change adds.

- `VERDICT pass`: nothing new. `VERDICT fail`: correct each numbered finding until its `done_when` holds, then
  run the `recheck` command. `VERDICT incomplete`: something kept the review from being done; it is no pass.
- Findings that it calls existing are not yours: leave them.
- Do not add suppression comments, loosen the configuration, catch and drop exceptions, or move code to where it
  is not checked in order to pass: the review lists that and fails. When a finding is wrong, leave the code as it
  is and say so.
- `{command} rule CODE` explains a rule, with code before and after.
"""


def with_block(text: str | None, command: str) -> str:
    """The text of AGENTS.md with the block in it; `text` is None when there is no file. Raises `Refusal`."""
    newline = "\r\n" if text is not None and "\r\n" in text else "\n"
    block = f"{BEGIN}\n{_TEXT.format(command=command)}{END}".replace("\n", newline)
    if text is None:
        return block + newline
    place = _place(text)
    if place is not None:
        return text[: place[0]] + block + text[place[1] :]
    # How a text ended can be told by how it ends now.
    return text + newline + block + newline if text.endswith("\n") else text + newline * 2 + block


def without_block(text: str | None) -> str | None:
    """The text of AGENTS.md without the block; None when there was no more than that, or no file. Raises `Refusal`."""
    place = _place(text) if text is not None else None
    if text is None or place is None:
        return text
    before, after = text[: place[0]], text[place[1] :]
    newline = "\r\n" if "\r\n" in text else "\n"
    if not before and not after.strip():
        return None
    if after.startswith(newline):
        return before.removesuffix(newline) + after.removeprefix(newline)
    return before.removesuffix(newline * 2) + after


def has_block(text: str | None) -> bool:
    """Whether AGENTS.md has the block. Raises `Refusal`."""
    return text is not None and _place(text) is not None


def _place(text: str) -> tuple[int, int] | None:
    begins, ends = text.count(BEGIN), text.count(END)
    if begins == ends == 0:
        return None
    start, end = text.find(BEGIN), text.find(END)
    if begins != 1 or ends != 1 or end < start:
        raise Refusal(f"{PATH} does not have one whole block between `{BEGIN}` and `{END}`; put it right, or take these lines out")
    return start, end + len(END)
