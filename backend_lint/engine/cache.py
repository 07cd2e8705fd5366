"""What a run takes from the cache and leaves in it.

Two kinds of answers are kept here. The tree of a file is found by the digest of its bytes, whichever project, revision or path they come
from. The result of a whole run is found by all that was asked (the analyser, the root, the plans, the set of files), and holds when every
file that the run read still has the digest that it had then.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from backend_lint.engine import signature
from backend_lint.engine.cache_folder import Cache
from backend_lint.engine.file_states import FileStates, State, digest_of, is_on_disk
from backend_lint.engine.result import Result, StaleEntry
from backend_lint.engine.timings import Timings, phase
from backend_lint.findings.comments import Directive
from backend_lint.findings.model import Finding
from backend_lint.source import documents
from backend_lint.source.files import FileSource

if TYPE_CHECKING:
    from backend_lint.engine.discovery import ProjectFiles
    from backend_lint.engine.plan import Plans
    from backend_lint.engine.registry import Packs
    from backend_lint.engine.store import Store
    from backend_lint.source.faults import SyntaxFault
    from backend_lint.source.nodes import Tree


#: How many trees a process makes before it shows them to others: each time costs a millisecond.
_SHARED_AT_ONCE = 16


class Reads(msgspec.Struct):
    """What a run has read: each path's digest, None for what could not be read, and the digest of the list of API documents when that was
    asked for. `is_steady` is false once a file was read with two contents."""

    digests: dict[str, bytes | None] = {}
    documents: bytes | None = None
    is_steady: bool = True

    def note(self, path: str, digest: bytes | None) -> None:
        """Note what a file held."""
        if self.digests.setdefault(path, digest) != digest:
            self.is_steady = False

    def note_documents(self, listed: Sequence[str]) -> None:
        """Note which API documents there are."""
        found = _digest_of_list(listed)
        self.is_steady &= self.documents in (None, found)
        self.documents = found

    def add(self, other: Reads) -> None:
        """Add what another process has read."""
        for path, digest in other.digests.items():
            self.note(path, digest)
        self.is_steady &= other.is_steady and (None in (self.documents, other.documents) or self.documents == other.documents)
        self.documents = self.documents or other.documents


class Seen(msgspec.Struct):
    """What a process hands back about its reading, so that the run's own process can keep it."""

    reads: Reads
    states: dict[str, State]


class _Run(msgspec.Struct, array_like=True):
    """A result, and what it rests on. It holds after the first and until the last of the `days`, on which suppressions expire; "" for no
    such day."""

    reads: dict[str, bytes | None]
    documents: bytes | None
    findings: list[Finding]
    files: int
    suppressed: int
    notes_hidden: int
    failing: int
    hidden: list[Finding]
    directives: dict[str, list[Directive]]
    baselined: list[Finding]
    stale: list[StaleEntry]
    moved: list[StaleEntry]
    partly_ignored: int
    days: tuple[str, str]


