"""Changes that make failures vanish: what swallows the failures of code that was there before widens the gate."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from backend_lint.review.model import Review
from tests.review.repositories import Repo, rules_of

ERRORS = ["BL602", "BL611", "BL614"]

RECEIPTS = """
    import requests
    from fastapi import FastAPI

    from shop import orders

    app = FastAPI()


    @app.post("/orders/{number}/receipt")
    def send_receipt(number: int):
        receipt = orders.receipt(number)
        orders.book(receipt)
        orders.send(receipt)
        return {"sent": True}
"""
ORDERS = """
    def receipt(number):
        return load(number)


    def book(receipt):
        return store(receipt)


    def send(receipt):
        return deliver(receipt)
"""
SWALLOWED = RECEIPTS.replace(
    "        orders.send(receipt)\n",
    "        try:\n            orders.send(receipt)\n        except Exception:\n            pass\n",
)


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    found = Repo(tmp_path / "work")
    found.commit({"shop/__init__.py": "", "shop/app.py": RECEIPTS, "shop/orders.py": ORDERS})
    return found


def reviewed(repo: Repo, **options: object) -> Review:
    return repo.review(commit="HEAD", **{"select": ERRORS, "policy": "base", **options})


def silenced(found: Review) -> list[str]:
    return [f"{item.path}:{item.line} {item.message}" for item in found.policy if item.kind == "silencing"]


OVER_OLD_CODE = "swallows failures of code that was there before: BL611 swallowed-exception"


def test_old_line_that_gets_an_except_around_it(repo: Repo) -> None:
    repo.commit({"shop/app.py": SWALLOWED})
    found = reviewed(repo)
    assert silenced(found) == [f"shop/app.py:15 {OVER_OLD_CODE}"]
    assert rules_of(found) == ["BL611 shop/app.py:15"]
    assert found.is_policy_failing
    assert not reviewed(repo, allow_suppressions=True).is_policy_failing
    own = reviewed(repo, policy="head")
    assert (len(silenced(own)), own.is_policy_failing) == (1, False)


def test_new_function_that_swallows_is_a_new_finding_and_no_more(repo: Repo) -> None:
    more = """
    @app.post("/orders/{number}/reminder")
    def remind(number: int):
        try:
            orders.send(orders.reminder(number))
        except Exception:
            pass
        return {"sent": True}
"""
    repo.commit({"shop/app.py": RECEIPTS + "\n" + more})
    found = reviewed(repo)
    assert rules_of(found) == ["BL611 shop/app.py:21"]
    assert silenced(found) == []


def test_copy_of_a_function_that_swallows(repo: Repo) -> None:
    """The old code is as it was; which of two equal lines a diff keeps is chance."""
    start = RECEIPTS.index('    @app.post("/orders')
    copy = SWALLOWED[start:].replace("send_receipt", "send_again").replace("/receipt", "/again")
    repo.commit({"shop/app.py": RECEIPTS[:start] + copy + "\n\n" + RECEIPTS[start:]})
    found = reviewed(repo)
    assert rules_of(found) == ["BL611 shop/app.py:15"]
    assert silenced(found) == []


def test_new_lines_of_an_old_function_that_are_tried(repo: Repo) -> None:
    more = "        try:\n            orders.count(receipt)\n        except Exception:\n            pass\n        return {"
    repo.commit({"shop/app.py": RECEIPTS.replace("        return {", more)})
    found = reviewed(repo)
    assert rules_of(found) == ["BL611 shop/app.py:16"]
    assert silenced(found) == []


def test_second_call_that_is_tried_beside_the_old_one(repo: Repo) -> None:
    more = "        try:\n            orders.send(receipt)\n        except Exception:\n            pass\n        return {"
    repo.commit({"shop/app.py": RECEIPTS.replace("        return {", more)})
    assert silenced(reviewed(repo)) == []


def test_line_that_is_laid_out_anew_and_whose_result_is_kept(repo: Repo) -> None:
    text = RECEIPTS.replace(
        "        orders.send(receipt)\n",
        "        try:\n            sent = orders.send(\n                receipt,\n            )\n"
        "        except Exception:\n            sent = None\n",
    ).replace("True", "sent")
    repo.commit({"shop/app.py": text})
    assert silenced(reviewed(repo)) == [f"shop/app.py:17 {OVER_OLD_CODE}"]


def test_except_that_is_made_wider(repo: Repo) -> None:
    logged = SWALLOWED.replace("except Exception:\n            pass", "except OSError:\n            raise")
    repo.commit({"shop/app.py": logged})
    assert silenced(reviewed(repo)) == []
    repo.commit({"shop/app.py": SWALLOWED})
    assert silenced(reviewed(repo)) == [f"shop/app.py:15 {OVER_OLD_CODE}"]


def test_except_that_logs(repo: Repo) -> None:
    text = SWALLOWED.replace("            pass\n", '            logger.exception("receipt of %s", number)\n')
    repo.commit({"shop/app.py": text.replace("import requests\n", "import logging\n\n    import requests\n")})
    assert silenced(reviewed(repo)) == []


@pytest.mark.parametrize(
    ("before", "after", "line"),
    [
        ("    with contextlib.suppress(Exception):\n", "", 15),
    ],
)
def test_what_is_no_more_than_a_note(repo: Repo, before: str, after: str, line: int) -> None:
    """Reviewers may disagree about the way it is written, not about who should be asked when it is put around old code."""
    body = "    orders.send(receipt)\n"
    text = dedent(RECEIPTS).replace(body, f"{before}    {body}{after}").replace("import requests", "import contextlib\n\nimport requests")
    repo.commit({"shop/app.py": text})
    found = reviewed(repo)
    assert silenced(found) == [f"shop/app.py:{line} {OVER_OLD_CODE}"]
    assert (found.new, found.verdict) == ([], "fail")
    noted = reviewed(repo, line={"pedantic": True})
    assert rules_of(noted) == [f"BL611 shop/app.py:{line}"]


def test_narrow_except_around_old_code(repo: Repo) -> None:
    """It may well be what the code was lacking: a matter for a note."""
    body = "    orders.send(receipt)\n"
    text = dedent(RECEIPTS).replace(body, f"    try:\n    {body}    except ValueError:\n        pass\n")
    repo.commit({"shop/app.py": text})
    found = reviewed(repo)
    assert (silenced(found), found.verdict) == ([], "pass")


def test_comment_that_hides_the_finding(repo: Repo) -> None:
    hidden = SWALLOWED.replace("except Exception:", "except Exception:  # backend-lint: ignore[BL611] -- not needed")
    repo.commit({"shop/app.py": hidden})
    found = reviewed(repo, policy="head")
    assert {item.kind for item in found.policy} == {"silencing", "suppression", "suppressed-finding"}
    assert found.new == []


def test_lines_taken_out_into_a_helper_that_swallows(repo: Repo) -> None:
    body = "        receipt = orders.receipt(number)\n        orders.book(receipt)\n        orders.send(receipt)\n"
    helper = """
    def deliver(number):
        try:
            receipt = orders.receipt(number)
            orders.book(receipt)
            orders.send(receipt)
        except Exception:
            pass
