"""From what analyses know to facts that can be told."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from backend_lint.insight.model import Fact, Place

if TYPE_CHECKING:
    from backend_lint.findings.model import Step
    from backend_lint.semantics.project import Function, Module
    from backend_lint.source import nodes as n

#: How many characters of a piece of source are quoted.
_MAX_QUOTE = 70


def place_of(module: Module, node: n.Node) -> Place:
    """Where a node stands."""
    return Place(module.path, module.line(node))


def place_of_function(function: Function) -> Place:
    """Where a function's name stands, below its decorators."""
    module = function.module
    return Place(module.path, module.tree.line(function.node.name_end))


def step_facts(steps: Iterable[Step]) -> tuple[Fact, ...]:
    """The steps of a proof."""
    return tuple(Fact(text=step.message, place=Place(step.path, step.line)) for step in steps)


def quoted(module: Module, node: n.Node, *, longest: int = _MAX_QUOTE) -> str:
    """The source of a node on one line, cut where it is long."""
    text = " ".join(module.tree.source_of(node).split())
    return text if len(text) <= longest else text[: longest - 1] + "…"


def listed(words: Sequence[str], joint: str = "and") -> str:
    """Words as a sentence lists them."""
    return f" {joint} ".join(filter(None, (", ".join(words[:-1]), words[-1]))) if words else ""
