"""Reports: findings in, text out. Each format is a module of its own, imported when asked for; `render` is the one door.

A report writes through `Output.write`, reads source text for excerpts through `Output.read`, and neither exits nor reads configuration.
"""

from __future__ import annotations

from backend_lint.report.output import FORMATS, Output, render

__all__ = ["FORMATS", "Output", "render"]
