"""Where the cache lies, and that nobody but its user has a say in it."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from backend_lint.engine.cache_folder import Cache, find
from backend_lint.engine.store import Store

KEY = b"k" * 20


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    return folder


@pytest.fixture
def own(tmp_path: Path) -> Path:
    return tmp_path / "home" / ".cache" / "backend-lint"


def opened(cache: Cache, root: Path) -> Store:
    store = cache.store(root)
    assert store is not None
    return store


def keep(store: Store, data: bytes) -> None:
    store.put("runs", KEY, data)
    store.commit()
    store.close()


class TestPlace:
    @pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="the XDG folders are those of other systems")
    def test_it_is_the_users_cache_folder(self, tmp_path: Path) -> None:
        home, other = str(tmp_path), str(tmp_path / "other")
        assert find(variables={"HOME": home}) == Cache(tmp_path / ".cache" / "backend-lint", tmp_path / ".cache" / "backend-lint")
        assert find(variables={"HOME": home, "XDG_CACHE_HOME": other}) == Cache(Path(other, "backend-lint"), Path(other, "backend-lint"))
        assert find(variables={"HOME": home, "XDG_CACHE_HOME": "relative"}) == find(variables={"HOME": home})
        assert find(variables={}) is None

    def test_the_environment_and_the_user_can_name_another(self, tmp_path: Path) -> None:
        variables = {"BACKEND_LINT_CACHE_DIR": str(tmp_path / "named"), "XDG_CACHE_HOME": str(tmp_path), "LOCALAPPDATA": str(tmp_path)}
        own = tmp_path / "backend-lint"
        assert find(variables=variables) == Cache(tmp_path / "named", own)
        assert find(tmp_path / "asked", variables) == Cache(tmp_path / "asked", own)
        assert find(Path("here"), {}) == Cache(Path.cwd() / "here", None)


class TestTrust:
    def test_outside_of_the_project_it_is_used(self, root: Path, own: Path, tmp_path: Path) -> None:
        for cache in (Cache(own, own), Cache(tmp_path / "elsewhere", own), Cache(tmp_path / "no-home", None)):
            keep(opened(cache, root), b"mine")
            assert opened(cache, root).get("runs", KEY) == b"mine"

    def test_inside_it_is_used_by_who_began_it(self, root: Path, own: Path) -> None:
        cache = Cache(root / ".cache", own)
        keep(opened(cache, root), b"mine")
        assert opened(cache, root).get("runs", KEY) == b"mine"

    @pytest.mark.parametrize("how", ["with a secret of their own", "without a secret", "with a file that is none"])
    def test_inside_what_a_stranger_put_there_is_ignored_and_left_alone(self, root: Path, own: Path, tmp_path: Path, how: str) -> None:
        folder = root / ".cache"
        if how == "with a secret of their own":
            # Begun outside of any project that the stranger checks, by a user of theirs.
            keep(opened(Cache(folder, tmp_path / "stranger"), tmp_path / "other"), b"nothing to report")
        elif how == "without a secret":
            keep(Store(folder / "cache.sqlite"), b"nothing to report")
        else:
            folder.mkdir()
            (folder / "cache.sqlite").write_bytes(b"nothing to report" * 500)
        before = {file.name: file.read_bytes() for file in folder.iterdir()}
        store = opened(Cache(folder, own), root)
        assert store.get("runs", KEY) is None
        keep(store, b"mine")
        assert store.fault == "it lies in the project and was not begun by this user"
        assert {file.name: file.read_bytes() for file in folder.iterdir()} == before

    def test_entries_that_a_stranger_adds_to_a_users_file_are_ignored(self, root: Path, own: Path) -> None:
        cache = Cache(root / ".cache", own)
        keep(opened(cache, root), b"mine")
        forged = Store(cache.file, b"a guess")
        forged.put("runs", KEY, b"nothing to report")
        forged.commit()
        forged.close()
        assert opened(cache, root).get("runs", KEY) is None

    @pytest.mark.skipif(os.name == "nt", reason="links need rights there")
    def test_a_link_in_the_project_does_not_lead_out_of_it(self, root: Path, own: Path, tmp_path: Path) -> None:
        keep(Store(tmp_path / "away" / "cache.sqlite"), b"nothing to report")
        (root / ".cache").symlink_to(tmp_path / "away")
        assert opened(Cache(root / ".cache", own), root).get("runs", KEY) is None

    def test_a_secret_that_lies_in_the_project_is_none(self, root: Path) -> None:
        """XDG_CACHE_HOME is a folder of the checkout in some pipelines."""
        own = root / ".cache" / "backend-lint"
        assert Cache(own, own).store(root) is None
        assert Cache(root / "cache", None).store(root) is None


class TestSecret:
    def test_it_is_made_once_and_for_its_user_only(self, root: Path, own: Path) -> None:
        cache = Cache(root / ".cache", own)
        keep(opened(cache, root), b"mine")
        (secret,) = [file for file in own.iterdir() if file.name == "secret"]
        assert len(secret.read_bytes()) == 32
        assert [file.name for file in own.iterdir()] == ["secret"]
        if os.name != "nt":
            assert (secret.stat().st_mode & 0o777, own.stat().st_mode & 0o777) == (0o600, 0o700)

    @pytest.mark.skipif(os.name == "nt", reason="there are no such rights there")
    def test_one_that_others_may_read_is_made_anew(self, root: Path, own: Path) -> None:
        own.mkdir(parents=True)
        (own / "secret").write_bytes(b"s" * 32)
        (own / "secret").chmod(0o644)
        keep(opened(Cache(root / ".cache", own), root), b"mine")
        assert (own / "secret").read_bytes() != b"s" * 32
        assert (own / "secret").stat().st_mode & 0o777 == 0o600

    def test_where_none_can_be_kept_the_cache_outside_works_all_the_same(self, root: Path, tmp_path: Path) -> None:
        (tmp_path / "home").write_bytes(b"a file where the home should be")
        cache = Cache(tmp_path / "elsewhere", tmp_path / "home" / "backend-lint")
        keep(opened(cache, root), b"mine")
        assert opened(cache, root).get("runs", KEY) == b"mine"
        assert Cache(root / ".cache", tmp_path / "home" / "backend-lint").store(root) is None
