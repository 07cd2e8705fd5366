"""A hook of MkDocs (https://www.mkdocs.org/user-guide/configuration/#hooks): the pages of rules in the site's navigation, by family, as the
rules themselves say."""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any

from backend_lint.engine.registry import built_in

#: The entry of the navigation that gets the pages, and the page that it has already.
ENTRY, OVERVIEW = "Rules", "rules/index.md"


def on_config(config: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Put a list of pages for each family below the entry for rules."""
    registry = built_in()
    pages: list[Any] = [OVERVIEW]
    for family in registry.families:
        rules = [rule for rule in registry.rules if rule.family == family]
        pages.append({family: [{f"{rule.code} {rule.name}": f"rules/{rule.name}.md"} for rule in rules]})
    config["nav"] = [{ENTRY: pages} if ENTRY in entry else entry for entry in config["nav"]]
    return config
