"""Git repositories, read through plumbing commands whose output no user configuration changes.

Nothing is ever written to a repository: not its working tree, index, refs or objects. What has to be computed with an index of its own (a
patch, what is staged) goes to a temporary folder, https://git-scm.com/docs/git#_environment_variables.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

__all__ = ["EMPTY_TREE", "GitFault", "Repository"]

#: Stands for the tree without files, whose name depends on how a repository names its objects.
EMPTY_TREE = "empty"

#: Kept of the caller's environment: where objects lie that the repository itself does not have yet (a push under way).
_KEPT = ("GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_QUARANTINE_PATH")
#: Settings that would run programs or change what plumbing prints.
_SETTINGS = ("core.quotepath=false", "core.fsmonitor=false", "core.precomposeunicode=true", "color.ui=false", "submodule.recurse=false")


class GitFault(Exception):
    """Git could not answer. `message` is a line for the user; `hint`, if any, says what to do."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


@dataclass(frozen=True)
class Blame:
    """The commit that wrote a line, and when, in seconds since 1970. `is_cut_off` is whether an older one may have done so, the history
    being cut off there."""

    commit: str
    seconds: int
    is_cut_off: bool = False


class Repository:
    """A repository. `top` is the top folder of its working tree (of a bare repository, its own folder); `index` is the index file in use,
    which may be another than the usual one while a commit is made."""

    def __init__(
        self, top: Path, git_dir: Path, index: Path, *, is_bare: bool = False, environment: Mapping[str, str] | None = None
    ) -> None:
        self.top = top
        self.git_dir = git_dir
        self.index = index
        self.is_bare = is_bare
        self._environment = dict(environment or {})

    @classmethod
    def find(cls, folder: Path) -> Repository:
        """The repository that a folder belongs to, as git itself would find it. Raises `GitFault`."""
        if shutil.which("git") is None:
            raise GitFault("git is not installed, or not on the PATH")
        environment = {**os.environ, "LC_ALL": "C"}
        try:
            found = _run(["rev-parse", "--is-bare-repository", "--absolute-git-dir", "--git-path", "index"], folder, environment)
        except GitFault as fault:
            raise GitFault(f"{folder}: {fault.message}", "run this inside a git repository") from None
        is_bare, git_dir, index = found.decode(errors="surrogateescape").splitlines()[:3]
        kept = {key: os.environ[key] for key in _KEPT if key in os.environ}
        if is_bare == "true":
            return cls(Path(git_dir), Path(git_dir), Path(git_dir) / "index", is_bare=True, environment=kept)
        top = Path(os.fsdecode(_run(["rev-parse", "--show-toplevel"], folder, environment)).rstrip("\n"))
        # While a commit is made, the variable names another index, relative to the top of the working tree.
        named = os.environ.get("GIT_INDEX_FILE")
        place = top / named if named else folder / index
        return cls(top, Path(git_dir), Path(os.path.abspath(place)), environment=kept)

    def run(self, *arguments: str, stdin: bytes | None = None, index: Path | None = None) -> bytes:
        """What a git command prints. Raises `GitFault` with git's own words when it fails."""
        words = [*self._options(), *arguments]
        return _run(words, self.top, self.environment(index), stdin=stdin)

    def environment(self, index: Path | None = None) -> dict[str, str]:
        """The environment in which git runs: none of the caller's variables that lead git elsewhere, and no locks."""
        kept = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
        kept.update(self._environment)
        kept.update(
            LC_ALL="C", GIT_OPTIONAL_LOCKS="0", GIT_TERMINAL_PROMPT="0", GIT_NO_LAZY_FETCH="1", GIT_INDEX_FILE=str(index or self.index)
        )
        return kept

    def _options(self) -> list[str]:
        options = [word for setting in _SETTINGS for word in ("-c", setting)]
        options.append(f"--git-dir={self.git_dir}")
        if not self.is_bare:
            options.append(f"--work-tree={self.top}")
        return options

    def batch(self) -> subprocess.Popen[bytes]:
        """A process that prints the objects whose names are written to it."""
        words = ["git", *self._options(), "cat-file", "--batch"]
        return subprocess.Popen(
            words, cwd=self.top, env=self.environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )

    # --- revisions

    def commit(self, name: str) -> str | None:
        """The id of the commit that a name stands for; None when there is none."""
        if not name or name.startswith("-"):
            return None
        try:
            return self._line("rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")
        except GitFault:
            return None

    def tree_of(self, commit: str) -> str:
        """The id of a commit's tree. Raises `GitFault`."""
        return self._line("rev-parse", "--verify", "--quiet", f"{commit}^{{tree}}")

    def parents(self, commit: str) -> list[str]:
        """The ids of a commit's parents as the commit itself names them, whether the repository has them or not. Raises `GitFault`."""
        header, _, _ = self.run("cat-file", "commit", commit).partition(b"\n\n")
        return [line[7:].decode("ascii") for line in header.splitlines() if line.startswith(b"parent ")]

    def merge_bases(self, left: str, right: str) -> list[str]:
        """The ids of the best common ancestors of two commits; none when their histories are apart, or cut off."""
        try:
            return self.run("merge-base", "--all", left, right).decode("ascii").split()
        except GitFault:
            return []

    @property
    def is_shallow(self) -> bool:
        """Whether the repository's history is cut off."""
        return self._line("rev-parse", "--is-shallow-repository") == "true"

    def symbolic(self, name: str) -> str | None:
        """The full name of the ref that a name such as "HEAD@{upstream}" or "origin/HEAD" stands for; None when it stands for none."""
        try:
            return self._line("rev-parse", "--symbolic-full-name", "--verify", "--quiet", name) or None
        except GitFault:
            return None

    def _line(self, *arguments: str) -> str:
        return self.run(*arguments).decode(errors="surrogateescape").strip()

    # --- files

    def attribute(self, name: str, path: str) -> str:
        """The value of an attribute of a file, as `.gitattributes` files give it; "unspecified" for none. Raises `GitFault`."""
        return self.run("check-attr", "-z", name, "--", path).split(b"\0")[2].decode("utf-8", "replace")

    def blamed(self, path: str, lines: Sequence[int]) -> dict[int, Blame]:
        """Who wrote lines (1-based) of a file of the working tree last, past the commits that the repository's settings have `git blame`
        pass over; those that are not committed are left out. Raises `GitFault`, for a file that is not tracked too."""
        spans = [word for line in lines for word in ("-L", f"{line},{line}")]
        words = ["blame", "--line-porcelain", "--no-textconv", *spans, "--", path]
        is_shallow = self.is_shallow
        found: dict[int, Blame] = {}
        commit, number, seconds, is_boundary = "", 0, 0, False
        for entry in self.run(*words).split(b"\n"):
            if entry.startswith(b"\t"):
                if commit.strip("0"):
                    found[number] = Blame(commit=commit, seconds=seconds, is_cut_off=is_boundary and is_shallow)
                commit, is_boundary = "", False
            elif not commit:
                head = entry.split()
                if len(head) >= 3:
                    commit, number = head[0].decode("ascii"), int(head[2])
            elif entry.startswith(b"author-time "):
                seconds = int(entry[12:])
            elif entry == b"boundary":
                is_boundary = True
        return found

    # --- trees

    def files_in(self, tree: str) -> dict[str, str]:
        """The regular files of a tree: path to the id of the blob. Links and submodules are no files. Raises `GitFault`."""
        found: dict[str, str] = {}
        if tree == EMPTY_TREE:
            return found
        for entry in self.run("ls-tree", "-r", "-z", "--full-tree", tree).split(b"\0"):
            head, _, path = entry.partition(b"\t")
            if head.startswith(b"100"):
                found[os.fsdecode(path)] = head.split()[2].decode("ascii")
        return found

    def working_files(self) -> tuple[list[str], dict[str, str]]:
        """The files of the working tree that are tracked, or neither tracked nor ignored; and those that a sparse checkout leaves in the
        index: path to the id of the blob. Raises `GitFault`."""
        listed: list[str] = []
        sparse: dict[str, str] = {}
        for entry in self._of_index("ls-files", "-z", "-t", "--stage", "--cached", "--full-name"):
            head, _, path = entry.partition(b"\t")
            words = head.split()
            if len(words) == 4 and words[1].startswith(b"100"):
                if words[0] == b"S":
                    sparse[os.fsdecode(path)] = words[2].decode("ascii")
                else:
                    listed.append(os.fsdecode(path))
        listed.extend(self._untracked())
        return sorted(set(listed)), sparse

    def touched_files(self, commit: str) -> tuple[list[str], list[str]]:
        """The files of the working tree that may differ from a commit's (to be compared: git goes by their times), and those that are
        neither tracked nor ignored. Raises `GitFault`."""
        names = self._of_index("diff-index", "--name-only", "-z", "--no-renames", "--ignore-submodules", commit, "--")
        return [os.fsdecode(path) for path in names], self._untracked()

    def _untracked(self) -> list[str]:
        return [os.fsdecode(path) for path in self._of_index("ls-files", "-z", "--others", "--exclude-standard", "--full-name")]

    def _of_index(self, *arguments: str) -> list[bytes]:
        """The entries that a command prints about the index. To take a sparse index apart git writes trees, which must not be kept."""
        with self.scratch() as (scratch, _):
            return [entry for entry in scratch.run(*arguments).split(b"\0") if entry]

    @contextlib.contextmanager
    def scratch(self) -> Iterator[tuple[Repository, Path]]:
        """The repository with a temporary folder for new objects, and a path in it where an index may be written."""
        with tempfile.TemporaryDirectory(prefix="backend-lint-") as folder:
            objects = Path(folder) / "objects"
            objects.mkdir()
            own = self._environment.get("GIT_OBJECT_DIRECTORY") or str(self._objects())
            others = self._environment.get("GIT_ALTERNATE_OBJECT_DIRECTORIES")
            alternates = os.pathsep.join([own, *([others] if others else [])])
            extra = {"GIT_OBJECT_DIRECTORY": str(objects), "GIT_ALTERNATE_OBJECT_DIRECTORIES": alternates}
            changed = Repository(self.top, self.git_dir, self.index, is_bare=self.is_bare, environment={**self._environment, **extra})
            yield changed, Path(folder) / "index"

    def _objects(self) -> Path:
        return Path(os.path.abspath(self.top / self._line("rev-parse", "--git-path", "objects")))

    def staged_tree(self, scratch: Repository, index: Path) -> str:
        """The tree of what is staged, written by a `scratch` with a copy of the index. Raises `GitFault`, for an unfinished merge too."""
        if not self.index.exists():
            return EMPTY_TREE
        shutil.copyfile(self.index, index)
        try:
            return scratch.run("write-tree", "--missing-ok", index=index).decode("ascii").strip()
        except GitFault as fault:
            raise GitFault(f"what is staged cannot be read: {fault.message}", "finish the merge, then stage its result") from None

    def has_staged_changes(self) -> bool:
        """Whether what is staged differs from HEAD, or from nothing before the first commit. Raises `GitFault`, for an unfinished merge
        too."""
        head = self.commit("HEAD")
        with self.scratch() as (scratch, index):
            staged = self.staged_tree(scratch, index)
        return staged != (self.tree_of(head) if head is not None else EMPTY_TREE)

    @property
    def merged(self) -> list[str]:
        """The ids of the commits that a merge under way brings in; none when there is no merge."""
        try:
            lines = Path(self._line("rev-parse", "--path-format=absolute", "--git-path", "MERGE_HEAD")).read_text(encoding="ascii")
        except (OSError, ValueError):
            return []
        return lines.split()

    def patched_tree(self, scratch: Repository, index: Path, base: str, patch: bytes) -> tuple[str, bool]:
        """The tree that a patch makes of the tree `base`, computed by a `scratch`, and whether the patch fits exactly.

        One whose lines were counted wrongly, whose blanks or whose outer lines of context differ from the file's is applied nevertheless.
        Raises `GitFault` with the file and hunk that does not apply.
        """
        if not re.search(rb"(?m)^(@@ |diff --git |--- )", patch):
            raise GitFault("the patch does not apply: there is no diff in it", "it has to be a diff against HEAD")
        level, other = ("-p0", "-p1") if _has_no_prefixes(patch) else ("-p1", "-p0")
        tries = [(level, ()), (level, _LENIENT)]
        if not re.search(rb"(?m)^(--- /dev/null|new file mode |rename to |copy to )", patch):
            # Where all files have to be there, a wrong guess cannot but fail.
            tries.append((other, ()))
        fault: GitFault | None = None
        for strip, leniency in tries:
            scratch.run("read-tree", *(["--empty"] if base == EMPTY_TREE else [base]), index=index)
            words = ["apply", "--cached", "--whitespace=nowarn", "--unidiff-zero", *leniency, strip, "-"]
            try:
                scratch.run(*words, stdin=patch, index=index)
            except GitFault as found:
                fault = fault or found
            else:
                return scratch.run("write-tree", "--missing-ok", index=index).decode("ascii").strip(), not leniency
        assert fault is not None, "it was tried"
        raise GitFault(f"the patch does not apply: {fault.message}", "it has to be a diff against HEAD")


