"""Handlers of connexion projects: the functions that an OpenAPI document's `operationId`s name.

https://connexion.readthedocs.io/en/latest/routing.html
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from backend_lint.semantics.project import Project

_SUFFIXES = (".yaml", ".yml")
_MAX_BYTES = 2_000_000
_MAX_DEPTH = 3
_MAX_FILES = 40
_SKIPPED = frozenset({"node_modules", "venv", "env", "site-packages", "__pycache__", "dist", "build"})
_OPERATION = re.compile(r"""^[ \t]*["']?operationId["']?[ \t]*:[ \t]*["']?([A-Za-z_][\w.]*)["']?""", re.MULTILINE)
_CONTROLLER = re.compile(r"""["']?x-(?:openapi|swagger)-router-controller["']?[ \t]*:[ \t]*["']?([A-Za-z_][\w.]*)["']?""")


def operations(project: Project) -> Iterator[tuple[str, str]]:
    """`(root-relative path of the document, dotted function name)` for each operation in the documents of the top folders.

    Documents over 2 MB and folders more than three levels down are not read.
    """
    for path in _documents(project):
        data = project.bytes_of(path)
        if data is None or len(data) > _MAX_BYTES:
            continue
        text = data.decode("utf-8", "replace")
        controllers = sorted(set(_CONTROLLER.findall(text)))
        for name in dict.fromkeys(_OPERATION.findall(text)):
            if "." in name:
                yield path, name
            for controller in controllers:
                yield path, f"{controller}.{name}"


def _may_be_document(name: str) -> bool:
    lower = name.lower()
    return lower.endswith(_SUFFIXES) or (lower.endswith(".json") and ("api" in lower or "swagger" in lower))


def _is_passed_by(folder: str) -> bool:
    return folder in _SKIPPED or folder.startswith(".")


def _documents(project: Project) -> list[str]:
    if project.listing is None:
        return _on_disk(str(project.root))
    found: list[str] = []
    for path in project.listing():
        *folders, name = path.split("/")
        if len(folders) <= _MAX_DEPTH and _may_be_document(name) and not any(_is_passed_by(folder) for folder in folders):
            found.append(path)
    return found[:_MAX_FILES]


def _on_disk(top: str) -> list[str]:
    found: list[str] = []
    for folder, folders, names in os.walk(top):
        relative = os.path.relpath(folder, top)
        depth = 0 if relative == "." else relative.count(os.sep) + 1
        folders[:] = [] if depth >= _MAX_DEPTH else sorted(name for name in folders if not _is_passed_by(name))
        for name in sorted(names):
            if _may_be_document(name) and len(found) < _MAX_FILES:
                full = os.path.join(folder, name)
                try:
                    if not os.path.islink(full) and os.path.getsize(full) <= _MAX_BYTES:
                        found.append(name if relative == "." else f"{relative}/{name}".replace(os.sep, "/"))
                except OSError:
                    continue
    return found
