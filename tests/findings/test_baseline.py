from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Sequence

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend_lint.findings.baseline import Entry, MalformedBaseline, Matched, entries_of, match, parse, render
from backend_lint.findings.fingerprint import digest
from backend_lint.findings.model import Finding, Severity

HEAD = "# backend-lint baseline, version 1\n"
TODAY = "2026-12-01"


def finding(
    statement: str = "f(a)", line: int = 1, *, rule: str = "BL301", path: str = "app/a.py", function: str | None = "run"
) -> Finding:
    return Finding(
        rule=rule, name="n", family="f", severity=Severity.WARNING, message=f"at {line}", help="", path=path, line=line, column=1,
        end_line=line, end_column=2, function=function, statement=statement,
    )  # fmt: skip


def path_of(found: Finding) -> str:
    return found.path


def accepted(*findings: Finding, until: str = "") -> list[Entry]:
    return [msgspec.structs.replace(entry, until=until) for entry in entries_of(findings, path_of)]


def matched(
    entries: Sequence[Entry],
    findings: Sequence[Finding],
    *,
    looked: Callable[[str, str], bool] = lambda path, rule: True,
    gone: Sequence[str] = (),
    today: str = TODAY,
) -> Matched:
    return match(entries, findings, path_of=path_of, today=today, has_looked=looked, is_gone=lambda path: path in gone)


class TestText:
    def test_line_holds_rule_path_function_hash_and_number(self) -> None:
        found = [finding("f(a)", 7), finding("f(a)", 9), finding("X = 1", 2, rule="BL501", path="app/settings.py", function=None)]
        first, second = digest("f(a)", size=8), digest("X = 1", size=8)
        assert render(accepted(*found)) == (
            f"{HEAD}BL301 app/a.py run {first} 1\nBL301 app/a.py run {first} 2\nBL501 app/settings.py - {second} 1\n"
        )

    def test_day_and_reason_stand_behind(self) -> None:
        (entry,) = accepted(finding())
        entry = msgspec.structs.replace(entry, until="2027-01-31", reason="with the next release -- really")
        line = render([entry]).splitlines()[1]
        assert line.endswith(" 1 until=2027-01-31 -- with the next release -- really")
        assert parse(HEAD + line) == [entry]

    def test_reason_stays_on_its_line(self) -> None:
        (entry,) = accepted(finding())
        text = render([msgspec.structs.replace(entry, reason="one\nBL301 app/b.py - 0000000000000000 1\u2028\x1b[2Jtwo\u202e")])
        (read,) = parse(text)
        assert read.reason == "one BL301 app/b.py - 0000000000000000 1 [2Jtwo"

    @settings(deadline=None)
    @given(st.lists(st.tuples(st.text(min_size=1), st.text(), st.integers(1, 5)), max_size=8))
    def test_what_is_written_is_read(self, parts: list[tuple[str, str, int]]) -> None:
        entries = {Entry("BL301", path, "" if scope == "-" else scope, "0" * 16, number) for path, scope, number in parts}
        assert parse(render(entries)) == sorted(entries)

    def test_nothing_but_a_byte_order_mark_remarks_and_blank_lines(self) -> None:
        assert parse("") == []
        assert parse("\ufeff" + HEAD + "\r\n\r\n# by the platform team\r\n") == []

    @pytest.mark.parametrize(
        ("text", "line", "told"),
        [
            ("BL301 a.py - 0000000000000000 1\n", 1, "before the first entry"),
            (HEAD.replace("1", "2"), 1, "version 2"),
            (HEAD + "BL301 a.py - 0000000000000000\n", 2, "no entry"),
            (HEAD + "BL301 a.py - 0000000000000000 0\n", 2, "no entry"),
            (HEAD + "BL301 a b.py - 0000000000000000 1\n", 2, "no entry"),
            (HEAD + "\nBL301 a.py - 0000000000000000 1 until=2027-02-30\n", 3, "no day"),
            (HEAD + "<<<<<<< HEAD\n", 2, "unfinished merge"),
            (HEAD + "=======\n", 2, "unfinished merge"),
        ],
    )
    def test_what_is_wrong_is_told_with_its_line(self, text: str, line: int, told: str) -> None:
        with pytest.raises(MalformedBaseline, match=told) as caught:
            parse(text)
        assert caught.value.line == line

    def test_of_one_entry_with_two_days_the_later_holds(self) -> None:
        """Two people have accepted the same finding, each on a branch."""
        (entry,) = accepted(finding())
        soon, late = (msgspec.structs.replace(entry, until=day) for day in ("2027-01-31", "2027-06-30"))
        for pair in ([soon, late], [late, soon]):
            assert parse(HEAD + "".join(render([each]).removeprefix(HEAD) for each in pair)) == [late]
        assert parse(render([soon, entry])) == [entry]

    _sets = st.frozensets(
        st.builds(Entry, st.sampled_from(["BL301", "BL501"]), st.sampled_from("abc"), st.just(""), st.just("0" * 16), st.integers(1, 3))
    )

    @settings(deadline=None)
    @given(_sets, _sets, st.randoms(use_true_random=False))
    def test_lines_of_two_branches_in_any_order_are_the_entries_of_both(
        self, ours: frozenset[Entry], theirs: frozenset[Entry], order: random.Random
    ) -> None:
        lines = [*render(ours).splitlines()[1:], *render(theirs).splitlines()[1:]]
        order.shuffle(lines)
        assert set(parse(HEAD + "\n".join(lines))) == ours | theirs


