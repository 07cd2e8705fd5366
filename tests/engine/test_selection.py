from __future__ import annotations

from collections.abc import Callable

import pytest

from backend_lint.engine.registry import Registry, built_in, load_pack
from backend_lint.engine.selection import Choice, enabled, overrides
from backend_lint.rule import Rule, Severity

MakeRule = Callable[..., type[Rule]]


class TestSelectors:
    @pytest.mark.parametrize(
        ("selector", "codes"),
        [
            ("BL101", {"BL101"}),
            ("bl1", {"BL101", "BL102"}),
            ("BL", {"BL000", "BL101", "BL102", "BL301"}),
            ("BP", {"BP101"}),
            ("layering", {"BL101", "BL102"}),
            ("query-in-loop", {"BP101"}),
            ("ALL", {"BL000", "BL101", "BL102", "BL301", "BP101"}),
            ("BL9", set()),
            ("layer", set()),
            ("", set()),
            ("B", set()),
        ],
    )
    def test_a_selector_means_codes(self, registry: Registry, selector: str, codes: set[str]) -> None:
        assert registry.matching(selector) == codes

    @pytest.mark.parametrize(
        ("written", "meant"),
        [("BL1001", "BL101"), ("layring", "layering"), ("exception-in-response", "exception-text-in-response"), ("zebra", None)],
    )
    def test_the_nearest_is_offered(self, registry: Registry, written: str, meant: str | None) -> None:
        assert registry.nearest(written) == meant

    def test_two_rules_of_one_name_are_refused(self, rule: MakeRule) -> None:
        with pytest.raises(ValueError, match="share a code or a name"):
            Registry([rule("BL101", "same", "layering"), rule("BL102", "same", "layering")])


class TestEnabled:
    @pytest.mark.parametrize(
        ("choices", "codes"),
        [
            ([], {"BL000", "BL101", "BL102", "BL301"}),
            ([Choice(select=("layering",))], {"BL000", "BL101", "BL102"}),
            ([Choice(select=())], {"BL000"}),
            ([Choice(select=("BL3",), ignore=("syntax-error",))], {"BL301"}),
            ([Choice(select=("BL3",), ignore=("BL1",))], {"BL000", "BL301"}),
            ([Choice(extend_select=("practice",))], {"BL000", "BL101", "BL102", "BL301", "BP101"}),
            ([Choice(select=("BL1",), ignore=("BL102",))], {"BL000", "BL101"}),
            ([Choice(ignore=("BL101",)), Choice(select=("BL1",))], {"BL000", "BL101", "BL102"}),
            ([Choice(select=("BL3",)), Choice(extend_select=("BP101",), ignore=("BL301",))], {"BL000", "BP101"}),
        ],
    )
    def test_choices_build_on_each_other(self, registry: Registry, choices: list[Choice], codes: set[str]) -> None:
        assert enabled(registry, choices, {}) == codes

    def test_a_severity_switches_on_and_off(self, registry: Registry) -> None:
        severities = {"BP101": Severity.WARNING, "BL301": Severity.OFF}
        assert enabled(registry, [], severities) == {"BL000", "BL101", "BL102", "BP101"}
        assert enabled(registry, [Choice(select=("ALL",))], severities) == {"BL000", "BL101", "BL102", "BP101"}

    def test_the_narrower_severity_wins(self, registry: Registry) -> None:
        table = {"BL101": Severity.ERROR, "layering": Severity.NOTE, "ALL": Severity.OFF}
        assert overrides(registry, table) == {
            "BL000": Severity.OFF,
            "BL101": Severity.ERROR,
            "BL102": Severity.NOTE,
            "BL301": Severity.OFF,
            "BP101": Severity.OFF,
        }


class TestPack:
    def test_the_built_in_pack_is_consistent(self) -> None:
        registry = built_in()
        assert registry.rules == load_pack("backend_lint_rules").rules
        for rule in registry.rules:
            assert registry.matching(rule.code) == registry.matching(rule.name) == {rule.code}
            assert rule.family not in registry.by_name
