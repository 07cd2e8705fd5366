"""The documentation of rules for an editor: as text to show, and as files to open, which lie in the user's cache folder."""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Mapping
from pathlib import Path

import backend_lint
from backend_lint.engine.registry import built_in
from backend_lint.lsp.positions import uri_of
from backend_lint.report.rules import as_markdown

_CODE = re.compile(r"[A-Z]+[0-9]+")


class Pages:
    """The pages of all rules: the built-in ones, and those of packs that were told of. `folder` is where files may be written, None for
    nowhere."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder / f"rules-{backend_lint.__version__}" if folder is not None else None
        self._of_packs: dict[str, tuple[str, str]] = {}
        self._addresses: dict[str, tuple[str, str | None]] = {}

    def add(self, rules: Mapping[str, tuple[str, str]]) -> None:
        """Tell of rules of packs: code to name and page."""
        self._of_packs.update(rules)

    def page(self, written: str) -> str | None:
        """The page of the rule with a code or name, as one writes it in a comment; of the rules of a family or the beginning of a code the
        table; None for what names no rule."""
        registry = built_in()
        for code, (name, page) in self._of_packs.items():
            if written.upper() == code or written == name:
                return page
        codes = sorted(registry.matching(written))
        if not codes:
            return None
        if len(codes) == 1 and written not in registry.families:
            return as_markdown(registry.by_code[codes[0]])
        rules = [registry.by_code[code] for code in codes]
        return "\n".join([f"**{written}**", "", *(f"- `{rule.code}` {rule.name}: {rule.summary}" for rule in rules)])

    def address(self, code: str) -> str | None:
        """The address of a file that holds the page of a rule; None when there is none or it cannot be written."""
        page = self.page(code)
        known = self._addresses.get(code)
        if known is None or known[0] != page:
            known = self._addresses[code] = (page or "", self._written(code, page))
        return known[1]

    def _written(self, code: str, page: str | None) -> str | None:
        if self._folder is None or page is None or not _CODE.fullmatch(code):
            return None
        file = self._folder / f"{code}.md"
        data = page.encode("utf-8", "replace")
        with contextlib.suppress(OSError):
            if file.read_bytes() == data:
                return uri_of(file)
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            made = file.with_suffix(f".{os.getpid()}")
            made.write_bytes(data)
            os.replace(made, file)
        except OSError:
            return None
        return uri_of(file)
