from __future__ import annotations

import textwrap
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from backend_lint.engine.registry import Registry
from backend_lint.rule import Rule, Severity

Write = Callable[..., Path]


@pytest.fixture
def project(tmp_path: Path) -> Write:
    """Writes files: `project({"app/a.py": "x = 1"})` gives the folder that holds them; a path with a slash at its end is a folder."""

    def write(files: dict[str, str | bytes], folder: str = "project") -> Path:
        root = tmp_path / folder
        for path, content in files.items():
            file = root / path
            if path.endswith("/"):
                file.mkdir(parents=True, exist_ok=True)
                continue
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content if isinstance(content, bytes) else content.encode())
        root.mkdir(exist_ok=True)
        return root

    return write


def make_rule(code: str, name: str, family: str, severity: Severity = Severity.WARNING, **attributes: Any) -> type[Rule]:
    """A rule class, as a pack would define it; `attributes` are its methods and options."""
    return type(name.title().replace("-", ""), (Rule,), {"code": code, "name": name, "family": family, "severity": severity, **attributes})


@pytest.fixture
def rule() -> Callable[..., type[Rule]]:
    return make_rule


@pytest.fixture
def registry() -> Registry:
    """Rules of three families, one of them off by default."""
    return Registry([
        make_rule("BL000", "syntax-error", "general", Severity.ERROR),
        make_rule("BL101", "business-logic-in-route", "layering", options={"max-statements": 8, "names": ("a", "b"), "ratio": 0.5}),
        make_rule("BL102", "data-access-in-route", "layering"),
        make_rule("BL301", "exception-text-in-response", "exposure", Severity.ERROR),
        make_rule("BP101", "query-in-loop", "practice", Severity.OFF),
    ])  # fmt: skip


@pytest.fixture
def pack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], str]:
    """Makes a rule pack of a module's text, to be imported under the name that comes back. Worker processes find it too."""

    def make(text: str) -> str:
        name = f"pack_{uuid.uuid4().hex}"
        folder = tmp_path / "packs" / name
        folder.mkdir(parents=True)
        (folder / "__init__.py").write_text("")
        (folder / "rules.py").write_text(f"{_PACK_HEAD}\n{textwrap.dedent(text)}\n{_PACK_TAIL}")
        monkeypatch.syspath_prepend(str(tmp_path / "packs"))
        return name

    return make


_PACK_HEAD = """
from __future__ import annotations

from backend_lint.rule import Rule, Severity, Step
from backend_lint.source.nodes import Call, Name, walk


def calls(tree, name):
    return [node for node in walk(tree.body) if isinstance(node, Call) and isinstance(node.func, Name) and node.func.id == name]
"""

_PACK_TAIL = "\n".join(
    f"class General{code}(Rule):\n    code = '{code}'\n    name = '{name}'\n    family = 'general'\n    severity = Severity.{severity}\n"
    for code, name, severity in (
        ("BL000", "syntax-error", "ERROR"),
        ("BL001", "unused-suppression", "WARNING"),
        ("BL002", "suppression-without-reason", "OFF"),
        ("BL003", "invalid-suppression", "WARNING"),
    )
)
