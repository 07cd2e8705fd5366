from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from rich.cells import cell_len

from backend_lint.findings.model import Severity, Step
from backend_lint.report import style
from backend_lint.report.excerpt import Sources, lay_out
from tests.report.samples import BLOCK, PROBLEM, TRACED, Report, finding


def test_one_line(report: Report) -> None:
    assert report("text", finding(), quiet=True) == (
        """\
error[BL301 exception-text-in-response]: the text of the caught `Exception`
    reaches the client
  --> app/orders.py:16:26 in create_order
   |
15 |     except Exception as error:
16 |         return {"error": str(error)}
   |                          ^^^^^^^^^^
   = help: answer with a fixed text and log the exception

"""
    )


def test_many_lines(report: Report) -> None:
    assert report("text", BLOCK, quiet=True) == (
        """\
warning[BL101 business-logic-in-route]: handler `create_order` computes totals,
    decides on a discount and writes 2 rows
  --> app/orders.py:9:9 in create_order
   |
 8 |           total = 0
 9 | /         for line in body["lines"]:
10 | |             product = session.get(Product, line["id"])
11 | |             total += product.price * line["quantity"]
...  |
14 | |             session.add(line)
   | |_____________________________^
   = help: extract lines 8 to 14 into a service function, for example
           `orders.price_and_store(body)`, and call it from the handler

"""
    )


def test_few_lines(report: Report) -> None:
    few = finding(severity=Severity.NOTE, message="short", help="", line=8, column=9, end_line=10, end_column=55, function=None)
    assert report("text", few, quiet=True) == (
        """\
note[BL301 exception-text-in-response]: short
  --> app/orders.py:8:9
   |
 7 |       try:
 8 | /         total = 0
 9 | |         for line in body["lines"]:
10 | |             product = session.get(Product, line["id"])
   | |______________________________________________________^

"""
    )


def test_a_trace(report: Report) -> None:
    assert report("text", TRACED, quiet=True, display=lambda path: f"back/{path}") == (
        """\
error[BL801 blocking-call-in-async]: `smtplib.SMTP` blocks the event loop of
    `create_order`
  --> back/app/orders.py:6:11 in create_order
   |
 5 | @router.post("/orders")
 6 | async def create_order(body: dict, session: Session = Depends(get_db)) -...
   |           ^^^^^^^^^^^^
 7 |     try:
  ::: back/app/orders.py:10: `create_order` calls `send`
10 |             product = session.get(Product, line["id"])
  ::: back/app/mail.py:4: `send` calls `smtplib.SMTP`
 4 |     with smtplib.SMTP(HOST) as server:
   = help: use `aiosmtplib`

"""
    )


def test_a_step_in_the_excerpt_is_not_shown_again(report: Report) -> None:
    text = report("text", finding(trace=(Step("app/orders.py", 15, "it is caught"),)), quiet=True)
    assert text.count("except Exception as error:") == 1
    assert "  ::: app/orders.py:15: it is caught\n   = help:" in text


def test_a_long_trace_is_shortened(report: Report) -> None:
    steps = tuple(Step("app/gone.py", number, f"step {number}") for number in range(1, 31))
    text = report("text", finding(trace=steps), quiet=True)
    assert re.findall(r"step (\d+)", text) == ["1", "2", "3", "4", "5", "27", "28", "29", "30"]
    assert "... 21 more steps ..." in text


def test_the_verdict(report: Report) -> None:
    text = report("text", finding(), BLOCK, TRACED, suppressed=1, notes_hidden=2, files=1200, problems=[PROBLEM])
    assert text.endswith(
        """
Found 2 errors and 1 warning in 1,200 files: async 1, exposure 1, layering 1.
Not shown: 2 notes (--pedantic shows them) and 1 finding suppressed by a
comment.
The check is incomplete: 1 problem, see standard error.
Each rule explains itself: backend-lint rule BL301
"""
    )


def test_nothing_found(report: Report) -> None:
    assert report("text") == "All clear: 3 files checked, nothing found.\n"
    assert report("text", notes_hidden=1) == ("All clear: 3 files checked, nothing found.\nNot shown: 1 note (--pedantic shows it).\n")
    assert report("text", files=0) == "Found nothing in 0 files.\n"
    assert report("text", problems=[PROBLEM]).startswith("Found nothing in 3 files.\nThe check is incomplete")
    assert report("text", quiet=True) == ""


def test_a_file_that_cannot_be_read_has_no_excerpt(report: Report) -> None:
    assert report("text", finding(path="gone.py"), quiet=True) == (
        """\
error[BL301 exception-text-in-response]: the text of the caught `Exception`
    reaches the client
  --> gone.py:16:26 in create_order
   = help: answer with a fixed text and log the exception

"""
    )


def test_a_place_outside_the_file_has_no_excerpt(report: Report) -> None:
    assert "\n   |\n" not in report("text", finding(line=900, end_line=900), quiet=True)
    assert report("text", finding(line=14, end_line=900), quiet=True).count(" | ") > 0


