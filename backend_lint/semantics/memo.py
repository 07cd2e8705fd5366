"""Answers of a project's analyses, each kept with what it rests on.

An analysis asks hundreds of thousands of small questions ("does this function block?"), and most answers are needed again. Each is worked
out once. While it is worked out, everything that is looked at is noted: files, and what a search of the whole project found. A question
that is asked on the way hands on what its answer rests on. So each answer, and in the end the report on a file, knows the files whose
change could change it.

What an answer rests on is a bit set in an `int`. The low bits stand for groups of searches, see `search_bit`; the others for files, by
their place in the project's list.

Questions can lead back to themselves. The answers on such a way were worked out while one of them was still open, so all of them rest on
whatever any of them rests on, and are what they are because of where one began to ask. They are found as Tarjan finds strongly connected
components: a question that meets an open one lowers `_low` to the depth of that one, and the answers wait in `_waiting` until the
outermost question of the circle is answered. Its answer is kept. The others have done their service and are dropped: who asks for one of
them later has it worked out anew, as the outermost. For that the circle is entered afresh, and what is known of its other questions is
left alone meanwhile. So each answer is what it would be if nothing had been asked before, in whatever order the files are checked.
Circles are small and rare (of half a million answers about a large project three hundred were dropped), so this costs next to nothing.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Hashable, Mapping
from typing import Any, Generic, Protocol, TypeVar, overload

T = TypeVar("T")
Owner = TypeVar("Owner", bound="_Remembering")

#: How many groups searches fall into. More would tell them apart better and make each bit set longer.
SEARCH_GROUPS = 1024
#: No answer.
NOTHING: Any = object()


def search_bit(search: Hashable) -> int:
    """The bit of the group that a search belongs to; the same in every process."""
    return 1 << (zlib.crc32(repr(search).encode()) % SEARCH_GROUPS)


def file_bit(place: int) -> int:
    """The bit of the file at a place in the project's list of files, counted from 0."""
    return 1 << (SEARCH_GROUPS + place)


#: States of an answer beside 0, which is settled, and the depth of an open question, on which it rests: it is settled and belongs to a
#: circle, or was dropped.
_OF_CIRCLE, _DROPPED = -1, -2


class _Circle:
    """Questions that lead back to each other. `entered` counts those of them that are being worked out."""

    __slots__ = ("_joined", "entered")

    def __init__(self) -> None:
        self.entered = 0
        self._joined: _Circle | None = None

    @property
    def whole(self) -> _Circle:
        """The circle that this one has turned out to be a part of, or itself."""
        found = self
        while found._joined is not None:
            found = found._joined
        return found

    def join(self, other: _Circle) -> None:
        """Make the whole of this circle that of `other` too."""
        mine, theirs = self.whole, other.whole
        if mine is not theirs:
            theirs._joined = mine
            mine.entered += theirs.entered


class _Place:
    """An answer's circle, and its value and what that rests on once it was worked out as the outermost question of it."""

    __slots__ = ("circle", "is_settled", "rests", "value")

    def __init__(self, circle: _Circle) -> None:
        self.circle = circle
        self.is_settled = False
        self.value: Any = None
        self.rests = 0


class Answer:
    """An answer and what it rests on. `open_at` is 0 for one that is settled, the depth of the outermost question of its circle while that
    one is open, and negative for one that `Memo.holds` must be asked about. `place` is None for all but those of a circle."""

    __slots__ = ("open_at", "place", "rests", "value")

    def __init__(self, value: Any, rests: int, open_at: int) -> None:
        self.value = value
        self.rests = rests
        self.open_at = open_at
        self.place: _Place | None = None


