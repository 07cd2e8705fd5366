"""The cache's file: it keeps what it is given, and whatever happens to it costs time and nothing else."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend_lint.engine import store as stores
from backend_lint.engine.store import Store, is_store, remove

KEY = b"k" * 20


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "cache" / "cache.sqlite"


def kept(file: Path, data: bytes = b"data", secret: bytes = b"") -> Path:
    """A cache with one tree in it."""
    store = Store(file, secret)
    store.put("trees", KEY, data)
    store.commit()
    store.close()
    assert store.fault is None
    return file


def found(file: Path, secret: bytes = b"") -> bytes | None:
    store = Store(file, secret)
    try:
        return store.get("trees", KEY)
    finally:
        store.close()


@contextmanager
def opened(file: Path) -> Iterator[sqlite3.Connection]:
    database = sqlite3.connect(file, isolation_level=None)
    try:
        yield database
    finally:
        database.close()


class TestKeeping:
    def test_what_is_put_is_there_for_the_next_run(self, file: Path) -> None:
        store = Store(file)
        assert store.get("trees", KEY) is None
        store.put("trees", KEY, b"tree")
        store.put("runs", KEY, b"run")
        store.put("reports", KEY, b"reports")
        assert (found(file), store.get("trees", KEY)) == (None, b"tree"), "not before it is committed, but to who put it"
        store.commit()
        other = Store(file)
        assert (other.get("trees", KEY), other.get("runs", KEY), other.get("states", KEY)) == (b"tree", b"run", None)
        assert (other.get("reports", KEY), other.get("reports", b"other")) == (b"reports", None)

    @settings(max_examples=30, deadline=None)
    @given(entries=st.lists(st.tuples(st.sampled_from(["trees", "runs", "states"]), st.binary(max_size=8), st.binary(max_size=5_000))))
    def test_it_is_a_mapping(self, tmp_path_factory: pytest.TempPathFactory, entries: list[tuple[str, bytes, bytes]]) -> None:
        file = tmp_path_factory.mktemp("store") / "cache.sqlite"
        store = Store(file, b"secret")
        for table, key, data in entries:
            store.put(table, key, data)  # type: ignore[arg-type]  # one of the tables
        store.commit()
        store.close()
        last = {(table, key): data for table, key, data in entries}
        store = Store(file, b"secret")
        assert {place: store.get(*place) for place in last} == last  # type: ignore[arg-type]  # tables, as above
        assert sum(store.counts().values()) == len(last)
        store.close()

    def test_only_the_user_may_read_it(self, file: Path) -> None:
        if os.name == "nt":
            pytest.skip("Windows keeps the folder to its user")
        kept(file)
        assert (file.stat().st_mode & 0o777, file.parent.stat().st_mode & 0o777) == (0o600, 0o700)

    def test_two_runs_write_at_once(self, file: Path) -> None:
        first, second = Store(file), Store(file)
        for number in range(20):
            first.put("trees", bytes([0, number]), b"first")
            second.put("trees", bytes([1, number]), b"second")
            first.commit()
            second.commit()
        assert (first.fault, second.fault) == (None, None)
        assert second.get("trees", bytes([0, 7])) == b"first"

    def test_many_processes_begin_it_at_once(self, file: Path) -> None:
        code = f"""
            import sys
            from pathlib import Path
            from backend_lint.engine.store import Store
            store = Store(Path({str(file)!r}))
            store.put("trees", sys.argv[1].encode(), b"x")
            store.commit()
            print(store.fault)
        """
        started = [
            subprocess.Popen([sys.executable, "-c", textwrap.dedent(code), str(number)], stdout=subprocess.PIPE) for number in range(4)
        ]
        assert {process.communicate()[0].strip() for process in started} == {b"None"}
        assert Store(file).counts()["trees"] == 4


class TestSeals:
    def test_what_was_sealed_with_another_secret_is_not_there(self, file: Path) -> None:
        kept(file, secret=b"mine")
        assert (found(file, b"mine"), found(file, b"theirs")) == (b"data", None)

    def test_an_entry_counts_in_its_own_place_only(self, file: Path) -> None:
        kept(file)
        with opened(file) as database:
            database.execute("INSERT INTO runs SELECT * FROM trees")
            database.execute("UPDATE trees SET key = ?", (b"other",))
        store = Store(file)
        assert (store.get("runs", KEY), store.get("trees", b"other")) == (None, None)

    @pytest.mark.parametrize("data", [b"", b"short", "text", 12, None, b"x" * 100])
    def test_what_bears_no_seal_is_not_there(self, file: Path, data: object) -> None:
        kept(file)
        with opened(file) as database:
            database.execute("UPDATE trees SET data = ?", (data,))
            database.execute("INSERT INTO reports VALUES (?, ?, ?)", (KEY, 1, data))
        store = Store(file)
        assert (store.get("trees", KEY), store.get("reports", KEY), store.fault) == (None, None, None)


class TestFaults:
    """Each of these leaves a store that holds nothing and says why, and none of them raises."""

    def test_a_file_of_somebody_else_is_left_alone(self, file: Path) -> None:
        file.parent.mkdir()
        for content in (b"something else" * 100, b"SQLite format 3\0" + b"\1" * 200):
            file.write_bytes(content)
            store = Store(file)
            store.put("trees", KEY, b"data")
            store.commit()
            assert store.fault
            assert (file.read_bytes(), is_store(file)) == (content, False)

    def test_a_database_of_somebody_else_is_left_alone(self, file: Path) -> None:
        file.parent.mkdir()
        with opened(file) as database:
            database.execute("CREATE TABLE trees (key BLOB, used INTEGER, data BLOB)")
        before = file.read_bytes()
        store = Store(file)
        store.put("trees", KEY, b"data")
        store.commit()
        assert store.fault == "it is no cache of backend-lint"
        assert file.read_bytes() == before

    def test_a_newer_version_keeps_its_file(self, file: Path) -> None:
        kept(file)
        with opened(file) as database:
            database.execute(f"PRAGMA user_version = {stores.SCHEMA + 1}")
        store = Store(file)
        assert (store.get("trees", KEY), store.fault) == (None, "a newer version of backend-lint made it")
        with opened(file) as database:
            assert database.execute("SELECT count(*) FROM trees").fetchone() == (1,)

    def test_an_older_file_is_begun_anew(self, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        kept(file)
        monkeypatch.setattr(stores, "SCHEMA", stores.SCHEMA + 1)
        store = Store(file)
        assert (store.get("trees", KEY), store.fault) == (None, None)
        store.put("trees", KEY, b"new")
        store.commit()
        assert found(file) == b"new"

    def test_a_damaged_file_is_begun_anew_by_the_run_after(self, file: Path) -> None:
        kept(file, os.urandom(60_000))
        whole = file.read_bytes()
        file.write_bytes(whole[:4096] + os.urandom(len(whole) - 4096))
        assert (found(file), file.exists()) == (None, False)
        assert found(kept(file)) == b"data"

    @pytest.mark.parametrize("length", [0, 1, 100, 4096, 5000, 12_288])
    def test_a_file_that_was_cut_off(self, file: Path, length: int) -> None:
        kept(file, os.urandom(60_000))
        whole = file.read_bytes()
        file.write_bytes(whole[:length])
        assert found(file) is None

    @settings(max_examples=60, deadline=None)
    @given(places=st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.binary(min_size=1, max_size=40)), min_size=1, max_size=8))
    def test_no_damage_makes_a_wrong_answer(self, tmp_path_factory: pytest.TempPathFactory, places: list[tuple[float, bytes]]) -> None:
        file = kept(tmp_path_factory.mktemp("store") / "cache.sqlite", b"data" * 900)
        damaged = bytearray(file.read_bytes())
        for where, what in places:
            start = int(where * len(damaged))
            damaged[start : start + len(what)] = what
        file.write_bytes(damaged)
        assert found(file) in (None, b"data" * 900)

    def test_a_folder_in_its_place(self, file: Path) -> None:
        file.mkdir(parents=True)
        store = Store(file)
        store.put("trees", KEY, b"data")
        store.commit()
        assert store.fault
        assert (store.get("trees", KEY), store.counts()) == (None, {})

    def test_a_file_in_the_place_of_its_folder(self, file: Path) -> None:
        file.parent.write_bytes(b"")
        store = Store(file)
        assert (store.get("trees", KEY), bool(store.fault)) == (None, True)

    @pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="nothing is read-only to the superuser")
    def test_a_folder_that_may_not_be_written_to(self, file: Path) -> None:
        file.parent.mkdir(mode=0o500)
        store = Store(file)
        store.put("trees", KEY, b"data")
        store.commit()
        assert store.fault

    def test_a_lock_that_is_not_given_up(self, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(stores, "_PATIENCE", 0.05)
        kept(file)
        with opened(file) as database:
            database.execute("PRAGMA locking_mode = EXCLUSIVE")
            database.execute("BEGIN EXCLUSIVE")
            store = Store(file)
            begun = time.monotonic()
            assert store.get("trees", KEY) in (None, b"data")
            store.put("trees", KEY, b"new")
            store.commit()
            assert "locked" in (store.fault or "")
            assert time.monotonic() - begun < 5
            database.execute("ROLLBACK")
        assert found(file) == b"data"

    def test_a_full_disk_loses_what_is_new_and_nothing_else(self, file: Path) -> None:
        kept(file)
        store = Store(file)
        assert store.get("trees", KEY) == b"data"
        assert store._connection is not None
        pages = store._connection.execute("PRAGMA page_count").fetchone()[0]
        store._connection.execute(f"PRAGMA max_page_count = {pages}")
        store.put("trees", KEY, b"new")
        store.put("runs", KEY, os.urandom(1_000_000))
        store.commit()
        assert "full" in (store.fault or "")
        assert (found(file), Store(file).get("runs", KEY)) == (b"data", None)

    @pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="processes are killed otherwise there")
    def test_a_run_that_is_killed_while_it_writes(self, file: Path) -> None:
        kept(file)
        code = f"""
            import os, signal
            from pathlib import Path
            from backend_lint.engine.store import Store
            store = Store(Path({str(file)!r}))
            store.put("trees", {KEY!r}, b"new")
            store.put("runs", {KEY!r}, bytes(50_000_000))
            store._sweep = lambda database: None
            seal = store._seal
            def killed(data, *place):
                if place[0] == "runs":
                    store._connection.execute("PRAGMA cache_spill = 1")
                    os.kill(os.getpid(), signal.SIGKILL)
                return seal(data, *place)
            store._seal = killed
            store.commit()
        """
        assert subprocess.run([sys.executable, "-c", textwrap.dedent(code)], check=False).returncode == -signal.SIGKILL
        assert found(file) == b"data"
        assert found(kept(file, b"newer")) == b"newer"

    def test_a_python_without_sqlite(self, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(sys.modules, "sqlite3", None)
        store = Store(file)
        assert (store.get("trees", KEY), store.fault) == (None, "this Python has no sqlite3")


class TestSize:
    def test_what_was_not_used_for_long_goes(self, file: Path) -> None:
        kept(file)
        store = Store(file)
        for day, key in ((1, b"old"), (store._today - stores.MOST_DAYS["runs"] + 1, b"recent"), (store._today + 400, b"from the future")):
            store._today, today = day, store._today
            store.put("runs", key, b"x")
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(store, "_sweep", lambda database: None)
                store.commit()
            store._today = today
        with opened(file) as database:
            database.execute("DELETE FROM meta WHERE key = 'swept'")
        store.put("runs", b"new", b"x")
        store.commit()
        assert [key for key in (b"old", b"recent", b"from the future", b"new") if store.get("runs", key)] == [b"recent", b"new"]

    def test_what_is_used_stays(self, file: Path) -> None:
        kept(file)
        with opened(file) as database:
            database.execute("UPDATE trees SET used = used - 29")
            database.execute("DELETE FROM meta WHERE key = 'swept'")
        store = Store(file)
        assert store.get("trees", KEY) == b"data"
        assert store.is_pending
        store.commit()
        with opened(file) as database:
            assert database.execute("SELECT used FROM trees").fetchone() == (store._today,)

    def test_beyond_its_size_the_oldest_goes(self, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(stores, "MOST_BYTES", 400_000)
        store = Store(file)
        today = store._today
        for age in range(10, -1, -1):
            store._today = today - age
            store.put("trees", bytes([age]), os.urandom(60_000))
            store.commit()
        there = [age for age in range(11) if store.get("trees", bytes([age])) is not None]
        assert there == list(range(len(there)))
        assert 3 <= len(there) <= 7
        store.close()
        assert file.stat().st_size < 700_000

    def test_it_can_be_deleted(self, file: Path) -> None:
        kept(file)
        assert is_store(file)
        remove(file)
        assert list(file.parent.iterdir()) == []
        remove(file)
