"""Types: functions whose callers cannot tell what goes in and what comes out."""
