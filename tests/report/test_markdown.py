"""Markdown, read by a parser with the tables, strikethrough and addresses of GitHub's."""

from __future__ import annotations

import re

from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from backend_lint.report.markdown import code, escaped
from backend_lint.report.plain import visible
from tests.report.samples import BLOCK, PROBLEM, Report, finding

PARSER = MarkdownIt("commonmark").enable(["table", "strikethrough"])


def cells(text: str) -> list[list[Token]]:
    """The contents of the body's cells of the only table in a text."""
    tokens = PARSER.parse(text)
    assert [token.type for token in tokens].count("table_open") == 1
    body = tokens[[token.type for token in tokens].index("tbody_open") :]
    return [token.children or [] for token in body if token.type == "inline"]


def shown(tokens: list[Token]) -> str:
    return "".join(token.content for token in tokens)


class TestReport:
    def test_what_was_found(self, report: Report) -> None:
        text = report("markdown", finding(), BLOCK)
        assert text.startswith("### backend-lint: 2 findings\n\nFound 1 error and 1 warning in 3 files: exposure 1, layering 1.\n")
        listed = [shown(each) for each in cells(text)]
        assert listed[:3] == [
            "error",
            "app/orders.py:16",
            "BL301 the text of the caught Exception reaches the client<br>answer with a fixed text and log the exception",
        ]
        assert listed[3:5] == ["warning", "app/orders.py:9"]

    def test_nothing_found_and_problems(self, report: Report) -> None:
        assert report("markdown") == "### backend-lint: All clear\n\nAll clear: 3 files checked, nothing found.\n"
        assert "\n> `app/orders.py`: BL101 failed\n" in report("markdown", problems=[PROBLEM])


@given(st.text(st.one_of(st.sampled_from("`|\\*_~[]()<>!&#@$: wh\n\r"), st.characters()), max_size=40))
@example("a | b\n| c | d |")
@example("``` ` ``")
@example("`a|b` [x](http://evil) <img src=x> ![y](z) ~~no~~ __init__ www.evil.example #12 @someone $x$")
@example("ends in \\")
@example("`\\`|")
def test_hostile_text_stays_in_its_cell_as_text(text: str) -> None:
    row = f"| a | {code(text)} | {escaped(text)} |\n"
    _, place, what = cells(f"| | Where | What |\n|---|---|---|\n{row}")
    assert [token.type for token in place] == ["code_inline"]
    assert {token.type for token in what} <= {"text", "code_inline", "text_special"}
    marked = "".join(visible(text).split("`"))
    assert "".join(shown(what).split("`")).split() == marked.split()
    outside = "".join(part for number, part in enumerate(re.split(r"(?<!\\)`", escaped(text))) if number % 2 == 0)
    assert not re.search(r"://|\bwww\.|[@$<]|(?<!&)#", outside)
