"""GitLab code quality, JUnit, Checkstyle and rdjson: by what their definitions ask for."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend_lint.findings.model import Severity, Step
from backend_lint.report import checkstyle, gitlab, junit, rdjson
from backend_lint.report.listing import Item, Listing
from backend_lint.report.output import Output
from tests.report.samples import BLOCK, ORDERS, PROBLEM, TRACED, Report, finding

NOTE = finding(severity=Severity.NOTE, fingerprint="ffff")


def written(render: Callable[[Listing, Output], None], *items: Item) -> str:
    parts: list[str] = []
    listing = Listing(root=Path("/project"), items=list(items), verdict=["Found it."], text=lambda output: None)
    render(listing, Output(write=parts.append, read=lambda path: ORDERS))
    return "".join(parts)


def hostile(text: str) -> Item:
    found = finding(message=text, help=text, path=f"a{text}", function=text, fingerprint="00ff", trace=(Step(text, 1, text),))
    return Item(finding=found, remark=text)


#: Text with all that an XML document cannot hold, or that ends a structure.
HOSTILE = st.text(st.one_of(st.sampled_from("\x00\x0b\x1b\ufffe\ud800\u202e\n\r\t<>&\"']`|"), st.characters()), max_size=30)


GITLAB = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["description", "check_name", "fingerprint", "severity", "location"],
        "properties": {
            "description": {"type": "string", "minLength": 1},
            "check_name": {"type": "string", "minLength": 1},
            "fingerprint": {"type": "string", "minLength": 1},
            "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
            "location": {
                "type": "object",
                "required": ["path", "lines"],
                "properties": {
                    "path": {"type": "string", "pattern": "^[^/]"},
                    "lines": {"type": "object", "required": ["begin"], "properties": {"begin": {"type": "integer", "minimum": 1}}},
                },
            },
        },
    },
}

#: Element -> its required attributes, the others that both schemas know, and its children in their order.
JUNIT: dict[str, tuple[set[str], set[str], list[str]]] = {
    "testsuites": (set(), set(), ["testsuite"]),
    "testsuite": (
        {"name", "timestamp", "hostname", "tests", "failures", "errors", "time", "package", "id"},
        {"skipped"},
        ["properties", "testcase", "system-out", "system-err"],
    ),
    "properties": (set(), set(), []),
    "testcase": ({"name", "classname", "time"}, set(), ["skipped", "error", "failure"]),
    "failure": ({"type"}, {"message"}, []),
    "error": ({"type"}, {"message"}, []),
    "skipped": (set(), {"message"}, []),
    "system-out": (set(), set(), []),
    "system-err": (set(), set(), []),
}

POSITION = {
    "type": "object",
    "additionalProperties": False,
    "required": ["line"],
    "properties": {"line": {"type": "integer", "minimum": 1}, "column": {"type": "integer", "minimum": 1}},
}

RDJSON = {
    "type": "object",
    "additionalProperties": False,
    "required": ["source", "diagnostics"],
    "properties": {
        "source": {"type": "object", "required": ["name"]},
        "diagnostics": {
            "type": "array",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["message", "location", "severity", "code"],
                "properties": {
                    "message": {"type": "string"},
                    "severity": {"enum": ["ERROR", "WARNING", "INFO"]},
                    "code": {
                        "type": "object",
                        "additionalProperties": False,
                        "required": ["value"],
                        "properties": {"value": {"type": "string"}, "url": {"type": "string"}},
                    },
                    "location": {
                        "type": "object",
                        "additionalProperties": False,
                        "required": ["path"],
                        "properties": {
                            "path": {"type": "string"},
                            "range": {
                                "type": "object",
                                "additionalProperties": False,
                                "required": ["start", "end"],
                                "properties": {"start": POSITION, "end": POSITION},
                            },
                        },
                    },
                },
            },
        },
    },
}


class TestGitLab:
    """https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format"""

    def read(self, text: str) -> Any:
        assert text.startswith("["), "no byte order mark may come first"
        data = json.loads(text)
        jsonschema.Draft202012Validator(GITLAB).validate(data)
        fingerprints = [each["fingerprint"] for each in data]
        assert len(set(fingerprints)) == len(fingerprints)
        return data

    def test_an_item(self, report: Report) -> None:
        assert self.read(report("gitlab", finding(), display=lambda path: "elsewhere")) == [
            {
                "description": "BL301 exception-text-in-response: the text of the caught `Exception` reaches the client",
                "check_name": "BL301",
                "fingerprint": "0123456789abcdef0123",
                "severity": "major",
                "location": {"path": "app/orders.py", "lines": {"begin": 16}},
            }
        ]

    def test_severities_and_problems(self, report: Report) -> None:
        data = self.read(report("gitlab", BLOCK, NOTE, problems=[PROBLEM, PROBLEM]))
        assert [each["severity"] for each in data] == ["minor", "info", "blocker", "blocker"]
        assert data[2]["description"] == "the check is incomplete: BL101 failed"

    def test_a_moved_finding_is_the_same_one(self, report: Report) -> None:
        before, after = (self.read(report("gitlab", finding(line=line, end_line=line))) for line in (16, 99))
        assert before[0]["fingerprint"] == after[0]["fingerprint"]

    def test_nothing_found(self, report: Report) -> None:
        assert self.read(report("gitlab")) == []

    @given(HOSTILE)
    def test_hostile_text(self, text: str) -> None:
        item = hostile(text)
        assert len(self.read(written(gitlab.render, item, item))) == 2


class TestJUnit:
    """By the schema of Ant's task (windyroad/JUnit-Schema), and by that of Jenkins' xUnit plugin (junit-10.xsd) where it is narrower."""

    def read(self, text: str) -> ElementTree.Element:
        root = ElementTree.fromstring(text)
        assert root.tag == "testsuites"
        self.hold(root)
        for number, suite in enumerate(root):
            cases = suite.findall("testcase")
            assert suite.get("id") == str(number)
            assert suite.get("tests") == str(len(cases)) != "0"
            for attribute, child in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
                assert suite.get(attribute) == str(len(suite.findall(f"testcase/{child}")))
            assert [child.tag for child in suite if child.tag != "testcase"] == ["properties", "system-out", "system-err"]
            names = [case.get("name") for case in cases]
            assert len(set(names)) == len(names)
        return root

    def hold(self, element: ElementTree.Element) -> None:
        required, optional, children = JUNIT[element.tag]
        assert required <= set(element.keys()) <= required | optional
        places = [children.index(child.tag) for child in element]
        assert places == sorted(places)
        assert element.tag != "testcase" or len(element) <= 1
        for child in element:
            self.hold(child)

    def test_a_suite_a_file_and_a_case_a_finding(self, report: Report, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("SOURCE_DATE_EPOCH", "0")
        root = self.read(report("junit", TRACED, BLOCK, finding(path="app/other.py"), NOTE))
        assert [(suite.get("name"), suite.get("tests")) for suite in root] == [("app/orders.py", "3"), ("app/other.py", "1")]
        case = root[0].findall("testcase")[0]
        assert case.get("name") == "BL801 blocking-call-in-async in create_order"
        failure = case[0]
        assert (failure.tag, failure.get("message")) == ("failure", "`smtplib.SMTP` blocks the event loop of `create_order`")
        assert failure.text == (
            "app/orders.py:6:11: `smtplib.SMTP` blocks the event loop of `create_order`\n"
            "  app/orders.py:10: `create_order` calls `send`\n"
            "  app/mail.py:4: `send` calls `smtplib.SMTP`\n"
            "help: use `aiosmtplib`"
        )
        assert root[0].get("timestamp") == "1970-01-01T00:00:00"

    def test_notes_fail_nothing(self, report: Report) -> None:
        (suite,) = self.read(report("junit", NOTE))
        assert (suite.get("failures"), suite.get("skipped")) == ("0", "1")

    def test_names_have_no_lines_and_are_told_apart(self, report: Report) -> None:
        (suite,) = self.read(report("junit", finding(line=3), finding(line=9)))
        names = [case.get("name") for case in suite.findall("testcase")]
        assert names == [
            "BL301 exception-text-in-response in create_order",
            "BL301 exception-text-in-response in create_order (2)",
        ]

    def test_a_clean_run_is_a_case_that_passed(self, report: Report) -> None:
        (suite,) = self.read(report("junit"))
        (case,) = suite.findall("testcase")
        assert list(case) == []
        assert suite.findtext("system-out") == "All clear: 3 files checked, nothing found."

    def test_problems_are_errors(self, report: Report) -> None:
        _, suite = self.read(report("junit", finding(), problems=[PROBLEM]))
        assert suite.find("testcase/error") is not None

    @given(HOSTILE)
    def test_hostile_text(self, text: str) -> None:
        output = written(junit.render, hostile(text), hostile(text))
        self.read(output)
        assert output.isascii()


class TestCheckstyle:
    def read(self, text: str) -> list[tuple[str, list[dict[str, str]]]]:
        """Files with their errors, as Checkstyle writes them itself: `XMLLogger` of checkstyle/checkstyle."""
        root = ElementTree.fromstring(text)
        assert root.tag == "checkstyle"
        assert root.get("version")
        for error in root.iterfind("file/error"):
            assert {"line", "severity", "message", "source"} <= set(error.keys()) <= {"line", "column", "severity", "message", "source"}
            assert error.attrib["severity"] in ("ignore", "info", "warning", "error")
            assert int(error.attrib["line"]) >= 1
        assert all(child.tag == "file" and child.get("name") for child in root)
        return [(file.attrib["name"], [dict(error.attrib) for error in file]) for file in root]

    def test_files_with_errors(self, report: Report) -> None:
        files = self.read(report("checkstyle", BLOCK, NOTE, finding(path="app/other.py"), display=lambda path: f"back/{path}"))
        assert [(name, len(errors)) for name, errors in files] == [("back/app/orders.py", 2), ("back/app/other.py", 1)]
        assert [error["severity"] for error in files[0][1]] == ["warning", "info"]
        assert files[1][1] == [
            {
                "line": "16",
                "column": "26",
                "severity": "error",
                "message": "the text of the caught `Exception` reaches the client; answer with a fixed text and log the exception",
                "source": "backend-lint.exposure.BL301",
            }
        ]

    def test_nothing_and_problems(self, report: Report) -> None:
        assert self.read(report("checkstyle")) == []
        ((name, (error,)),) = self.read(report("checkstyle", problems=[PROBLEM]))
        assert (name, error["message"]) == ("app/orders.py", "BL101 failed")

    @given(HOSTILE)
    def test_hostile_text(self, text: str) -> None:
        output = written(checkstyle.render, hostile(text))
        ((_, errors),) = self.read(output)
        assert len(errors) == 1
        assert output.isascii()


class TestRdjson:
    """By `DiagnosticResult` of reviewdog/reviewdog, proto/rdf/reviewdog.proto; other fields than those would be lost there."""

    def read(self, text: str) -> Any:
        data = json.loads(text)
        jsonschema.Draft202012Validator(RDJSON).validate(data)
        return data["diagnostics"]

    def test_a_diagnostic(self, report: Report) -> None:
        (diagnostic,) = self.read(report("rdjson", finding(), rule_url=lambda code: f"https://example.com/{code}"))
        assert diagnostic == {
            "message": "the text of the caught `Exception` reaches the client\nhelp: answer with a fixed text and log the exception",
            "location": {"path": "app/orders.py", "range": {"start": {"line": 16, "column": 26}, "end": {"line": 16, "column": 36}}},
            "severity": "ERROR",
            "code": {"value": "BL301", "url": "https://example.com/BL301"},
        }

    def test_columns_count_bytes(self, report: Report, files: dict[str, str]) -> None:
        files["app/a.py"] = "é𐐀 = f()\n"
        (diagnostic,) = self.read(report("rdjson", finding(path="app/a.py", line=1, column=2, end_line=1, end_column=9)))
        assert diagnostic["location"]["range"] == {"start": {"line": 1, "column": 3}, "end": {"line": 1, "column": 13}}

    def test_whole_lines_where_the_source_cannot_be_read(self, report: Report) -> None:
        (diagnostic,) = self.read(report("rdjson", finding(path="gone.py")))
        assert diagnostic["location"]["range"] == {"start": {"line": 16}, "end": {"line": 16}}

    def test_nothing_and_problems(self, report: Report) -> None:
        assert self.read(report("rdjson")) == []
        assert [each["severity"] for each in self.read(report("rdjson", NOTE, problems=[PROBLEM]))] == ["INFO", "ERROR"]

    @given(HOSTILE)
    def test_hostile_text(self, text: str) -> None:
        assert len(self.read(written(rdjson.render, hostile(text)))) == 1
