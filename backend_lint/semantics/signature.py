"""The parameters of a function as a call fills them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from backend_lint.source import nodes as n


class Signature:
    """The parameters that are filled by place, all of them by name, the one that takes what is left over (`*args`) and the one for other
    keywords (`**options`)."""

    __slots__ = ("by_name", "extra", "positional", "rest")

    def __init__(self, parameters: Sequence[n.Parameter]) -> None:
        self.positional = [parameter for parameter in parameters if parameter.kind in ("positional-only", "normal")]
        self.by_name = {parameter.name: parameter for parameter in parameters}
        self.rest = next((parameter for parameter in parameters if parameter.kind == "vararg"), None)
        self.extra = next((parameter for parameter in parameters if parameter.kind == "kwarg"), None)
