"""Explanations and views of files as people and programs read them."""

from __future__ import annotations

import json
from importlib.resources import files as package_files
from typing import Any

import jsonschema
import pytest

from backend_lint.engine.registry import built_in
from backend_lint.findings.model import Finding, Severity, Step
from backend_lint.insight.model import Explanation, Fact, FileView, Place, Route, RuleView, Section, Weakness
from backend_lint.report import insight, insight_json
from backend_lint.report.output import Output

EVIL = "\x1b[2J‮"
RULE = built_in().by_code["BL801"]

FINDING = Finding(
    rule="BL801",
    name="blocking-call-in-async",
    family="async",
    severity=Severity.ERROR,
    message="`requests.get` blocks the event loop",
    help="await an async client",
    path="app.py",
    line=8,
    column=5,
    end_line=8,
    end_column=20,
    trace=(Step("app.py", 8, "index calls fetch"), Step("services.py", 3, "fetch calls requests.get")),
    fingerprint="0123456789abcdef",
)
EXPLANATION = Explanation(
    code="BL801",
    name="blocking-call-in-async",
    family="async",
    place=Place("app.py", 8),
    source="return fetch()",
    function="index",
    verdict="hidden",
    findings=(FINDING,),
    reasons=(Fact(text="a comment hides it", place=Place("app.py", 8)),),
    sections=(
        Section(title="On the event loop", facts=(Fact(text="blocks", steps=(Fact(text="a step", place=Place("b.py", 2)),)),), left_out=3),
    ),
    elsewhere=(FINDING,),
)
VIEW = FileView(
    path="app.py",
    configuration="pyproject.toml",
    is_excluded=True,
    module="app",
    source_root=".",
    role="application",
    frameworks=("fastapi",),
    handlers=(
        Route(
            methods=("GET",),
            path="/",
            kind="request",
            framework="fastapi",
            function="index",
            place=Place("app.py", 7),
            is_async=True,
            why=Fact(text='decorator @app.get("/")', place=Place("app.py", 6)),
        ),
    ),
    on=(RuleView(code="BL801", name="blocking-call-in-async", severity="error"),),
    off=(Fact(text="BL002 suppression-without-reason: the rule is off unless it is selected"),),
    unresolved_imports=(Fact(text="acme", place=Place("app.py", 1)),),
    calls=40,
    known=15,
    unknown_calls=tuple(Fact(text=f"client.call{number}(): not known", place=Place("app.py", number)) for number in range(1, 26)),
    weakened=(Weakness(family="async", rules=("BL801",), because="they ask which calls block, and 25 calls may be such"),),
)


def explained(found: Explanation, **given: Any) -> str:
    written: list[str] = []
    insight.render_explanation(found, RULE, Output(write=written.append, read=lambda path: "", **given))
    return "".join(written)


def viewed(view: FileView, **given: Any) -> str:
    written: list[str] = []
    insight.render_file(view, Output(write=written.append, read=lambda path: "", **given))
    return "".join(written)


def test_an_explanation_reads_from_the_verdict_to_the_facts() -> None:
    told = explained(EXPLANATION).splitlines()
    assert told[0] == "BL801 blocking-call-in-async at app.py:8: found, but not reported"
    assert told[1:8] == [
        "    return fetch()",
        "",
        "`requests.get` blocks the event loop",
        "  -> index calls fetch (app.py:8)",
        "  -> fetch calls requests.get (services.py:3)",
        "help: await an async client",
        "",
    ]
    headings = [line for line in told if line and not line.startswith(" ")]
    assert headings[-4:] == ["Why it is not reported", "On the event loop", "What the rule finds nearby", "When not flagged"]
    assert "    - a step (b.py:2)" in told
    assert "  and 3 more" in told


def test_a_view_lists_some_of_what_is_unknown() -> None:
    told = viewed(VIEW)
    assert "left out       by `exclude`, when its folder is checked" in told
    assert '- GET / -> index (app.py:7)\n    - decorator @app.get("/") (app.py:6)\n' in told
    assert "Calls whose target is not known: 25 of 40" in told
    assert "client.call20()" in told
    assert "client.call21()" not in told
    assert "and 5 others, all of them with --format json" in told


@pytest.mark.parametrize("width", [80, 120])
def test_lines_are_wrapped(width: int) -> None:
    for told in (explained(EXPLANATION, width=width), viewed(VIEW, width=width)):
        assert max(map(len, told.splitlines())) <= width


def test_hostile_texts_are_escaped() -> None:
    fact = Fact(text=EVIL, place=Place(EVIL, 1), steps=(Fact(text=EVIL),))
    found = Explanation(
        code="BL801",
        name="blocking-call-in-async",
        family="async",
        place=Place(EVIL, 1),
        source=EVIL,
        function=EVIL,
        verdict="silent",
        reasons=(fact,),
        sections=(Section(title=EVIL, facts=(fact,)),),
    )
    view = FileView(path=EVIL, configuration=EVIL, is_excluded=False, module=EVIL, off=(fact,), unresolved_imports=(fact,))
    for told in (explained(found), viewed(view), viewed(FileView(path=EVIL, configuration="", is_excluded=False, fault=EVIL))):
        assert "\x1b" not in told
        assert "‮" not in told
        assert "\\x1b[2J\\u202e" in told


def _schema(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((package_files("backend_lint.report") / "schema" / f"{name}-1.schema.json").read_text("utf-8"))
    jsonschema.Draft202012Validator.check_schema(found)
    return found


def test_the_schema_of_explanations_holds() -> None:
    written: list[str] = []
    insight_json.render_explanation(EXPLANATION, Output(write=written.append, read=lambda path: "", display=lambda path: f"x/{path}"))
    data = json.loads("".join(written))
    jsonschema.Draft202012Validator(_schema("explanation")).validate(data)
    assert set(data) == set(_schema("explanation")["required"])
    assert (data["path"], data["findings"][0]["path"], data["sections"][0]["facts"][0]["trace"][0]["path"]) == (
        "x/app.py",
        "x/app.py",
        "x/b.py",
    )


@pytest.mark.parametrize(
    "view", [VIEW, FileView(path="a.py", configuration="", is_excluded=False, fault="line 1: no")], ids=["whole", "broken"]
)
def test_the_schema_of_views_holds(view: FileView) -> None:
    written: list[str] = []
    insight_json.render_file(view, Output(write=written.append, read=lambda path: ""))
    data = json.loads("".join(written))
    jsonschema.Draft202012Validator(_schema("file")).validate(data)
    assert set(data) == set(_schema("file")["required"])
    assert len(data["calls"]["unknown"]) == len(view.unknown_calls)