class Memo:
    """The answers of one project. `rests` is what the question that is being worked out rests on, as far as is known; who looks at a file
    adds its bit. `depth` counts the questions that are open."""

    def __init__(self) -> None:
        self.rests = 0
        self.depth = 0
        self._low = 0
        #: For who looks for an answer before asking.
        self.answers: dict[Hashable, Answer] = {}
        self._waiting: list[Answer] = []

    def ask(self, key: Hashable, make: Callable[[], T], meanwhile: T = NOTHING) -> T:
        """What `make` gives, worked out at the first question under `key`.

        `meanwhile` is the answer to the same question while `make` is at work; without it, `make` is begun again.
        """
        known = self.answers.get(key)
        if known is None:
            known = Answer(meanwhile, 0, _DROPPED)
        elif not known.open_at or self.holds(known):
            self.rests |= known.rests
            value: T = known.value
            return value
        if meanwhile is not NOTHING:
            self.begin(known, meanwhile)
        self.answers[key] = known
        value = self.work_out(make, known)
        return value

    def settle(self, make: Callable[[], Mapping[Any, T]]) -> None:
        """Keep several answers that are worked out together, such as those about functions that call each other."""
        known = Answer(None, 0, _DROPPED)
        found = self.work_out(make, known)
        for key, value in found.items():
            answer = self.answers[key] = Answer(value, known.rests, known.open_at)
            if known.place is not None:
                answer.place = _Place(known.place.circle)
                answer.place.value, answer.place.rests, answer.place.is_settled = value, known.rests, True
            if known.open_at > 0:
                self._waiting.append(answer)

    def recall(self, key: Hashable) -> Any:
        """The answer that is kept under `key`. Raises KeyError."""
        known = self.answers[key]
        self.rests |= known.rests
        if known.open_at and not self.holds(known):
            raise KeyError(key)
        return known.value

    def __contains__(self, key: Hashable) -> bool:
        """Whether an answer is kept under `key` that may be used, which one is taken to be about to do."""
        known = self.answers.get(key)
        return known is not None and (not known.open_at or self.holds(known))

    def holds(self, known: Answer) -> bool:
        """Whether an answer that has an `open_at` may be used, which is noted for the question being worked out."""
        if known.open_at > 0:
            self.meet(known.open_at)
            return True
        return known.open_at == _OF_CIRCLE and known.place is not None and not known.place.circle.whole.entered

    def begin(self, known: Answer, meanwhile: Any) -> None:
        """Make `meanwhile` the answer to a question until `work_out`, which is to follow at once, has found it."""
        known.value, known.rests, known.open_at = meanwhile, 0, self.depth + 1

    @staticmethod
    def withdraw(known: Answer) -> None:
        """Have a question that is part of an open circle worked out anew when it is asked again, also within the circle."""
        known.open_at = _DROPPED

    def meet(self, depth: int) -> None:
        """Note that the question being worked out has led back to the one open at `depth`."""
        if 0 < depth < self._low:
            self._low = depth

    def cut(self) -> None:
        """Note that the question being worked out was given up because of the depth at which it was asked: an answer made of that is good
        for the outermost question only."""
        self.meet(1)

    def work_out(self, make: Callable[[], T], known: Answer) -> T:
        """What `make` gives. That and what it rests on is noted in `known`, and the latter for the question on whose behalf it is asked."""
        depth = self.depth + 1
        rests, low, waiting = self.rests, self._low, self._waiting
        mark = len(waiting)
        place = known.place
        if place is not None:
            place.circle.whole.entered += 1
        self.depth, self.rests, self._low = depth, 0, depth
        try:
            value = make()
        except BaseException:
            known.open_at = _DROPPED
            for each in waiting[mark:]:
                each.open_at = _DROPPED
            del waiting[mark:]
            raise
        else:
            known.value = value
            known.rests = self.rests
            if self._low < depth:
                known.open_at = self._low
                for each in waiting[mark:]:
                    each.open_at = min(each.open_at, self._low)
                waiting.append(known)
            else:
                known.open_at = 0
                if place is not None or len(waiting) > mark:
                    self._close(known, mark)
            return value
        finally:
            if place is not None:
                place.circle.whole.entered -= 1
            self.depth = depth - 1
            self.rests |= rests
            if low < self._low:
                self._low = low

    def _close(self, known: Answer, mark: int) -> None:
        """Keep the answer to the outermost question of a circle, and drop those that have waited for it."""
        place = known.place = known.place or _Place(_Circle())
        for each in self._waiting[mark:]:
            if each.place is None:
                each.place = _Place(place.circle)
            else:
                place.circle.join(each.place.circle)
            if each.place.is_settled:
                each.value, each.rests, each.open_at = each.place.value, each.place.rests, _OF_CIRCLE
            else:
                each.value, each.open_at = None, _DROPPED
        del self._waiting[mark:]
        place.value, place.rests, place.is_settled = known.value, known.rests, True
        known.open_at = _OF_CIRCLE

    def answer(self, make: Callable[[], Any], known: Answer | None = None) -> Answer:
        """What `make` gives, for who keeps answers in a place of its own; `known` is the answer that is there, which is given if it may be
        used."""
        if known is None:
            known = Answer(None, 0, _DROPPED)
        elif not known.open_at or self.holds(known):
            self.rests |= known.rests
            return known
        self.work_out(make, known)
        return known

    def apart(self, make: Callable[[], T]) -> tuple[T, int]:
        """What `make` gives and what that rests on; nothing is noted for the question on whose behalf it is asked."""
        rests = self.rests
        known = Answer(None, 0, 0)
        try:
            value = self.work_out(make, known)
        finally:
            self.rests = rests
        return value, known.rests


class _Remembering(Protocol):
    """What has properties that are remembered."""

    memo: Memo


class remembered(Generic[Owner, T]):
    """A property that is worked out once for an object and rests on more than the object's own file.

    As `functools.cached_property`, for objects that have a `memo`.
    """

    def __init__(self, make: Callable[[Owner], T]) -> None:
        self._make = make
        self.__doc__ = make.__doc__

    def __set_name__(self, owner: type, name: str) -> None:
        self._slot = f"remembered {name}"

    @overload
    def __get__(self, owner: None, cls: type) -> remembered[Owner, T]: ...
    @overload
    def __get__(self, owner: Owner, cls: type) -> T: ...
    def __get__(self, owner: Owner | None, cls: type) -> remembered[Owner, T] | T:
        if owner is None:
            return self
        memo = owner.memo
        slots = owner.__dict__
        known: Answer | None = slots.get(self._slot)
        if known is not None and (not known.open_at or memo.holds(known)):
            memo.rests |= known.rests
        else:
            known = slots[self._slot] = memo.answer(lambda: self._make(owner), known)
        value: T = known.value
        return value
