"""Annotations, read as the runner of GitHub Actions reads the log."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend_lint.findings.model import Severity, Step
from backend_lint.report import github
from backend_lint.report.listing import Item, Listing
from backend_lint.report.output import Output
from backend_lint.report.plain import visible
from tests.report.samples import BLOCK, PROBLEM, TRACED, Report, finding


class Command(NamedTuple):
    name: str
    properties: dict[str, str]
    message: str


def commands(log: str) -> list[Command]:
    """What the runner obeys in a log: lines that begin with `::` behind blanks, or have `##[` in them, but none between `stop-commands`
    and its token."""
    found: list[Command] = []
    token: str | None = None
    for line in log.split("\n"):
        text = line.lstrip()
        if token is not None:
            token = None if text == f"::{token}::" else token
            continue
        assert "##[" not in text or text.startswith("::")
        if not text.startswith("::"):
            continue
        head, _, message = text[2:].partition("::")
        name, _, said = head.partition(" ")
        if name == "stop-commands":
            token = message
            continue
        properties = dict(part.split("=", 1) for part in said.split(",") if part)
        found.append(Command(name, {key: plain(value) for key, value in properties.items()}, plain(message)))
    assert token is None
    return found


def plain(text: str) -> str:
    for escaped, character in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
        text = text.replace(escaped, character)
    return text


class TestAnnotations:
    def test_a_line(self, report: Report) -> None:
        (command,) = commands(report("github", finding()))
        assert command.name == "error"
        assert command.properties == {
            "file": "app/orders.py",
            "line": "16",
            "endLine": "16",
            "col": "26",
            "endColumn": "36",
            "title": "BL301 exception-text-in-response",
        }
        assert command.message == (
            "the text of the caught `Exception` reaches the client\nhelp: answer with a fixed text and log the exception"
        )

    def test_no_columns_across_lines(self, report: Report) -> None:
        (command,) = commands(report("github", BLOCK))
        assert (command.name, command.properties["line"], command.properties["endLine"]) == ("warning", "9", "14")
        assert not {"col", "endColumn"} & set(command.properties)

    def test_proof(self, report: Report) -> None:
        (command,) = commands(report("github", TRACED))
        assert command.message.endswith(
            "\nvia app/orders.py:10: `create_order` calls `send`\nvia app/mail.py:4: `send` calls `smtplib.SMTP`"
        )

    def test_places_of_a_cause(self, report: Report) -> None:
        trace = tuple(Step("app/orders.py", line, "calls `send`") for line in range(1, 9))
        (command,) = commands(report("github", finding(trace=trace, occurrences=(finding(), finding(line=9)))))
        assert command.message.split("\n")[2] == "at app/orders.py:1: calls `send`"
        assert command.message.endswith("\nand 3 more places")

    def test_notes_are_notices_and_problems_errors(self, report: Report) -> None:
        first, second = commands(report("github", finding(severity=Severity.NOTE), problems=[PROBLEM]))
        assert (first.name, first.properties["file"], first.message) == ("error", "app/orders.py", "BL101 failed")
        assert second.name == "notice"

    def test_paths_are_relative_to_the_project(self, report: Report) -> None:
        (command,) = commands(report("github", finding(), display=lambda path: path.removeprefix("app/")))
        assert command.properties["file"] == "app/orders.py"


class TestMany:
    def test_the_worst_come_first_ten_of_a_kind(self, report: Report) -> None:
        notes = [finding(severity=Severity.NOTE, line=line) for line in range(1, 4)]
        warnings = [finding(severity=Severity.WARNING, line=line) for line in range(1, 13)]
        errors = [finding(line=line) for line in range(1, 15)]
        found = commands(report("github", *notes, *warnings, *errors))
        assert [each.name for each in found] == ["error"] * 10 + ["warning"] * 10 + ["notice"] * 4
        assert found[-1].message == "6 more findings in the log and in the summary of the job"

    def test_the_last_notice_counts_as_one(self, report: Report) -> None:
        found = commands(report("github", *(finding(severity=Severity.NOTE, line=line) for line in range(1, 13))))
        assert [each.name for each in found] == ["notice"] * 10
        assert found[-1].message.startswith("3 more findings")

    def test_ten_are_all_shown(self, report: Report) -> None:
        found = commands(report("github", *(finding(severity=Severity.NOTE, line=line) for line in range(1, 11))))
        assert len(found) == 10
        assert "more" not in found[-1].message


class TestLog:
    def test_the_report_for_people_follows_out_of_reach(self, report: Report) -> None:
        text = report("github", finding())
        _, stop, rest = text.partition("::stop-commands::")
        shown = rest.split("\n")
        assert stop
        assert "\n".join(shown[1:-2]) + "\n" == report("text", finding())
        assert shown[-2] == f"::{shown[0]}::"
        assert report("github", finding()).split("\n")[1] != text.split("\n")[1], (
            "a token that is always the same could be written in a file"
        )

    def test_quiet(self, report: Report) -> None:
        assert report("github", finding(), quiet=True).count("\n") == 1

    def test_nothing_found(self, report: Report) -> None:
        text = report("github")
        assert commands(text) == []
        assert "All clear" in text


@given(text=st.text(st.sampled_from("\n\r\t %:,=#[]::x\x1b\u2028\u202eé\ud800"), min_size=1, max_size=30))
def test_any_text_makes_one_command_and_comes_back(text: str) -> None:
    hostile = finding(message=text, help=text, path=text, name=text, trace=(Step(text, 1, text),))
    listing = Listing(root=Path("/project"), items=[Item(finding=hostile, remark=text)], verdict=[], text=lambda output: None)
    written: list[str] = []
    github.render(listing, Output(write=written.append, read=lambda path: ""))
    (command,) = commands("".join(written))
    assert command.properties["file"] == visible(text)
    assert command.message.split("\n")[0] == visible(text)


class TestSummary:
    def summary(self, *items: Item, room: int = github.MOST_BYTES) -> str:
        written: list[str] = []
        listing = Listing(root=Path("/project"), items=list(items), verdict=["Found it."], text=lambda output: None, problems=[PROBLEM])
        github.summary(listing, Output(write=written.append, read=lambda path: ""), room)
        return "".join(written)

    def test_table(self) -> None:
        text = self.summary(Item(finding=BLOCK), Item(finding=finding(), remark="this change wrote app/orders.py:16"))
        assert text == (
            "### backend-lint\n\nFound it.\n\n> `app/orders.py`: BL101 failed\n\n| | Where | What |\n|---|---|---|\n"
            "| error | `app/orders.py:16` | **BL301** the text of the caught `Exception` reaches the client"
            "<br>answer with a fixed text and log the exception<br>this change wrote app/orders.py:16 |\n"
            "| warning | `app/orders.py:9` | **BL101** handler `create_order` computes totals, decides on a discount and writes 2 rows"
            f"<br>{BLOCK.help} |\n"
        )

    @pytest.mark.parametrize("room", [600, 2_000, 20_000])
    def test_the_most_that_github_takes(self, room: int) -> None:
        text = self.summary(*(Item(finding=finding(message="é" * 90, line=line)) for line in range(1, 200)), room=room)
        assert len(text.encode()) <= room
        kept = text.count("| error |")
        assert f"{199 - kept} more findings: the summary has no room for more.\n" in text
        assert kept == 0 or kept >= (room - 600) // 350
