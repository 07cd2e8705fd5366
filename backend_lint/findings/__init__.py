"""Findings: what a rule reports, its identity across edits, and the comments that hide it. The lowest floor: it knows no syntax tree."""
