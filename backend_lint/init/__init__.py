"""What sets the tool up in a project: a look at the project, and the files that are written for it."""
