"""Which files belong to each side: what is untracked, staged in part, linked, kept elsewhere or left out of the working tree."""

from __future__ import annotations

from pathlib import Path

import pytest

from backend_lint.review.model import Review
from tests.review.repositories import Repo, rules_of
from tests.review.sources import CLEAN, LEAKS, handlers, leak

ONLY = {"select": LEAKS}


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    found = Repo(tmp_path / "work")
    found.commit({"shop/api.py": leak(), "shop/other.py": CLEAN})
    return found


def on_disk(repo: Repo) -> Review:
    return repo.review(base="HEAD", **ONLY)


def staged(repo: Repo) -> Review:
    return repo.review(staged=True, **ONLY)


class TestIndex:
    def test_untracked_file(self, repo: Repo) -> None:
        repo.write({"shop/new.py": leak()})
        assert rules_of(on_disk(repo)) == ["BL301 shop/new.py:11"]
        assert staged(repo).verdict == "pass"

    def test_file_that_is_only_intended_to_be_added(self, repo: Repo) -> None:
        repo.write({"shop/new.py": leak()})
        repo.git("add", "-N", "shop/new.py")
        assert rules_of(on_disk(repo)) == ["BL301 shop/new.py:11"]
        found = staged(repo)
        assert (found.verdict, found.new) == ("pass", [])

    def test_partly_staged_file(self, repo: Repo) -> None:
        repo.write({"shop/api.py": handlers("show", "staged")})
        repo.git("add", "shop/api.py")
        repo.write({"shop/api.py": handlers("show", "staged", "unstaged")})
        assert [new.finding.function for new in staged(repo).new] == ["staged"]
        assert [new.finding.function for new in on_disk(repo).new] == ["staged", "unstaged"]

    def test_staged_fault_that_is_mended_on_the_disk(self, repo: Repo) -> None:
        repo.write({"shop/other.py": leak()})
        repo.git("add", "-A")
        repo.write({"shop/other.py": CLEAN})
        assert rules_of(staged(repo)) == ["BL301 shop/other.py:11"]
        assert on_disk(repo).verdict == "pass"

    def test_staged_deletion_of_a_file_that_is_there_again(self, repo: Repo) -> None:
        repo.git("rm", "-q", "--cached", "shop/api.py")
        assert len(staged(repo).fixed) == 1
        found = on_disk(repo)
        assert (found.verdict, found.changed) == ("pass", 0)
        repo.write({"shop/api.py": handlers("show", "again")})
        assert [new.finding.function for new in on_disk(repo).new] == ["again"]
        assert len(staged(repo).fixed) == 1

    def test_deleted_on_the_disk_alone(self, repo: Repo) -> None:
        repo.write({"shop/api.py": None})
        assert len(on_disk(repo).fixed) == 1
        found = staged(repo)
        assert (found.fixed, found.changed) == ([], 0)

    def test_nothing_staged(self, repo: Repo) -> None:
        found = staged(repo)
        assert found.verdict == "pass"
        assert "differs" in found.remarks[-1]

    def test_split_index(self, repo: Repo) -> None:
        repo.git("update-index", "--split-index")
        repo.write({"shop/new.py": leak()})
        repo.git("add", "-A")
        before = repo.snapshot()
        assert rules_of(staged(repo)) == ["BL301 shop/new.py:11"]
        assert repo.snapshot() == before

    def test_assume_unchanged(self, repo: Repo) -> None:
        """Git itself would not look; the file is there nevertheless, and is what is about to be deployed."""
        repo.git("update-index", "--assume-unchanged", "shop/other.py")
        repo.write({"shop/other.py": leak()})
        assert rules_of(on_disk(repo)) == ["BL301 shop/other.py:11"]


class TestSparse:
    def test_files_left_out_of_the_working_tree_are_read(self, repo: Repo) -> None:
        helper = "def explain(error):\n    return 'failed'\n"
        user = leak("user").replace("str(error)", "explain(error)").replace("app =", "from lib.errors import explain\n\napp =")
        repo.commit({"lib/errors.py": helper, "lib/__init__.py": "", "shop/user.py": user})
        repo.git("sparse-checkout", "set", "--cone", "shop")
        assert not (repo.folder / "lib").exists()
        found = on_disk(repo)
        assert (found.verdict, found.changed, found.fixed) == ("pass", 0, [])
        repo.write({"shop/new.py": leak()})
        assert rules_of(on_disk(repo)) == ["BL301 shop/new.py:11"]
        repo.git("add", "-A")
        assert rules_of(staged(repo)) == ["BL301 shop/new.py:11"]

    def test_file_that_is_there_although_it_is_left_out(self, repo: Repo) -> None:
        repo.commit({"lib/errors.py": CLEAN})
        repo.git("sparse-checkout", "set", "--cone", "shop")
        repo.write({"lib/errors.py": leak()})
        assert rules_of(on_disk(repo)) == ["BL301 lib/errors.py:11"]

    def test_sparse_index(self, repo: Repo) -> None:
        repo.commit({"lib/deep/errors.py": CLEAN, "lib/more.py": "X = 1\n"})
        repo.git("sparse-checkout", "set", "--cone", "--sparse-index", "shop")
        repo.write({"shop/new.py": leak()})
        repo.git("add", "shop/new.py")
        before = repo.snapshot()
        for found in (on_disk(repo), staged(repo)):
            assert rules_of(found) == ["BL301 shop/new.py:11"]
            assert found.fixed == []
        assert repo.snapshot() == before


