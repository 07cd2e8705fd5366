"""Paths through a function: whether each of them closes a resource, hands it on, or leaves it open.

The questions that rules ask; `path_walk` finds the answers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from backend_lint.semantics import resources
from backend_lint.semantics.path_states import Fate, Leak
from backend_lint.semantics.path_steps import is_lifespan
from backend_lint.semantics.path_walk import Walk

if TYPE_CHECKING:
    from backend_lint.semantics.project import Function

__all__ = ["Fate", "Leak", "fates_of", "is_lifespan", "is_provider", "parameter_fate"]


def fates_of(function: Function) -> list[Fate]:
    """What becomes of each resource that a function acquires itself, in source order."""
    from backend_lint.semantics.effects import calls_in

    def make() -> list[Fate]:
        calls = calls_in(function)
        return [Walk(function, found).fate for call, _ in calls for found in resources.acquired(call, function.module, function)]

    return function.project.remember(("fates", id(function)), make, meanwhile=[])


def parameter_fate(function: Function, name: str) -> str:
    """What a function does with an argument: "closes" it, "keeps" it, returns it as "resource" or in a "holder" (what a constructor keeps
    on its object), or "borrows" it."""
    key = ("parameter fate", id(function), name)
    return function.project.remember(key, lambda: _parameter_fate(function, name), meanwhile="borrows")


def _parameter_fate(function: Function, name: str) -> str:
    if name == function.self_name:
        return "borrows"
    walk = Walk(function, None, name)
    fate = walk.fate
    if fate.is_closed:
        return "closes"
    if any(keeper != "self" for keeper, _, _ in fate.kept):
        return "keeps"
    if fate.kept:
        return "holder" if function.node.name == "__init__" else "keeps"
    if fate.is_wrapped:
        return "holder"
    return "resource" if fate.returned else "borrows"


def is_provider(function: Function) -> bool:
    """Whether a generator function is a context manager by its decorator."""
    return function.is_generator and function.project.inference.is_context_manager(function)
