"""Repositories and trees as sources of files."""

from __future__ import annotations

import os
import pickle
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from backend_lint.source.git import EMPTY_TREE, GitFault, Repository
from backend_lint.source.trees import GitTree, Layered
from tests.review.repositories import Repo


def git(folder: Path, *arguments: str) -> str:
    """What a git command prints, run as a person would whose configuration is hostile to parsers."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    environment.update(HOME=str(folder.parent), GIT_CONFIG_NOSYSTEM="1")
    words = ["git", "-c", "user.name=T", "-c", "user.email=t@example.org", "-c", "init.defaultBranch=main", *arguments]
    return subprocess.run(words, cwd=folder, env=environment, check=True, capture_output=True, text=True).stdout.strip()


@pytest.fixture
def work(tmp_path: Path) -> Path:
    folder = tmp_path / "work"
    folder.mkdir()
    git(folder, "init", "-q")
    (folder / "app").mkdir()
    (folder / "app" / "übung mit.py").write_bytes(b"a = 1\r\n")
    (folder / "b.py").write_text("b = 1\n")
    (folder / "link.py").symlink_to("b.py")
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "first")
    for key, value in {"diff.noprefix": "true", "core.quotepath": "true", "color.ui": "always", "diff.external": "false"}.items():
        git(folder, "config", key, value)
    return folder


@pytest.fixture
def repository(work: Path) -> Repository:
    return Repository.find(work / "app")


def everything(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file() and not path.is_symlink()}


@pytest.fixture
def head(repository: Repository) -> Iterator[GitTree]:
    tree = GitTree(repository, repository.files_in("HEAD"))
    yield tree
    tree.close()


def test_files_of_a_revision(repository: Repository, head: GitTree, work: Path) -> None:
    assert repository.top == work
    assert head.list() == ["app/übung mit.py", "b.py"]
    assert head.read("app/übung mit.py") == b"a = 1\r\n"
    with pytest.raises(FileNotFoundError):
        head.read("link.py")


def test_tree_in_another_process(head: GitTree) -> None:
    assert head.read("b.py") == b"b = 1\n"
    copy = pickle.loads(pickle.dumps(head))
    assert copy.read("b.py") == b"b = 1\n"
    copy.close()


def test_content_that_the_repository_lacks(repository: Repository) -> None:
    tree = GitTree(repository, {"gone.py": "1" * 40, "here.py": repository.files_in("HEAD")["b.py"]})
    with pytest.raises(OSError, match="does not have"):
        tree.read("gone.py")
    assert tree.read("here.py") == b"b = 1\n"
    tree.close()


def test_content_kept_by_lfs(repository: Repository, work: Path) -> None:
    (work / "big.py").write_text("version https://git-lfs.github.com/spec/v1\noid sha256:1\nsize 1\n")
    git(work, "add", "-A")
    git(work, "commit", "-q", "-m", "pointer")
    tree = GitTree(repository, repository.files_in("HEAD"))
    with pytest.raises(OSError, match="Git LFS"):
        tree.read("big.py")
    tree.close()


def test_one_source_in_front_of_another(repository: Repository, head: GitTree) -> None:
    front = GitTree(repository, {"new.py": repository.files_in("HEAD")["b.py"]})
    both = Layered(front, head)
    assert both.list() == ["app/übung mit.py", "b.py", "new.py"]
    assert both.read("new.py") == both.read("b.py") == b"b = 1\n"
    front.close()


def test_revisions(repository: Repository, work: Path) -> None:
    first = repository.commit("HEAD")
    assert first is not None
    assert repository.commit("no-such-branch") is None
    assert repository.commit("--all") is None
    assert repository.parents(first) == []
    git(work, "commit", "-q", "--allow-empty", "-m", "second")
    second = repository.commit("HEAD")
    assert second is not None
    assert repository.parents(second) == [first]
    assert repository.merge_bases(first, second) == [first]
    assert repository.tree_of(second) == repository.tree_of(first)
    assert not repository.is_shallow
    assert repository.symbolic("HEAD") == "refs/heads/main"
    assert repository.symbolic("HEAD@{upstream}") is None


def test_working_files(repository: Repository, work: Path) -> None:
    (work / ".gitignore").write_text("ignored.py\n")
    (work / "ignored.py").write_text("")
    (work / "new file.py").write_text("")
    (work / "link2.py").symlink_to("b.py")
    listed, sparse = repository.working_files()
    assert listed == [".gitignore", "app/übung mit.py", "b.py", "link2.py", "new file.py"]
    assert sparse == {}


def test_sparse_checkout_leaves_files_in_the_index(repository: Repository, work: Path) -> None:
    blob = repository.files_in("HEAD")["b.py"]
    git(work, "update-index", "--skip-worktree", "b.py")
    (work / "b.py").unlink()
    listed, sparse = repository.working_files()
    assert "b.py" not in listed
    assert sparse == {"b.py": blob}


def test_what_is_staged(repository: Repository, work: Path) -> None:
    (work / "b.py").write_text("b = 2\n")
    git(work, "add", "b.py")
    (work / "b.py").write_text("b = 3\n")
    (work / "later.py").write_text("x = 1\n")
    git(work, "add", "-N", "later.py")
    git(work, "rm", "-q", "--cached", "app/übung mit.py")
    before = everything(work)
    with repository.scratch() as (scratch, index):
        tree = scratch.files_in(repository.staged_tree(scratch, index))
        source = GitTree(scratch, tree)
        assert source.list() == ["b.py"]
        assert source.read("b.py") == b"b = 2\n"
        source.close()
    assert everything(work) == before


def test_repository_without_index(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    found = Repository.find(tmp_path)
    with found.scratch() as (scratch, index):
        assert found.staged_tree(scratch, index) == EMPTY_TREE
    assert found.commit("HEAD") is None
    assert found.files_in(EMPTY_TREE) == {}


def test_another_index_while_a_commit_is_made(work: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (work / "b.py").write_text("b = 2\n")
    git(work, "add", "b.py")
    (work / ".git" / "index").rename(work / ".git" / "next-index")
    monkeypatch.setenv("GIT_INDEX_FILE", ".git/next-index")
    monkeypatch.setenv("GIT_DIR", str(work / ".git"))
    found = Repository.find(work)
    assert found.index == work / ".git" / "next-index"
    with found.scratch() as (scratch, index):
        blob = scratch.files_in(found.staged_tree(scratch, index))["b.py"]
    assert blob != found.files_in("HEAD")["b.py"]


PATCHES = {
    "with prefixes": "--- a/b.py\n+++ b/b.py\n@@ -1 +1 @@\n-b = 1\n+b = 2\n",
    "without prefixes": "--- b.py\n+++ b.py\n@@ -1 +1 @@\n-b = 1\n+b = 2\n",
    "of git": "diff --git a/b.py b/b.py\nindex 1..2 100644\n--- a/b.py\n+++ b/b.py\n@@ -1 +1 @@\n-b = 1\n+b = 2\n",
}


@pytest.mark.parametrize("name", PATCHES)
def test_patches(repository: Repository, work: Path, name: str) -> None:
    before = everything(work)
    with repository.scratch() as (scratch, index):
        tree, fits = repository.patched_tree(scratch, index, "HEAD", PATCHES[name].encode())
        assert fits
        source = GitTree(scratch, scratch.files_in(tree))
        assert source.read("b.py") == b"b = 2\n"
        source.close()
    assert everything(work) == before


def test_patch_that_does_not_apply(repository: Repository) -> None:
    patch = b"--- a/b.py\n+++ b/b.py\n@@ -1 +1 @@\n-b = 7\n+b = 2\n"
    with repository.scratch() as (scratch, index), pytest.raises(GitFault, match=r"b\.py") as fault:
        repository.patched_tree(scratch, index, "HEAD", patch)
    assert fault.value.message.startswith("the patch does not apply")


def test_unfinished_merge(repository: Repository, work: Path) -> None:
    git(work, "checkout", "-q", "-b", "side")
    (work / "b.py").write_text("b = 2\n")
    git(work, "commit", "-q", "-am", "side")
    git(work, "checkout", "-q", "main")
    (work / "b.py").write_text("b = 3\n")
    git(work, "commit", "-q", "-am", "main")
    with pytest.raises(subprocess.CalledProcessError):
        git(work, "merge", "side")
    with repository.scratch() as (scratch, index), pytest.raises(GitFault, match="what is staged cannot be read"):
        repository.staged_tree(scratch, index)


def test_bare_repository(work: Path, tmp_path: Path) -> None:
    git(tmp_path, "clone", "-q", "--bare", str(work), "bare.git")
    found = Repository.find(tmp_path / "bare.git")
    assert found.is_bare
    assert sorted(found.files_in("HEAD")) == ["app/übung mit.py", "b.py"]


def test_linked_worktree(work: Path, tmp_path: Path) -> None:
    git(work, "worktree", "add", "-q", str(tmp_path / "linked"), "-b", "other")
    (tmp_path / "linked" / "b.py").write_text("b = 9\n")
    git(tmp_path / "linked", "add", "b.py")
    found = Repository.find(tmp_path / "linked")
    assert found.top == tmp_path / "linked"
    with found.scratch() as (scratch, index):
        assert scratch.files_in(found.staged_tree(scratch, index))["b.py"] != found.files_in("HEAD")["b.py"]


def test_no_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    (tmp_path / "inner").mkdir()
    with pytest.raises(GitFault, match="not a git repository"):
        Repository.find(tmp_path / "inner")


class TestBlame:
    @pytest.fixture
    def repo(self, tmp_path: Path) -> Repo:
        repo = Repo(tmp_path / "work")
        repo.write({"a b.py": "one = 1\ntwo = 2\n"})
        repo.git("add", "-A")
        repo.git("commit", "-q", "-m", "old", "--date", "2020-01-31T12:00:00Z")
        return repo

    def test_who_wrote_a_line_last(self, repo: Repo) -> None:
        first = repo.git("rev-parse", "HEAD")
        second = repo.commit({"a b.py": "one = 1\ntwo = 3\n"})
        repo.write({"a b.py": "zero = 0\none = 1\ntwo = 3\n"})
        found = Repository.find(repo.folder).blamed("a b.py", [1, 2, 3])
        assert {line: blame.commit for line, blame in found.items()} == {2: first, 3: second}
        assert (found[2].seconds, found[2].is_cut_off) == (1580472000, False)

    def test_settings_run_nothing_and_change_nothing(self, repo: Repo) -> None:
        """What a file's attributes and the user's settings make of `git blame` for people."""
        repo.write({".gitattributes": "*.py diff=loud\n"})
        for key, value in (
            ("diff.loud.textconv", f"sh -c 'touch {repo.folder}/ran; cat \"$0\"'"),
            ("blame.date", "relative"),
            ("blame.blankBoundary", "true"),
        ):
            repo.git("config", key, value)
        assert set(Repository.find(repo.folder).blamed("a b.py", [1, 2])) == {1, 2}
        assert not (repo.folder / "ran").exists()

    def test_commits_that_only_format_are_passed_over(self, repo: Repo) -> None:
        first = repo.git("rev-parse", "HEAD")
        second = repo.commit({"a b.py": "one  =  1\ntwo  =  2\n"})
        repo.write({"ignored.txt": f"{second}\n"})
        repo.git("config", "blame.ignoreRevsFile", "ignored.txt")
        repo.git("config", "blame.markIgnoredLines", "true")
        assert {blame.commit for blame in Repository.find(repo.folder).blamed("a b.py", [1, 2]).values()} == {first}

    def test_history_that_is_cut_off(self, repo: Repo, tmp_path: Path) -> None:
        last = repo.commit({"a b.py": "one = 1\ntwo = 3\n"})
        repo.git("clone", "-q", "--depth", "1", f"file://{repo.folder}", str(tmp_path / "shallow"))
        found = Repository.find(tmp_path / "shallow").blamed("a b.py", [1])
        assert (found[1].commit, found[1].is_cut_off) == (last, True)

    def test_file_that_git_does_not_know(self, repo: Repo) -> None:
        repo.write({"new.py": "x = 1\n"})
        for path, line in (("new.py", 1), ("a b.py", 99), ("nowhere.py", 1)):
            with pytest.raises(GitFault):
                Repository.find(repo.folder).blamed(path, [line])

    def test_attribute(self, repo: Repo) -> None:
        repo.write({".gitattributes": "accepted.txt merge=union\n"})
        known = Repository.find(repo.folder)
        assert [known.attribute("merge", path) for path in ("accepted.txt", "a b.py")] == ["union", "unspecified"]
