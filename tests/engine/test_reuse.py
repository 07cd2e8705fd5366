"""Reports taken from the cache are those that would be made anew, whatever has changed."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backend_lint.engine import file_states
from backend_lint.engine.cache_folder import Cache
from backend_lint.engine.check import Request, check_paths
from backend_lint.engine.moves import Moves
from backend_lint.engine.result import Result
from backend_lint.engine.settings import CommandLine
from backend_lint.engine.timings import Timings
from backend_lint.semantics.memo import SEARCH_GROUPS, file_bit

#: A small shop, each file in several states: each state changes something that the reports on other files may rest on.
STATES = {
    f"shop/{folder.name}.py": [file.read_text(encoding="utf-8") for file in sorted(folder.iterdir())]
    for folder in sorted((Path(__file__).parent / "fixtures" / "reuse").iterdir())
}
FILES = {"shop/__init__.py": "", **{path: states[0] for path, states in STATES.items()}}
#: Files that come and go: each changes what an import, a search or a name means for others, or is of no account to them.
SLOW = "import time\n\n\ndef send(text):\n    time.sleep(2)\n    return text\n"
QUICK = "def send(text):\n    return text\n"
ASYNC = """\
from fastapi import APIRouter

{line}
router = APIRouter()


@router.post('/notes')
async def note(text: str):
    {call}(text)
    return {{}}
"""
COMING = {
    # What another file imports: a module beside it, a package in its place, one of no `__init__` file, one of another source root.
    "shop/later.py": [ASYNC.format(line="from shop.pigeon import send", call="send")],
    "shop/pigeon.py": [SLOW, QUICK],
    "shop/mail/__init__.py": [SLOW, QUICK],
    "shop/hooks.py": [ASYNC.format(line="import plugins.post", call="plugins.post.send")],
    "shop/near.py": [ASYNC.format(line="from . import pigeon", call="pigeon.send")],
    "plugins/post.py": [SLOW, QUICK],
    "plugins/__init__.py": ["", "from plugins import post\n"],
    "src/shop/pigeon.py": [SLOW, QUICK],
    "src/shop/__init__.py": [""],
    # What changes the names of modules, or which folders are source roots.
    "__init__.py": [""],
    "manage.py": [""],
    "shop/manage.py": [""],
    # What is named like a library, at the top and elsewhere.
    "fastapi.py": ["class APIRouter:\n    pass\n"],
    "shop/time.py": ["def sleep(seconds):\n    pass\n"],
    "time.py": ["def sleep(seconds):\n    pass\n"],
    "sqlalchemy/orm.py": ["def sessionmaker(*args):\n    return None\n"],
    # Tests, and a file that makes of others what is imported.
    "tests/conftest.py": ["from shop import extra\nfrom shop.db import get_db\n"],
    "shop/conftest.py": ["import shop.extra\n"],
    "tests/test_mail.py": ["from shop.mail import send\n\n\ndef test_send():\n    assert send('a')\n"],
    # Settings, and which of them production starts with.
    "site/base.py": ["INSTALLED_APPS = []\nMIDDLEWARE = []\nDEBUG = True\nSECRET_KEY = 'k9d8f7g6h5j4k3l2q1'\n"],
    "site/local_site.py": ["from base import *\nDEBUG = False\n"],
    "site/wsgi.py": [
        "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'base')\n",
        "os.environ['DJANGO_SETTINGS_MODULE'] = 'no'\n",
    ],
    # A description that names what answers requests.
    "api/openapi.yaml": ["openapi: 3.0.0\npaths:\n  /send:\n    post:\n      operationId: answers.orders.create\n"],
    "api/answers/orders.py": ["import connexion\n\n\ndef create(body):\n    return {'error': str(body)}, 200\n"],
    "answers/orders.py": [
        "import connexion\n\n\ndef create(body):\n    try:\n        return {}\n    except Exception as e:\n        return str(e)\n"
    ],
}

_states = {"shop/__init__.py": [""], **STATES, **COMING}
_edits = st.sampled_from([(path, text) for path, states in _states.items() for text in (*states, None)])
_comings = st.dictionaries(st.sampled_from(sorted(COMING)), st.just(0), max_size=8).map(
    lambda given: {path: COMING[path][0] for path in given}
)


@pytest.fixture(autouse=True)
def settled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files that were written a moment ago count as written long ago."""
    monkeypatch.setattr(file_states, "_RACY", -3_600_000_000_000)


