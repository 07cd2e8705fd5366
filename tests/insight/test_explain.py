"""Why a rule reports a line, and the reasons for which it is silent: each reason has its case."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from backend_lint.insight.explain import NoSuchLine
from backend_lint.insight.explain import explain as explained
from backend_lint.insight.model import Explanation, Fact
from backend_lint.insight.opening import Opened
from tests.insight.projects import DJANGO, FASTAPI

Open = Callable[[Mapping[str, str], str], Opened]
Explain = Callable[..., Explanation]


@pytest.fixture
def explain(open_file: Open) -> Explain:
    """Explains a rule, by its name, at the line of a file that holds a text (or has a number)."""

    def ask(files: Mapping[str, str], rule: str, path: str, at: str | int) -> Explanation:
        project = open_file(files, path)
        lines = files[path].splitlines()
        line = at if isinstance(at, int) else next(number for number, text in enumerate(lines, 1) if at in text)
        return explained(project, project.registry.by_name[rule], path, line)

    return ask


def texts(facts: tuple[Fact, ...]) -> str:
    return "\n".join(fact.text for fact in facts)


def told(found: Explanation, title: str) -> str:
    """The facts of the section whose heading begins so."""
    return "\n".join(texts(section.facts) for section in found.sections if section.title.startswith(title))


class TestReported:
    def test_the_chain_and_the_facts_used(self, explain: Explain) -> None:
        found = explain(FASTAPI, "blocking-call-in-async", "app/routers/orders.py", "return services.fetch_rate")
        assert (found.verdict, found.function, found.reasons) == ("reported", "rate", ())
        (finding,) = found.findings
        assert [(step.path, step.line) for step in finding.trace][-1] == ("app/services.py", 6)
        assert "served as GET /api/orders/{order_id}/rate" in told(found, "The function rate")
        assert "calls app.services.fetch_rate (app/services.py:5)" in told(found, "The calls on line 19")
        assert "runs on a loop that serves others meanwhile" in told(found, "On the event loop")

    def test_classes_that_were_inferred(self, explain: Explain) -> None:
        found = explain(FASTAPI, "writes-without-transaction", "app/services.py", "db.add(order)")
        assert "db being an instance of sqlalchemy.orm.Session" in told(found, "The calls on line")
        assert "called by create" in told(found, "The function place")
        assert "lasts when it returns: commits" in told(found, "Transactions")

    def test_a_cause_of_findings_in_other_files(self, explain: Explain) -> None:
        """Reports show findings of one cause at the cause: there they must be explained as well."""
        rates = "import requests\n\ndef fetch():\n    return requests.get('https://example.org', timeout=3)\n"
        views = """\
from fastapi import APIRouter
from app.rates import fetch

router = APIRouter()

@router.get("/a")
async def first():
    return fetch()

@router.get("/b")
async def second():
    return fetch()
"""
        files = {"app/__init__.py": "", "app/rates.py": rates, "app/views.py": views}
        found = explain(files, "blocking-call-in-async", "app/rates.py", "requests.get")
        assert found.verdict == "reported"
        (finding,) = found.findings
        assert (finding.path, finding.line) == ("app/rates.py", 4)
        assert {(each.path, each.line) for each in finding.occurrences} == {("app/views.py", 8), ("app/views.py", 12)}

    def test_what_reads_unchecked(self, explain: Explain) -> None:
        found = explain(FASTAPI, "untyped-body", "app/routers/orders.py", "def replace")
        assert found.verdict == "reported"
        assert "takes payload: dict from body, not validated" in told(found, "The function replace")


SLOW = """\
import requests
from fastapi import FastAPI

app = FastAPI()

@app.get("/")
async def index():
    return requests.get("https://example.org", timeout=3).status_code
