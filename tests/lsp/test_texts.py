"""Laws of what the server does with texts: places in the editor's units, and comments that hide what they are proposed for."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lsprotocol import types

from backend_lint.engine.selection import Choice
from backend_lint.engine.settings import CommandLine
from backend_lint.fixes.proposal import apply
from backend_lint.lsp.comments import named_at, suppression
from backend_lint.lsp.positions import Lines
from backend_lint.lsp.preferences import read
from tests.rules.fixtures import FOLDER, Fixture, load
from tests.support import lint

TEXTS = st.text(st.sampled_from("aé日😀𝔘\n\r\t\x0c\u2028 "), max_size=60)


@given(TEXTS, st.sampled_from(["utf-8", "utf-16", "utf-32"]))
def test_a_place_leads_back_to_its_character(text: str, encoding: str) -> None:
    lines = Lines(text, encoding)
    for offset in range(len(text) + 1):
        is_inside_an_end = text[offset - 1 : offset + 1] == "\r\n" or text[offset : offset + 1] in ("\n", "\r")
        if not is_inside_an_end:
            assert lines.offset(lines.position(offset)) == offset


@given(TEXTS, st.sampled_from(["utf-8", "utf-16", "utf-32"]))
def test_columns_count_units_and_lines_end_where_the_protocol_has_it(text: str, encoding: str) -> None:
    lines = Lines(text, encoding)
    expected = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    assert [lines.line(number) for number in range(len(lines.starts))] == expected
    width = {"utf-8": 1, "utf-16": 2, "utf-32": 4}[encoding]
    for number, line in enumerate(expected):
        end = lines.position(lines.end_of(number))
        units = len(line.encode(encoding if encoding == "utf-8" else f"{encoding}-le")) // width
        assert (end.line, end.character) == (number, units)
        assert lines.place(number + 1, len(line) + 10) == end


def test_places_past_the_end_mean_the_end() -> None:
    lines = Lines("a\nb")
    assert lines.offset(types.Position(7, 0)) == 3
    assert lines.offset(types.Position(0, 99)) == 1
    assert lines.place(99, 99) == types.Position(1, 1)
    assert Lines("").place(1, 1) == types.Position(0, 0)


#: A fixture of each rule, with its findings.
SAMPLES = [load(next(iter(sorted(folder.glob("[!q]*.py"))))) for folder in sorted(FOLDER.iterdir()) if list(folder.glob("[!q]*.py"))]


@pytest.mark.parametrize("fixture", SAMPLES, ids=lambda each: each.code)
def test_the_comment_that_is_proposed_hides_the_finding(fixture: Fixture) -> None:
    """Of findings of each rule's fixture: with the comment there is one less, and the comment is in use and well-formed."""
    found = [each for each in lint(fixture.files, select=[fixture.code], pedantic=True).findings if each.rule == fixture.code]
    assert found
    for finding in found[:4]:
        text = fixture.files[finding.path]
        edit = suppression(text, finding)
        assert edit is not None, (finding.path, finding.line, finding.message)
        assert text[edit.start : edit.end] == ""
        changed = apply(text, [edit])
        after = lint({**fixture.files, finding.path: changed}, select=[fixture.code, "BL001", "BL003"], pedantic=True).findings
        same = (finding.path, finding.message)
        assert sum((each.path, each.message) == same for each in after) < sum((each.path, each.message) == same for each in found)
        written = {number for number, line in enumerate(changed.splitlines(), 1) if "<why>" in line}
        assert [each for each in after if each.rule in ("BL001", "BL003") and each.path == finding.path and each.line in written] == []


@pytest.mark.parametrize(
    ("text", "line", "expected"),
    [
        ("f(x)\n", 1, "f(x)  # backend-lint: ignore[BL301] -- <why>\n"),
        ("f(x)  # a remark\n", 1, "f(x)  # a remark  # backend-lint: ignore[BL301] -- <why>\n"),
        ("f(x)  # noqa: E501\r\n", 1, "f(x)  # noqa: E501  # backend-lint: ignore[BL301] -- <why>\r\n"),
        ("f(x)  # backend-lint: ignore[BL101] -- old\n", 1, "f(x)  # backend-lint: ignore[BL101, BL301] -- old\n"),
        ("if y:\n    f(x, \\\n      z)\n", 2, "if y:\n    # backend-lint: ignore[BL301] -- <why>\n    f(x, \\\n      z)\n"),
        ('if y:\n    f("""\n  {x}""")\n', 2, 'if y:\n    # backend-lint: ignore[BL301] -- <why>\n    f("""\n  {x}""")\n'),
        ('if y:\n    f("""\n  {x}""")', 3, 'if y:\n    f("""\n  {x}""")  # backend-lint: ignore[BL301] -- <why>'),
        ("f(\n    x,\n)\n", 2, "f(\n    x,  # backend-lint: ignore[BL301] -- <why>\n)\n"),
    ],
)
def test_where_the_comment_goes(text: str, line: int, expected: str) -> None:
    (finding,) = lint({"app.py": "def show(:\n"}, select=["BL000"]).findings
    finding = msgspec.structs.replace(finding, rule="BL301", line=line, end_line=line, column=1, end_column=2)
    edit = suppression(text, finding)
    assert edit is not None
    assert apply(text, [edit]) == expected


def test_nothing_is_proposed_for_a_text_that_is_no_python() -> None:
    (finding,) = lint({"app.py": "def show(:\n"}, select=["BL000"]).findings
    assert suppression("def show(:\n", finding) is None


@given(st.text(st.sampled_from("ab #\n'\"[]:,-(é😀BL3nqig"), max_size=40), st.integers(0, 40))
def test_a_rule_is_named_in_comments_only(text: str, offset: int) -> None:
    named = named_at(text, min(offset, len(text)))
    assert named is None or text[named[1] : named[2]] == named[0]


def test_which_rule_a_place_in_a_comment_names() -> None:
    text = "x = 1  # backend-lint: ignore[BL301, layering] -- BL302 is another\n"
    assert [named_at(text, text.index(word) + 1) for word in ("BL301", "layering")] == [("BL301", 30, 35), ("layering", 37, 45)]
    assert named_at(text, text.index("another")) is None
    assert named_at("x = '# noqa: BL301'\n", 14) is None


def test_settings_of_an_editor() -> None:
    line = CommandLine(choice=Choice(extend_select=("BL002",)), rule_packs=("mine",))
    given_ = {"backend-lint": {"select": ["exposure"], "ignore": ["BL303"], "pedantic": True}}
    made, faults = read(given_, line)
    assert (made.choice, made.pedantic, made.rule_packs, faults) == (
        Choice(select=("exposure",), extend_select=("BL002",), ignore=("BL303",)),
        True,
        ("mine",),
        [],
    )
    assert read(None, line) == (line, [])
    assert read({"pylsp": {"plugins": {}}}, line) == (line, [])
    assert read({"pedantic": "yes", "select": "BL3", "allowProjectRules": True}, line)[1] == [
        "the editor's setting pedantic: expected true or false",
        "the editor's setting select: expected a list of rules",
        "unknown setting of the editor: allowProjectRules",
    ]
    assert read([1], line)[1] == ["the editor's settings are no table"]
