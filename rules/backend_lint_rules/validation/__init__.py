"""Input that nobody has checked: bodies, parameters, validators that were not asked, and what is formatted into SQL, paths and commands."""
