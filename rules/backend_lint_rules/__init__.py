"""The built-in rule pack: one rule a file, grouped by family."""
