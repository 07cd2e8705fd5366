"""Which commits are compared, in histories of every shape and repositories of every kind."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from backend_lint.source.git import GitFault, Repository
from tests.review.repositories import Repo, rules_of
from tests.review.sources import CLEAN, LEAKS, leak

ONLY = {"select": LEAKS}
GITHUB = {"GITHUB_ACTIONS": "true", "GITHUB_BASE_REF": "main"}


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    found = Repo(tmp_path / "work")
    found.commit({"api.py": leak()})
    return found


def branch(repo: Repo, name: str, path: str, start: str = "main") -> None:
    repo.git("checkout", "-q", "-b", name, start)
    repo.commit({path: leak()})


class TestMerges:
    def test_merge_is_compared_with_its_first_parent(self, repo: Repo) -> None:
        branch(repo, "topic", "topic.py")
        repo.git("checkout", "-q", "main")
        repo.commit({"meanwhile.py": leak()})
        repo.git("merge", "-q", "--no-ff", "-m", "merge", "topic")
        found = repo.review(commit="HEAD", **ONLY)
        assert rules_of(found) == ["BL301 topic.py:11"]
        assert "is a merge" in found.remarks[0]

    def test_what_a_merge_itself_adds(self, repo: Repo) -> None:
        """Neither side had it: the merge commit brought it in."""
        branch(repo, "topic", "topic.py")
        repo.git("checkout", "-q", "main")
        repo.commit({"meanwhile.py": CLEAN})
        repo.git("merge", "-q", "--no-ff", "--no-commit", "topic")
        repo.commit({"meanwhile.py": leak()})
        assert len(repo.git("log", "-1", "--format=%P").split()) == 2
        assert rules_of(repo.review(commit="HEAD", **ONLY)) == ["BL301 meanwhile.py:11", "BL301 topic.py:11"]

    def test_octopus(self, repo: Repo) -> None:
        for name in ("one", "two", "three"):
            branch(repo, name, f"{name}.py")
        repo.git("checkout", "-q", "main")
        repo.commit({"meanwhile.py": leak()})
        repo.git("merge", "-q", "-m", "merge", "one", "two", "three")
        assert len(repo.git("log", "-1", "--format=%P").split()) == 4
        assert rules_of(repo.review(commit="HEAD", **ONLY)) == ["BL301 one.py:11", "BL301 three.py:11", "BL301 two.py:11"]

    def test_criss_cross(self, repo: Repo) -> None:
        branch(repo, "topic", "topic.py")
        repo.git("checkout", "-q", "main")
        repo.commit({"meanwhile.py": leak()})
        ours, theirs = repo.git("rev-parse", "main"), repo.git("rev-parse", "topic")
        repo.git("merge", "-q", "-m", "merge", theirs)
        repo.git("checkout", "-q", "topic")
        repo.git("merge", "-q", "-m", "merge", ours)
        repo.commit({"late.py": leak()})
        found = repo.review(base="main", **ONLY)
        assert "BL301 late.py:11" in rules_of(found)
        assert any("equally good" in remark for remark in found.remarks)
        assert found.base.commit in (ours, theirs)

    def test_unfinished_merge_is_no_quiet_success(self, repo: Repo) -> None:
        repo.git("checkout", "-q", "-b", "topic")
        repo.commit({"api.py": leak("topic")})
        repo.git("checkout", "-q", "main")
        repo.commit({"api.py": leak("other")})
        repo.git("merge", "-q", "topic", check=False)
        with pytest.raises(GitFault, match="what is staged cannot be read"):
            repo.review(staged=True, **ONLY)
        assert repo.review(base="HEAD", **ONLY).verdict == "incomplete"


class TestHeads:
    def test_detached(self, repo: Repo) -> None:
        repo.commit({"more.py": leak()})
        repo.git("checkout", "-q", "--detach")
        repo.write({"late.py": leak()})
        assert rules_of(repo.review(base="HEAD", **ONLY)) == ["BL301 late.py:11"]
        assert rules_of(repo.review(**ONLY)) == ["BL301 late.py:11"]
        assert rules_of(repo.review(commit="HEAD", **ONLY)) == ["BL301 more.py:11"]

    def test_first_commit(self, repo: Repo) -> None:
        found = repo.review(commit="HEAD", **ONLY)
        assert found.base.label == "nothing: the first commit"
        assert rules_of(found) == ["BL301 api.py:11"]
        with pytest.raises(GitFault, match="HEAD is the first commit"):
            repo.review(**ONLY)

    def test_patch_for_an_empty_repository(self, tmp_path: Path) -> None:
        repo = Repo(tmp_path / "new")
        body = "".join(f"+{line}\n" for line in leak().splitlines())
        patch = f"diff --git a/api.py b/api.py\nnew file mode 100644\n--- /dev/null\n+++ b/api.py\n@@ -0,0 +1,11 @@\n{body}"
        assert rules_of(repo.review(patch=patch.encode(), **ONLY)) == ["BL301 api.py:11"]

    def test_commits_that_are_apart(self, repo: Repo) -> None:
        repo.git("checkout", "-q", "--orphan", "other")
        repo.commit({"other.py": leak()})
        with pytest.raises(GitFault, match="no history in common"):
            repo.review(base="main", **ONLY)
        assert rules_of(repo.review(range="main..other", **ONLY)) == ["BL301 other.py:11"]

    def test_upstream(self, repo: Repo, tmp_path: Path) -> None:
        repo.git("clone", "-q", str(repo.folder), str(tmp_path / "clone"))
        clone = Repo(tmp_path / "clone")
        clone.git("checkout", "-q", "-b", "topic", "--track", "origin/main")
        clone.commit({"topic.py": leak()})
        found = clone.review(**ONLY)
        assert found.base.label == "where HEAD left origin/main"
        assert rules_of(found) == ["BL301 topic.py:11"]

    def test_names_by_another_kind_of_hash(self, tmp_path: Path) -> None:
        repo = Repo(tmp_path / "new", options=("--object-format=sha256",))
        repo.commit({"api.py": leak()})
        assert rules_of(repo.review(commit="HEAD", **ONLY)) == ["BL301 api.py:11"]
        repo.write({"more.py": leak()})
        repo.git("add", "-A")
        assert rules_of(repo.review(staged=True, **ONLY)) == ["BL301 more.py:11"]


class TestPullRequests:
    def test_head_of_the_request_that_is_itself_a_merge(self, repo: Repo, tmp_path: Path) -> None:
        """A workflow may check out the branch's own commit, whose first parent is no base."""
        branch(repo, "topic", "topic.py")
        repo.git("checkout", "-q", "main")
        repo.commit({"meanwhile.py": leak()})
        repo.git("checkout", "-q", "topic")
        repo.git("merge", "-q", "-m", "catch up", "main")
        repo.git("clone", "-q", "--branch", "topic", str(repo.folder), str(tmp_path / "clone"))
        clone = Repo(tmp_path / "clone")
        found = clone.review(environment={**GITHUB, "GITHUB_SHA": "0" * 40, "GITHUB_REF": "refs/pull/1/merge"}, **ONLY)
        assert rules_of(found) == ["BL301 topic.py:11"]

    def test_merge_in_a_shallow_clone(self, repo: Repo, tmp_path: Path) -> None:
        base = repo.git("rev-parse", "HEAD")
        branch(repo, "topic", "topic.py")
        repo.git("checkout", "-q", "main")
        repo.git("merge", "-q", "--no-ff", "-m", "merge", "topic")
        repo.git("clone", "-q", "--depth=1", f"file://{repo.folder}", str(tmp_path / "clone"))
        clone = Repo(tmp_path / "clone")
        with pytest.raises(GitFault, match="does not have the base") as fault:
            clone.review(environment=GITHUB, **ONLY)
        assert fault.value.hint == f"fetch it: git fetch --depth=1 origin {base}"
        clone.git("fetch", "-q", "--depth=1", "origin", base)
        assert rules_of(clone.review(environment=GITHUB, **ONLY)) == ["BL301 topic.py:11"]

    def test_merge_request_on_gitlab(self, repo: Repo) -> None:
        base = repo.git("rev-parse", "HEAD")
        branch(repo, "topic", "topic.py")
        found = repo.review(environment={"CI_MERGE_REQUEST_DIFF_BASE_SHA": base}, **ONLY)
        assert (found.base.commit, rules_of(found)) == (base, ["BL301 topic.py:11"])
        with pytest.raises(GitFault, match="does not have the base"):
            repo.review(environment={"CI_MERGE_REQUEST_DIFF_BASE_SHA": "1" * 40}, **ONLY)

    def test_shallow_clone_of_a_branch(self, repo: Repo, tmp_path: Path) -> None:
        repo.commit({"more.py": leak()})
        repo.git("clone", "-q", "--depth=1", f"file://{repo.folder}", str(tmp_path / "clone"))
        clone = Repo(tmp_path / "clone")
        with pytest.raises(GitFault, match="does not have the base") as fault:
            clone.review(**ONLY)
        assert fault.value.hint.startswith("fetch it: git fetch --depth=1 origin ")


