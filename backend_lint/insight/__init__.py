"""What the analysis knows, made visible: the routes of a project, why a rule speaks or is silent, how a file is seen."""