class Session:
    """The cache as one process uses it for a run on the files of `source`, below `root`. `shares` lets several processes see each other's
    trees while they work."""

    def __init__(self, cache: Cache, root: Path, source: FileSource, timings: Timings | None = None, *, shares: bool = False) -> None:
        self.store: Store | None = cache.store(root)
        self.reads = Reads()
        self._cache = cache
        self._root = root
        self._source = source
        self._timings = timings
        self._on_disk = is_on_disk(source)
        self._states_key = digest_of(str(root).encode("utf-8", "surrogateescape"))
        self._states: FileStates | None = None
        self._trees = signature.of_trees()
        self._shares = shares
        self._unshared = 0
        if self.store is None and timings is not None:
            timings.remark(f"no cache: {cache.folder} lies in the project, and there is no folder outside of it to keep a secret in")

    # --- reading

    @property
    def states(self) -> FileStates:
        """What is known of the files on the disk."""
        if self._states is None:
            data = self.store.get("states", self._states_key) if self.store is not None and self._on_disk else None
            self._states = FileStates(self._root, data)
        return self._states

    def read(self, path: str) -> bytes:
        """The bytes of a file, which the result will rest on. Raises OSError."""
        try:
            if self._on_disk:
                data, digest = self.states.read(self._source, path)
            else:
                data = self._source.read(path)
                digest = digest_of(data)
        except OSError:
            self.reads.note(path, None)
            raise
        self.reads.note(path, digest)
        return data

    def listing(self) -> Sequence[str]:
        """The paths of the files besides Python's that an analysis may ask for; that they are these, the result will rest on."""
        found = _documents(self._root, self._source)
        self.reads.note_documents(found)
        return found

    # --- trees

    def parse(self, path: str, data: bytes) -> Tree:
        """As `source.parse`, from the cache where it knows the answer."""
        from backend_lint.engine import stored_trees
        from backend_lint.source.parse import SyntaxFault, parse

        store = self.store
        if store is None:
            return parse(path, data)
        key = digest_of(data) + self._trees
        stored = store.get("trees", key)
        found = None if stored is None else stored_trees.decoded(path, data, stored)
        if self._timings is not None:
            self._timings.count("trees asked for")
            self._timings.count("trees found", found is not None)
        if found is None:
            try:
                found = parse(path, data)
            except SyntaxFault as fault:
                # That there is none is kept as well. How deep is too deep may depend on who asked.
                if not isinstance(fault.__context__, RecursionError):
                    self._keep_tree(key, fault)
                raise
            self._keep_tree(key, found)
        if isinstance(found, SyntaxFault):
            raise found
        return found

    def without_tree(self, paths: Sequence[str]) -> list[str]:
        """The files among `paths` of which the cache has no tree."""
        store = self.store
        if store is None:
            return list(paths)
        digests = {path: self.digest(path) for path in paths}
        known = store.present("trees", [digest + self._trees for digest in digests.values() if digest is not None])
        return [path for path, digest in digests.items() if digest is not None and digest + self._trees not in known]

    def keep_trees(self, trees: Mapping[bytes, bytes]) -> None:
        """Keep stored trees, by the digests of the files."""
        if self.store is not None:
            for digest, tree in trees.items():
                self.store.put("trees", digest + self._trees, tree)

    def _keep_tree(self, key: bytes, found: Tree | SyntaxFault) -> None:
        from backend_lint.engine import stored_trees

        assert self.store is not None, "only a store keeps trees"
        encoded = stored_trees.encoded(found)
        if encoded is None:
            return
        self.store.put("trees", key, encoded)
        self._unshared += 1
        if self._shares and self._unshared >= _SHARED_AT_ONCE:
            self._unshared = 0
            self.write_trees()

    # --- runs

    def run_key(self, files: ProjectFiles, plans: Plans, pack: Packs, hiding: object = None) -> bytes | None:
        """What a run is known by: all that its result depends on, but for what the files hold and the day. None when that cannot be said.
        `hiding` tells what hides findings in it, None for comments alone.

        On the disk the last state of a project is known by it. Of revisions several are looked at in turn, so what the files under check
        hold there tells them apart.
        """
        analyser = signature.of_analyser(pack)
        if analyser is None:
            return None
        held = None if self._on_disk else [self._digest(path) for path in files.targets]
        asked = (str(files.root), plans, files.all, files.is_whole, held, hiding)
        try:
            return blake2b(analyser + _deterministic.encode(asked), digest_size=20).digest()
        except (msgspec.MsgspecError, TypeError, UnicodeError):
            return None

    def find_run(self, key: bytes, root: Path, today: str) -> Result | None:
        """The result kept under a key, when nothing that it rests on has changed, and nothing has expired."""
        stored = self.store.get("runs", key) if self.store is not None else None
        if stored is None:
            return None
        try:
            found = _decoder.decode(zlib.decompress(stored))
        except (zlib.error, msgspec.MsgspecError, RecursionError):
            return None
        first, last = found.days
        if today <= first or (last and today > last):
            return None
        if found.documents is not None and _digest_of_list(_documents(self._root, self._source)) != found.documents:
            return None
        if any(self._digest(path) != digest for path, digest in found.reads.items()):
            return None
        self._touch(key, found)
        return Result(
            root=root,
            findings=found.findings,
            files=found.files,
            suppressed=found.suppressed,
            notes_hidden=found.notes_hidden,
            failing=found.failing,
            hidden=found.hidden,
            directives=found.directives,
            baselined=found.baselined,
            stale=found.stale,
            moved=found.moved,
            partly_ignored=found.partly_ignored,
        )

    def keep_run(self, key: bytes, result: Result, days: tuple[str, str]) -> None:
        """Keep a result that rests on what was read here, and on the reads that were added, and holds after the first and until
        the last of the `days`. One that is not complete is not kept."""
        if self.store is None or result.problems or not self.reads.is_steady:
            return
        kept = _Run(
            reads=self.reads.digests,
            documents=self.reads.documents,
            findings=result.findings,
            files=result.files,
            suppressed=result.suppressed,
            notes_hidden=result.notes_hidden,
            failing=result.failing,
            hidden=result.hidden,
            directives=result.directives,
            baselined=result.baselined,
            stale=result.stale,
            moved=result.moved,
            partly_ignored=result.partly_ignored,
            days=days,
        )
        try:
            self.store.put("runs", key, zlib.compress(_encoder.encode(kept), 1))
        except (msgspec.MsgspecError, RecursionError, UnicodeError):
            return

    def digest(self, path: str) -> bytes | None:
        """The digest of what a file holds, on which the result will rest; None when it cannot be read."""
        found = self._digest(path)
        self.reads.note(path, found)
        return found

    def _digest(self, path: str) -> bytes | None:
        if self._on_disk:
            return self.states.digest(self._source, path)
        try:
            return digest_of(self._source.read(path))
        except OSError:
            return None

    def _touch(self, key: bytes, found: _Run) -> None:
        """A run that is looked up day by day keeps alive the trees that the next change will need."""
        assert self.store is not None, "what was found was stored"
        if self.store.is_pending:
            trees = [digest + self._trees for path, digest in found.reads.items() if digest is not None and path.endswith((".py", ".pyi"))]
            self.store.touch("trees", *trees)

    # --- the end

    def seen(self) -> Seen:
        """What was read since this was last asked."""
        found = Seen(self.reads, dict(self.states.seen))
        self.reads = Reads()
        return found

    def add(self, seen: Seen) -> None:
        """Add what another process has read."""
        self.reads.add(seen.reads)
        self.states.add(seen.states)

    def close(self) -> None:
        """Let go of the file, which is opened again when it is needed."""
        if self.store is not None:
            self.store.close()

    def write_trees(self) -> None:
        """Write what is new, but for what the run's own process has to say of it as a whole."""
        store = self.store
        if store is None:
            return
        with phase(self._timings, "write cache"):
            store.commit()
        if store.fault is not None and self._timings is not None:
            self._timings.remark(f"no cache: {store.file}: {store.fault}")

    def write(self) -> None:
        """Write what is new, and let go of the file."""
        if self.store is not None and self._on_disk and self._states is not None and self._states.has_changed:
            self.store.put("states", self._states_key, self._states.encoded())
        self.write_trees()
        self.close()


def _documents(root: Path, source: FileSource) -> list[str]:
    from backend_lint.source.files import WorkingTree

    return documents.on_disk(str(root)) if isinstance(source, WorkingTree) else documents.among(source.list())


def _digest_of_list(paths: Sequence[str]) -> bytes:
    return digest_of("\0".join(paths).encode("utf-8", "surrogateescape"))


_encoder = msgspec.msgpack.Encoder()
_deterministic = msgspec.msgpack.Encoder(order="deterministic")
_decoder = msgspec.msgpack.Decoder(_Run)