def test_a_long_line_is_cut_around_the_mark(report: Report, files: dict[str, str]) -> None:
    line = (
        "data = {"
        + ", ".join(f'"key{number}": {number}' for number in range(60))
        + ', "password": "hunter2", "and": "more", "and": "more"}'
    )
    files["app/orders.py"] = line + "\n"
    column = line.index('"hunter2"') + 1
    text = report("text", finding(line=1, column=column, end_line=1, end_column=column + 9, function=None, message="m"), quiet=True)
    assert text == (
        """\
error[BL301 exception-text-in-response]: m
 --> app/orders.py:1:781
  |
1 | ... "key57": 57, "key58": 58, "key59": 59, "password": "hunter2", "and": ...
  |                                                        ^^^^^^^^^
  = help: answer with a fixed text and log the exception

"""
    )


def test_tabs_and_wide_characters_are_measured(report: Report, files: dict[str, str]) -> None:
    files["app/orders.py"] = '\tx\t= "日本" + str(e)\n'
    text = report("text", finding(line=1, column=13, end_line=1, end_column=19), quiet=True)
    assert text.splitlines()[4:6] == ['1 |     x   = "日本" + str(e)', "  |                    ^^^^^^"]


HOSTILE = "x = str(e)  # \x1b[31mred\x1b[0m \u202eevil\u202c \x07 \u200b \x9b2J \ud800 [bold]markup[/bold] :smile: \x1b]8;;http://x\x1b\\"


def test_hostile_source_is_shown_as_it_is(report: Report, files: dict[str, str]) -> None:
    files["app/orders.py"] = HOSTILE + "\n"
    hostile = finding(
        line=1, column=5, end_line=1, end_column=11, message=HOSTILE, help=HOSTILE, function=HOSTILE, trace=(Step(HOSTILE, 1, HOSTILE),)
    )
    shown = report("text", hostile, width=200)
    assert "1 | x = str(e)  # \\x1b[31mred\\x1b[0m \\u202eevil\\u202c \\x07 \\u200b \\x9b2J \\ud800 [bold]markup[/bold] :smile:" in shown
    for color in (False, True):
        for text in (report("text", hostile, color=color), report("concise", hostile, color=color)):
            plain = re.sub(r"\x1b\[[0-9;]*m", "", text)
            assert all(character.isprintable() or character == "\n" for character in plain)
            assert "\x1b" not in plain


def test_without_colour_there_are_no_codes(report: Report) -> None:
    text = report("text", finding(), BLOCK, TRACED, rule_url=lambda code: f"https://example.com/{code}", links=True)
    assert "\x1b" not in text


def test_colours_change_no_letter(report: Report) -> None:
    plain = report("text", finding(), BLOCK, TRACED)
    colored = report("text", finding(), BLOCK, TRACED, color=True)
    assert "\x1b[" in colored
    assert "\n".join(line.rstrip() for line in re.sub(r"\x1b\[[0-9;]*m", "", colored).split("\n")) == plain


def test_links_go_to_the_file_and_the_rule(report: Report) -> None:
    text = report("text", finding(), rule_url=lambda code: f"https://example.com/{code}", links=True, color=True)
    assert "file:///project/app/orders.py\x1b\\" in text
    assert "https://example.com/BL301\x1b\\" in text
    assert "\x1b]8;" not in report("text", finding(), rule_url=lambda code: "https://example.com", color=True)


@pytest.mark.parametrize("width", [40, 60, 80, 100, 200])
def test_source_fits_the_width(report: Report, width: int) -> None:
    text = report("text", finding(), BLOCK, TRACED, width=width)
    assert all(len(line) <= width for line in text.splitlines() if " | " in line)


@given(
    line=st.text(alphabet=st.sampled_from("ab \t日\u0301\x1b\u202e\x00é"), max_size=120),
    start=st.integers(min_value=0, max_value=130),
    length=st.integers(min_value=0, max_value=130),
    width=st.integers(min_value=20, max_value=90),
)
@example(line="a" * 1_000_000, start=500_000, length=400_000, width=80)
@example(line="\t" * 1_000_000, start=999_999, length=1, width=80)
def test_any_line_fits_and_its_mark_lies_in_it(line: str, start: int, length: int, width: int) -> None:
    shown = lay_out(line, start, start + length, width)
    assert cell_len(shown.text) <= width
    assert 0 <= shown.start < shown.end <= width + 1
    assert shown.text.isprintable()


@given(line=st.text(alphabet=st.sampled_from("ab日"), min_size=1, max_size=30), data=st.data())
def test_the_mark_lies_under_what_is_marked(line: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(min_value=0, max_value=len(line) - 1))
    end = data.draw(st.integers(min_value=start + 1, max_value=len(line)))
    shown = lay_out(line, start, end, 80)
    assert (shown.text, shown.start, shown.end) == (line, cell_len(line[:start]), cell_len(line[:end]))


@given(st.text(alphabet="ab\r\n\x0c\u2028é", max_size=40), st.lists(st.integers(0, 12), max_size=12))
def test_lines_are_those_of_the_parser_however_they_are_asked_for(text: str, numbers: list[int]) -> None:
    lines = re.split("\r\n|\r|\n", text)
    sources = Sources(lambda path: text)
    assert [sources.line("a.py", number) for number in numbers] == [
        lines[number - 1] if 1 <= number <= len(lines) else None for number in numbers
    ]


def test_letters_and_punctuation_fill_the_cells_that_rich_counts() -> None:
    printable = [chr(code) for code in range(0x3000) if chr(code).isprintable()]
    assert [style.cell_len(character) for character in printable] == [cell_len(character) for character in printable]
