from __future__ import annotations

import pytest

from backend_lint.source import parse as parsing


@pytest.fixture
def libcst_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if this interpreter read nothing: libcst parses each text."""
    monkeypatch.setattr(parsing, "_interpreted", lambda text: None)


@pytest.fixture(params=["interpreter", "libcst"])
def each_parser(request: pytest.FixtureRequest) -> None:
    """Once with the interpreter's own parser, once with libcst alone."""
    if request.param == "libcst":
        request.getfixturevalue("libcst_only")
