"""What clients get to see and should not: exception texts, stack traces, debug pages."""
