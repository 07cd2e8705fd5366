"""How bad a finding is. In a module of its own: what only lists rules need not load the finding."""

from __future__ import annotations

import enum


class Severity(enum.Enum):
    """How bad a finding is, worst first. Notes are shown on request only and fail nothing."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"
    OFF = "off"
