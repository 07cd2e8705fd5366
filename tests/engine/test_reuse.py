"""Reports taken from the cache are those that would be made anew, whatever has changed."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backend_lint.engine import file_states
from backend_lint.engine.cache_folder import Cache
from backend_lint.engine.check import Request, check_paths
from backend_lint.engine.result import Result
from backend_lint.engine.settings import CommandLine
from backend_lint.engine.timings import Timings

#: A small shop, each file in several states: each state changes something that the reports on other files may rest on.
STATES = {
    f"shop/{folder.name}.py": [file.read_text(encoding="utf-8") for file in sorted(folder.iterdir())]
    for folder in sorted((Path(__file__).parent / "fixtures" / "reuse").iterdir())
}
FILES = {"shop/__init__.py": "", **{path: states[0] for path, states in STATES.items()}}

_edits = st.sampled_from([(path, text) for path, states in STATES.items() for text in (*states, None)])


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
@given(steps=st.lists(st.lists(_edits, min_size=1, max_size=3), min_size=1, max_size=6))
def test_after_each_edit_the_findings_are_those_of_a_run_without_cache(steps: list[list[tuple[str, str | None]]]) -> None:
    with TemporaryDirectory() as folder:
        root, cache = Path(folder, "project"), Cache(Path(folder, "cache"), Path(folder, "own"))
        for path, text in FILES.items():
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
