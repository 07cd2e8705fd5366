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

    memory = function.project.memory
    key = ("fates", id(function))
    found = memory.get(key)
    if found is None:
        memory[key] = []
        found = memory[key] = [
            Walk(function, resource).fate
            for call, _ in calls_in(function)
            for resource in resources.acquired(call, function.module, function)
        ]
    return found  # type: ignore[return-value]


def parameter_fate(function: Function, name: str) -> str:
    """What a function does with an argument: "closes" it, "keeps" it, returns it as "resource" or in a "holder" (what a constructor keeps
    on its object), or "borrows" it."""
    memory = function.project.memory
    key = ("parameter fate", id(function), name)
    found = memory.get(key)
    if found is None:
        memory[key] = "borrows"
        found = memory[key] = _parameter_fate(function, name)
    return found  # type: ignore[return-value]


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
