"""Room on the stack, for work that recurses."""

from __future__ import annotations

import sys

#: Python frames that a question of an analysis may take. The deepest one that a real project was seen to lead to took 722, and a file may
#: have to be parsed in the midst of it, for which the usual limit of 1,000 leaves too little. Python 3.10 takes half a kilobyte of the
#: system's stack for a frame, later versions none.
FRAMES = 4000


def make_room() -> None:
    """Let Python nest calls as deep as that, if it does not yet."""
    if sys.getrecursionlimit() < FRAMES:
        sys.setrecursionlimit(FRAMES)
