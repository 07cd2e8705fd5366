"""What holds for every fix, over the fixtures as they are and as other people would format them."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backend_lint.engine.fix_rounds import Workshop
from backend_lint.engine.registry import built_in
from backend_lint.engine.result import Result
from tests.fixes.support import repair, workshop
from tests.rules.fixtures import Fixture, fixtures
from tests.support import lint

_FIXABLE = {rule.code for rule in built_in().rules if rule.fixable}
_CASES = [fixture for fixture in fixtures() if fixture.code in _FIXABLE and not fixture.is_quiet]


def _comments(data: bytes) -> Counter[str]:
    """The comments of a file, how often each stands there."""
    tokens = tokenize.tokenize(io.BytesIO(data).readline)
    return Counter(token.string for token in tokens if token.type == tokenize.COMMENT)


def _mended(files: dict[str, bytes], code: str) -> tuple[Workshop, Result]:
    """The files after all fixes of a rule, and what was found in them before."""
    shop = workshop(files, select=[code])
    before = lint({path: data.decode("utf-8-sig") for path, data in files.items()}, select=[code], pedantic=True)
    repair(shop)
    return shop, before


def _check(files: dict[str, bytes], code: str) -> int:
    """See to it that all is as it should be after the fixes of one rule; how many were made."""
    shop, before = _mended(files, code)
    changed = {path: data for path, data in shop.texts.items() if data != files[path]}
    assert set(changed) == set(shop.made)
    for path, data in changed.items():
        ast.parse(data)
        assert _comments(data) == _comments(files[path])
        assert data.startswith(b"\xef\xbb\xbf") == files[path].startswith(b"\xef\xbb\xbf")
        if b"\r\n" in files[path]:
            assert re.search(rb"(?<!\r)\n", data) is None
    made = [candidate.finding for candidates in shop.made.values() for candidate in candidates]
    after = lint({path: data.decode("utf-8-sig") for path, data in shop.texts.items()}, select=[code], pedantic=True)
    assert len(after.findings) <= len(before.findings) - len(made)
    again = workshop(shop.texts, select=[code])
    repair(again)
    assert again.texts == shop.texts
    return len(made)


@pytest.mark.parametrize("fixture", _CASES, ids=lambda f: f"{f.code}-{f.name}")
def test_fixes_do_away_with_findings_and_keep_comments(fixture: Fixture) -> None:
    files = {path: text.encode() for path, text in fixture.files.items()}
    found = lint(fixture.files, select=[fixture.code], pedantic=True).findings
    made = _check(files, fixture.code)
    # A proposal that is taken back is the exception.
    assert made >= 0.6 * sum(finding.fixable for finding in found)


def test_most_rules_with_fixes_have_a_fixture_in_which_one_is_made() -> None:
    fixable = {
        fixture.code
        for fixture in _CASES
        if any(finding.fixable for finding in lint(fixture.files, select=[fixture.code], pedantic=True).findings)
    }
    assert fixable >= _FIXABLE - {"BL001", "BL701", "BL702"}


def _with_tabs(text: str) -> str:
    return re.sub(r"^( {4})+", lambda match: "\t" * (len(match[0]) // 4), text, flags=re.MULTILINE)


def _nested(text: str) -> str:
    """All below an `if`, but for what has to stand at the top."""
    lines = text.splitlines(keepends=True)
    if '"""' in text or "__future__" in text:
        return text
    return "if True:\n" + "".join(f"    {line}" if line.strip() else line for line in lines)


def _with_remarks(text: str) -> str:
    """A comment behind each function's head."""
    return re.sub(r"^([ \t]*(?:async )?def [^\n#]*:)$", r"\1  # kept", text, flags=re.MULTILINE)


_VARIANTS = st.fixed_dictionaries({
    "tabs": st.booleans(), "crlf": st.booleans(), "mark": st.booleans(), "nested": st.booleans(), "remarks": st.booleans(),
    "no_end": st.booleans(),
})  # fmt: skip


@settings(max_examples=16, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(st.sampled_from(_CASES), _VARIANTS)
def test_fixes_keep_to_each_file_s_own_format(fixture: Fixture, variant: dict[str, bool]) -> None:
    files: dict[str, bytes] = {}
    for path, text in fixture.files.items():
        if variant["remarks"]:
            text = _with_remarks(text)
        if variant["nested"]:
            text = _nested(text)
        if variant["tabs"]:
            text = _with_tabs(text)
        if variant["no_end"]:
            text = text.rstrip("\n")
        if variant["crlf"]:
            text = text.replace("\n", "\r\n")
        try:
            ast.parse(text)
        except SyntaxError:
            text = fixture.files[path]
        files[path] = text.encode("utf-8-sig" if variant["mark"] else "utf-8")
    _check(files, fixture.code)
