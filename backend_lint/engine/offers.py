"""The fixes that rules offer for what they find in a file: proposals, carried out in the file's text as it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import msgspec

from backend_lint.findings.model import Finding
from backend_lint.fixes.proposal import Fix, NotFixable, Proposal

if TYPE_CHECKING:
    from backend_lint.source.nodes import Tree

BUG_REPORT = "this is a bug in backend-lint, please report it"


class Offer(msgspec.Struct, frozen=True):
    """A fix for a finding as a rule has reported it; None where the proposal comes to none, for the `reason` given."""

    finding: Finding
    fix: Fix | None
    reason: str = ""


class Proposing(msgspec.Struct, frozen=True):
    """For which findings fixes are to be offered: those with a safe one, with `unsafe` the others too. In the files that `only` names, no
    rules are asked but those whose codes it lists."""

    unsafe: bool
    only: Mapping[str, frozenset[str]] = {}


def offers(tree: Tree, proposed: Sequence[tuple[Finding, Proposal]]) -> list[Offer]:
    """What proposals come to in a text."""
    if not proposed:
        return []
    # Imported where there is something to fix: it takes longer than to check a file.
    from backend_lint.fixes.editing import Editing

    try:
        editing = Editing(tree)
    except NotFixable as fault:
        return [Offer(finding, None, fault.args[0]) for finding, _ in proposed]
    found = []
    for finding, proposal in proposed:
        fix, reason = None, ""
        editing.restart()
        try:
            proposal.make(editing)
            fix = Fix(proposal.title, proposal.safety, editing.edits(), finding.fingerprint)
        except NotFixable as fault:
            reason = fault.args[0]
        except RecursionError:
            reason = "the file nests too deeply"
        except Exception as fault:
            reason = f"{type(fault).__name__} while it was made; {BUG_REPORT}"
        found.append(Offer(finding, fix, reason))
    return found
