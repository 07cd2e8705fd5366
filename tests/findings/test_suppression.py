from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend_lint.findings.model import RuleInfo, Severity
from backend_lint.findings.suppression import Catalogue
from backend_lint.source.parse import parse
from backend_lint.source.statements import suppressions


def messages(applied: Any) -> list[tuple[str, int, str, str]]:
    return [(finding.rule, finding.line, finding.message, finding.help) for finding in applied.extra]


class TestPlaces:
    def test_the_end_of_the_line(self, case: Any) -> None:
        source = """
        def f():
            g(a)  # backend-lint: ignore[BL301] -- reason
            g(b)
        """
        assert case(source).find("BL301", "g(a)").find("BL301", "g(b)").kept() == ["BL301:3"]

    def test_any_line_of_a_statement(self, case: Any) -> None:
        for comment_line in range(4):
            lines = ["answer(", "    a,", "    str(e),", ")"]
            lines[comment_line] += "  # backend-lint: ignore[BL301] -- reason"
            assert case("\n".join(lines) + "\n").find("BL301", "str(e)").kept() == []

    def test_the_line_of_one_finding_among_several(self, case: Any) -> None:
        source = """
        SECRETS = {
            "a": "one",
            "b": "two",  # backend-lint: ignore[BL501] -- a test account
            # backend-lint: ignore[BL501] -- another
            "c": "three",
        }
        """
        marked = case(source).find("BL501", '"one"').find("BL501", '"two"').find("BL501", '"three"')
        assert marked.kept() == ["BL501:2"]

    def test_above_the_statement(self, case: Any) -> None:
        source = """
        def f():
            # backend-lint: ignore[BL301] -- reason
            # another comment
            g(a)
            g(b)
        """
        assert case(source).find("BL301", "g(a)").find("BL301", "g(b)").kept() == ["BL301:5"]

    def test_not_above_a_blank_line(self, case: Any) -> None:
        source = """
        # backend-lint: ignore[BL301] -- reason

        g(a)
        """
        assert case(source).find("BL301", "g(a)").kept() == ["BL001:1", "BL301:3"]

    @pytest.mark.parametrize("line", range(7))
    def test_the_head_of_a_function(self, case: Any, line: int) -> None:
        lines = ["", "@route(", "    '/orders',", ")", "def f(", "    a,", "):", "    x = 1", "    g(a)", "", "g(b)", ""]
        comment = "# backend-lint: ignore[layering] -- reason"
        lines[line] = f"{lines[line]}  {comment}" if lines[line] else comment
        assert case("x = 1\n" + "\n".join(lines)).find("BL101", "g(a)").find("BL101", "g(b)").kept() == ["BL101:12"]

    def test_a_parameter(self, case: Any) -> None:
        source = """
        def f(
            a,  # backend-lint: ignore[BL701] -- reason
            b,
        ):
            return b
        """
        assert case(source).find("BL701", "a,").find("BL701", "b,").kept() == ["BL701:3"]

    def test_a_class(self, case: Any) -> None:
        source = """
        class View:  # backend-lint: ignore[BL101] -- reason
            def get(self):
                g(a)

            def post(self):
                g(a)
        """
        assert case(source).find("BL101", "g(a)").find("BL101", "g(a)", 1).kept() == []

    def test_the_body_is_not_the_head(self, case: Any) -> None:
        source = """
        with a(x) as y:
            b(y)  # backend-lint: ignore[BL301] -- reason
        for x in c:  # backend-lint: ignore[BL301] -- reason
            d(x)
        """
        marked = case(source).find("BL301", "a(x)").find("BL301", "d(x)")
        assert marked.kept() == ["BL301:1", "BL001:2", "BL001:3", "BL301:4"]

    def test_clauses(self, case: Any) -> None:
        source = """
        try:
            f()
        except Exception:  # backend-lint: ignore[BL301] -- reason
            pass
        match x:
            case {"a": 1}:  # backend-lint: ignore[BL301] -- reason
                pass
        """
        assert case(source).find("BL301", "Exception").find("BL301", '{"a": 1}').kept() == []

    def test_a_whole_file(self, case: Any) -> None:
        source = """
        import x
        # backend-lint: ignore-file[exposure] -- reason
        g(a)
        def f():
            g(a)
            h(a)
        """
        marked = case(source).find("BL301", "g(a)").find("BL301", "g(a)", 1).find("BL101", "h(a)")
        assert marked.kept() == ["BL101:6"]

    def test_other_line_ends_and_letters(self, case: Any) -> None:
        source = "é = '日本'\r\ng(é)  # backend-lint: ignore[BL301] -- raison d'été\r\ng(b)\r\n"
        applied = case("", data=source.encode()).find("BL301", "g(é)").find("BL301", "g(b)").review()
        assert [finding.line for finding in applied.kept] == [3]
        assert applied.extra == []

    def test_text_in_strings_is_no_comment(self, case: Any) -> None:
        source = '''
        TEXT = "# backend-lint: ignore[BL301] -- no"
        """
        # backend-lint: ignore-file[BL301] -- no
        # noqa: BL301
        """
        g(f"# noqa")
        '''
        assert case(source).find("BL301", "TEXT").find("BL301", "g(").kept() == ["BL301:1", "BL301:6"]

    @pytest.mark.parametrize(
        "comment", ["# write `# backend-lint: ignore[BL301]` here", '# "# noqa" is bad', "# noqa-like words", "# x noqa"]
    )
    def test_comments_about_comments_are_none(self, case: Any, comment: str) -> None:
        assert case(f"g(a)  {comment}\n").find("BL301", "g(a)").kept() == ["BL301:1"]


