"""What parsing alone takes: `python benchmarks/parsing.py PROCESSES LIST`, where the file LIST names the files to parse, one a line.

The garbage collector is off, and nothing is done with the trees.
"""

from __future__ import annotations

import gc
import multiprocessing
import sys
from collections.abc import Sequence
from pathlib import Path


def main() -> None:
    processes, listed = int(sys.argv[1]), Path(sys.argv[2]).read_text(encoding="utf-8").splitlines()
    if processes == 1:
        parse_all(listed)
        return
    # Each takes every n-th file: of many files that is about the same work for all.
    workers = [multiprocessing.Process(target=parse_all, args=(listed[number::processes],)) for number in range(processes)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()


def parse_all(files: Sequence[str]) -> None:
    """Parse the files, one after the other."""
    import libcst

    gc.disable()
    for file in files:
        try:
            libcst.parse_module(Path(file).read_bytes())
        except (libcst.ParserSyntaxError, RecursionError, UnicodeDecodeError):
            continue


if __name__ == "__main__":
    main()