class TestWhatIsNoFile:
    def test_submodule(self, repo: Repo, tmp_path: Path) -> None:
        other = Repo(tmp_path / "other")
        other.commit({"lib.py": leak()})
        repo.git("-c", "protocol.file.allow=always", "submodule", "add", "-q", str(other.folder), "vendored")
        repo.write({"vendored/more.py": leak()})
        assert on_disk(repo).verdict == "pass"
        assert staged(repo).verdict == "pass"
        repo.commit()
        assert repo.review(commit="HEAD", **ONLY).verdict == "pass"

    def test_repository_inside(self, repo: Repo) -> None:
        inner = Repo(repo.folder / "inner")
        inner.commit({"lib.py": leak()})
        assert on_disk(repo).verdict == "pass"

    def test_links(self, repo: Repo, tmp_path: Path) -> None:
        (tmp_path / "outside").mkdir()
        (tmp_path / "outside/secret.py").write_text(leak())
        (repo.folder / "linked.py").symlink_to("shop/api.py")
        (repo.folder / "folder").symlink_to(tmp_path / "outside", target_is_directory=True)
        (repo.folder / "gone.py").symlink_to("nowhere.py")
        found = on_disk(repo)
        assert (found.verdict, found.new) == ("pass", [])
        repo.commit()
        assert repo.review(commit="HEAD", **ONLY).verdict == "pass"

    def test_file_that_becomes_a_link(self, repo: Repo) -> None:
        repo.commit({"shop/copy.py": leak("copy")})
        repo.write({"shop/copy.py": None})
        (repo.folder / "shop/copy.py").symlink_to("api.py")
        assert [finding.path for finding in on_disk(repo).fixed] == ["shop/copy.py"]
        repo.commit()
        assert [finding.path for finding in repo.review(commit="HEAD", **ONLY).fixed] == ["shop/copy.py"]

    def test_folder_that_becomes_a_link(self, repo: Repo, tmp_path: Path) -> None:
        """What git tracks is not read through a link that leads out of the project."""
        (tmp_path / "outside").mkdir()
        (tmp_path / "outside/api.py").write_text(handlers("show", "stranger"))
        for path in ("shop/api.py", "shop/other.py"):
            repo.write({path: None})
        (repo.folder / "shop").rmdir()
        (repo.folder / "shop").symlink_to(tmp_path / "outside", target_is_directory=True)
        assert on_disk(repo).new == []


POINTER = "version https://git-lfs.github.com/spec/v1\noid sha256:{}\nsize 12345\n"


class TestLargeFiles:
    def test_changed_pointer_is_no_quiet_success(self, repo: Repo) -> None:
        repo.commit({"shop/table.py": POINTER.format("a" * 64)})
        found = repo.review(commit="HEAD", **ONLY)
        assert found.verdict == "incomplete"
        assert "Git LFS" in found.problems[0].message
        repo.commit({"shop/table.py": POINTER.format("b" * 64)})
        assert repo.review(commit="HEAD", **ONLY).verdict == "incomplete"

    def test_pointers_of_other_files_do_not_matter(self, repo: Repo) -> None:
        repo.commit({"data/big.json": POINTER.format("a" * 64), "shop/new.py": leak()})
        assert rules_of(repo.review(commit="HEAD", **ONLY)) == ["BL301 shop/new.py:11"]
        repo.commit({"data/big.json": POINTER.format("b" * 64)})
        assert repo.review(commit="HEAD", **ONLY).verdict == "pass"


@pytest.mark.parametrize(
    "name", ["a b/c d.py", 'it\'s "so".py', "naïve/配送.py", "tab\there.py", "new\nline.py", "-rf.py", ":(glob)x.py", "a\\b.py"]
)
def test_names(repo: Repo, name: str) -> None:
    repo.write({name: leak()})
    assert rules_of(on_disk(repo)) == [f"BL301 {name}:11"]
    repo.git("add", "-A")
    text = repo.git("diff", "--cached", "--no-color", "--no-ext-diff").encode("utf-8", "surrogateescape") + b"\n"
    assert rules_of(staged(repo)) == [f"BL301 {name}:11"]
    assert rules_of(repo.review(patch=text, **ONLY)) == [f"BL301 {name}:11"]
    repo.commit()
    assert rules_of(repo.review(commit="HEAD", **ONLY)) == [f"BL301 {name}:11"]
    repo.git("mv", "--", name, "renamed.py")
    repo.commit()
    found = repo.review(commit="HEAD", **ONLY)
    assert (found.new, found.fixed, len(found.existing)) == ([], [], 2)


def test_ignored_files_are_on_no_side(repo: Repo) -> None:
    """What is not in the repository before the change must not be read after it, or old faults would look new."""
    spec = '{"openapi": "3.0.0", "paths": {"/x": {"get": {"operationId": "generated.x"}}}}'
    repo.commit({".gitignore": "generated.py\nspec.json\n"})
    repo.write({"generated.py": leak("x"), "spec.json": spec, "shop/new.py": "X = 1\n"})
    found = on_disk(repo)
    assert (found.verdict, found.new, found.changed) == ("pass", [], 1)


def test_ignored_file_that_is_tracked(repo: Repo) -> None:
    repo.commit({".gitignore": "generated.py\n"})
    repo.write({"generated.py": CLEAN})
    repo.git("add", "-f", "generated.py")
    repo.commit()
    repo.write({"generated.py": leak()})
    assert rules_of(on_disk(repo)) == ["BL301 generated.py:11"]