class TestNames:
    @pytest.mark.parametrize(
        "written", ["BL301", "bl301", "BL3", "BL30", "exception-text-in-response", "exposure", "BL101, BL301", "BL301,"]
    )
    def test_forms(self, case: Any, written: str) -> None:
        marked = case(f"g(a)  # backend-lint: ignore[{written}] -- reason\n").find("BL301", "g(a)").find("BL101", "g(a)")
        assert "BL301:1" not in marked.kept()

    def test_other_rules_stay(self, case: Any) -> None:
        marked = case("g(a)  # backend-lint: ignore[BL301] -- reason\n").find("BL301", "g(a)").find("BL101", "g(a)")
        assert marked.kept() == ["BL101:1"]

    @pytest.mark.parametrize(
        ("written", "near"),
        [
            ("exception-text-in-respons", "exception-text-in-response"),
            ("BL3O1", "BL301"),
            ("layring", "layering"),
            ("Untyped_Handler", "untyped-handler"),
        ],
    )
    def test_the_nearest_name_is_proposed(self, case: Any, written: str, near: str) -> None:
        applied = case(f"g(a)  # backend-lint: ignore[{written}] -- reason\n").review()
        assert messages(applied) == [("BL003", 1, f"`{written}` is no rule code, name or family", f"did you mean `{near}`?")]

    def test_nothing_is_like_it(self, case: Any) -> None:
        applied = case("g(a)  # backend-lint: ignore[E501, BL301] -- reason\n").find("BL301", "g(a)").review()
        assert messages(applied) == [("BL003", 1, "`E501` is no rule code, name or family", "`backend-lint rule` lists the rules")]
        assert applied.kept == []

    def test_a_family_named_like_a_rule_means_the_family(self) -> None:
        infos = [RuleInfo(code=code, name=name, family="types", severity=Severity.ERROR) for code, name in [("X1", "types"), ("X2", "b")]]
        assert Catalogue(infos).find("types") == {"X1", "X2"}


