"""Layering: handlers that do a service's or a repository's work."""
