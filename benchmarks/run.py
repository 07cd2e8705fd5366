"""How fast is it, and how much memory does it take? Prints tables for a folder of Python code.

    python benchmarks/run.py PATH [--rounds N] [--grow] [--rules FOLDER]

All commands are measured as whole processes, in turn, and the best of N rounds counts. A check is compared with what `libcst.parse_module`
alone takes for the same files on as many processors: rules over libcst's trees cannot be quicker than that. Start-up is compared with an
interpreter that does nothing.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from measuring import Row, environment, measure, run, table
from projects import Project, copied, grown, opened

PARSE = "libcst.parse_module, {} process{}"
NOTHING = "python -c pass"

#: Lines of the projects that `--grow` makes.
SIZES = (5_000, 20_000, 80_000, 320_000, 800_000)

#: How often a start-up is measured for each round of checks: it takes little, and varies much.
STARTS = 5


def main() -> None:
    arguments = _parser().parse_args()
    project = opened(arguments.path)
    if not project.files:
        sys.exit(f"{arguments.path}: no Python files")
    with tempfile.TemporaryDirectory(prefix="backend-lint-benchmark-") as name:
        scratch = Path(name)
        variables = environment(str(scratch / "compiled"))
        # What is imported is compiled now.
        run([*_check(project.middle), "--no-config"], variables)
        options = _options(variables)
        print(f"Python {sys.version.split()[0]}, {_processors()} processors, best of {arguments.rounds} rounds")
        if arguments.grow:
            _grow(project, scratch, variables, arguments.rounds, options)
            return
        print(f"{len(project.files)} files, {project.lines:,} lines\n")
        rows = [*_checks(project, scratch, options), *_peers(project, arguments.rules)]
        _warm_up(rows, variables)
        measure(rows, arguments.rounds, variables)
        print(table(rows), end="\n\n")
        starts = list(_starts())
        measure(starts, arguments.rounds * STARTS, variables)
        print(table(starts))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        description="Print how long a check takes, compared with bare parsing, and how long it takes to start."
    )
    parser.add_argument("path", type=Path, help="a folder of Python code")
    parser.add_argument("--rounds", type=int, default=3, help="runs of each measurement, of which the best counts (default: 3)")
    parser.add_argument(
        "--grow", action="store_true", help="measure copies of the project of several sizes instead: cost and memory a line"
    )
    parser.add_argument("--rules", metavar="FOLDER", help="rules for semgrep, which has none of its own; without them it is left out")
    return parser


def _tool(*words: str) -> list[str]:
    return [sys.executable, "-m", "backend_lint", *words]


def _check(path: Path, *words: str) -> list[str]:
    """A check of a path by the built-in configuration, cheap to report and never failing."""
    return _tool("check", str(path), "--format", "concise", "--fail-on", "never", *words)


def _options(variables: Mapping[str, str]) -> str:
    """The help of `check`, which says what options there are."""
    return subprocess.run(_tool("check", "--help"), capture_output=True, text=True, env=dict(variables), check=True).stdout


def _processors() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _parse(project: Project, scratch: Path, processes: int) -> Row:
    listed = scratch / f"files of {project.folder.name}"
    listed.write_text("\n".join(map(str, project.files)), encoding="utf-8")
    command = [sys.executable, str(Path(__file__).with_name("parsing.py")), str(processes), str(listed)]
    return Row(PARSE.format(processes, "" if processes == 1 else "es"), command, lines=project.lines)


def _checks(project: Project, scratch: Path, options: str) -> Iterator[Row]:
    """Parsing and checks of a project, cold and, where there is a cache, warm."""
    one, two = _parse(project, scratch, 1), _parse(project, scratch, 2)
    cold = ["--no-config", *(["--no-cache"] if "--no-cache" in options else [])]
    yield one
    yield two
    yield Row("check, default processes", _check(project.folder, *cold), two.label if _processors() > 1 else one.label, project.lines)
    yield Row("check, one process", _check(project.folder, *cold, "--jobs", "1"), one.label, project.lines)
    yield Row("check of one file", _check(project.middle, *cold), one.label)
    if "--cache-dir" not in options:
        return
    copy = copied(project, scratch / "copy")
    (copy.folder / "pyproject.toml").touch()
    warm = _check(copy.folder, "--no-config", "--cache-dir", str(scratch / "cache"))
    yield Row("check, warm, nothing changed", warm, one.label, project.lines)

    def change() -> None:
        with copy.middle.open("a", encoding="utf-8") as file:
            file.write("\n# one more line\n")

    yield Row("check, warm, one file changed", warm, one.label, project.lines, before=change)


def _warm_up(rows: list[Row], variables: Mapping[str, str]) -> None:
    """Run each warm check once, so that what the first one stores is there."""
    for row in rows:
        if "--cache-dir" in row.command and row.before is None:
            run(row.command, variables, row.exit_codes)


def _starts() -> Iterator[Row]:
    yield Row(NOTHING, [sys.executable, "-c", "pass"])
    for label, words, code in (
        ("--version", ["--version"], 0),
        ("--help", ["--help"], 0),
        ("check --help", ["check", "--help"], 0),
        ("rule", ["rule"], 0),
        ("rule BL301", ["rule", "BL301"], 0),
        ("an option that there is not", ["check", "--no-such-option"], 2),
        ("a rule that there is not", ["check", "--select", "BL999"], 2),
    ):
        yield Row(label, _tool(*words), NOTHING, exit_codes=(code,))


def _peers(project: Project, rules: str | None) -> Iterator[Row]:
    """Other linters that are installed, by their default rules: what they look for differs, and none but semgrep follows values."""
    folder = str(project.folder)
    commands = {
        "ruff": ["check", "--no-cache", "--isolated", "--exit-zero", "--quiet", folder],
        "bandit": ["-r", "-q", "--exit-zero", folder],
        "fixit": ["--quiet", "lint", folder],
    }
    if rules is not None:
        commands["semgrep"] = ["scan", "--config", rules, "--metrics=off", "--disable-version-check", "--quiet", folder]
    for name, words in commands.items():
        beside = str(Path(sys.executable).parent)
        program = shutil.which(name, path=os.pathsep.join([beside, os.environ.get("PATH", "")]))
        if program is not None:
            # Fixit tells findings and a failure of its own by the same code.
            codes = (0, 1) if name == "fixit" else (0,)
            yield Row(name, [program, *words], PARSE.format(1, ""), project.lines, exit_codes=codes, is_other=True)


def _grow(project: Project, scratch: Path, variables: Mapping[str, str], rounds: int, options: str) -> None:
    """Print what a check takes of projects of several sizes."""
    for size in SIZES:
        larger = grown(project, scratch / f"of {size}", size)
        rows = list(_checks(larger, scratch, options="--no-cache" if "--no-cache" in options else ""))
        measure(rows, rounds, variables)
        print(f"\n{len(larger.files)} files, {larger.lines:,} lines\n{table(rows)}", flush=True)


if __name__ == "__main__":
    main()