class TestNoqa:
    @pytest.mark.parametrize(
        "comment",
        [
            "# noqa",
            "#noqa",
            "# NOQA",
            "# noqa: BL301",
            "# noqa:BL301",
            "# noqa : BL301",
            "# noqa: E501, BL301",
            "# noqa: E501 BL301 and why",
            "# noqa: BL3",
            "# type: ignore  # noqa: BL301",
            "# noqa: bl301",
        ],
    )
    def test_hides(self, case: Any, comment: str) -> None:
        assert case(f"g(a)  {comment}\n").find("BL301", "g(a)").kept() == []

    @pytest.mark.parametrize(
        "comment", ["# noqa: E501", "# noqa: BLE001", "# noqa: BL", "# noqa: because", "# noqa: exposure", "# flake8: noqa", "# noqa: B"]
    )
    def test_does_not_hide_and_is_no_fault(self, case: Any, comment: str) -> None:
        assert case(f"g(a)  {comment}\n").find("BL301", "g(a)").kept() == ["BL301:1"]

    def test_bare_is_never_unused_and_named_is(self, case: Any) -> None:
        applied = case("g(a)  # noqa\ng(b)  # noqa: E501, BL301\n").review()
        assert messages(applied) == [("BL001", 2, "nothing to suppress: no finding of BL301 here", "remove BL301 from the comment")]

    def test_the_head_of_a_function_alone(self, case: Any) -> None:
        source = """
        def f(a):  # noqa: BL301, BL701
            g(a)
        """
        assert case(source).find("BL701", "a").find("BL301", "g(a)").kept() == ["BL001:1", "BL301:2"]


class TestUnused:
    def test_what_is_unused_is_named(self, case: Any) -> None:
        applied = case("g(a)  # backend-lint: ignore[BL101, BL301, types] -- reason\n").find("BL301", "g(a)").review()
        assert messages(applied) == [
            ("BL001", 1, "nothing to suppress: no finding of BL101, types here", "remove BL101, types from the comment")
        ]

    def test_place_and_severity(self, case: Any) -> None:
        source = "x = 1\ng(é)  # why # backend-lint: ignore-file[BL101] \n# backend-lint: ignore-file[BL301] -- x\n"
        (finding,) = case(source).review(lambda code: code in ("BL001", "BL301")).extra
        assert (finding.rule, finding.name, finding.family, finding.severity) == (
            "BL001",
            "unused-suppression",
            "general",
            Severity.WARNING,
        )
        assert (finding.line, finding.column, finding.end_column) == (3, 1, 40)

    def test_only_rules_that_ran_count(self, case: Any) -> None:
        source = "g(a)  # backend-lint: ignore[BL101, BP101, practice, BL3] -- reason\n"
        assert messages(case(source).review(lambda code: code in ("BL001", "BL301"))) == [
            ("BL001", 1, "nothing to suppress: no finding of BL3 here", "remove BL3 from the comment")
        ]
        assert messages(case(source).review(lambda code: code != "BL001")) == []

    def test_a_prefix_counts_when_all_its_rules_ran(self, case: Any) -> None:
        source = "g(a)  # backend-lint: ignore[BL1] -- reason\n"
        assert messages(case(source).review(lambda code: code != "BL102")) == []
        assert len(case(source).review(lambda code: True).extra) == 1

    def test_two_comments_for_one_finding_are_both_in_use(self, case: Any) -> None:
        source = """
        # backend-lint: ignore-file[BL301] -- reason
        g(a)  # backend-lint: ignore[BL301] -- reason
        """
        assert case(source).find("BL301", "g(a)").kept() == []

    def test_hidden_by_name(self, case: Any) -> None:
        assert case("g(a)  # backend-lint: ignore[BL301, BL001] -- two versions\n").kept() == []
        assert case("# backend-lint: ignore-file[BL003] -- x\ng(a)  # backend-lint: ignore[my-rule] -- x\n").kept() == []

    def test_notes_are_findings(self, case: Any) -> None:
        applied = case("g(a)  # backend-lint: ignore[BL301] -- reason\n").find("BL301", "g(a)").review()
        assert len(applied.suppressed) == 1
        assert applied.extra == []


