"""Which two states of a project a review compares, and how each is read.

The base that is used when nobody names one follows what continuous integration and developers mean by "this change": see `_default_base`.
"""

from __future__ import annotations

import contextlib
import dataclasses
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from backend_lint.review.model import Side
from backend_lint.source.files import FileSource, WorkingTree
from backend_lint.source.git import EMPTY_TREE, GitFault, Repository, without_binary
from backend_lint.source.trees import GitTree, Layered

#: Names under which a default branch is looked for where the remote does not say.
_DEFAULT_BRANCHES = ("origin/main", "origin/master", "main", "master")


@dataclass(frozen=True, kw_only=True)
class ChangeRequest:
    """What is to be reviewed; at most one of the fields is given. With none it is the working tree against the base that is found.

    `base` compares the working tree with where it left the revision; `staged` what is staged with HEAD; `commit` a commit with its first
    parent; `range` is `A..B` (B compared with A) or `A...B` (B with where it left A); `patch` is the text of a diff against HEAD.
    `environment` has the variables of the process.
    """

    base: str | None = None
    staged: bool = False
    commit: str | None = None
    range: str | None = None
    patch: bytes | None = None
    environment: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))


@dataclass(frozen=True, kw_only=True)
class Change:
    """Two states of the project in the folder `root`, with remarks about how they were found.

    `merged` are the states that a merge under way brings in: what was there in one of them is not new either.
    """

    root: Path
    base: Side
    head: Side
    before: FileSource
    after: FileSource
    remarks: tuple[str, ...] = ()
    merged: tuple[FileSource, ...] = ()


@contextlib.contextmanager
def opened(repository: Repository, request: ChangeRequest) -> Iterator[Change]:
    """The change that a request is about, to be used inside the `with`. Raises `GitFault` when there is nothing to compare with."""
    with contextlib.ExitStack() as stack:
        opener = _Opener(repository, request, stack)
        yield opener.open()


