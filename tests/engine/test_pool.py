from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend_lint.engine import pool


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