def write(root: Path, path: str, text: str | None) -> None:
    """Write a file, or delete it."""
    file = root / path
    if text is None:
        file.unlink(missing_ok=True)
        return
    file.parent.mkdir(exist_ok=True, parents=True)
    file.write_text(text, encoding="utf-8")


def check(root: Path, cache: Cache | None, timings: Timings | None = None) -> Result:
    line = CommandLine(pedantic=True)
    return check_paths([root], Request(current=root, command_line=line, use_config=False, jobs=1, cache=cache, timings=timings))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(others=_comings, steps=st.lists(st.lists(_edits, min_size=1, max_size=3), min_size=1, max_size=6))
def test_after_each_edit_the_findings_are_those_of_a_run_without_cache(
    others: dict[str, str], steps: list[list[tuple[str, str | None]]]
) -> None:
    with TemporaryDirectory() as folder:
        root, cache = Path(folder, "project"), Cache(Path(folder, "cache"), Path(folder, "own"))
        for path, text in (FILES | others).items():
            write(root, path, text)
        check(root, cache)
        for edits in steps:
            for path, text in edits:
                write(root, path, text)
            assert check(root, cache).findings == check(root, None).findings


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    root = tmp_path / "project"
    for path, text in FILES.items():
        write(root, path, text)
    return root


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    return Cache(tmp_path / "cache", tmp_path / "own")


def made(root: Path, cache: Cache) -> int:
    """How many reports a check makes anew."""
    timings = Timings()
    check(root, cache, timings)
    return timings.counts["reports asked for"] - timings.counts["reports found"] if timings.counts.get("reports asked for") else 0


def test_a_helper_that_no_longer_blocks_concerns_those_who_call_it_and_no_others(shop: Path, cache: Cache) -> None:
    assert [f.path for f in check(shop, cache).findings if f.rule == "BL801"] == ["shop/api.py"]
    write(shop, "shop/mail.py", STATES["shop/mail.py"][1])
    assert made(shop, cache) < len(FILES)
    assert not [f for f in check(shop, cache).findings if f.rule == "BL801"]


def test_a_comment_concerns_its_own_file_and_those_that_look_into_it(shop: Path, cache: Cache) -> None:
    check(shop, cache)
    write(shop, "shop/extra.py", FILES["shop/extra.py"] + "# once a day\n")
    assert made(shop, cache) == 1


def test_a_report_holds_after_a_change_was_taken_back(shop: Path, cache: Cache) -> None:
    before = check(shop, cache)
    write(shop, "shop/mail.py", STATES["shop/mail.py"][1])
    check(shop, cache)
    write(shop, "shop/mail.py", FILES["shop/mail.py"])
    assert check(shop, cache).findings == before.findings


def test_a_check_of_one_file_leaves_the_reports_on_the_others(shop: Path, cache: Cache) -> None:
    check(shop, cache)
    write(shop, "shop/extra.py", FILES["shop/extra.py"] + "# once a day\n")
    timings = Timings()
    check_paths(
        [shop / "shop/db.py"],
        Request(current=shop, command_line=CommandLine(pedantic=True), use_config=False, cache=cache, timings=timings),
    )
    assert (timings.counts["reports asked for"], timings.counts["reports found"]) == (1, 1)
    assert made(shop, cache) == 1


def test_several_processes_leave_what_one_leaves(shop: Path, cache: Cache) -> None:
    line = CommandLine(pedantic=True)
    found = check_paths([shop], Request(current=shop, command_line=line, use_config=False, jobs=3, cache=cache))
    write(shop, "shop/extra.py", FILES["shop/extra.py"] + "# once a day\n")
    assert made(shop, cache) == 1
    assert check(shop, cache).findings == found.findings


def test_whether_notes_are_shown_and_what_fails_leaves_the_reports(shop: Path, cache: Cache) -> None:
    plain = Request(current=shop, command_line=CommandLine(fail_on="error"), use_config=False)
    strict = Request(current=shop, command_line=CommandLine(pedantic=True, fail_on="note"), use_config=False)
    other = Cache(cache.folder / "other", cache.own)
    for first, second, folder in ((plain, strict, cache), (strict, plain, other)):
        counted = Timings()
        check_paths([shop], dataclasses.replace(first, cache=folder))
        found = check_paths([shop], dataclasses.replace(second, cache=folder, timings=counted))
        anew = check_paths([shop], second)
        assert (found.findings, found.failing, found.notes_hidden) == (anew.findings, anew.failing, anew.notes_hidden)
        assert counted.counts["reports found"] == counted.counts["reports asked for"] == len(FILES)
    assert anew.notes_hidden, "there are notes"


