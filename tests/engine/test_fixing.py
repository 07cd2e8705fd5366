"""Fixes of projects on the disk: what is written, and what is not."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from textwrap import dedent

import pytest

from backend_lint.engine.check import Request, check_paths, check_text
from backend_lint.engine.fix_writing import write
from backend_lint.engine.fixing import ChangedFile, fix_paths, fixes_for
from backend_lint.engine.selection import Choice
from backend_lint.engine.settings import CommandLine
from backend_lint.fixes.proposal import apply

_ARCHIVE = dedent("""
    import sqlite3


    def find(number):
        connection = sqlite3.connect("a.db")
        row = connection.execute("SELECT 'ä'").fetchone()
        connection.close()
        return row[0]


    def ask(url):
        connection = sqlite3.connect(url)
        return connection.execute("SELECT 2").fetchone()
    """).lstrip()


def _request(root: Path, *select: str, pedantic: bool = False) -> Request:
    line = CommandLine(choice=Choice(select=select or ("BL902",)), pedantic=pedantic)
    return Request(current=root, command_line=line, use_config=False)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "pyproject.toml").write_text("")
    (tmp_path / "archive.py").write_text(_ARCHIVE)
    return tmp_path


def test_safe_fixes_are_made_and_unsafe_ones_on_request(project: Path) -> None:
    safe = fix_paths([project], _request(project))
    ((file,), (left,)) = safe.files, safe.result.findings
    assert (file.path, file.fixes, left.function, left.fix) == ("archive.py", 1, "ask", "unsafe")
    both = fix_paths([project], _request(project), unsafe=True)
    assert (both.files[0].fixes, both.result.findings) == (2, [])
    assert (project / "archive.py").read_text() == _ARCHIVE


def test_what_a_comment_hides_is_not_fixed(project: Path) -> None:
    (project / "archive.py").write_text(_ARCHIVE.replace('("a.db")', '("a.db")  # backend-lint: ignore[BL902] -- short'))
    assert fix_paths([project], _request(project)).files == []


@pytest.mark.parametrize("encoding", ["latin-1", "utf-8-sig"])
def test_a_file_keeps_its_encoding_its_ends_of_lines_and_its_mode(project: Path, encoding: str) -> None:
    head = f"# coding: {encoding}\n" if encoding == "latin-1" else ""
    path = project / "archive.py"
    path.write_bytes((head + _ARCHIVE).replace("\n", "\r\n").encode(encoding))
    path.chmod(0o750)
    fixed = fix_paths([path], _request(project))
    assert write(fixed.result.root, fixed.files) == []
    text = path.read_bytes().decode(encoding)
    assert "\r\n    with closing(" in text
    assert "\n" not in text.replace("\r\n", "")
    assert "'ä'" in text
    assert path.read_bytes().startswith(b"\xef\xbb\xbf") == (encoding == "utf-8-sig")
    assert stat.S_IMODE(path.stat().st_mode) == 0o750
    assert sorted(os.listdir(project)) == ["archive.py", "pyproject.toml"]


def test_only_named_files_are_changed(project: Path) -> None:
    (project / "other.py").write_text(_ARCHIVE)
    assert [file.path for file in fix_paths([project / "other.py"], _request(project)).files] == ["other.py"]


def test_a_file_that_has_changed_meanwhile_is_left_alone(project: Path) -> None:
    fixed = fix_paths([project], _request(project))
    (project / "archive.py").write_text("x = 1\n")
    (problem,) = write(fixed.result.root, fixed.files)
    assert problem.message == "cannot write the fixes: the file has changed since it was checked"
    assert (project / "archive.py").read_text() == "x = 1\n"


def test_nothing_is_written_through_a_link_out_of_the_project(project: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    outside = tmp_path_factory.mktemp("outside") / "archive.py"
    outside.write_text(_ARCHIVE)
    (project / "linked.py").symlink_to(outside)
    (problem,) = write(project, [ChangedFile("linked.py", _ARCHIVE.encode(), b"x", 1)])
    assert problem.message == "cannot write the fixes: a link leads out of the project"
    assert outside.read_text() == _ARCHIVE


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is read-only for root")
def test_a_read_only_file_stays_as_it_is(project: Path) -> None:
    (project / "archive.py").chmod(0o444)
    fixed = fix_paths([project], _request(project))
    (problem,) = write(fixed.result.root, fixed.files)
    assert problem.message == "cannot write the fixes: the file is read-only"


def test_a_change_that_brings_a_finding_is_taken_back(project: Path) -> None:
    """The connection would be closed in time, and what is left open then is the channel."""
    (project / "archive.py").write_text(
        dedent("""
        import pika


        def publish(text):
            connection = pika.BlockingConnection(pika.ConnectionParameters("queue.example"))
            channel = connection.channel()
            channel.basic_publish("", "orders", text)
            connection.close()
        """)
    )
    fixed = fix_paths([project], _request(project, pedantic=True))
    made, refused = sum(file.fixes for file in fixed.files), len(fixed.refused)
    before = len(check_paths([project], _request(project, pedantic=True)).findings)
    assert (made, refused) in ((0, 1), (1, 0))
    assert len(fixed.result.findings) <= before - made


def test_edits_of_single_findings_for_an_editor(project: Path) -> None:
    request = _request(project, "BL902", "BL001")
    text = _ARCHIVE + "\nx = 1  # backend-lint: ignore[BL902] -- gone\n"
    result = check_text(project / "archive.py", text.encode(), request)
    fixes = fixes_for(result, "archive.py", text, request)
    assert [(fix.title, fix.safety) for fix in fixes] == [
        ("open `connection` by `with closing(...)`", "safe"),
        ("open `connection` by `with closing(...)`", "unsafe"),
        ("remove the comment", "safe"),
    ]
    assert [fix.fingerprint for fix in fixes] == [finding.fingerprint for finding in result.findings]
    for finding, fix in zip(result.findings, fixes, strict=True):
        after = check_text(project / "archive.py", apply(text, fix.edits).encode(), request)
        assert finding.fingerprint not in {each.fingerprint for each in after.findings} or len(after.findings) < len(result.findings)
    assert fixes_for(result, "archive.py", "x = 1\n", request) == []