class TestReasons:
    @pytest.mark.parametrize("ending", ["", " -- ", " --", " -- ...", " -- <>"])
    def test_missing(self, case: Any, ending: str) -> None:
        applied = case(f"g(a)  # backend-lint: ignore[BL301]{ending}\n").find("BL301", "g(a)").review(lambda code: True)
        assert messages(applied) == [
            ("BL002", 1, "the suppression gives no reason", "write the reason after the brackets: `ignore[...] -- reason`")
        ]
        assert applied.extra[0].severity is Severity.WARNING
        assert applied.kept == []

    @pytest.mark.parametrize("ending", [" -- why", "--why", " -- 理由"])
    def test_given(self, case: Any, ending: str) -> None:
        applied = case(f"g(a)  # backend-lint: ignore[BL301]{ending}\n").find("BL301", "g(a)").review(lambda code: True)
        assert (applied.kept, applied.extra) == ([], [])


class TestMalformed:
    @pytest.mark.parametrize(
        ("comment", "message"),
        [
            ("# backend-lint: ignore", "`ignore` names no rule"),
            ("# backend-lint: ignore -- all of it", "`ignore` names no rule"),
            ("# backend-lint: ignore[]", "`ignore[]` names no rule"),
            ("# backend-lint: ignore-file[ , ]", "`ignore-file[]` names no rule"),
            ("# backend-lint: ignore[BL301", "the brackets of `ignore[...]` do not close"),
            ("# backend-lint: disable=BL301", "`disable` is no suppression"),
            ("# backend-lint:", "the comment is no suppression"),
            ("# backend-lint: ignoreBL301]", "`ignoreBL301` is no suppression"),
        ],
    )
    def test_hides_nothing_and_is_reported(self, case: Any, comment: str, message: str) -> None:
        applied = case(f"{comment}\ng(a)\n").find("BL301", "g(a)").review()
        assert [(finding.rule, finding.message) for finding in applied.extra] == [("BL003", message)]
        assert len(applied.kept) == 1

    def test_a_reason_without_its_sign_still_hides(self, case: Any) -> None:
        applied = case("g(a)  # backend-lint: ignore[BL301] because\n").find("BL301", "g(a)").review(lambda code: True)
        assert [(finding.rule, finding.help) for finding in applied.extra] == [("BL003", "write `ignore[...] -- reason`")]
        assert applied.kept == []

    @pytest.mark.parametrize(
        "source", ["g(a)  # backend-lint: ignore-file[BL301] -- x\n", "if x:\n    # backend-lint: ignore-file[BL301] -- x\n    g(a)\n"]
    )
    def test_a_file_comment_in_the_wrong_place(self, case: Any, source: str) -> None:
        applied = case(source).find("BL301", "g(a)").review()
        assert [(finding.rule, finding.message) for finding in applied.extra] == [
            ("BL003", "`ignore-file` works only in a comment at the beginning of a line of its own")
        ]
        assert len(applied.kept) == 1

    def test_two_in_one_comment(self, case: Any) -> None:
        source = "g(a)  # backend-lint: ignore[BL301] -- one # backend-lint: ignore[BL101] -- two\n"
        assert case(source).find("BL301", "g(a)").find("BL101", "g(a)").kept() == []

    @pytest.mark.parametrize(
        "text",
        [
            "# " * 200_000,
            "#" * 200_000,
            "# noqa:" + " ,A1" * 100_000,
            "# backend-lint: ignore[" + "[" * 200_000,
            "# backend-lint: ignore[x] " + "until=" * 100_000,
        ],
    )
    def test_a_huge_comment_takes_no_time(self, case: Any, text: str) -> None:
        assert len(case(f"g(a)  {text}\n").find("BL301", "g(a)").review().kept) == 1


