from __future__ import annotations

import random

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from backend_lint.findings.grouping import grouped, one_by_one, place
from backend_lint.findings.model import Finding, RootCause, Severity, Step

HELPER = RootCause(
    message="fetch calls requests.get, which blocks the event loop",
    help="use httpx.AsyncClient",
    path="app/rates.py",
    line=4,
    column=5,
    end_line=4,
    end_column=30,
    function="fetch",
    statement="return requests.get(url)",
)
NO_TIMEOUT = RootCause(message="no call has a time-out", help="make one client that has one")


def found(line: int, cause: RootCause | None = HELPER, *, path: str = "app/routes.py", rule: str = "BL801", **changes: object) -> Finding:
    values: dict[str, object] = {
        "rule": rule,
        "name": "blocking-call-in-async",
        "family": "async",
        "severity": Severity.ERROR,
        "message": f"`fetch` blocks at {line}",
        "help": "await it",
        "path": path,
        "line": line,
        "column": 5,
        "end_line": line,
        "end_column": 20,
        "function": f"handler_{line}",
        "framework": "fastapi",
        "fingerprint": f"{line:020}",
        "cause": cause,
    }
    return Finding(**{**values, **changes})  # type: ignore[arg-type]


class TestOneCause:
    def test_is_one_finding_where_it_is_mended(self) -> None:
        (group,) = grouped([found(line) for line in range(1, 15)])
        assert (group.path, group.line, group.column, group.function) == ("app/rates.py", 4, 5, "fetch")
        assert group.message == "fetch calls requests.get, which blocks the event loop (14 places)"
        assert group.help == "use httpx.AsyncClient"
        assert [occurrence.line for occurrence in group.occurrences] == list(range(1, 15))
        assert [step.line for step in group.trace] == list(range(1, 15))

    def test_with_one_place_stays_there(self) -> None:
        alone = found(7)
        assert grouped([alone]) == [alone]

    def test_takes_in_what_is_reported_at_its_own_place(self) -> None:
        own = found(4, None, path="app/rates.py", function="fetch", help="await a thread here")
        (group,) = grouped([found(7), own])
        assert len(group.occurrences) == 2
        assert (group.fingerprint, group.help) == (own.fingerprint, "await a thread here")

    def test_leaves_other_rules_and_other_places_alone(self) -> None:
        others = [found(4, None, path="app/rates.py", rule="BL611"), found(5, None, path="app/rates.py"), found(9, None)]
        assert [f for f in grouped([found(1), found(2), *others]) if not f.occurrences] == sorted(others, key=place)

    def test_is_as_severe_as_its_worst_place(self) -> None:
        (group,) = grouped([found(1, severity=Severity.NOTE), found(2, severity=Severity.WARNING)])
        assert group.severity is Severity.WARNING

    def test_names_the_framework_that_all_places_share(self) -> None:
        assert grouped([found(1), found(2)])[0].framework == "fastapi"
        assert grouped([found(1), found(2, framework="flask")])[0].framework is None

    def test_of_the_whole_project_stands_where_it_is_first_missed(self) -> None:
        (group,) = grouped([found(3, NO_TIMEOUT, path="b.py"), found(8, NO_TIMEOUT, path="a.py")])
        assert (group.path, group.line, group.message) == ("a.py", 8, "no call has a time-out (2 places)")


class TestTheWay:
    def test_says_each_function_once(self) -> None:
        steps = (
            Step("app/routes.py", 1, "read calls Service.rates"),
            Step("app/service.py", 9, "Service.rates calls fetch"),
            Step("app/rates.py", 4, "fetch calls requests.get"),
        )
        (group,) = grouped([found(1, trace=steps), found(2)])
        assert [step.message for step in group.trace] == ["read calls Service.rates, which calls fetch", "`fetch` blocks at 2"]

    def test_of_many_steps_has_its_middle_left_out(self) -> None:
        steps = tuple(Step("app/routes.py", number, f"f{number} calls f{number + 1}") for number in range(10, 20))
        (group,) = grouped([found(1, trace=steps), found(2)])
        assert group.trace[0].message == "f10 calls f11, which calls f12, which calls f13, which calls f14; ...; f19 calls f20"


class TestFingerprint:
    def test_stays_when_places_come_and_go_and_the_cause_moves(self) -> None:
        moved = msgspec.structs.replace(HELPER, line=40, end_line=40)
        (before,), (after,) = grouped([found(1), found(2)]), grouped([found(2, moved), found(3, moved), found(9, moved)])
        assert before.fingerprint == after.fingerprint

    def test_differs_between_causes(self) -> None:
        other = msgspec.structs.replace(HELPER, line=9, end_line=9)
        groups = grouped([found(1), found(2), found(3, other), found(4, other), found(5, NO_TIMEOUT), found(6, NO_TIMEOUT)])
        assert len({group.fingerprint for group in groups}) == 3


#: Findings with few causes and places, so that many have one in common.
_FINDINGS = st.lists(
    st.builds(
        found,
        st.integers(1, 6),
        st.sampled_from([None, HELPER, NO_TIMEOUT, msgspec.structs.replace(HELPER, path="app/routes.py", line=3)]),
        path=st.sampled_from(["app/routes.py", "app/rates.py"]),
        rule=st.sampled_from(["BL801", "BL802"]),
    ),
    max_size=12,
    unique_by=place,
)


class TestLaws:
    @given(_FINDINGS)
    def test_every_finding_is_there_once(self, findings: list[Finding]) -> None:
        assert one_by_one(grouped(findings)) == sorted(findings, key=place)

    @given(_FINDINGS, st.randoms(use_true_random=False))
    def test_the_order_says_nothing(self, findings: list[Finding], chance: random.Random) -> None:
        shuffled = list(findings)
        chance.shuffle(shuffled)
        assert grouped(shuffled) == grouped(findings)

    @given(_FINDINGS)
    def test_no_two_findings_left_have_one_cause(self, findings: list[Finding]) -> None:
        causes = [(group.rule, group.cause) for group in grouped(findings) if group.cause is not None]
        assert len(causes) == len(set(causes))
