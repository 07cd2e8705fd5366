"""The diff gate: a project before and after a change, what is new in it, and the verdict."""
