"""What both rules about blocking share: which functions are judged, and how several blocking calls become one finding."""

from __future__ import annotations

from typing import TYPE_CHECKING

from backend_lint.frameworks import REQUEST_KINDS, handler_of
from backend_lint.frameworks.reach import reach_of
from backend_lint.frameworks.serving import serves
from backend_lint.semantics.blocking import Block, awaited_blocks, blocks_in
from backend_lint.semantics.calls import dotted
from backend_lint.semantics.roles import UNSERVED
from backend_lint.source import nodes as n

if TYPE_CHECKING:
    from collections.abc import Sequence

    from backend_lint.semantics.project import Function

#: Packages whose subject is the file system, under one heading.
_FILES = frozenset(
    {"", "io", "os", "shutil", "pathlib", "zipfile", "tarfile", "gzip", "bz2", "lzma", "codecs", "tempfile", "glob", "pickle", "PIL"}
)

#: Packages that finish what another has begun.
_SAME = {"http": "urllib", "urllib3": "urllib", "botocore": "boto3", "_socket": "socket", "ssl": "socket"}
#: How long the way may be to what is only noted.
_NOTED_STEPS = 2
#: How long the way to a file may be for a clear finding.
_FILE_STEPS = 3


class Group:
    """The blocking places of one function that are one fault, `members` in source order: the `first` is to be reported."""

    __slots__ = ("is_note", "members", "subject")

    def __init__(self, subject: str, members: Sequence[Block], *, is_note: bool) -> None:
        self.subject = subject
        self.members = members
        self.is_note = is_note

    @property
    def first(self) -> Block:
        return self.members[0]

    @property
    def others(self) -> int:
        """How many places there are besides the first."""
        return len({id(block.node) for block in self.members}) - 1


def groups(function: Function, *, database: bool) -> list[Group]:
    """The faults of a coroutine function, by subject, in source order: those with databases, or all the others."""
    if not function.is_async or function.module.role in UNSERVED:
        return []
    blocks = [block for block in _one_a_node(blocks_in(function)) if (block.cause == "database") == database]
    found = _grouped(function, blocks, database) if blocks and serves(function) else []
    if all(group.is_note for group in found) and _is_handler(function):
        found.extend(_awaited(function, database))
    found.sort(key=lambda group: group.first.node.start)
    return found


def _grouped(function: Function, blocks: list[Block], database: bool) -> list[Group]:
    by_subject: dict[str, list[Block]] = {}
    for block in blocks:
        by_subject.setdefault("database" if database else _subject(block), []).append(block)
    found = []
    for subject, members in by_subject.items():
        clear = [block for block in members if _is_clear(block)]
        is_note = not clear or (subject == "files" and not _answers(function))
        chosen = clear or members
        if is_note and len(chosen[0].steps) > _NOTED_STEPS:
            continue
        found.append(Group(subject, chosen, is_note=is_note))
    return found


def _awaited(function: Function, database: bool) -> list[Group]:
    """The one fault of a handler that does not block by itself: it awaits coroutines of the project that do."""
    blocks = [block for block in _one_a_node(awaited_blocks(function)) if (block.cause == "database") == database and _is_clear(block)]
    return [Group("database" if database else _subject(blocks[0]), blocks, is_note=False)] if blocks else []


def _is_clear(block: Block) -> bool:
    """Whether reviewers would agree on a blocking place: not on what is over in a moment, on failures, on files many calls away."""
    if block.cause == "brief" or (block.is_after_failure and not block.is_direct):
        return False
    return block.cause != "file" or len(block.steps) <= _FILE_STEPS


def _one_a_node(blocks: list[Block]) -> list[Block]:
    """Of several causes at one call the nearest: one remedy helps against all of them."""
    nearest: dict[int, Block] = {}
    for block in blocks:
        known = nearest.get(id(block.node))
        if known is None or _weight(block) > _weight(known):
            nearest[id(block.node)] = block
    return list(nearest.values())


def _weight(block: Block) -> tuple[bool, bool, int]:
    """How telling a blocking place is, beside others at the same call."""
    return _is_clear(block), block.cause != "file", -len(block.steps)


def _subject(block: Block) -> str:
    package = block.package
    if block.cause == "file" or (package in _FILES and block.name not in ("input", "os.system", "os.popen", "os.wait", "os.waitpid")):
        return "files"
    return _SAME.get(package, package) or block.name


def _is_handler(function: Function) -> bool:
    handler = handler_of(function)
    return handler is not None and handler.kind in REQUEST_KINDS


def _answers(function: Function) -> bool:
    """Whether a request waits for a function."""
    return _is_handler(function) or reach_of(function) is not None


def called(block: Block) -> str:
    """What a blocking place calls, as the code spells it."""
    node = block.node
    func = node.func if isinstance(node, n.Call) else node
    path = dotted(func) if isinstance(func, (n.Name, n.Attribute)) else None
    if path is not None:
        return path
    return f"...{func.attr}" if isinstance(func, n.Attribute) else block.name


def more(group: Group) -> str:
    """The words for the places that are not reported by themselves."""
    return f" ({group.others} more such call{'s' if group.others > 1 else ''} in this function)" if group.others else ""


def end_of(block: Block) -> int:
    """Where the marked span ends: behind what is called, its arguments left out."""
    return block.node.func.end if isinstance(block.node, n.Call) else block.node.end