def test_plans_that_share_reports_leave_each_other_theirs(shop: Path, cache: Cache) -> None:
    """Two configurations that differ in what fails: neither's reports take the place of the other's."""
    (shop / "backend-lint.toml").write_text('fail-on = "error"\n')
    (shop / "sub").mkdir()
    (shop / "sub/backend-lint.toml").write_text('fail-on = "note"\n')
    write(shop, "sub/late.py", ASYNC.format(line="from shop.mail import send", call="send"))
    request = Request(current=shop, cache=cache)
    first = check_paths([shop], request)
    touch(shop)
    counted = Timings()
    again = check_paths([shop], dataclasses.replace(request, timings=counted))
    assert again.findings == first.findings
    assert counted.counts["reports asked for"] - counted.counts["reports found"] == 1


def touch(root: Path) -> None:
    """Change a file that is of no account to others, so that the whole result is not that of an earlier run."""
    write(root, "shop/extra.py", FILES["shop/extra.py"] + "# once a day\n")


def blocking(root: Path, cache: Cache | None) -> set[str]:
    """The files in which a handler blocks the event loop."""
    return {finding.path for finding in check(root, cache).findings if finding.rule == "BL801"}


@pytest.mark.parametrize("path", ["shop/invoices.py", "a_first.py", "zoo/keeper.py", "tests/test_zoo.py"])
def test_a_file_that_nobody_imports_leaves_the_reports_on_the_others(shop: Path, cache: Cache, path: str) -> None:
    before = check(shop, cache)
    write(shop, path, "def total(prices):\n    return sum(prices)\n")
    assert made(shop, cache) == 1
    write(shop, path, None)
    touch(shop)
    assert made(shop, cache) == 1, "the touched one"
    assert check(shop, cache).findings == before.findings


def test_one_more_file_that_mentions_a_library_leaves_the_reports_on_the_others(shop: Path, cache: Cache) -> None:
    check(shop, cache)
    write(shop, "versions/0002_notes.py", "import sqlalchemy as sa\n\nfrom alembic import op\n\nREVISION = '0002'\n")
    assert made(shop, cache) == 1


def test_a_module_that_an_import_was_waiting_for_concerns_who_imports_it(shop: Path, cache: Cache) -> None:
    write(shop, "shop/later.py", COMING["shop/later.py"][0])
    assert blocking(shop, cache) == {"shop/api.py"}
    write(shop, "shop/pigeon.py", SLOW)
    assert made(shop, cache) == 2, "the new file, and the one with the import"
    assert blocking(shop, cache) == {"shop/api.py", "shop/later.py"}
    write(shop, "shop/pigeon.py", None)
    touch(shop)
    assert made(shop, cache) == 2, "the touched one, and the one with the import"
    assert blocking(shop, cache) == {"shop/api.py"}


@pytest.mark.parametrize(
    ("importing", "coming", "after"),
    [
        pytest.param("shop/near.py", {"shop/pigeon.py": SLOW}, True, id="relative"),
        pytest.param("shop/hooks.py", {"plugins/post.py": SLOW}, True, id="folder-without-init"),
        pytest.param("shop/later.py", {"src/shop/pigeon.py": SLOW, "src/shop/__init__.py": ""}, True, id="other-source-root"),
        pytest.param("shop/near.py", {"shop/pigeon/__init__.py": SLOW}, True, id="package"),
    ],
)
def test_whatever_makes_an_import_mean_something_is_noticed(
    shop: Path, cache: Cache, importing: str, coming: dict[str, str], after: bool
) -> None:
    write(shop, importing, COMING[importing][0])
    assert importing not in blocking(shop, cache)
    touch(shop)
    assert made(shop, cache) == 1, "the touched one: what the others were waiting for is still known"
    for path, text in coming.items():
        write(shop, path, text)
    assert (importing in blocking(shop, cache)) == after


