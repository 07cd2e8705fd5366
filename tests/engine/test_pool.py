from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend_lint.engine import pool, stored_trees, whole
from backend_lint.engine.cache_folder import Cache
from backend_lint.engine.check import Request, check_paths
from backend_lint.engine.file_states import digest_of
from backend_lint.engine.result import Result
from backend_lint.engine.settings import CommandLine
from backend_lint.source.files import WorkingTree
from backend_lint.source.parse import SyntaxFault, parse


@given(sizes=st.lists(st.integers(0, 100_000), max_size=60), count=st.integers(1, 20))
def test_chunks_hold_every_file_once_and_in_order(sizes: list[int], count: int) -> None:
    paths = [f"{number}.py" for number in range(len(sizes))]
    chunks = pool.chunks(paths, sizes, count)
    assert [path for chunk in chunks for path in chunk] == paths
    assert len(chunks) <= count
    assert all(chunks)


def test_chunks_are_of_about_one_size() -> None:
    chunks = pool.chunks([f"{number}.py" for number in range(100)], [10] * 100, 4)
    assert [len(chunk) for chunk in chunks] == [25, 25, 25, 25]


@pytest.mark.parametrize(("files", "processors", "jobs"), [(1, 8, 1), (150, 8, 1), (151, 8, 3), (5000, 8, 8), (5000, 1, 1)])
def test_processes_are_used_where_they_pay(monkeypatch: pytest.MonkeyPatch, files: int, processors: int, jobs: int) -> None:
    monkeypatch.setattr(pool.os, "sched_getaffinity", lambda process: set(range(processors)), raising=False)
    assert pool.default_jobs(files) == jobs


def test_trees_are_made_once_before_the_check(tmp_path: Path) -> None:
    texts = {
        "app/a.py": "x = 1  # one\n",
        "app/broken.py": "def f(:\n",
        "app/gone.py": None,
        "app/latin.py": "# coding: latin-1\ny = 'é'\n",
    }
    (tmp_path / "app").mkdir()
    for path, text in texts.items():
        if text is not None:
            (tmp_path / path).write_bytes(text.encode("latin-1"))
    made = pool.trees_in_processes(tmp_path, WorkingTree(tmp_path, list(texts)), list(texts), 2)
    assert len(made) == 3, "one that cannot be read has no tree"
    for path in ("app/a.py", "app/latin.py"):
        data = (tmp_path / path).read_bytes()
        assert repr(stored_trees.decoded(path, data, made[digest_of(data)])) == repr(parse(path, data))
    data = (tmp_path / "app/broken.py").read_bytes()
    fault = stored_trees.decoded("app/broken.py", data, made[digest_of(data)])
    assert isinstance(fault, SyntaxFault)


def test_a_check_with_trees_made_before_finds_what_one_without_finds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A project large enough for that is not needed: the limit is lowered."""
    shutil.copytree(Path(__file__).parents[2] / "examples", tmp_path / "copied")
    (tmp_path / "copied/broken.py").write_text("def f(:\n")
    line = CommandLine(pedantic=True)

    def check(jobs: int, cache: Cache | None) -> Result:
        return check_paths([tmp_path], Request(current=tmp_path, command_line=line, use_config=False, jobs=jobs, cache=cache))

    one = check(1, None)
    monkeypatch.setattr(whole, "FILES_WORTH_A_POOL", 0)
    cache = Cache(tmp_path.parent / f"{tmp_path.name}-cache", tmp_path.parent / f"{tmp_path.name}-own")
    for kept in (None, cache):
        made = check(3, kept)
        assert (made.findings, made.problems) == (one.findings, one.problems)
    store = cache.store(tmp_path)
    assert store is not None
    assert store.counts()["trees"] > 10
