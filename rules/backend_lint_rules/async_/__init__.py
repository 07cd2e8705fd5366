"""Synchronous work in async code: what blocks the event loop, and coroutines that nobody awaits."""