class TestMatching:
    @settings(deadline=None)
    @given(st.lists(st.sampled_from("abc"), max_size=8), st.lists(st.sampled_from("abc"), max_size=8))
    def test_each_entry_hides_one_such_finding(self, before: list[str], after: list[str]) -> None:
        entries = accepted(*(finding(text, line) for line, text in enumerate(before)))
        findings = [finding(text, 100 - line) for line, text in enumerate(after)]
        found = matched(entries, findings)
        old, new = Counter(before), Counter(after)
        assert Counter(findings[place].statement for place in found.hidden) == old & new
        assert len(found.stale) == (old - new).total()

    def test_of_equal_findings_the_first_are_hidden(self) -> None:
        entries = accepted(finding("f(a)", 3), finding("f(a)", 5))
        assert matched(entries, [finding("f(a)", 50), finding("f(a)", 10), finding("f(a)", 30)]).hidden == [1, 2]

    def test_of_equal_entries_the_last_are_stale(self) -> None:
        entries = accepted(finding("f(a)", 3), finding("f(a)", 5), finding("f(a)", 8))
        assert matched(entries, [finding("f(a)", 5)]).stale == entries[1:]

    @pytest.mark.parametrize("other", [{"rule": "BL302"}, {"path": "app/b.py"}, {"function": "walk"}, {"statement": "f(b)"}])
    def test_another_rule_path_function_or_statement_is_another_finding(self, other: dict[str, str]) -> None:
        entries = accepted(finding())
        found = matched(entries, [finding(**other)])  # type: ignore[arg-type]
        assert (found.hidden, found.stale) == ([], entries)

    def test_entry_is_stale_only_where_its_rule_has_looked(self) -> None:
        entries = accepted(finding(), finding(rule="BL501"), finding(path="app/b.py"))
        found = matched(entries, [], looked=lambda path, rule: (path, rule) == ("app/a.py", "BL301"))
        assert [(entry.path, entry.rule) for entry in found.stale] == [("app/a.py", "BL301")]

    def test_entry_of_a_file_that_is_gone_is_stale_whoever_looked(self) -> None:
        entries = accepted(finding())
        assert matched(entries, [], looked=lambda path, rule: False, gone=["app/a.py"]).stale == entries

    def test_renamed_file_keeps_its_entries(self) -> None:
        entries = accepted(finding("f(a)", 3), finding("f(b)", 5))
        here = [finding("f(a)", 3, path="web/a.py"), finding("f(b)", 5, path="web/a.py"), finding("f(b)", 9, path="web/a.py")]
        found = matched(entries, here, gone=["app/a.py"])
        assert (found.hidden, found.stale) == ([0, 1], [])
        assert sorted(path for _, path in found.moved) == ["web/a.py", "web/a.py"]

    def test_file_that_is_still_there_gives_nothing_away(self) -> None:
        found = matched(accepted(finding()), [finding(path="web/a.py")])
        assert (found.hidden, found.moved, len(found.stale)) == ([], [], 1)

    def test_entry_hides_until_its_day_is_over(self) -> None:
        entries = accepted(finding(), until="2026-12-01")
        today, tomorrow = (matched(entries, [finding()], today=day) for day in ("2026-12-01", "2026-12-02"))
        assert (today.hidden, today.expired) == ([0], [])
        assert (tomorrow.hidden, tomorrow.expired, tomorrow.stale) == ([], entries, [])

    def test_entry_that_holds_is_used_before_one_that_has_expired(self) -> None:
        old, new = accepted(finding("f(a)", 1), finding("f(a)", 2))
        entries = [msgspec.structs.replace(old, until="2020-01-01"), new]
        found = matched(entries, [finding("f(a)", 4)])
        assert (found.hidden, found.stale, found.expired) == ([0], entries[:1], [])

    def test_file_that_does_not_parse_cannot_be_accepted(self) -> None:
        broken = finding("", rule="BL000", function=None)
        assert accepted(broken) == []
        forged = Entry("BL000", "app/a.py", "", digest("", size=8), 1)
        found = matched([forged], [broken])
        assert (found.hidden, found.stale) == ([], [forged])

    def test_more_findings_are_numbered_on(self) -> None:
        known = accepted(finding("f(a)", 1), finding("f(a)", 2))
        more = entries_of([finding("f(a)", 9), finding("f(b)", 9)], path_of, known[1:])
        assert [entry.ordinal for entry in more] == [1, 1]
        assert [entry.ordinal for entry in entries_of([finding("f(a)", 9)], path_of, known)] == [3]