"""


class TestHidden:
    def test_a_comment(self, explain: Explain) -> None:
        text = SLOW.replace("status_code", "status_code  # backend-lint: ignore[blocking-call-in-async] -- start page")
        found = explain({"app.py": text}, "blocking-call-in-async", "app.py", "requests.get")
        assert found.verdict == "hidden"
        (reason,) = found.reasons
        assert reason.text.startswith("a comment hides it: # backend-lint: ignore[blocking-call-in-async]")
        assert reason.place is not None
        assert reason.place.line == 8

    @pytest.mark.parametrize(
        ("configuration", "reason"),
        [
            ('ignore = ["async"]\n', "the rule is off for this file: ignore (backend-lint.toml:1)"),
            ('select = ["exposure"]\n', "the rule is off for this file: select (backend-lint.toml:1)"),
            ('[per-file-ignores]\n"a*.py" = ["BL8"]\n', 'the rule is off for this file: per-file-ignores."a*.py" (backend-lint.toml:2)'),
            ('[severity]\nBL801 = "off"\n', "the rule is off for this file: severity.BL801 (backend-lint.toml:2)"),
            ('exclude = ["a*.py"]\n', "the configuration leaves the file out"),
        ],
        ids=["ignored", "not selected", "ignored there", "severity off", "left out"],
    )
    def test_the_configuration(self, explain: Explain, configuration: str, reason: str, monkeypatch: pytest.MonkeyPatch) -> None:
        found = explain({"app.py": SLOW, "backend-lint.toml": configuration}, "blocking-call-in-async", "app.py", "requests.get")
        assert found.verdict == "hidden"
        assert texts(found.reasons).startswith(reason)

    def test_a_test(self, explain: Explain) -> None:
        found = explain({"tests/test_app.py": SLOW}, "blocking-call-in-async", "tests/test_app.py", "requests.get")
        assert found.verdict in ("hidden", "silent")
        assert "the file is a test" in texts(found.reasons)

    def test_the_baseline(self, explain: Explain, open_file: Open) -> None:
        from backend_lint.findings.baseline import entries_of, render

        project = open_file({"app.py": SLOW}, "app.py")
        before = explained(project, project.registry.by_name["blocking-call-in-async"], "app.py", 8)
        (finding,) = before.findings
        text = render(entries_of([finding], lambda each: each.path))
        found = explain({"app.py": SLOW, ".backend-lint-baseline": text}, "blocking-call-in-async", "app.py", "requests.get")
        assert found.verdict == "hidden"
        assert texts(found.reasons) == "the baseline hides it: .backend-lint-baseline"


class TestSilent:
    def test_an_unknown_receiver_is_named(self, explain: Explain) -> None:
        text = SLOW.replace("async def index():", "async def index(client):").replace("requests.get", "client.get")
        found = explain({"app.py": text}, "blocking-call-in-async", "app.py", "client.get")
        assert found.verdict == "silent"
        assert "unknown is silence: client.get(): the parameter client has no annotation" in texts(found.reasons)

    def test_an_import_that_nothing_is_known_of(self, explain: Explain) -> None:
        text = "from acme import things\n\nasync def f():\n    things.made().run()\n"
        found = explain({"app.py": text}, "blocking-call-in-async", "app.py", "things.made")
        assert "it is not known what things.made() returns" in told(found, "The calls on line 4")

    def test_no_handler(self, explain: Explain) -> None:
        found = explain(FASTAPI, "untyped-handler", "app/services.py", "def fetch_rate")
        assert texts(found.reasons) == "the rule looks at handlers, and fetch_rate is none"
        assert "no handler: no decorator, registration" in told(found, "The function fetch_rate")

    def test_no_function(self, explain: Explain) -> None:
        found = explain(FASTAPI, "untyped-handler", "app/routers/orders.py", "router = APIRouter")
        assert texts(found.reasons) == "the rule looks at handlers, and the line stands in no function"

    def test_a_guard(self, explain: Explain) -> None:
        text = """\
import logging
import requests
from flask import Flask, abort

app = Flask(__name__)

@app.get("/")
def index():
    try:
        answer = requests.get("https://example.org", timeout=3)
        answer.raise_for_status()
    except requests.RequestException:
        logging.exception("no answer")
        abort(502)
    return answer.text
"""
        found = explain({"app.py": text}, "unhandled-outbound-call", "app.py", "answer = requests.get")
        assert found.verdict == "silent"
        (reason,) = (fact for fact in found.reasons if fact.text.startswith("a guard covers it"))
        assert "an except clause in index catches requests.exceptions.RequestException" in reason.text
        assert reason.place is not None
        assert reason.place.line == 12

    def test_a_step_of_a_finding_elsewhere(self, explain: Explain) -> None:
        text = SLOW.replace("    return requests", "    return fetch()\n\ndef fetch():\n    return requests")
        found = explain({"app.py": text}, "blocking-call-in-async", "app.py", "return requests")
        assert "the line is a step of a finding elsewhere" in texts(found.reasons)
        assert [finding.line for finding in found.elsewhere] == [8]

    def test_an_empty_line(self, explain: Explain) -> None:
        assert texts(explain({"app.py": SLOW}, "blocking-call-in-async", "app.py", 3).reasons) == "the line is empty"

    def test_a_file_that_cannot_be_parsed(self, explain: Explain) -> None:
        found = explain({"app.py": "def (\n"}, "blocking-call-in-async", "app.py", 1)
        assert found.verdict == "silent"
        assert "the file cannot be parsed" in texts(found.reasons)

    def test_there_is_always_a_reason(self, open_file: Open) -> None:
        project = open_file(DJANGO, "store/views.py")
        for entry in project.registry.rules:
            for line in (10, 13):
                found = explained(project, entry, "store/views.py", line)
                assert bool(found.findings) == (found.verdict != "silent")
                assert found.reasons or found.findings, entry.code


def test_a_line_that_is_not_there(explain: Explain) -> None:
    for line in (0, 9):
        with pytest.raises(NoSuchLine, match=r"app\.py has 8 lines"):
            explain({"app.py": SLOW}, "blocking-call-in-async", "app.py", line)
