"""What is found in a file does not depend on which files were checked before it, nor on the process that checks it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend_lint.engine import whole
from backend_lint.engine.check import Request, check_paths
from backend_lint.engine.settings import CommandLine
from backend_lint.findings.model import Finding
from tests.support import lint

FAMILIES = ("BL2", "BL3", "BL4", "BL5", "BL6", "BL8", "BL9")
IMPORTS = """\
import smtplib
import sqlite3
import time
import requests
from fastapi import APIRouter, HTTPException
from sqlalchemy.orm import Session

router = APIRouter()
"""
#: What the functions of the made-up projects do: what one does with the result of another comes last.
_own = st.sampled_from([
    "if item > 9:\n        raise ValueError(item)",
    "if item > 8:\n        raise LookupError(f'no {item}')",
    "time.sleep(item)",
    "requests.get('https://example.org')",
    "db.add(item)\n    db.commit()",
    "db.delete(item)\n    db.commit()",
    "opened = sqlite3.connect('a.db')",
    "db.close()",
    "if item > 3:\n        return sqlite3.connect('b.db')",
    "if item > 5:\n        return smtplib.SMTP('mail')",
    "if item > 4:\n        return None",
])  # fmt: skip
_use = st.sampled_from([
    "{name}(db, item)",
    "if item:\n        return {name}(db, item)",
    "opened = {name}(db, item)",
    "got = {name}(db, item)\n    got.close()",
    "try:\n        {name}(db, item - 1)\n    except Exception as e:\n        return str(e)",
    "try:\n        {name}(db, item - 1)\n    except ValueError as e:\n        raise HTTPException(400, str(e))",
    "{name}(opened_by_caller(db), item)",
])  # fmt: skip
_statements = st.lists(st.one_of(_own, st.tuples(_use, st.integers(0, 6))), min_size=1, max_size=4)
#: The bodies of seven functions; each stands in the file of its number's remainder.
_bodies = st.lists(_statements, min_size=7, max_size=7)
FILES = 3
PATHS = tuple(f"shop/part{number}.py" for number in range(FILES))


def project_with(bodies: Sequence[Sequence[str | tuple[str, int]]]) -> dict[str, str]:
    """A package whose files import each other, with a route for each function."""
    texts = {path: [IMPORTS] for path in PATHS}
    for number, path in enumerate(PATHS):
        texts[path] += [f"from shop.part{other} import f{other}" for other in range(len(bodies)) if other < FILES and other != number]
    for number in range(FILES, len(bodies)):
        for place, path in enumerate(PATHS):
            if place != number % FILES:
                texts[path].append(f"from shop.part{number % FILES} import f{number}")
    for number, body in enumerate(bodies):
        lines = [part if isinstance(part, str) else part[0].format(name=f"f{part[1]}") for part in body]
        text = "\n    ".join(lines)
        texts[PATHS[number % FILES]].append(
            f"\n\ndef opened_by_caller(db):\n    return db\n\n\ndef f{number}(db, item):\n    {text}\n\n\n"
            f"@router.post('/f{number}')\nasync def route{number}(item: int, db: Session):\n    try:\n        return f{number}(db, item)\n"
            f"    except Exception as e:\n        raise HTTPException(400, str(e))\n"
        )
    return {"shop/__init__.py": "", **{path: "\n".join(lines) for path, lines in texts.items()}}


def found_in(files: Mapping[str, str], *targets: str) -> list[Finding]:
    """What is found in some files, checked one after the other in one process."""
    result = lint(files, select=FAMILIES, pedantic=True, targets=targets)
    assert not result.problems
    return sorted(result.findings, key=repr)


def found_in_parts(files: Mapping[str, str], *parts: Sequence[str]) -> list[Finding]:
    """What is found when each part is checked by a process of its own."""
    return sorted((finding for part in parts for finding in found_in(files, *part)), key=repr)


@settings(max_examples=6, deadline=None)
@given(_bodies, st.permutations(PATHS))
def test_functions_that_call_each_other_are_judged_the_same_in_any_order(
    bodies: list[list[str | tuple[str, int]]], order: list[str]
) -> None:
    files = project_with(bodies)
    expected = found_in(files, *PATHS)
    assert found_in(files, *order) == expected
    assert found_in_parts(files, *([path] for path in PATHS)) == expected


def chain(length: int, last: str) -> dict[str, str]:
    """Files of which each has a function that calls that of the next, and a route that shows what it raises."""
    files = {"shop/__init__.py": ""}
    for number in range(length):
        inner = f"return f{number + 1}(item)" if number + 1 < length else last
        importing = f"from shop.part{number + 1} import f{number + 1}\n" if number + 1 < length else ""
        files[f"shop/part{number}.py"] = (
            f"{IMPORTS}{importing}\n\ndef f{number}(item):\n    {inner}\n\n\n@router.get('/f{number}')\ndef route{number}(item: int):\n"
            f"    try:\n        return f{number}(item)\n    except ValueError as e:\n        raise HTTPException(400, str(e))\n"
        )
    return files


@pytest.mark.parametrize(
    "last",
    [
        "raise ValueError(item)",
        "try:\n        return int(item)\n    except OSError as e:\n        raise ValueError(str(e))",
        "try:\n        return int(item)\n    except OSError as e:\n        return {'error': str(e)}",
    ],
)
def test_how_deep_one_looks_does_not_depend_on_who_asks_first(last: str) -> None:
    files = chain(14, last)
    paths = sorted(path for path in files if path != "shop/__init__.py")
    alone = found_in_parts(files, *([path] for path in paths))
    assert len({finding.path for finding in alone}) > 12
    assert found_in(files, *paths) == found_in(files, *reversed(paths)) == alone


def test_two_processes_find_what_one_finds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(whole, "FILES_WORTH_A_POOL", 0)
    bodies: list[list[str | tuple[str, int]]] = [
        [("if item:\n        return {name}(db, item)", 1), "if item > 9:\n        raise ValueError(item)"],
        [("got = {name}(db, item)\n    got.close()", 2), "db.add(item)\n    db.commit()"],
        ["if item > 3:\n        return sqlite3.connect('b.db')", ("if item:\n        return {name}(db, item)", 0)],
        [("opened = {name}(db, item)", 2), "time.sleep(item)"],
    ]
    with TemporaryDirectory() as folder:
        root = Path(folder)
        for path, text in {**project_with(bodies), **chain(3, "return item")}.items():
            (root / path).parent.mkdir(exist_ok=True)
            (root / path).write_text(text)
        one, two = (
            check_paths([root], Request(current=root, command_line=CommandLine(pedantic=True), use_config=False, jobs=jobs, cache=None))
            for jobs in (1, 2)
        )
    assert one.findings
    assert (two.findings, two.problems) == (one.findings, one.problems)


def test_what_a_call_gives_is_told_the_same_whichever_of_two_functions_is_asked_about_first() -> None:
    """`connection` and `mailer` call each other: which is looked at first used to decide what both give."""
    files = {
        "a.py": "import sqlite3\nfrom b import mailer\n\n\ndef connection(again):\n    if again:\n        return mailer(False)\n"
        "    return sqlite3.connect('a.db')\n\n\ndef use():\n    opened = connection(True)\n    opened.login('x', 'y')\n    return 1\n",
        "b.py": "import smtplib\nfrom a import connection\n\n\ndef mailer(again):\n    if again:\n        return connection(False)\n"
        "    return smtplib.SMTP('mail')\n\n\ndef use():\n    opened = mailer(True)\n    opened.login('x', 'y')\n    return 1\n",
    }
    alone = found_in_parts(files, ["a.py"], ["b.py"])
    assert alone
    assert found_in(files, "a.py", "b.py") == found_in(files, "b.py", "a.py") == alone