class TestDays:
    """A suppression that holds until a day, in a test that runs on 1 December 2026."""

    @pytest.mark.parametrize(
        "comment",
        [
            "ignore[BL301] until={} -- reason",
            "ignore[BL301] -- reason until={}",
            "ignore[BL301] -- until={} reason",
            "ignore[BL301] -- reason (until={})",
            "ignore[BL301] until = {} -- reason",
        ],
    )
    def test_hides_until_the_day_is_over(self, case: Any, comment: str) -> None:
        last, over = (case(f"g(a)  # backend-lint: {comment.format(day)}\n").find("BL301", "g(a)") for day in ("2026-12-01", "2026-11-30"))
        assert (last.kept(), last.review(lambda code: True).extra) == ([], [])
        assert over.kept() == ["BL004:1", "BL301:1"]
        (directive,) = suppressions(last.tree)
        assert (directive.reason, directive.until) == ("reason", "2026-12-01")

    def test_what_it_says(self, case: Any) -> None:
        applied = case("g(a)  # backend-lint: ignore[BL301] until=2026-11-30 -- reason\n").find("BL301", "g(a)").review()
        (told,) = messages(applied)
        assert told[:3] == ("BL004", 1, "the suppression has expired: it held until 2026-11-30")
        assert applied.counts == {"app/orders.py": [1]}

    def test_one_that_would_hide_nothing_is_unused(self, case: Any) -> None:
        applied = case("g(a)  # backend-lint: ignore[BL301, BL101] until=2026-11-30 -- reason\n").review()
        assert [told[0] for told in messages(applied)] == ["BL001"]

    def test_not_where_its_rules_have_not_looked(self, case: Any) -> None:
        applied = case("g(a)  # backend-lint: ignore[BL301] until=2026-11-30 -- reason\n").review(lambda code: code != "BL301")
        assert messages(applied) == []

    def test_cannot_hide_that_it_has_expired(self, case: Any) -> None:
        source = "g(a)  # backend-lint: ignore[BL301, BL004] until=2026-11-30 -- reason\n"
        assert case(source).find("BL301", "g(a)").kept() == ["BL004:1", "BL301:1"]
        other = "# backend-lint: ignore-file[BL004] -- looked at each quarter\n" + source
        assert case(other).find("BL301", "g(a)").kept() == ["BL301:2"]

    @pytest.mark.parametrize("day", ["", "soon", "2026-02-30", "2026-2-3", "31.12.2026", "2026-12-31T00", "20261231", "٢٠٢٦-١٢-٣١"])
    def test_what_is_no_day_hides_nothing(self, case: Any, day: str) -> None:
        applied = case(f"g(a)  # backend-lint: ignore[BL301] until={day} -- reason\n").find("BL301", "g(a)").review()
        assert [told[0] for told in messages(applied)] == ["BL003"]
        assert "until=YYYY-MM-DD" in messages(applied)[0][3]
        assert len(applied.kept) == 1

    def test_two_days_are_none(self, case: Any) -> None:
        applied = case("g(a)  # backend-lint: ignore[BL301] until=2027-01-01 -- reason until=2029-01-01\n").find("BL301", "g(a)").review()
        assert [(told[0], told[2]) for told in messages(applied)] == [("BL003", "there is more than one `until=`")]
        assert len(applied.kept) == 1

    def test_a_day_in_prose_is_prose(self, case: Any) -> None:
        marked = case("g(a)  # backend-lint: ignore[BL301] -- until the release of 2020-01-31\n").find("BL301", "g(a)")
        assert marked.kept() == []

    def test_a_whole_file(self, case: Any) -> None:
        source = "# backend-lint: ignore-file[BL301] until={} -- reason\ng(a)\n"
        assert case(source.format("2026-12-31")).find("BL301", "g(a)").kept() == []
        assert case(source.format("2026-01-31")).find("BL301", "g(a)").kept() == ["BL004:1", "BL301:2"]


PIECES = [*"abBL30 1[]#,:-é\t", "# ", "backend-lint:", "ignore[", "ignore-file[", "noqa", "BL301", " -- ", " until=", "2026-12-31"]


@given(st.lists(st.sampled_from(PIECES), max_size=30).map("".join))
def test_any_comment_is_read(text: str) -> None:
    source = f"g(a)  #{text}\n#{text}\ng(b)\n"
    for directive in suppressions(parse("a.py", source.encode())):
        assert 1 <= directive.column < directive.end_column <= len(text) + 8
        assert directive.text == source.splitlines()[directive.line - 1][directive.column - 1 : directive.end_column - 1]
