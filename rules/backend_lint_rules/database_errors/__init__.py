"""Rules about databases that fail: connections that cannot be opened, commits that do not go through."""
