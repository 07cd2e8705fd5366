"""A code-review linter for Python backends: FastAPI, Flask and Django."""

__version__ = "0.1.0"
