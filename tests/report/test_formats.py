from __future__ import annotations

import json
import re
import subprocess
import sys
from functools import partial
from importlib.resources import files as package_files

import jsonschema
import pytest

from backend_lint.findings.grouping import grouped
from backend_lint.findings.model import Finding, RootCause, Severity, Step
from backend_lint.report import FORMATS, statistics
from tests.report.samples import BLOCK, PROBLEM, TRACED, Report, finding

SCHEMA = json.loads((package_files("backend_lint.report") / "schema" / "findings-1.schema.json").read_text(encoding="utf-8"))


class TestConcise:
    def test_lines(self, report: Report) -> None:
        text = report("concise", BLOCK, finding(message="two\nlines"), notes_hidden=1, display=lambda path: path.removeprefix("app/"))
        assert text == (
            "orders.py:9:9: BL101 handler `create_order` computes totals, decides on a discount and writes 2 rows\n"
            "orders.py:16:26: BL301 two\\nlines\n"
            "Found 1 error and 1 warning in 3 files: exposure 1, layering 1. Not shown: 1 note (--pedantic shows it).\n"
        )

    def test_quiet(self, report: Report) -> None:
        assert report("concise", quiet=True) == ""
        assert report("concise", finding(message="m"), quiet=True) == "app/orders.py:16:26: BL301 m\n"


def two_places() -> Finding:
    """Two handlers that call one helper, as one finding."""
    helper = RootCause(
        message="send calls smtplib.SMTP, which blocks the event loop",
        help="make it a coroutine",
        path="app/mail.py",
        line=4,
        column=5,
        end_line=4,
        end_column=35,
        function="send",
    )
    orders = finding(rule="BL801", path="app/orders.py", line=10, function="create_order", cause=helper, trace=TRACED.trace)
    users = finding(rule="BL801", path="app/users.py", line=7, function="invite", cause=helper, fingerprint="1123456789abcdef0123")
    (group,) = grouped([orders, users])
    return group


class TestOneCause:
    def test_text_shows_it_where_it_is_mended_with_all_its_places(self, report: Report) -> None:
        text = report("text", two_places(), width=200)
        assert text.splitlines()[:2] == [
            "error[BL801 exception-text-in-response]: send calls smtplib.SMTP, which blocks the event loop (2 places)",
            "  --> app/mail.py:4:5 in send",
        ]
        assert "  ::: app/orders.py:10: `create_order` calls `send`\n  ::: app/users.py:7: " in text
        assert "   = help: make it a coroutine\n" in text
        assert "Found 1 error in 3 files: exposure 1.\n1 cause of them shows in 2 places (--no-group)." in text

    def test_concise_names_the_places_on_its_line(self, report: Report) -> None:
        first = report("concise", two_places()).splitlines()[0]
        assert first == (
            "app/mail.py:4:5: BL801 send calls smtplib.SMTP, which blocks the event loop (2 places): app/orders.py:10, app/users.py:7"
        )

    @pytest.mark.parametrize("name", FORMATS)
    def test_every_format_names_each_place(self, report: Report, name: str) -> None:
        if name in ("agent", "html"):
            pytest.skip("made of reviews, or tested in a browser")
        text = report(name, two_places())
        assert re.search(r"which\s+blocks\s+the\s+event\s+loop", text)
        assert re.search(r"app/orders\.py\W", text)
        assert re.search(r"app/users\.py\W", text)

    def test_json_has_each_finding_and_the_group(self, report: Report) -> None:
        group = two_places()
        read = json.loads(report("json", group))
        jsonschema.validate(read, SCHEMA)
        assert [(each["path"], each["line"], each["group"]) for each in read["findings"]] == [
            ("app/orders.py", 10, group.fingerprint),
            ("app/users.py", 7, group.fingerprint),
        ]
        (shown,) = read["groups"]
        assert (shown["path"], shown["line"], shown["function"], shown["fingerprint"]) == ("app/mail.py", 4, "send", group.fingerprint)
        assert [each["fingerprint"] for each in shown["occurrences"]] == ["0123456789abcdef0123", "1123456789abcdef0123"]
        assert (read["summary"]["findings"], read["summary"]["groups"]) == (2, 1)


