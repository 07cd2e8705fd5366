"""Small projects for tests, made of sources in a dict."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from textwrap import dedent

from backend_lint.engine.discovery import ProjectFiles
from backend_lint.engine.registry import BUILT_IN_PACK, load_pack
from backend_lint.engine.result import Result
from backend_lint.engine.runner import run
from backend_lint.engine.selection import Choice
from backend_lint.engine.settings import CommandLine, Configurations
from backend_lint.libraries import registry
from backend_lint.semantics.project import Function, Project


def project_of(files: Mapping[str, str], root: Path = Path("/project-without-files")) -> Project:
    """A project of these files: root-relative POSIX path -> source (indentation common to all lines is taken off).

    `root` matters only to analyses that look for files other than Python's, which are read from the disk.
    """
    sources = {path: dedent(text).lstrip("\n").encode() for path, text in files.items()}

    def read(path: str) -> bytes:
        return sources[path] if path in sources else (root / path).read_bytes()

    return Project(root, sorted(path for path in sources if path.endswith((".py", ".pyi"))), read, registry())


def function_of(project: Project, path: str, qualname: str) -> Function:
    """The function with a qualified name inside a module of the project."""
    for function in project.module(path).functions:
        if function.qualname == qualname:
            return function
    raise LookupError(f"{path} has no function {qualname}")


def lint(
    files: Mapping[str, str], *, select: Sequence[str], pedantic: bool = False, pack: str = BUILT_IN_PACK, targets: Sequence[str] = ()
) -> Result:
    """What `check` finds in these files (root-relative POSIX path -> source, as it is) with the rules selected, in one process; in
    `targets` alone where there are any."""
    root = Path("/project-without-files")
    paths = tuple(sorted(path for path in files if path.endswith((".py", ".pyi"))))
    found = ProjectFiles(root=root, targets=tuple(targets) or paths)
    found.__dict__["all"] = paths
    line = CommandLine(choice=Choice(select=tuple(select)), pedantic=pedantic)
    configurations = Configurations(root, load_pack(pack), line, use_files=False)
    return run(found, configurations, texts={path: text.encode() for path, text in files.items()}, pack=pack)
