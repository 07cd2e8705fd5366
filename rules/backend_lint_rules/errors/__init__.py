"""Failures that nobody sees: swallowed exceptions, unhandled calls and lookups, errors answered as successes."""
