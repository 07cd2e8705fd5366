"""A review that finds what it needs in the cache says what one says that works it out."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from backend_lint.engine import whole
from backend_lint.engine.cache_folder import Cache
from backend_lint.review.model import Review
from backend_lint.source import parse as parsing
from backend_lint.source.nodes import Tree
from tests.review.repositories import Repo

VIEWS = """
    from fastapi import APIRouter

    router = APIRouter()

    @router.get("/orders/{id}")
    def order(id: int) -> dict:
        try:
            return {"order": find(id)}
        except KeyError as error:
            return {"error": str(error)}
"""


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    return Cache(tmp_path / "cache", tmp_path / "own")


def content(found: Review) -> object:
    return msgspec.to_builtins(msgspec.structs.replace(found, seconds=0.0), enc_hook=str)


def test_both_sides_are_looked_up(tmp_path: Path, cache: Cache, monkeypatch: pytest.MonkeyPatch) -> None:
    parsed: list[str] = []
    runs: list[int] = []
    parse, analyse = parsing.parse, whole.analyse

    def counted(path: str, data: bytes) -> Tree:
        parsed.append(path)
        return parse(path, data)

    def counted_run(*arguments: object) -> object:
        runs.append(1)
        return analyse(*arguments)  # type: ignore[arg-type]  # handed on as they came

    monkeypatch.setattr(parsing, "parse", counted)
    monkeypatch.setattr(whole, "analyse", counted_run)
    repo = Repo(tmp_path / "project")
    repo.commit({"app/views.py": VIEWS, "app/orders.py": "def find(id): return {}\n", ".gitignore": "*.log\n"})
    repo.write({"app/views.py": VIEWS.replace("str(error)", "str(error), 'args': error.args")})
    expected = content(repo.review(base="HEAD"))
    assert len(runs) == 2
    parsed.clear()
    assert content(repo.review(base="HEAD", cache=cache)) == expected
    assert (sorted(parsed), len(runs)) == (["app/orders.py", "app/views.py", "app/views.py"], 4), "the file that is the same is parsed once"
    parsed.clear()
    assert content(repo.review(base="HEAD", cache=cache)) == expected
    assert (parsed, len(runs)) == ([], 4)
    repo.write({"app/views.py": VIEWS + "\n# more\n"})
    assert content(repo.review(base="HEAD", cache=cache)) == content(repo.review(base="HEAD"))


def test_the_whole_check_of_the_same_files_shares_the_trees(tmp_path: Path, cache: Cache) -> None:
    repo = Repo(tmp_path / "project")
    repo.commit({"app/views.py": VIEWS})
    repo.write({"app/views.py": VIEWS.replace("KeyError", "Exception")})
    repo.review(base="HEAD", cache=cache)
    counts = cache.store_anywhere().counts()
    assert (counts["trees"], counts["runs"]) == (2, 2)
