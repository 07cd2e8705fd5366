"""Fixes: what a rule proposes to change, and how the text is changed so that comments and formatting stay.

A rule proposes a change where it reports (`proposal`); nothing is worked out then. When fixes are asked for, `editing` parses the file with
libcst, the proposal changes that tree, and what comes out is compared with the text: only what differs is replaced.
"""
