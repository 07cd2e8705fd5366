"""Coding agents: the protocols of their hooks, their settings, and a server of tools for them."""
