"""The baseline in a review: what it hides, and that a change which makes it longer says so."""

from __future__ import annotations

from pathlib import Path

import pytest

from backend_lint.engine.baselines import NAME
from backend_lint.engine.settings import ConfigurationFault
from backend_lint.findings.baseline import Entry, entries_of, render
from backend_lint.review.model import Review
from tests.review.repositories import Repo, rules_of
from tests.support import lint

SELECT = ["BL301"]
HEAD = """\
from flask import Flask

app = Flask(__name__)
"""
HANDLER = """

@app.get("/{name}")
def {name}():
    try:
        return load()
    except Exception as error:
        return {{"error": str(error)}}, 500
"""
ORDERS = HEAD + HANDLER.format(name="orders")


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    found = Repo(tmp_path / "work")
    found.commit({"shop/__init__.py": "", "shop/app.py": ORDERS})
    return found


def accepted(files: dict[str, str], **extra: str) -> str:
    """The text of a baseline with all that is found in files."""
    entries = entries_of(lint(files, select=SELECT).findings, lambda finding: finding.path)
    assert entries
    return render([Entry(*entry.key, entry.ordinal, **extra) for entry in entries])


def growth(found: Review) -> list[str]:
    return [f"{item.path}: {item.message}" for item in found.policy if item.kind == "baseline"]


def reviewed(repo: Repo, **options: object) -> Review:
    return repo.review(base="HEAD", select=SELECT, **options)


def test_what_comes_with_its_entry_is_new_by_the_baseline_before(repo: Repo) -> None:
    both = ORDERS + HANDLER.format(name="bills")
    repo.write({"shop/app.py": both, NAME: accepted({"shop/app.py": both})})
    found = reviewed(repo, policy="base")
    assert rules_of(found) == ["BL301 shop/app.py:19"]
    assert growth(found) == [f"{NAME}: adds 2 entries to the baseline: BL301 in `shop/app.py`"]
    assert (found.verdict, found.is_policy_failing) == ("fail", True)


def test_one_s_own_work_counts_by_the_baseline_after(repo: Repo) -> None:
    both = ORDERS + HANDLER.format(name="bills")
    repo.write({"shop/app.py": both, NAME: accepted({"shop/app.py": both})})
    found = reviewed(repo, policy="head")
    assert (rules_of(found), found.baselined, found.verdict) == ([], 1, "pass")
    assert len(growth(found)) == 1


def test_old_finding_uses_its_entry_up_before_a_second_copy(repo: Repo) -> None:
    repo.commit({NAME: accepted({"shop/app.py": ORDERS})})
    handler = '        return {"error": str(error)}, 500\n'
    twice = ORDERS.replace(handler, "        if not ready():\n    " + handler + handler)
    repo.write({"shop/app.py": twice})
    found = reviewed(repo)
    assert len(found.existing) == 1
    assert [new.finding.rule for new in found.new] == ["BL301"]


def test_what_comes_back_is_hidden_by_the_entry_that_was_left(repo: Repo) -> None:
    repo.commit({NAME: accepted({"shop/app.py": ORDERS}), "shop/app.py": HEAD})
    repo.write({"shop/app.py": ORDERS})
    found = reviewed(repo, policy="base")
    assert (rules_of(found), found.baselined, found.policy) == ([], 1, [])


def test_expired_entry_hides_nothing(repo: Repo) -> None:
    repo.commit({NAME: accepted({"shop/app.py": ORDERS}, until="2020-01-31"), "shop/app.py": HEAD})
    repo.write({"shop/app.py": ORDERS})
    assert rules_of(reviewed(repo)) == ["BL301 shop/app.py:11"]


def test_baseline_alone_is_a_change_to_the_gate(repo: Repo) -> None:
    repo.write({NAME: accepted({"shop/app.py": ORDERS})})
    found = reviewed(repo, policy="base")
    assert (growth(found), found.verdict) == ([f"{NAME}: adds an entry to the baseline: BL301 in `shop/app.py`"], "fail")
    allowed = reviewed(repo, policy="base", allow_suppressions=True)
    assert (len(growth(allowed)), allowed.verdict) == (1, "pass")


def test_baseline_that_shrinks_is_no_item(repo: Repo) -> None:
    repo.commit({NAME: accepted({"shop/app.py": ORDERS})})
    repo.write({NAME: render([])})
    assert growth(reviewed(repo)) == []


def test_entry_that_follows_a_renamed_file_is_an_old_one(repo: Repo) -> None:
    repo.commit({NAME: accepted({"shop/app.py": ORDERS})})
    repo.write({"shop/app.py": None, "shop/web.py": ORDERS, NAME: accepted({"shop/web.py": ORDERS})})
    found = reviewed(repo, policy="base")
    assert (rules_of(found), growth(found), found.verdict) == ([], [], "pass")


def test_another_day_is_an_item_when_it_is_a_later_one(repo: Repo) -> None:
    repo.commit({NAME: accepted({"shop/app.py": ORDERS}, until="2031-01-31")})
    for until, said in (
        ("2030-01-31", []),
        ("2032-01-31", [f"{NAME}: accepts BL301 in `shop/app.py` until 2032-01-31 (before: until 2031-01-31)"]),
        ("", [f"{NAME}: accepts BL301 in `shop/app.py` for good (before: until 2031-01-31)"]),
    ):
        repo.write({NAME: accepted({"shop/app.py": ORDERS}, until=until)})
        assert growth(reviewed(repo)) == said


def test_configuration_that_names_another_baseline(repo: Repo) -> None:
    configuration = '[tool.backend-lint]\nbaseline = "ci/accepted.txt"\n'
    repo.write({"pyproject.toml": configuration, "ci/accepted.txt": accepted({"shop/app.py": ORDERS})})
    assert growth(reviewed(repo)) == ["ci/accepted.txt: adds an entry to the baseline: BL301 in `shop/app.py`"]


def test_many_entries_are_one_item(repo: Repo) -> None:
    entries = [Entry("BL301", f"shop/{number}.py", "f", "0" * 16, 1) for number in range(30)]
    repo.write({NAME: render(entries)})
    assert growth(reviewed(repo)) == [f"{NAME}: adds to the baseline: 30 entries in all"]


def test_baseline_that_cannot_be_read(repo: Repo) -> None:
    repo.commit({NAME: accepted({"shop/app.py": ORDERS})})
    repo.write({NAME: "<<<<<<< ours\n", "shop/app.py": ORDERS + "\n# end\n"})
    with pytest.raises(ConfigurationFault, match=NAME):
        reviewed(repo, policy="head")
    found = reviewed(repo, policy="base")
    assert [item.kind for item in found.policy] == ["unreadable-configuration"]
    repo.commit()
    repo.write({NAME: render([])})
    assert any("before the change cannot be read" in remark for remark in reviewed(repo, policy="head").remarks)
