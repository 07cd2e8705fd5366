"""SARIF: by its published schema, and by what GitHub's code scanning asks for and shows."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend_lint.engine.registry import built_in
from backend_lint.findings.comments import Directive
from backend_lint.findings.model import Severity, Step
from backend_lint.report import sarif
from backend_lint.report.listing import Item, Listing
from backend_lint.report.output import Output
from tests.report.samples import BLOCK, ORDERS, PROBLEM, TRACED, Report, finding

SCHEMA = json.loads((Path(__file__).parent / "schemas/sarif-schema-2.1.0.json").read_text(encoding="utf-8"))
VALIDATOR = jsonschema.Draft4Validator(SCHEMA, format_checker=jsonschema.FormatChecker())

RESULT = jsonschema.Draft4Validator({**SCHEMA["definitions"]["result"], "definitions": SCHEMA["definitions"]})


def run_of(text: str) -> dict[str, Any]:
    """The only run of a file, which holds to the schema."""
    data = json.loads(text)
    VALIDATOR.validate(data)
    (run,) = data["runs"]
    assert isinstance(run, dict)
    return run


def listed(*items: Item, is_review: bool = False, **options: Any) -> dict[str, Any]:
    written: list[str] = []
    listing = Listing(root=Path("/project"), items=list(items), verdict=[], text=lambda output: None, is_review=is_review)
    sarif.render(listing, Output(**{"write": written.append, "read": lambda path: ORDERS, **options}))
    return run_of("".join(written))


class TestResult:
    def test_place_and_function(self, report: Report) -> None:
        run = run_of(report("sarif", finding(function="Orders.create")))
        assert run["columnKind"] == "unicodeCodePoints"
        (result,) = run["results"]
        assert (result["ruleId"], result["level"]) == ("BL301", "error")
        assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == "BL301"
        assert result["locations"] == [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": "app/orders.py", "uriBaseId": "%SRCROOT%"},
                    "region": {"startLine": 16, "startColumn": 26, "endLine": 16, "endColumn": 36},
                },
                "logicalLocations": [{"name": "create", "fullyQualifiedName": "Orders.create", "kind": "function"}],
            }
        ]
        assert "%SRCROOT%" in run["originalUriBaseIds"]

    def test_the_region_of_many_lines_is_the_first_of_them(self, report: Report) -> None:
        # An alert shows in a pull request only where all its lines are changed ones.
        (result,) = run_of(report("sarif", BLOCK))["results"]
        place = result["locations"][0]["physicalLocation"]
        assert place["region"] == {"startLine": 9, "startColumn": 9, "endLine": 9, "endColumn": len(ORDERS.splitlines()[8]) + 1}
        assert place["contextRegion"] == {"startLine": 9, "startColumn": 9, "endLine": 14, "endColumn": 30}

    def test_all_four_fields_of_a_region_without_source(self, report: Report) -> None:
        (result,) = run_of(report("sarif", finding(path="gone.py", line=3, column=5, end_line=9, end_column=1)))["results"]
        region = result["locations"][0]["physicalLocation"]["region"]
        assert region == {"startLine": 3, "startColumn": 5, "endLine": 3, "endColumn": 6}

    def test_proof(self, report: Report) -> None:
        (result,) = run_of(report("sarif", TRACED))["results"]
        assert [(each["id"], each["message"]["text"]) for each in result["relatedLocations"]] == [
            (1, "`create_order` calls `send`"),
            (2, "`send` calls `smtplib.SMTP`"),
        ]
        assert result["relatedLocations"][1]["physicalLocation"] == {
            "artifactLocation": {"uri": "app/mail.py", "uriBaseId": "%SRCROOT%"},
            "region": {"startLine": 4, "startColumn": 5, "endLine": 4, "endColumn": 39},
        }
        (flow,) = result["codeFlows"]
        places = [each["location"]["physicalLocation"] for each in flow["threadFlows"][0]["locations"]]
        lines = [(place["artifactLocation"]["uri"], place["region"]["startLine"]) for place in places]
        assert lines == [("app/orders.py", 10), ("app/mail.py", 4), ("app/orders.py", 6)]
        assert "Path: [`create_order` calls `send`](1), [`send` calls `smtplib.SMTP`](2)" in result["message"]["text"]

    def test_a_cause_has_a_flow_from_each_of_its_places(self, report: Report) -> None:
        places = (TRACED, finding(rule="BL801", line=9))
        trace = tuple(Step(each.path, each.line, "calls `send`") for each in places)
        cause = finding(rule="BL801", path="app/mail.py", line=4, column=10, end_line=4, end_column=22, trace=trace, occurrences=places)
        (result,) = run_of(report("sarif", cause))["results"]
        flows = [
            [each["location"]["physicalLocation"]["region"]["startLine"] for each in flow["threadFlows"][0]["locations"]]
            for flow in result["codeFlows"]
        ]
        assert flows == [[10, 4, 4], [9, 4]]
        assert [each["physicalLocation"]["region"]["startLine"] for each in result["relatedLocations"]] == [6, 9]
        assert "Places: [calls `send`](1), [calls `send`](2)" in result["message"]["text"]

    def test_fingerprints(self, report: Report) -> None:
        (here,) = run_of(report("sarif", finding()))["results"]
        assert here["partialFingerprints"] == {
            "backendLint/v1": "0123456789abcdef0123",
            "primaryLocationLineHash": "0123456789abcdef:1",
        }

    def test_hidden_by_a_comment(self, report: Report) -> None:
        comment = Directive(
            kind="ignore", line=16, column=1, end_column=9, text="#", codes=("exposure",), reason="an internal page", first=16, last=16
        )
        other = Directive(kind="ignore-file", line=1, column=1, end_column=9, text="#", codes=("BL1",), reason="no", first=1, last=99)
        options = {"hidden": [finding()], "directives": {"app/orders.py": [other, comment]}}
        shown, hidden = run_of(report("sarif", BLOCK, **options))["results"]
        assert "suppressions" not in shown
        assert hidden["suppressions"] == [{"kind": "inSource", "status": "accepted", "justification": "an internal page"}]

    def test_hidden_by_the_baseline(self, report: Report) -> None:
        (result,) = run_of(report("sarif", baselined=[finding()]))["results"]
        assert result["suppressions"] == [{"kind": "external", "status": "accepted", "justification": "in the baseline"}]

    def test_new_in_a_review(self) -> None:
        item = Item(finding=finding(), remark="this change wrote app/orders.py:16")
        run = listed(item, is_review=True)
        (result,) = run["results"]
        assert result["baselineState"] == "new"
        assert "New: this change wrote app/orders.py:16" in result["message"]["text"]
        assert run["automationDetails"]["id"] == "backend-lint-review/"
        run = listed(Item(finding=finding()))
        assert "baselineState" not in run["results"][0]
        assert run["automationDetails"]["id"] == "backend-lint/"

    def test_results_are_sorted_by_place(self, report: Report) -> None:
        run = run_of(report("sarif", finding(), BLOCK, TRACED))
        lines = [each["locations"][0]["physicalLocation"]["region"]["startLine"] for each in run["results"]]
        assert lines == [6, 9, 16]


class TestRules:
    def rules(self, text: str) -> dict[str, Any]:
        rules = run_of(text)["tool"]["driver"]["rules"]
        assert [rule["id"] for rule in rules] == sorted(rule["id"] for rule in rules)
        return {rule["id"]: rule for rule in rules}

    def test_every_built_in_rule_is_described(self, report: Report) -> None:
        rules = self.rules(report("sarif"))
        assert set(rules) == set(built_in().by_code)
        for code, rule in rules.items():
            known = built_in().by_code[code]
            assert rule["name"] == known.name
            assert 0 < len(rule["name"]) <= 255
            for key in ("shortDescription", "fullDescription"):
                assert 0 < len(rule[key]["text"]) <= 1024
            assert rule["help"]["text"]
            assert "## Use instead" in rule["help"]["markdown"]
            assert rule["properties"]["precision"] in ("very-high", "high", "medium", "low")
            assert rule["properties"]["problem.severity"] in ("error", "warning", "recommendation")
            assert rule["defaultConfiguration"].get("enabled", True) is (known.severity is not Severity.OFF)

    def test_security_rules_are_those_about_security(self, report: Report) -> None:
        # The property makes a rule one of GitHub's security rules, with a severity of its own.
        rules = self.rules(report("sarif"))
        families = {built_in().by_code[code].family for code, rule in rules.items() if "security-severity" in rule["properties"]}
        assert families == {"configuration", "exposure", "validation"}
        for rule in rules.values():
            tags, score = rule["properties"]["tags"], rule["properties"].get("security-severity")
            assert len(tags) <= 20
            assert ("security" in tags) is (score is not None)
            assert score is None or 0.0 < float(score) <= 10.0

    def test_rule_of_another_pack(self, report: Report) -> None:
        rules = self.rules(report("sarif", finding(rule="XY1", name="own-rule", family="house")))
        assert rules["XY1"]["name"] == "own-rule"
        assert "security-severity" not in rules["XY1"]["properties"]

    def test_address(self, report: Report) -> None:
        rules = self.rules(report("sarif", rule_url=lambda code: f"https://example.com/{code}"))
        assert rules["BL301"]["helpUri"] == "https://example.com/BL301"
        assert "helpUri" not in self.rules(report("sarif"))["BL301"]


class TestRun:
    def test_nothing_found(self, report: Report) -> None:
        run = run_of(report("sarif"))
        assert run["results"] == []
        assert run["invocations"] == [{"executionSuccessful": True, "toolExecutionNotifications": []}]

    def test_problems(self, report: Report) -> None:
        (invocation,) = run_of(report("sarif", problems=[PROBLEM]))["invocations"]
        assert invocation["executionSuccessful"] is False
        (note,) = invocation["toolExecutionNotifications"]
        assert (note["level"], note["message"]["text"], note["associatedRule"]) == ("error", "BL101 failed", {"id": "BL101"})

    def test_the_worst_results_when_there_are_too_many(self, report: Report, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sarif, "MOST_RESULTS", 3)
        many = [finding(severity=Severity.NOTE, line=line) for line in range(1, 6)] + [finding(line=8), finding(line=9)]
        run = run_of(report("sarif", *many))
        assert [each["level"] for each in run["results"]] == ["note", "error", "error"]
        (note,) = run["invocations"][0]["toolExecutionNotifications"]
        assert note["message"]["text"].startswith("4 results are left out")

    def test_locations_are_bounded(self, report: Report, monkeypatch: pytest.MonkeyPatch) -> None:
        assert (sarif.MOST_RESULTS, sarif.MOST_LOCATIONS, sarif.MOST_STEPS) == (25_000, 1_000, 10_000)
        monkeypatch.setattr(sarif, "MOST_LOCATIONS", 4)
        monkeypatch.setattr(sarif, "MOST_STEPS", 6)
        long = finding(trace=tuple(Step("app/mail.py", 4, "`f` calls `g`") for _ in range(20)))
        (result,) = run_of(report("sarif", long))["results"]
        assert len(result["relatedLocations"]) == 4
        steps = result["codeFlows"][0]["threadFlows"][0]["locations"]
        assert len(steps) == 6
        assert steps[-1]["location"]["physicalLocation"]["region"]["startLine"] == 16


class TestHostileText:
    def test_text_makes_no_links(self) -> None:
        (result,) = listed(Item(finding=finding(message="see [this](http://evil) \\[x](1)", help="")))["results"]
        assert result["message"]["text"] == "see \\[this\\](http://evil) \\\\\\[x\\](1)"

    def test_paths_are_addresses(self) -> None:
        (result,) = listed(Item(finding=finding(path="a b/c#d?e%41:caf\udce9\u202e.py")))["results"]
        uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        assert uri == "a%20b/c%23d%3Fe%2541%3Acaf%E9%E2%80%AE.py"

    def result(self, item: Item) -> dict[str, Any]:
        listing = Listing(root=Path("/project"), items=[item], verdict=[], text=lambda output: None)
        written: list[str] = []
        with pytest.MonkeyPatch.context() as patched:
            # The descriptions of all rules are the same each time, and long.
            patched.setattr(sarif, "described", lambda items, rule_url: [{"id": item.finding.rule} for item in items])
            sarif.render(listing, Output(write=written.append, read=lambda path: ORDERS))
        found: dict[str, Any] = json.loads("".join(written))["runs"][0]["results"][0]
        return found

    @given(text=st.text(max_size=40), line=st.integers(1, 40), column=st.integers(1, 90), more=st.integers(0, 9))
    def test_any_text_and_place_holds_to_the_schema(self, text: str, line: int, column: int, more: int) -> None:
        hostile = finding(
            message=text,
            help=text,
            path=f"x{text}",
            function=text,
            line=line,
            column=column,
            end_line=line + more,
            end_column=column,
            trace=(Step(f"y{text}", line, text),),
        )
        result = self.result(Item(finding=hostile, remark=text, hidden="external", reason=text))
        RESULT.validate(result)
        region = result["locations"][0]["physicalLocation"]["region"]
        assert (region["endLine"], region["endColumn"]) > (region["startLine"], region["startColumn"])
        assert "\x1b" not in json.dumps(result, ensure_ascii=False)
