"""Where the time of a run goes, by phase and by rule. Measured on request: a clock is read for each rule and file."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field

#: The phases, in the order in which they are told.
PHASES = ("discover", "configure", "look up", "load rules", "read", "parse", "check", "assemble", "write cache")

_NOTHING: AbstractContextManager[None] = nullcontext()


@dataclass
class Timings:
    """Seconds by phase and by rule, and how often things happened. What is done inside of something else counts for itself alone, so that
    the numbers add up; with several processes they add up to more than the time that went by. `remarks` say what kept the cache from being
    used."""

    phases: dict[str, float] = field(default_factory=dict)
    rules: dict[str, float] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)
    _inside: list[float] = field(default_factory=list)

    def phase(self, name: str) -> AbstractContextManager[None]:
        """Measures what is done inside as a phase."""
        return self._measured(self.phases, name)

    def rule(self, code: str) -> AbstractContextManager[None]:
        """Measures what is done inside as a rule's."""
        return self._measured(self.rules, code)

    def count(self, name: str, number: int = 1) -> None:
        """Note that something happened."""
        self.counts[name] = self.counts.get(name, 0) + number

    def remark(self, text: str) -> None:
        """Note something once."""
        if text not in self.remarks:
            self.remarks.append(text)

    def add(self, other: Timings) -> None:
        """Add what another process measured."""
        for own, others in ((self.phases, other.phases), (self.rules, other.rules)):
            _sum(own, others)
        for name, number in other.counts.items():
            self.count(name, number)
        for text in other.remarks:
            self.remark(text)

    def taken(self) -> Timings:
        """What was measured since this was last asked. Not to be asked while something is measured."""
        found = Timings(self.phases, self.rules, self.counts, self.remarks)
        self.phases, self.rules, self.counts, self.remarks = {}, {}, {}, []
        return found

    @contextmanager
    def _measured(self, into: dict[str, float], name: str) -> Iterator[None]:
        self._inside.append(0.0)
        begun = time.perf_counter()
        try:
            yield
        finally:
            spent = time.perf_counter() - begun
            into[name] = into.get(name, 0.0) + spent - self._inside.pop()
            if self._inside:
                self._inside[-1] += spent


def _sum(own: dict[str, float], others: Mapping[str, float]) -> None:
    for name, seconds in others.items():
        own[name] = own.get(name, 0.0) + seconds


def phase(timings: Timings | None, name: str) -> AbstractContextManager[None]:
    """As `Timings.phase`; nothing where no time is taken."""
    return _NOTHING if timings is None else timings.phase(name)


def rule(timings: Timings | None, code: str) -> AbstractContextManager[None]:
    """As `Timings.rule`; nothing where no time is taken."""
    return _NOTHING if timings is None else timings.rule(code)
