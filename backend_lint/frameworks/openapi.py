"""Handlers of connexion projects: the functions that an OpenAPI document's `operationId`s name.

https://connexion.readthedocs.io/en/latest/routing.html
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from backend_lint.source import documents

if TYPE_CHECKING:
    from backend_lint.semantics.project import Project

_OPERATION = re.compile(r"""^[ \t]*["']?operationId["']?[ \t]*:[ \t]*["']?([A-Za-z_][\w.]*)["']?""", re.MULTILINE)
_CONTROLLER = re.compile(r"""["']?x-(?:openapi|swagger)-router-controller["']?[ \t]*:[ \t]*["']?([A-Za-z_][\w.]*)["']?""")


def operations(project: Project) -> list[tuple[str, str]]:
    """`(root-relative path of the document, dotted function name)` for each operation in the documents of the top folders. A fact.

    Documents over 2 MB and folders more than three levels down are not read.
    """
    found: list[tuple[str, str]] = []
    for path in project.documents():
        data = project.bytes_of(path)
        if data is None or len(data) > documents.MAX_BYTES:
            continue
        text = data.decode("utf-8", "replace")
        controllers = sorted(set(_CONTROLLER.findall(text)))
        for name in dict.fromkeys(_OPERATION.findall(text)):
            if "." in name:
                found.append((path, name))
            found.extend((path, f"{controller}.{name}") for controller in controllers)
    return found
