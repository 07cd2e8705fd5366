from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import ClassVar

import pytest

from backend_lint.engine.entries import RuleEntry
from backend_lint.engine.registry import built_in
from backend_lint.report import Output
from backend_lint.report.docs import generate_docs, main, pages, write_index
from backend_lint.report.documentation import Block, blocks, documentation, faults, frameworks
from backend_lint.report.rules import render_rule, render_table
from backend_lint.rule import Rule, Severity

ROOT = Path(__file__).parents[2]


class EmptyHandler(Rule):
    """A handler that does [nothing].

    ## What it does
    Reports handlers with an empty body, `pass` for example, and says so in a sentence that is long enough to be wrapped at eighty
    characters.

    - one thing
    - another thing,
      which goes on

    ## Why is this bad
    It answers nothing.

    ## Example
    ```python
    # FastAPI
    @router.get("/orders")
    async def read_orders():
        # ## no heading

        pass
    ```
    ```python
    # Django, with DRF
    class OrderView(APIView):
        def get(self, request): pass  # a line of code that is very much longer than eighty characters and is never broken
    ```

    ## Use instead
    ```python
    # FastAPI
    @router.get("/orders")
    async def read_orders():
        return []
    ```
    ```python
    # Flask
    @app.get("/orders")
    def read_orders():
        return []
    ```

    ## When not flagged
    A handler that answers something.

    ## Configuration
    `allowed` lists names of handlers, `limit` counts them, `strict` is strict.

    ## Fix safety
    The handler is taken out, which is safe.

    ## When to suppress
    Never.
    """

    code = "XX101"
    name = "empty-handler"
    family = "layering"
    severity = Severity.WARNING
    fixable = True
    options: ClassVar = {"allowed": ["ping", "health"], "limit": 3, "strict": False}


class Undocumented(Rule):
    code = "XX102"
    name = "undocumented"
    family = "types"
    severity = Severity.OFF


def show(rule: type[Rule] | list[type[Rule]], format_: str, *, width: int = 80, color: bool = False) -> str:
    written: list[str] = []

    def read(path: str) -> str:
        raise OSError(path)

    output = Output(write=written.append, read=read, width=width, color=color)
    if isinstance(rule, list):
        render_table(rule, output, format=format_)
    else:
        render_rule(rule, output, format=format_)
    return "".join(written)


def test_text() -> None:
    text = show(EmptyHandler, "text")
    assert text.startswith(
        """\
XX101 empty-handler

A handler that does [nothing].

Family `layering`, severity warning. Some findings can be fixed automatically.

What it does

Reports handlers with an empty body, `pass` for example, and says so in a
sentence that is long enough to be wrapped at eighty characters.

- one thing
- another thing, which goes on

Why is this bad

It answers nothing.

Example

    # FastAPI
    @router.get("/orders")
    async def read_orders():
        # ## no heading

        pass

    # Django, with DRF
    class OrderView(APIView):
        def get(self, request): pass  # a line of code that is very much longer than eighty characters and is never broken

Use instead
"""
    )
    assert text.endswith(
        """\
Configuration

`allowed` lists names of handlers, `limit` counts them, `strict` is strict.

The defaults:

    [tool.backend-lint.rules.empty-handler]
    allowed = ["ping", "health"]
    limit = 3
    strict = false

Fix safety

The handler is taken out, which is safe.

When to suppress

Never.
"""
    )


def test_text_with_colours_has_the_code_whole() -> None:
    text = show(EmptyHandler, "text", color=True)
    assert "\x1b[" in text
    assert "[nothing]" in text
    assert "never broken" in text


def test_markdown() -> None:
    text = show(EmptyHandler, "markdown")
    assert text.startswith("# empty-handler (XX101)\n\nA handler that does [nothing].\n\nFamily `layering`, severity warning. Some")
    assert "\n\n## Example\n\n```python\n# FastAPI\n" in text
    assert "```toml\n[tool.backend-lint.rules.empty-handler]\nallowed = " in text
    assert text.endswith("## When to suppress\n\nNever.\n")


def test_json() -> None:
    data = json.loads(show(EmptyHandler, "json"))
    assert {key: value for key, value in data.items() if key != "sections"} == {
        "code": "XX101",
        "name": "empty-handler",
        "family": "layering",
        "severity": "warning",
        "fixable": True,
        "include_tests": False,
        "preview": False,
        "pack": None,
        "summary": "A handler that does [nothing].",
        "options": {"allowed": ["ping", "health"], "limit": 3, "strict": False},
    }
    assert data["sections"]["Why is this bad"] == "It answers nothing."
    assert [rule["code"] for rule in json.loads(show([EmptyHandler, Undocumented], "json"))] == ["XX101", "XX102"]


