"""What `--timings` says, on standard error: where the time of a run went."""

from __future__ import annotations

import sys

from backend_lint.engine.timings import PHASES, Timings

#: So many rules are listed, the slowest first.
_RULES = 15


def tell(timings: Timings, seconds: float) -> None:
    """Write the times of a run that took so many seconds."""
    print("\n".join(lines(timings, seconds)), file=sys.stderr)


def lines(timings: Timings, seconds: float) -> list[str]:
    """The text of `tell`."""
    rules = sorted(timings.rules.items(), key=lambda item: -item[1])
    phases = dict(timings.phases)
    if rules:
        phases["check"] = phases.get("check", 0.0) + sum(spent for _, spent in rules)
    found = [f"time    {seconds:.3f} s; by phase (of several processes, the sum):"]
    found += [f"  {name:<12} {phases[name]:8.3f} s" for name in PHASES if name in phases]
    if rules:
        found.append("by rule:")
        found += [f"  {code:<12} {spent:8.3f} s" for code, spent in rules[:_RULES]]
        if len(rules) > _RULES:
            found.append(f"  {len(rules) - _RULES} others   {sum(spent for _, spent in rules[_RULES:]):8.3f} s")
    found.append(f"cache   {_cache(timings.counts)}")
    found += [f"  {remark}" for remark in timings.remarks]
    return found


def _cache(counts: dict[str, int]) -> str:
    if counts.get("runs found"):
        return "nothing has changed since this was last checked"
    asked = counts.get("trees asked for", 0)
    return f"{counts.get('trees found', 0)} of {asked} trees found" if asked else "not asked"
