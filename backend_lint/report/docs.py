"""The rules' pages in `docs/rules/` and the index of their pack, made from their classes.

Run `python -m backend_lint.report.docs [--check] [DIRECTORY]`.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

from backend_lint.engine.entries import INDEX, index_text
from backend_lint.engine.registry import BUILT_IN_PACK, import_pack
from backend_lint.report.documentation import faults
from backend_lint.report.rules import as_markdown, table_as_markdown
from backend_lint.rule import Rule

DIRECTORY = Path("docs/rules")

_INDEX_HEAD = """\
# Rules

Codes and names keep their meaning between releases. What reviewers would disagree about is a note of the same rule, shown with `--pedantic`
and failing nothing. Rules whose severity is `off` run when they are selected. `backend-lint rule CODE` shows a page in the terminal.
"""


def pages(rules: Sequence[type[Rule]]) -> dict[str, str]:
    """The name of each page -> its text: one for each rule, and `index.md`."""
    made = {f"{rule.name}.md": as_markdown(rule) for rule in rules}
    return {**made, "index.md": f"{_INDEX_HEAD}\n{table_as_markdown(rules, link='./')}"}


def generate_docs(rules: Sequence[type[Rule]], directory: Path, *, check: bool = False) -> list[str]:
    """Write the pages that are missing or differ, and remove pages of rules that are no more; with `check` change nothing.

    Returns what was to be changed, a line each. Raises OSError where a page cannot be written.
    """
    wanted = pages(rules)
    changes: list[str] = []
    if not check:
        directory.mkdir(parents=True, exist_ok=True)
    for name, text in sorted(wanted.items()):
        page = directory / name
        present = page.read_text(encoding="utf-8") if page.exists() else None
        if present == text:
            continue
        changes.append(f"{page}: {'missing' if present is None else 'differs from the docstring'}")
        if not check:
            page.write_text(text, encoding="utf-8")
    for page in sorted(directory.glob("*.md")):
        if page.name not in wanted:
            changes.append(f"{page}: no rule has this name")
            if not check:
                page.unlink()
    return changes


def write_index(package: str, rules: Sequence[type[Rule]], *, check: bool = False) -> list[str]:
    """Write the index of the pack with these rules where it is missing or differs; with `check` change nothing. Returns what was to be
    changed, as `generate_docs` does."""
    (folder,) = import_module(package).__path__
    file, wanted = Path(folder) / f"{INDEX}.py", index_text(rules)
    if file.exists() and file.read_text(encoding="utf-8") == wanted:
        return []
    if not check:
        file.write_text(wanted, encoding="utf-8")
    return [f"{file}: differs from the rules"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Write or check the pages and the index of the rules that come with the tool; 1 when `--check` finds a difference or a docstring lacks
    something."""
    parser = argparse.ArgumentParser(
        prog="python -m backend_lint.report.docs", description="Make the rules' pages and index from their classes."
    )
    parser.add_argument("--check", action="store_true", help="change nothing; the exit code is 1 when a page differs")
    parser.add_argument("directory", nargs="?", type=Path, default=DIRECTORY, help="where the pages are (default: %(default)s)")
    options = parser.parse_args(arguments)
    rules = import_pack(BUILT_IN_PACK)
    lacking = [f"{rule.code} {rule.name}: {fault}" for rule in rules for fault in faults(rule)]
    changes = write_index(BUILT_IN_PACK, rules, check=options.check) + generate_docs(rules, options.directory, check=options.check)
    for line in (*lacking, *changes):
        print(line, file=sys.stderr)
    return 1 if lacking or (options.check and changes) else 0


if __name__ == "__main__":
    sys.exit(main())