#: How a patch is applied that does not fit exactly.
_LENIENT = ("--recount", "-C1", "--ignore-whitespace")


def without_binary(patch: bytes) -> tuple[bytes, bool]:
    """A patch without the parts that say no more than that binary files differ, which cannot be applied, and whether it had any.

    Such a part that names a Python file stays.
    """
    parts = re.split(rb"(?m)^(?=diff --git )", patch)
    kept = [part for part in parts if not _is_binary(part)]
    return b"".join(kept), len(kept) < len(parts)


def _is_binary(part: bytes) -> bool:
    said = re.search(rb"(?m)^Binary files (.*) differ\r?$", part)
    return said is not None and not re.search(rb'\.pyi?"?(?: |$)', said.group(1)) and b"\n@@ " not in part


def _has_no_prefixes(patch: bytes) -> bool:
    """Whether the names in a diff are those of the files, without a/ and b/ before them, as `diff.noprefix` writes them.

    Where there are no prefixes, both names of a file that is not renamed are the same, and those of one that is are what git says of the
    renaming; two names that differ in their first folder alone have prefixes. Other tools than git write one name only of a file that is
    added or removed, which must then not begin like a prefix.
    """
    old = source = b""
    has_prefixes = False
    for line in patch.splitlines():
        if line.startswith(b"diff --git "):
            names = line[11:].strip()
            if names[: len(names) // 2] == names[len(names) // 2 + 1 :]:
                return True
            has_prefixes = any(
                names[:space].partition(b"/")[2] == names[space + 1 :].partition(b"/")[2] != b""
                for space in range(len(names))
                if names[space : space + 1] == b" "
            )
            old = source = b""
        elif line.startswith((b"rename from ", b"copy from ")):
            source = line.partition(b" from ")[2].strip()
        elif line.startswith(b"--- "):
            old = line[4:].split(b"\t")[0].strip()
        elif line.startswith(b"+++ ") and old:
            new = line[4:].split(b"\t")[0].strip()
            if source:
                return old == source
            if has_prefixes:
                return False
            if old != b"/dev/null" and new != b"/dev/null":
                return old == new
            name = new if old == b"/dev/null" else old
            return not re.match(rb'"?[abciow]/', name)
    return False


def _run(arguments: Sequence[str], folder: Path, environment: Mapping[str, str], *, stdin: bytes | None = None) -> bytes:
    try:
        done = subprocess.run(
            ["git", *arguments],
            cwd=folder,
            env=environment,
            input=stdin,
            stdin=subprocess.DEVNULL if stdin is None else None,
            capture_output=True,
            check=False,
        )
    except OSError as fault:
        raise GitFault(f"git cannot be run: {fault.strerror or fault}") from None
    if done.returncode != 0:
        said = " ".join(done.stderr.decode("utf-8", "replace").split())
        raise GitFault(said.removeprefix("fatal: ").removeprefix("error: ") or f"git {arguments[-1]} failed")
    return done.stdout