def test_tables() -> None:
    rules: list[type[Rule]] = [EmptyHandler, Undocumented]
    assert show(rules, "text", width=60) == (
        """\
layering
XX101  empty-handler  warning  A handler that does [nothing].

types
XX102  undocumented   off
"""
    )
    assert show(rules, "markdown").startswith(
        "## layering\n\n| code | name | severity | reports |\n|---|---|---|---|\n"
        "| XX101 | empty-handler | warning | A handler that does [nothing]. |\n"
    )


def test_an_unknown_format() -> None:
    with pytest.raises(KeyError):
        show(EmptyHandler, "xml")
    with pytest.raises(KeyError):
        show([EmptyHandler], "xml")


def test_a_heading_in_code_is_none() -> None:
    class Told(Rule):
        """One.

        ## Example
        ```python
        ## What it does
        ```
        """

    assert [section.title for section in documentation(Told).sections] == ["Example"]


def test_blocks() -> None:
    assert blocks("text\n\nmore\n```python\na\n\nb\n```\n```\nc\n```\nend") == [
        Block("text\n\nmore"),
        Block("a\n\nb", "python"),
        Block("c", "text"),
        Block("end"),
    ]
    assert frameworks("# Flask\n```python\n# FastAPI\nx\n```\n```python\n# Django, with DRF\n```") == {"fastapi", "django"}


def test_what_a_docstring_lacks_is_told() -> None:
    assert faults(EmptyHandler) == []
    assert faults(Undocumented)[:2] == ["the docstring does not begin with a summary line", "there is no section `## What it does`"]

    class Poor(Rule):
        """A summary without an end

        ## Why is this bad
        ## What it does
        Text.

        ## Example
        ```python
        # Flask
        ```

        ## Notes
        Text.
        """

        options: ClassVar = {"limit": 1}

    assert faults(Poor) == [
        "the summary does not end with a full stop",
        "there is no section `## Use instead`",
        "there is no section `## When not flagged`",
        "there is no section `## When to suppress`",
        "`## Notes` is no section that rules have",
        "the sections are repeated or out of order",
        "the section `## Why is this bad` is empty",
        "`## Example` does not show code of two frameworks, named in a comment of the code block",
        "`## Configuration` does not say what the option `limit` means",
    ]


def test_pages_are_written_and_checked(tmp_path: Path) -> None:
    folder = tmp_path / "rules"
    assert generate_docs([EmptyHandler], folder, check=True) == [f"{folder}/empty-handler.md: missing", f"{folder}/index.md: missing"]
    assert not folder.exists()
    assert len(generate_docs([EmptyHandler], folder)) == 2
    assert generate_docs([EmptyHandler], folder, check=True) == []
    (folder / "empty-handler.md").write_text("other", encoding="utf-8")
    (folder / "former-rule.md").write_text("other", encoding="utf-8")
    found = [f"{folder}/empty-handler.md: differs from the docstring", f"{folder}/former-rule.md: no rule has this name"]
    assert generate_docs([EmptyHandler], folder, check=True) == found
    assert generate_docs([EmptyHandler], folder) == found
    assert sorted(page.name for page in folder.iterdir()) == ["empty-handler.md", "index.md"]
    assert "[empty-handler](./empty-handler.md)" in (folder / "index.md").read_text(encoding="utf-8")


def test_the_command_writes_and_checks(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    # The index stands in the pack itself, which a test must not write to.
    monkeypatch.setattr("backend_lint.report.docs.write_index", lambda package, rules, check: [f"{package}: {len(rules)} rules"])
    assert main(["--check", str(tmp_path)]) == 1
    told = capsys.readouterr().err
    assert "missing" in told
    assert f"backend_lint_rules: {len(built_in().rules)} rules" in told
    main([str(tmp_path)])
    assert {page.name for page in tmp_path.iterdir()} == set(pages(built_in().rules))


def test_the_index_is_written_where_it_differs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "pack_to_index"
    folder.mkdir()
    (folder / "__init__.py").write_text("")
    monkeypatch.syspath_prepend(str(tmp_path))
    assert write_index("pack_to_index", [EmptyHandler], check=True) == [f"{folder}/_index.py: differs from the rules"]
    assert not (folder / "_index.py").exists()
    assert write_index("pack_to_index", [EmptyHandler]) != []
    assert write_index("pack_to_index", [EmptyHandler], check=True) == []
    assert '"name": "empty-handler"' in (folder / "_index.py").read_text(encoding="utf-8")


@pytest.mark.parametrize("rule", built_in().rules, ids=lambda rule: rule.code)
def test_each_rule_is_documented_in_full(rule: RuleEntry) -> None:
    assert faults(rule) == []


def test_the_pages_of_the_project_are_those_of_the_docstrings() -> None:
    assert generate_docs(built_in().rules, ROOT / "docs" / "rules", check=True) == []


def test_explaining_as_json_does_not_import_rich() -> None:
    code = "import sys; import backend_lint.report.rules; sys.exit('rich' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=60, cwd=ROOT).returncode == 0
