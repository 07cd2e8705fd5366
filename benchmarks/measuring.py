"""Commands measured from outside: how long each took, on how many processors, and how much memory it held at most."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Sample:
    """What one run took. `seconds` passed, `cpu` are seconds of all its processes, `peak` is the largest resident set of one of them in
    KB, which cannot be less than what this process held when it began them."""

    seconds: float
    cpu: float
    peak: int


@dataclass
class Row:
    """A line of a table: a command to measure. `of` names the row that this one is compared with; `lines` says how many lines of code it
    looks at; `before` is called before each run; `is_other` is whether it is none of this project's, and has an environment of its own."""

    label: str
    command: Sequence[str]
    of: str | None = None
    lines: int = 0
    before: Callable[[], object] | None = None
    exit_codes: Sequence[int] = (0,)
    is_other: bool = False
    samples: list[Sample] = field(default_factory=list)

    @property
    def best(self) -> Sample:
        """The shortest time, the least work and the most memory of its runs."""
        return Sample(
            min(sample.seconds for sample in self.samples),
            min(sample.cpu for sample in self.samples),
            max(sample.peak for sample in self.samples),
        )


def environment(compiled: str) -> dict[str, str]:
    """The variables for measured commands: they import what this process does, compiled into the folder `compiled` as an installation
    would be, whatever the caller's environment says about it."""
    kept = {key: value for key, value in os.environ.items() if key not in ("PYTHONDONTWRITEBYTECODE", "PYTHONOPTIMIZE", "NO_COLOR")}
    return {**kept, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path), "PYTHONPYCACHEPREFIX": compiled}


def run(command: Sequence[str], variables: Mapping[str, str], exit_codes: Sequence[int] = (0,)) -> Sample:
    """Run a command once. Exits where it fails: what a command that fails takes says nothing."""
    with tempfile.TemporaryFile() as told:
        begun = time.perf_counter()
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=told, env=variables)
        _, status, used = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - begun
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode not in exit_codes:
            told.seek(0)
            sys.exit(f"{' '.join(command)}: exit code {process.returncode}\n{told.read().decode(errors='replace')[-2000:]}")
    # Linux counts in KB, macOS in bytes.
    return Sample(seconds, used.ru_utime + used.ru_stime, used.ru_maxrss // (1024 if sys.platform == "darwin" else 1))


def measure(rows: Sequence[Row], rounds: int, variables: Mapping[str, str]) -> None:
    """Run all rows in turn, `rounds` times: what else the machine does then weighs on each of them alike."""
    # Another tool would import what this one is run with in place of its own libraries.
    others = {key: value for key, value in variables.items() if key != "PYTHONPATH"}
    for _ in range(rounds):
        for row in rows:
            if row.before is not None:
                row.before()
            row.samples.append(run(row.command, others if row.is_other else variables, row.exit_codes))


def table(rows: Sequence[Row]) -> str:
    """The rows as text. Ratios are of the best times; the one of CPU stands beside it for machines that are busy with other work."""
    by_label = {row.label: row for row in rows}
    width = max(len(row.label) for row in rows) + 2
    lines = [f"{'':{width}}{'seconds':>9}{'CPU':>8}{'lines/s':>10}{'peak MB':>9}{'KB/line':>9}   ratio (CPU)"]
    for row in rows:
        best = row.best
        text = f"{row.label:{width}}{best.seconds:>9.3f}{best.cpu:>8.3f}"
        text += f"{row.lines / best.seconds:>10,.0f}" if row.lines else f"{'':10}"
        text += f"{best.peak / 1024:>9.1f}"
        text += f"{best.peak / row.lines:>9.2f}" if row.lines else f"{'':9}"
        other = by_label.get(row.of or "")
        if other is not None:
            text += f"   {best.seconds / other.best.seconds:.2f} ({best.cpu / other.best.cpu:.2f}) of {other.label}"
        lines.append(text.rstrip())
    return "\n".join(lines)