"""
    repo.commit({"shop/app.py": RECEIPTS.replace(body, "        deliver(number)\n") + "\n" + helper})
    assert silenced(reviewed(repo)) == [f"shop/app.py:20 {OVER_OLD_CODE}"]


def test_function_that_is_moved_to_another_file(repo: Repo) -> None:
    text = dedent(SWALLOWED)
    start = text.index("@app.post")
    repo.commit(
        {
            "shop/app.py": text[:start].rstrip() + "\n\nfrom shop import receipts\n",
            "shop/receipts.py": "from shop import orders\nfrom shop.app import app\n\n\n" + text[start:],
        }
    )
    assert silenced(reviewed(repo)) == [f"shop/receipts.py:11 {OVER_OLD_CODE}"]


RATES = """
    import requests
    from fastapi import FastAPI

    app = FastAPI()


    @app.get("/rates/{currency}")
    def rate(currency: str):
        response = requests.get(f"https://rates.example.com/{currency}", timeout=5)
        return response.json()
"""


def test_finding_that_is_gone_because_its_failures_vanish(repo: Repo) -> None:
    repo.commit({"shop/rates.py": RATES})
    (unhandled,) = reviewed(repo, select=["BL612", "BL613", "BL614"]).new
    tried = RATES.replace(
        '        response = requests.get(f"https://rates.example.com/{currency}", timeout=5)\n        return response.json()\n',
        "        try:\n"
        '            response = requests.get(f"https://rates.example.com/{currency}", timeout=5)\n'
        "            return response.json()\n"
        "        except Exception:\n            return None\n",
    )
    repo.commit({"shop/rates.py": tried})
    found = reviewed(repo, select=["BL61"])
    rule = f"{unhandled.finding.rule} {unhandled.finding.name}"
    assert silenced(found) == [
        f"shop/rates.py:12 {OVER_OLD_CODE}",
        f"shop/rates.py:12 swallows what {rule} was reported for: {unhandled.finding.message}",
    ]
    assert found.fixed == []


def test_finding_that_is_fixed_although_something_is_swallowed(repo: Repo) -> None:
    repo.commit({"shop/rates.py": RATES})
    mended = RATES.replace(
        '        response = requests.get(f"https://rates.example.com/{currency}", timeout=5)\n        return response.json()\n',
        "        try:\n"
        '            response = requests.get(f"https://rates.example.com/{currency}", timeout=5)\n'
        "            response.raise_for_status()\n"
        "        except requests.RequestException as error:\n"
        '            raise HTTPException(502, "no rates") from error\n'
        "        return response.json()\n",
    ).replace("import FastAPI", "import FastAPI, HTTPException")
    repo.commit({"shop/rates.py": mended})
    found = reviewed(repo, select=["BL61"])
    assert (silenced(found), len(found.fixed), found.verdict) == ([], 1, "pass")


def test_merge_that_brings_in_what_the_other_side_did(repo: Repo) -> None:
    repo.git("checkout", "-q", "-b", "topic")
    body = "    with contextlib.suppress(Exception):\n        orders.send(receipt)\n"
    noted = dedent(RECEIPTS).replace("    orders.send(receipt)\n", body).replace("import requests", "import contextlib\n\nimport requests")
    repo.commit({"shop/app.py": noted})
    assert len(silenced(reviewed(repo))) == 1
    repo.git("checkout", "-q", "main")
    repo.commit({"shop/more.py": "X = 1\n"})
    repo.git("merge", "-q", "--no-commit", "--no-ff", "topic")
    found = repo.review(staged=True, select=ERRORS, policy="base")
    assert (found.policy, found.verdict) == ([], "pass")
    evil = noted.replace("    orders.book(receipt)\n", "    try:\n        orders.book(receipt)\n    except Exception:\n        pass\n")
    repo.write({"shop/app.py": evil}).git("add", "-A")
    found = repo.review(staged=True, select=ERRORS, policy="base")
    assert silenced(found) == [f"shop/app.py:16 {OVER_OLD_CODE}"]
    assert found.verdict == "fail"
