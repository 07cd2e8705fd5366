"""The HTML report as text: it holds everything, asks for nothing, and what the project says stays text. A browser's view of it is tested
beside this."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import re
import subprocess
import sys
import tokenize
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend_lint.findings.model import Severity, Step
from backend_lint.insight.survey import Survey, SurveyedFile
from backend_lint.report import html, html_data
from backend_lint.report.extras import MissingExtra
from backend_lint.report.html_map import MOST_BOXES, draw
from backend_lint.report.html_rules import inline, pieces
from backend_lint.report.plain import visible
from tests.report.samples import BLOCK, PROBLEM, TRACED, Report, finding


class Elements(HTMLParser):
    """The elements of a page with their attributes, and the texts of its scripts and styles."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[tuple[str, str]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        if self.found and self.found[-1][0] in ("script", "style"):
            self.texts.append((self.found[-1][0], data))


def data_of(text: str) -> Any:
    match = re.search(r'<script type="application/json" id="data">(.*?)</script>', text, re.DOTALL)
    assert match is not None
    return json.loads(match[1])


def test_findings_stand_in_the_page_with_their_source(report: Report) -> None:
    data = data_of(report(html.render, BLOCK, TRACED, finding()))
    assert [each["rule"] for each in data["findings"]] == ["BL101", "BL801", "BL301"]
    block, traced, plain = data["findings"]
    assert (block["line"], block["end"]) == (9, 14)
    assert "mark" not in block
    assert plain["mark"] == [25, 35]
    assert [(data["files"][file]["path"], line) for file, line, _ in traced["trace"]] == [("app/orders.py", 10), ("app/mail.py", 4)]
    orders = data["files"][plain["file"]]
    ((start, quote, lines),) = orders["ranges"]
    assert (start, quote) == (1, "")
    assert lines[15][25:35] == "str(error)"


def test_a_cause_is_told_with_its_places_and_a_fix_with_its_option(report: Report) -> None:
    one, other = finding(line=9, end_line=9), finding(line=10, end_line=10)
    steps = tuple(Step(each.path, each.line, each.message) for each in (one, other))
    group = finding(occurrences=(one, other), trace=steps, fix="unsafe")
    (shown,) = data_of(report(html.render, group))["findings"]
    assert (shown["places"], [line for _, line, _ in shown["trace"]], shown["fix"]) == (2, [9, 10], "--fix --unsafe-fixes")
    assert "fix" not in data_of(report(html.render, finding()))["findings"][0]


def test_nothing_is_asked_for_and_only_what_the_policy_names_runs(report: Report) -> None:
    text = report(html.render, BLOCK, TRACED)
    page = Elements(text)
    assert not [tag for tag, _ in page.found if tag in ("link", "img", "iframe", "object", "embed", "base")]
    assert not [tag for tag, attributes in page.found if {"src", "style", "action", "formaction"} & set(attributes)]
    assert not [key for _, attributes in page.found for key in attributes if key.startswith("on")]
    assert all((attributes.get("href") or "#").startswith("#") for _, attributes in page.found)
    (policy,) = [a["content"] or "" for t, a in page.found if t == "meta" and a.get("http-equiv") == "Content-Security-Policy"]
    assert policy.startswith("default-src 'none'")
    style = re.search(r"<style>(.*?)</style>", text, re.DOTALL)
    script = re.search(r"<script>(.*?)</script>", text, re.DOTALL)
    assert style is not None
    assert script is not None
    for name, inside in (("style-src", style[1]), ("script-src", script[1])):
        assert f"{name} 'sha256-{base64.b64encode(hashlib.sha256(inside.encode()).digest()).decode()}'" in policy


#: What would end an element, begin one, or turn the text around: https://trojansource.codes.
HOSTILE = "</script></title><img src=x onerror=alert(1)>&lt;{{ 7 * 7 }}\u202e\u2066\x1b[31m\x00`</code>`"


