"""New findings of one cause, as a reader is shown them."""

from __future__ import annotations

from pathlib import Path

from backend_lint.review.shown import grouped
from tests.review.repositories import Repo

MILD = "def fetch(name: str) -> float:\n    return 1.0\n"
BLOCKING = "import requests\n\n\ndef fetch(name: str) -> float:\n    return requests.get(name, timeout=5).json()\n"
HEAD = "from fastapi import APIRouter\n\nfrom app.rates import fetch\n\nrouter = APIRouter()\n"


def routes(*names: str) -> str:
    return HEAD + "".join(f'\n\n@router.get("/{name}")\nasync def {name}() -> float:\n    return fetch("{name}")\n' for name in names)


def test_a_helper_that_begins_to_block_is_one_new_finding_where_it_was_edited(tmp_path: Path) -> None:
    repo = Repo(tmp_path / "work")
    repo.commit({"app/rates.py": MILD, "app/one.py": routes("a", "b"), "app/two.py": routes("c")})
    repo.commit({"app/rates.py": BLOCKING})
    found = repo.review(commit="HEAD", select=["BL801"])
    assert len(found.new) == 3
    (shown,) = grouped(found.new)
    assert (shown.finding.path, shown.finding.line, shown.fails, shown.cause.path) == ("app/rates.py", 5, True, "app/rates.py")
    assert [each.path for each in shown.finding.occurrences] == ["app/one.py", "app/one.py", "app/two.py"]


def test_handlers_that_begin_to_call_an_old_helper_are_new_each_at_its_call(tmp_path: Path) -> None:
    repo = Repo(tmp_path / "work")
    repo.commit({"app/rates.py": BLOCKING, "app/one.py": routes("a")})
    repo.commit({"app/one.py": routes("a", "b", "c")})
    found = repo.review(commit="HEAD", select=["BL801"])
    assert [(each.finding.path, each.finding.function) for each in found.new] == [("app/one.py", "b"), ("app/one.py", "c")]
    assert sorted(each.finding.function or "" for each in grouped(found.new)) == ["b", "c"]
