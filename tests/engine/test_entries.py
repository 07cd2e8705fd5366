from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from backend_lint.engine.entries import INDEX, RuleEntry, index_text, summary
from backend_lint.engine.registry import BUILT_IN_PACK, built_in, import_pack, load_pack
from backend_lint.findings.severity import Severity
from backend_lint.rule import Rule

RULE = '''
from backend_lint.rule import Rule, Severity


class EmptyHandler(Rule):
    """A handler that does "nothing".

    ## What it does
    Reports it.
    """

    code = "XX101"
    name = "empty-handler"
    family = "layering"
    severity = Severity.NOTE
    options = {"allowed": ("ping", "health")}
    silences = True
'''


@pytest.fixture
def indexed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], str]:
    """Makes a pack of one rule with an index under the name that is given; none of its modules is imported when it comes back."""

    def make(name: str) -> str:
        folder = tmp_path / name
        folder.mkdir()
        (folder / "__init__.py").write_text("")
        (folder / "handlers.py").write_text(RULE)
        monkeypatch.syspath_prepend(str(tmp_path))
        (folder / f"{INDEX}.py").write_text(index_text(import_pack(name)))
        for module in (name, f"{name}.handlers"):
            del sys.modules[module]
        return name

    return make


def test_the_index_is_that_of_the_rules() -> None:
    """`make docs` makes it anew."""
    (folder,) = sys.modules[BUILT_IN_PACK].__path__
    assert Path(folder, f"{INDEX}.py").read_text(encoding="utf-8") == index_text(import_pack(BUILT_IN_PACK))


@pytest.mark.parametrize("entry", built_in().rules, ids=lambda entry: entry.code)
def test_an_entry_says_what_the_class_says(entry: RuleEntry) -> None:
    rule = entry.load()
    for name in ("code", "name", "family", "severity", "fixable", "include_tests", "silences", "options"):
        assert getattr(entry, name) == getattr(rule, name), name
    assert isinstance(entry(), rule)
    assert summary(entry) == summary(rule)


def test_an_index_keeps_what_a_rule_states(indexed: Callable[[str], str]) -> None:
    (entry,) = load_pack(indexed("pack_with_index")).rules
    assert (entry.severity, entry.silences, entry.fixable, entry.include_tests) == (Severity.NOTE, True, False, False)
    assert entry.options == {"allowed": ("ping", "health")}
    assert entry.summary == 'A handler that does "nothing".'


def test_a_rule_is_imported_when_it_is_made(indexed: Callable[[str], str]) -> None:
    name = indexed("pack_not_imported")
    (entry,) = load_pack(name).rules
    assert entry.docstring == 'A handler that does "nothing".\n\n## What it does\nReports it.'
    assert f"{name}.handlers" not in sys.modules
    rule = entry()
    assert isinstance(rule, Rule)
    assert (type(rule).__module__, type(rule).code) == (f"{name}.handlers", "XX101")


def test_a_pack_whose_index_lacks_a_module_is_no_pack_without_an_index(indexed: Callable[[str], str], tmp_path: Path) -> None:
    name = indexed("pack_that_is_broken")
    (tmp_path / name / f"{INDEX}.py").write_text("import no_such_module_anywhere\n")
    sys.modules.pop(f"{name}.{INDEX}", None)
    with pytest.raises(ModuleNotFoundError, match="no_such_module_anywhere"):
        load_pack(name)