def test_hostile_text_makes_no_element_and_turns_nothing_around(report: Report, files: dict[str, str]) -> None:
    files["app/<script>.py"] = f"value = '{HOSTILE}'\n"
    hostile = finding(
        path="app/<script>.py", message=HOSTILE, help=HOSTILE, function=HOSTILE, line=1, end_line=1, column=1, end_column=6,
        trace=(Step("app/<script>.py", 1, HOSTILE),),
    )  # fmt: skip
    harmless, text = report(html.render, finding()), report(html.render, hostile)
    kinds = {tag for tag, _ in Elements(harmless).found}
    assert {tag for tag, _ in Elements(text).found} <= kinds
    assert not set(text) & {"\u202e", "\u2066", "\x1b", "\x00"}
    assert "49" not in re.sub(r"<style>.*?</style>|<script>.*?</script>|&[^;]+;", "", text[text.index("<main") : text.index("<footer")])
    (shown,) = data_of(text)["findings"]
    assert shown["message"] == visible(HOSTILE)
    assert "\\u202e\\u2066\\x1b[31m\\x00" in shown["message"]


@settings(deadline=None)
@given(st.text(alphabet=st.sampled_from("<>&\"'/!-sript\u2028`{}\\\n") | st.characters(), max_size=40))
def test_no_text_ends_the_script_it_stands_in(text: str) -> None:
    written = html_data.script_json({"text": text})
    assert not set(written) & set("<>&")
    assert json.loads(written)["text"] == text.encode("utf-8", "backslashreplace").decode()


@settings(deadline=None)
@given(st.lists(st.sampled_from(["x = '''a", "b'''", '"""', "# it's", "y = 1", '"\\""""', "z = '#'", "", "'it''s'"]), max_size=12))
def test_lines_inside_strings_are_those_that_python_says_are(lines: list[str]) -> None:
    text = "\n".join(lines)
    try:
        found = list(tokenize.generate_tokens(io.StringIO(text).readline))
    except (tokenize.TokenError, SyntaxError):
        return
    expected = {
        number: token.string.lstrip("b")[:3]
        for token in found
        if token.type == tokenize.STRING
        for number in range(token.start[0] + 1, token.end[0] + 1)
    }
    assert html_data._quotes(lines) == expected


def test_marks_lie_on_what_is_shown(report: Report, files: dict[str, str]) -> None:
    long = "x" * 500
    files["app/a.py"] = f"\tcall(value)\ncall('\x1b', value)\n{long} + wanted\n"
    marked = [
        finding(path="app/a.py", line=1, end_line=1, column=7, end_column=12),
        finding(path="app/a.py", line=2, end_line=2, column=11, end_column=16),
        finding(path="app/a.py", line=3, end_line=3, column=504, end_column=510),
    ]
    data = data_of(report(html.render, *marked))
    ((_, _, lines),) = data["files"][0]["ranges"]
    shown = [each.get("shown", line) for each, line in zip(data["findings"], lines, strict=True)]
    assert [text[slice(*each["mark"])] for text, each in zip(shown, data["findings"], strict=True)] == ["value", "value", "wanted"]
    assert len(lines[2]) < 400


def test_lines_far_from_all_findings_are_left_out(report: Report, files: dict[str, str]) -> None:
    files["app/a.py"] = "".join(f"line_{number}\n" for number in range(1, 101))
    near = [finding(path="app/a.py", line=line, end_line=line, column=1, end_column=3) for line in (20, 37, 80)]
    ((first, _, lines), (second, _, others)) = data_of(report(html.render, *near))["files"][0]["ranges"]
    assert (first, lines[0], lines[-1], len(lines)) == (13, "line_13", "line_44", 32)
    assert (second, others[0], others[-1]) == (73, "line_73", "line_87")


def test_what_cannot_be_read_is_told_without_source(report: Report) -> None:
    data = data_of(report(html.render, finding(path="gone.py")))
    assert data["files"] == [{"path": "gone.py", "layer": "other", "ranges": []}]


def test_what_is_hidden_and_incomplete_is_counted(report: Report) -> None:
    text = report(html.render, finding(), problems=[PROBLEM], suppressed=3, notes_hidden=2, baselined=[TRACED])
    assert "The check is incomplete" in text
    assert "app/orders.py: BL101 failed" in text
    assert re.search(r"<b>3</b> <span>suppressed", text)
    assert re.search(r"<b>2</b> <span>notes not shown", text)
    assert re.search(r"<b>1</b> <span>in the baseline", text)


