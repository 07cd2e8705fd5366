"""Files that cannot be parsed, before the change, after it, or on both sides."""

from __future__ import annotations

from pathlib import Path

import pytest

from backend_lint.review.model import Review
from tests.review.repositories import Repo, rules_of
from tests.review.sources import LEAKS, handlers, leak

BROKEN = leak() + "\n\ndef half(:\n"


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    found = Repo(tmp_path / "work")
    found.commit({"shop/api.py": leak(), "shop/other.py": leak("other")})
    return found


def reviewed(repo: Repo) -> Review:
    return repo.review(commit="HEAD", select=LEAKS)


def test_broken_by_the_change(repo: Repo) -> None:
    repo.commit({"shop/api.py": BROKEN})
    found = reviewed(repo)
    assert (found.verdict, found.unparsed, found.exit_code) == ("incomplete", 1, 2)
    assert [finding.path for finding in found.fixed] == []


def test_broken_by_the_change_while_other_findings_are_new(repo: Repo) -> None:
    repo.commit({"shop/api.py": BROKEN, "shop/other.py": handlers("other", "more")})
    found = reviewed(repo)
    assert found.verdict == "incomplete"
    assert "BL301 shop/other.py:19" in rules_of(found)


def test_broken_when_it_was_renamed(repo: Repo) -> None:
    repo.git("mv", "shop/api.py", "shop/views.py")
    repo.commit({"shop/views.py": BROKEN})
    assert reviewed(repo).verdict == "incomplete"


@pytest.mark.parametrize("data", [b"X = '\xff\xfe'\n", b"X = 1\0\n", b"# -*- coding: nonsense -*-\n", "X = 1\n".encode("utf-16")])
def test_bytes_that_are_no_text(repo: Repo, data: bytes) -> None:
    repo.commit({"shop/api.py": data})
    assert reviewed(repo).verdict == "incomplete"


def test_mended_by_the_change(repo: Repo) -> None:
    repo.commit({"shop/api.py": BROKEN})
    repo.commit({"shop/api.py": leak() + "\n\ndef half():\n    return 1\n"})
    found = reviewed(repo)
    assert (found.verdict, found.new) == ("pass", [])
    assert "could not be parsed" in found.remarks[-1]


def test_mended_and_made_worse(repo: Repo) -> None:
    repo.commit({"shop/api.py": BROKEN})
    repo.commit({"shop/api.py": handlers("show", "more")})
    found = reviewed(repo)
    assert rules_of(found) == ["BL301 shop/api.py:19"]


def test_broken_on_both_sides(repo: Repo) -> None:
    repo.commit({"shop/api.py": BROKEN})
    repo.commit({"shop/api.py": BROKEN + "\n"})
    assert reviewed(repo).verdict == "incomplete"


def test_broken_file_that_the_change_does_not_touch(repo: Repo) -> None:
    repo.commit({"shop/broken.py": BROKEN})
    repo.commit({"shop/api.py": handlers("show", "more")})
    found = reviewed(repo)
    assert (found.verdict, found.unparsed) == ("fail", 1)
    assert rules_of(found) == ["BL301 shop/api.py:19"]


def test_broken_file_that_is_deleted(repo: Repo) -> None:
    repo.commit({"shop/broken.py": BROKEN})
    repo.write({"shop/broken.py": None})
    repo.commit()
    found = reviewed(repo)
    assert (found.verdict, found.new) == ("pass", [])


def test_helper_that_cannot_be_parsed_before_the_change(repo: Repo) -> None:
    """What a finding in another file rests on was not known before: it is new only where its own lines are."""
    user = leak("user").replace("str(error)", "explain(error)").replace("app =", "from shop.errors import explain\n\napp =")
    repo.commit(
        {"shop/__init__.py": "", "shop/errors.py": "def explain(error):\n    return str(error)\n\n\ndef half(:\n", "shop/user.py": user}
    )
    repo.commit({"shop/errors.py": "def explain(error):\n    return str(error)\n"})
    found = reviewed(repo)
    assert found.new == []
    assert "could not be parsed" in found.remarks[-1]
