"""What the tool itself reports: files that do not parse, and suppression comments. The engine makes these findings; the classes are their
metadata and documentation."""