class _Opener:
    def __init__(self, repository: Repository, request: ChangeRequest, stack: contextlib.ExitStack) -> None:
        self._repository = repository
        self._request = request
        self._stack = stack
        self._remarks: list[str] = []

    def open(self) -> Change:
        request = self._request
        if request.staged:
            return self._staged()
        if request.commit is not None:
            return self._commit(request.commit)
        if request.range is not None:
            return self._range(request.range)
        if request.patch is not None:
            return self._patch(request.patch)
        return self._working_tree()

    # --- the forms of a change

    def _staged(self) -> Change:
        base, before = self._head()
        with_objects, index = self._stack.enter_context(self._repository.scratch())
        tree = self._repository.staged_tree(with_objects, index)
        merged = [commit for commit in self._repository.merged if self._repository.commit(commit) is not None]
        if merged:
            self._remarks.append("a merge is under way: what the merged branch had already is not new")
        found = self._change(base, before, Side(label="what is staged"), self._tree(tree, with_objects))
        return dataclasses.replace(found, merged=tuple(self._revision(commit) for commit in merged))

    def _commit(self, name: str) -> Change:
        commit = self._known(name)
        parents = self._repository.parents(commit)
        head = Side(label=f"commit {commit[:10]}", commit=commit)
        if not parents:
            return self._change(Side(label="nothing: the first commit"), self._tree(EMPTY_TREE), head, self._revision(commit))
        if len(parents) > 1:
            self._remarks.append(f"{commit[:10]} is a merge: it is compared with its first parent")
        base = self._parent(parents[0])
        return self._change(Side(label=f"the parent of {commit[:10]}", commit=base), self._revision(base), head, self._revision(commit))

    def _range(self, text: str) -> Change:
        left, dots, right = text.partition("..")
        if not dots or not left:
            raise GitFault(f'"{text}" is no range of revisions', "write A..B, or A...B to begin where B left A")
        from_fork = right.startswith(".")
        right = right.removeprefix(".") or "HEAD"
        start, end = self._known(left), self._known(right)
        head = Side(label=right, commit=end)
        if from_fork:
            fork = self._fork(left, start, end)
            return self._change(Side(label=f"where {right} left {left}", commit=fork), self._revision(fork), head, self._revision(end))
        return self._change(Side(label=left, commit=start), self._revision(start), head, self._revision(end))

    def _patch(self, patch: bytes) -> Change:
        base, before = self._head()
        head = Side(label="the patch")
        if not patch.strip():
            return self._change(base, before, head, before)
        text, left_out = without_binary(patch)
        if left_out:
            self._remarks.append("binary files of the patch are left out")
        if not text.strip():
            return self._change(base, before, head, before)
        with_objects, index = self._stack.enter_context(self._repository.scratch())
        tree = self._repository.tree_of(base.commit) if base.commit else EMPTY_TREE
        patched, fits = self._repository.patched_tree(with_objects, index, tree, text)
        if not fits:
            self._remarks.append("the patch does not fit HEAD exactly: counts of lines, blanks or outer lines of context were passed over")
        return self._change(base, before, head, self._tree(patched, with_objects))

    def _working_tree(self) -> Change:
        repository = self._repository
        if repository.is_bare:
            raise GitFault("this repository has no working tree", "name what to review with --range or --commit")
        after = self._disk()
        head = Side(label="the working tree")
        if repository.commit("HEAD") is None:
            return self._change(Side(label="nothing: no commit yet"), self._tree(EMPTY_TREE), head, after)
        if self._request.base is not None:
            name = self._request.base
            fork = self._fork(name, self._known(name), self._known("HEAD"))
            return self._change(Side(label=_fork_label(name), commit=fork), self._revision(fork), head, after)
        base = self._default_base()
        assert base.commit is not None, "a default base is a commit"
        return self._change(base, self._revision(base.commit), head, after)

    # --- the base

    def _default_base(self) -> Side:
        """The base that the variables of continuous integration name; else where HEAD left its upstream or the default branch.

        On a pull request GitHub checks out a merge of the two sides, whose first parent is the newest base, unless a workflow asks for
        another commit, which may be a merge as well
        (https://docs.github.com/actions/reference/workflows-and-actions/events-that-trigger-workflows#pull_request); GitLab names the base
        (https://docs.gitlab.com/ci/variables/predefined_variables/).
        """
        repository, variables = self._repository, self._request.environment
        head = self._known("HEAD")
        if variables.get("GITHUB_ACTIONS") == "true" and variables.get("GITHUB_BASE_REF"):
            parents = repository.parents(head)
            made_by_github = variables.get("GITHUB_REF", "/merge").endswith("/merge") and variables.get("GITHUB_SHA", head) == head
            if len(parents) == 2 and made_by_github:
                return Side(label="the base of the pull request", commit=self._parent(parents[0]))
            name = f"origin/{variables['GITHUB_BASE_REF']}"
            return Side(label=_fork_label(name), commit=self._fork(name, self._known(name), head))
        named = variables.get("CI_MERGE_REQUEST_DIFF_BASE_SHA")
        if named:
            return Side(label="the base of the merge request", commit=self._parent(named))
        for name in self._upstreams():
            other = repository.commit(name)
            if other is None:
                continue
            fork = self._fork(name, other, head)
            if fork != head or self._is_dirty(head):
                return Side(label=_fork_label(name), commit=fork)
            break
        else:
            if self._is_dirty(head):
                self._remarks.append("no upstream or default branch is known, so uncommitted changes alone are compared")
                return Side(label="HEAD", commit=head)
        parents = repository.parents(head)
        if not parents:
            raise GitFault("there is nothing to compare: HEAD is the first commit, and nothing is changed", "name a base with --base")
        self._remarks.append("nothing is changed since the base, so the last commit is compared with the one before it")
        return Side(label="HEAD^", commit=self._parent(parents[0]))

    def _upstreams(self) -> Iterator[str]:
        upstream = self._repository.symbolic("HEAD@{upstream}")
        if upstream is not None:
            yield _short(upstream)
        default = self._repository.symbolic("refs/remotes/origin/HEAD")
        if default is not None:
            yield _short(default)
        current = self._repository.symbolic("HEAD")
        for name in _DEFAULT_BRANCHES:
            if current != f"refs/heads/{name}":
                yield name

    def _is_dirty(self, head: str) -> bool:
        """Whether a file of the working tree differs from a commit's."""
        changed, added = self._repository.touched_files(head)
        if added:
            return True
        before, after = self._revision(head), WorkingTree(self._repository.top, changed)
        return any(_differs(before, after, path) for path in changed)

    def _fork(self, name: str, other: str, head: str) -> str:
        """Where `head` left the history of `other`."""
        found = self._repository.merge_bases(other, head)
        if not found:
            if self._repository.is_shallow:
                raise GitFault(
                    f"the history is cut off before the point where this change left {name}",
                    "fetch it: git fetch --unshallow, or check out with fetch-depth: 0",
                )
            raise GitFault(f"this change has no history in common with {name}", "name both sides: --range A..B")
        if len(found) > 1:
            self._remarks.append(f"{len(found)} commits are equally good as the base; {found[0][:10]} is used")
        return found[0]

    def _known(self, name: str) -> str:
        found = self._repository.commit(name)
        if found is not None:
            return found
        hint = "is the name right?"
        if name.startswith("origin/"):
            branch = name.removeprefix("origin/")
            hint = f"fetch it: git fetch origin {branch}:refs/remotes/origin/{branch}"
        elif self._repository.is_shallow:
            hint = "the history is cut off; fetch it: git fetch --unshallow"
        raise GitFault(f'there is no commit "{name}" in this repository', hint)

    def _parent(self, commit: str) -> str:
        """A commit that another one names, which a shallow repository may lack."""
        if self._repository.commit(commit) is None:
            raise GitFault(f"the repository does not have the base, {commit[:10]}", f"fetch it: git fetch --depth=1 origin {commit}")
        return commit

    # --- sources

    def _head(self) -> tuple[Side, FileSource]:
        commit = self._repository.commit("HEAD")
        if commit is None:
            return Side(label="nothing: no commit yet"), self._tree(EMPTY_TREE)
        return Side(label="HEAD", commit=commit), self._revision(commit)

    def _revision(self, commit: str) -> FileSource:
        return self._tree(self._repository.tree_of(commit))

    def _tree(self, tree: str, repository: Repository | None = None) -> GitTree:
        owner = repository or self._repository
        found = GitTree(owner, owner.files_in(tree))
        self._stack.callback(found.close)
        return found

    def _disk(self) -> FileSource:
        top = self._repository.top
        listed, sparse = self._repository.working_files()
        on_disk = _Disk(top)
        present = [path for path in (*listed, *sparse) if on_disk.has(path)]
        absent = {path: blob for path, blob in sparse.items() if not os.path.lexists(top / path)}
        front = GitTree(self._repository, absent)
        self._stack.callback(front.close)
        return Layered(front, WorkingTree(top, present))

    def _change(self, base: Side, before: FileSource, head: Side, after: FileSource) -> Change:
        return Change(root=self._repository.top, base=base, head=head, before=before, after=after, remarks=tuple(self._remarks))


class _Disk:
    """Tells which of the paths that git names are regular files on the disk: as for git, what lies behind a link is none."""

    def __init__(self, top: Path) -> None:
        self._top = str(top)
        self._linked: dict[str, bool] = {"": False}

    def has(self, path: str) -> bool:
        place = os.path.join(self._top, path)
        return os.path.isfile(place) and not os.path.islink(place) and not self._is_linked(path.rpartition("/")[0])

    def _is_linked(self, folder: str) -> bool:
        found = self._linked.get(folder)
        if found is None:
            found = os.path.islink(os.path.join(self._top, folder)) or self._is_linked(folder.rpartition("/")[0])
            self._linked[folder] = found
        return found


def _differs(before: FileSource, after: FileSource, path: str) -> bool:
    try:
        return before.read(path).splitlines() != after.read(path).splitlines()
    except OSError:
        return True


def _short(ref: str) -> str:
    return ref.removeprefix("refs/remotes/").removeprefix("refs/heads/")


def _fork_label(name: str) -> str:
    return f"where HEAD left {name}"