def test_a_clean_project_says_so(report: Report) -> None:
    assert "All clear: 3 files checked, nothing found." in report(html.render)


def test_the_day_can_be_set(report: Report, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "86400")
    assert "2 January 1970" in report(html.render)
    assert report(html.render) == report(html.render)


def test_without_jinja_the_extra_is_named(report: Report, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "jinja2", None)
    with pytest.raises(MissingExtra, match=r"backend-lint\[html\]"):
        report(html.render)


def test_rule_documentation_becomes_elements() -> None:
    assert [(piece.kind, piece.texts) for piece in pieces("One\ntwo.\n\n- a\n  b\n- c\n\n```python\nx = 1\n```")] == [
        ("text", ["One two."]), ("list", ["a b", "c"]), ("code", ["x = 1"]),
    ]  # fmt: skip
    assert str(inline("a `<b>` & c")) == "a <code>&lt;b&gt;</code> &amp; c"
    assert str(inline("one ` alone <")) == "one ` alone &lt;"


class TestMap:
    def survey(self, *paths: str, lines: int = 50) -> Survey:
        return Survey(files=tuple(SurveyedFile(path, "services", lines) for path in paths))

    def test_findings_make_a_box_darker(self) -> None:
        few, many = finding(path="few.py", severity=Severity.WARNING), finding(path="many.py")
        drawn = draw(self.survey("few.py", "many.py", "none.py"), [few, *[many] * 5], lambda path: path)
        levels = {box.label: box.level for box in drawn.boxes}
        assert levels["none"] == 0 < levels["few"] < levels["many"]
        assert [box.link for box in drawn.boxes] == ["#view=findings&path=few.py", "#view=findings&path=many.py", ""]
        assert drawn.boxes[1].title == "many.py: 50 lines; 5 errors"

    def test_boxes_do_not_overlap(self) -> None:
        drawn = draw(self.survey(*(f"app/{number}.py" for number in range(20))), [], lambda path: path)
        spans = sorted((box.y, box.y + box.height) for box in drawn.boxes)
        assert all(end <= start for (_, end), (start, _) in pairwise(spans))
        assert drawn.height >= spans[-1][1]

    def test_many_files_are_shown_as_folders(self) -> None:
        paths = [f"src/app/part{number}/{name}.py" for number in range(40) for name in ("a", "b")]
        drawn = draw(self.survey(*paths), [], lambda path: path)
        assert len(drawn.boxes) == MOST_BOXES + 1
        assert drawn.boxes[0].label == "part0/"
        assert drawn.boxes[-1].label == f"{40 - MOST_BOXES} more"

    def test_labels_tell_files_of_one_name_apart(self) -> None:
        drawn = draw(self.survey("a/shop/models.py", "b/shop/models.py", "b/orders/models.py", "b/mail.py"), [], lambda path: path)
        assert [box.label for box in drawn.boxes] == ["a/shop/models", "b/shop/models", "orders/models", "mail"]


def test_the_wheel_holds_the_page(tmp_path: Path) -> None:
    built = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(tmp_path)]
    subprocess.run(built, cwd=Path(__file__).parents[2], check=True, capture_output=True, timeout=120)
    with ZipFile(next(tmp_path.glob("*.whl"))) as wheel:
        held = {name.rpartition("/")[2] for name in wheel.namelist() if name.startswith("backend_lint/report/templates/")}
    assert held == {path.name for path in (Path(html.__file__).parent / "templates").iterdir()}


def test_the_scripts_keep_to_text() -> None:
    """No script makes elements by markup or code by text, and none ends its own element."""
    templates = Path(html.__file__).parent / "templates"
    scripts = {name: (templates / name).read_text(encoding="utf-8") for name in html.SCRIPTS}
    assert {path.name for path in templates.glob("*.js")} == set(scripts)
    for name, text in scripts.items():
        found = re.findall(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function|</script", text)
        assert found == [], name