class TestPlaces:
    def test_linked_worktree(self, repo: Repo, tmp_path: Path) -> None:
        repo.git("worktree", "add", "-q", "-b", "topic", str(tmp_path / "linked"))
        linked = tmp_path / "linked"
        (linked / "new.py").write_text(leak())
        (repo.folder / "elsewhere.py").write_text(leak())
        assert rules_of(repo.review(folder=linked, base="main", **ONLY)) == ["BL301 new.py:11"]
        subprocess.run(["git", "add", "new.py"], cwd=linked, check=True)
        assert rules_of(repo.review(folder=linked, staged=True, **ONLY)) == ["BL301 new.py:11"]

    def test_folder_below_the_top(self, repo: Repo) -> None:
        repo.commit({"services/orders/pyproject.toml": "", "services/orders/app.py": leak()})
        found = repo.review(folder=repo.folder / "services/orders", commit="HEAD", **ONLY)
        assert rules_of(found) == ["BL301 services/orders/app.py:11"]
        repo.write({"other.py": leak()})
        found = repo.review(folder=repo.folder / "services/orders", base="HEAD", **ONLY)
        assert rules_of(found) == ["BL301 other.py:11"]

    def test_monorepo_with_a_configuration_for_each_project(self, repo: Repo) -> None:
        settings = '[tool.backend-lint]\nignore = ["BL301"]\n'
        repo.commit({"one/pyproject.toml": settings, "two/pyproject.toml": ""})
        repo.commit({"one/app.py": leak(), "two/app.py": leak()})
        found = repo.review(commit="HEAD")
        assert [name for name in rules_of(found) if name.startswith("BL301")] == ["BL301 two/app.py:11"]

    def test_bare_repository(self, repo: Repo, tmp_path: Path) -> None:
        repo.commit({"more.py": leak()})
        repo.git("clone", "-q", "--bare", str(repo.folder), str(tmp_path / "bare.git"))
        assert rules_of(repo.review(folder=tmp_path / "bare.git", commit="main", **ONLY)) == ["BL301 more.py:11"]
        with pytest.raises(GitFault, match="no working tree"):
            repo.review(folder=tmp_path / "bare.git", **ONLY)

    def test_variables_of_a_hook(self, repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """A hook of a repository is told where that is, which must not lead to another one."""
        repo.write({"more.py": leak()})
        repo.git("add", "-A")
        monkeypatch.chdir(repo.folder)
        monkeypatch.setenv("GIT_DIR", ".git")
        monkeypatch.setenv("GIT_INDEX_FILE", ".git/index")
        monkeypatch.setenv("GIT_PREFIX", "")
        assert rules_of(repo.review(staged=True, **ONLY)) == ["BL301 more.py:11"]
        monkeypatch.setenv("GIT_DIR", str(repo.folder / ".git"))
        assert rules_of(repo.review(staged=True, **ONLY)) == ["BL301 more.py:11"]

    def test_hook_of_a_bare_repository(self, repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        repo.commit({"more.py": leak()})
        repo.git("clone", "-q", "--bare", str(repo.folder), str(tmp_path / "bare.git"))
        monkeypatch.setenv("GIT_DIR", ".")
        monkeypatch.chdir(tmp_path / "bare.git")
        assert Repository.find(tmp_path / "bare.git").is_bare
        assert rules_of(repo.review(folder=tmp_path / "bare.git", range="main^..main", **ONLY)) == ["BL301 more.py:11"]

    def test_push_whose_objects_are_not_yet_the_repositorys(self, repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """Before a push is accepted its objects lie in a place of their own, which the variables of the hook name."""
        repo.git("clone", "-q", "--bare", str(repo.folder), str(tmp_path / "bare.git"))
        new = repo.commit({"more.py": leak()})
        bare = tmp_path / "bare.git"
        monkeypatch.setenv("GIT_DIR", str(bare))
        monkeypatch.setenv("GIT_OBJECT_DIRECTORY", str(repo.folder / ".git/objects"))
        monkeypatch.setenv("GIT_ALTERNATE_OBJECT_DIRECTORIES", str(bare / "objects"))
        assert rules_of(repo.review(folder=bare, commit=new, **ONLY)) == ["BL301 more.py:11"]

    def test_index_of_a_partial_commit(self, repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        repo.write({"one.py": leak(), "two.py": leak()})
        repo.git("add", "one.py")
        other = tmp_path / "next-index"
        other.write_bytes((repo.folder / ".git/index").read_bytes())
        repo.git("add", "two.py")
        monkeypatch.setenv("GIT_INDEX_FILE", str(other))
        assert rules_of(repo.review(staged=True, **ONLY)) == ["BL301 one.py:11"]
        monkeypatch.setenv("GIT_INDEX_FILE", os.path.relpath(repo.folder / ".git/index", repo.folder))
        assert rules_of(repo.review(folder=repo.folder, staged=True, **ONLY)) == ["BL301 one.py:11", "BL301 two.py:11"]