def test_a_package_in_the_place_of_a_module_is_what_is_imported(shop: Path, cache: Cache) -> None:
    assert blocking(shop, cache) == {"shop/api.py"}
    write(shop, "shop/mail/__init__.py", QUICK)
    assert blocking(shop, cache) == set()
    write(shop, "shop/mail/__init__.py", None)
    touch(shop)
    assert blocking(shop, cache) == {"shop/api.py"}


def test_a_file_at_the_top_that_is_named_like_a_library_hides_it(shop: Path, cache: Cache) -> None:
    assert blocking(shop, cache) == {"shop/api.py"}
    write(shop, "time.py", COMING["time.py"][0])
    assert blocking(shop, cache) == blocking(shop, None)
    write(shop, "time.py", None)
    touch(shop)
    assert blocking(shop, cache) == {"shop/api.py"}


def test_reports_hold_after_many_files_came_before_and_between_those_they_rest_on(shop: Path, cache: Cache) -> None:
    check(shop, cache)
    for number in range(30):
        write(shop, f"shop/{'aehnz'[number % 5]}{number}.py", f"LIMIT_{number} = {number}\n")
    assert made(shop, cache) == 30
    for number in range(0, 30, 2):
        write(shop, f"shop/{'aehnz'[number % 5]}{number}.py", None)
    touch(shop)
    assert made(shop, cache) == 1, "the touched one"
    write(shop, "shop/mail.py", QUICK)
    assert blocking(shop, cache) == set() == blocking(shop, None)


def test_a_file_that_names_another_is_found_by_the_search_for_its_name(shop: Path, cache: Cache) -> None:
    write(shop, "shop/mail_examples.py", ASYNC.format(line="from shop.mail import send", call="send"))
    assert "shop/mail_examples.py" not in blocking(shop, cache), "an example that nobody uses"
    write(shop, "shop/all.py", "HOLDING_ROUTES = ['mail_examples']\n")
    assert "shop/mail_examples.py" in blocking(shop, cache)
    write(shop, "shop/all.py", None)
    touch(shop)
    assert "shop/mail_examples.py" not in blocking(shop, cache)


def test_a_description_may_mean_another_file_once_that_is_there(tmp_path: Path, cache: Cache) -> None:
    root = tmp_path / "project"
    books = """\
def add(body):
    try:
        return {'id': store(body)}
    except Exception as error:
        return {'error': str(error)}, 500


def store(body):
    return body['id']
"""

    def exposing() -> set[str]:
        return {finding.path for finding in check(root, cache).findings if finding.rule == "BL301"}

    write(root, "app.py", "import connexion\n\napp = connexion.App(__name__)\napp.add_api('specs/openapi.yml')\n")
    write(root, "specs/openapi.yml", "paths:\n  /books:\n    post:\n      operationId: books.add\n")
    write(root, "books.py", books)
    assert exposing() == {"books.py"}
    write(root, "specs/books.py", "from library import add\n")
    assert exposing() == set()


@pytest.mark.parametrize(
    ("coming", "renamed"),
    [("apps/shop/__init__.py", {"apps/shop/orders.py"}), ("apps/manage.py", {"apps/zoo.py"}), ("apps/bees.py", set())],
)
def test_a_module_that_has_another_name_counts_as_changed(coming: str, renamed: set[str]) -> None:
    before = ["apps/shop/orders.py", "apps/zoo.py", "shop/mail.py"]
    for one, other in ((before, sorted([*before, coming])), (sorted([*before, coming]), before)):
        assert {one[place] for place in Moves(one, other).otherwise({}, frozenset())} == renamed


@settings(deadline=None)
@given(st.sets(st.integers(0, 40)), st.sets(st.integers(0, 40)), st.sets(st.integers(0, 40)), st.integers(0, SEARCH_GROUPS - 1))
def test_what_a_report_rests_on_is_the_same_files_at_their_new_places(
    before: set[int], after: set[int], rests: set[int], group: int
) -> None:
    """Of the files that it rests on, those that are there before and after."""
    old, new = ([f"{number:02}.py" for number in sorted(numbers)] for numbers in (before, after))
    searches = 1 << group
    bits = searches | sum(file_bit(old.index(f"{number:02}.py")) for number in rests & before)
    moved = int.from_bytes(Moves(old, new).rests(bits.to_bytes((bits.bit_length() + 7) // 8, "little")), "little")
    assert moved == searches | sum(file_bit(new.index(f"{number:02}.py")) for number in rests & before & after)
