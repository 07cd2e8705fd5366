"""How fast is it? Prints a table for a folder of Python code.

    python benchmarks/run.py PATH [--repeat N] [--jobs N]

Times are the best of N runs, in seconds. The measure of a check is what `libcst.parse_module` alone takes for the same files, in one
process with the garbage collector off: the parser is the part that this project cannot make faster.
"""

from __future__ import annotations

import argparse
import gc
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from backend_lint.engine.discovery import discover


def main() -> None:
    arguments = _parser().parse_args()
    (files, *_) = discover([arguments.path], Path.cwd(), lambda root: lambda path: False)
    texts = [(files.root / path).read_bytes() for path in files.targets]
    lines = sum(text.count(b"\n") for text in texts)
    print(
        f"{len(texts)} files, {lines:,} lines; Python {sys.version.split()[0]}, {os.cpu_count()} processors, best of {arguments.repeat}\n"
    )

    parse = _best(arguments.repeat, lambda: _parse_all(texts))
    check = ["-m", "backend_lint", "check", str(arguments.path), "--no-config", "--format", "concise", "--fail-on", "never"]
    rows: list[tuple[str, float, float | None]] = [("libcst.parse_module, collector off", parse, None)]
    for label, jobs in (("check, one process", "1"), (f"check, {arguments.jobs or 'default'} processes", arguments.jobs)):
        command = [*check, "--jobs", jobs] if jobs else check
        spent = _best(arguments.repeat, lambda command=command: _python(command))  # type: ignore[misc]
        rows.append((label, spent, spent / parse))
    nothing = _best(20, lambda: _python(["-c", "pass"]))
    version = _best(20, lambda: _python(["-m", "backend_lint", "--version"]))
    rows += [("python -c pass", nothing, None), ("backend-lint --version", version, version / nothing)]

    print(f"{'':<40}{'seconds':>10}{'lines/s':>12}{'ratio':>8}")
    for label, spent, ratio in rows:
        speed = f"{lines / spent:>12,.0f}" if spent > 0.5 and lines else " " * 12
        print(f"{label:<40}{spent:>10.3f}{speed}{f'{ratio:>8.2f}' if ratio else ''}")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="Print how long a check takes, compared with bare parsing.")
    parser.add_argument("path", type=Path, help="a folder of Python code")
    parser.add_argument("--repeat", type=int, default=3, help="runs of each measurement, of which the best counts (default: 3)")
    parser.add_argument("--jobs", help="processes of the second measurement (default: what pays)")
    return parser


def _best(repeat: int, action: Callable[[], None]) -> float:
    """The shortest time that `action` takes, in seconds."""
    times = []
    for _ in range(repeat):
        begun = time.perf_counter()
        action()
        times.append(time.perf_counter() - begun)
    return min(times)


def _parse_all(texts: Sequence[bytes]) -> None:
    import libcst

    gc.collect()
    gc.disable()
    try:
        for text in texts:
            try:
                libcst.parse_module(text)
            except (libcst.ParserSyntaxError, RecursionError, UnicodeDecodeError):
                continue
    finally:
        gc.enable()


def _python(words: Sequence[str]) -> None:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    answer = subprocess.run([sys.executable, *words], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=environment, check=False)
    if answer.returncode != 0:
        sys.exit(f"the measured command failed: {answer.stderr.decode(errors='replace')}")


if __name__ == "__main__":
    main()