class TestJson:
    def test_every_key(self, report: Report) -> None:
        text = report("json", TRACED, suppressed=4, notes_hidden=5, display=lambda path: f"back/{path}", problems=[PROBLEM])
        assert json.loads(text) == {
            "version": 1,
            "findings": [
                {
                    "rule": "BL801",
                    "name": "blocking-call-in-async",
                    "family": "async",
                    "severity": "error",
                    "message": "`smtplib.SMTP` blocks the event loop of `create_order`",
                    "help": "use `aiosmtplib`",
                    "path": "back/app/orders.py",
                    "line": 6,
                    "column": 11,
                    "end_line": 6,
                    "end_column": 23,
                    "function": "create_order",
                    "framework": "fastapi",
                    "fingerprint": "0123456789abcdef0123",
                    "trace": [
                        {"path": "back/app/orders.py", "line": 10, "message": "`create_order` calls `send`"},
                        {"path": "back/app/mail.py", "line": 4, "message": "`send` calls `smtplib.SMTP`"},
                    ],
                    "fixable": False,
                    "fix": None,
                    "group": None,
                }
            ],
            "groups": [],
            "errors": [
                {
                    "kind": "internal",
                    "message": "BL101 failed",
                    "path": "back/app/orders.py",
                    "rule": "BL101",
                    "detail": "Traceback ...",
                }
            ],
            "stale": [],
            "summary": {
                "files": 3,
                "findings": 1,
                "groups": 0,
                "by_severity": {"error": 1, "warning": 0, "note": 0},
                "by_family": {"async": 1},
                "notes_hidden": 5,
                "suppressed": 4,
                "baselined": 0,
                "partly_ignored_files": 0,
                "stale_entries": 0,
                "complete": False,
            },
        }

    def test_what_is_absent_is_null(self, report: Report) -> None:
        data = json.loads(report("json", finding(function=None, framework=None)))
        assert data["findings"][0]["function"] is None
        assert data["findings"][0]["framework"] is None

    def test_each_finding_is_a_line(self, report: Report) -> None:
        lines = report("json", finding(), BLOCK, finding(message="two\nlines")).splitlines()
        assert lines[0] == '{"version": 1, "findings": ['
        assert len(lines) == 5
        assert lines[-1].startswith('], "groups": [], "errors": [], "stale": [], "summary": {')

    def test_the_schema_holds(self, report: Report) -> None:
        jsonschema.Draft202012Validator.check_schema(SCHEMA)
        validator = jsonschema.Draft202012Validator(SCHEMA)
        note = finding(severity=Severity.NOTE, function=None, framework=None, help="")
        for text in (report("json"), report("json", TRACED, BLOCK, note, problems=[PROBLEM]), report("json", quiet=True)):
            validator.validate(json.loads(text))

    @pytest.mark.parametrize("key", ["rule", "severity", "fingerprint", "function", "trace"])
    def test_the_schema_asks_for_all_keys(self, report: Report, key: str) -> None:
        data = json.loads(report("json", finding()))
        del data["findings"][0][key]
        assert not jsonschema.Draft202012Validator(SCHEMA).is_valid(data)

    def test_bytes_that_are_no_text(self, report: Report) -> None:
        hostile = finding(path="caf\udce9.py", message="\ud800 \x1b \u2028 \u202e", trace=(Step("caf\udce9.py", 1, "\ud800"),))
        data = json.loads(report("json", hostile))
        assert data["findings"][0]["path"] == "caf\\udce9.py"
        assert data["findings"][0]["message"] == "\\ud800 \x1b \u2028 \u202e"


class TestStatistics:
    def test_tables(self, report: Report) -> None:
        note = finding(severity=Severity.NOTE, path="app/other.py")
        assert report(statistics.render, finding(), BLOCK, note, finding()) == (
            """\
rule   name                        family    errors  warnings  notes  all
BL301  exception-text-in-response  exposure       2         .      1    3
BL101  business-logic-in-route     layering       .         1      .    1

family    errors  warnings  notes  all
exposure       2         .      1    3
layering       .         1      .    1

file           errors  warnings  notes  all
app/orders.py       2         1      .    3
app/other.py        .         .      1    1

Found 2 errors, 1 warning and 1 note in 3 files: exposure 3, layering 1.
"""
        )

    def test_folders_of_the_depth_that_tells_most(self, report: Report) -> None:
        paths = ["shop/api/a.py", "shop/api/v1/b.py", "shop/jobs/c.py", "shop/d.py", *(f"shop/api/v1/{n}/e.py" for n in range(11))]
        text = report(statistics.render, *(finding(path=path) for path in paths))
        rows = [line.split()[:2] for line in text.partition("folder")[2].partition("\n\n")[0].splitlines()[1:]]
        assert rows == [["shop/api/v1/", "12"], ["shop/", "1"], ["shop/api/", "1"], ["shop/jobs/", "1"]]

    def test_what_can_be_fixed_has_a_column(self, report: Report) -> None:
        text = report(statistics.render, finding(fixable=True, fix="safe"), finding(path="app/other.py"), BLOCK)
        lines = [line.split() for line in text.splitlines()]
        assert lines[0] == ["rule", "name", "family", "errors", "warnings", "notes", "all", "[*]"]
        assert {line[0]: line[-1] for line in lines[1:3]} == {"BL301": "1", "BL101": "."}

    def test_json(self, report: Report) -> None:
        schema = json.loads((package_files("backend_lint.report") / "schema" / "statistics-1.schema.json").read_text(encoding="utf-8"))
        jsonschema.Draft202012Validator.check_schema(schema)
        data = json.loads(report(statistics.render_json, finding(fixable=True, fix="safe"), finding(path="web/x/y.py"), BLOCK))
        jsonschema.Draft202012Validator(schema).validate(data)
        assert [(row["rule"], row["all"], row["fixable"]) for row in data["by_rule"]] == [("BL301", 2, 1), ("BL101", 1, 0)]
        # What is below a folder counts for it, too.
        assert {row["folder"]: (row["depth"], row["all"]) for row in data["by_folder"]} == {
            ".": (0, 3),
            "app": (1, 2),
            "web": (1, 1),
            "web/x": (2, 1),
        }
        assert data["summary"]["findings"] == 3

    def test_few_of_many_files(self, report: Report) -> None:
        many = [finding(path=f"app/{number}.py") for number in range(5)]
        text = report(partial(statistics.render, files=2), *many)
        assert "and 3 more files with findings\n" in text

    def test_long_paths_are_whole(self, report: Report) -> None:
        path = "/".join(["a_rather_long_folder"] * 8) + "/[bold]x.py"
        assert path in report(statistics.render, finding(path=path))

    def test_nothing(self, report: Report) -> None:
        assert report(statistics.render) == "All clear: 3 files checked, nothing found.\n"
        assert report(statistics.render, quiet=True) == ""


@pytest.mark.parametrize("name", ["concise", "json"])
def test_formats_for_programs_do_not_import_rich(name: str) -> None:
    module = (FORMATS[name].check or "").partition(":")[0]
    code = f"import sys; import backend_lint.report.{module}; sys.exit('rich' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=60).returncode == 0


def test_an_unknown_format(report: Report) -> None:
    with pytest.raises(KeyError):
        report("xml")
