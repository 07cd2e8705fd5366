"""What edits do to lines and leave as it is in meaning."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.review.repositories import Repo, rules_of
from tests.review.sources import CLEAN, LEAKS, handlers, leak
from tests.review.test_moves import counts, reviewed


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    found = Repo(tmp_path / "work")
    found.commit({"shop/api.py": leak()})
    return found


def test_two_hunks_around_a_finding(repo: Repo) -> None:
    text = leak(result="2").replace("def show", "# shows\ndef show") + "\n\nX = 1\n"
    repo.commit({"shop/api.py": text.replace('"error"', '"problem"')})
    assert counts(reviewed(repo)) == (0, 0, 1)
    repo.commit({"shop/api.py": text.replace('"error"', '"problem"').replace("# shows", "# 1\n# 2").replace("X = 1", "Y = 2")})
    assert counts(reviewed(repo)) == (0, 0, 1)


def test_lines_taken_away_around_a_finding(repo: Repo) -> None:
    repo.commit({"shop/api.py": handlers("first", "show", "last")})
    repo.commit({"shop/api.py": handlers("show")})
    assert counts(reviewed(repo)) == (0, 2, 1)
    repo.commit({"shop/api.py": leak().replace("app = FastAPI()\n\n\n", "app = FastAPI()\n")})
    assert counts(reviewed(repo)) == (0, 0, 1)


ONE_LINE = """
from flask import Flask, jsonify, request

app = Flask(__name__)


@app.route("/a")
def a():
    try:
        return "fine"
    except Exception as e: return jsonify(a=str(e)) if request.args else jsonify(b=str(e))
"""


def test_two_findings_on_one_line(repo: Repo) -> None:
    repo.commit({"shop/one.py": ONE_LINE})
    both = reviewed(repo)
    assert len({new.finding.line for new in both.new}) == 1
    number = len(both.new)
    repo.commit({"shop/one.py": "# one line more\n" + ONE_LINE})
    assert counts(reviewed(repo)) == (0, 0, number + 1)
    repo.commit({"shop/one.py": ONE_LINE.replace("b=str(e)", 'b="failed"').replace("a=str(e)", 'a="failed"')})
    assert counts(reviewed(repo)) == (0, number, 1)


def test_second_fault_on_a_line_that_has_one(repo: Repo) -> None:
    line = '    first, second = "a", "b"\n'
    text = leak().replace("    try:\n", line + "    try:\n")
    repo.commit({"shop/api.py": text})
    repo.commit({"shop/api.py": text.replace("except Exception as error:", "except Exception as error:\n        print(error)")})
    assert counts(reviewed(repo)) == (0, 0, 1)


def test_second_copy_in_the_same_function(repo: Repo) -> None:
    again = '    except OSError as error:\n        return {"error": str(error)}\n    except Exception as error:\n'
    repo.commit({"shop/api.py": leak().replace("    except Exception as error:\n", again)})
    found = reviewed(repo)
    assert counts(found) == (1, 0, 1)
    assert found.new[0].cause.kind == "line"


def test_second_copy_of_a_function(repo: Repo) -> None:
    repo.commit({"shop/api.py": handlers("show", "again")})
    found = reviewed(repo)
    assert counts(found) == (1, 0, 1)
    assert found.new[0].finding.function == "again"


def test_format_alone(repo: Repo) -> None:
    formatted = (
        leak()
        .replace('{"error": str(error)}', "{\n            'error': str(\n                error,\n            ),\n        }")
        .replace('@app.get("/show")', "@app.get(\n    '/show',\n)")
    )
    repo.commit({"shop/api.py": formatted})
    assert counts(reviewed(repo)) == (0, 0, 1)


def test_tabs(repo: Repo) -> None:
    repo.commit({"shop/api.py": leak().replace("    ", "\t")})
    found = reviewed(repo)
    assert counts(found) == (0, 0, 1)
    assert found.changed == 1


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
def test_line_ends_and_byte_order_marks(repo: Repo, mark: bytes, end: bytes) -> None:
    text = (CLEAN + "\n\n" + leak("more").split("\n\n\n")[1]).encode()
    repo.commit({"shop/api.py": mark + leak().encode().replace(b"\n", end)})
    assert len(reviewed(repo).new) == 0
    repo.commit({"shop/api.py": mark + text.replace(b"\n", end)})
    found = reviewed(repo)
    assert (len(found.new), len(found.fixed) + len(found.existing)) == (1, 1)


def test_line_ends_that_git_converts(repo: Repo) -> None:
    """On the disk there are other bytes than in the repository, and nothing has changed."""
    repo.commit({".gitattributes": "*.py text eol=crlf\n"})
    repo.git("checkout", "-q", "-b", "topic")
    (repo.folder / "shop/api.py").unlink()
    repo.git("checkout", "--", "shop/api.py")
    assert b"\r\n" in (repo.folder / "shop/api.py").read_bytes()
    found = repo.review(base="main", select=LEAKS)
    assert (found.verdict, found.changed) == ("pass", 0)


def test_new_argument_of_an_old_fault(repo: Repo) -> None:
    """An edited line whose fault was there before is no new fault."""
    repo.commit({"shop/api.py": leak().replace('{"error": str(error)}', '{"error": str(error), "code": 7}')})
    assert counts(reviewed(repo)) == (0, 0, 1)


def test_another_way_to_the_same_fault(repo: Repo) -> None:
    """The function is rewritten, and its fault is that of the same place below it."""
    helper = "def explain(error):\n    return str(error)\n"
    start = leak().replace("app =", "from shop.errors import explain\n\napp =").replace("str(error)", "explain(error)")
    start = start.replace("    try:\n", "    first = 1\n    try:\n")
    repo.commit({"shop/__init__.py": "", "shop/errors.py": helper, "shop/api.py": start})
    built = 'answer = {}\n        answer["code"] = 3\n        answer["detail"] = explain(error)\n        return answer'
    end = start.replace("    first = 1\n", "").replace('return {"error": explain(error)}', built)
    repo.commit({"shop/api.py": end})
    assert counts(reviewed(repo)) == (0, 0, 1)


def test_first_of_several_calls_is_mended(repo: Repo) -> None:
    """Some faults are told once a function. What is left of them is not new."""
    text = "import time\n\n" + leak().replace("def show", "async def show").replace(
        "    try:", "    time.sleep(1)\n    time.sleep(2)\n    try:"
    )
    repo.commit({"shop/api.py": text})
    assert len(reviewed(repo, ("BL801",)).new) == 1
    repo.commit({"shop/api.py": text.replace("    time.sleep(1)\n", "    print()\n")})
    assert counts(reviewed(repo, ("BL801",))) == (0, 0, 1)
    repo.commit({"shop/api.py": text.replace("    time.sleep(1)\n", "    print()\n").replace("    time.sleep(2)\n", "")})
    assert counts(reviewed(repo, ("BL801",))) == (0, 1, 0)


def test_fix_and_regression_in_one_file(repo: Repo) -> None:
    repo.commit({"shop/api.py": handlers("show") + leak("other").split("\n\n\n", 1)[1].replace("str(error)", '"failed"')})
    start = (repo.folder / "shop/api.py").read_text()
    text = start.replace("str(error)", '"bad"').replace('"failed"', "repr(error)")
    repo.commit({"shop/api.py": text})
    found = reviewed(repo)
    assert counts(found) == (1, 1, 0)
    assert rules_of(found)[0].startswith("BL301 shop/api.py:")
